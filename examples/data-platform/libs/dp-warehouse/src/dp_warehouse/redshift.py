from collections.abc import Iterator

import redshift_connector
from dp_core import PlatformSettings

DATABASE = "dw"


def connection_string(s: PlatformSettings) -> str:
    return f"redshift+redshift_connector://{s.redshift_user}:{s.redshift_password}@{s.redshift_host}:{s.redshift_port}/{DATABASE}"


def connect(s: PlatformSettings) -> redshift_connector.Connection:
    return redshift_connector.connect(
        host=s.redshift_host, port=s.redshift_port, user=s.redshift_user, password=s.redshift_password, database=DATABASE
    )


def read_chunks(s: PlatformSettings, sql: str, size: int) -> Iterator[list[tuple]]:
    """Rows of a query, ``size`` at a time, so that a worker holds one chunk only."""
    with connect(s) as conn, conn.cursor() as cur:
        cur.execute(sql)
        while rows := cur.fetchmany(size):
            yield list(rows)


def move_failed_rows(schema: str, table: str, quarantine: str, row_filter: str) -> None:
    """Move the rows that break an expectation, in one transaction."""
    with connect(PlatformSettings()) as conn, conn.cursor() as cur:
        cur.execute(f"INSERT INTO {schema}.{quarantine} SELECT *, GETDATE() FROM {schema}.{table} WHERE {row_filter}")
        cur.execute(f"DELETE FROM {schema}.{table} WHERE {row_filter}")
        conn.commit()
