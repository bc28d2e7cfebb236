"""Tell DataHub about tables, models and connectors."""

from datetime import UTC, datetime

from _common import DEFAULT_ARGS
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import dag

RECIPES = ("redshift", "dbt", "kafka_connect")


@dag(
    dag_id="metadata_ingest",
    schedule="0 19 * * *",  # 04:00 in Seoul
    start_date=datetime(2026, 6, 15, tzinfo=UTC),
    catchup=False,
    default_args=DEFAULT_ARGS,
    tags=["metadata", "tier-3"],
)
def metadata_ingest():
    for recipe in RECIPES:
        KubernetesPodOperator(
            task_id=f"ingest_{recipe}",
            name=f"ingest-{recipe.replace('_', '-')}",
            namespace="batch",
            image="acryldata/datahub-ingestion:v1.0.0",
            arguments=["ingest", "-c", f"/recipes/{recipe}.dhub.yaml"],
        )


metadata_ingest()
