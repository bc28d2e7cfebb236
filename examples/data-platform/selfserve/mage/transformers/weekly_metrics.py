@transformer  # noqa: F821 - Mage puts the decorator into the namespace
def weekly_metrics(df, *args, **kwargs):
    df["week"] = df["created_at"].dt.to_period("W-SUN").dt.start_time
    return df.groupby("week").agg(tickets=("id", "count"), solved=("status", lambda s: (s == "solved").sum())).reset_index()
