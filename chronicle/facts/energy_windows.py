"""How far the energy counter can be trusted: against the integral of power, and in windows that are short.

The counter moves in ticks. A window between two ticks is known to the closeness of the polling; a window between two arbitrary
moments misses up to a tick at each end, which is what makes the energy of a short event unknowable.
"""

from __future__ import annotations

import bisect
import itertools
import math
import statistics
from collections.abc import Iterator, Sequence

from chronicle.facts.streams import NS, Held, changes, extent, find, held, is_falling, percentile
from chronicle.records.calibration import EnergyAgreement, IdlePower, WindowError
from chronicle.records.readings import EnergyReadings, Quiet, Stream

AGREEMENT_SECONDS = 10
RAMP_SECONDS = 0.5
CLAIMABLE_ERROR = 0.02
_LENGTHS_MS = (100, 200, 500, 1000, 2000, 5000, 10000)
_MOST_WINDOWS = 200
_GOLDEN = 0.6180339887498949
_FEWEST_READINGS = 20
_NORMAL_95 = 1.96


def energy_agreements(readings: EnergyReadings) -> Iterator[EnergyAgreement]:
    """Counter over integral of the instant and of the average field, in windows that do not overlap."""
    counter = _settled_counter(readings)
    if counter is None:
        return
    windows = list(_aligned_windows(*counter))
    for source in ("instant", "average"):
        stream = find(readings.streams, source)
        if stream is None or not windows:
            continue
        power = held(stream)
        ratios = [energy * NS / power.integral(start, end) for start, end, energy in windows if power.mean(start, end) > 0]
        if ratios:
            found = extent(ratios)
            worst = max(abs(found.highest - 1), abs(found.lowest - 1))
            length = round(min(end - start for start, end, _ in windows))
            yield EnergyAgreement(source=source, ratio=found, window_ns=length, gap=round(worst, 9))


def load_ratio(readings: EnergyReadings, source: str) -> tuple[float, int] | None:
    """Counter over integral of a power field from the first to the last tick of the steady load, and the time between the two.

    None where the counter or the field is missing, or the counter went back.
    """
    counter, stream = _settled_counter(readings), find(readings.streams, source)
    if counter is None or stream is None:
        return None
    moments, values = counter
    integral = held(stream).integral(moments[0], moments[-1])
    return ((values[-1] - values[0]) * NS / integral, moments[-1] - moments[0]) if integral > 0 else None


def sampling_error(readings: EnergyReadings, source: str, window_ns: float) -> float | None:
    """How far the integral of a power field over a window may be off as power is known by readings only: a share, about 95 %.

    A field that shows a short stretch of every period samples power systematically. With ``p`` the readings of the steady load
    and ``n`` the updates of a window, by the median time between two of them, the error is ``1.96 s / mean(p) / sqrt(n)`` with
    ``s² = mean((p[i+1] - p[i])²) / 2``: the estimator of successive differences, which leaves out the slow movement that the
    energy counter sees as well (Cochran, Sampling Techniques, 3rd ed., ch. 8; Wolter, Introduction to Variance Estimation,
    ch. 8). It is for readings that do not overlap: those of a field that averages over several periods repeat each other.

    What remains is assumed independent from one reading to the next. Readings are not (on an H100 those next to each other
    correlate by 0.35), and of that the differences leave out what is slow and shared with the counter; movement within a few
    readings that the counter does not share would make the error larger than stated. Hence "about".

    None where the field is missing, or was seen to change too rarely to tell.
    """
    stream = find(readings.streams, source)
    kept = [] if stream is None else _settled_changes(readings, stream)
    if stream is None or len(kept) < _FEWEST_READINGS:
        return None
    power = [stream.value[one] for one in kept]
    scatter = math.sqrt(statistics.fmean((b - a) ** 2 for a, b in itertools.pairwise(power)) / 2)
    period = statistics.median(stream.ns[b] - stream.ns[a] for a, b in itertools.pairwise(kept))
    return _NORMAL_95 * scatter / statistics.fmean(power) / math.sqrt(window_ns / period)


def _settled_counter(readings: EnergyReadings) -> tuple[list[int], list[int]] | None:
    """Times and values of the counter's changes while the load was steady; None where it is missing or went back."""
    stream = find(readings.streams, "energy")
    if stream is None or is_falling(stream):
        return None
    kept = _settled_changes(readings, stream)
    return ([stream.ns[one] for one in kept], [stream.value[one] for one in kept]) if len(kept) > 1 else None


def _settled_changes(readings: EnergyReadings, stream: Stream) -> list[int]:
    """Places of the changes seen while the load was steady."""
    if not readings.progress_ns:
        return []
    start, end = readings.progress_ns[0] + RAMP_SECONDS * NS, readings.progress_ns[-1]
    return [one for one in changes(stream) if start <= stream.ns[one] <= end]


