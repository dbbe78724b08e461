"""The questions and the roadmap bound to their evidence: the questions first, since a roadmap may name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chronicle.documents.front_matter import Authored, FrontMatter, PageFront, kind_of, read
from chronicle.documents.item_history import roadmap_history
from chronicle.documents.library import JudgedPage, Library, evidence_states, overturned
from chronicle.documents.questions import Question, judge_questions, parse_question, parse_questions
from chronicle.documents.registration import Version
from chronicle.documents.roadmap import judge_roadmap, parse_roadmap
from chronicle.documents.standing import EvidenceState
from chronicle.errors import Problem

PLANS = ("questions", "question", "roadmap")
"""The kinds that are bound here."""


def with_plans(library: Library, texts: Sequence[Authored], versions: Mapping[str, Sequence[Version]]) -> Library:
    """The library with the questions and roadmaps among ``texts``; one that cannot be read is listed as broken."""
    states = evidence_states(library.reports, library.ledger)
    asked = [_asked(text) for text in texts if kind_of(text) in ("questions", "question")]
    library = _told(library, _repeated_ids(question for one in asked for question in one.questions))
    for one in asked:
        library = _with_questions(library, one, states)
    states |= {f"Q:{one.question.id}": one.as_evidence for page in library.questions for one in page.questions}
    for text in texts:
        if kind_of(text) == "roadmap":
            library = _with_roadmap(library, text, states, versions.get(text.uri, ()))
    return library


@dataclass(frozen=True, slots=True)
class _Asked:
    """The questions of one file, before they are judged; ``front`` is None where it cannot be read."""

    authored: Authored
    front: FrontMatter | None
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...]


def _asked(authored: Authored) -> _Asked:
    if kind_of(authored) == "question":
        own, question, problems = parse_question(authored)
        return _Asked(authored, own, (question,) if question else (), problems)
    front, problems = read(authored, PageFront)
    questions, wrong = parse_questions(authored.text, file=authored.file)
    return _Asked(authored, front, questions if front else (), (*problems, *wrong))


def _with_questions(library: Library, asked: _Asked, states: Mapping[str, EvidenceState]) -> Library:
    library = _told(library, asked.problems)
    if asked.front is None:
        return replace(library, broken=(*library.broken, (asked.authored, asked.problems)))
    judged, wrong = judge_questions(asked.questions, states, overturned(library.reports))
    page = JudgedPage(asked.authored, asked.front, questions=judged)
    return _told(replace(library, questions=(*library.questions, page)), wrong)


def _with_roadmap(
    library: Library, authored: Authored, states: Mapping[str, EvidenceState], versions: Sequence[Version]
) -> Library:
    front, problems = read(authored, PageFront)
    roadmap, unread = parse_roadmap(authored.text, file=authored.file)
    periods, wrong = judge_roadmap(roadmap, states)
    library = _told(library, [*problems, *unread, *wrong])
    if front is None:
        return replace(library, broken=(*library.broken, (authored, problems)))
    page = JudgedPage(authored, front, periods=periods, history=roadmap_history(versions, roadmap))
    return replace(library, roadmaps=(*library.roadmaps, page))


def _told(library: Library, problems: Iterable[Problem]) -> Library:
    return replace(library, problems=(*library.problems, *problems))


def _repeated_ids(questions: Iterable[Question]) -> Iterator[Problem]:
    """A problem for each question whose id one in another file has; within a file the parser has said so."""
    seen: dict[str, Question] = {}
    for question in questions:
        if (first := seen.setdefault(question.id, question)) is not question:
            found = f"the question id {question.id!r}, which {first.file} has already"
            hint = "give one of the two another id"
            yield Problem(question.file, question.line, found, "an id of its own for each question", hint, "duplicate-id")
