"""Who says what in the roundtables of a file: paragraphs that begin with a name in bold and a colon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chronicle.documents.legacy.header import without_emoji
from chronicle.documents.outline import Line, heading_of

_SECTION = re.compile(r"^(?:the\s+)?roundtable\b", re.IGNORECASE)
_LINE = re.compile(
    r"^\s{0,3}(?:\*\*|__)\s*(?P<name>[^*_:]{1,80}?)\s*(?P<inside>:)?\s*(?:\*\*|__)(?:\s*(?P<before>\*(?!\*)[^*]+\*|_(?!_)[^_]+_))?"
    r"(?(inside)|\s*:)\s*(?P<text>.*)$",
    re.DOTALL,
)
_STAGE = re.compile(r"^(?:\*(?![*\s])(?P<star>[^*]+(?:\*\*[^*]+\*\*[^*]*)*)\*(?!\*)|_(?![_\s])(?P<line>[^_]+)_(?!\w))\s*")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line of a conversation: ``stage`` is the direction it opens with, None where there is none."""

    name: str
    text: str
    stage: str | None
    line: int


def read_voices(prose: Iterable[Line]) -> tuple[Spoken, ...]:
    """The lines of all roundtables of a file, in order."""
    return tuple(spoken for paragraph in _paragraphs(prose) if (spoken := _spoken(paragraph)))


def _paragraphs(prose: Iterable[Line]) -> Iterator[list[Line]]:
    """The paragraphs in the sections that are roundtables; a line with a name of its own begins a new one."""
    level = 0
    paragraph: list[Line] = []
    for line in prose:
        heading = heading_of(line)
        if heading or line.is_blank or _LINE.match(line.text[:200]):
            yield from [paragraph] if paragraph else []
            paragraph = []
        if heading:
            is_roundtable = _SECTION.match(without_emoji(heading.text)) is not None
            level = heading.level if is_roundtable else level if level and heading.level > level else 0
        elif level and not line.is_blank:
            paragraph.append(line)
    yield from [paragraph] if paragraph else []


def _spoken(paragraph: list[Line]) -> Spoken | None:
    found = _LINE.match(" ".join(line.text.strip() for line in paragraph))
    if found is None:
        return None
    text, stages = found["text"].strip(), [found["before"].strip("*_() ")] if found["before"] else []
    while opening := _STAGE.match(text):
        stages.append((opening["star"] or opening["line"]).strip("() "))
        text = text[opening.end() :].strip()
    return Spoken(without_emoji(found["name"]).strip() or found["name"], text, "; ".join(stages) or None, paragraph[0].number)
