from mage_ai.io.redshift import Redshift
from mage_ai.settings.repo import get_repo_path

QUERY = "SELECT id, status, created_at, satisfaction_rating FROM saas.tickets WHERE created_at >= DATEADD(week, -8, CURRENT_DATE)"


@data_loader  # noqa: F821 - Mage puts the decorator into the namespace
def load_tickets(*args, **kwargs):
    with Redshift.with_config(get_repo_path() + "/io_config.yaml") as loader:
        return loader.load(QUERY)
