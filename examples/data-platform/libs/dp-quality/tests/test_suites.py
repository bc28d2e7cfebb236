import json
from pathlib import Path

import pytest

QUALITY = Path(__file__).parents[3] / "quality"


@pytest.mark.parametrize("path", sorted(QUALITY.glob("*.json")), ids=lambda p: p.stem)
def test_each_expectation_states_a_severity(path):
    for e in json.loads(path.read_text(encoding="utf-8"))["expectations"]:
        assert e["meta"]["severity"] in {"critical", "warning"}
