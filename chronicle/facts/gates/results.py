"""Gates over what was computed: inputs, the result, its precision, and rates that no machine of this kind can have."""

from __future__ import annotations

from chronicle.facts.gates.evidence import Crossed, Evidence, Look, Unread, above, gate, on_gpu, unread, worst

_FEW_VALUES = 16
PRECISION_LIMITS = {"fp64": 1e-12, "fp32": 1.5e-5, "tf32": 2e-3, "fp16": 2e-3, "bf16": 1.5e-2, "fp8": 1.5e-1}
"""Relative error that a long sum of products may have in each arithmetic, a few to some hundred units of its rounding.

The steps between them are wide enough that the arithmetic one class coarser is beyond the limit of the finer one.
"""


def counts_bytes(evidence: Evidence) -> bool:
    time, work = evidence.process.time, evidence.workload
    return time is not None and time.l2 != "hot" and work is not None and bool(work.bytes)


def counts_work(evidence: Evidence) -> bool:
    return evidence.workload is not None and bool(evidence.workload.bytes or evidence.workload.flop)


@gate(
    1,
    "invalid",
    threshold="zeros > 1 %, no spread, or fewer than 16 values, unless declared",
    meaning="the inputs are zero or constant, which draws less power and runs faster",
)
def input_trivial(evidence: Evidence) -> Look:
    seen = evidence.process.inputs
    if seen is None:
        return unread(evidence.process, "inputs")
    if seen.declared_trivial:
        return None
    if seen.standard_deviation == 0:
        return Crossed(0.0, 0.0, says="the inputs are constant")
    if seen.distinct < min(_FEW_VALUES, seen.looked_at):
        return Crossed(seen.distinct, _FEW_VALUES, says="the inputs hold few different values")
    return above(seen.zero_fraction, 0.01)


@gate(
    2,
    "degraded",
    threshold="bytes < 2 × cache; above 1.02 × memory peak: invalid",
    meaning="the work fits into the last-level cache, so its bandwidth is not the memory's",
    asked_of=lambda evidence: on_gpu(evidence) and counts_bytes(evidence),
)
def l2_resident(evidence: Evidence) -> Look:
    """Work that fits twice into the last-level cache says little about the memory behind it, and nothing above its peak."""
    cache, rate = evidence.conditions.pin("gpu", "l2_b"), _bandwidth_share(evidence)
    assert evidence.workload is not None and evidence.workload.bytes is not None and evidence.process.time is not None
    if not isinstance(cache, int) or not cache:
        return Unread("pins: the size of the last-level cache is not known")
    if evidence.workload.bytes >= 2 * cache:
        return None
    if rate is not None and rate > 1.02:
        return Crossed(rate, 1.02, "invalid", says="faster than the memory: the cache answered")
    is_flushed = evidence.process.time.l2 == "cold"
    return None if is_flushed else Crossed(evidence.workload.bytes / cache, 2.0)


@gate(
    5,
    "invalid",
    threshold="> 1.02 × peak at the measured clock; > 10 × the case's usual speed",
    meaning="faster than the machine's computed peak allows",
    reach="case",
    asked_of=counts_work,
)
def faster_than_physics(evidence: Evidence) -> Look:
    """Above the peak of the clock that was measured, where both edges agree on one to 1 %; else of the highest clock."""
    seconds, work, peaks = evidence.seconds, evidence.workload, evidence.conditions.peaks
    assert work is not None and seconds is not None
    rates = [_bandwidth_share(evidence) if _is_beyond_cache(evidence) else 0.0]
    if work.flop and work.formula.startswith("matmul/"):
        peak = peaks.matrix_flop_per_second(work.formula, _steady_clock(evidence))
        rates.append(work.flop / seconds / peak if peak else None)
    known = [rate for rate in rates if rate is not None]
    usual = evidence.usual_seconds
    if usual is not None and usual > 10 * seconds:
        return Crossed(usual / seconds, 10.0, says="more than ten times as fast as the same case in other processes")
    if known and max(known) > 1.02:
        return Crossed(max(known), 1.02)
    return Unread(f"peaks: {peaks.reason or 'the pins do not give them'}") if len(known) < len(rates) else None


@gate(
    5,
    "degraded",
    threshold="> 1.02 × measured ceiling",
    meaning="faster than the ceiling that was measured here, which should be measured again",
    asked_of=counts_work,
)
def above_ceiling(evidence: Evidence) -> Look:
    seconds, work, ceilings = evidence.seconds, evidence.workload, evidence.conditions.ceilings
    assert work is not None and seconds is not None
    looks: list[Look] = []
    if counts_bytes(evidence) and work.bytes:
        looks.append(_against(work.bytes / seconds, ceilings.memory_bytes_per_second))
    if work.flop and work.formula.startswith("matmul/"):
        looks.append(_against(work.flop / seconds, ceilings.bf16_flop_per_second))
    return worst(*looks)


@gate(
    11,
    "invalid",
    threshold="error above that of the declared arithmetic",
    meaning="the result is less exact than the declared arithmetic",
    reach="case",
)
def precision(evidence: Evidence) -> Look:
    """A result that is right, but not as exact as the declared arithmetic: another type did the work."""
    check = evidence.process.correct
    if check is None:
        return unread(evidence.process, "correct")
    limit = PRECISION_LIMITS.get(check.precision or "")
    if limit is None:
        return Unread("correct.precision: the benchmark declares none")
    return None if _is_wrong(evidence) else above(check.relative_error, limit)


@gate(
    12,
    "invalid",
    threshold="error > the benchmark's limit, on poisoned output and fresh inputs",
    meaning="the result is further from its reference than allowed",
    reach="case",
)
def wrong_result(evidence: Evidence) -> Look:
    check = evidence.process.correct
    if check is None:
        return unread(evidence.process, "correct")
    fresh = check.renewed_error
    if check.relative_error <= check.limit and fresh is not None and fresh > check.limit:
        return Crossed(fresh, check.limit, says="the result did not follow its inputs")
    return above(check.relative_error, check.limit)


def _is_wrong(evidence: Evidence) -> bool:
    return isinstance(wrong_result.look(evidence), Crossed)


def _bandwidth_share(evidence: Evidence) -> float | None:
    """Bytes a second over the peak of the memory; 0 where none are counted, None where the peak is not known."""
    seconds, work, peak = evidence.seconds, evidence.workload, evidence.conditions.peaks.memory_bytes_per_second
    if work is None or not work.bytes or not seconds:
        return 0.0
    return work.bytes / seconds / peak if peak else None


def _is_beyond_cache(evidence: Evidence) -> bool:
    cache = evidence.conditions.pin("gpu", "l2_b")
    return counts_bytes(evidence) and not (isinstance(cache, int) and (evidence.workload.bytes or 0) < 2 * cache)  # type: ignore[union-attr]


def _steady_clock(evidence: Evidence) -> float | None:
    clock = evidence.process.clock
    if clock is None or not clock.sm_start_mhz or not clock.sm_end_mhz:
        return None
    low, high = sorted((clock.sm_start_mhz, clock.sm_end_mhz))
    return float(high) if high <= 1.01 * low else None


def _against(rate: float, ceiling: float | None) -> Look:
    if ceiling is None:
        return Unread("ceilings: the machine was not calibrated")
    return above(rate / ceiling, 1.02)
