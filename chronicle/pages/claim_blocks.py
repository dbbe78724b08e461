"""Claims on any page: the table with verdicts, a single claim with its sentence, and how many stand how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from difflib import get_close_matches

from chronicle.documents.claims import JudgedClaim
from chronicle.facts.predicates import Verdict
from chronicle.pages.card_links import claim_link
from chronicle.pages.desk import Desk
from chronicle.pages.marks import MARK
from chronicle.pages.prose import Answer, UnanswerableError
from chronicle.pages.published import claim_recipe, marked
from chronicle.pages.sentences import degraded_words, estimate_text, reason_words, sentence
from chronicle.pages.stale import aged
from chronicle.pages.writing import SEAL, Markdown, badge, short, table, tally, text
from chronicle.units import percent_of


def answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directives ``claims``, ``claim`` and ``verdicts``: of the report at ``page``, or of all where there is none."""
    library = desk.library
    own = next((report for report in library.reports if report.authored.uri == page), None)

    def chosen(report: str) -> Sequence[JudgedClaim]:
        named = report or (own.front.id if own else "")
        found = [one for one in library.claims if named in ("", one.report)]
        if not found and not (own and not report):
            raise UnanswerableError(f"the report {report!r} makes no claim" if report else "no report makes a claim")
        return found

    def claims(report: str = "") -> Markdown:
        return claims_table(chosen(report), page, with_report=not own and not report)

    def claim(id: str) -> Markdown:  # the name its author writes
        named = id if "#" in id or own is None else f"{own.front.id}#{id}"
        found = next((one for one in library.claims if one.id == named), None)
        if found is None:
            close = get_close_matches(named, [one.id for one in library.claims], 1)
            raise UnanswerableError(f"no claim {named!r}" + (f"; did you mean {close[0]!r}?" if close else ""))
        return claim_line(found, page)

    def verdicts() -> Markdown:
        return verdict_counts(chosen(""))

    return {"claims": claims, "claim": claim, "verdicts": verdicts}


def claim_line(one: JudgedClaim, page: str) -> Markdown:
    """A claim in a line of prose: its verdict, its words as a link to all about it, and what the evidence says."""
    return Markdown(f"{verdict_badge(one)} {_says(one, page)} {sentence(one, page)}")


def claims_table(claims: Iterable[JudgedClaim], page: str, with_report: bool = False) -> Markdown:
    """One row a claim: what it says, the verdict, the estimate at the family's level, and when it was registered."""
    rows = []
    for one in claims:
        cells = (_says(one, page), verdict_badge(one), estimate_cell(one), registration(one))
        rows.append((short(one.report), *cells) if with_report else cells)
    heads = ("Claim", "Verdict", "Estimate", "Registered")
    found = table(("Report", *heads) if with_report else heads, rows)
    return Markdown(f'<div class="claims" markdown="1">\n\n{found}\n\n</div>')


def verdict_badge(one: JudgedClaim) -> Markdown:
    """The verdict as a word; on aged evidence a second badge says so, and which input aged."""
    verdict = marked(claim_recipe(one.id, "verdict"), badge(one.verdict.value))
    return aged(verdict, one.decides) if one.is_stale else verdict


def estimate_cell(one: JudgedClaim) -> Markdown:
    """The words of the estimate, marked as what its predicate gives; that of degraded evidence has the mark of prose."""
    said, mark, reason = _estimate(one)
    shown = f', <span class="{SEAL} {MARK}" title="{text(degraded_words(one))}">{text(mark)}</span>' if mark else ""
    return marked(claim_recipe(one.id, "estimate"), Markdown(f"{text(said)}{shown}{text(reason)}"))


def verdict_counts(claims: Iterable[JudgedClaim], as_of: date | None = None) -> Markdown:
    """``3 supported 1 refuted as of 2026-11-23``, each word as a badge, in the order of the verdicts; stale ones so."""
    counts = tally(standing_counts(claims))
    return Markdown(f'{counts} <span class="tally">as of {as_of}</span>' if counts and as_of else counts or "none")


def as_of_words(day: date | None) -> str:
    """``, as of 2026-11-23`` behind what is told of a report that speaks of a day; else nothing."""
    return f", as of {day}" if day else ""


def standing_counts(claims: Iterable[JudgedClaim]) -> dict[str, int]:
    """How many claims stand how, in the order of the verdicts; those on aged evidence under *stale*, the last.

    A claim of a report that speaks of the day of its evidence counts by its verdict.
    """
    counts = Counter("stale" if one.is_overtaken else one.verdict.value for one in claims)
    return {word: counts[word] for word in (*(verdict.value for verdict in Verdict), "stale") if counts[word]}


def estimate_words(one: JudgedClaim) -> str:
    """The estimate a verdict was read from and whether its evidence is degraded, or why there is none."""
    said, mark, reason = _estimate(one)
    return f"{said}, {mark}{reason}" if mark else f"{said}{reason}"


def registration(one: JudgedClaim) -> str:
    """When a claim was first committed, whether that was before its data were taken, and how often it was changed."""
    if one.registered is None:
        return one.order
    moved = [change for change in one.history if change.what in ("predicate", "margin", "pins that vary", "words")]
    times = f", changed {len(moved)} time{'s' if len(moved) > 1 else ''} in all" if moved else ""
    return f"{one.registered.committed:%Y-%m-%d}, {one.order}{times}"


def _estimate(one: JudgedClaim) -> tuple[str, str, str]:
    """What is said of an estimate, the mark of its evidence, and why it decides nothing; the last two may be empty."""
    finding = one.judgement.finding
    if finding is None or one.verdict in (Verdict.NOT_RUN, Verdict.NOT_COMPARABLE):
        return reason_words(one), "", ""
    said = estimate_text(one, finding)
    if not finding.is_exact:
        level = finding.order.level or one.judgement.level
        said += f" at {percent_of(level)} %, {finding.order.n_processes} processes"
    is_open = one.verdict is Verdict.UNDECIDED and one.judgement.reason and not finding.is_exact
    reason = f"; {one.judgement.reason}" if is_open else ""
    return said, "degraded" if one.degrading else "", reason


def _says(one: JudgedClaim, page: str) -> Markdown:
    return claim_link(text(one.claim.says), one.id, page)
