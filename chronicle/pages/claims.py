"""The claims page: every claim on the site with its verdict, the estimate behind it, and the two dates."""

from __future__ import annotations

from collections.abc import Iterator

from chronicle.documents.claims import JudgedClaim
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.evidence_blocks import claims_table, estimate_words, registration
from chronicle.pages.writing import Markdown, badge, code, link, relative, text, twin, write


def claims_page(desk: Desk) -> Iterator[Entry]:
    """The page and its twin ``claims.json``; nothing where no report makes a claim."""
    claims = desk.library.claims
    if not claims:
        return
    uris = {report.front.id: report.authored.uri for report in desk.library.reports}
    body = write(
        "claims.md",
        overview=claims_table(claims, addresses.CLAIMS, with_report=True),
        claims=[_claim(one, uris[one.report]) for one in claims],
        twin=link("claims.json", "claims.json"),
        method=link("Method", addresses.METHOD),
    )
    yield Entry(addresses.CLAIMS, body.encode())
    yield Entry("claims.json", twin([_plain(one) for one in claims]))


def _claim(one: JudgedClaim, report_uri: str) -> Markdown:
    operands = one.judgement.finding.operands if one.judgement.finding else ()
    return write(
        "claim.md",
        anchor=addresses.claim_anchor(one.id),
        name=one.id,
        verdict=badge("stale" if one.is_stale else one.verdict.value),
        says=one.claim.says,
        holds=code(one.claim.holds),
        estimate=estimate_words(one),
        reason=one.judgement.reason,
        registration=registration(one),
        registered_in=code(one.registered.revision[:9]) if one.registered else None,
        level=f"{100 * one.judgement.level:.2f} %",
        presents=one.claim.presents.value,
        report=link(one.report, relative(addresses.CLAIMS, report_uri)),
        evidence=Markdown(
            ", ".join(link(f"{o.case} on {o.machine}", relative(addresses.CLAIMS, addresses.card(o)), "fact") for o in operands)
            or text(None)
        ),
    )


def _plain(one: JudgedClaim) -> dict[str, object]:
    finding = one.judgement.finding
    return {
        "schema": "chronicle.claim/1",
        "id": one.id,
        "says": one.claim.says,
        "holds": one.claim.holds,
        "verdict": one.verdict.value,
        "presents": one.claim.presents.value,
        "is_stale": one.is_stale,
        "reason": one.judgement.reason,
        "level": one.judgement.level,
        "value": finding.order.value if finding else None,
        "lo": finding.order.lo if finding else None,
        "hi": finding.order.hi if finding else None,
        "n_processes": finding.order.n_processes if finding else None,
        "registered_revision": one.registered.revision if one.registered else None,
        "registered_utc": one.registered.committed.isoformat() if one.registered else None,
        "runs": sorted({operand.run_id for operand in finding.operands}) if finding else [],
    }
