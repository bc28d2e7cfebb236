from mage_ai.io.redshift import Redshift
from mage_ai.settings.repo import get_repo_path


@data_exporter  # noqa: F821 - Mage puts the decorator into the namespace
def export_sandbox(df, **kwargs):
    with Redshift.with_config(get_repo_path() + "/io_config.yaml") as loader:
        loader.export(df, "sandbox", "cs_weekly", index=False, if_exists="replace")
