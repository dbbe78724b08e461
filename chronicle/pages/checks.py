"""The page of checks: how many numbers of each report and episode are bound to evidence, and which were waived, and why."""

from __future__ import annotations

from collections.abc import Iterator

from chronicle.documents.review import Review
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.writing import link, relative, table, twin, write


def checks_page(desk: Desk) -> Iterator[Entry]:
    """The page and its twin ``checks.json``; nothing where the site has no report and no episode."""
    reviews = desk.library.reviews
    if not reviews:
        return
    if addresses.CHECKS not in desk.library.uris:
        waived = [(_page(one), w.line, ", ".join(w.numbers), w.reason) for one in reviews for w in one.waivers]
        body = write(
            "checks.md",
            pages=table(
                ("Page", "Bound to evidence", "Stated by a claim", "Waived", "Typed by hand"), map(_row, reviews), "lrrrr"
            ),
            bound=f"{sum(one.bound for one in reviews):,}",
            waived=f"{sum(one.waived for one in reviews):,}",
            unbound=f"{sum(len(one.unbound) for one in reviews):,}",
            waivers=table(("Page", "Line", "Numbers", "Reason"), waived, "lrll") if waived else None,
            twin=link("checks.json", "checks.json"),
        )
        yield Entry(addresses.CHECKS, body.encode())
    yield Entry("checks.json", twin([_plain(one) for one in reviews]))


def _page(review: Review) -> str:
    return link(review.uri, relative(addresses.CHECKS, review.uri))


def _row(review: Review) -> tuple[object, ...]:
    return _page(review), review.bound, review.claimed, review.waived, len(review.unbound)


def _plain(review: Review) -> dict[str, object]:
    return {
        "schema": "chronicle.checks/1",
        "uri": review.uri,
        "bound": review.bound,
        "claimed": review.claimed,
        "unbound": [{"line": one.line, "column": one.column, "found": one.found} for one in review.unbound],
        "waivers": [{"line": one.line, "reason": one.reason, "numbers": list(one.numbers)} for one in review.waivers],
    }
