"""The open questions: a theme a heading, a question a heading below it, and three lines that make it sharp.

The form reads well on any Git host::

    ## Performance

    ### Is decode with a KV cache compilable? {#performance-1}

    - **Hypothesis:** graph capture over fixed addresses gives most of the gain.
    - **Decided by:** the time a token takes with each ingredient alone, against the eager loop.
    - **Reports:** TR120

``Reports`` lists reports, or claims of reports (``TR120#graph-wins``), or says ``none yet``. A question may also have a file
of its own, which says the same in its front matter. :func:`parse_questions` and :func:`parse_question` read what the author
wrote, to the same model; :func:`judge_questions` computes how far the answer is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import StringConstraints

from chronicle.documents import front_matter
from chronicle.documents.front_matter import Authored, FrontMatter, line_of
from chronicle.documents.outline import Attributes, Heading, Line, heading_of, prose, split_attributes
from chronicle.documents.standing import ANCHOR, ANCHOR_WORDS, EvidenceState, state_of, unknown_evidence
from chronicle.errors import Problem

_FIELD = re.compile(r"^ {0,3}[-*+][ \t]+\*\*(?P<label>[^*:]+?)(?::\*\*|\*\*:)[ \t]*(?P<text>.*)$")
_LABELS = ("hypothesis", "decided by", "reports")
_NOTHING_YET = ("", "none", "none yet")
_QUESTION_LEVEL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as written; its texts are raw Markdown, and roadmap items refer to it as ``Q:`` and its id."""

    theme: str
    id: str
    title: str
    hypothesis: str
    decided_by: str
    reports: tuple[str, ...]
    line: int
    file: str


_Words = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class QuestionFront(FrontMatter):
    """Front matter of a question in a file of its own; its texts are plain text."""

    kind: Literal["question"]
    id: Annotated[str, StringConstraints(pattern=ANCHOR)]
    title: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    theme: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    hypothesis: _Words
    decides: _Words
    reports: tuple[str, ...] = ()


class QuestionState(StrEnum):
    """How far the answer is; *reopened* is an answer whose records have aged, or that the records now contradict."""

    OPEN = "open"
    BEING_MEASURED = "being measured"
    ANSWERED = "answered"
    REOPENED = "reopened"


_AS_EVIDENCE = {
    QuestionState.OPEN: EvidenceState.NOT_RUN,
    QuestionState.BEING_MEASURED: EvidenceState.UNDECIDED,
    QuestionState.ANSWERED: EvidenceState.SUPPORTED,
    QuestionState.REOPENED: EvidenceState.STALE,
}


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question with its state and how each report or claim that answers it stands."""

    question: Question
    state: QuestionState
    evidence: tuple[tuple[str, EvidenceState], ...]

    @property
    def as_evidence(self) -> EvidenceState:
        """How the question stands as evidence of a roadmap item; an answer counts, whichever way it fell."""
        return _AS_EVIDENCE[self.state]

    @property
    def verdict(self) -> EvidenceState | None:
        """The verdict on the hypothesis where all evidence agrees on one; None before that, and where it is mixed."""
        words = {state for _, state in self.evidence}
        return words.pop() if self.state is QuestionState.ANSWERED and len(words) == 1 else None


def parse_questions(text: str, *, file: str) -> tuple[tuple[Question, ...], tuple[Problem, ...]]:
    """The questions in a file's ``text``, in its order, and everything in it that cannot be read as meant.

    A heading of level three is a question if it has an id or one of the three lines; others are prose.
    """
    problems: list[Problem] = []
    questions: dict[str, Question] = {}
    for theme, heading, fields in _drafts(prose(text)):
        question, attributes = _question(theme, heading, fields, file)
        if not question.id and not fields:
            continue
        problems.extend(_lacking(question, attributes))
        if question.id in questions:
            found = f"the id {question.id!r}, which line {questions[question.id].line} has already"
            hint = "give one of the two another id"
            problems.append(Problem(file, heading.line, found, "an id of its own for each question", hint, "duplicate-id"))
        elif re.fullmatch(ANCHOR, question.id):
            questions[question.id] = question
    return tuple(questions.values()), tuple(problems)


def parse_question(authored: Authored) -> tuple[QuestionFront | None, Question | None, tuple[Problem, ...]]:
    """The question in a file of its own; None and the problems where its front matter cannot be read."""
    front, problems = front_matter.read(authored, QuestionFront)
    if front is None:
        return None, None, problems
    question = Question(
        theme=front.theme,
        id=front.id,
        title=front.title,
        hypothesis=front.hypothesis,
        decided_by=front.decides,
        reports=tuple(dict.fromkeys(front.reports)),
        line=line_of(authored.text, ("reports",)),
        file=authored.file,
    )
    return front, question, ()


def judge_questions(
    questions: Iterable[Question], states: Mapping[str, EvidenceState], overturned: Collection[str] = ()
) -> tuple[tuple[JudgedQuestion, ...], tuple[Problem, ...]]:
    """How far each question is, given how each report and claim stands, and the ids that name nothing.

    ``overturned`` are the reports and claims whose published answer no longer holds.
    """
    judged = tuple(_judge(question, states, overturned) for question in questions)
    return judged, tuple(
        problem for one in judged for problem in unknown_evidence(one.evidence, one.question.file, one.question.line)
    )


def _drafts(lines: Iterable[Line]) -> Iterator[tuple[str, Heading, dict[str, str]]]:
    """Theme, heading and labelled lines of every heading of the questions' level."""
    theme, heading, fields, label = "", None, dict[str, str](), ""
    for line in lines:
        found = heading_of(line)
        if found and found.level <= _QUESTION_LEVEL:
            if heading:
                yield theme, heading, fields
            heading, fields, label = (found if found.level == _QUESTION_LEVEL else None), {}, ""
            if not heading:
                theme = split_attributes(found.text)[0] if found.level == 2 else ""
        elif mark := _FIELD.match(line.text):
            label = mark["label"].strip().lower()
            fields.setdefault(label, mark["text"].strip())
        elif label and not (found or line.is_blank or line.is_list_item):
            fields[label] = f"{fields[label]} {line.text.strip()}".strip()
        else:
            label = ""
    if heading:
        yield theme, heading, fields


