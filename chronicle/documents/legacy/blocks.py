"""The blocks of a Markdown text written so that Python-Markdown finds what CommonMark finds.

Python-Markdown wants blank lines before lists, tables and fences, and four spaces for each level of a list; it takes ``#tag``
for a heading and knows no list that counts ``1)``. So a text is read here by CommonMark's rules for blocks, line by line, with
the open list items as a stack, and each line is written at the place where Python-Markdown looks for it. Words are not touched;
code keeps every byte, only its place moves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from chronicle.documents.legacy.finding import Finding
from chronicle.documents.legacy.marks import (
    CLOSING_MARKS,
    FENCE,
    HEADING,
    MARK,
    RAW,
    READABLE_INFO,
    RULE,
    TAKES_MARKDOWN,
    UNDERLINE,
    as_words,
    dedented,
    goes_on_lazily,
    measured,
    without_mark,
    written_heading,
)
from chronicle.documents.legacy.tables import begins_table, mended_rows

_EMPTY = "&nbsp;"
_MOST_LEVELS = 30


@dataclass(slots=True)
class Written:
    """A line of the result: the line of the source it comes from, whether it is code, and the block it belongs to."""

    text: str
    source: int
    is_code: bool = False
    block: int = 0


@dataclass(slots=True)
class _Item:
    """An open list item: the column its text begins at, and what its marker looks like."""

    inner: int
    kind: str


@dataclass(slots=True)
class Blocks:
    """Reads lines that stand below one another and writes them; ``first`` is the number of the first in the source."""

    lines: list[str]
    numbers: Sequence[int]
    findings: list[Finding]
    written: list[Written] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)
    paragraph: int | None = None
    is_tight: bool = False
    block: int = 0
    at: int = 0
    had_list: bool = False
    depth: int = 0
    level: int | None = None

    def run(self) -> list[Written]:
        """All lines, written."""
        while self.at < len(self.lines):
            self._line()
        return self.written

    def _line(self) -> None:
        columns, rest = measured(self.lines[self.at])
        if not rest.strip():
            self._blank()
            return
        matched = 0
        while matched < len(self.items) and columns >= self.items[matched].inner:
            matched += 1
        indent = columns - (self.items[matched - 1].inner if matched else 0)
        self._block(rest, indent, columns, matched)

    def _blank(self) -> None:
        self.paragraph, self.is_tight, self.level = None, False, None
        if self.written and self.written[-1].text:
            self.written.append(Written("", self._number))
        self.at += 1

    def _block(self, rest: str, indent: int, columns: int, matched: int) -> None:
        """Write the block that begins here, or the next line of the open paragraph."""
        is_inside = matched == len(self.items)
        if self.paragraph is not None and (indent >= 4 or not self._starts(rest, is_inside, matched)):
            if is_inside and indent < 4 and UNDERLINE.match(rest):
                self._underlined(rest)
            elif is_inside and indent < 4 and self._is_table(rest):
                self._table()
            else:
                self._continue(rest)
            return
        del self.items[matched:]
        if indent >= 4:
            self._indented_code(columns - indent + 4)
        else:
            self._start(rest, columns)

    def _starts(self, rest: str, is_inside: bool, matched: int) -> bool:
        """Whether a line begins a block that may end a paragraph."""
        if is_inside and UNDERLINE.match(rest):
            return False
        if FENCE.match(rest) or HEADING.match(rest) or RULE.match(rest) or rest.startswith(">"):
            return True
        if found := MARK.match(rest):
            return not is_inside or (bool(rest[found.end() :].strip()) and found["number"] in (None, "1"))
        return RAW.match(rest) is not None

    def _start(self, rest: str, columns: int) -> None:
        self.block += 1
        self.paragraph = None
        if fence := FENCE.match(rest):
            self._fence(fence, columns)
        elif heading := HEADING.match(rest):
            self._blank_before("heading", is_told=False)
            self._write(written_heading(len(heading["marks"]), CLOSING_MARKS.sub("", heading["text"] or "")))
        elif RULE.match(rest):
            self._blank_before("rule", is_told=False)
            self._write(rest)
        elif rest.startswith(">") and self.depth < _MOST_LEVELS:
            self._quote(columns)
        elif (mark := MARK.match(rest)) and len(self.items) < _MOST_LEVELS:
            self._item(rest, mark, columns)
        elif self._is_table(rest):
            self._table()
        else:
            self._paragraph(rest)

    def _paragraph(self, rest: str) -> None:
        if self.written and self.written[-1].text and not self.is_tight and not self.written[-1].text.lstrip().startswith("#"):
            self._blank_before("paragraph", is_told=False)
        if RAW.match(rest):
            rest = TAKES_MARKDOWN.sub(r'<\1 markdown="1"', rest)
        self.paragraph = len(self.written)
        self._write(as_words(rest))

    def _continue(self, rest: str) -> None:
        self._write(as_words(without_mark(rest)))

    def _underlined(self, rest: str) -> None:
        """A heading that is underlined, of one line or of several, in the form that has only one."""
        assert self.paragraph is not None
        words = " ".join(line.text.strip() for line in self.written[self.paragraph :])
        mark = MARK.match(words) if self.items else None
        del self.written[self.paragraph :]
        heading = written_heading(1 if rest.startswith("=") else 2, words[mark.end() :] if mark else words)
        self.block += 1
        if mark:
            self.written.append(Written("    " * (len(self.items) - 1) + mark[0] + heading, self._number, False, self.block))
            self.at += 1
        else:
            self._write(heading)
        self.paragraph, self.is_tight = None, bool(mark)

    def _item(self, rest: str, mark: re.Match[str], columns: int) -> None:
        """A list item: its marker, and then whatever begins on the same line."""
        kind = "." if mark["number"] else mark["mark"]
        if self.written and self.written[-1].text and not self.is_tight:
            self._blank_before("list", is_told=not self.had_list)
        elif not self.items and not self.had_list:
            self._blank_before("list")
        elif self.level is not None and self.level > len(self.items):
            self._blank_before("list", is_told=False)  # Python-Markdown reads lines by the level of the first below a blank one
        self.level = len(self.items) if self.level is None else self.level
        text, room = rest[mark.end() :], len(mark["room"].expandtabs(4))
        is_code = bool(text.strip()) and room >= 5
        width = len(mark["mark"]) + (1 if is_code or not text.strip() else room)
        self.items.append(_Item(columns + width, kind))
        self.had_list = True
        label = f"{mark['number']}. " if mark["number"] else f"{mark['mark']} "
        begins = " " * (room - 1) + text if is_code else text
        self._item_text(label, begins, columns + width)

    def _item_text(self, label: str, text: str, columns: int) -> None:
        """What stands behind a marker; a block that cannot stand there goes below an empty first line."""
        indent = "    " * (len(self.items) - 1)
        is_block = bool(FENCE.match(text) or MARK.match(text) or text.startswith((">", "    "))) and not RULE.match(text)
        if not text.strip() or is_block or self._is_table(text):
            self.written.append(Written(f"{indent}{label}{_EMPTY}", self._number, False, self.block))
            self.is_tight = True
            if not text.strip():
                self.at += 1
            else:
                self.lines[self.at] = " " * columns + text
                self.written.append(Written("", self._number))
                self.is_tight, self.level = False, None
            return
        heading = HEADING.match(text)
        words = written_heading(len(heading["marks"]), CLOSING_MARKS.sub("", heading["text"] or "")) if heading else text
        self.paragraph = None if heading or RULE.match(text) else len(self.written)
        self.written.append(Written(f"{indent}{label}{words if heading else as_words(words)}", self._number, False, self.block))
        self.is_tight = True
        self.at += 1

    def _fence(self, fence: re.Match[str], columns: int) -> None:
        """A fenced block up to its closing mark, the end of its list item, or the end of the text."""
        begun, inner = self.at, self.items[-1].inner if self.items else 0
        closing = re.compile(rf"^{re.escape(fence['mark'][0])}{{{len(fence['mark'])},}}[ \t]*$")
        code: list[str] = []
        self.at += 1
        is_closed = False
        while self.at < len(self.lines) and not is_closed:
            line = self.lines[self.at]
            place, rest = measured(line)
            if rest.strip() and place < inner:
                break
            is_closed = place - inner < 4 and bool(closing.match(rest))
            if not is_closed:
                code.append(dedented(line, columns))
            self.at += 1
        if not is_closed and self.at >= len(self.lines):
            self.findings.append(
                Finding(self.numbers[begun], "unclosed-fence", "a code block that is never closed ends with the text")
            )
        if not is_closed:
            while code and not code[-1].strip():
                code.pop()
        self._code(code, self.numbers[begun], fence["mark"], fence["info"])

    def _indented_code(self, columns: int) -> None:
        begun = self.at
        inner = columns - 4
        code: list[str] = []
        while self.at < len(self.lines):
            place, rest = measured(self.lines[self.at])
            if rest.strip() and place < columns:
                break
            code.append(dedented(self.lines[self.at], columns))
            self.at += 1
        while code and not code[-1].strip():
            code.pop()
            self.at -= 1
        self.block += 1
        self.paragraph = None
        if self.items or self.had_list:
            self._code(code, self.numbers[begun], "```", "")
            return
        self._blank_before("code", is_told=False)
        for place, line in enumerate(code):
            self.written.append(
                Written(f"{' ' * (inner + 4)}{line}".rstrip() if not line else f"    {line}", self.numbers[begun + place], True)
            )

    def _code(self, code: Sequence[str], number: int, mark: str, info: str) -> None:
        """Write a fenced block whose mark occurs in none of its lines, with a blank line on both sides."""
        longest = max((len(run) for line in code for run in re.findall(rf"^\s*({re.escape(mark[0])}{{3,}})", line)), default=0)
        fence = mark[0] * max(3, longest + 1)
        language = READABLE_INFO.match(info)
        kept = language[0] if language else ""
        if info and info != kept:
            self.findings.append(Finding(number, "code-label", f"the label {info[:80]!r} of a code block became {kept!r}"))
        indent = "    " * len(self.items)
        self._blank_before("code block", number)
        lines = [f"{fence}{kept}", *(code or [""]), fence]
        self.written += [
            Written(f"{indent}{line}" if line else "", number + min(place, len(code) + 1), True)
            for place, line in enumerate(lines)
        ]
        self.written.append(Written("", number))
        self.paragraph, self.is_tight, self.level = None, False, None

    def _quote(self, columns: int) -> None:
        """A quotation: its lines without their marks are a text of their own."""
        self._blank_before("quotation", is_told=False)
        inner = self.items[-1].inner if self.items else 0
        quoted: list[str] = []
        numbers: list[int] = []
        while self.at < len(self.lines):
            place, rest = measured(self.lines[self.at])
            is_marked = rest.startswith(">") and inner <= place < inner + 4
            if not is_marked and (not rest.strip() or not quoted or not goes_on_lazily(quoted, rest, place - inner >= 4)):
                break
            is_head = not is_marked and begins_table(quoted[-1], rest)
            quoted.append(re.sub(r"^>[ \t]?", "", rest) if is_marked else f"\\{rest}" if is_head else rest)
            numbers.append(self._number)
            self.at += 1
        inside = Blocks(quoted, numbers, self.findings, depth=self.depth + 1).run()
        indent = "    " * len(self.items)
        for line in inside:
            self.written.append(
                Written(f"{indent}> {line.text}".rstrip(), line.source, line.is_code, self.block * 1000 + line.block)
            )
        self.paragraph, self.is_tight, self.level = None, False, None

    def _is_table(self, rest: str) -> bool:
        if "|" not in rest or self.at + 1 >= len(self.lines):
            return False
        columns, below = measured(self.lines[self.at + 1])
        inner = self.items[-1].inner if self.items else 0
        return inner <= columns < inner + 4 and begins_table(rest, below)

    def _table(self) -> None:
        begun, inner = self.at, self.items[-1].inner if self.items else 0
        self.block += 1
        rows: list[str] = []
        while self.at < len(self.lines):
            columns, rest = measured(self.lines[self.at])
            if not rest.strip() or not inner <= columns < inner + 4 or (len(rows) > 1 and self._starts(rest, False, 0)):
                break
            rows.append(rest)
            self.at += 1
        self.paragraph = None
        self._blank_before("table", self.numbers[begun])
        mended, told = mended_rows(rows)
        for place, row in enumerate(mended):
            self.block += 1
            self.written.append(Written("    " * len(self.items) + row, self.numbers[begun + place], False, self.block))
        for place, what in told:
            said = "stray bars were escaped" if what == "escaped" else "more cells than the head has: the last are not shown"
            self.findings.append(
                Finding(self.numbers[begun + place], "table-bars" if what == "escaped" else "table-cells", said)
            )
        self.written.append(Written("", self.numbers[self.at - 1]))
        self.is_tight, self.level = False, None

    @property
    def _number(self) -> int:
        return self.numbers[min(self.at, len(self.numbers) - 1)]

    def _blank_before(self, what: str, number: int | None = None, *, is_told: bool = True) -> None:
        if what != "list":
            self.had_list = self.had_list and bool(self.items)
        if not self.written or not self.written[-1].text:
            return
        self.is_tight, self.level = False, None
        if is_told:
            self.findings.append(Finding(number or self._number, "blank-line", f"a blank line was put before a {what}"))
        self.written.append(Written("", number or self._number))

    def _write(self, text: str) -> None:
        self.level = len(self.items) if self.level is None else self.level
        self.written.append(Written("    " * len(self.items) + text, self._number, False, self.block))
        self.at += 1
