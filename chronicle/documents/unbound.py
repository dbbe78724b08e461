"""Numbers in prose that look like results: typed by hand, so nothing keeps them true.

Looked for are a number with a unit of performance (a time, a rate, a size, a power, an energy, a clock, a temperature, a
price, a per cent), and a number that compares ("2× faster", "three times as fast", "a factor of two", "halves the
latency"). Number words count where they compare or stand before a unit written out ("ten microseconds"). Everything that
:mod:`chronicle.documents.visible` makes opaque is passed over; so are dates, versions, names with digits (``H100``), shapes
(``8192×8192``), numbers of machines (``8× H100``), decades, and the level of an interval (``95 % interval``).

In a table a bare number counts in a column whose heading ends in a unit, as ``Latency (ms)`` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chronicle.documents.visible import Block, Visible

_DIGITS = r"(?:\d{1,3}(?:[,\u00a0\u202f\u2009]\d{3})+(?![\d])(?:\.\d+)?|\d+(?:[.,]\d+)?(?:[eE][-+−]?\d+)?|\.\d+)"
_NUMBER = (
    rf"(?<![\w.#§@/:\-])(?<!\d,)(?:[~≈<>≤≥±+−-]\s?)?{_DIGITS}"
    rf"(?:\s?(?:–|—|-|−|±|\+/-|…)\s?{_DIGITS}|\s+to\s+{_DIGITS}|(?<=\d)\s+(?:and|or)\s+{_DIGITS}(?=\s*(?:[a-zA-Zµμ]+Hz|[nµμm]s)\b))?"
)
_ONES = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_TENS = (
    "thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
)
_MANY = r"(?:a|one)\s+(?:hundred|thousand|dozen)|dozens of"
_WORD = rf"\b(?:(?:(?:{_TENS})(?:-(?:one|{_ONES}))?|{_ONES})(?:\s+(?:hundred|thousand))?|{_MANY})"
_END = r"(?!\w)"

_SECONDS = r"(?:(?:nano|micro|milli)?seconds?)"
_TIME = rf"(?:[nµμum]s|s(?!['’])|secs?|mins?|h|hrs?|{_SECONDS}|minutes?|hours?)"
_SIZE = r"(?:[kKMGTP]i?B|(?:kilo|mega|giga|tera)bytes?)"
_POWER = r"(?:[mkM]?W|[mkM]?J|[kM]?Wh|(?:kilo|milli)?(?:watts?|joules?)(?:[- ]hours?)?)"
_EACH = r"(?:s|sec|seconds?|ms|tokens?|tok|steps?|calls?|requests?|req|GPU|W|watts?|J|joules?|h|hours?|min|minutes?|day)"
_RATE = (
    rf"(?:(?:[A-Za-zµμ]{{1,14}}\s)?[A-Za-zµμ]{{1,14}}/{_EACH}|(?:[A-Za-zµμ]+\s){{1,2}}(?:per|a)\s(?:second|token|joule|watt|GPU-hour)"
    r"|[kMGT]?bps|FPS|fps|QPS|qps|RPS|rps|TPS|[MGTP]?FLOPS?(?:/s)?|[MGTP]flops?(?:/s)?)"
)
_LEVEL = r"(?!\s*(?:[\w-]+\s){0,2}(?:confidence|intervals?|CIs?|level|levels|quantile|percentile|coverage)\b)"
_PERCENT = rf"(?:%|percent\b|per\scent\b|percentage\spoints?\b|pp\b){_LEVEL}"
_MORE = r"(?:faster|slower|quicker|more|less|fewer|higher|lower|larger|smaller|greater|longer|shorter|better|worse|cheaper)"
_MEASURED = (
    r"(?:speed|time|times|rate|throughput|bandwidth|latency|cost|costs|price|memory|energy|power|performance|runtime|overhead|"
    r"footprint|tokens)"
)
_TIMES = rf"times\s+(?:as\s+\w+|{_MORE}|the\s+\w+|that\s+of)"
_CROSS = (
    r"[×x](?![\w×])(?!\s*\d)(?!\s+(?:[A-Z]+[a-z]*\d|NVIDIA|GPUs?\b|CPUs?\b|cores?\b|nodes?\b|cards?\b|boards?\b|machines?\b))"
)
_ABOUT = r"(?:(?:about|nearly|almost|roughly|around|some|over|under|up to|at least|at most|more than|less than)\s+)?"

_KINDS = {
    "rate": rf"{_NUMBER}[\s-]?{_RATE}{_END}",
    "time": rf"(?!(?:1[6-9]|20)\d0s){_NUMBER}[\s-]?{_TIME}{_END}|{_WORD}[\s-]{_SECONDS}{_END}",
    "size": rf"{_NUMBER}[\s-]?{_SIZE}{_END}",
    "power or energy": rf"{_NUMBER}[\s-]?{_POWER}{_END}|{_WORD}\s(?:watts|joules){_END}",
    "clock": rf"{_NUMBER}[\s-]?[kMG]?Hz{_END}",
    "temperature": rf"{_NUMBER}\s?(?:°\s?C|K(?=elvin)|degrees){_END}",
    "share": rf"(?:{_NUMBER}[\s-]?|{_WORD}\s){_PERCENT}",
    "price": (
        rf"(?:US)?(?<![\\\w])\\?[$€£]\s?{_DIGITS}(?![\d.,]*[$\\^_])(?:\s?/\s?(?:\d*[kKM]\s)?\w+|\sper\s(?:million\s)?\w+)?"
        rf"|{_NUMBER}\s(?:USD|EUR|dollars?|euros?|cents?){_END}"
    ),
    "comparison": (
        rf"{_NUMBER}\s?{_CROSS}|(?:{_NUMBER}|{_WORD})\s+{_TIMES}|(?:{_NUMBER}|{_WORD})[\s-]?fold{_END}"
        rf"|\b(?:{_ONES})fold\b|\b(?:twice|thrice|half)\s+(?:as\s+\w+|the\s+{_MEASURED})\b"
        rf"|\b(?:doubl|halv|tripl|quadrupl)(?:es?|ed|ing)\s+(?:(?:the|its|our|their)\s+)?(?:\w+\s+)?{_MEASURED}\b"
        rf"|\b(?:factor|speed-?up|slow-?down)s?\s+of\s+{_ABOUT}(?:{_NUMBER}|{_WORD})"
        rf"|(?:{_NUMBER}|{_WORD})\s(?:speed-?ups?|slow-?downs?)\b"
    ),
}
_SOUGHT = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS.items())
_MAY_HOLD = re.compile(r"\d|\b(?:twice|thrice|half|factor|\w+fold|doubl|halv|tripl|quadrupl|dozens?|hundred|thousand)|" + _WORD)

_RULER = re.compile(r"^[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*$", re.MULTILINE)
_UNIT_HEAD = re.compile(rf"(?:^|[\s(\[,/])\s*(?:{_TIME}|{_RATE}|{_SIZE}|{_POWER}|[kMG]Hz|%|°C|\$|USD|×)\s*[)\]]?$")
_BARE = re.compile(rf"^[~≈<>≤≥±+−\-*_\s]*(?P<number>{_DIGITS}(?:\s?[–±−-]\s?{_DIGITS})?)[*_\s]*$")


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number typed by hand: its words, its offset in the file, and what it looks like (``time``, ``comparison`` …)."""

    text: str
    kind: str
    start: int
    end: int

    @property
    def normal(self) -> str:
        """The words with one spelling of spaces, so that ``70 %`` and ``70%`` are one number."""
        return re.sub(r"[\s\u00a0\u202f\u2009-]+", "", self.text).lower()


