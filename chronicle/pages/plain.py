"""Pages of no richer kind that use directives."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from chronicle.documents.library import JudgedPage
from chronicle.pages import home
from chronicle.pages.authored import authored_entry, common_answers
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.episodes import episodes_table
from chronicle.pages.plans import answers as plan_answers
from chronicle.pages.prose import Answer
from chronicle.pages.reports import reports_table
from chronicle.pages.writing import Markdown


def plain_pages(desk: Desk) -> Iterator[Entry]:
    """Authored pages of ``kind: page`` with their directives answered."""
    for page in desk.library.plain:
        yield from desk.written(page.authored, partial(_page, page))


def _page(page: JudgedPage, desk: Desk) -> Iterator[Entry]:
    uri = page.authored.uri
    several = {**common_answers(desk, uri), **plan_answers(desk, uri), **answers(desk, uri)}
    yield authored_entry(desk, page.authored, page.front, several, title=page.front.title)


def answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directives ``reports`` and ``episodes``, and those of a home page."""

    def reports() -> Markdown:
        return reports_table(desk.library.reports, page) if desk.library.reports else Markdown("No report yet.")

    def episodes() -> Markdown:
        return episodes_table(desk.library.episodes, page) if desk.library.episodes else Markdown("No episode yet.")

    return {"reports": reports, "episodes": episodes, **home.answers(desk, page)}
