"""Tags and fences of code that an author opens and never closes: what the site sets below the text would become part of them.

Which tag opens a block of raw HTML, and where it ends, is asked of Python-Markdown's own reader: a tag within a line, or
one that the end of another element closes, swallows nothing and is none of ours.
"""

from __future__ import annotations

from collections.abc import Iterator

from markdown import Markdown  # type: ignore[import-untyped]  # the library comes without types
from markdown.htmlparser import HTMLExtractor  # type: ignore[import-untyped]  # as above

from chronicle.documents.front_matter import Authored
from chronicle.documents.outline import Line, contained, unfenced
from chronicle.errors import Problem

_END = "\n>"
"""Ends a tag that the text breaks off in, as the first tag below it would."""


def unclosed(authored: Authored) -> Iterator[Problem]:
    """A problem for each outermost tag, and one for the fence, that is still open where its text ends."""
    lines, fence = unfenced(authored.text)
    for name, line in _swallowing(lines):
        yield Problem(
            file=authored.file,
            line=line,
            found=f"<{name}>, a tag that is not closed",
            expected=f"</{name}>",
            hint="what follows on the page becomes part of it; close it, or put it into backquotes",
            rule="unclosed",
        )
    if fence is not None:
        yield Problem(
            file=authored.file,
            line=fence.number,
            found=f"{fence.text.strip()[:40]}, a fence that is not closed",
            expected="a line with the same mark and nothing else",
            hint="what follows on the page becomes part of the code; close it",
            rule="unclosed",
        )


def endings(text: str) -> str:
    """What closes the tags and the fence that a text leaves open; nothing for what its indentation ends."""
    lines, fence = unfenced(text)
    mark = fence.text[: _length_of_mark(fence.text)] if fence is not None else ""
    closed = "".join(f"</{name}>" for name, _ in reversed(_left_open(lines)))
    return "".join(f"\n{one}\n" for one in (mark, closed) if one)


def _swallowing(lines: list[Line]) -> Iterator[tuple[str, int]]:
    """The outermost open tag of the text, and of each container in it, with their lines."""
    yield from _left_open(lines)[:1]
    for run in contained(lines):
        yield from _swallowing(run)


def _left_open(lines: list[Line]) -> list[tuple[str, int]]:
    """The tags that are open where the lines end, the outermost first, and the line of each."""
    reader = _Reader(Markdown())
    reader.feed(_laid_out(lines) + _END)
    return reader.opened


def _laid_out(lines: list[Line]) -> str:
    """The lines, each on its number."""
    texts = [""] * (lines[-1].number if lines else 0)
    for line in lines:
        texts[line.number - 1] = line.text
    return "\n".join(texts)


def _length_of_mark(opening: str) -> int:
    """How many characters of a line that opens a fence are its mark; none where it is indented, and ends by itself."""
    return len(opening) - len(opening.lstrip(opening[0])) if opening[:1] in ("`", "~") else 0


class _Reader(HTMLExtractor):  # type: ignore[misc]  # as above
    """Python-Markdown's reader of raw HTML, which remembers on which line each open tag stands."""

    def reset(self) -> None:
        super().reset()
        self.opened: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        super().handle_starttag(tag, attrs)
        if len(self.stack) > len(self.opened):
            self.opened.append((tag, self.getpos()[0]))

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        del self.opened[len(self.stack) :]
