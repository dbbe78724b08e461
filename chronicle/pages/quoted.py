"""Facts inside a sentence: a value with its interval, as a link to its provenance card."""

from __future__ import annotations

from chronicle.facts.freshness import worst
from chronicle.facts.ledger import Finding
from chronicle.facts.measurements import Measurement
from chronicle.pages.card_links import card_link
from chronicle.pages.desk import Desk
from chronicle.pages.prose import Answer, UnanswerableError, Where, plain_where
from chronicle.pages.writing import SEAL, Markdown, text
from chronicle.records.provenance import SIMULATED
from chronicle.units import Quantity, percent_of

STALE_MARK = 'fact__mark">stale'
"""What the mark of aged evidence holds, however its page is sealed."""


def answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directives ``fact``, ``share`` and ``ratio`` for the page at ``page``."""
    ledger = desk.library.ledger

    def fact(metric: str, where: Where | None = None, show: str = "both") -> Markdown:
        return quoted(ledger.median(metric, plain_where(where)), desk, page, show)

    def share(metric: str, of: str, where: Where | None = None, show: str = "both") -> Markdown:
        return quoted(ledger.share(metric, of, plain_where(where)), desk, page, show, percent=True)

    def ratio(metric: str, of: Where, to: Where, where: Where | None = None, show: str = "both") -> Markdown:
        finding = ledger.ratio(metric, plain_where(of), plain_where(to), plain_where(where))
        if not finding.is_comparable:
            raise UnanswerableError(f"not comparable: the two runs differ in {', '.join(finding.differing)}")
        return quoted(finding, desk, page, show)

    return {answer.__name__: desk.published.answering(answer, desk.library.evidence) for answer in (fact, share, ratio)}


def quoted(finding: Finding, desk: Desk, page: str, show: str = "both", percent: bool = False) -> Markdown:
    """The finding as a link; ``show`` is ``both``, ``value`` or ``interval``. Marks tell aged and degraded evidence."""
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
    if finding.is_exact:
        return f"{one.label} on {one.machine}, exact: the same number in {finding.order.n_processes} processes"
    level = f"{percent_of(finding.order.level)} % interval" if finding.order.level else "no interval below six processes"
    pairing = "" if len(finding.operands) < 2 else (", paired by block" if finding.is_paired else ", unpaired")
    over = "seeds" if one.label == SIMULATED else "processes"
    derived = "" if finding.name == one.metric else f"{finding.name.replace('_', ' ')}, derived from what was "
    return f"{derived}{one.label} on {one.machine}, {finding.order.n_processes} {over}, {level}{pairing}"


def _mark(finding: Finding, desk: Desk) -> str:
    """``stale: code changed, degraded``; nothing where there is nothing to tell."""
    marks = []
    decides = worst(map(desk.library.ledger.freshness, finding.operands))
    if decides.state.is_stale:
        marks.append(f"stale: {decides.state}")
    if any(one.is_exploratory for one in finding.operands):
        marks.append("explore")
    verdicts = {one.verdict for one in finding.operands}
    marks += [word for word in ("invalid", "degraded") if word in verdicts][:1]
    return f'<sup class="{SEAL} fact__mark">{text(", ".join(marks))}</sup>' if marks else ""
