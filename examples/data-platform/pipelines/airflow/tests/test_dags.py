from pathlib import Path

import pytest

airflow_models = pytest.importorskip("airflow.models")
DAGS = Path(__file__).parents[1] / "dags"


def test_every_dag_loads():
    bag = airflow_models.DagBag(dag_folder=str(DAGS), include_examples=False)
    assert not bag.import_errors
    assert set(bag.dags) == {"orders_daily", "events_hourly", "reverse_etl_features", "cdc_freshness", "metadata_ingest"}


def test_loads_never_run_twice_at_once():
    bag = airflow_models.DagBag(dag_folder=str(DAGS), include_examples=False)
    for dag_id in ("orders_daily", "events_hourly", "reverse_etl_features"):
        assert bag.dags[dag_id].max_active_runs == 1
