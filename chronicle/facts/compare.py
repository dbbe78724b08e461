"""Two measurements against each other: the paired ratio, what the comparison can resolve, and what may be said of it.

The ratio is B over A. Within a run it is taken block by block, across runs it is unpaired. Both readings must agree, each wider
by what the A/A controls of the runs move by, and a difference counts only beyond the margin.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from chronicle.facts.controls import TOO_SHORT, Pair, beside, pairs_of, resolution, widened
from chronicle.facts.estimates import LEVEL, PROCESSES_FOR_AN_INTERVAL, log_t, order_statistic, welch
from chronicle.facts.gates.pairs import carried_over, different_work, log_ratios
from chronicle.facts.measurements import Measurement, measurements
from chronicle.facts.pins import differences, has_ranks
from chronicle.records.recorded import RecordedRun
from chronicle.records.run import CONTROL, REPLICATE, Estimate, Pin

Word = Literal["faster", "slower", "less", "more", "same", "undecided", "not comparable"]
Key = Mapping[str, Mapping[str, Pin]]

MARGIN = 0.01
SIDES: dict[str, tuple[Word, Word]] = {
    "call_seconds": ("faster", "slower"),
    "bandwidth_bytes_per_second": ("slower", "faster"),
    "throughput_flop_per_second": ("slower", "faster"),
    "decode_seconds_per_token": ("faster", "slower"),
    "tokens_per_second": ("slower", "faster"),
}
"""What B is where its number is smaller, and where it is larger; of other metrics it has less or more."""


@dataclass(frozen=True, slots=True)
class Operand:
    """A measurement, the pins of its run, the rule its work was counted by, and the controls that speak for it."""

    measurement: Measurement
    key: Key
    formula: str | None = None
    controls: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What B is against A. ``order`` and ``second`` are the two readings of the ratio B over A, None where none may be taken.

    ``resolution`` is the relative difference that the runs' A/A controls leave open, None where there were none, or where one
    ``is_too_short`` to tell.
    ``differing`` are the pins that differ, those declared as varied included; ``remarks`` are what comparison gates found.
    """

    a: Measurement
    b: Measurement
    verdict: Word
    reason: str
    margin: float
    order: Estimate | None = None
    second: Estimate | None = None
    is_paired: bool = False
    resolution: float | None = None
    is_too_short: bool = False
    differing: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def is_slowdown(self) -> bool:
        return self.verdict == "slower"


def operands(recorded: RecordedRun, role: str = REPLICATE) -> tuple[Operand, ...]:
    """Every measurement of a run as something to compare, with its controls beside it; or the controls themselves."""
    run, key = recorded.run, recorded.environment.key
    formulas = {case.key: case.workload.formula if case.workload else None for case in run.cases}
    chosen, controls = (
        measurements(recorded.run_at_its_end, recorded.samples, recorded.environment, one) for one in (role, CONTROL)
    )
    pairs = pairs_of(chosen, controls) if role != CONTROL else ()
    return tuple(Operand(one, key, formulas[one.case], beside(one, pairs)) for one in chosen)


def compare(a: Operand, b: Operand, *, margin: float = MARGIN, varied: Sequence[str] = (), level: float = LEVEL) -> Comparison:
    """Judge B against A at ``level``. ``varied`` names the pins, or groups of them, whose difference is what is asked about."""
    differing = tuple(differing_pins(a, b))
    plain = Comparison(a.measurement, b.measurement, "undecided", "", margin, differing=differing)
    undeclared = [one for one in differing if not _is_declared(one, varied)]
    if undeclared:
        return replace(plain, verdict="not comparable", reason=f"they differ in {'; '.join(undeclared)}")
    if why := _other_work(a, b):
        return replace(plain, verdict="not comparable", reason=why)
    is_paired = a.measurement.run_key == b.measurement.run_key
    order, second = ratio(a.measurement, b.measurement, is_paired, level)
    moved = resolution([(side.measurement, side.controls) for side in (a, b)], level)
    found = replace(
        plain, order=order, second=second, is_paired=is_paired, resolution=moved.share, is_too_short=moved.is_too_short
    )
    verdict, reason = _unusable(found) or _verdict(found)
    return replace(found, verdict=verdict, reason=reason, remarks=carried_over(a.measurement, b.measurement))


