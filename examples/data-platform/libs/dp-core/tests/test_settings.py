from dp_core import PlatformSettings


def test_reads_the_environment(monkeypatch):
    monkeypatch.setenv("LAKE_BUCKET", "dalbit-lake-dev")
    assert PlatformSettings(_env_file=None).lake_bucket == "dalbit-lake-dev"
