"""Estimates over several cases: the law a metric follows along an axis, how far processes or cases spread, and plain counts.

As everywhere, the replicate is a fresh process. Each block ran every case once, so each block gives one slope, or one ratio of
the slowest to the quickest case, and the interval is taken over blocks; nothing is pooled.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from chronicle.facts.estimates import LEVEL, exact, order_statistic, readings, student_t
from chronicle.facts.ledger import Finding, Ledger, NotFoundError, Where, no_axis, why_unusable
from chronicle.facts.measurements import Measurement
from chronicle.records.run import Estimate

POINTS_FOR_A_LAW = 3
"""Different values of the axis: two points lie on any line."""


def fit(ledger: Ledger, metric: str, x: str, where: Where, law: str = "power", level: float = LEVEL) -> Finding:
    """The exponent b of ``metric = a·x^b`` (``law="power"``), or the slope of ``metric = a + b·x`` (``law="line"``).

    Least squares over the cases of one run, block by block, on logarithms for a power law; a line weighs all cases alike in
    the metric's own unit, so the largest values lead it. The readings are the order-statistic and Student's t interval over the
    slopes of the blocks. The interval says how well the slope is repeated, not that the law holds: ``remark`` gives the largest
    deviation of a case's median from the law, and a law that is off by more than it explains should not be claimed.
    """
    cases = _along(ledger, metric, x, where)
    blocks = sorted(set.intersection(*(set(one.blocks) for one in cases)))
    if not blocks:
        raise NotFoundError(f"the cases of {metric} along {x} have no block in common")
    places = [_place(one, x) for one in cases]
    if law == "power" and min(places) <= 0:
        raise NotFoundError(f"a power law needs positive values of {x}; the least is {min(places):g}")
    values = [dict(zip(one.blocks, one.values, strict=True)) for one in cases]
    if law == "power" and min(min(one.values) for one in cases) <= 0:
        raise NotFoundError(f"a power law needs positive values, and {metric} is not above 0 in all cases")
    slopes = [_slope(places, [one[block] for one in values], law) for block in blocks]
    is_exact = all(one.is_exact for one in cases)
    unit = "" if law == "power" else f"{cases[0].quantity.unit} per {x}"
    off = _deviation(places, [one.estimate.value for one in cases], law)
    return Finding(
        f"exponent of {metric} over {x}" if law == "power" else f"slope of {metric} over {x}",
        unit,
        exact(slopes[0], len(slopes)) if is_exact else order_statistic(slopes, level),
        exact(slopes[0], len(slopes)) if is_exact else student_t(slopes, level),
        tuple(cases),
        is_exact=is_exact,
        remark=f"{len(cases)} cases, at most {_percent(off)} off the {'power law' if law == 'power' else 'line'}",
    )


def spread(ledger: Ledger, metric: str, where: Where, over: str = "processes", level: float = LEVEL) -> Finding:
    """How far values lie apart: between the processes of one case, or between the cases of one run.

    ``over="processes"``: the standard deviation of the logarithms of the process medians, which for small values is the
    relative standard deviation (0.02 is 2 %). The readings are the chi-square interval, exact for log-normal values, and the
    jackknife of the logarithm of the variance, which asks for no shape (Miller, Annals of Mathematical Statistics 39, 1968).
    ``over="cases"``: the largest over the smallest case, block by block. Noise can only raise it, so a claim that it stays
    below a threshold is on the safe side, and one that it exceeds a threshold close to 1 is not.
    """
    if over == "processes":
        one = ledger.one(metric, where)
        return Finding(f"spread of {metric}", "", _chi_square(one.values, level), _jackknife(one.values, level), (one,))
    cases = in_one_run(ledger, metric, where)
    blocks = sorted(set.intersection(*(set(one.blocks) for one in cases)))
    values = [dict(zip(one.blocks, one.values, strict=True)) for one in cases]
    if len(cases) < 2 or not blocks:
        raise NotFoundError(f"{len(cases)} case of {metric} fits; a spread over cases needs two with a block in common")
    if min(min(one.values) for one in cases) <= 0:
        raise NotFoundError(f"a spread over cases is a ratio, and {metric} is not above 0 in all of them")
    ratios = [max(one[block] for one in values) / min(one[block] for one in values) for block in blocks]
    is_exact = all(one.is_exact for one in cases)
    return Finding(
        f"largest over smallest {metric}", "", *readings(ratios, level, is_exact), operands=tuple(cases), is_exact=is_exact
    )


def count(ledger: Ledger, what: str, where: Where) -> Finding:
    """How many processes, cases or runs answer: exact, so its interval has no width.

    Only usable evidence counts: runs that came to the end of their rule, no explorations, no invalid cases. Processes and cases
    are those of the latest run of each case; a process left out by a gate is not counted. Runs are all that fit.
    """
    fitting = ledger.fitting(where)
    if not fitting:
        ledger.one("call_seconds", where)
    usable = [one for one in fitting if why_unusable(one) is None]
    latest = list({(one.machine, one.suite, one.case): one for one in usable}.values())
    numbers = {
        "processes": sum(len(one.judged) - one.n_left_out for one in latest),
        "cases": len(latest),
        "runs": len({one.run_key for one in usable}),
    }
    estimate = exact(float(numbers[what]), numbers["processes"])
    counted = tuple(usable if what == "runs" else latest) or tuple(fitting)
    return Finding(f"number of {what}", "", estimate, estimate, counted, is_exact=True)


def _along(ledger: Ledger, metric: str, x: str, where: Where) -> list[Measurement]:
    """The cases of one run that have the axis, in its order, one for each value."""
    cases = in_one_run(ledger, metric, where)
    if missing := no_axis(x, cases):
        raise NotFoundError(missing)
    found = [one for one in cases if x in one.parameters]
    if any(isinstance(one.parameters[x], str | bool) for one in found):
        raise NotFoundError(f"{x} is no axis of numbers")
    found.sort(key=lambda one: _place(one, x))
    different = {one.parameters[x] for one in found}
    if len(different) < len(found):
        raise NotFoundError(f"several cases have the same {x}: {', '.join(one.case for one in found[:6])}; say which ones")
    if len(different) < POINTS_FOR_A_LAW:
        raise NotFoundError(f"{len(different)} values of {x} fit; a law needs {POINTS_FOR_A_LAW}")
    return found


def in_one_run(ledger: Ledger, metric: str, where: Where) -> list[Measurement]:
    """The measurements that fit, all of one run. Raises :class:`NotFoundError` for none, and for those of several runs."""
    found = list(ledger.select(metric, where))
    if not found:
        ledger.one(metric, where)
    runs = sorted({one.run_key for one in found})
    if len(runs) > 1:
        raise NotFoundError(f"the cases lie in {len(runs)} runs ({', '.join(runs[:3])}); name one with machine or run")
    return found


def _place(one: Measurement, x: str) -> float:
    return float(one.parameters[x])


def _slope(places: Sequence[float], values: Sequence[float], law: str) -> float:
    return statistics.linear_regression(*_straightened(places, values, law)).slope


def _deviation(places: Sequence[float], values: Sequence[float], law: str) -> float:
    """The largest relative deviation of a value from the law fitted through all of them."""
    xs, ys = _straightened(places, values, law)
    slope, intercept = statistics.linear_regression(xs, ys)
    expected = [intercept + slope * x for x in xs]
    if law == "power":
        return max(math.expm1(abs(y - e)) for y, e in zip(ys, expected, strict=True))
    return max(abs(y - e) / abs(y) for y, e in zip(ys, expected, strict=True))


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"


def _straightened(places: Sequence[float], values: Sequence[float], law: str) -> tuple[list[float], list[float]]:
    if law == "power":
        return [math.log(place) for place in places], [math.log(value) for value in values]
    return list(places), list(values)


def _chi_square(values: Sequence[float], level: float) -> Estimate:
    """s of the logarithms with s·√((n−1)/χ²); no interval where all values are alike, since a timer hides what there is."""
    n, s = len(values), statistics.stdev(logs) if len(logs := [math.log(value) for value in values]) > 1 else 0.0
    if s == 0:
        return Estimate(value=s, n_processes=n)
    from scipy.special import chdtri

    above, below = float(chdtri(n - 1, (1 + level) / 2)), float(chdtri(n - 1, (1 - level) / 2))
    return Estimate(value=s, n_processes=n, lo=s * math.sqrt((n - 1) / below), hi=s * math.sqrt((n - 1) / above), level=level)


def _jackknife(values: Sequence[float], level: float) -> Estimate:
    """exp of half the t interval over the pseudo-values of ln s², leaving out one process at a time."""
    logs, n = [math.log(value) for value in values], len(values)
    rest = [statistics.variance(logs[:place] + logs[place + 1 :]) for place in range(n)] if n > 2 else []
    if not rest or min(rest) <= 0:
        return Estimate(value=statistics.stdev(logs) if n > 1 else 0.0, n_processes=n)
    whole = math.log(statistics.variance(logs))
    inner = student_t([n * whole - (n - 1) * math.log(one) for one in rest], level)
    if inner.lo is None or inner.hi is None:
        return Estimate(value=math.exp(inner.value / 2), n_processes=n)
    return Estimate(
        value=math.exp(inner.value / 2), n_processes=n, lo=math.exp(inner.lo / 2), hi=math.exp(inner.hi / 2), level=level
    )
