"""What evidence says of a predicate: a verdict, read at the bounds of two intervals.

A predicate is supported when true at the unfavourable bound, refuted when false at the favourable one, and undecided in
between. The order-statistic interval and its second reading must say the same; a ratio across runs has the one reading that
Welch's method gives.

A ratio that is compared with 1 claims a direction, and is judged against 1 and a margin (measurement method, §9): *faster*
means by more than the margin. A ratio is known no better than the A/A controls of its runs: both its intervals are widened by
what those move by, and the verdict is read from that.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from chronicle.facts.controls import TOO_SHORT, Resolution, widened
from chronicle.facts.estimates import PROCESSES_FOR_AN_INTERVAL, processes_for
from chronicle.facts.evaluated import OUT_OF_NUMBERS, evaluated
from chronicle.facts.grammar import Bound, Call, Predicate, parse
from chronicle.facts.ledger import Finding, Ledger, NotFoundError, UnreadError, why_unusable
from chronicle.facts.measurements import Measurement
from chronicle.facts.trends import in_one_run
from chronicle.records.run import Estimate

MARGIN = 0.01
"""The smallest difference that a comparison calls one, where its author names no other."""

_OF_MANY = ("fit", "explained", "crossover")
"""The estimates over all cases of a run that fit; a spread may be one of them."""

_COMPARE = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}


class Verdict(StrEnum):
    """What evidence says of a predicate."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    UNDECIDED = "undecided"
    NOT_COMPARABLE = "not comparable"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with the estimate it was read from (None where nothing could be evaluated), its level, and the reason.

    ``bounds`` are those it was held against, moved by ``margin`` where the predicate compares a ratio with 1. ``margin``, and
    ``resolution``, what the A/A controls of its runs move by, are None for what is no ratio. ``read`` is the finding whose
    intervals were read: ``finding``, widened by that. ``is_unread`` is True where the evidence may lie in a record that cannot
    be read. ``has_margin`` says whether the margin decides anything: beside 1, where the two sides are equal, or as a band
    around it.
    """

    verdict: Verdict
    finding: Finding | None
    level: float
    reason: str
    bounds: tuple[Bound, ...] = ()
    margin: float | None = None
    resolution: Resolution | None = None
    is_unread: bool = False
    read: Finding | None = None
    has_margin: bool = False

    @property
    def moves(self) -> float | None:
        """The share that the controls move by; None without one, and where its blocks are too few to tell."""
        return self.resolution.share if self.resolution else None


def judge(text: str, ledger: Ledger, level: float, margin: float | None = None, varies: Collection[str] = ()) -> Judgement:
    """Evaluate a predicate with intervals at ``level``. Raises :class:`PredicateError` on a text that is none.

    ``margin`` is the smallest difference that counts, 0.01 being 1 %; ``varies`` are the pins that are meant to differ.
    """
    predicate = parse(text)
    margin = _margin(predicate, margin)
    has_margin = _is_direction(predicate) or _is_band(predicate)
    judged = Judgement(Verdict.NOT_RUN, None, level, "", _beyond(predicate, margin), margin, has_margin=has_margin)
    try:
        bare = evaluated(predicate.call, ledger, level, varies)
        finding = read = _scaled(bare, predicate)
        if margin is not None and finding.is_comparable:
            judged = replace(judged, resolution=ledger.resolution(bare.operands, level))
        if judged.moves:
            read = _scaled(_widened(bare, judged.moves), predicate)
    except UnreadError as failure:
        return replace(judged, reason=str(failure), is_unread=True)
    except NotFoundError as failure:
        return replace(judged, reason=_why_cases_unusable(predicate.call, ledger) or str(failure))
    except (ArithmeticError, ValueError):
        if reason := _why_cases_unusable(predicate.call, ledger):
            return replace(judged, reason=reason)
        return replace(judged, verdict=Verdict.UNDECIDED, reason=OUT_OF_NUMBERS)
    judged = replace(judged, finding=finding, read=read)
    verdict, reason = _unusable(finding, level) or _too_short(judged) or _verdict_of(judged, finding, read)
    return replace(judged, verdict=verdict, reason=reason)


def _why_cases_unusable(call: Call, ledger: Ledger) -> str | None:
    """Why no claim may use what a failed call was computed from: its failure would tell of a run that goes on.

    None where its cases may be used, and where it names none, or several where it takes one, which is a slip in its words.
    """
    try:
        return _first_reason(_cases(call, ledger))
    except NotFoundError:
        return None


def _cases(call: Call, ledger: Ledger) -> list[Measurement]:
    """What a call is computed from, where that has the axes it names. Raises :class:`NotFoundError` as the call would."""
    if call.name == "count":
        return []
    options = call.options
    sides = [side for name in ("of", "to") if isinstance(side := options.get(name), Mapping)] or [{}]
    sides += [{**options["to"], **options["against"]}] if "against" in options else []
    is_of_many = call.name in _OF_MANY or options.get("over") == "cases"
    found: list[Measurement] = []
    for side in sides:
        where = {**options.get("where", {}), **side}
        found += in_one_run(ledger, call.subject, where) if is_of_many else [ledger.one(call.subject, where)]
    return [one for one in found if all(options[name] in one.parameters for name in ("x", "beside") if name in options)]


def _first_reason(cases: Iterable[Measurement]) -> str | None:
    """Why the first of these that no claim may use is unusable; None where all may be used."""
    return next((reason for one in cases if (reason := why_unusable(one))), None)


def _margin(predicate: Predicate, stated: float | None) -> float | None:
    """The margin of a ratio: half the band around 1 for a claim of no difference, else as stated; None for all else."""
    if predicate.call.name != "ratio":
        return None
    if _is_band(predicate):
        return math.expm1(min(abs(math.log(one.threshold)) for one in predicate.bounds))
    return MARGIN if stated is None else stated


def _is_direction(predicate: Predicate) -> bool:
    """Whether a ratio is compared with where its two sides are equal."""
    if predicate.call.name != "ratio" or len(predicate.bounds) == 2:
        return False
    return math.isclose(predicate.scaled(1.0), predicate.bounds[0].threshold, rel_tol=1e-9, abs_tol=1e-12)


def _is_band(predicate: Predicate) -> bool:
    """Whether a ratio is held within a band around where its two sides are equal."""
    ends = sorted(one.threshold for one in predicate.bounds)
    return predicate.call.name == "ratio" and len(ends) == 2 and not predicate.steps and 0 < ends[0] < 1 < ends[1]


def _beyond(predicate: Predicate, margin: float | None) -> tuple[Bound, ...]:
    """The bounds, with one that lies where the two sides are equal moved away by the margin."""
    if margin is None or not _is_direction(predicate):
        return predicate.bounds
    (bound,) = predicate.bounds
    sides = (predicate.scaled(1 + margin), predicate.scaled(1 / (1 + margin)))
    return (Bound(bound.comparison, max(sides) if bound.comparison[0] == ">" else min(sides)),)


def _widened(finding: Finding, share: float) -> Finding:
    """The finding of a ratio with both its intervals wider by a share."""
    return replace(finding, order=widened(finding.order, share), second=widened(finding.second, share))


def _scaled(finding: Finding, predicate: Predicate) -> Finding:
    """The finding under the predicate's change of scale, which is monotone; bounds swap where it falls."""
    if not predicate.steps:
        return finding

    def scaled(estimate: Estimate) -> Estimate:
        found = [predicate.scaled(one) for one in (estimate.value, estimate.lo, estimate.hi) if one is not None]
        if not all(map(math.isfinite, found)):
            raise ValueError("not a finite number")
        lo, hi = sorted(found[1:]) if len(found) == 3 else (None, None)
        return replace(estimate, value=found[0], lo=lo, hi=hi)

    return replace(finding, unit="", order=scaled(finding.order), second=scaled(finding.second))


