"""The page of checks: how many numbers of each report and episode are bound to evidence, and which were waived, and why."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from chronicle.documents.review import Review
from chronicle.errors import Problem
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.published import INDEX
from chronicle.pages.writing import Markdown, link, relative, table, twin, web_address, write


def checks_page(desk: Desk) -> Iterator[Entry]:
    """The page and its twin ``checks.json``; nothing where the site has no report and no episode."""
    reviews = desk.library.reviews
    if not reviews:
        return
    if addresses.CHECKS not in desk.library.uris:
        names = dict(_names(desk))
        waived = [(names[one.uri], ", ".join(w.numbers), w.reason) for one in reviews for w in one.waivers]
        body = write(
            "checks.md",
            pages=table(("Page", "Bound", "Claimed", "Waived", "By hand"), [_row(one, names) for one in reviews], "lrrrr"),
            bound=f"{sum(one.bound for one in reviews):,}",
            waived=f"{sum(one.waived for one in reviews):,}",
            unbound=f"{sum(len(one.unbound) for one in reviews):,}",
            waivers=table(("Page", "Numbers", "Reason"), waived) if waived else None,
            command=_command(desk.imprint.site_url),
            twin=link("checks.json", "checks.json"),
            index=link(INDEX, INDEX),
        )
        yield Entry(addresses.CHECKS, body.encode())
    yield Entry("checks.json", twin([_plain(one) for one in reviews]))


def _names(desk: Desk) -> Iterator[tuple[str, Markdown]]:
    """A link to each reviewed page by its name: the id of a report, the title of an episode."""
    for report in desk.library.reports:
        yield report.authored.uri, link(report.front.id, relative(addresses.CHECKS, report.authored.uri))
    for episode in desk.library.episodes:
        yield episode.authored.uri, link(episode.front.title, relative(addresses.CHECKS, episode.authored.uri))


def _row(review: Review, names: Mapping[str, Markdown]) -> tuple[object, ...]:
    return names[review.uri], review.bound, review.claimed, review.waived, len(review.unbound)


def _command(site_url: str | None) -> Markdown:
    """The command by which a reader verifies the site, as a code block."""
    address = web_address(site_url)
    return Markdown(f"```sh\nchronicle verify {shlex.quote(address) if address else 'site'}\n```")


def _plain(review: Review) -> dict[str, object]:
    return {
        "schema": "chronicle.checks/1",
        "uri": review.uri,
        "bound": review.bound,
        "claimed": review.claimed,
        "unbound": [_place(one) for one in review.unbound],
        "unbacked": [_place(one) for one in review.unbacked],
        "waivers": [{"line": one.line, "reason": one.reason, "numbers": list(one.numbers)} for one in review.waivers],
    }


def _place(problem: Problem) -> dict[str, object]:
    return {"line": problem.line, "column": problem.column, "found": problem.found}
