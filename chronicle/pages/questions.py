"""The open questions, on one page or each on its own, with how far evidence has taken the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from chronicle.documents.library import JudgedPage
from chronicle.documents.questions import JudgedQuestion, QuestionFront
from chronicle.pages import addresses
from chronicle.pages.authored import authored_entry, common_answers
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.mentions import mentions_line, plain_mentions, plain_words, question_words
from chronicle.pages.prose import Answer
from chronicle.pages.roadmap import evidence_link
from chronicle.pages.writing import Markdown, badge, link, relative, table, twin, write

_OF_ALL = ("questions.md", addresses.QUESTIONS)
"""Pages of several questions that also list those with files of their own, because they stand where the list would."""


def question_pages(desk: Desk, answers: Callable[[str], dict[str, Answer]]) -> Iterator[Entry]:
    """The page of each file of questions with its twin; the list of those that have files of their own."""
    pages = desk.library.questions
    for page in pages:
        uri = page.authored.uri
        several = {**common_answers(desk, uri), **answers(uri)}
        yield _own_page(page, desk, several) if isinstance(page.front, QuestionFront) else _list_page(page, desk, several)
    if any(isinstance(page.front, QuestionFront) for page in pages) and addresses.is_free(addresses.QUESTIONS, desk.library):
        listing = questions_table(pages, addresses.QUESTIONS)
        yield Entry(addresses.QUESTIONS, write("questions.md", questions=listing).encode())
    for uri, several_pages in _twins(pages).items():
        yield Entry(uri, twin([_plain(page, one, desk) for page in several_pages for one in page.questions]))


def questions_table(pages: Iterable[JudgedPage], at: str) -> Markdown:
    """Each question with its theme, its state, and the verdict where it is answered."""
    rows = [
        (
            one.question.theme if isinstance(page.front, QuestionFront) else plain_words(one.question.theme),
            link(question_words(page, one.question), relative(at, addresses.question_place(page, one.question.id))),
            _standing(one),
        )
        for page in pages
        for one in page.questions
    ]
    return table(("Theme", "Question", "State"), rows)


def _standing(one: JudgedQuestion) -> Markdown:
    return Markdown(badge(one.state.value) + (f" {badge(one.verdict.value)}" if one.verdict else ""))


def _twins(pages: tuple[JudgedPage, ...]) -> dict[str, tuple[JudgedPage, ...]]:
    """Which questions each twin holds: those of its page, and ``questions.json`` those of the whole site."""
    return {page.authored.uri.removesuffix(".md") + ".json": (page,) for page in pages} | (
        {"questions.json": pages} if pages else {}
    )


def _list_page(page: JudgedPage, desk: Desk, answers: dict[str, Answer]) -> Entry:
    uri = page.authored.uri
    own = [one for one in desk.library.questions if isinstance(one.front, QuestionFront)] if uri in _OF_ALL else []
    title, above = page.front.title or "Open questions", questions_table([page, *own], uri)
    entry = authored_entry(desk, page.authored, page.front, answers, above=above, title=title)
    body = entry.body.decode()
    for one in page.questions:
        mark = f"{{#{one.question.id}}}"
        head, found, rest = body.partition(mark)
        if found:
            body = f"{head}{found}\n\n{_about(page, one, desk)}\n{rest}"
    return replace(entry, body=body.encode())


def _own_page(page: JudgedPage, desk: Desk, answers: dict[str, Answer]) -> Entry:
    (one,) = page.questions
    about = _about(page, one, desk, is_on_its_own=True)
    above = write("question_head.md", question=one.question, about=about)
    return authored_entry(desk, page.authored, page.front, answers, above=above, title=one.question.title)


def _about(page: JudgedPage, one: JudgedQuestion, desk: Desk, *, is_on_its_own: bool = False) -> Markdown:
    """State and verdict, how each report stands, and what names the question, which a page of its own says at its end."""
    uri = page.authored.uri
    reports = ", ".join(f"{evidence_link(name, desk, uri)} {badge(state.value)}" for name, state in one.evidence)
    named = "" if is_on_its_own else mentions_line(desk.named_by(addresses.question_place(page, one.question.id)), uri)
    return Markdown(" · ".join(part for part in (_standing(one), reports, named) if part))


def _plain(page: JudgedPage, one: JudgedQuestion, desk: Desk) -> dict[str, object]:
    question, place = one.question, addresses.question_place(page, one.question.id)
    return {
        "schema": "chronicle.question/1",
        "id": question.id,
        "theme": question.theme,
        "title": question.title,
        "hypothesis": question.hypothesis,
        "decided_by": question.decided_by,
        "place": place,
        "state": one.state.value,
        "verdict": one.verdict.value if one.verdict else None,
        "reports": {name: state.value for name, state in one.evidence},
        "named_by": plain_mentions(desk.named_by(place)),
    }
