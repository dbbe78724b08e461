"""Every measurement of a site in one place, to be asked by metric and by what it was measured on.

Where a case was measured several times on a machine, the latest run answers, unless one is named: a finished one before one
that can still be continued, and any of them before an exploration.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chronicle.facts.estimates import LEVEL, log_t, order_statistic
from chronicle.facts.measurements import Measurement
from chronicle.facts.physics import Peaks
from chronicle.records.run import Estimate, Parameter

Where = Mapping[str, Parameter]
_BOUNDED = {
    "memory": "bandwidth_bytes_per_second",
    "bf16": "throughput_flop_per_second",
    "fp32": "throughput_flop_per_second",
}
"""The metric that each computed peak bounds; a matrix peak bounds the product of its own type only."""

_PLACES = ("machine", "suite", "benchmark", "run")


class NotFoundError(Exception):
    """The selection names nothing, or more than one thing where one was asked for; the message says what there is."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A quantity derived from one or two measurements, in two readings of the same values over processes.

    ``unit`` is empty for shares and ratios. ``is_comparable`` is False where the operands' pins differ; ``is_paired`` is
    False where a ratio was taken across runs.
    """

    name: str
    unit: str
    order: Estimate
    second: Estimate
    operands: tuple[Measurement, ...]
    is_comparable: bool = True
    is_paired: bool = True


@dataclass(frozen=True, slots=True)
class Ledger:
    """Measurements in order of their runs, the peaks of each run by its key, and today's source hash of each suite."""

    measurements: tuple[Measurement, ...]
    peaks: Mapping[str, Peaks] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def select(self, metric: str, where: Where) -> tuple[Measurement, ...]:
        """The measurement that answers for each case and machine that fits; empty where nothing does."""
        fitting = [one for one in self.measurements if one.metric == metric and _fits(one, where)]
        best: dict[tuple[str, str, str], Measurement] = {}
        for one in fitting:
            known = best.setdefault((one.machine, one.suite, one.case), one)
            if _standing(one) >= _standing(known):
                best[one.machine, one.suite, one.case] = one
        return tuple(best.values())

    def one(self, metric: str, where: Where) -> Measurement:
        """The single measurement that fits. Raises :class:`NotFoundError` for none and for several."""
        found = self.select(metric, where)
        if len(found) == 1:
            return found[0]
        if found:
            cases = ", ".join(f"{one.case} on {one.machine}" for one in found[:6])
            raise NotFoundError(f"{len(found)} measurements of {metric} fit: {cases}; say which one")
        raise NotFoundError(self._nothing(metric, where))

    def median(self, metric: str, where: Where, level: float = LEVEL) -> Finding:
        """The measurement itself, with its intervals at ``level``."""
        one = self.one(metric, where)
        return Finding(metric, one.quantity.unit, order_statistic(one.values, level), log_t(one.values, level), (one,))

    def share(self, metric: str, of: str, where: Where, level: float = LEVEL) -> Finding:
        """The measurement over a peak computed from its machine's pins: ``memory``, ``bf16`` or ``fp32``."""
        one = self.one(metric, where)
        bounded = _BOUNDED.get(of)
        if bounded != metric or (of != "memory" and one.parameters.get("dtype", of) != of):
            raise NotFoundError(f"the peak {of!r} bounds {bounded or 'nothing'}, not the {metric} of {one.case}")
        peaks = self.peaks.get(one.run_key, Peaks())
        peak = peaks.of(of)
        if peak is None:
            raise NotFoundError(f"no computed peak {of!r} for {one.machine}: {peaks.reason or 'its pins do not give it'}")
        shares = [value / peak for value in one.values]
        return Finding(f"share of the {of} peak", "", order_statistic(shares, level), log_t(shares, level), (one,))

    def ratio(self, metric: str, of: Where, to: Where, where: Where, level: float = LEVEL) -> Finding:
        """One measurement over another: paired block by block within a run, unpaired (Welch, on logarithms) across runs."""
        above, below = self.one(metric, {**where, **of}), self.one(metric, {**where, **to})
        is_comparable = (above.compare_sha256, above.source_sha256) == (below.compare_sha256, below.source_sha256)
        is_paired = above.run_key == below.run_key
        if is_paired:
            order, second = _paired(above, below, level)
        else:
            order = second = _unpaired(above.values, below.values, level)
        return Finding(f"ratio of {metric}", "", order, second, (above, below), is_comparable, is_paired)

    def is_stale(self, one: Measurement) -> bool:
        """Whether the suite's source, or local code it imports, changed after the run; True where the suite is gone."""
        return self.sources.get(one.suite) != one.source_sha256

    def _nothing(self, metric: str, where: Where) -> str:
        metrics = sorted({one.metric for one in self.measurements})
        if metric not in metrics:
            return f"no metric {metric!r}; recorded are {', '.join(metrics) or 'none'}"
        for name, value in where.items():
            known = sorted({str(found) for one in self.measurements if (found := _value(one, name)) is not None})
            if str(value) not in known:
                return f"no measurement with {name} {value!r}; recorded are {', '.join(known) or 'none'}"
        return f"no measurement of {metric} fits {dict(where)!r} as a whole"


def _standing(one: Measurement) -> int:
    return 0 if one.is_exploratory else 1 + one.is_finished


def _fits(one: Measurement, where: Where) -> bool:
    return all(_value(one, name) == value for name, value in where.items())


def _value(one: Measurement, name: str) -> Parameter | None:
    if name in _PLACES:
        return one.run_id if name == "run" else str(getattr(one, name))
    return one.parameters.get(name)


def _paired(above: Measurement, below: Measurement, level: float) -> tuple[Estimate, Estimate]:
    """exp of the median, and of the t interval, of ln(a/b) over the blocks that have both."""
    other = dict(zip(below.blocks, below.values, strict=True))
    ratios = [value / other[block] for block, value in zip(above.blocks, above.values, strict=True) if block in other]
    if not ratios:
        raise NotFoundError(f"{above.case} and {below.case} have no block in common")
    return order_statistic(ratios, level), log_t(ratios, level)


def _unpaired(above: Sequence[float], below: Sequence[float], level: float) -> Estimate:
    """Welch's interval on the difference of mean logarithms (Welch, Biometrika 34, 1947), exponentiated.

    There are no pairs, so it is the only reading; its n is that of the smaller run.
    """
    logs = [[math.log(value) for value in values] for values in (above, below)]
    middle = sum(logs[0]) / len(logs[0]) - sum(logs[1]) / len(logs[1])
    few = min(len(above), len(below))
    if few < 2:
        return Estimate(value=math.exp(middle), n_processes=few)
    from scipy import stats

    between = stats.ttest_ind(logs[0], logs[1], equal_var=False).confidence_interval(level)
    return Estimate(
        value=math.exp(middle),
        n_processes=few,
        lo=math.exp(float(between.low)),
        hi=math.exp(float(between.high)),
        level=level,
    )
