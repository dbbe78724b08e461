"""What stands in place of files that cannot be read: a notice on their page, and the lists that would be missing without them.

What else is wrong in such a file is told as well: its directives are answered as far as they do not ask for the front matter
that cannot be read, so that an author sees all mistakes in one round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial, wraps

from chronicle.documents.front_matter import Authored, kind_meant, kind_of
from chronicle.documents.library import Library
from chronicle.documents.unread import unread_kinds
from chronicle.errors import Problem
from chronicle.pages import addresses, claim_blocks, episode_blocks, incidents, plain, plans, report_blocks
from chronicle.pages.authored import broken_entry, common_answers
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.prose import Answer, answered
from chronicle.pages.published import Published
from chronicle.pages.writing import Markdown, front


def broken_pages(desk: Desk) -> Iterator[Entry]:
    """A notice in place of each broken file, and of each list that has nothing to show because of one."""
    for authored, problems in desk.library.broken:
        yield from desk.written((authored, problems), partial(_notice, authored, problems))
    for uri, title in _empty_lists(desk.library):
        words = "What this page lists stands in files that cannot be read; the build says which, and why."
        yield Entry(uri, f'{front(title=title)}\n# {title}\n\n!!! failure "Nothing to show"\n\n    {words}\n'.encode())


def _notice(authored: Authored, problems: tuple[Problem, ...], desk: Desk) -> Iterator[Entry]:
    apart = replace(desk, figures={}, published=Published())
    if (kind := kind_meant(kind_of(authored) or "")) is not None:
        answered(authored, _answers(kind, authored.uri, apart), desk.problems)
    yield broken_entry(authored, problems)


def _answers(kind: str, uri: str, desk: Desk) -> dict[str, Answer]:
    """The directives that a page of its kind may use; of those that ask for its front matter only the arguments are checked."""
    everywhere = common_answers(desk, uri)
    own: dict[str, dict[str, Answer]] = {
        "report": {**claim_blocks.answers(desk, uri), **report_blocks.answers(desk, uri)},
        "episode": episode_blocks.answers(None, desk),  # type: ignore[arg-type]  # nothing is asked of the episode
        "incident": incidents.answers(None, desk),
    }
    planned = plans.answers(desk, uri)
    several = {
        "page": {**planned, **plain.answers(desk, uri)},
        **dict.fromkeys(("roadmap", "questions", "question"), planned),
        **{of: {name: _unasked(one) for name, one in answers.items()} for of, answers in own.items()},
    }
    return {**everywhere, "what_if": _unasked(everywhere["what_if"]), **several[kind]}


def _unasked(answer: Answer) -> Answer:
    """A directive of the same arguments that gives nothing."""

    @wraps(answer)
    def nothing(*_: object, **__: object) -> Markdown:
        return Markdown("")

    return nothing


def _empty_lists(library: Library) -> Iterator[tuple[str, str]]:
    """Address and title of each list that is empty where a file of its kind cannot be read."""
    unread = unread_kinds(library)
    has_voices = library.cast is None or bool(library.cast.voices)
    for uri, title, is_there, kinds in (
        (addresses.EPISODES, "Episodes", bool(library.episodes), ("episode",)),
        (addresses.REPORTS, "Reports", bool(library.reports), ("report",)),
        (addresses.CLAIMS, "Claims", bool(library.claims), ("report",)),
        (addresses.CHECKS, "Checks", bool(library.reviews), ("report", "episode")),
        (addresses.INCIDENTS, "Incidents", bool(library.incidents), ("incident",)),
        (addresses.QUESTIONS, "Open questions", bool(library.questions), ("question",)),
        (addresses.TECHNOLOGIES, "Technologies", library.radar is not None, ("technologies",)),
        (addresses.VOICES, "Voices", has_voices, ("voices",)),
    ):
        if not is_there and unread.intersection(kinds) and addresses.is_free(uri, library):
            yield uri, title
