"""Automatic validity checks of one measured process: small pure functions over its record, in one table.

A gate trips with a value and the limit it crossed. Its effect is the worst it can do: *label* names a circumstance,
*degraded* marks the number wherever it is shown, *invalid* keeps the process out of every estimate. Nothing is stored:
gates are computed from the record by every reader, so a better gate judges old runs too.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from chronicle.facts.estimates import call_seconds
from chronicle.facts.physics import Peaks
from chronicle.records.run import Process, Workload

Effect = Literal["label", "degraded", "invalid"]
HARDWARE_MASK = 0x8 | 0x40 | 0x80


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a gate may look at: the process, its samples in nanoseconds, its work, and the machine's computed peaks."""

    process: Process
    samples: Sequence[int]
    workload: Workload | None
    peaks: Peaks


@dataclass(frozen=True, slots=True)
class Trip:
    """A gate that found something, with the measured value and the limit it crossed."""

    gate: str
    effect: Effect
    value: float
    limit: float
    meaning: str


@dataclass(frozen=True, slots=True)
class Gate:
    """A named check; ``look`` gives the offending value and its limit, or None where all is well or unknown."""

    name: str
    effect: Effect
    meaning: str
    look: Callable[[Evidence], tuple[float, float] | None]


def tripped(evidence: Evidence) -> tuple[Trip, ...]:
    """Every gate the process trips, in the table's order."""
    found = ((gate, gate.look(evidence)) for gate in GATES if evidence.process.time is not None)
    return tuple(Trip(gate.name, gate.effect, seen[0], seen[1], gate.meaning) for gate, seen in found if seen is not None)


def _faster_than_physics(evidence: Evidence) -> tuple[float, float] | None:
    seconds, work, peaks = call_seconds(evidence.process), evidence.workload, evidence.peaks
    if seconds is None or work is None:
        return None
    bandwidth = work.bytes / seconds / peaks.memory_bytes_per_second if work.bytes and peaks.memory_bytes_per_second else 0.0
    flop = peaks.matrix_flop_per_second(work.formula)
    return _above(max(bandwidth, work.flop / seconds / flop if work.flop and flop else 0.0), 1.02)


def _escaped_work(evidence: Evidence) -> tuple[float, float] | None:
    host, time = evidence.process.host, evidence.process.time
    if host is None or time is None or host.wall_ns <= 0:
        return None
    gap = host.wall_ns - time.device_ns
    limit = max(20_000 * time.n, 0.10 * host.wall_ns)
    return (gap / host.wall_ns, limit / host.wall_ns) if gap > limit else None


def _first_sample(evidence: Evidence) -> tuple[float, float] | None:
    samples = evidence.samples
    return _above(samples[0] / statistics.median(samples), 3.0) if len(samples) > 1 else None


def _not_settled(evidence: Evidence) -> tuple[float, float] | None:
    fifth = len(evidence.samples) // 5
    if fifth < 2:
        return None
    first, last = statistics.median(evidence.samples[:fifth]), statistics.median(evidence.samples[-fifth:])
    return _above(abs(last - first) / first, 0.005)


def _no_steady_state(evidence: Evidence) -> tuple[float, float] | None:
    warmup = evidence.process.warmup
    return None if warmup is None or warmup.steady else (warmup.device_ns / 1e9, 0.0)


def _quantum(evidence: Evidence) -> tuple[float, float] | None:
    time = evidence.process.time
    if time is None or time.median_ns >= 100 * time.quantum_ns:
        return None
    return time.median_ns / time.quantum_ns, 100.0


def _wrong_result(evidence: Evidence) -> tuple[float, float] | None:
    check = evidence.process.correct
    return None if check is None else _above(check.relative_error, check.limit)


def _tenant(evidence: Evidence) -> tuple[float, float] | None:
    others = evidence.process.tenancy
    return None if others is None else _above(float(max(others.processes or 0, (others.utilisation_pct or 0) / 5)), 0.0)


def _power_limited(evidence: Evidence) -> tuple[float, float] | None:
    window = evidence.process.throttle
    return None if window is None or window.power_cap_ns is None else _above(window.power_cap_ns / window.window_ns, 0.01)


def _thermal(evidence: Evidence) -> tuple[float, float] | None:
    window = evidence.process.throttle
    if window is None:
        return None
    slowed = max(window.thermal_ns or 0, window.sw_thermal_ns or 0, window.hw_thermal_ns or 0, window.hw_brake_ns or 0)
    return _above(slowed / window.window_ns, 0.0)


def _hardware_slowdown(evidence: Evidence) -> tuple[float, float] | None:
    window = evidence.process.throttle
    return None if window is None or window.mask_or is None else _above(float(window.mask_or & HARDWARE_MASK), 0.0)


def _bimodal(evidence: Evidence) -> tuple[float, float] | None:
    """Two groups of samples whose centres lie further apart than six times the spread within them, three on each side."""
    ordered = sorted(evidence.samples)
    if len(ordered) < 20:
        return None
    tenth = len(ordered) // 10
    gaps = [(b - a, place) for place, (a, b) in enumerate(itertools.pairwise(ordered)) if tenth <= place < len(ordered) - tenth]
    _, cut = max(gaps)
    low, high = ordered[: cut + 1], ordered[cut + 1 :]
    within = max(statistics.pstdev(low), statistics.pstdev(high), 1.0)
    apart = statistics.fmean(high) - statistics.fmean(low)
    if apart < 0.02 * statistics.median(ordered):
        return None
    return _above(apart / within, 6.0)


def _autocorrelated(evidence: Evidence) -> tuple[float, float] | None:
    time = evidence.process.time
    return None if time is None or time.rho1 is None else _above(time.rho1, 0.2)


def _above(value: float, limit: float) -> tuple[float, float] | None:
    return (value, limit) if value > limit else None


GATES = (
    Gate("faster_than_physics", "invalid", "faster than the machine's computed peak allows", _faster_than_physics),
    Gate(
        "escaped_work", "invalid", "the device-synchronised wall time is longer than the timed samples explain", _escaped_work
    ),
    Gate("first_sample", "invalid", "the first kept sample is far slower than the rest", _first_sample),
    Gate("wrong_result", "invalid", "the result is further from its reference than allowed", _wrong_result),
    Gate("tenant", "invalid", "another process was using the device", _tenant),
    Gate("quantum", "invalid", "samples are too short for the timer", _quantum),
    Gate("hardware_slowdown", "invalid", "hardware slowed the clocks", _hardware_slowdown),
    Gate("thermal", "degraded", "heat held the clocks back", _thermal),
    Gate("not_settled", "degraded", "the first and the last samples differ by more than 0.5 %", _not_settled),
    Gate("no_steady_state", "degraded", "warm-up reached its cap before two windows agreed", _no_steady_state),
    Gate("bimodal", "degraded", "the samples fall into two groups", _bimodal),
    Gate("power_limited", "label", "the power cap held the clocks back for more than 1 % of the window", _power_limited),
    Gate(
        "autocorrelated",
        "label",
        "successive samples are alike, so samples within a process are not independent",
        _autocorrelated,
    ),
)
