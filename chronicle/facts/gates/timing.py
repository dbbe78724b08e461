"""Gates over the timed samples: whether they are whole, settled, of one kind, and long enough for the clock."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence

from chronicle.facts.gates.evidence import Crossed, Evidence, Look, Unread, above, gate, on_gpu, unread, worst

_AWAITED_SLACK_NS = 20_000
_DRIFT_SECONDS = 10.0
"""Over less than this a slope per minute says more about noise than about drift."""


def is_eager_on_gpu(evidence: Evidence) -> bool:
    time = evidence.process.time
    return on_gpu(evidence) and time is not None and time.capture == "eager"


@gate(
    3,
    "invalid",
    threshold="timed < 0.5 × awaited",
    meaning="the timer did not wait for the device",
    part="time",
    reach="case",
)
def no_sync(evidence: Evidence) -> Look:
    """A host clock that does not wait for the device reads less than half of what it reads when it does."""
    seen = evidence.process.synchrony
    if seen is None:
        return unread(evidence.process, "synchrony")
    return Crossed(seen.timed_ns / seen.awaited_ns, 0.5) if 2 * seen.timed_ns < seen.awaited_ns else None


@gate(
    4,
    "invalid",
    threshold="wall − timed > 20 µs a sample and > 10 %; threads or clock changed",
    meaning="the device-synchronised wall time is longer than the timed samples explain",
    part="time",
    reach="case",
)
def escaped_work(evidence: Evidence) -> Look:
    """Work the timer did not see: on another stream or thread, left to a lazy output, or under a clock that was replaced."""
    process, time = evidence.process, evidence.process.time
    seen, host = process.synchrony, process.host
    assert time is not None
    if seen is None:
        gap = unread(process, "host") if host is None else _gap(host.wall_ns, time.device_ns, time.n)
        return worst(gap, unread(process, "synchrony"), default="invalid")
    gaps = [None if isinstance(no_sync.look(evidence), Crossed) else _gap(seen.awaited_ns, seen.timed_ns, 1)]
    if not seen.is_same_clock:
        gaps.append(Crossed(1.0, 0.0, says="the clock was replaced while the process ran"))
    if seen.threads_after != seen.threads_before:
        gaps.append(Crossed(abs(seen.threads_after - seen.threads_before), 0.0, says="threads were started or ended"))
    return worst(*gaps, default="invalid")


def _gap(awaited_ns: int, timed_ns: int, waits: int) -> Look:
    """What the host waited for beyond what was timed; a group with the cache as it comes has no other work in it."""
    limit = max(_AWAITED_SLACK_NS * waits, 0.10 * awaited_ns)
    return Crossed((awaited_ns - timed_ns) / awaited_ns, limit / awaited_ns) if awaited_ns - timed_ns > limit else None


@gate(
    8,
    "degraded",
    threshold="medians of first and last fifth differ > 0.5 %",
    meaning="the first and the last samples differ by more than 0.5 %",
    part="time",
)
def not_settled(evidence: Evidence) -> Look:
    fifth = len(evidence.samples) // 5
    if fifth < 2:
        return Unread("samples: fewer than ten")
    first, last = statistics.median(evidence.samples[:fifth]), statistics.median(evidence.samples[-fifth:])
    return above(abs(last - first) / first, 0.005)


@gate(
    9,
    "invalid",
    threshold="first > 3 × median, or first twentieth > 10 % above what follows",
    meaning="the first kept samples are far from the rest",
    part="time",
)
def first_sample(evidence: Evidence) -> Look:
    """A slow first sample, or a step within the first twentieth: what is loaded lazily was kept among the samples."""
    samples = evidence.samples
    if len(samples) < 2:
        return Unread("samples: fewer than two")
    usual = statistics.median(samples)
    return above(samples[0] / usual, 3.0) or _early_step(samples)


def _early_step(samples: Sequence[int]) -> Look:
    """A slow start that never comes back: the first twentieth lies a tenth above 99 % of all that follows."""
    few = len(samples) // 20
    if few < 3:
        return None
    first, later = statistics.median(samples[:few]), sorted(samples[few:])
    reached = later[int(0.99 * (len(later) - 1))]
    return (
        Crossed(first / reached - 1, 0.10, says="the first twentieth is slower than all that follows")
        if first > 1.1 * reached
        else None
    )


@gate(
    10,
    "invalid",
    threshold="> 0 graphs compiled among the samples",
    meaning="the compiler worked while samples were taken",
    part="time",
)
def recompile(evidence: Evidence) -> Look:
    seen = evidence.process.compilation
    return unread(evidence.process, "compilation") if seen is None else above(seen.graphs_timed, 0)


@gate(
    17,
    "label",
    threshold="lag-1 correlation > 0.2, or drift > 0.2 % a minute",
    meaning="successive samples are alike, so no interval is made from samples within a process",
    part="time",
)
def autocorr(evidence: Evidence) -> Look:
    """Successive samples that are alike, or a drift: the count of samples then overstates what they tell."""
    time = evidence.process.time
    assert time is not None
    if time.rho1 is None:
        return Unread("time.rho1: fewer than three samples, or all alike") if time.n < 3 else None
    return above(time.rho1, 0.2) or _drift(evidence.samples)


def _drift(samples: Sequence[int]) -> Look:
    """The least-squares slope over device time, in shares of the median a minute, where it is four times its own error."""
    if sum(samples) < _DRIFT_SECONDS * 1e9 or len(samples) < 30:
        return None
    minutes = [at / 60e9 for at in itertools.accumulate(samples)]
    fit = statistics.linear_regression(minutes, samples)
    rest = [y - fit.intercept - fit.slope * x for x, y in zip(minutes, samples, strict=True)]
    error = math.sqrt(sum(one * one for one in rest) / (len(rest) - 2)) / (statistics.pstdev(minutes) * math.sqrt(len(rest)))
    per_minute = abs(fit.slope) / statistics.median(samples)
    return above(per_minute, 0.002, says="the samples drift") if abs(fit.slope) > 4 * error else None


@gate(
    18,
    "degraded",
    threshold="two groups, centres apart > 6 × the spread within",
    meaning="the samples fall into two groups",
    part="time",
)
def bimodal(evidence: Evidence) -> Look:
    """Two groups of samples whose centres lie further apart than six times the spread within them, three on each side."""
    ordered = sorted(evidence.samples)
    if len(ordered) < 20:
        return Unread("samples: fewer than twenty")
    tenth = len(ordered) // 10
    gaps = [(b - a, place) for place, (a, b) in enumerate(itertools.pairwise(ordered)) if tenth <= place < len(ordered) - tenth]
    _, cut = max(gaps)
    low, high = ordered[: cut + 1], ordered[cut + 1 :]
    apart = statistics.fmean(high) - statistics.fmean(low)
    if apart < 0.02 * statistics.median(ordered):
        return None
    within = max(statistics.pstdev(low), statistics.pstdev(high), 1.0)  # exact, and the slowest step of all gates
    return above(apart / within, 6.0)


@gate(
    19,
    "invalid",
    threshold="median < 100 timer steps",
    meaning="samples are too short for the timer",
    part="time",
)
def quantum(evidence: Evidence) -> Look:
    time = evidence.process.time
    assert time is not None
    return Crossed(time.median_ns / time.quantum_ns, 100.0) if time.median_ns < 100 * time.quantum_ns else None


@gate(
    21,
    "label",
    threshold="eager > 1.1 × the same in a graph",
    meaning="the device waits for the host between kernels",
    part="time",
    asked_of=is_eager_on_gpu,
)
def host_bound(evidence: Evidence) -> Look:
    seen = evidence.process.launching
    return unread(evidence.process, "launching") if seen is None else above(seen.eager_ns / seen.graph_ns, 1.1)


@gate(
    31,
    "degraded",
    threshold="warm-up reached its cap",
    meaning="warm-up reached its cap before two windows agreed",
)
def no_steady_state(evidence: Evidence) -> Look:
    warmup = evidence.process.warmup
    if warmup is None:
        return unread(evidence.process, "warmup")
    return None if warmup.steady else Crossed(warmup.device_ns / 1e9, 0.0)
