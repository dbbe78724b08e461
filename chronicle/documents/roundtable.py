"""The roundtable of an episode: which paragraphs are whose lines.

In a section whose heading begins with "The Roundtable" a paragraph that starts with a bold name and a colon, ``**Claude:** …``
or ``**Claude**: …``, is that voice's line. A stage direction in italics may stand before or after the colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from chronicle.documents.front_matter import Authored
from chronicle.documents.outline import LINE_END, Line, heading_of, prose
from chronicle.documents.voices import Cast, Voice
from chronicle.errors import Problem

_HEADING = re.compile(r"[^\w]*the roundtable\b", re.IGNORECASE)
_STAGE = r"(?:\*(?!\*)(?P<{0}>[^*{{\n]+)\*|_(?!_)(?P<{0}_>[^_{{\n]+)_|\(\*(?P<{0}__>[^*{{\n]+)\*\))"
_SPOKEN = re.compile(
    r"^ {0,3}\*\*[^\w*]*(?P<name>[^*:\n]{1,60}?)[ \t]*(?::\*\*|\*\*[ \t]*(?:"
    + _STAGE.format("before")
    + r"[ \t]*)?:)[ \t]*(?:"
    + _STAGE.format("after")
    + r"[ \t]*)?"
)


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A voice's line: what it says as written, its stage direction, and where it stands.

    ``first`` and ``last`` are lines of the file; ``start`` is the column of the first line at which the words begin.
    ``number`` counts the lines of this voice in this episode, from 1.
    """

    voice: Voice
    text: str
    stage: str
    first: int
    last: int
    start: int
    number: int

    @property
    def anchor(self) -> str:
        return f"{self.voice.key}-says-{self.number}"


@dataclass(frozen=True, slots=True)
class Roundtable:
    """The lines of an episode in order, and a problem for each that nobody in the cast speaks."""

    lines: tuple[SpokenLine, ...] = ()
    problems: tuple[Problem, ...] = ()


def roundtable(authored: Authored, cast: Cast) -> Roundtable:
    """The conversation of an episode; a site without voices has none."""
    if not cast.voices:
        return Roundtable()
    written = LINE_END.split(authored.text)
    lines: list[SpokenLine] = []
    problems: list[Problem] = []
    for paragraph in _paragraphs(authored.text):
        first, last = paragraph[0].number, paragraph[-1].number
        found = _SPOKEN.match(written[first - 1])
        if found is None:
            continue
        voice = cast.named(found["name"].strip())
        if voice is None:
            problems.append(_unknown(authored, first, found["name"].strip(), cast))
            continue
        words = "\n".join([written[first - 1][found.end() :], *written[first:last]]).strip()
        stages = [found[name] for name in found.groupdict() if name != "name" and found[name]]
        number = 1 + sum(one.voice.key == voice.key for one in lines)
        stage = "; ".join(one.strip("() ") for one in stages)
        lines.append(SpokenLine(voice, words, stage, first, last, found.end(), number))
    return Roundtable(tuple(lines), tuple(problems))


def _paragraphs(text: str) -> Iterator[list[Line]]:
    """The paragraphs of every section that is a roundtable, headings left out."""
    level = 0
    paragraph: list[Line] = []
    for line in (*prose(text), Line(0, "")):
        heading = heading_of(line)
        is_next = not paragraph or line.number == paragraph[-1].number + 1
        if (heading or line.is_blank or line.is_list_item or not is_next) and paragraph:
            yield paragraph
            paragraph = []
        if heading:
            level = heading.level if _HEADING.match(heading.text) else 0 if heading.level <= level else level
        elif level and not line.is_blank and not line.is_list_item:
            paragraph.append(line)


def _unknown(authored: Authored, line: int, name: str, cast: Cast) -> Problem:
    names = [one.name for one in cast.voices]
    close = get_close_matches(name, names, 1)
    return Problem(
        file=authored.file,
        line=line,
        found=f"a line of {name!r}, who is no voice",
        expected=f"one of {', '.join(names)}",
        hint=f"did you mean {close[0]!r}?" if close else f"add the voice to {cast.file}, or write it without the colon",
        rule="unknown-voice",
    )
