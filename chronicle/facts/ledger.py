"""Every measurement of a site in one place, to be asked by metric and by what it was measured on.

Where a case was measured several times on a machine, the latest run answers, unless one is named: a finished one before one
that can still be continued, and any of them before an exploration.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from chronicle.facts.calibrated import Standing
from chronicle.facts.controls import Resolution, beside, pairs_of, resolution
from chronicle.facts.estimates import LEVEL, readings
from chronicle.facts.freshness import Input, Present, inputs_of, worst
from chronicle.facts.measurements import Measurement
from chronicle.facts.physics import Peaks
from chronicle.facts.pins import differences, has_ranks, undeclared
from chronicle.records.run import Estimate, Parameter

Where = Mapping[str, Parameter | Sequence[Parameter]]
"""A selection: a place or a parameter by name, with its value or with a list of values of which any may be."""

_BOUNDED = {
    "memory": "bandwidth_bytes_per_second",
    "bf16": "throughput_flop_per_second",
    "fp32": "throughput_flop_per_second",
}
"""The metric that each computed peak bounds; a matrix peak bounds the product of its own type only."""

MOST_NAMED = 12
"""As many names stand in a message that says what there is."""

_PLACES = ("machine", "suite", "benchmark", "run")


class NotFoundError(Exception):
    """The selection names nothing, or more than one thing where one was asked for; the message says what there is."""


class OutsideError(NotFoundError):
    """Nothing in the evidence that a document names fits, and a run outside it would; ``names`` are what to call that one."""

    def __init__(self, suite: str, run_key: str) -> None:
        machine = run_key.partition("/")[0]
        super().__init__(f"nothing in the evidence of the report fits, but {run_key} outside it does")
        self.names = run_key, f"{suite}@{machine}"


class UnreadError(NotFoundError):
    """The selection names nothing, and a record that it may have meant could not be read, which is reported at the record."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A record that could not be read, by the folder of its run; ``file`` as messages name it."""

    machine: str
    run_id: str
    file: str

    @property
    def suite(self) -> str:
        """The suite that the name of the run's folder states: ``<time>-<suite>-<revision>``."""
        return self.run_id.partition("-")[2].rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class Finding:
    """A quantity derived from measurements, in two readings of the same values over processes or blocks.

    ``unit`` is empty for shares, ratios and exponents. ``differing`` names what keeps the operands from being compared: pins
    with both values, or the source of their benchmark. ``is_paired`` is False where a ratio was taken across runs. A count, and
    what was derived, is exact, so both its readings have no width. ``remark`` is what a reader must know beside the number.
    """

    name: str
    unit: str
    order: Estimate
    second: Estimate
    operands: tuple[Measurement, ...]
    differing: tuple[str, ...] = ()
    is_paired: bool = True
    is_exact: bool = False
    remark: str = ""

    @property
    def is_comparable(self) -> bool:
        return not self.differing


