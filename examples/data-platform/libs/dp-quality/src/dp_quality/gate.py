import json
from dataclasses import dataclass, field
from pathlib import Path

import great_expectations as gx
from dp_core import PlatformSettings, get_logger
from dp_warehouse.redshift import connection_string, move_failed_rows

log = get_logger(__name__)


class GateBlocked(Exception):
    """An expectation of severity ``critical`` failed; nothing downstream may run."""


@dataclass(frozen=True)
class GateResult:
    suite: str
    passed: int
    warned: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)


def run_gate(suite_path: Path, schema: str, table: str, *, quarantine: str | None = None) -> GateResult:
    """Validate schema.table against a suite of ``quality/``.

    Rows that break a critical row-level expectation are moved to ``quarantine``
    when one is named; the gate blocks when more than one per cent would move.
    """
    spec = json.loads(suite_path.read_text(encoding="utf-8"))
    context = gx.get_context(mode="ephemeral")
    source = context.data_sources.add_sql("redshift", connection_string=connection_string(PlatformSettings()))
    asset = source.add_table_asset(f"{schema}.{table}", table_name=table, schema_name=schema)
    batch = asset.add_batch_definition_whole_table("all").get_batch()
    suite = gx.ExpectationSuite(
        name=spec["name"],
        expectations=[{"type": e["type"], "kwargs": e["kwargs"], "meta": e["meta"]} for e in spec["expectations"]],
    )
    outcome = batch.validate(suite)

    result = GateResult(suite=spec["name"], passed=sum(r.success for r in outcome.results))
    for r in outcome.results:
        if r.success:
            continue
        config = r.expectation_config
        name = f"{config.type}({config.kwargs.get('column', '')})"
        share = (r.result or {}).get("unexpected_percent", 100.0)
        if config.meta["severity"] == "warning":
            result.warned.append(name)
        elif quarantine and share <= 1.0:
            move_failed_rows(schema, table, quarantine, config.meta["row_filter"])
            result.warned.append(name)
        else:
            result.blocked.append(name)
    log.info("gate", suite=result.suite, passed=result.passed, warned=result.warned, blocked=result.blocked)
    if result.blocked:
        raise GateBlocked(f"{result.suite}: {', '.join(result.blocked)}")
    return result
