"""Estimates over cases that two quantities describe, and where two laws meet: partial slopes, what a law explains, crossovers.

As in the estimates over one axis each block gives one answer, by least squares over its cases, and the interval is over blocks.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence

from chronicle.facts.estimates import LEVEL, order_statistic, readings, student_t
from chronicle.facts.ledger import Finding, Ledger, NotFoundError, Where, no_axis
from chronicle.facts.measurements import Measurement
from chronicle.facts.trends import POINTS_FOR_A_LAW, in_one_run

Row = tuple[float, float, float]
"""The place on the axis, the place on the other one (0 where there is none), and the value."""


def partial(
    ledger: Ledger, metric: str, x: str, beside: str, where: Where, law: str = "power", level: float = LEVEL
) -> Finding:
    """The exponent or slope of a metric over ``x`` where ``beside`` varies as well: what ``x`` adds at an equal ``beside``.

    ``metric = a·x^b·beside^c``, or ``a + b·x + c·beside`` for a line, by least squares; b is the answer.
    """
    cases, blocks = _along(ledger, metric, [x, beside], where)
    slopes = [_plane(_straight(rows, law))[0] for rows in blocks]
    off = max(abs(one) for one in _residuals(_straight(_medians(cases, x, beside), law)))
    remark = f"{len(cases)} cases, at most {100 * math.expm1(off):.2g} % off the power law" if law == "power" else ""
    unit = "" if law == "power" else f"{cases[0].quantity.unit} per {x}"
    name = f"{'exponent' if law == 'power' else 'slope'} of {metric} over {x} at equal {beside}"
    return Finding(name, unit, order_statistic(slopes, level), student_t(slopes, level), cases, remark=remark)


def explained(
    ledger: Ledger, metric: str, x: str, where: Where, beside: str | None = None, law: str = "power", level: float = LEVEL
) -> Finding:
    """The share R² of a metric's variance over the cases that a law of ``x``, and of ``beside``, accounts for."""
    cases, blocks = _along(ledger, metric, [x, *([beside] if beside else [])], where)
    shares = [_explained(_straight(rows, law)) for rows in blocks]
    name = f"share of {metric} explained by {x}{f' and {beside}' if beside else ''}"
    return Finding(name, "", order_statistic(shares, level), student_t(shares, level), cases, remark=f"{len(cases)} cases")


def crossover(
    ledger: Ledger, metric: str, x: str, of: Where, to: Where, where: Where, against: Where | None = None, level: float = LEVEL
) -> Finding:
    """Where along ``x`` two power laws meet: the metric of ``of`` over that of ``to`` is 1 there.

    Per block a line is fitted through the logarithm of their ratio over that of x. A meeting outside what was measured is no
    finding. ``against`` changes ``to`` for a second meeting: the answer is then the first over the second.
    """
    meeting, cases = _meetings(ledger, metric, x, of, to, where)
    if against is None:
        return Finding(f"crossover of {metric} along {x}", "", *readings(list(meeting.values()), level), cases)
    other, more = _meetings(ledger, metric, x, of, {**to, **against}, where)
    moved = [meeting[block] / other[block] for block in meeting if block in other]
    if not moved:
        raise NotFoundError(f"the two crossovers of {metric} have no block in common")
    return Finding(f"ratio of crossovers of {metric} along {x}", "", *readings(moved, level), (*cases, *more))


def _meetings(
    ledger: Ledger, metric: str, x: str, of: Where, to: Where, where: Where
) -> tuple[Mapping[int, float], tuple[Measurement, ...]]:
    """The place where the two meet, by block, and the cases it rests on."""
    sides = [_by_place(ledger, metric, x, {**where, **side}) for side in (of, to)]
    runs = sorted({one.run_key for side in sides for one in side.values()})
    if len(runs) > 1:
        raise NotFoundError(f"the two sides lie in {len(runs)} runs ({', '.join(runs[:3])}), which have no blocks in common")
    places = sorted(set(sides[0]) & set(sides[1]))
    if len(places) < POINTS_FOR_A_LAW or places[0] <= 0:
        raise NotFoundError(f"{len(places)} values of {x} above 0 are common to both; a law needs {POINTS_FOR_A_LAW}")
    pairs = [tuple(dict(zip(side[place].blocks, side[place].values, strict=True)) for side in sides) for place in places]
    found = {}
    for block in sorted(set.intersection(*(set(one) & set(other) for one, other in pairs))):
        logs = [math.log(one[block] / other[block]) for one, other in pairs]
        line = statistics.linear_regression([math.log(place) for place in places], logs)
        found[block] = math.exp(-line.intercept / line.slope) if line.slope else math.inf
    least, most = min(found.values(), default=0.0), max(found.values(), default=0.0)
    if not found or least < places[0] or most > places[-1]:
        raise NotFoundError(f"they do not meet between {x} {places[0]:g} and {places[-1]:g}, which was measured")
    return found, tuple(side[place] for side in sides for place in places)


