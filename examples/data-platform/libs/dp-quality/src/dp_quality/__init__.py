"""The data quality gate: a suite passes, warns or blocks."""

from dp_quality.gate import GateBlocked, GateResult, run_gate

__all__ = ["GateBlocked", "GateResult", "run_gate"]
