"""The marked numbers of a page of HTML: which recipe each names, the words that a reader sees there, and their marks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from chronicle.pages.marks import MARK, OF_THE_DAY, WORDS
from chronicle.pages.writing import SEAL

_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_CLASS = re.compile(rf"(?:(?:{SEAL}|s[0-9a-f]{{16}}) )?{MARK}")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader sees of a number: its words, and each mark of its evidence with its hint, but for those of the day.

    The marks are None where nothing tells which there should be.
    """

    words: str
    marks: tuple[str, ...] | None


def marked_numbers(page: str) -> list[tuple[str, Seen]]:
    """Recipe of each ``data-fact`` of a page, in order, with what a reader sees there.

    Only what has the class and the words of a mark is one: whatever else stands above the line is among the words.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.finish()
    return [(one.key, Seen(_even("".join(one.text)), tuple(one.marks))) for one in reader.found]


def marks_in(words: str) -> tuple[str, ...] | None:
    """The marks in the Markdown of a number, as :func:`marked_numbers` finds them on its page."""
    ((_, seen), *_) = marked_numbers(f'<span data-fact="0">{words}</span>')
    return seen.marks


class _Element:
    def __init__(self, tag: str, given: Mapping[str, str | None]) -> None:
        self.tag, self.key, self.hint = tag, given.get("data-fact") or "", given.get("title") or ""
        self.is_mark = given.keys() <= {"class", "title"} and _CLASS.fullmatch(given.get("class") or "") is not None
        self.text: list[str] = []
        self.marks: list[str] = []


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Element] = []
        self._open: list[_Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        self._open.append(_Element(tag, dict(attrs)))
        if self._open[-1].key:
            self.found.append(self._open[-1])

    def handle_endtag(self, tag: str) -> None:
        if any(one.tag == tag for one in self._open):
            while self._end() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].text.append(data)

    def finish(self) -> None:
        """End what is still open."""
        while self._open:
            self._end()

    def _end(self) -> str:
        """End the innermost element: a mark is noted at the numbers around it, and words are those of what holds it."""
        one = self._open.pop()
        words = "".join(one.text)
        marks = _even(words).split(", ")
        is_mark = one.is_mark and WORDS.issuperset(marks)
        lasting = ", ".join(word for word in marks if word not in OF_THE_DAY)
        for outer in self._open if is_mark and lasting else ():
            outer.marks.append(f"{lasting}: {_even(one.hint)}" if one.hint else lasting)
        if self._open and not (is_mark and one.tag == "sup"):
            self._open[-1].text.append(words)
        return one.tag


def _even(words: str) -> str:
    return " ".join(words.split())
