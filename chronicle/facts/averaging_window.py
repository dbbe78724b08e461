"""The window that a power field averages over: the boxcar over the known load that explains best what the field showed.

The load is known from the host's clock as on or off, and a field is taken as a straight line of the mean load in a window that
ended a little before its value appeared. Width and delay of the window are searched on a grid, first coarse, then fine in the
delay; level and swing follow by least squares, so no other sensor has to be believed.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Iterable, Sequence

from chronicle.facts.streams import NS, Held, held
from chronicle.records.calibration import AveragingWindow
from chronicle.records.readings import Burst, Stream

_MS = 1_000_000
_WIDTHS_MS = (
    5,
    10,
    15,
    20,
    25,
    30,
    40,
    50,
    75,
    100,
    150,
    200,
    250,
    300,
    400,
    500,
    600,
    700,
    800,
    *range(850, 1200, 50),
    1250,
    1500,
    2000,
)
_LAGS_MS = range(0, 201, 20)
_FINE_MS = (-15, -10, -5, 5, 10, 15)
_MOST_POINTS = 120
_FEWEST_POINTS = 12


def averaging_window(stream: Stream, bursts: Sequence[Burst], method: str) -> AveragingWindow | None:
    """The best window and its misfit, the part of the field's variation it does not explain; None without readings enough."""
    points = _points(stream, bursts)
    if len(points) < _FEWEST_POINTS or len({value for _, value in points}) < 3:
        return None
    load = _as_load(bursts)
    coarse = _best(load, points, itertools.product(_WIDTHS_MS, _LAGS_MS))
    lags = [lag for step in _FINE_MS if (lag := coarse[2] + step) >= 0]
    misfit, width, _ = min(coarse, _best(load, points, itertools.product(_WIDTHS_MS, lags)))
    return AveragingWindow(source=stream.source, method=method, window_ns=width * _MS, misfit=misfit)


def _points(stream: Stream, bursts: Sequence[Burst]) -> list[tuple[float, int]]:
    """When each value appeared, in the middle between the reads that enclose it; thinned evenly where there are many."""
    if not bursts:
        return []
    seen = [
        ((before + when) / 2, value)
        for before, when, value in list(zip(stream.before_ns, stream.ns, stream.value, strict=True))[1:]
        if when >= bursts[0].start_ns
    ]
    step = -(-len(seen) // _MOST_POINTS) or 1
    return seen[::step]


def _as_load(bursts: Sequence[Burst]) -> Held:
    """1 during a burst and 0 outside."""
    edges = [(bursts[0].start_ns - 10 * NS, 0)]
    edges += [edge for one in bursts for edge in ((one.start_ns, 1), (one.end_ns, 0))]
    moments, levels = tuple(edge[0] for edge in edges), tuple(edge[1] for edge in edges)
    return held(
        Stream(source="load", ns=moments, before_ns=moments, value=levels, reads=len(edges), until_ns=moments[-1], reason="")
    )


def _best(load: Held, points: Sequence[tuple[float, int]], grid: Iterable[tuple[int, int]]) -> tuple[float, int, int]:
    """The least misfit with its width and delay in milliseconds."""
    return min((_misfit(load, points, width * _MS, lag * _MS), width, lag) for width, lag in grid)


def _misfit(load: Held, points: Sequence[tuple[float, int]], width: int, lag: int) -> float:
    """Share of the field's standard deviation that a straight line of the windowed load leaves over."""
    loads = [load.mean(when - lag - width, when - lag) for when, _ in points]
    if max(loads) - min(loads) < 1e-9:
        return 1.0
    likeness = statistics.correlation(loads, [value for _, value in points])
    return round(math.sqrt(max(0.0, 1 - likeness**2)), 6) if likeness > 0 else 1.0
