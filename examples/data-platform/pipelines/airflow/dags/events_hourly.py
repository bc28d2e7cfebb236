"""Load an hour of app events and build the session mart."""

from datetime import UTC, datetime

from _common import DEFAULT_ARGS, LAKE_BUCKET, dbt_build
from airflow.providers.amazon.aws.transfers.s3_to_redshift import S3ToRedshiftOperator
from airflow.sdk import dag

HOUR = "{{ (logical_date.in_timezone('Asia/Seoul') - macros.timedelta(hours=1)).strftime('dt=%Y-%m-%d/hh=%H') }}"


@dag(
    dag_id="events_hourly",
    schedule="15 * * * *",
    start_date=datetime(2025, 10, 13, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["events", "tier-2"],
)
def events_hourly():
    copy = S3ToRedshiftOperator(
        task_id="copy_app_events",
        schema="raw",
        table="app_events",
        s3_bucket=LAKE_BUCKET,
        s3_key=f"events/events.app.v1/{HOUR}/",
        copy_options=["FORMAT AS PARQUET"],
        method="APPEND",
    )
    copy >> dbt_build("dbt_build_events", "tag:events")


events_hourly()
