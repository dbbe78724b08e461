"""The header of a legacy episode: five kinds of lines in a fixed order, below one another or with blank lines between.

A line counts by its emoji, with or without its variation selector, or by its label where the emoji was lost. What a line says
in words that state nothing stays in the body, and the field stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from chronicle.documents.legacy.commits import Cited, read_cited
from chronicle.documents.legacy.dates import UNKNOWN, When, read_when, without_label
from chronicle.documents.legacy.finding import Finding
from chronicle.facts.commit_types import CONVENTIONAL_TYPES

_HEADING = re.compile(r"^ {0,3}(?P<marks>#{1,6})[ \t]+(?P<text>.*?)(?:[ \t]+#+)?[ \t]*$")
_LONGEST = 2_000
_RULE = re.compile(r"^ {0,3}(?:(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})$")
_EPISODE = re.compile(
    r"^(?:(?P<series>\S.*?)\s*(?:[-–—|:·]|\s)\s*)?(?:Episode|Ep\.?)\s+#?(?P<number>\d{1,5})\b\s*(?:[:.–—-]\s*(?P<title>.*))?$",
    re.IGNORECASE,
)
_OF = re.compile(r"\bEpisode\s+#?(?P<number>\d{1,5})\s+of\s+(?P<series>\S.*?)\s*$", re.IGNORECASE)
_TAGLINE = re.compile(r"^\s*(?:\*(?![*\s])(?P<star>.*[^*\s])\*|_(?![_\s])(?P<line>.*[^_\s])_)\s*$")
_TYPE = re.compile(
    r"^(?P<type>(?P<first>[A-Za-z][\w-]*)(?:\([^()]*\))?!?(?:\s*[/+&,|]\s*[A-Za-z][\w-]*(?:\([^()]*\))?!?)*)\s*:(?:\s+|$)(?P<text>.*)$"
)
_SCOPE = re.compile(r"\([^()]*\)|!")
_QUOTES = (('"', '"'), ("“", "”"), ("'", "'"), ("‘", "’"), ("«", "»"), ("„", "“"), ("”", "”"))
_LABELS = {
    "date": re.compile(r"^(?:(?P<emoji>[\U0001F4C5\U0001F4C6\U0001F5D3])[^\w\s]*\s*|(?=dates?\b))(?P<text>.*)$", re.IGNORECASE),
    "commits": re.compile(r"^(?:(?P<emoji>\U0001F517)[^\w\s`(\[]*\s*|(?=commits?\b))(?P<text>.*)$", re.IGNORECASE),
    "place": re.compile(
        r"^(?:(?P<emoji>[\U0001F4CA\U0001F4C8])[^\w\s]*\s*|(?=episode\s+\d+\s+of\b))(?P<text>.*)$", re.IGNORECASE
    ),
}
_SECTIONS = re.compile(r"^(?:why it matters|the roundtable|technical analysis|architecture|next time)\b", re.IGNORECASE)


@dataclass(slots=True)
class Header:
    """What the header states, None where it does not; ``lines`` says on which line (from 1) each field was read.

    ``read`` are the lines whose whole meaning is in the fields, ``end`` is the number of lines up to the header's last.
    """

    series: str | None = None
    number: int | None = None
    title: str | None = None
    type: str | None = None
    text: str | None = None
    tagline: str | None = None
    when: When = UNKNOWN
    cited: Cited | None = None
    place: str | None = None
    lines: dict[str, int] = field(default_factory=dict)
    read: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def read_header(lines: Sequence[str], first: int = 0) -> Header | None:
    """The header of a file whose body begins at index ``first`` of its lines; None where no heading names an episode."""
    at = next((place for place in range(first, len(lines)) if lines[place].strip()), None)
    heading = _HEADING.match(lines[at][:_LONGEST]) if at is not None else None
    if at is None or heading is None or len(heading["marks"]) != 1:
        return None
    header = Header()
    _read_title(header, without_emoji(heading["text"]))
    header.lines["number"] = at + 1
    header.read.add(at + 1)
    _read_lines(header, lines, at + 1)
    if header.number is None:
        return None
    return header


def without_emoji(text: str) -> str:
    """A heading's words without the symbols before them."""
    return re.sub(r"^[^\w\"“”„«'‘(\[`*<$]+", "", text).strip()


def unquoted(title: str) -> str:
    """A title without the one pair of quotes around it, straight or curly."""
    title = title.strip()
    for before, after in _QUOTES:
        inner = title[len(before) : -len(after)]
        if len(title) > 2 and title.startswith(before) and title.endswith(after) and _is_one_pair(inner, before, after):
            return inner.strip()
    return title