@dataclass(frozen=True, slots=True)
class Ledger:
    """Measurements in order of their runs, with the peaks of each run by its key, and what the present holds against them.

    ``controls`` are the A/A controls: measurements of the same run, case and metric as those they repeat. ``unread`` are the
    records that could not be read; ``calibrations`` gives for a machine the calibration that speaks for it. ``starts`` is when
    a case was first begun in any recorded run, usable or not, by machine, suite and case. ``recorded`` holds those outside the
    evidence too, where ``measurements`` are a choice of them.
    """

    measurements: tuple[Measurement, ...]
    peaks: Mapping[str, Peaks] = field(default_factory=dict)
    present: Present = field(default_factory=Present)
    controls: tuple[Measurement, ...] = ()
    unread: tuple[Unread, ...] = ()
    calibrations: Mapping[str, Standing] = field(default_factory=dict)
    starts: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    recorded: tuple[Measurement, ...] = ()

    def within(self, evidence: Collection[str]) -> Ledger:
        """The same with the measurements of this evidence alone, or with all where none is named; see :func:`is_among`."""
        every = self.recorded or self.measurements
        if not evidence:
            return replace(self, measurements=every, recorded=())
        among = tuple(one for one in every if is_among(evidence, one.suite, one.machine, one.run_id))
        return replace(self, measurements=among, recorded=every)

    def select(self, metric: str, where: Where) -> tuple[Measurement, ...]:
        """The measurement that answers for each case and machine that fits; empty where nothing does."""
        return _answering(self.every(metric, where))

    def cases(self, where: Where) -> tuple[Measurement, ...]:
        """One measurement of the run that answers for each case and machine that fits, whatever its metric."""
        return _answering(self.fitting(where))

    def metrics(self, where: Where) -> tuple[str, ...]:
        """What is known of the cases that fit, in the order of the records."""
        return tuple(dict.fromkeys(one.metric for one in self.measurements if _fits(one, where)))

    def every(self, metric: str, where: Where) -> tuple[Measurement, ...]:
        """The measurements of a metric that fit, of all runs, in order of the runs."""
        return tuple(one for one in self.measurements if one.metric == metric and _fits(one, where))

    def fitting(self, where: Where) -> tuple[Measurement, ...]:
        """One measurement for each case of each run that fits, whatever its metric, in order of the runs."""
        found = [one for one in self.measurements if _fits(one, where)]
        return tuple({(one.run_key, one.case): one for one in reversed(found)}.values())[::-1]

    def one(self, metric: str, where: Where) -> Measurement:
        """The single measurement that fits. Raises :class:`NotFoundError` for none and for several."""
        found = self.select(metric, where)
        if len(found) == 1:
            return found[0]
        if found:
            cases = ", ".join(f"{one.case} on {one.machine}" for one in found[:6])
            raise NotFoundError(f"{len(found)} measurements of {metric} fit: {cases}; say which one")
        raise self.nothing((metric,), where)

    def median(self, metric: str, where: Where, level: float = LEVEL) -> Finding:
        """The measurement itself, with its intervals at ``level``."""
        one = self.one(metric, where)
        order, second = readings(one.values, level, one.is_exact)
        return Finding(metric, one.quantity.unit, order, second, (one,), is_exact=one.is_exact)

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
        return Finding(f"share of the {of} peak", "", *readings(shares, level), (one,))

    def ratio(
        self, metric: str, of: Where, to: Where, where: Where, level: float = LEVEL, varies: Collection[str] = ()
    ) -> Finding:
        """One measurement over another: paired block by block within a run, unpaired (Welch, on logarithms) across runs.

        ``varies`` declares pins, or groups of them, that are meant to differ: the factor that the comparison is about.
        """
        above, below = self.one(metric, {**where, **of}), self.one(metric, {**where, **to})
        if least := [one for one in (above, below) if min(one.values) <= 0]:
            raise NotFoundError(
                f"a ratio needs numbers above 0, and the {metric} of {least[0].case} is {min(least[0].values):g}"
            )
        is_paired = above.run_key == below.run_key
        is_exact = above.is_exact and below.is_exact
        if is_paired or is_exact:
            order, second = _paired(above, below, level)
        else:
            order = second = _unpaired(above.values, below.values, level)
        differing = () if is_paired else tuple(self._differing(above, below, varies))
        return Finding(f"ratio of {metric}", "", order, second, (above, below), differing, is_paired, is_exact)

    def resolution(self, operands: Sequence[Measurement], level: float = LEVEL) -> Resolution:
        """What the A/A controls of these measurements' runs move by."""
        pairs = pairs_of(self.recorded or self.measurements, self.controls)
        return resolution([(one, beside(one, pairs)) for one in operands], level)

    def began(self, operands: Iterable[Measurement]) -> str | None:
        """When the first process of any of these cases started, in whichever recorded run, as ISO text in UTC."""
        cases = {(one.machine, one.suite, one.case) for one in operands}
        return min((self.starts[case] for case in cases if case in self.starts), default=None)

    def freshness(self, one: Measurement) -> Input:
        """The input of a measurement that decides how fresh it is: the worst, and of those the oldest."""
        return worst(inputs_of(one, self.present))

    def _differing(self, above: Measurement, below: Measurement, varies: Collection[str]) -> list[str]:
        """What keeps two measurements of different runs from being compared, in words."""
        found = []
        if above.source_sha256 != below.source_sha256:
            found.append("the source of the benchmark")
        if above.compare_sha256 != below.compare_sha256:
            pair = [self.present.occasions.get(one.run_key) for one in (above, below)]
            if pair[0] is None or pair[1] is None:
                return [*found, "key pins"]
            several = has_ranks(above.parameters) or has_ranks(below.parameters)
            between = differences(pair[0].environment.key, pair[1].environment.key, several=several)
            found += map(str, undeclared(between, varies))
        return found

    def nothing(self, metrics: Sequence[str], where: Where) -> NotFoundError:
        """What to say where no metric of these fits; a slip is not looked for while a record it may mean is unread."""
        metric = metrics[0]
        lost = [one for one in self.unread if _may_mean(one, where)]
        if lost:
            return UnreadError(f"a record cannot be read ({lost[0].file}), and no other fits")
        if outside := _answering(one for one in self.recorded if one.metric in metrics and _fits(one, where)):
            latest = max(outside, key=lambda one: one.run_id)
            return OutsideError(latest.suite, latest.run_key)
        known = sorted({one.metric for one in self.measurements})
        if metric not in known:
            return NotFoundError(f"no metric {metric!r}; recorded are {_named(known)}{_meant(metric, known)}")
        for name, value in where.items():
            if unmet := no_axis(name, self.measurements) or _no_value(name, value, self.measurements):
                return NotFoundError(unmet)
        chosen = ", ".join(f"{name} {value}" for name, value in where.items())
        return NotFoundError(f"no measurement of {metric} fits all of {chosen}")