def _aligned_windows(moments: Sequence[int], values: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Start, end and millijoules of windows of ten seconds or more from tick to tick, one after another."""
    first = 0
    for place, when in enumerate(moments):
        if when - moments[first] >= AGREEMENT_SECONDS * NS:
            yield moments[first], when, values[place] - values[first]
            first = place


def window_errors(readings: EnergyReadings) -> Iterator[WindowError]:
    """Errors of the energy of a call by length of the window, aligned to ticks and not, against the whole of the load."""
    counter, stream = _settled_counter(readings), find(readings.streams, "energy")
    if counter is None or stream is None:
        return
    moments, values = counter
    work = _Work(readings.progress_ns, readings.progress_calls)
    whole = (values[-1] - values[0]) / work.between(moments[0], moments[-1])
    for length in (one * 1_000_000 for one in _LENGTHS_MS):
        for is_aligned, errors in (
            (True, _aligned_errors(moments, values, work, whole, length)),
            (False, _unaligned_errors(held(stream), moments, work, whole, length)),
        ):
            if errors:
                yield WindowError(
                    window_ns=length, is_aligned=is_aligned, error_p95=round(percentile(errors, 0.95), 9), n=len(errors)
                )


class _Work:
    """Calls done by a moment, interpolated between the times at which groups of them were seen finished."""

    def __init__(self, moments: Sequence[int], calls: Sequence[int]) -> None:
        self._moments, self._calls = moments, calls

    def between(self, start: float, end: float) -> float:
        return self._by(end) - self._by(start)

    def _by(self, when: float) -> float:
        after = min(max(1, bisect.bisect_right(self._moments, when)), len(self._moments) - 1)
        a, b = self._moments[after - 1], self._moments[after]
        share = (when - a) / (b - a) if b > a else 0.0
        return self._calls[after - 1] + share * (self._calls[after] - self._calls[after - 1])


def _aligned_errors(moments: Sequence[int], values: Sequence[int], work: _Work, whole: float, length: int) -> list[float]:
    """From every tick (thinned) to the tick nearest to ``length`` later."""
    errors = []
    step = max(1, len(moments) // _MOST_WINDOWS)
    for first in range(0, len(moments), step):
        last = bisect.bisect_left(moments, moments[first] + length)
        if last > first + 1 and last < len(moments):
            nearer = moments[first] + length - moments[last - 1] < moments[last] - moments[first] - length
            last -= nearer
        if last < len(moments) and last > first:
            calls = work.between(moments[first], moments[last])
            errors.append(abs((values[last] - values[first]) / calls / whole - 1))
    return errors


def _unaligned_errors(counter: Held, moments: Sequence[int], work: _Work, whole: float, length: int) -> list[float]:
    """From evenly placed moments that know nothing of ticks, the counter read as it stands at both ends.

    Lengths are spread over one tick: a window of exactly so many ticks would hold as many from wherever it starts.
    """
    tick = statistics.median(b - a for a, b in itertools.pairwise(moments))
    span = moments[-1] - moments[0] - length - tick
    if span <= 0:
        return []
    errors = []
    for place in range(_MOST_WINDOWS):
        start = moments[0] + span * place / _MOST_WINDOWS
        end = start + length + tick * (place * _GOLDEN % 1)
        errors.append(abs((counter.at(end) - counter.at(start)) / work.between(start, end) / whole - 1))
    return errors


def claimable_window_ns(errors: Sequence[WindowError], is_aligned: bool = True) -> int | None:
    """The shortest window from which on the error of the energy of a call stays within 2 %."""
    chosen: int | None = None
    for one in sorted((one for one in errors if one.is_aligned == is_aligned), key=lambda one: -one.window_ns):
        if one.error_p95 > CLAIMABLE_ERROR:
            break
        chosen = one.window_ns
    return chosen


def idle_power(quiet: Quiet) -> IdlePower | None:
    """Mean power of a quiet window; None where the counter did not answer, stood still or went back."""
    if quiet.first is None or quiet.last is None or quiet.last.energy_mj <= quiet.first.energy_mj:
        return None
    window = quiet.last.ns - quiet.first.ns
    return IdlePower(
        state=quiet.state,
        power_w=round((quiet.last.energy_mj - quiet.first.energy_mj) / 1000 / (window / NS), 3),
        settle_ns=quiet.settle_ns,
        window_ns=window,
        temperature_c=quiet.temperature_c,
        sm_mhz=quiet.sm_mhz,
        is_polled=False,
    )


def polled_idle_power(stream: Stream, quiet: Quiet) -> IdlePower | None:
    """The same state while the sensors are polled without a pause, from tick to tick: what polling itself costs."""
    seen = changes(stream)
    if len(seen) < 3 or is_falling(stream):
        return None
    first, last = seen[0], seen[-1]
    window = stream.ns[last] - stream.ns[first]
    return IdlePower(
        state=quiet.state,
        power_w=round((stream.value[last] - stream.value[first]) / 1000 / (window / NS), 3),
        settle_ns=0,
        window_ns=window,
        temperature_c=quiet.temperature_c,
        sm_mhz=quiet.sm_mhz,
        is_polled=True,
    )
