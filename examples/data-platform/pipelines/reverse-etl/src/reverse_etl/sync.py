import os
from urllib.parse import urlsplit

import pymysql
from dp_core import PlatformSettings, get_logger
from dp_warehouse.redshift import read_chunks
from dp_warehouse.serving import upsert

log = get_logger(__name__)

CHUNK = 5000
COLUMNS = {
    "customer_features": ("customer_id", "orders_30d", "amount_krw_30d", "last_ordered_at", "computed_at"),
    "order_summary": ("order_id", "customer_id", "status", "amount_krw", "paid_at", "computed_at"),
}


def sync_table(table: str) -> int:
    """Upsert a mart into the table of the same name; returns the rows sent."""
    columns = COLUMNS[table]
    url = urlsplit(os.environ["SERVING_DB_URL"])
    conn = pymysql.connect(
        host=url.hostname, port=url.port or 3306, user=url.username, password=url.password, database=url.path.lstrip("/")
    )
    sent = 0
    with conn:
        for rows in read_chunks(PlatformSettings(), f"SELECT {', '.join(columns)} FROM mart.{table}", CHUNK):
            sent += upsert(conn, table, columns, rows)
    log.info("synced", table=table, rows=sent)
    return sent
