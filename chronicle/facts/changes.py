"""Change points in a series of runs: where a number moved for good, by the E-divisive means algorithm.

Matteson and James, A Nonparametric Approach for Multiple Change Point Analysis of Multivariate Data (JASA 109, 2014): the
place that divides the series best by the energy distance of its two sides is kept if few permutations divide as well, and
the sides are searched in turn. A series is cut wherever the environment changes, so no test compares different machines,
drivers or sources.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from chronicle.facts.measurements import Measurement

if TYPE_CHECKING:
    import numpy as np

RUNS_NEEDED = 8
"""The shortest series in which a clean step can be told from chance at 5 %: of its 70 halves, 2 divide it as well."""

LEAST_ON_A_SIDE = 3
_LEVEL = 0.05
_PERMUTATIONS = 999
_SEED = 20140305


@dataclass(frozen=True, slots=True)
class Change:
    """A change before the run at ``place``: the geometric means on either side up to the next change, and the test's p."""

    place: int
    run_key: str
    before: float
    after: float
    p_value: float

    @property
    def ratio(self) -> float:
        return self.after / self.before


@dataclass(frozen=True, slots=True)
class Series:
    """Successive runs of one case in one environment, with the changes among them; a short series is not searched."""

    measurements: tuple[Measurement, ...]
    changes: tuple[Change, ...]

    @property
    def is_long_enough(self) -> bool:
        return len(self.measurements) >= RUNS_NEEDED


def series_of(found: Sequence[Measurement]) -> tuple[Series, ...]:
    """The runs of one case and metric, oldest first, cut where pins or source change, each piece with its changes.

    Runs that no claim may use (exploratory, unfinished, invalid) are left out.
    """
    usable = [one for one in found if one.is_finished and not one.is_exploratory and one.verdict != "invalid"]
    pieces = groupby(usable, key=lambda one: (one.machine, one.compare_sha256, one.source_sha256))
    return tuple(_series(tuple(piece)) for _, piece in pieces)


def _series(runs: tuple[Measurement, ...]) -> Series:
    if len(runs) < RUNS_NEEDED:
        return Series(runs, ())
    logs = [math.log(one.estimate.value) for one in runs]
    found = change_points(logs)
    edges = [0, *(place for place, _ in found), len(logs)]
    changes = []
    for number, (place, p_value) in enumerate(found, start=1):
        before, after = logs[edges[number - 1] : place], logs[place : edges[number + 1]]
        means = [math.exp(sum(side) / len(side)) for side in (before, after)]
        changes.append(Change(place, runs[place].run_key, means[0], means[1], p_value))
    return Series(runs, tuple(changes))


def change_points(values: Sequence[float], level: float = _LEVEL, permutations: int = _PERMUTATIONS) -> list[tuple[int, float]]:
    """Places at which ``values`` change, each the index of the first one after, with the p of its test, in their order.

    The permutations are drawn from a fixed seed, so the same values give the same answer.
    """
    import numpy

    source = numpy.random.default_rng(_SEED)
    return sorted(_divided(numpy.asarray(values, dtype=float), 0, level, permutations, source))


def _divided(values: np.ndarray, start: int, level: float, permutations: int, source: Any) -> Iterator[tuple[int, float]]:
    if len(values) < 2 * LEAST_ON_A_SIDE:
        return
    place, seen = best_division(values)
    if seen <= 0:
        return
    as_good = sum(best_division(source.permutation(values))[1] >= seen * (1 - 1e-12) for _ in range(permutations))
    p_value = (as_good + 1) / (permutations + 1)
    if p_value <= level:
        yield start + place, p_value
        yield from _divided(values[:place], start, level, permutations, source)
        yield from _divided(values[place:], start + place, level, permutations, source)


def best_division(values: np.ndarray) -> tuple[int, float]:
    """The place where the scaled energy distance between the values before and from it is largest, and that distance.

    Q = mn/(m+n) · (2·mean|x−y| − mean|x−x\'| − mean|y−y\'|), the inner means over distinct pairs. Needs six values or more.
    """
    import numpy

    n = len(values)
    distances = numpy.abs(values[:, None] - values[None, :])
    sums = numpy.zeros((n + 1, n + 1))
    sums[1:, 1:] = distances.cumsum(axis=0).cumsum(axis=1)
    places = numpy.arange(LEAST_ON_A_SIDE, n - LEAST_ON_A_SIDE + 1)
    left, right = places, n - places
    within_left = sums[places, places]
    between = sums[places, n] - within_left
    within_right = sums[n, n] - within_left - 2 * between
    energy = 2 * between / (left * right) - within_left / (left * (left - 1)) - within_right / (right * (right - 1))
    scaled = left * right / n * energy
    best = int(scaled.argmax())
    return int(places[best]), float(scaled[best])
