"""How old is the newest change that BigQuery holds?"""

from datetime import UTC, datetime

from _common import DEFAULT_ARGS
from airflow.sdk import dag, task

LIMIT_SECONDS = 600
TABLES = ("dalbit_orders_orders", "dalbit_orders_order_items", "dalbit_orders_payments")


@dag(
    dag_id="cdc_freshness",
    schedule="*/10 * * * *",
    start_date=datetime(2025, 11, 17, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS | {"retries": 0},
    tags=["cdc", "quality"],
)
def cdc_freshness():
    @task
    def check(table: str) -> float:
        from google.cloud import bigquery

        row = next(
            iter(
                bigquery.Client(project="dalbit-analytics").query_and_wait(
                    f"SELECT TIMESTAMP_DIFF(CURRENT_TIMESTAMP(), MAX(TIMESTAMP_MILLIS(__source_ts_ms)), SECOND) AS age "
                    f"FROM `raw_orders.{table}`"
                )
            )
        )
        if row.age > LIMIT_SECONDS:
            raise ValueError(f"{table} is {row.age} s old, the limit is {LIMIT_SECONDS} s")
        return row.age

    check.expand(table=list(TABLES))


cdc_freshness()