def no_axis(name: str, measurements: Iterable[Measurement]) -> str | None:
    """What to say where no measurement has anything under a name; None where one has."""
    axes: set[str] = set()
    for one in measurements:
        if axis_value(one, name) is not None:
            return None
        axes |= set(one.parameters)
    return f"no case has an axis {name!r}; the axes are {_named(sorted(axes))}{_meant(name, [*sorted(axes), *_PLACES])}"


def is_among(evidence: Collection[str], suite: str, machine: str, run_id: str) -> bool:
    """Whether a run is among the evidence: by its suite, ``suite@machine``, or its own name."""
    return not names_of_run(suite, machine, run_id).isdisjoint(evidence)


def names_of_run(suite: str, machine: str, run_id: str) -> frozenset[str]:
    """What a report may call a run, or the suite that it is of, under ``evidence``."""
    return frozenset({suite, f"{suite}@{machine}", run_id, f"{machine}/{run_id}"})


def why_unusable(one: Measurement) -> str | None:
    """Why no claim may use a measurement; None where it may."""
    if not one.is_finished:
        return "the run is not finished: judging it before it is would be peeking"
    if one.is_exploratory:
        return "only exploratory runs are recorded, and no claim may use them"
    return "too many processes are invalid" if one.verdict == "invalid" else None


def _answering(fitting: Iterable[Measurement]) -> tuple[Measurement, ...]:
    """Of each case on a machine the latest, a finished one before one that is not, and any before an exploration."""
    best: dict[tuple[str, str, str], Measurement] = {}
    for one in fitting:
        known = best.setdefault((one.machine, one.suite, one.case), one)
        if _standing(one) >= _standing(known):
            best[one.machine, one.suite, one.case] = one
    return tuple(best.values())


def _standing(one: Measurement) -> int:
    return 0 if one.is_exploratory else 1 + one.is_finished


def _fits(one: Measurement, where: Where) -> bool:
    return all(any(_is(axis_value(one, name), value) for value in _listed(wanted)) for name, wanted in where.items())


def _is(found: Parameter | None, wanted: Parameter) -> bool:
    """Equal, and both truths or neither: True is no number of things."""
    return found == wanted and isinstance(found, bool) == isinstance(wanted, bool)


def _listed(value: Parameter | Sequence[Parameter]) -> Sequence[Parameter]:
    return value if isinstance(value, list | tuple) else [value]  # type: ignore[list-item]  # a text is one value


def _no_value(name: str, value: Parameter | Sequence[Parameter], measurements: Iterable[Measurement]) -> str | None:
    """What to say where no measurement has any of these values under a name that some have; None where one has."""
    found = {(type(one), one): one for each in measurements if (one := axis_value(each, name)) is not None}.values()
    wanted = _listed(value)
    if any(_is(one, each) for one in found for each in wanted):
        return None
    said = f"no measurement with {name} {' or '.join(map(repr, wanted))}"
    for each in wanted:
        for one in found:
            if str(one) == str(each):
                return f"{said}; {name} is {_kind(one)}: write {one!r} {'in' if isinstance(one, str) else 'without'} quotes"
    known = sorted(map(str, found))
    return f"{said}; recorded are {_named(known)}{_meant(str(wanted[0]), known) if wanted else ''}"


def _kind(value: Parameter) -> str:
    if isinstance(value, bool):
        return "true or false"
    return "a text" if isinstance(value, str) else "a number"


def _named(known: Sequence[str]) -> str:
    """What there is, in a row; of very much, the first few and how many more."""
    more = len(known) - MOST_NAMED
    return (", ".join(known[:MOST_NAMED]) or "none") + (f" and {more} more" if more > 0 else "")


def _meant(word: str, known: Sequence[str]) -> str:
    """``; did you mean …?`` where a known word is close."""
    close = get_close_matches(word, known, 1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _may_mean(one: Unread, where: Where) -> bool:
    """Whether a record that nobody could read may have held what a selection asks for."""
    known = {"machine": one.machine, "run": one.run_id, "suite": one.suite}
    return all(known[name] in map(str, _listed(wanted)) for name, wanted in where.items() if name in known)


def axis_value(one: Measurement, name: str) -> Parameter | None:
    """What a measurement has under a name that may stand in a selection: a place, or a parameter of its case."""
    if name in _PLACES:
        return one.run_id if name == "run" else str(getattr(one, name))
    return one.parameters.get(name)


def _paired(above: Measurement, below: Measurement, level: float) -> tuple[Estimate, Estimate]:
    """exp of the median, and of the t interval, of ln(a/b) over the blocks that have both; what is exact holds in any block."""
    if above.is_exact and below.is_exact:
        return readings([above.values[0] / below.values[0]] * min(len(above.values), len(below.values)), level, is_exact=True)
    sides = [dict(zip(one.blocks, one.values, strict=True)) for one in (above, below)]
    blocks = sorted(set.intersection(*(set(one.blocks) for one in (above, below) if not one.is_exact)))
    ratios = [sides[0].get(block, above.values[0]) / sides[1].get(block, below.values[0]) for block in blocks]
    if not ratios:
        raise NotFoundError(f"{above.case} and {below.case} have no block in common")
    return readings(ratios, level)


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
