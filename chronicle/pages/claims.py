"""The claims page: every claim on the site in a row with its verdict and its estimate; what decides it opens below the row.

The rows stand by report, whose claims are judged as one family. Where a site makes so many claims that a page of all would be
long to load, the page keeps the rows, which links lead to, and each report has a page of its own for what decides its claims.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chronicle.documents.claims import JudgedClaim
from chronicle.documents.registration import Change, Edition
from chronicle.documents.report import Report
from chronicle.facts.measurements import Measurement
from chronicle.facts.predicates import Verdict
from chronicle.pages import addresses
from chronicle.pages.card_links import card_link
from chronicle.pages.claim_blocks import (
    estimate_cell,
    estimate_words,
    registration,
    verdict_badge,
    verdict_counts,
)
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.published import claim_recipe, plain
from chronicle.pages.sentences import control_words, degraded_words, sentence
from chronicle.pages.writing import Markdown, code, link, listing, relative, slug, table, text, twin, write

MOST_OPERANDS = 8
MOST_OPENING = 120
"""Claims on the page of all whose rows open; of more of them, each report's own page tells what decides them."""


def claims_page(desk: Desk) -> Iterator[Entry]:
    """The page and its twin ``claims.json``; nothing where no report makes a claim."""
    claims = desk.library.claims
    if not claims:
        return
    for one in claims:
        desk.published.mark(claim_recipe(one.id, "verdict"), one.verdict.value)
        desk.published.mark(claim_recipe(one.id, "estimate"), estimate_words(one))
        desk.published.mark(claim_recipe(one.id, "control"), control_words(one))
        desk.published.mark(claim_recipe(one.id, "degraded"), degraded_words(one))
    families = [
        (report, own) for report in desk.library.reports if (own := [one for one in claims if one.report == report.front.id])
    ]
    opens = len(claims) <= MOST_OPENING
    body = write(
        "claims.md",
        counts=verdict_counts(claims),
        families=[_family(report, own, addresses.CLAIMS, desk, opens) for report, own in families],
        method=link("Method", addresses.METHOD),
    )
    yield Entry(addresses.CLAIMS, body.encode())
    for report, own in () if opens else families:
        page = addresses.claims_of(report.front.id)
        alone = write("claims_of.md", title=f"Claims of {report.front.id}", family=_family(report, own, page, desk, opens=True))
        yield Entry(page, alone.encode())
    yield Entry("claims.json", twin([plain_claim(one, desk) for one in claims]))


def plain_claim(one: JudgedClaim, desk: Desk) -> dict[str, object]:
    """All that the page says of a claim, for the twins."""
    judgement, finding = one.judgement, one.judgement.finding
    return {
        "schema": "chronicle.claim/2",
        "id": one.id,
        "says": one.claim.says,
        "holds": one.claim.holds,
        "margin": judgement.margin,
        "varies": list(one.claim.varies),
        "bounds": [{"comparison": bound.comparison, "threshold": bound.threshold} for bound in judgement.bounds],
        "verdict": one.verdict.value,
        "presents": one.claim.presents.value,
        "reason": judgement.reason,
        "sentence": _plain_sentence(one),
        "degraded_by": list(one.degrading),
        "is_stale": one.is_stale,
        "freshness": one.freshness.value if one.operands else None,
        "freshness_reason": one.decides.reason,
        "level": judgement.level,
        "resolution": judgement.moves,
        "unit": finding.unit if finding else None,
        "value": finding.order.value if finding else None,
        "lo": finding.order.lo if finding else None,
        "hi": finding.order.hi if finding else None,
        "second_value": finding.second.value if finding else None,
        "second_lo": finding.second.lo if finding else None,
        "second_hi": finding.second.hi if finding else None,
        "read_lo": judgement.read.order.lo if judgement.read else None,
        "read_hi": judgement.read.order.hi if judgement.read else None,
        "n_processes": finding.order.n_processes if finding else None,
        "is_paired": finding.is_paired if finding else None,
        "remark": finding.remark if finding else "",
        "differing": list(finding.differing) if finding else [],
        "order": one.order,
        "registered_revision": one.registered.revision if one.registered else None,
        "registered_utc": one.registered.committed.isoformat() if one.registered else None,
        "data_began_utc": one.data_began,
        "data_revisions": _revisions(one, desk),
        "changes": [plain_change(change) for change in one.history],
        "runs": sorted({operand.run_id for operand in one.operands}),
        "cases": [
            {"machine": o.machine, "run": o.run_id, "case": o.case, "metric": o.metric, "value": o.estimate.value}
            for o in one.operands
        ],
    }


def _plain_sentence(one: JudgedClaim) -> str:
    """The sentence as a reader sees it, without its links."""
    return plain(sentence(one, addresses.CLAIMS))


def _committed(edition: Edition) -> Markdown:
    return Markdown(f"{code(edition.revision[:9])} at {text(f'{edition.committed:%H:%M}')} UTC")


