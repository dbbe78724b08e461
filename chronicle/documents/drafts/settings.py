"""Adds an item to a list of somebody else's ``mkdocs.yml`` as text, so that every comment, tag and blank line stays.

A YAML library that writes what it read loses comments, order and the tags only MkDocs knows (``!ENV``, ``!!python/name``). So
the file is never written anew: lines are put in at one place, and the result is read again, as a stream of YAML events in which
tags are words and nothing is made of them. It counts only where it is the stream of before with the new item in its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.events import (
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from chronicle.errors import Problem, ProblemsFound

INDENT = "  "


class UnsafeError(Exception):
    """A file whose form does not allow the change to be made and proved; the message says which form it is."""


@dataclass(frozen=True, slots=True)
class Item:
    """What is to stand in a list: its lines in block style, the first without its dash, and the same in flow style.

    ``beside`` are items that the list has by default: they are written too where the file does not have the list yet.
    """

    key: str
    block: tuple[str, ...]
    flow: str
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Node:
    """The place of a value among the events of its file: from ``first`` to ``last``, both its own."""

    first: int
    last: int


def events_of(text: str, file: str) -> list[Event]:
    """The YAML events of a file. Raises :class:`ProblemsFound` for what is no YAML, or no mapping with names as its keys."""
    try:
        found = list(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.YAMLError as failure:
        raise ProblemsFound([unreadable(failure, file)]) from None
    if len(found) > 2 and not isinstance(found[2], MappingStartEvent):
        line = found[2].start_mark.line + 1 if found[2].start_mark else None
        wrong = Problem(file, line, "no keys", "`site_name: …` and other keys", _HINT, "settings")
        raise ProblemsFound([wrong])
    return found


def extended(text: str, item: Item, file: str) -> str:
    """The file with ``item`` at the end of its list. Raises :class:`UnsafeError` where that cannot be done and proved."""
    before = events_of(text, file)
    if sum(isinstance(one, DocumentStartEvent) for one in before) != 1:
        raise UnsafeError("it is empty, or holds several documents")
    keys = _keys(before)
    if item.key not in keys and "INHERIT" in keys:
        raise UnsafeError(f"`{item.key}` may stand in the file that it inherits from, and a list here would replace that one")
    node = keys.get(item.key)
    place, words, event, gone = _absent(text, before, item) if node is None else _present(text, before, node, item)
    after = f"{text[:place]}{words}{text[place:]}"
    _prove(before, after, item, event, gone, is_new=node is None, file=file)
    return after


def _keys(events: Sequence[Event]) -> dict[str, _Node]:
    """The values of the top mapping by their keys. Raises :class:`UnsafeError` where one key stands twice."""
    found: dict[str, _Node] = {}
    place = 3
    while not isinstance(events[place], CollectionEndEvent):
        key, last_of_key = events[place], _end(events, place)
        name = key.value if isinstance(key, ScalarEvent) else None
        last = _end(events, last_of_key + 1)
        if name is not None and name in found:
            raise UnsafeError(f"`{name}` stands in it twice")
        if name is not None:
            found[name] = _Node(last_of_key + 1, last)
        place = last + 1
    return found


def _end(events: Sequence[Event], first: int) -> int:
    """The last event of the value that begins at ``first``."""
    depth = 0
    for place in range(first, len(events)):
        depth += isinstance(events[place], SequenceStartEvent | MappingStartEvent)
        depth -= isinstance(events[place], CollectionEndEvent)
        if depth == 0:
            return place
    raise UnsafeError("it ends before its end")


def _absent(text: str, events: Sequence[Event], item: Item) -> tuple[int, str, int, int]:
    """Where and what to write for a list that the file does not have, before which event, and how many events that replaces."""
    if events[2].flow_style:  # type: ignore[attr-defined]
        raise UnsafeError("it is written in braces")
    newline = _newline(text)
    lines = [f"{item.key}:", *(f"{INDENT}- {one}" for one in item.beside), *_lines(item, INDENT)]
    gap = "" if text.endswith("\n") or not text else newline
    return len(text), gap + "".join(f"{line}{newline}" for line in ("", *lines)), _end(events, 2), 0


def _present(text: str, events: Sequence[Event], node: _Node, item: Item) -> tuple[int, str, int, int]:
    """The same for a list that is there, in whichever of the forms MkDocs accepts."""
    first = events[node.first]
    if getattr(first, "tag", None) or getattr(first, "anchor", None):
        raise UnsafeError(f"its `{item.key}` is made by a tag, or used in another place too")
    if isinstance(first, ScalarEvent) and first.value == "" and not first.style:
        lines = [*(f"{INDENT}- {one}" for one in item.beside), *_lines(item, INDENT)]
        return *_below(text, _after(first), lines), node.first, 1
    if not isinstance(first, SequenceStartEvent | MappingStartEvent):
        raise UnsafeError(f"its `{item.key}` is no list that stands in it")
    is_mapping = isinstance(first, MappingStartEvent)
    if first.flow_style:
        is_empty = node.last == node.first + 1
        flow = item.flow.removeprefix("{").removesuffix("}") if is_mapping else item.flow
        place = _after(first) if is_empty else _after(_last_leaf(events, node.last - 1))
        return place, flow if is_empty else f", {flow}", node.last, 0
    indent = _indent(text, events, node, is_mapping)
    lines = [f"{indent}{one}" for one in item.block] if is_mapping else _lines(item, indent)
    end = len(text[: _after(_last_leaf(events, node.last - 1))].rstrip())
    return *_below(text, end, lines), node.last, 0


def _indent(text: str, events: Sequence[Event], node: _Node, is_mapping: bool) -> str:
    """What stands before the dash, or the key, of the last item."""
    place, last = node.first + 1, node.first + 1
    while place < node.last:
        last = place
        place = _end(events, _end(events, place) + 1) + 1 if is_mapping else _end(events, place) + 1
    start = _index(events[last].start_mark)
    before = text[text.rfind("\n", 0, start) + 1 : start]
    match = re.fullmatch(r"( *)" if is_mapping else r"( *)- +", before)
    if match is None:
        raise UnsafeError("the last item of its list does not begin its line")
    return match[1]


def _lines(item: Item, indent: str) -> list[str]:
    head, *rest = item.block
    return [f"{indent}- {head}", *(f"{indent}{INDENT}{line}" for line in rest)]


def _below(text: str, place: int, lines: Sequence[str]) -> tuple[int, str]:
    """Where the line of ``place`` ends, and lines to put there."""
    newline = _newline(text)
    end = text.find("\n", place)
    end = len(text) if end < 0 else end - (text[end - 1] == "\r")
    return end, "".join(f"{newline}{line}" for line in lines)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _last_leaf(events: Sequence[Event], place: int) -> Event:
    """The last event at or before ``place`` that has characters of its own: the end of a block has none."""
    event = events[place]
    while isinstance(event, CollectionEndEvent) and _index(event.start_mark) == _index(event.end_mark):
        place -= 1
        event = events[place]
    return event


def _after(event: Event) -> int:
    return _index(event.end_mark)


def _index(mark: Any) -> int:
    """The character a mark of PyYAML points at; events that were read from a text always have their marks."""
    index: int = mark.index
    return index


def _prove(before: list[Event], after: str, item: Item, place: int, gone: int, *, is_new: bool, file: str) -> None:
    """Raise :class:`UnsafeError` unless the new file says what the old one did, and the item besides."""
    try:
        found = [_said(one) for one in events_of(after, file)]
    except ProblemsFound:
        raise UnsafeError("its form does not let a line be added") from None
    old = [_said(one) for one in before]
    added = [_said(one) for one in _added(item, before[place], is_new=is_new, has_list=not gone)]
    if found != [*old[:place], *added, *old[place + gone :]]:
        raise UnsafeError("its form does not let a line be added")


def _added(item: Item, end: Event, *, is_new: bool, has_list: bool) -> list[Event]:
    """The events that the change must add, no more and no fewer; ``end`` is the event that follows them."""
    listing = f"[{', '.join((*item.beside, item.flow))}]"
    if is_new:
        return _inside(f"{{{item.key}: {listing}}}")[1:-1]
    if not has_list:
        return _inside(listing)
    return _inside(item.flow if isinstance(end, MappingEndEvent) else f"[{item.flow}]")[1:-1]


def _inside(text: str) -> list[Event]:
    """The events of the one document that ``text`` is."""
    return list(yaml.parse(text, Loader=yaml.SafeLoader))[2:-2]


def _said(event: Event) -> tuple[Any, ...]:
    """What an event says, without where it stands and in which style it is written."""
    anchor = event.anchor if isinstance(event, NodeEvent) else None
    words = (event.value, event.implicit) if isinstance(event, ScalarEvent) else None
    return type(event).__name__, anchor, getattr(event, "tag", None), words


def unreadable(failure: Exception, file: str) -> Problem:
    """The problem of a file that YAML cannot read, with its line where that is known."""
    mark = getattr(failure, "problem_mark", None)
    words = getattr(failure, "problem", None) or str(failure).splitlines()[0]
    return Problem(file, mark.line + 1 if mark else None, words, "YAML that MkDocs can read", _HINT, "settings")


_HINT = "correct it; `mkdocs build` says more"
