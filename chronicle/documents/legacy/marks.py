"""What marks the beginning of a block in one line of Markdown, and how such a line is written plainly."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from chronicle.documents.legacy.tables import begins_table

FENCE = re.compile(r"^(?P<mark>`{3,}(?=[^`]*$)|~{3,})[ \t]*(?P<info>.*?)[ \t]*$")
READABLE_INFO = re.compile(r"[\w#.+-]+")
HEADING = re.compile(r"^(?P<marks>#{1,6})(?:[ \t]+(?P<text>.*?))?[ \t]*$")
CLOSING_MARKS = re.compile(r"(?:^|[ \t]+)#+$")
RULE = re.compile(r"^(?:(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})$")
UNDERLINE = re.compile(r"^(?:=+|-+)[ \t]*$")
MARK = re.compile(r"^(?P<mark>[-+*]|(?P<number>\d{1,9})[.)])(?P<room>[ \t]+|$)")
RAW = re.compile(
    r"^</?(?P<tag>details|div|section|article|aside|figure|summary|table|p|ul|ol|pre|h[1-6]|hr|blockquote)\b", re.I
)
TAKES_MARKDOWN = re.compile(r"^<(details|div|section|article|aside|figure|blockquote)(?=[\s>])(?![^>]*\bmarkdown=)", re.I)
_OTHERS_MARK = re.compile(r"^(?:#(?=#*[^#\s])|[!?]{3}\+?(?=[ \t]+\S|[ \t]*$))")


def measured(line: str) -> tuple[int, str]:
    """The column at which a line's text begins, tabs counted to the next multiple of four, and the text from there."""
    rest = line.lstrip(" \t")
    return len(line[: len(line) - len(rest)].expandtabs(4)), rest


def dedented(line: str, columns: int) -> str:
    """A line without white space up to a column; a tab that reaches beyond it leaves spaces."""
    place, rest = measured(line)
    if not rest:
        return ""
    if "\t" not in line[: len(line) - len(rest)]:
        return line[min(columns, place) :]
    return " " * max(0, place - columns) + rest


def written_heading(level: int, text: str) -> str:
    """A heading whose last character is no mark of a heading."""
    words = text.strip()
    if words.endswith("#") and not words.endswith("\\#"):
        words = f"{words[:-1]}\\#"
    return f"{'#' * level} {words}".rstrip()


def without_mark(rest: str) -> str:
    """A line that goes on with a paragraph, though it looks like the beginning of something else."""
    if (mark := MARK.match(rest)) and mark["number"]:
        return f"{rest[: mark.end('number')]}\\{rest[mark.end('number') :]}"
    looks = MARK.match(rest) or FENCE.match(rest) or HEADING.match(rest) or RULE.match(rest) or rest.startswith(">")
    return f"\\{rest}" if looks else rest


def as_words(rest: str) -> str:
    """A line of a paragraph without a mark that only Python-Markdown or one of its extensions would read."""
    if found := _OTHERS_MARK.match(rest):
        first = "\\#" if rest[0] == "#" else f"&#{ord(rest[0])};"
        rest = first + rest[1:] if found else rest
    return f"{rest[:-1]}  " if rest.endswith("\\") and not rest.endswith("\\\\") else rest


def goes_on_lazily(quoted: Sequence[str], rest: str, is_indented: bool) -> bool:
    """Whether a line without a mark goes on with the paragraph that the quotation's last line belongs to."""
    _, last = measured(quoted[-1])
    is_words = bool(last.strip()) and not (FENCE.match(last) or HEADING.match(last) or RULE.match(last))
    is_table = any(begins_table(head, below) for head, below in itertools.pairwise(quoted)) and "|" in last
    begins = FENCE.match(rest) or HEADING.match(rest) or RULE.match(rest) or MARK.match(rest) or RAW.match(rest)
    return is_words and not is_table and (is_indented or not begins)
