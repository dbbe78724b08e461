"""The roadmap: ordinary headings and task lists whose boxes answer to evidence.

A period is a heading of level two or deeper with task items under it. An item may end with an attribute list::

    - [ ] Publish TR123, multi-GPU performance {#multi-gpu evidence="TR123 bench:tensor_parallel" owner=ana due=2027-03-31}

:func:`parse_roadmap` reads what the author wrote; :func:`judge_roadmap` computes where each item stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chronicle.documents.outline import CODE_SPAN, Attributes, Heading, Task, blocks, heading_of, prose, split_attributes
from chronicle.documents.standing import ANCHOR, ANCHOR_WORDS, EvidenceState, listed, state_of, unknown_evidence
from chronicle.errors import Problem

_KEYS = ("evidence", "owner", "due")
_STRAY = re.compile(rf"(?<![\w.-])(?:{'|'.join(_KEYS)})[ \t]*=[ \t]*\S", re.IGNORECASE)
_LABELLED = re.compile(rf"^[ \t]+(?:[-*+][ \t]+)?\**(?:{'|'.join(_KEYS)})\**[ \t]*:", re.IGNORECASE)
_EXAMPLE = 'write it as {#an-id evidence="TR122 bench:ceilings" owner=name due=2027-03-31}, each part optional'


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A task as written; ``lines`` are its first and last line, ``text`` is raw Markdown without the attribute list."""

    text: str
    is_ticked: bool
    lines: tuple[int, int]
    id: str | None = None
    evidence: tuple[str, ...] = ()
    owner: str | None = None
    due: date | None = None

    @property
    def line(self) -> int:
        return self.lines[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    title: str
    line: int
    items: tuple[Item, ...]
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Roadmap:
    """A whole roadmap file, its periods in the order of the file."""

    file: str
    periods: tuple[Period, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for period in self.periods for item in period.items)


class ItemState(StrEnum):
    """Where an item stands; *asserted* is a tick that no evidence is named for."""

    PLANNED = "planned"
    IN_PROGRESS = "in progress"
    DONE = "done"
    STALE = "stale"
    ASSERTED = "asserted"


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """An item with its state and how each piece of its evidence stands."""

    item: Item
    state: ItemState
    evidence: tuple[tuple[str, EvidenceState], ...]


@dataclass(frozen=True, slots=True)
class JudgedPeriod:
    period: Period
    items: tuple[JudgedItem, ...]

    @property
    def total(self) -> int:
        return len(self.items)

    @property
    def done(self) -> int:
        """The items that evidence shows to be done; a tick alone does not count."""
        return self.count(ItemState.DONE)

    def count(self, state: ItemState) -> int:
        return sum(item.state is state for item in self.items)


def parse_roadmap(text: str, *, file: str) -> tuple[Roadmap, tuple[Problem, ...]]:
    """The roadmap in a file's ``text``, and everything in it that cannot be read as meant."""
    problems: list[Problem] = []
    sections: list[tuple[Heading, list[Item]]] = []
    for block in blocks(prose(text)):
        if isinstance(block, Heading):
            sections.append((block, []))
        elif not sections or sections[-1][0].level < 2:
            found, expected = f"the item {block.text[:60]!r} above any period", "a heading of level two over each item"
            hint = "put a heading such as '## Q1 2027' above it"
            problems.append(Problem(file, block.lines[0], found, expected, hint, "roadmap-period"))
        else:
            sections[-1][1].append(_item(block, file, problems))
    roadmap = Roadmap(file, tuple(_period(heading, items) for heading, items in sections if items))
    return roadmap, (*problems, *_strays(text, file), *_repeated_ids(roadmap))


def judge_roadmap(
    roadmap: Roadmap, states: Mapping[str, EvidenceState]
) -> tuple[tuple[JudgedPeriod, ...], tuple[Problem, ...]]:
    """Where each item stands, given how each piece of evidence does, and the boxes and ids that evidence contradicts."""
    judged = tuple(JudgedPeriod(period, tuple(_judge(item, states) for item in period.items)) for period in roadmap.periods)
    items = [item for period in judged for item in period.items]
    return judged, tuple(problem for item in items for problem in _contradictions(item, roadmap.file))


def _period(heading: Heading, items: list[Item]) -> Period:
    title, attributes = split_attributes(heading.text)
    anchor = attributes.id if attributes.id and re.fullmatch(ANCHOR, attributes.id) else None
    return Period(title=title, line=heading.line, items=tuple(items), id=anchor)


def _item(task: Task, file: str, problems: list[Problem]) -> Item:
    text, attributes = split_attributes(task.text)
    problems.extend(
        Problem(file, task.lines[0], found, f"an id and any of {listed(_KEYS)}", _EXAMPLE, "roadmap-attribute")
        for found in _unreadable(attributes)
    )
    return Item(
        text=text,
        is_ticked=task.is_ticked,
        lines=task.lines,
        id=attributes.id if attributes.id and re.fullmatch(ANCHOR, attributes.id) else None,
        evidence=tuple(dict.fromkeys(attributes.values.get("evidence", "").replace(",", " ").split())),
        owner=attributes.values.get("owner") or None,
        due=_date(attributes.values.get("due", "")),
    )


def _unreadable(attributes: Attributes) -> Iterator[str]:
    if attributes.id is not None and not re.fullmatch(ANCHOR, attributes.id):
        yield f"the id {attributes.id[:60]!r}, which is not {ANCHOR_WORDS}"
    if attributes.wrong is not None:
        yield f"{attributes.wrong[:60]!r} in an attribute list"
    yield from (f"the unknown attribute {key!r}" for key in attributes.values if key not in _KEYS)
    due = attributes.values.get("due")
    if due is not None and _date(due) is None:
        yield f"the date due={due!r}, which is not of the form 2027-03-31"


def _strays(text: str, file: str) -> Iterator[Problem]:
    """A problem for each line that gives evidence, an owner or a day and is read by nobody: it stands in no attribute list."""
    tasks = {number: task for task in blocks(prose(text)) if isinstance(task, Task) for number in range(*_span(task))}
    is_below_item = False
    for line in prose(text):
        task = tasks.get(line.number)
        is_below_item = task is not None or (is_below_item and not heading_of(line))
        words = CODE_SPAN.sub(lambda span: "x" * len(span[0]), line.text)
        found = _STRAY.search(words) or (_LABELLED.match(words) if is_below_item else None)
        stray = line.text[found.start() :].strip() if found else ""
        if stray and (task is None or stray in _unlisted(task)):
            said, expected = stray.rstrip("} ")[:60], "one list in braces, which ends the text of an item"
            yield Problem(file, line.number, f"{said!r} outside of an attribute list", expected, _EXAMPLE, "roadmap-attribute")


def _span(task: Task) -> tuple[int, int]:
    return task.lines[0], task.lines[1] + 1


def _unlisted(task: Task) -> str:
    """What stands before the attribute list of an item; nothing where the list is wrong, which is told by itself."""
    text, attributes = split_attributes(task.text)
    return text if attributes.wrong is None else ""


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2027-03-31") else None
    except ValueError:
        return None


def _repeated_ids(roadmap: Roadmap) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for item in roadmap.items:
        if item.id is not None and seen.setdefault(item.id, item.line) != item.line:
            found = f"the id {item.id!r}, which line {seen[item.id]} has already"
            hint = "give one of the two another id"
            yield Problem(roadmap.file, item.line, found, "an id of its own for each item", hint, "duplicate-id")


def _judge(item: Item, states: Mapping[str, EvidenceState]) -> JudgedItem:
    evidence = tuple((name, state_of(name, states)) for name in item.evidence)
    return JudgedItem(item, _state(item, {state for _, state in evidence}), evidence)


def _state(item: Item, evidence: set[EvidenceState]) -> ItemState:
    if not evidence:
        return ItemState.ASSERTED if item.is_ticked else ItemState.PLANNED
    if evidence == {EvidenceState.SUPPORTED}:
        return ItemState.DONE
    if evidence <= {EvidenceState.SUPPORTED, EvidenceState.STALE}:
        return ItemState.STALE
    return ItemState.IN_PROGRESS if any(state.has_records for state in evidence) else ItemState.PLANNED


def _contradictions(judged: JudgedItem, file: str) -> Iterator[Problem]:
    item = judged.item
    yield from unknown_evidence(judged.evidence, file, item.line)
    if item.is_ticked and judged.state in (ItemState.PLANNED, ItemState.IN_PROGRESS):
        lacking = [f"{name} is {state}" for name, state in judged.evidence if state is not EvidenceState.SUPPORTED]
        found, hint = f"a ticked box, but {listed(lacking)}", "untick the box, or supply the evidence"
        yield Problem(file, item.line, found, "a tick once all evidence is supported and fresh", hint, "box-disagrees")
    if not item.is_ticked and judged.state is ItemState.DONE:
        found, hint = (
            "an empty box, but all evidence is supported and fresh",
            "tick the box, or name the evidence still missing",
        )
        yield Problem(file, item.line, found, "a tick", hint, "box-disagrees")
