"""Load yesterday's orders, test them, publish the marts."""

from datetime import datetime, timedelta

from airflow.decorators import dag, task
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

DBT_IMAGE = "registry.example/dalbit/dbt:1.9"


# --8<-- [start:dag]
@dag(
    schedule="30 17 * * *",  # 02:30 in Seoul
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5)},
    tags=["orders", "tier-1"],
)
def orders_daily():
    @task
    def wait_for_cdc() -> str:
        """The last event of the day has arrived in the lake."""
        return "orders"

    build = KubernetesPodOperator(
        task_id="dbt_build",
        image=DBT_IMAGE,
        arguments=["build", "--select", "tag:orders"],
    )
    wait_for_cdc() >> build
# --8<-- [end:dag]


orders_daily()
