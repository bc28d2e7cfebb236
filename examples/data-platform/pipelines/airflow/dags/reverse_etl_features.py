"""Copy the published marts into the serving database."""

from datetime import UTC, datetime

from _common import CUSTOMER_FEATURES, DEFAULT_ARGS, ORDER_SUMMARY
from airflow.sdk import dag, task


@dag(
    dag_id="reverse_etl_features",
    schedule=[CUSTOMER_FEATURES, ORDER_SUMMARY],
    start_date=datetime(2026, 1, 26, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["serving", "tier-1"],
)
def reverse_etl_features():
    @task
    def sync(table: str) -> int:
        from reverse_etl.sync import sync_table

        return sync_table(table)

    sync.expand(table=["customer_features", "order_summary"])


reverse_etl_features()