def ratio(a: Measurement, b: Measurement, is_paired: bool, level: float = LEVEL) -> tuple[Estimate, Estimate]:
    """B over A in both readings: exp of the median, and of the t interval, of ln(b/a) over the blocks that have both.

    Across runs there are no pairs, and Welch's interval is both readings. Raises ValueError where no block has both.
    """
    if not is_paired:
        unpaired = welch(b.values, a.values, level)
        return unpaired, unpaired
    logs = _logs(a, b)
    if not logs:
        raise ValueError(f"{a.case} and {b.case} have no block in common")
    return _exponential(order_statistic(logs, level)), log_t([math.exp(one) for one in logs], level)


def differing_pins(a: Operand, b: Operand) -> Iterator[str]:
    """Key pins with another value that concern the case, as ``group.name: A, then B``; and its source as ``source``."""
    several = has_ranks(a.measurement.parameters) or has_ranks(b.measurement.parameters)
    yield from (f"{found.pin}: {found.one}, then {found.other}" for found in differences(a.key, b.key, several=several))
    if a.measurement.source_sha256 != b.measurement.source_sha256:
        yield f"source: {a.measurement.source_sha256[:12]}, then {b.measurement.source_sha256[:12]}"


def _is_declared(difference: str, varied: Sequence[str]) -> bool:
    pin = difference.partition(":")[0]
    return pin in varied or pin.partition(".")[0] in varied


def _other_work(a: Operand, b: Operand) -> str:
    """Why the two did not do the same work, or nothing: the tokens they served, or the rule their work is counted by."""
    is_rate = a.measurement.metric.endswith("_per_second")
    if is_rate and a.formula != b.formula:
        return f"their work is counted by {a.formula} and {b.formula}"
    return different_work(a.measurement, b.measurement)


def _logs(a: Measurement, b: Measurement) -> list[float]:
    return list(log_ratios(a, b).values())


def _exponential(one: Estimate) -> Estimate:
    lo, hi = (None if end is None else math.exp(end) for end in (one.lo, one.hi))
    return replace(one, value=math.exp(one.value), lo=lo, hi=hi)


def _unusable(found: Comparison) -> tuple[Word, str] | None:
    for side in (found.a, found.b):
        if side.is_exploratory:
            return "undecided", "a run under an explore rule decides nothing"
        if side.verdict == "invalid":
            return "undecided", f"{side.case} is invalid: {', '.join(side.labels) or 'too few processes'}"
    assert found.order is not None and found.second is not None
    if found.order.lo is None or found.second.lo is None:
        return "undecided", f"{found.order.n_processes} in common give no interval; {PROCESSES_FOR_AN_INTERVAL} are needed"
    return ("undecided", TOO_SHORT) if found.is_too_short else None


def _verdict(found: Comparison) -> tuple[Word, str]:
    readings = [_reading(one, found) for one in _both(found)]
    if readings[0] != readings[1]:
        return "undecided", "the two readings disagree"
    return readings[0], _why_undecided(found) if readings[0] == "undecided" else ""


def _reading(one: Estimate, found: Comparison) -> Word:
    read = widened(one, found.resolution or 0.0)
    assert read.lo is not None and read.hi is not None
    within, lo, hi = math.log1p(found.margin), math.log(read.lo), math.log(read.hi)
    smaller, larger = SIDES.get(found.a.metric, ("less", "more"))
    if lo > within:
        return larger
    if hi < -within:
        return smaller
    return "same" if -within <= lo and hi <= within else "undecided"


def _why_undecided(found: Comparison) -> str:
    margin = f"the margin of {100 * found.margin:.2g} %"
    if found.resolution is None or any(_reading(one, replace(found, resolution=None)) == "undecided" for one in _both(found)):
        return f"the interval crosses {margin}"
    return f"the A/A control moves by {100 * found.resolution:.2g} %, and with that the interval crosses {margin}"


def _both(found: Comparison) -> list[Estimate]:
    return [one for one in (found.order, found.second) if one is not None]
