"""The sentence that stands for a claim on a page: one for each verdict, with the numbers that it was read from.

The author writes what is claimed; what the evidence says of it is written here, so that no comparative word stands beside a
number that does not carry it. Both absolute values stand beside every ratio, and nothing is said that the verdict does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from chronicle.documents.claims import JudgedClaim
from chronicle.facts.controls import TOO_SHORT
from chronicle.facts.freshness import Freshness
from chronicle.facts.grammar import Bound, parse
from chronicle.facts.ledger import Finding
from chronicle.facts.measurements import Measurement
from chronicle.facts.predicates import Verdict
from chronicle.pages.card_links import card_link
from chronicle.pages.forms import metric_words
from chronicle.pages.published import claim_recipe, marked
from chronicle.pages.writing import Markdown, text
from chronicle.records.provenance import MEASURED
from chronicle.units import Quantity

_BOUNDS = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than"}


_LONG_LIST = re.compile(
    r"; (?:recorded|the axes) are (?:[^;]* and \d+ more|(?:[^;,]*, ){4}[^;]*)(; did you mean .*)?$", re.DOTALL
)


def reason_words(one: JudgedClaim) -> str:
    """Why a verdict is not a plain one. What else is recorded helps who writes the claim: a long list stays in the twin."""
    return _LONG_LIST.sub("", one.judgement.reason)


def sentence(one: JudgedClaim, page: str) -> Markdown:
    """What the evidence says of a claim, as Markdown for the page at ``page``."""
    finding, reason = one.judgement.finding, text(reason_words(one))
    if finding is None:
        return Markdown(f"Nothing decides this: {reason}.")
    if one.verdict is Verdict.NOT_RUN:
        return Markdown(f"Nothing that may be used decides this: {reason}.")
    if one.verdict is Verdict.NOT_COMPARABLE:
        values = " and ".join(_absolute(operand, page) for operand in finding.operands)
        return Markdown(f"{values} are not compared: {reason}.")
    wanted = text(wanted_words(one))
    said = _estimate(one, finding, page)
    if one.verdict is Verdict.SUPPORTED:
        return Markdown(f"{said}, which is {wanted}.{_stands(one)}")
    if one.verdict is Verdict.REFUTED:
        return Markdown(f"{said}, which is not {wanted}.{_stands(one)}")
    why = reason or "its interval holds the threshold"
    return Markdown(f"{said}. That leaves undecided whether it is {wanted}: {why}.{_stands(one)}")


def lasting(claim: Mapping[str, Any]) -> str:
    """The sentence in the twin of a claim without its words on aged evidence, which depend on the day and on no record."""
    said, freshness = _even(claim.get("sentence")), claim.get("freshness")
    if freshness not in [state.value for state in Freshness if state.is_stale]:
        return said
    return said.removesuffix(_even(f"The evidence is stale, {freshness}: {claim.get('freshness_reason')}.")).rstrip()


def wanted_words(one: JudgedClaim) -> str:
    """What the predicate asks of its estimate: ``at least 1.5``, ``between 0.97 and 1.03``."""
    finding, bounds = one.judgement.finding, one.judgement.bounds
    ends = sorted(bounds, key=lambda bound: bound.threshold)
    if len(ends) == 2 and ends[0].comparison[0] == ">":
        return f"between {_threshold(ends[0], finding, one)} and {_threshold(ends[1], finding, one)}"
    return " and ".join(f"{_BOUNDS[bound.comparison]} {_threshold(bound, finding, one)}" for bound in bounds)


def estimate_text(one: JudgedClaim, finding: Finding) -> str:
    """The headline of a claim's finding with its interval: ``1.034 (1.021–1.047)``."""
    return _exact(finding) if finding.is_exact else str(_quantity(finding, _is_share(one)))


