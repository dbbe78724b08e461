"""Facts inside a sentence: a value with its interval, as a link to its provenance card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chronicle.facts.evaluated import OUT_OF_NUMBERS, evaluated
from chronicle.facts.freshness import worst
from chronicle.facts.grammar import PredicateError, call_of
from chronicle.facts.ledger import Finding, Ledger
from chronicle.facts.measurements import CAVEATS, Measurement
from chronicle.pages.card_links import card_link
from chronicle.pages.desk import Desk
from chronicle.pages.marks import MARK, mark
from chronicle.pages.prose import Answer, UnanswerableError, Where
from chronicle.pages.writing import SEAL, Markdown, text
from chronicle.records.provenance import SIMULATED
from chronicle.units import Quantity, percent_of

STALE_MARK = f'{MARK}">stale'
"""What the mark of aged evidence holds, however its page is sealed."""


def answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directives that quote one estimate, by their names, for the page at ``page``."""

    def told(name: str, show: str, **given: Any) -> Markdown:
        finding = asked(name, given, desk.library.ledger)
        if not finding.is_comparable:
            raise UnanswerableError(f"not comparable: the two runs differ in {', '.join(finding.differing)}")
        return quoted(finding, desk, page, show, percent=name == "share")

    def fact(metric: str, where: Where | None = None, show: str = "both") -> Markdown:
        return told("fact", show, metric=metric, where=where)

    def share(metric: str, of: str, where: Where | None = None, show: str = "both") -> Markdown:
        return told("share", show, metric=metric, of=of, where=where)

    def ratio(metric: str, of: Where, to: Where, where: Where | None = None, show: str = "both") -> Markdown:
        return told("ratio", show, metric=metric, of=of, to=to, where=where)

    def crossover(
        metric: str,
        x: str,
        of: Where,
        to: Where,
        where: Where | None = None,
        against: Where | None = None,
        show: str = "both",
    ) -> Markdown:
        return told("crossover", show, metric=metric, x=x, of=of, to=to, where=where, against=against)

    def fit(
        metric: str, x: str, beside: str | None = None, law: str = "power", where: Where | None = None, show: str = "both"
    ) -> Markdown:
        return told("fit", show, metric=metric, x=x, beside=beside, law=law, where=where)

    def explained(
        metric: str, x: str, beside: str | None = None, law: str = "power", where: Where | None = None, show: str = "both"
    ) -> Markdown:
        return told("explained", show, metric=metric, x=x, beside=beside, law=law, where=where)

    def spread(metric: str, over: str = "processes", where: Where | None = None, show: str = "both") -> Markdown:
        return told("spread", show, metric=metric, over=over, where=where)

    directives = (fact, share, ratio, crossover, fit, explained, spread)
    return {answer.__name__: desk.published.answering(answer, desk.library.evidence) for answer in directives}


def asked(name: str, given: Mapping[str, Any], ledger: Ledger) -> Finding:
    """What a directive with these arguments finds. Raises :class:`NotFoundError` or :class:`UnanswerableError`."""
    options = {key: value for key, value in given.items() if key not in ("metric", "show") and value is not None}
    try:
        return evaluated(call_of("median" if name == "fact" else name, given.get("metric"), options), ledger)
    except PredicateError as failure:
        raise UnanswerableError(str(failure)) from None
    except (ArithmeticError, ValueError):
        raise UnanswerableError(OUT_OF_NUMBERS) from None


def quoted(finding: Finding, desk: Desk, page: str, show: str = "both", percent: bool = False) -> Markdown:
    """The finding as a link; ``show`` is ``both``, ``value`` or ``interval``. A mark tells what to know of its evidence."""
    if show not in ("both", "value", "interval"):
        raise UnanswerableError(f"show={show!r} is none of both, value, interval")
    quantity = quantity_of(finding, percent)
    interval = (
        Markdown(f'<span class="{SEAL} fact__interval">{text(quantity.interval_text)}</span>') if quantity.has_interval else ""
    )
    words = {
        "both": Markdown(f"{text(quantity.text)} {interval}".rstrip()),
        "value": text(quantity.text),
        "interval": interval or text(quantity.text),
    }[show]
    one = finding.operands[0]
    return Markdown(card_link(words, finding.operands, page, _hover(finding, one)) + _mark(finding, desk))


def quantity_of(finding: Finding, percent: bool = False) -> Quantity:
    """The headline estimate of a finding, in percent if asked."""
    scale, unit = (100.0, "%") if percent else (1.0, finding.unit)
    lo, hi = (None, None) if finding.is_exact else (finding.order.lo, finding.order.hi)
    return Quantity(
        finding.order.value * scale,
        unit,
        None if lo is None else lo * scale,
        None if hi is None else hi * scale,
        any(one.metric == finding.name and one.quantity.is_count for one in finding.operands),
    )


def _hover(finding: Finding, one: Measurement) -> str:
    """What a number is derived from, over how many processes, and of more than two cases how many and how well a law fits."""
    derived = "" if finding.name == one.metric else f"{finding.name.replace('_', ' ')}, derived from what was "
    cases = f"{len(finding.operands)} cases" if len(finding.operands) > 2 else ""
    basis = f", {finding.remark or cases}" if finding.remark or cases else ""
    if finding.is_exact:
        again = f"exact: the same number in {finding.order.n_processes} processes"
        return f"{derived}{one.label} on {one.machine}, {again}{basis}"
    level = f"{percent_of(finding.order.level)} % interval" if finding.order.level else "no interval below six processes"
    pairing = "" if len(finding.operands) < 2 else (", paired by block" if finding.is_paired else ", unpaired")
    over = "seeds" if one.label == SIMULATED else "processes"
    return f"{derived}{one.label} on {one.machine}, {finding.order.n_processes} {over}, {level}{pairing}{basis}"


def _mark(finding: Finding, desk: Desk) -> Markdown:
    """``stale: code changed, degraded``: whether the evidence has aged, and what holds of any of its measurements."""
    decides = worst(map(desk.library.ledger.freshness, finding.operands))
    aged = [f"stale: {decides.state}"] if decides.state.is_stale else []
    held = {word for one in finding.operands for word in one.caveats}
    return mark([*aged, *(word for word in CAVEATS if word in held)])
