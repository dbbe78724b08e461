"""Report pages: the standing on the first screen, the author's text with its facts, and what is generated at its end."""

from __future__ import annotations

from collections.abc import Iterator

from chronicle.documents.report import Report
from chronicle.pages import addresses
from chronicle.pages.authored import authored_entry, common_answers
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.evidence_blocks import claims_table, reproduce, runs_table
from chronicle.pages.prose import Answer
from chronicle.pages.writing import Markdown, badge, link, relative, table, twin, write


def report_pages(desk: Desk) -> Iterator[Entry]:
    """A page a report, the list of reports, and ``reports.json``."""
    reports = desk.library.reports
    for report in reports:
        yield _page(report, desk)
    if not reports:
        return
    if addresses.REPORTS not in desk.library.uris:
        yield Entry(addresses.REPORTS, write("reports.md", reports=reports_table(reports, addresses.REPORTS)).encode())
    yield Entry("reports.json", twin([_plain(report) for report in reports]))


def reports_table(reports: tuple[Report, ...], page: str) -> Markdown:
    """One row a report, newest first, with how many of its claims stand how."""
    rows = [
        (
            link(report.front.id, relative(page, report.authored.uri)),
            report.front.title,
            badge(report.front.status),
            report.front.date.isoformat() if report.front.date else None,
            _verdicts(report),
        )
        for report in sorted(reports, key=lambda one: (str(one.front.date or ""), one.front.id), reverse=True)
    ]
    return table(("Report", "Title", "Status", "Date", "Claims"), rows)


def _page(report: Report, desk: Desk) -> Entry:
    uri = report.authored.uri
    successor = next((one for one in desk.library.reports if one.front.supersedes == report.front.id), None)
    above = write(
        "report_head.md",
        front_matter=report.front,
        status=badge(report.front.status),
        verdicts=_verdicts(report),
        successor=link(successor.front.id, relative(uri, successor.authored.uri)) if successor else None,
        claims=link("claims", relative(uri, addresses.CLAIMS)),
    )
    return authored_entry(
        desk,
        report.authored,
        report.front,
        {**common_answers(desk, uri), **_answers(report, desk)},
        above=above,
        below=_tail(report, desk),
        title=f"{report.front.id}: {report.front.title}",
    )


def _answers(report: Report, desk: Desk) -> dict[str, Answer]:
    def claims() -> Markdown:
        return claims_table(report.claims, report.authored.uri)

    return {"claims": claims}


def _tail(report: Report, desk: Desk) -> Markdown:
    """Runs with their discarded processes, the commands that repeat them, and how to cite the report."""
    runs = [one for one in desk.library.runs if one.run.suite.name in report.front.evidence]
    return write(
        "report_tail.md",
        runs=runs_table(runs, desk, report.authored.uri) if runs else None,
        commands=[reproduce(one) for one in runs],
        front_matter=report.front,
        bibtex=_bibtex(report, desk.site_url),
    )


def _bibtex(report: Report, site_url: str | None) -> Markdown:
    front = report.front
    fields = {
        "title": front.title,
        "author": " and ".join(front.authors),
        "year": str(front.date.year) if front.date else "",
        "number": f"{front.id}, version {front.version}",
        "url": f"{site_url.rstrip('/')}/{report.authored.uri.removesuffix('.md')}/" if site_url else "",
    }
    lines = [f"  {name} = {{{_plain_text(value)}}}," for name, value in fields.items() if value]
    key = "".join(c for c in front.id.lower() if c.isalnum())
    return Markdown("```bibtex\n" + "\n".join([f"@techreport{{{key},", *lines, "}"]) + "\n```")


def _plain_text(words: str) -> str:
    """Text for a BibTeX field inside a code block: nothing that closes either."""
    return " ".join(words.split()).replace("`", "'").replace("{", "(").replace("}", ")").replace("\\", "/")


def _verdicts(report: Report) -> Markdown:
    counts: dict[str, int] = {}
    for claim in report.claims:
        word = "stale" if claim.is_stale else claim.verdict.value
        counts[word] = counts.get(word, 0) + 1
    return Markdown(" ".join(f"{number} {badge(word)}" for word, number in sorted(counts.items())) or "none")


def _plain(report: Report) -> dict[str, object]:
    front = report.front
    return {
        "schema": "chronicle.report/1",
        "id": front.id,
        "title": front.title,
        "version": front.version,
        "status": front.status,
        "date": front.date.isoformat() if front.date else None,
        "authors": list(front.authors),
        "uri": report.authored.uri,
        "evidence": list(front.evidence),
        "state": report.state.value,
        "claims": {claim.claim.id: claim.verdict.value for claim in report.claims},
    }