def _exact(finding: Finding) -> str:
    """A number that has one answer: in full where it is a whole one, else in the digits that its unit is read in."""
    value = finding.order.value
    return f"{value:,.0f} {finding.unit}".rstrip() if value == int(value) else Quantity(value, finding.unit).text


def _quantity(finding: Finding, is_share: bool) -> Quantity:
    scale, unit = (100.0, "%") if is_share else (1.0, finding.unit)
    lo, hi = finding.order.lo, finding.order.hi
    bounds = (None, None) if lo is None or hi is None else (lo * scale, hi * scale)
    return Quantity(finding.order.value * scale, unit, *bounds)


def _threshold(bound: Bound, finding: Finding | None, one: JudgedClaim) -> str:
    if finding is not None and finding.unit and not parse(one.claim.holds).steps and finding.unit.count(" per ") == 0:
        return Quantity(bound.threshold, finding.unit).text
    return f"{100 * bound.threshold:g} %" if _is_share(one) else f"{bound.threshold:g}"


def _is_share(one: JudgedClaim) -> bool:
    """Whether the estimate is a share as such, which reads best in percent."""
    predicate = parse(one.claim.holds)
    return predicate.call.name == "share" and not predicate.steps


def _estimate(one: JudgedClaim, finding: Finding, page: str) -> str:
    """``On h100, … is 1.034 times … (95 % interval …; 12 paired blocks, …; 2.8 ms against 2.7 ms; margin 1 %)``."""
    predicate, quantity = parse(one.claim.holds), _quantity(finding, _is_share(one))
    subject = _subject(one, finding, page)
    if finding.is_exact:
        return f"{subject} is {text(_exact(finding))} ({'; '.join(_exactly(predicate.call.name, finding, page))})"
    level = f"{100 * (finding.order.level or one.judgement.level):.4g} % interval"
    parts = [f"{level} {text(quantity.interval_text.strip('()'))}" if quantity.has_interval else "no interval"]
    parts.append(_basis(predicate.call.name, finding))
    parts += _operands(predicate.call.name, finding, page)
    parts += [text(finding.remark)] if finding.remark else []
    parts += _margin(one)
    parts += _control(one)
    parts += _labels(one, finding)
    scaled = " as the claim scales it" if predicate.steps else ""
    return f"{subject} is {text(quantity.text)}{scaled} ({'; '.join(parts)})"


def _margin(one: JudgedClaim) -> list[str]:
    """The margin of a ratio, where it decides anything."""
    margin = one.judgement.margin
    return [f"margin {100 * margin:.2g} %"] if margin is not None and one.judgement.has_margin else []


def _control(one: JudgedClaim) -> list[Markdown]:
    words = control_words(one)
    return [marked(claim_recipe(one.id, "control"), words)] if words else []


def control_words(one: JudgedClaim) -> str:
    """What the A/A controls of a ratio move by, the interval that was read for that, and which run has no control."""
    judgement = one.judgement
    if judgement.resolution is None or not any(operand.label == MEASURED for operand in one.operands):
        return ""
    if judgement.moves is None or judgement.read is None:
        return TOO_SHORT if judgement.resolution.is_too_short else "no A/A control"
    lacking = judgement.resolution.lacking
    said = f"A/A control {100 * judgement.moves:.2g} %, read as {_quantity(judgement.read, False).interval_text.strip('()')}"
    return f"{said}; none in {', '.join(lacking)}" if lacking else said


def degraded_words(one: JudgedClaim) -> str:
    """``The evidence is degraded: not settled in some (…)``: each gate with what it found; empty where none degrades it."""
    of_each = [{trip.gate for trip in operand.degrading} for operand in one.operands]
    said = [f"{_tripped(gate, [gate in own for own in of_each])} ({found})" for gate, found in one.degrading.items()]
    return f"The evidence is degraded: {'; '.join(said)}" if said else ""


