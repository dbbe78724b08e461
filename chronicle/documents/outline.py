"""Read the lines of a Markdown file that are prose: headings, task items and attribute lists, code left alone.

This is no Markdown parser. It knows just enough to say on which line a heading or a task item stands, and never to
take an example inside front matter, a code block or a comment for the real thing. Line numbers are those an editor
shows, counted from 1. Any text is accepted; text is returned as it was written, and escaping is the pages' work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

LINE_END = re.compile(r"\r\n|\n|\r")
_QUOTED = re.compile(r"^(?:[ \t]*>)*")
_FENCE = re.compile(r"^(?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?P<mark>`{3,}(?=[^`]*$)|~{3,})")
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)")
_INDENT = re.compile(r"^(?: {4}|\t)")
_HEADING = re.compile(r"^ {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<text>.*?))?(?:[ \t]+#+)?[ \t]*$")
_LIST_MARK = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_CONTAINER = re.compile(r"^[ \t]*(?:!!!|\?\?\?\+?|===[!+]?|\[\^[^\]]+\]:|:(?=[ \t]))")
_TASK = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[(?P<box>[ xX])\](?:[ \t]+(?P<text>.*))?$")
_ATTRIBUTE_LIST = re.compile(r"\{:?(?P<inside>[^{}]*)\}[ \t]*$")
_ATTRIBUTE = re.compile(
    r"""\s*(?:\#(?P<id>[^\s"'=#{}]+)|\.(?P<class>[^\s"'=#{}]+)
        |(?P<key>[A-Za-z_][\w-]*)=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'=]+)))(?=\s|$)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of prose, comments cut out; ``number`` is its place in the file."""

    number: int
    text: str

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()

    @property
    def is_list_item(self) -> bool:
        return _LIST_MARK.match(self.text) is not None

    @property
    def opens_container(self) -> bool:
        """Whether indented lines below may belong to it: a list item, an admonition, a tab, a footnote, a definition."""
        return self.is_list_item or _CONTAINER.match(self.text) is not None


@dataclass(frozen=True, slots=True)
class Heading:
    """An ATX heading; ``level`` 1 to 6, ``text`` without its marks."""

    level: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Task:
    """A task-list item with its continuation lines joined by a space; ``lines`` are the first and the last of them."""

    text: str
    is_ticked: bool
    lines: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Attributes:
    """What stood in ``{#id key="value"}`` at the end of a heading or an item.

    ``wrong`` is the text that is no attribute, or the list itself where it is never closed; None where all is well.
    """

    id: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    wrong: str | None = None


def prose(text: str) -> Iterator[Line]:
    """The lines that are neither front matter nor code, in order; comments are blanked, blank lines are kept."""
    return _without_comments(_without_indented_code(_without_fences(_without_front_matter(text))))


def unfenced(text: str) -> tuple[list[Line], Line | None]:
    """The lines that are neither front matter nor fenced code, and the line that opens a fence which nothing closes."""
    lines = list(_without_front_matter(f"{text}\n"))
    kept = list(_without_fences(lines))
    is_open = bool(kept) and kept[-1].number < lines[-1].number
    return kept, lines[kept[-1].number - lines[0].number] if is_open else None


def contained(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """What stands indented in a container (a list item, an admonition), each run of its lines four columns to the left."""
    indents = _Indents()
    run: list[Line] = []
    for line in lines:
        is_inside = not indents.is_code(line) and indents.in_container and (line.is_blank or _INDENT.match(line.text))
        if is_inside:
            run.append(Line(line.number, _INDENT.sub("", line.text, 1)))
        elif run:
            yield run
            run = []
    if run:
        yield run


def heading_of(line: Line) -> Heading | None:
    found = _HEADING.match(line.text)
    return Heading(len(found["marks"]), (found["text"] or "").strip(), line.number) if found else None


def blocks(lines: Iterable[Line]) -> Iterator[Heading | Task]:
    """The headings and the task items among ``lines``, in order."""
    open_task: list[Line] = []
    for line in lines:
        heading = heading_of(line)
        if heading or line.is_blank or line.is_list_item:
            yield from _closed(open_task)
            open_task = [line] if _TASK.match(line.text) else []
            if heading:
                yield heading
        elif open_task and line.number == open_task[-1].number + 1:
            open_task.append(line)
        else:
            yield from _closed(open_task)
            open_task = []
    yield from _closed(open_task)


def with_tasks_replaced(text: str, replacements: Mapping[int, str]) -> str:
    """The file's ``text`` with new words for the tasks that begin on these lines; marks, boxes and all else stay."""
    lines = LINE_END.split(text)
    last = {block.lines[0]: block.lines[1] for block in blocks(prose(text)) if isinstance(block, Task)}
    kept: list[str] = []
    number = 1
    while number <= len(lines):
        line = lines[number - 1]
        mark = _TASK.match(line) if number in replacements and number in last else None
        if mark:
            line = f"{line[: mark.end('box') + 1]} {replacements[number]}"
            number = last[number]
        kept.append(line)
        number += 1
    return "\n".join(kept)


def split_attributes(text: str) -> tuple[str, Attributes]:
    """The text without the attribute list at its end, and that list (empty where there is none)."""
    masked = _mask_code(text)
    found = _ATTRIBUTE_LIST.search(masked)
    if found:
        return text[: found.start()].rstrip(), _attributes(text[found.start("inside") : found.end("inside")])
    start = masked.rfind("{#")
    if start >= 0 and not masked[:start].endswith("{") and "}" not in masked[start:]:
        return text, Attributes(wrong=text[start:])
    return text, Attributes()


def _attributes(inside: str) -> Attributes:
    place = 0
    name: str | None = None
    values: dict[str, str] = {}
    while inside[place:].strip():
        found = _ATTRIBUTE.match(inside, place)
        if not found:
            return Attributes(name, values, wrong=inside[place:].strip())
        if found["id"] is not None:
            name = found["id"]
        elif found["key"] is not None:
            values[found["key"]] = next(v for v in (found["double"], found["single"], found["bare"]) if v is not None)
        place = found.end()
    return Attributes(name, values)


def _closed(task: list[Line]) -> Iterator[Task]:
    if not task:
        return
    mark = _TASK.match(task[0].text)
    if mark:
        parts = [mark["text"] or "", *(line.text for line in task[1:])]
        text = " ".join(stripped for part in parts if (stripped := part.strip()))
        yield Task(text, mark["box"] != " ", (task[0].number, task[-1].number))


def _without_front_matter(text: str) -> Iterator[Line]:
    lines = [Line(number, line) for number, line in enumerate(LINE_END.split(text.removeprefix("\ufeff")), 1)]
    if lines[0].text.rstrip() == "---":
        end = next((line.number for line in lines[1:] if line.text.rstrip() in ("---", "...")), 0)
        lines = lines[end:]
    yield from lines


def _without_fences(lines: Iterable[Line]) -> Iterator[Line]:
    """A fence inside a block quote ends with its closing mark, or with the quote; in indented code there is none."""
    fence, depth = "", 0
    indents = _Indents()
    for line in lines:
        if fence and _quoted(line.text) < depth:
            fence = ""
        if fence:
            mark = (_QUOTED.sub("", line.text, 1) if depth else line.text).strip()
            if set(mark) == {fence[0]} and len(mark) >= len(fence):
                fence = ""
        elif not indents.is_code(line) and (found := _FENCE.match(line.text)):
            fence, depth = found["mark"], _quoted(line.text)
            indents.after_blank = True
            yield Line(line.number, "")
        else:
            yield line


def _quoted(line: str) -> int:
    """How many block quotes a line stands in."""
    found = _QUOTED.match(line)
    return found[0].count(">") if found else 0


def _without_indented_code(lines: Iterable[Line]) -> Iterator[Line]:
    indents = _Indents()
    return (line for line in lines if not indents.is_code(line))


@dataclass
class _Indents:
    """Tells code by its indentation: four after a blank line, unless a container is open that the line may belong to."""

    after_blank: bool = True
    in_container: bool = False

    def is_code(self, line: Line) -> bool:
        """Whether the next line of the file is code."""
        indented = _INDENT.match(line.text) is not None
        if not line.is_blank and not indented:
            self.in_container = line.opens_container or (self.in_container and not self.after_blank)
        if indented and self.after_blank and not self.in_container and not line.is_blank:
            return True
        self.after_blank = line.is_blank or heading_of(line) is not None
        return False


def _without_comments(lines: Iterable[Line]) -> Iterator[Line]:
    inside = False
    for line in lines:
        kept, rest = "", line.text
        while rest:
            mark = "-->" if inside else "<!--"
            place = (rest if inside else _mask_code(rest)).find(mark)
            if place < 0:
                kept += "" if inside else rest
                break
            kept += "" if inside else rest[:place]
            rest, inside = rest[place + len(mark) :], not inside
        yield Line(line.number, kept)


def _mask_code(text: str) -> str:
    """The same length of text with code spans filled by a letter, so that positions stay true."""
    return CODE_SPAN.sub(lambda span: "x" * len(span[0]), text)