def _question(theme: str, heading: Heading, fields: dict[str, str], file: str) -> tuple[Question, Attributes]:
    title, attributes = split_attributes(heading.text)
    question = Question(
        theme=theme,
        id=attributes.id or "",
        title=title,
        hypothesis=fields.get("hypothesis", ""),
        decided_by=fields.get("decided by", ""),
        reports=_reports(fields.get("reports", "")),
        line=heading.line,
        file=file,
    )
    return question, attributes


def _reports(text: str) -> tuple[str, ...]:
    if text.strip().rstrip(".").lower() in _NOTHING_YET:
        return ()
    return tuple(dict.fromkeys(name for word in text.replace(",", " ").split() if (name := word.strip("`.;"))))


def _lacking(question: Question, attributes: Attributes) -> Iterator[Problem]:
    def problem(found: str, expected: str, hint: str, rule: str) -> Problem:
        return Problem(question.file, question.line, found, expected, hint, rule)

    if attributes.wrong is not None or attributes.values:
        found = f"{attributes.wrong or ' '.join(attributes.values)!r} in the attribute list of a question"
        yield problem(found, "an id and nothing else", "write it as {#theme-1}", "question-attribute")
    elif question.id and not re.fullmatch(ANCHOR, question.id):
        yield problem(f"the id {question.id[:60]!r}", ANCHOR_WORDS, "write it as {#theme-1}", "question-id")
    elif not question.id:
        found = f"the question {question.title[:60]!r} without an id"
        yield problem(found, "an id after the heading", "end the heading with {#theme-1}", "question-id")
    if not question.theme:
        found = f"the question {question.title[:60]!r} under no theme"
        yield problem(
            found, "a heading of level two above it", "put a heading such as '## Performance' above it", "question-theme"
        )
    for label, text in zip(_LABELS[:2], (question.hypothesis, question.decided_by), strict=True):
        if not text:
            found = f"no {label} for the question {question.title[:60]!r}"
            line = f"- **{label.capitalize()}:** …"
            yield problem(found, f"a line '{line}'", f"add the line '{line}' under the heading", "question-field")


def _judge(question: Question, states: Mapping[str, EvidenceState], overturned: Collection[str]) -> JudgedQuestion:
    evidence = tuple((name, state_of(name, states)) for name in question.reports)
    is_overturned = any(name in overturned for name in question.reports)
    return JudgedQuestion(question, _state([state for _, state in evidence], is_overturned), evidence)


def _state(evidence: list[EvidenceState], is_overturned: bool) -> QuestionState:
    if is_overturned:
        return QuestionState.REOPENED
    if not any(state.has_records for state in evidence):
        return QuestionState.OPEN
    if not all(state.is_decided or state is EvidenceState.STALE for state in evidence):
        return QuestionState.BEING_MEASURED
    return QuestionState.REOPENED if EvidenceState.STALE in evidence else QuestionState.ANSWERED