def _exactly(call: str, finding: Finding, page: str) -> list[str]:
    """What an exact number rests on: the cases that were counted, or how often it was derived anew."""
    if call == "count":
        return _operands(call, finding, page)
    remark = [text(finding.remark)] if finding.remark else []
    again = f"{finding.order.n_processes} processes derived the same number"
    return ["exact", again, *(_operands(call, finding, page) if call == "ratio" else []), *remark]


def _subject(one: JudgedClaim, finding: Finding, page: str) -> str:
    machines = " and ".join(dict.fromkeys(text(operand.machine) for operand in finding.operands))
    first, last = finding.operands[0], finding.operands[-1]
    metric, call = text(metric_words(first.metric)), parse(one.claim.holds).call
    named = {
        "ratio": lambda: f"the ratio of {metric}, {_case(first, page, finding)} over {_case(last, page, finding)},",
        "share": lambda: f"the share of the {text(call.options.get('of'))} peak that {_case(first, page, finding)} reaches",
        "median": lambda: f"the {metric} of {_case(first, page, finding)}",
    }
    words = named[call.name]() if call.name in named else f"the {text(finding.name)}"
    return f"On {machines}, {words}"


def _basis(call: str, finding: Finding) -> str:
    """How many of what the interval is over, and the estimator."""
    n = finding.order.n_processes
    if call == "median" and finding.operands[0].is_study:
        return f"{n} seeds, their median"
    if call == "ratio":
        return (
            f"{n} paired blocks, median of their ratios" if finding.is_paired else f"unpaired, {n} processes in the smaller run"
        )
    estimators = {
        "fit": f"{n} blocks, median of their slopes",
        "explained": f"{n} blocks, median of their shares",
        "crossover": f"{n} blocks, median of where they meet",
        "spread": f"{n} processes or blocks",
    }
    return estimators.get(call, f"{n} processes, median of process medians")


def _operands(call: str, finding: Finding, page: str) -> list[str]:
    """The absolute values behind an estimate: both of a ratio, that of a share, and how many cases there are of others."""
    first, *more = finding.operands
    if call in ("median", "share"):
        return [text(first.quantity.text)] if call == "share" else []
    if call == "ratio":
        return [f"{text(first.quantity.text)} against {text(more[0].quantity.text)}"]
    return [f"{_case(first, page, finding)} and {len(more)} more" if more else str(_case(first, page, finding))]


def _absolute(one: Measurement, page: str) -> str:
    label = f"{one.case} on {one.machine}"
    return f"{card_link(label, [one], page)} at {text(one.quantity.text)}"


def _case(one: Measurement, page: str, finding: Finding) -> Markdown:
    """A case as a link to its card, with its machine where there are several."""
    is_one_machine = len({operand.machine for operand in finding.operands}) == 1
    return card_link(one.case if is_one_machine else f"{one.case} on {one.machine}", [one], page)


def _labels(one: JudgedClaim, finding: Finding) -> list[str]:
    """Gates that tripped and do not degrade what was read, once each, and whether in all of the operands."""
    degrading = one.degrading
    gates = dict.fromkeys(gate for operand in finding.operands for gate in operand.labels if gate not in degrading)
    return [text(_tripped(gate, [gate in operand.labels for operand in finding.operands])) for gate in gates]


def _tripped(gate: str, where: Sequence[bool]) -> str:
    """``not settled in some``: a gate, and of several operands whether in all."""
    words = gate.replace("_", " ")
    return words if len(where) < 2 else f"{words} in {'all' if all(where) else 'some'}"


def _stands(one: JudgedClaim) -> str:
    """Whether the evidence is degraded, and by what; whether it has aged, and by what."""
    degraded = degraded_words(one)
    said = f" {marked(claim_recipe(one.id, 'degraded'), degraded)}." if degraded else ""
    return said + (f" The evidence is stale, {one.freshness}: {text(one.decides.reason)}." if one.is_stale else "")


def _even(words: Any) -> str:
    return " ".join(str(words).split())
