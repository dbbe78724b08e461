"""The prose of an authored page at the places where it stands in the file, with all else made opaque.

Every character keeps its offset, so that what is found in a block is found in the file. Code, comments, directives,
addresses, tags, attribute lists, formulas and notes are filled with one character that is no letter, no digit and no space:
words on either side of it never join.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from chronicle.documents.directives import Directive, find_directives
from chronicle.documents.outline import CODE_SPAN, LINE_END, Line, heading_of, prose

OPAQUE = "\ufffc"
_COMMENT = re.compile(r"<!--(?P<inside>.*?)(?:-->|\Z)", re.DOTALL)
_NOTE = re.compile(r"^ {0,3}\[\^[^\]\n]+\]:[^\n]*(?:\n(?:[ \t]+\S[^\n]*|[ \t]*(?=\n(?:    |\t)\S)))*", re.MULTILINE)
_DEFINITION = re.compile(r"^ {0,3}\[[^\]\n]+\]:[ \t]*\S[^\n]*$", re.MULTILINE)
_HIDDEN = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"(?<=\])\((?:<[^>\n]*>|[^()\n]|\([^()\n]*\))*\)", 0),
        (r"\[\^[^\]\n]+\]|(?<=\])\[[^\]\n]*\]", 0),
        (r"</?[A-Za-z][^<>]*>", 0),
        (r"<[A-Za-z][A-Za-z0-9+.-]*:[^<>\s]*>|\b(?:https?|ftp|mailto)://?[^\s<>)\]]+|\bwww\.[^\s<>)\]]+", 0),
        (r"\{:?[ \t]*[#.\w][^{}\n]*\}", 0),
        (r"(?<![\\$\w])\$(?!\s)[^$\n]*[\\^_=][^$\n]*(?<!\s)\$(?![\d$])|(?<!\\)\$\$.+?\$\$", re.DOTALL),
        (r"&#?\w{1,12};", 0),
    )
)


@dataclass(frozen=True, slots=True)
class Comment:
    """An HTML comment outside code; ``start`` and ``end`` are offsets in the file."""

    inside: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading, a list item or a table; ``start`` is the offset of ``text`` in the file."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def is_empty(self) -> bool:
        """Whether a reader sees nothing of it."""
        return not self.text.replace(OPAQUE, "").strip(" \t\r\n>")


@dataclass(frozen=True)
class Visible:
    """A file whose prose can be searched; offsets count in :attr:`source`."""

    source: str

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1 as editors do."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        return tuple(Comment(found["inside"], *found.span()) for found in _COMMENT.finditer(self._uncoded))

    @cached_property
    def linked(self) -> str:
        """The prose with its addresses and tags, for whoever looks at those; code, comments and directives are opaque."""
        return self._undirected(_COMMENT.sub(_filled, self._uncoded))

    @cached_property
    def text(self) -> str:
        """What a reader sees."""
        seen = _DEFINITION.sub(_filled, _NOTE.sub(_filled, self.linked))
        for hidden in _HIDDEN:
            seen = hidden.sub(_filled, seen)
        return seen

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of :attr:`text` in order; each begins at a blank line, a heading, or a mark of a list."""
        return tuple(Block(start, self.text[start:end]) for start, end in self._spans())

    def _spans(self) -> Iterator[tuple[int, int]]:
        open_at: int | None = None
        for number, start in enumerate(self._starts, 1):
            end = self._starts[number] if number < len(self._starts) else len(self.source)
            is_blank = not self.text[start:end].strip(" \t\r\n>")
            line = self._lines.get(number)
            is_heading = line is not None and heading_of(line) is not None
            if open_at is not None and (is_blank or is_heading or (line is not None and line.is_list_item)):
                yield open_at, start
                open_at = None
            if is_heading:
                yield start, end
            elif not is_blank and open_at is None:
                open_at = start
        if open_at is not None:
            yield open_at, len(self.source)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in LINE_END.finditer(self.source))]

    @cached_property
    def _uncoded(self) -> str:
        """The source without front matter, code blocks (blank lines instead) and code spans."""
        parts: list[str] = []
        for number, start in enumerate(self._starts, 1):
            end = self._starts[number] if number < len(self._starts) else len(self.source)
            line = self.source[start:end]
            kept = line if number in self._lines and not _FENCE_MARK.match(line) else re.sub(r"[^\r\n]", " ", line)
            parts.append(CODE_SPAN.sub(_filled, kept))
        return "".join(parts)

    @cached_property
    def directives(self) -> tuple[Directive, ...]:
        return find_directives(self.source, "")[0]

    def directives_in(self, block: Block) -> tuple[Directive, ...]:
        """Those that begin in a block."""
        return tuple(one for one in self.directives if block.start <= self._starts[one.line - 1] + one.start < block.end)

    @cached_property
    def _lines(self) -> dict[int, Line]:
        return {line.number: line for line in prose(self.source)}

    def _undirected(self, text: str) -> str:
        parts, place = [], 0
        for directive in self.directives:
            start = self._starts[directive.line - 1]
            first, last = start + directive.start, start + directive.end
            parts += [text[place:first], OPAQUE * (last - first)]
            place = last
        return "".join([*parts, text[place:]])


_FENCE_MARK = re.compile(r"^[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:`{3,}[^`]*$|~{3,})")


def _filled(found: re.Match[str]) -> str:
    return re.sub(r"[^\r\n]", OPAQUE, found[0])