def split_type(text: str) -> tuple[str | None, str]:
    """The type before the colon, ``feat`` or ``docs+style+fix``, as it is written but without scope; None for plain words."""
    found = _TYPE.match(text)
    if found is None:
        return None, text
    written = " ".join(_SCOPE.sub("", found["type"]).split())
    words = re.findall(r"[A-Za-z][\w-]*", written)
    if all(word.islower() or word.lower() in CONVENTIONAL_TYPES for word in words):
        return written, found["text"].strip()
    return None, text


def _is_one_pair(inner: str, before: str, after: str) -> bool:
    """Whether the quotes at both ends belong together, and are not those of two quoted words."""
    if before == after:
        first = re.search(rf"(?<=\S){before}(?=\W|$)|{before}(?=\w)", inner)
        return first is None or not re.match(r"\W|$", inner[first.end() :])
    depth = 0
    for character in inner:
        depth += (character == before) - (character == after)
        if depth < 0:
            return False
    return depth == 0


def _read_title(header: Header, text: str) -> None:
    found = _EPISODE.match(text)
    if found is None:
        header.title = unquoted(text) or None
        return
    header.series = (found["series"] or "").strip(" -–—|:·") or None
    header.number = int(found["number"])
    header.title = unquoted(found["title"] or "") or None


def _read_lines(header: Header, lines: Sequence[str], at: int) -> None:
    """Read on until a line that is none of a header."""
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
            continue
        heading = _HEADING.match(line[:_LONGEST])
        if heading is not None:
            if not _read_heading(header, len(heading["marks"]), heading["text"], lines, at):
                return
        elif (tagline := _TAGLINE.match(line[:_LONGEST])) and header.tagline is None and "date" not in header.lines:
            header.tagline = (tagline["star"] or tagline["line"]).strip()
            header.lines["tagline"] = at + 1
            header.read.add(at + 1)
        elif at + 1 not in header.read and at + 1 not in header.lines.values():
            return
        at += 1


def _read_heading(header: Header, level: int, text: str, lines: Sequence[str], at: int) -> bool:
    """Whether the heading belongs to the header; its field is then read."""
    for name, label in _LABELS.items():
        found = label.match(text.strip()) or label.match(without_emoji(text))
        if found and level > (1 if found["emoji"] else 2) and name not in header.lines:
            header.lines[name] = at + 1
            _READERS[name](header, found["text"].strip(), lines, at)
            return True
    plain = without_emoji(text)
    if level > 2 and "date" not in header.lines and read_when(plain).date:
        header.lines["date"] = at + 1
        _read_date(header, plain, lines, at)
        return True
    if level == 2 and not header.lines.keys() & {"type", "tagline", "date", "commits", "place"} and not _SECTIONS.match(plain):
        header.type, header.text = split_type(plain)
        header.lines["type"] = at + 1
        header.read.add(at + 1)
        return True
    return False


def _read_date(header: Header, text: str, lines: Sequence[str], at: int) -> None:
    stated = without_label(text)
    below = next((place for place in range(at + 1, len(lines)) if lines[place].strip()), None)
    is_label = not re.search(r"\w", stated)
    if is_label and below is not None and not _HEADING.match(lines[below]) and not _RULE.match(lines[below]):
        stated = lines[below][:_LONGEST]
        header.lines["date_below"] = below + 1
    header.when = read_when(stated)
    where = header.lines.get("date_below", at + 1)
    header.findings += [Finding(where, rule, said) for rule, said in header.when.wrong]
    if header.when.date is None:
        if not header.when.wrong:
            header.findings.append(Finding(where, "date-unknown", f"no date can be read from {stated.strip()[:80]!r}"))
        return
    if not header.when.is_open:
        header.read |= {at + 1, where}


def _read_commits(header: Header, text: str, lines: Sequence[str], at: int) -> None:
    header.cited = read_cited(re.sub(r"^\W*commits?\W*?(?::|\s|$)\W*?(?=[\w`(\[+]|$)", "", text, flags=re.IGNORECASE), at + 1)
    header.findings += header.cited.findings
    if header.cited.hashes:
        header.read.add(at + 1)


def _read_place(header: Header, text: str, lines: Sequence[str], at: int) -> None:
    header.place = text.strip("*_ ")
    found = _OF.search(header.place)
    if found is None:
        return
    number = int(found["number"])
    if header.number is not None and header.number != number:
        header.findings.append(Finding(at + 1, "number", f"episode {number} here and {header.number} in the title"))
    else:
        header.number = number
        header.read.add(at + 1)
    header.series = header.series or found["series"].strip(" .*_").removeprefix("the ").strip() or None


_READERS = {"date": _read_date, "commits": _read_commits, "place": _read_place}