def _unusable(finding: Finding, level: float) -> tuple[Verdict, str] | None:
    """Why no verdict may be read from a finding at all."""
    if not finding.is_comparable:
        more = f" and {len(finding.differing) - 4} more" if len(finding.differing) > 4 else ""
        return Verdict.NOT_COMPARABLE, f"the runs differ in {', '.join(finding.differing[:4])}{more}"
    if reason := _first_reason(finding.operands):
        return Verdict.NOT_RUN, reason
    fewest = min(finding.order.n_processes, finding.second.n_processes)
    if fewest < PROCESSES_FOR_AN_INTERVAL and not finding.is_exact:
        return Verdict.NOT_RUN, f"{fewest} valid processes, fewer than {PROCESSES_FOR_AN_INTERVAL}"
    if finding.order.lo is None or finding.second.lo is None:
        enough = processes_for(level)
        more = f"; it takes {enough}" if enough > fewest else ""
        return Verdict.UNDECIDED, f"{fewest} processes give no interval at the level this report's claims need{more}"
    return None


def _too_short(judged: Judgement) -> tuple[Verdict, str] | None:
    """Undecided where there is a control, and nobody can tell what it moves by."""
    if judged.resolution is None or not judged.resolution.is_too_short:
        return None
    return Verdict.UNDECIDED, TOO_SHORT


def _verdict_of(judged: Judgement, finding: Finding, read: Finding) -> tuple[Verdict, str]:
    """The verdict of the intervals that are read; where the controls took one away, by how much those move."""
    verdict, reason = _read(judged.bounds, read)
    if judged.moves is None or verdict is _read(judged.bounds, finding)[0]:
        return verdict, reason
    return verdict, f"the A/A control moves by {100 * judged.moves:.2g} %, and with that the interval reaches the bound"


def _read(bounds: Collection[Bound], finding: Finding) -> tuple[Verdict, str]:
    readings = [_verdict(bounds, estimate) for estimate in (finding.order, finding.second)]
    if readings[0] is readings[1]:
        return readings[0], ""
    return Verdict.UNDECIDED, "the two intervals disagree"


def _verdict(bounds: Collection[Bound], estimate: Estimate) -> Verdict:
    each = [_one_verdict(bound, estimate) for bound in bounds]
    if Verdict.REFUTED in each:
        return Verdict.REFUTED
    return Verdict.UNDECIDED if Verdict.UNDECIDED in each else Verdict.SUPPORTED


def _one_verdict(bound: Bound, estimate: Estimate) -> Verdict:
    assert estimate.lo is not None and estimate.hi is not None
    compare = _COMPARE[bound.comparison]
    unfavourable, favourable = (estimate.lo, estimate.hi) if bound.comparison[0] == ">" else (estimate.hi, estimate.lo)
    if compare(unfavourable, bound.threshold):
        return Verdict.SUPPORTED
    return Verdict.UNDECIDED if compare(favourable, bound.threshold) else Verdict.REFUTED
