import re
from pathlib import Path

from reverse_etl.sync import COLUMNS

DDL = Path(__file__).parents[3] / "sql" / "serving"


def test_columns_are_those_of_the_serving_tables():
    for table, columns in COLUMNS.items():
        ddl = next(DDL.glob(f"*{table}.sql")).read_text(encoding="utf-8")
        declared = re.findall(r"^  `(\w+)`", ddl, flags=re.M)
        assert list(columns) == declared
