"""What a project plans and watches, in one place: directives and pages of roadmap, questions, technologies and incidents."""

from __future__ import annotations

from collections.abc import Iterator

from chronicle.documents.unread import unread_kinds
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.incidents import incident_pages, incidents_table
from chronicle.pages.prose import Answer, UnanswerableError, UnreadFileError
from chronicle.pages.questions import question_pages, questions_table
from chronicle.pages.roadmap import progress_table, roadmap_pages
from chronicle.pages.technologies import radar_block, technology_pages
from chronicle.pages.writing import Markdown


def answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directives ``roadmap``, ``questions``, ``technologies`` and ``incidents``: where each stands, at a glance."""

    def roadmap() -> Markdown:
        found = desk.library.roadmaps
        if not found:
            raise _lacking(desk, "the site has no roadmap: write docs/roadmap.md with `kind: roadmap`", "roadmap")
        return Markdown("\n\n".join(progress_table(one, page) for one in found))

    def questions() -> Markdown:
        if not desk.library.questions:
            raise _lacking(
                desk, "the site has no questions: write docs/questions.md with `kind: questions`", "questions", "question"
            )
        return questions_table(desk.library.questions, page)

    def technologies() -> Markdown:
        if desk.library.radar is None:
            raise _lacking(desk, "the site has no technologies: list them in docs/technologies.yml", "technologies")
        return radar_block(desk.library.radar, desk, page)

    def incidents() -> Markdown:
        if not desk.library.incidents:
            raise _lacking(desk, "the site has no incident: write one in docs/incidents/ with `kind: incident`", "incident")
        return incidents_table(desk.library.incidents, page)

    return {"roadmap": roadmap, "questions": questions, "technologies": technologies, "incidents": incidents}


def _lacking(desk: Desk, words: str, *kinds: str) -> Exception:
    """What there is none of; where a file of these kinds cannot be read, nobody knows."""
    return UnreadFileError() if unread_kinds(desk.library).intersection(kinds) else UnanswerableError(words)


def plan_pages(desk: Desk) -> Iterator[Entry]:
    """Their pages with their twins."""
    yield from roadmap_pages(desk, lambda page: answers(desk, page))
    yield from question_pages(desk, lambda page: answers(desk, page))
    yield from technology_pages(desk)
    yield from incident_pages(desk)
