"""What the A/A controls of a run say: a case and the same case a second time in the block should differ by nothing.

Whatever their ratio is not 1 by, no ratio of that run can be known better than (measurement method, §1.3).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chronicle.facts.estimates import LEVEL, order_statistic
from chronicle.facts.gates.pairs import log_ratios
from chronicle.facts.measurements import Measurement
from chronicle.records.run import Estimate

TOO_SHORT = "the A/A control has too few blocks to tell what it moves by"
"""Why nothing is decided beside such a control."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A measurement and its control: the same run, case and metric."""

    case: Measurement
    again: Measurement


@dataclass(frozen=True, slots=True)
class Resolution:
    """What controls move by, as a share; None where there are none, or where one ``is_too_short``: its blocks give no interval.

    ``lacking`` are the runs that hold no control, of those that were asked about.
    """

    share: float | None = None
    is_too_short: bool = False
    lacking: tuple[str, ...] = ()


def pairs_of(measured: Iterable[Measurement], controls: Iterable[Measurement]) -> tuple[Pair, ...]:
    """Every control with what it repeats."""
    known = {(one.run_key, one.metric, one.case): one for one in measured}
    found = ((known.get((again.run_key, again.metric, again.case)), again) for again in controls)
    return tuple(Pair(case, again) for case, again in found if case is not None)


def beside(one: Measurement, pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    """The controls that speak for a measurement: that of its own case, else all of its run in its metric."""
    near = [pair for pair in pairs if (pair.case.run_key, pair.case.metric) == (one.run_key, one.metric)]
    return tuple([pair for pair in near if pair.case.case == one.case] or near)


def resolution(operands: Iterable[tuple[Measurement, Sequence[Pair]]], level: float = LEVEL) -> Resolution:
    """What the ratio of these measurements cannot be known better than, each with the controls that speak for it.

    The largest of ``max(|L|, |U|)`` over the intervals [L, U] of ln(control/case), at ``level``, or at 95 % where a control
    has too few blocks for that. A control that shares no block with its case, or has a number that no ratio can be taken of,
    says nothing.
    """
    shares: list[float] = []
    lacking: list[str] = []
    for one, pairs in operands:
        moved = [share for pair in pairs if (share := _moved(pair, level)) is not None]
        shares += moved
        lacking += [] if moved else [one.run_key]
    is_too_short = math.inf in shares
    return Resolution(None if is_too_short else max(shares, default=None), is_too_short, tuple(dict.fromkeys(lacking)))


def widened(one: Estimate, share: float) -> Estimate:
    """The estimate of a ratio, its interval wider at both ends by a share; one without an interval as it is."""
    if one.lo is None or one.hi is None:
        return one
    return replace(one, lo=one.lo / (1 + share), hi=one.hi * (1 + share))


def _moved(pair: Pair, level: float) -> float | None:
    """What one control moves by: infinite where its blocks are too few, None where it says nothing."""
    if min((*pair.case.values, *pair.again.values), default=0.0) <= 0:
        return None
    logs = list(log_ratios(pair.case, pair.again).values())
    if not logs:
        return None
    for one in (order_statistic(logs, level), order_statistic(logs, LEVEL)):
        if one.lo is not None and one.hi is not None:
            return math.expm1(max(abs(one.lo), abs(one.hi)))
    return math.inf
