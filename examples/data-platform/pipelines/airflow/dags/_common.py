"""What the DAGs share: assets, defaults, the dbt pod."""

from datetime import timedelta

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import Asset

DBT_IMAGE = "registry.dalbit.example/data-platform/dbt:1.9.1"
LAKE_BUCKET = "dalbit-lake"
SUITES = "/opt/dp/quality"

# Yesterday in Seoul, the partition that a nightly run loads.
SEOUL_YESTERDAY = "{{ (logical_date.in_timezone('Asia/Seoul') - macros.timedelta(days=1)).strftime('%Y-%m-%d') }}"

CUSTOMER_FEATURES = Asset("redshift://dalbit-dw/dw/mart/customer_features")
ORDER_SUMMARY = Asset("redshift://dalbit-dw/dw/mart/order_summary")

DEFAULT_ARGS = {"owner": "data-platform", "retries": 2, "retry_delay": timedelta(minutes=5)}


def dbt_build(task_id: str, select: str, **kwargs) -> KubernetesPodOperator:
    return KubernetesPodOperator(
        task_id=task_id,
        name=task_id.replace("_", "-"),
        namespace="batch",
        image=DBT_IMAGE,
        arguments=["build", "--target", "prod", "--select", select],
        on_finish_action="delete_succeeded_pod",
        **kwargs,
    )
