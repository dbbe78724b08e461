"""The roadmap and the questions as the author wrote them, with the state that evidence gives to each item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chronicle.documents.library import JudgedPage, Library
from chronicle.documents.outline import with_tasks_replaced
from chronicle.documents.roadmap import ItemState, JudgedItem, JudgedPeriod
from chronicle.documents.standing import EvidenceState
from chronicle.pages import addresses
from chronicle.pages.authored import authored_entry, common_answers
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.prose import Answer, UnanswerableError
from chronicle.pages.writing import Markdown, badge, link, relative, table, text, twin


def answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directives ``roadmap`` and ``questions``: their progress as a table."""

    def roadmap() -> Markdown:
        found = desk.library.roadmaps
        if not found:
            raise UnanswerableError("the site has no roadmap: write docs/roadmap.md with `kind: roadmap`")
        return Markdown("\n\n".join(progress_table(one, page) for one in found))

    def questions() -> Markdown:
        found = desk.library.questions
        if not found:
            raise UnanswerableError("the site has no questions: write docs/questions.md with `kind: questions`")
        return Markdown("\n\n".join(questions_table(one, page) for one in found))

    return {"roadmap": roadmap, "questions": questions}


def plan_pages(desk: Desk) -> Iterator[Entry]:
    """The roadmap and question pages with their twins."""
    for page in desk.library.roadmaps:
        yield _roadmap(page, desk)
        yield Entry(page.authored.uri.removesuffix(".md") + ".json", twin([_plain_period(one) for one in page.periods]))
    for page in desk.library.questions:
        yield _questions(page, desk)
        yield Entry(page.authored.uri.removesuffix(".md") + ".json", twin([_plain_question(one) for one in page.questions]))


def progress_table(page: JudgedPage, at: str) -> Markdown:
    """Each period with how many of its items are done, and a bar that says the same."""
    rows = [
        (
            link(period.period.title, relative(at, _anchored(page, period))),
            f"{period.done} of {period.total} done",
            _bar(period),
            Markdown(" ".join(f"{number} {badge(state)}" for state, number in _counts(period).items())),
        )
        for period in page.periods
    ]
    return table(("Period", "Progress", "", "States"), rows)


def _bar(period: JudgedPeriod) -> Markdown:
    label = text(period.period.title)
    return Markdown(f'<progress value="{period.done}" max="{max(1, period.total)}" aria-label="{label}"></progress>')


def questions_table(page: JudgedPage, at: str) -> Markdown:
    """Each question with its theme and its state."""
    rows = [
        (
            one.question.theme,
            link(one.question.title, relative(at, f"{page.authored.uri}#{one.question.id}")),
            badge(one.state.value),
        )
        for one in page.questions
    ]
    return table(("Theme", "Question", "State"), rows)


def _roadmap(page: JudgedPage, desk: Desk) -> Entry:
    uri = page.authored.uri
    items = {judged.item.line: _item(judged, desk.library, uri) for period in page.periods for judged in period.items}
    title, above = page.front.title or "Roadmap", progress_table(page, uri)
    entry = authored_entry(desk, page.authored, page.front, _page_answers(desk, uri), above=above, title=title)
    return _with_items(entry, page, items)


def _with_items(entry: Entry, page: JudgedPage, items: Mapping[int, str]) -> Entry:
    """Items are set after directives were answered; both texts have the same tasks in the same order."""
    from chronicle.documents.roadmap import parse_roadmap

    rendered = entry.body.decode()
    again, _ = parse_roadmap(rendered, file=page.authored.file)
    words = [items[line] for line in sorted(items)]
    placed = dict(zip([item.line for item in again.items], words, strict=True))
    return Entry(entry.uri, with_tasks_replaced(rendered, placed).encode(), entry.renders, entry.edit_uri)


def _item(judged: JudgedItem, library: Library, uri: str) -> str:
    """An item's words with its state, and its pieces of evidence as links with theirs."""
    anchor = f'<span id="{text(judged.item.id)}"></span>' if judged.item.id else ""
    evidence = ", ".join(f"{_evidence(name, library, uri)} {badge(state.value)}" for name, state in judged.evidence)
    about = [part for part in (evidence, _due(judged)) if part]
    tail = f'<br><span class="timeline__about" markdown="span">{" · ".join(about)}</span>' if about else ""
    return f"{anchor}{badge(judged.state.value)} {judged.item.text}{tail}"


def _due(judged: JudgedItem) -> str:
    parts = [f"due {judged.item.due}" if judged.item.due else "", f"owner {judged.item.owner}" if judged.item.owner else ""]
    return text(", ".join(part for part in parts if part)) if any(parts) else ""


def _evidence(name: str, library: Library, uri: str) -> Markdown:
    """A link to a report, a claim, a benchmark or a question where there is one, else its name."""
    report, _, claim = name.partition("#")
    found = next((one for one in library.reports if one.front.id == report), None)
    if claim and any(one.id == name for one in library.claims):
        return link(name, relative(uri, f"{addresses.CLAIMS}#{addresses.claim_anchor(name)}"))
    if found is not None:
        return link(name, relative(uri, found.authored.uri))
    suite = name.removeprefix("bench:")
    if name.startswith("bench:") and any(one.run.suite.name == suite for one in library.runs):
        return link(name, relative(uri, addresses.RUNS))
    if name.startswith("Q:") and library.questions:
        return link(name, relative(uri, f"{library.questions[0].authored.uri}#{name.removeprefix('Q:')}"))
    return text(name)


def _questions(page: JudgedPage, desk: Desk) -> Entry:
    uri = page.authored.uri
    title, above = page.front.title or "Open questions", questions_table(page, uri)
    entry = authored_entry(desk, page.authored, page.front, _page_answers(desk, uri), above=above, title=title)
    body = entry.body.decode()
    for one in page.questions:
        mark = f"{{#{one.question.id}}}"
        head, found, rest = body.partition(mark)
        if found:
            body = f"{head}{found}\n\n{badge(one.state.value)}{_answered_by(one, desk.library, uri)}\n{rest}"
    return Entry(entry.uri, body.encode(), entry.renders, entry.edit_uri)


def _answered_by(judged: Any, library: Library, uri: str) -> str:
    parts = [f"{_evidence(name, library, uri)} {badge(state.value)}" for name, state in judged.evidence]
    return " · " + ", ".join(parts) if parts else ""


def _page_answers(desk: Desk, uri: str) -> dict[str, Answer]:
    return {**common_answers(desk, uri), **answers(desk, uri)}


def _anchored(page: JudgedPage, period: JudgedPeriod) -> str:
    return f"{page.authored.uri}#{period.period.id}" if period.period.id else page.authored.uri


def _counts(period: JudgedPeriod) -> dict[str, int]:
    return {state.value: number for state in ItemState if (number := period.count(state))}


def _plain_period(period: JudgedPeriod) -> dict[str, object]:
    return {
        "schema": "chronicle.roadmap/1",
        "title": period.period.title,
        "done": period.done,
        "total": period.total,
        "items": [
            {
                "id": one.item.id,
                "text": one.item.text,
                "state": one.state.value,
                "is_ticked": one.item.is_ticked,
                "evidence": {name: state.value for name, state in one.evidence},
            }
            for one in period.items
        ],
    }


def _plain_question(judged: Any) -> dict[str, object]:
    question = judged.question
    verdict: EvidenceState | None = judged.verdict
    return {
        "schema": "chronicle.question/1",
        "id": question.id,
        "theme": question.theme,
        "title": question.title,
        "state": judged.state.value,
        "verdict": verdict.value if verdict else None,
        "reports": list(question.reports),
    }
