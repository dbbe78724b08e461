"""The plans of a project in one place: the directives for the roadmap and the questions, and their pages."""

from __future__ import annotations

from collections.abc import Iterator

from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.prose import Answer, UnanswerableError
from chronicle.pages.questions import question_pages, questions_table
from chronicle.pages.roadmap import progress_table, roadmap_pages
from chronicle.pages.writing import Markdown


def answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directives ``roadmap`` and ``questions``: their progress as a table."""

    def roadmap() -> Markdown:
        found = desk.library.roadmaps
        if not found:
            raise UnanswerableError("the site has no roadmap: write docs/roadmap.md with `kind: roadmap`")
        return Markdown("\n\n".join(progress_table(one, page) for one in found))

    def questions() -> Markdown:
        if not desk.library.questions:
            raise UnanswerableError("the site has no questions: write docs/questions.md with `kind: questions`")
        return questions_table(desk.library.questions, page)

    return {"roadmap": roadmap, "questions": questions}


def plan_pages(desk: Desk) -> Iterator[Entry]:
    """The roadmap and question pages with their twins."""
    yield from roadmap_pages(desk, lambda page: answers(desk, page))
    yield from question_pages(desk, lambda page: answers(desk, page))