def _revisions(one: JudgedClaim, desk: Desk) -> list[str]:
    """The revisions at which the claim's data were taken."""
    keys = {operand.run_key for operand in one.operands}
    return sorted({run.run.source.revision for run in desk.library.runs if run.key in keys and run.run.source.revision})


def _family(report: Report, claims: Sequence[JudgedClaim], page: str, desk: Desk, opens: bool) -> Markdown:
    """The claims of one report: how they stand, at which level they were judged, and a row each."""
    levels = sorted({f"{100 * one.judgement.level:.2f} %" for one in claims})
    return write(
        "claim_family.md",
        anchor=f"claims-of-{slug(report.front.id)}",
        title=f"{report.front.id}: {report.front.title}",
        report=link(report.front.id, relative(page, report.authored.uri)),
        counts=verdict_counts(claims, report.front.as_of),
        levels=" or ".join(levels),
        is_family=len(claims) > 1,
        more=None if opens else link("What decides each of them", relative(page, addresses.claims_of(report.front.id))),
        claims=[_claim(one, page, desk, opens) for one in claims],
    )


def _claim(one: JudgedClaim, page: str, desk: Desk, opens: bool) -> Markdown:
    return write(
        "claim.md",
        anchor=addresses.claim_anchor(one.id),
        verdict=verdict_badge(one),
        says=one.claim.says,
        estimate=estimate_cell(one),
        order=one.order,
        sentence=sentence(one, page) if opens else None,
        decided=listing(_decided(one, page, desk)) if opens else None,
        changes=_changes(one) if opens else None,
    )


def _decided(one: JudgedClaim, page: str, desk: Desk) -> Iterator[tuple[str, str | None]]:
    """What a claim asks, what it rests on and when each was there, by name; None for what it does not have."""
    revisions = ", ".join(code(revision[:9]) for revision in _revisions(one, desk))
    presents = one.claim.presents.value
    yield "Claim", code(one.id)
    yield "Predicate", code(one.claim.holds)
    yield "Margin", f"{100 * one.judgement.margin:.2g} %" if one.judgement.margin is not None else None
    yield "Second reading", _second(one)
    yield "Evidence", _evidence(one, page)
    yield "Freshness", _freshness(one) if one.operands else None
    yield "Registered", _registered(one)
    yield "Data", _begun(one, one.data_began, revisions) if one.data_began else None
    yield "Prose presents it as", presents if presents != one.verdict.value else None


def _begun(one: JudgedClaim, began: str, revisions: str) -> Markdown:
    """When the first data of a claim's cases were taken, and at which revisions those that answer."""
    earlier = " in an earlier run, and again" if one.is_of_a_later_run else ""
    return Markdown(f"begun {text(began[:16].replace('T', ' '))} UTC{earlier} at {revisions or 'an unknown revision'}")


def _registered(one: JudgedClaim) -> Markdown:
    return Markdown(text(registration(one)) + (f", in {_committed(one.registered)}" if one.registered else ""))


def plain_change(change: Change) -> dict[str, str]:
    """What a commit changed, for the twins."""
    return {
        "revision": change.revision,
        "committed_utc": change.committed.isoformat(),
        "version": change.number,
        "claim": change.claim,
        "what": change.what,
        "before": change.before,
        "after": change.after,
    }


def _evidence(one: JudgedClaim, page: str) -> Markdown:
    """The measurements a claim rests on, the first of them; a fit may have dozens, which its twin lists."""
    named = [_card_link(operand, page) for operand in one.operands[:MOST_OPERANDS]]
    more = len(one.operands) - len(named)
    return Markdown(", ".join(named) + (f" and {more} more" if more > 0 else ""))


def _card_link(one: Measurement, page: str) -> Markdown:
    return card_link(f"{one.case} on {one.machine}", [one], page)


def _freshness(one: JudgedClaim) -> str:
    return f"{one.freshness}: {one.decides.reason}" if one.freshness.is_stale else one.freshness.value


def _second(one: JudgedClaim) -> str | None:
    """The second reading of the interval, which must say the same."""
    finding = one.judgement.finding
    if finding is None or finding.is_exact or finding.second.lo is None or one.verdict is Verdict.NOT_COMPARABLE:
        return None
    return f"{finding.second.value:.4g} ({finding.second.lo:.4g}–{finding.second.hi:.4g})"


def _changes(one: JudgedClaim) -> Markdown | None:
    """What later commits changed about a claim; None where nothing was."""
    rows = [
        (
            f"{c.committed:%Y-%m-%d %H:%M} UTC",
            code(c.revision[:9]),
            c.what,
            code(c.before) if c.before else None,
            code(c.after) if c.after else None,
        )
        for c in one.history
    ]
    return table(("Changed", "In", "What", "Before", "After"), rows) if rows else None
