"""Files that cannot be read, and what is found elsewhere only because of them: that is told once, at the file itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from chronicle.documents.front_matter import Authored, id_of, kind_of, split
from chronicle.documents.incident import ITEM
from chronicle.documents.library import Library
from chronicle.documents.questions import parse_questions
from chronicle.documents.review import Review, review
from chronicle.documents.roadmap import parse_roadmap
from chronicle.errors import Problem

_ABOUT_OTHERS = frozenset({"box-disagrees", "directive", "guard-missing", "report-lineage", "technologies", "unknown-evidence"})
"""The rules of findings that may be about another file than the one they are told of."""


def unread_kinds(library: Library) -> frozenset[str]:
    """The kinds of which a file cannot be read; ``technologies`` and ``voices`` where their list cannot."""
    kinds = {kind_of(authored) or "" for authored, _ in library.broken}
    if library.radar is None and any(problem.rule == "technologies" for problem in library.problems):
        kinds.add("technologies")
    if library.cast is not None and not library.cast.voices:
        kinds.add("voices")
    return frozenset(kinds)


def without_follow_ons(problems: Iterable[Problem], library: Library) -> Iterator[Problem]:
    """The problems but those that miss what a broken file would hold: its report, its items, its questions."""
    names = {name for authored, _ in library.broken for name in _names(authored)}
    missed = re.compile(rf"(?<![\w.#:/-])(?:{'|'.join(map(re.escape, sorted(names)))})(?![\w-]|\.\w)") if names else None
    for problem in problems:
        why = problem.found.rpartition("}}: ")[2]
        if missed is None or problem.rule not in _ABOUT_OTHERS or not missed.search(why):
            yield problem


def reviews_of_unread(library: Library) -> Iterator[Review]:
    """The reviews of broken reports and episodes: a number that the front matter states too may be that of a claim."""
    for authored, _ in library.broken:
        if kind_of(authored) in ("report", "episode"):
            yield review(authored, [split(authored.text).yaml])


def _names(authored: Authored) -> Iterator[str]:
    """What other files may call a file and its parts."""
    yield authored.uri
    kind, name = kind_of(authored), id_of(authored)
    if name:
        yield f"Q:{name}" if kind == "question" else name
    if kind == "roadmap":
        yield from (ITEM + item.id for item in parse_roadmap(authored.text, file=authored.file)[0].items if item.id)
    if kind == "questions":
        yield from (f"Q:{one.id}" for one in parse_questions(authored.text, file=authored.file)[0])
