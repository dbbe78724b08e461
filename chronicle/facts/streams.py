"""Arithmetic on a sensor of which only the changes are kept: its value at a moment, its integral, its period, a boxcar over it.

A sensor holds each value until the next change is seen. A change lies between the last read of the old value and the first of
the new one, so every edge is known no better than the polling was close.
"""

from __future__ import annotations

import bisect
import itertools
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chronicle.records.calibration import Extent, Spread, UpdatePeriod
from chronicle.records.readings import Stream

NS = 1_000_000_000
_FEWEST_CHANGES = 4


@dataclass(frozen=True, slots=True)
class Held:
    """A piecewise constant function of time with its integral: ``value[i]`` holds from ``ns[i]`` on."""

    ns: Sequence[int]
    value: Sequence[float]
    area: Sequence[float]

    def at(self, when: float) -> float:
        """The value held at a moment; before the first change that of the first."""
        return self.value[max(0, bisect.bisect_right(self.ns, when) - 1)]

    def integral(self, start: float, end: float) -> float:
        """Value times nanoseconds between two moments."""
        return self._until(end) - self._until(start)

    def mean(self, start: float, end: float) -> float:
        return self.integral(start, end) / (end - start)

    def _until(self, when: float) -> float:
        place = max(0, bisect.bisect_right(self.ns, when) - 1)
        return self.area[place] + self.value[place] * (when - self.ns[place])


def held(stream: Stream) -> Held:
    """The stream as a function. Raises ValueError where it has no entry."""
    if not stream.ns:
        raise ValueError(f"{stream.source}: no reading")
    spans = [b - a for a, b in itertools.pairwise(stream.ns)]
    steps = [value * span for value, span in zip(stream.value, spans, strict=False)]
    return Held(stream.ns, stream.value, list(itertools.accumulate(steps, initial=0)))


def find(streams: Iterable[Stream], source: str) -> Stream | None:
    """The stream of that source if it has a reading."""
    return next((one for one in streams if one.source == source and one.ns), None)


def changes(stream: Stream) -> list[int]:
    """Places of the changes that were seen: all entries but the first, which is only where the sensor stood."""
    return list(range(1, len(stream.ns)))


def update_period(stream: Stream, state: str, start: int = 0, end: int | None = None) -> UpdatePeriod | None:
    """Time between changes seen from ``start`` to ``end``; None below five changes.

    A sensor that reads the same twice in a row shows no change, so the median is a period and the longest wait may be several.
    """
    until = stream.until_ns if end is None else end
    seen = [stream.ns[one] for one in changes(stream) if start <= stream.ns[one] <= until]
    waits = [b - a for a, b in itertools.pairwise(seen)]
    if len(waits) < _FEWEST_CHANGES:
        return None
    closely = [stream.ns[one] - stream.before_ns[one] for one in changes(stream)]
    return UpdatePeriod(
        source=stream.source,
        state=state,
        period_ns=spread(waits),
        longest_ns=max(waits),
        poll_ns=round(statistics.median(closely)),
    )


def is_falling(stream: Stream) -> bool:
    """Whether a counter ever went back, as after a reset."""
    return any(b < a for a, b in itertools.pairwise(stream.value))


def spread(values: Sequence[float]) -> Spread:
    """Median and quartiles. Raises ValueError on nothing."""
    if not values:
        raise ValueError("no reading to take a median of")
    quarters = statistics.quantiles(values if len(values) > 1 else [*values, *values], n=4)
    return Spread(median=_rounded(statistics.median(values)), q1=_rounded(quarters[0]), q3=_rounded(quarters[2]), n=len(values))


def extent(values: Sequence[float]) -> Extent:
    """Median, lowest and highest. Raises ValueError on nothing."""
    return Extent(
        median=_rounded(statistics.median(values)), lowest=_rounded(min(values)), highest=_rounded(max(values)), n=len(values)
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _rounded(value: float) -> float:
    """Nine significant digits: more than any clock here has, and the same on every machine."""
    return float(f"{value:.9g}")