def _by_place(ledger: Ledger, metric: str, x: str, where: Where) -> dict[float, Measurement]:
    cases = _numbered(in_one_run(ledger, metric, where), [x])
    found = {float(one.parameters[x]): one for one in cases}
    if len(found) < len(cases):
        raise NotFoundError(f"several cases have the same {x}: {', '.join(one.case for one in cases[:6])}; say which ones")
    return found


def _along(ledger: Ledger, metric: str, axes: Sequence[str], where: Where) -> tuple[tuple[Measurement, ...], list[list[Row]]]:
    """The cases of one run that have the axes, and for each block their rows."""
    cases = _numbered(in_one_run(ledger, metric, where), axes)
    if len(cases) < POINTS_FOR_A_LAW + len(axes) - 1:
        raise NotFoundError(f"{len(cases)} cases fit; a law of {' and '.join(axes)} needs {POINTS_FOR_A_LAW + len(axes) - 1}")
    values = [dict(zip(one.blocks, one.values, strict=True)) for one in cases]
    common = sorted(set.intersection(*(set(one) for one in values)))
    if not common:
        raise NotFoundError(f"the cases of {metric} have no block in common")
    places = [_places(one, axes) for one in cases]
    return tuple(cases), [[(*place, one[block]) for place, one in zip(places, values, strict=True)] for block in common]


def _numbered(cases: Sequence[Measurement], axes: Sequence[str]) -> list[Measurement]:
    if missing := next(filter(None, (no_axis(axis, cases) for axis in axes)), None):
        raise NotFoundError(missing)
    found = [one for one in cases if all(axis in one.parameters for axis in axes)]
    if not found or any(isinstance(one.parameters[axis], str | bool) for one in found for axis in axes):
        raise NotFoundError(f"{' and '.join(axes)}: no axis of numbers")
    return found


def _places(one: Measurement, axes: Sequence[str]) -> tuple[float, float]:
    numbers = [float(one.parameters[axis]) for axis in axes]
    return numbers[0], numbers[1] if len(numbers) > 1 else 0.0


def _medians(cases: Sequence[Measurement], x: str, beside: str) -> list[Row]:
    return [(*_places(one, [x, beside]), one.estimate.value) for one in cases]


def _straight(rows: Sequence[Row], law: str) -> list[Row]:
    """The rows in which the law is a plane. Raises :class:`NotFoundError` where a power law meets what is not above 0."""
    if law != "power":
        return list(rows)
    if any(one <= 0 for row in rows for one in (row[0], row[2])) or len({row[1] <= 0 for row in rows}) > 1:
        raise NotFoundError("a power law needs places and values above 0")
    return [(math.log(x), math.log(z) if z > 0 else 0.0, math.log(y)) for x, z, y in rows]


def _plane(rows: Sequence[Row]) -> tuple[float, float]:
    """The slopes of the least-squares plane. Raises :class:`NotFoundError` where the two axes move together."""
    xs, zs, ys = (_centred(one) for one in zip(*rows, strict=True))
    xx, zz, xz, xy, zy = (_product(a, b) for a, b in ((xs, xs), (zs, zs), (xs, zs), (xs, ys), (zs, ys)))
    if zz == 0:
        return xy / xx, 0.0
    determinant = xx * zz - xz * xz
    if determinant <= 1e-9 * xx * zz:
        raise NotFoundError("the two axes move together, so that neither has a slope of its own")
    return (xy * zz - zy * xz) / determinant, (zy * xx - xy * xz) / determinant


def _residuals(rows: Sequence[Row]) -> list[float]:
    b, c = _plane(rows)
    xs, zs, ys = (_centred(one) for one in zip(*rows, strict=True))
    return [y - b * x - c * z for x, z, y in zip(xs, zs, ys, strict=True)]


def _explained(rows: Sequence[Row]) -> float:
    left, ys = _residuals(rows), _centred([row[2] for row in rows])
    return 1 - _product(left, left) / _product(ys, ys)


def _product(a: Sequence[float], b: Sequence[float]) -> float:
    return math.fsum(one * other for one, other in zip(a, b, strict=True))


def _centred(values: Sequence[float]) -> list[float]:
    middle = statistics.fmean(values)
    return [one - middle for one in values]
