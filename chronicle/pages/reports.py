"""Report pages: the standing on the first screen, the author's text with its facts, and what is generated at its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from chronicle.documents.registration import changes
from chronicle.documents.report import Report, successor_of
from chronicle.pages import addresses
from chronicle.pages.authored import authored_entry, common_answers
from chronicle.pages.citation import bibtex, citation_cff, citations
from chronicle.pages.claim_blocks import verdict_counts
from chronicle.pages.claims import plain_change, plain_claim
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.evidence_blocks import runs_table
from chronicle.pages.feeds import feed_links
from chronicle.pages.imprint import Imprint
from chronicle.pages.repeating import commands, reproduce
from chronicle.pages.report_blocks import (
    Tally,
    changelog,
    discarded_words,
    earlier_entries,
    earlier_links,
    gates_table,
    listed,
    machines_of,
    pins_table,
    tally,
)
from chronicle.pages.stale import freshness_badge
from chronicle.pages.writing import Markdown, badge, link, relative, short, table, twin, web_address, write
from chronicle.records.provenance import STUDIES
from chronicle.records.recorded import RecordedRun


def report_pages(desk: Desk) -> Iterator[Entry]:
    """A page a report with its twin and its earlier versions, the list of reports, and ``reports.json``."""
    reports = desk.library.reports
    for report in reports:
        yield from desk.written(report.authored, partial(_report_entries, report))
    if not reports:
        return
    if addresses.REPORTS not in desk.library.uris:
        yield Entry(addresses.REPORTS, _index(desk).encode())
    yield Entry("reports.json", twin([_plain_row(report) for report in reports]))


def _report_entries(report: Report, desk: Desk) -> Iterator[Entry]:
    found = tally(report, desk)
    yield _page(report, found, desk)
    yield Entry(_twin_uri(report), twin(_plain(report, found, desk)))
    yield from earlier_entries(report)


def _index(desk: Desk) -> Markdown:
    uri = addresses.REPORTS
    return write("reports.md", reports=reports_table(desk.library.reports, uri), feeds=feed_links(desk, "reports", uri))


def reports_table(reports: tuple[Report, ...], page: str) -> Markdown:
    """One row a report, newest first, with how many of its claims stand how."""
    rows = [
        (
            short(link(report.front.id, relative(page, report.authored.uri))),
            report.front.title,
            badge(report.front.status),
            report.front.date.isoformat() if report.front.date else None,
            verdict_counts(report.claims, report.front.as_of),
        )
        for report in sorted(reports, key=lambda one: (str(one.front.date or ""), one.front.id), reverse=True)
    ]
    return table(("Report", "Title", "Status", "Date", "Claims"), rows)


def _page(report: Report, found: Tally, desk: Desk) -> Entry:
    uri = report.authored.uri
    return authored_entry(
        desk,
        report.authored,
        report.front,
        common_answers(desk, uri, report.front.evidence),
        above=_head(report, found, desk),
        below=_tail(report, found, desk),
        title=f"{report.front.id}: {report.front.title}",
    )


def _head(report: Report, found: Tally, desk: Desk) -> Markdown:
    """The notices a reader must see first, and the box that says in short what the report rests on."""
    uri, reports = report.authored.uri, desk.library.reports
    successor = successor_of(report, reports)
    before = next((one for one in reports if one.front.id == report.front.supersedes), None)
    return write(
        "report_head.md",
        front_matter=report.front,
        status=badge(report.front.status),
        verdicts=verdict_counts(report.claims),
        successor=_report_link(successor, uri),
        predecessor=_report_link(None if before is report else before, uri),
        claims=link("Claims", relative(uri, addresses.CLAIMS)) if desk.library.claims else Markdown("Claims"),
        freshness=freshness_badge(report.decides),
        reason="" if _says_since(report) else report.decides.reason,
        has_evidence=bool(found.runs),
        discarded=discarded_words(found),
        machines=listed(machines_of(found, uri)),
        how="Computed" if all(one.run.label in STUDIES for one in found.used) else "Measured",
        earlier=listed(earlier_links(report)),
        twin=link("JSON", uri.rpartition("/")[2].removesuffix(".md") + ".json"),
    )


def _says_since(report: Report) -> bool:
    """Whether the sentence about the day of which a report speaks tells why its evidence has aged."""
    return report.front.as_of is not None and any(one.decides.reason == report.decides.reason for one in report.claims)


def _report_link(report: Report | None, page: str) -> Markdown | None:
    if report is None:
        return None
    return link(f"{report.front.id}: {report.front.title}", relative(page, report.authored.uri))


def _tail(report: Report, found: Tally, desk: Desk) -> Markdown:
    """Runs with their discarded processes, the pins, the commands that repeat them, the versions, and how to cite."""
    return write(
        "report_tail.md",
        runs=runs_table(found.runs, desk, report.authored.uri) if found.runs else None,
        discarded=discarded_words(found),
        gates=gates_table(found),
        pins=pins_table(found.used) if found.used else None,
        commands=[reproduce(one) for one in found.to_repeat],
        changelog=changelog(report),
        earlier=listed(earlier_links(report)),
        citations=citations(report, desk.imprint.cited(report.authored.uri)),
        permalink=_permalink(report, desk.imprint),
    )


def _permalink(report: Report, imprint: Imprint) -> Markdown | None:
    """Where this page stays as it is now, with the version of the site it belongs to."""
    address = web_address(imprint.permalink(report.authored.uri))
    return link(f"version {imprint.version}", address) if address else None


def _twin_uri(report: Report) -> str:
    return report.authored.uri.removesuffix(".md") + ".json"


def _plain_row(report: Report) -> dict[str, object]:
    """The report in the list of all."""
    front = report.front
    return {
        "schema": "chronicle.report/2",
        "id": front.id,
        "title": front.title,
        "version": front.version,
        "status": front.status,
        "date": front.date.isoformat() if front.date else None,
        "authors": list(front.authors),
        "uri": report.authored.uri,
        "twin": _twin_uri(report),
        "evidence": list(front.evidence),
        "state": report.state.value,
        "freshness": report.decides.state.value if report.decides.name else None,
        "claims": {claim.claim.id: claim.verdict.value for claim in report.claims},
    }


def _plain(report: Report, found: Tally, desk: Desk) -> dict[str, object]:
    """Everything that the page holds and the author did not write."""
    successor = successor_of(report, desk.library.reports)
    return _plain_row(report) | {
        "supersedes": report.front.supersedes,
        "superseded_by": successor.front.id if successor else None,
        "reason": report.front.reason,
        "answers": list(report.front.answers),
        "freshness_reason": report.decides.reason,
        "claims": [plain_claim(one, desk) for one in report.claims],
        "runs": _plain_runs(found.used),
        "overtaken_runs": _plain_runs(found.overtaken),
        "held_back_runs": _plain_runs(found.held_back),
        "discarded_runs": [{"machine": one.run.machine, "run": one.run.run_id, "reason": why} for one, why in found.discarded],
        "processes": found.processes,
        "processes_left_out": found.left_out,
        "left_out_by": found.reasons,
        "reproduce": [commands(one) for one in found.to_repeat],
        "changelog": [plain_change(one) for one in changes(report.editions)],
        "bibtex": bibtex(report, desk.imprint.cited(report.authored.uri)),
        "citation_cff": citation_cff(report, desk.imprint.cited(report.authored.uri)),
    }


def _plain_runs(runs: Iterable[RecordedRun]) -> list[dict[str, str]]:
    return [{"machine": one.run.machine, "run": one.run.run_id} for one in runs]
