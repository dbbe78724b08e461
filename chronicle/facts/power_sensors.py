"""How the power fields follow the load: when they get there after a step, and how much of a square wave they still show.

A field that averages over a window answers a step with a ramp as long as the window, and shows of a square wave the less the
longer its window is against the period.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chronicle.facts.streams import NS, Held, extent, find, held
from chronicle.records.calibration import StepResponse, WaveAmplitude
from chronicle.records.readings import StepReadings, Stream, WaveReadings

POWER_FIELDS = ("instant", "average", "usage")
_LEVEL_SECONDS = 0.6
_EXTREMES = 3


@dataclass(frozen=True, slots=True)
class _Step:
    """One step as a field showed it: the levels before and at the end, and when 10, 50 and 90 % of the way were first read."""

    before: float
    after: float
    times: tuple[int, int, int]


def step_responses(readings: StepReadings) -> Iterator[StepResponse]:
    """Rise and fall of every power field over all steps; a field that did not move at least a tenth is left out."""
    for source in POWER_FIELDS:
        if (stream := find(readings.streams, source)) is not None:
            for direction, edges in (("rise", _rises(readings)), ("fall", _falls(readings, stream))):
                found = [one for edge in edges if (one := _crossings(held(stream), stream, *edge)) is not None]
                if found:
                    yield _response(source, direction, found)


def _rises(readings: StepReadings) -> list[tuple[int, int]]:
    """Begin and end of each stretch of load."""
    return [(one.start_ns, one.end_ns) for one in readings.bursts]


def _falls(readings: StepReadings, stream: Stream) -> list[tuple[int, int]]:
    """Begin and end of each pause after a stretch of load."""
    starts = [one.start_ns for one in readings.bursts[1:]]
    return list(zip((one.end_ns for one in readings.bursts), [*starts, stream.until_ns], strict=True))


def _crossings(power: Held, stream: Stream, start: int, end: int) -> _Step | None:
    """The step between ``start``, when the load changed, and ``end``; None where the field hardly moved."""
    tail = min(_LEVEL_SECONDS * NS, (end - start) / 3)
    before, after = power.mean(start - tail, start), power.mean(end - tail, end)
    if abs(after - before) < 0.1 * max(before, after):
        return None

    def reached(share: float) -> int:
        level = before + share * (after - before)
        seen = (
            when
            for when, value in zip(stream.ns, stream.value, strict=True)
            if start < when <= end and (value - level) * (after - before) >= 0
        )
        return next(seen, end) - start

    return _Step(before, after, (reached(0.1), reached(0.5), reached(0.9)))


def _response(source: str, direction: str, found: Sequence[_Step]) -> StepResponse:
    levels = [statistics.median(one.before for one in found) / 1000, statistics.median(one.after for one in found) / 1000]
    at = [extent([one.times[place] for one in found]) for place in range(3)]
    return StepResponse(
        source=source,
        direction=direction,
        low_w=round(min(levels), 3),
        high_w=round(max(levels), 3),
        at_10_ns=at[0],
        at_50_ns=at[1],
        at_90_ns=at[2],
    )


def wave_amplitudes(readings: WaveReadings) -> tuple[WaveAmplitude, ...]:
    """The swing of each power field at each period, against the widest swing of any; the sensors' ticks fall anywhere in it."""
    swings = [
        (source, one.period_ns, _swing(stream, one.start_ns + min(NS, (one.end_ns - one.start_ns) // 3), one.end_ns))
        for source in POWER_FIELDS
        if (stream := find(readings.streams, source)) is not None
        for one in readings.waves
    ]
    widest = max((swing for *_, swing in swings), default=0.0)
    if widest <= 0:
        return ()
    return tuple(
        WaveAmplitude(source=source, period_ns=period, ratio=round(swing / widest, 6)) for source, period, swing in swings
    )


def _swing(stream: Stream, start: int, end: int) -> float:
    """Mean of the highest readings less mean of the lowest; the first second is left to the slowest window."""
    seen = sorted(value for when, value in zip(stream.ns, stream.value, strict=True) if start <= when <= end)
    if len(seen) < 2 * _EXTREMES:
        return 0.0
    return statistics.fmean(seen[-_EXTREMES:]) - statistics.fmean(seen[:_EXTREMES])
