"""The ceiling of a rate: what its machine was measured to give at most, or else the peak computed from its pins."""

from __future__ import annotations

from dataclasses import dataclass

from chronicle.facts.ledger import Ledger
from chronicle.facts.measurements import Measurement
from chronicle.facts.physics import Peaks, measured_ceilings


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A bound in the SI unit of the metric, and what it is called."""

    value: float
    name: str


def ceiling_of(one: Measurement, ledger: Ledger, kind: str = "") -> Ceiling | None:
    """The bound of a bandwidth or of a throughput; None of any other metric, and where nobody knows it.

    ``kind`` asks for another bound of the machine: ``memory``, ``bf16`` or ``fp32``. A measured ceiling is of bf16 products;
    one of another type has only its computed peak.
    """
    kind = kind or _kind_of(one)
    standing = ledger.calibrations.get(one.machine)
    measured = measured_ceilings(standing.findings) if standing is not None and not standing.expired else None
    known = {
        "memory": measured.memory_bytes_per_second if measured else None,
        "bf16": measured.bf16_flop_per_second if measured else None,
    }
    if (value := known.get(kind)) is not None:
        return Ceiling(value, "measured ceiling")
    peak = ledger.peaks.get(one.run_key, Peaks()).of(kind)
    return None if peak is None else Ceiling(peak, "computed peak")


def _kind_of(one: Measurement) -> str:
    """Which bound a metric has, by name; nothing for one that has none."""
    if one.metric == "throughput_flop_per_second":
        return str(one.parameters.get("dtype", ""))
    return "memory" if one.metric == "bandwidth_bytes_per_second" else ""
