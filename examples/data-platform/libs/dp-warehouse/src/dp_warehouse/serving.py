from collections.abc import Sequence

import pymysql


def upsert(conn: pymysql.Connection, table: str, columns: Sequence[str], rows: Sequence[tuple]) -> int:
    """INSERT ... ON DUPLICATE KEY UPDATE; returns the number of rows sent.

    Running it twice with the same rows changes nothing, which is why the reverse
    ETL may be started again at any point.
    """
    names = ", ".join(f"`{c}`" for c in columns)
    marks = ", ".join(["%s"] * len(columns))
    updates = ", ".join(f"`{c}` = new.`{c}`" for c in columns)
    sql = f"INSERT INTO `{table}` ({names}) VALUES ({marks}) AS new ON DUPLICATE KEY UPDATE {updates}"
    with conn.cursor() as cur:
        cur.executemany(sql, rows)
    conn.commit()
    return len(rows)