def typed_numbers(page: Visible) -> Iterator[TypedNumber]:
    """Every number of a page that looks like a result, in order."""
    for block in page.blocks:
        yield from numbers_of(block)


def numbers_of(block: Block) -> list[TypedNumber]:
    """Those of one block; where two readings overlap the longer one counts, once."""
    if not _MAY_HOLD.search(block.text):
        return []
    found = [
        TypedNumber(" ".join(one[0].split()), kind, block.start + one.start(), block.start + one.end())
        for kind, pattern in _SOUGHT
        for one in pattern.finditer(block.text)
    ]
    found += _cells(block)
    kept: list[TypedNumber] = []
    taken = bytearray(len(block.text))
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        place = slice(one.start - block.start, one.end - block.start)
        if not any(taken[place]):
            kept.append(one)
            taken[place] = b"\1" * (one.end - one.start)
    return sorted(kept, key=lambda one: one.start)


def _cells(block: Block) -> Iterator[TypedNumber]:
    """Bare numbers below a heading of a table that ends in a unit."""
    ruler = _RULER.search(block.text)
    if ruler is None or "|" not in block.text:
        return
    heads = block.text[: ruler.start()].rstrip("\r\n").rpartition("\n")[2].strip(" \t>").strip("|").split("|")
    units = {
        place: found[0].strip("()[],/ ") for place, head in enumerate(heads) if (found := _UNIT_HEAD.search(head.strip(" *_")))
    }
    for line in re.finditer(r"[^\r\n]+", block.text[ruler.end() :]):
        offset = ruler.end() + line.start() + len(line[0]) - len(line[0].lstrip(" \t>").removeprefix("|"))
        for place, cell in enumerate(line[0].lstrip(" \t>").removeprefix("|").split("|")):
            if place in units and (bare := _BARE.match(cell)):
                start = block.start + offset + bare.start("number")
                yield TypedNumber(f"{bare['number']} {units[place]}", "cell", start, start + len(bare["number"]))
            offset += len(cell) + 1
