"""Stated metrics of a legacy episode: the list below the heading that speaks of commit metrics, one label a line.

A value is the number before any remark. One that cannot be read as a number stays unknown and is told, unless it says itself
that it is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from chronicle.documents import stated
from chronicle.documents.legacy.finding import Finding
from chronicle.documents.outline import Heading, Line, heading_of

LABELS = {
    "files changed": "files_changed",
    "lines added": "lines_added",
    "lines removed": "lines_removed",
    "lines deleted": "lines_removed",
    "net change": "net_change",
    "change mix": "change_mix",
    "commit type": "type",
    "complexity score": "complexity",
    "complexity": "complexity",
}
NAMES = ("files_changed", "lines_added", "lines_removed", "net_change", "complexity", "change_mix", "type")
"""The metrics in the order of the model."""

_COUNTS = ("files_changed", "lines_added", "lines_removed")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+(?:[^\w\s*_`]+\s*)?(?P<text>.*)$")
_LABELLED = re.compile(r"^[*_`]*(?P<label>[A-Za-z][A-Za-z ]*?)[*_`]*\s*:\s*[*_`]*(?P<value>.*?)\s*$")
_REMARKS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NUMBER = re.compile(
    r"^(?P<about>[~≈])?\s*(?P<sign>[+±−–-])?\s*(?P<about2>[~≈])?\s*(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(?P<more>\+)?"
    r"(?P<rest>(?![\d,.]).*|[,.](?!\d).*|)$"
)
_MIX = re.compile(r"\b(?P<letter>[AMDRCTU])\s*[:=]\s*(?P<number>\d{1,3}(?:,\d{3})+|\d{1,9})", re.IGNORECASE)
_NOT_KNOWN = re.compile(r"^(?:n/?a\b.*|none|unknown|not (?:known|available|recorded)|tbd|[-–—?]*)$", re.IGNORECASE)


@dataclass(slots=True)
class Metrics:
    """What was stated; numbers as numbers, ``written`` with the ``~`` or ``+`` they had, ``lines`` where each was read."""

    values: dict[str, int | float | str | dict[str, int] | None] = field(default_factory=lambda: dict.fromkeys(NAMES))
    written: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def exact(self, name: str) -> int | None:
        """A count that was stated without ``~`` and ``+``; None for any other."""
        value = self.values[name]
        return value if isinstance(value, int) and not re.search(r"[~]|\d\+$", self.written[name]) else None


def read_metrics(prose: Iterable[Line]) -> Metrics:
    """The metrics stated in a file, the first of each label counting."""
    metrics = Metrics()
    is_inside = 0
    for line in prose:
        heading = heading_of(line)
        if heading is not None:
            is_inside = _section(heading, is_inside)
        elif is_inside and (item := _ITEM.match(line.text[:2_000])) and (found := _LABELLED.match(item["text"])):
            name = LABELS.get(" ".join(found["label"].lower().split()))
            if name and name not in metrics.lines:
                metrics.lines[name] = line.number
                _read(metrics, name, found["value"].strip("*_` "), line.number)
    return metrics


def _section(heading: Heading, inside: int) -> int:
    """The level of the section of metrics that the lines after a heading stand in, 0 for none."""
    if "commit metrics" in heading.text.lower():
        return heading.level
    return inside if inside and heading.level > inside else 0


def without_remarks(text: str) -> str:
    """Text without what stands in brackets, nested ones included."""
    before = None
    while before != text:
        before, text = text, _REMARKS.sub(" ", text)
    return " ".join(re.sub(r"[(\[].*$", "", text).strip("*_` ").split())


def _read(metrics: Metrics, name: str, value: str, line: int) -> None:
    bare = without_remarks(value)
    if _NOT_KNOWN.match(bare):
        return
    reader = {"change_mix": _read_mix, "type": _read_type}.get(name, _read_number)
    if not reader(metrics, name, bare):
        metrics.findings.append(Finding(line, "metric-unread", f"no {name.replace('_', ' ')} can be read from {value[:80]!r}"))


def _read_number(metrics: Metrics, name: str, bare: str) -> bool:
    found = _NUMBER.match(bare)
    if found is None or re.search(r"\d", re.sub(r"^\s*/\s*\d+$|[A-Za-z]\w*", "", found["rest"])):
        return False
    is_negative = (found["sign"] or "") in tuple("−–-") and name not in _COUNTS
    number = float(found["number"].replace(",", ""))
    if name != "complexity" and not number.is_integer():
        return False
    value: int | float = int(number) if number.is_integer() else number
    metrics.values[name] = -value if is_negative else value
    about = "~" if found["about"] or found["about2"] else ""
    metrics.written[name] = f"{about}{'-' if is_negative and value else ''}{found['number']}{found['more'] or ''}"
    return True


def _read_mix(metrics: Metrics, name: str, bare: str) -> bool:
    found = [(one["letter"].upper(), int(one["number"].replace(",", ""))) for one in _MIX.finditer(bare)]
    if not found or len({letter for letter, _ in found}) != len(found) or re.search(r"\w", _MIX.sub("", bare)):
        return False
    metrics.values[name] = dict(found)
    metrics.written[name] = ", ".join(f"{letter}:{number}" for letter, number in found)
    return True


def _read_type(metrics: Metrics, name: str, bare: str) -> bool:
    metrics.values[name] = metrics.written[name] = bare.strip(" .,;")[:80]
    return bool(metrics.written[name])


def contradictions(metrics: Metrics) -> Sequence[Finding]:
    """What cannot be true of stated numbers at once; numbers stated as *about* or *at least* contradict nothing."""
    mix = metrics.values["change_mix"]
    exact = {name: metrics.exact(name) for name in (*_COUNTS, "net_change")}
    return [
        Finding(metrics.lines[one.metric], one.rule, f"{one.stated}; {one.follows}")
        for one in stated.contradictions(exact, mix if isinstance(mix, dict) else None)
    ]
