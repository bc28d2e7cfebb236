"""Load yesterday's orders into Redshift, check them, build and publish the marts."""

from datetime import UTC, datetime
from pathlib import Path

from _common import CUSTOMER_FEATURES, DEFAULT_ARGS, LAKE_BUCKET, ORDER_SUMMARY, SEOUL_YESTERDAY, SUITES, dbt_build
from airflow.providers.amazon.aws.sensors.s3 import S3KeySensor
from airflow.providers.amazon.aws.transfers.s3_to_redshift import S3ToRedshiftOperator
from airflow.sdk import dag, task

# COPY of Parquet goes by position, so the columns are named; loaded_at takes its default.
CDC = ["__source_ts_ms", "__op", "__deleted"]
TABLES = {
    "orders": ["id", "customer_id", "status", "amount_krw", "ordered_at", "updated_at", *CDC],
    "order_items": ["id", "order_id", "sku", "quantity", "price_krw", *CDC],
    "payments": ["id", "order_id", "method", "amount_krw", "paid_at", *CDC],
}


# --8<-- [start:dag]
@dag(
    dag_id="orders_daily",
    schedule="30 17 * * *",  # 02:30 in Seoul
    start_date=datetime(2025, 9, 22, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["orders", "tier-1"],
)
def orders_daily():
    @task
    def runtime_gate() -> None:
        """Blocks before anything is transformed: the raw rows are whole and typed."""
        from dp_quality import run_gate

        run_gate(Path(SUITES, "raw_orders.json"), "raw", "orders", quarantine="quarantine_orders")

    @task(outlets=[CUSTOMER_FEATURES, ORDER_SUMMARY])
    def semantic_gate() -> None:
        """Blocks before anything is published: the marts mean what they say."""
        from dp_quality import run_gate

        run_gate(Path(SUITES, "mart_orders.json"), "mart", "fct_orders")
        run_gate(Path(SUITES, "mart_customer_features.json"), "mart", "customer_features")

    gate = runtime_gate()
    for table, columns in TABLES.items():
        prefix = f"cdc/dalbit.orders.{table}/dt={SEOUL_YESTERDAY}/"
        wait = S3KeySensor(
            task_id=f"wait_{table}",
            bucket_name=LAKE_BUCKET,
            bucket_key=f"{prefix}*.parquet",
            wildcard_match=True,
            mode="reschedule",
            poke_interval=120,
            timeout=3600,
        )
        copy = S3ToRedshiftOperator(
            task_id=f"copy_{table}",
            schema="raw",
            table=table,
            s3_bucket=LAKE_BUCKET,
            s3_key=prefix,
            column_list=columns,
            copy_options=["FORMAT AS PARQUET"],
            method="APPEND",
        )
        wait >> copy >> gate
    gate >> dbt_build("dbt_build_orders", "tag:orders") >> semantic_gate()
# --8<-- [end:dag]


orders_daily()
