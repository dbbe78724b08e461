"""A legacy report: its title, its number, and the table of fields and values at its head, as front matter of a report.

A word that is none of our states makes the report a draft: nothing rests on it until someone publishes it here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chronicle.documents.legacy.body import Draft, drafted
from chronicle.documents.legacy.dates import read_when
from chronicle.documents.legacy.finding import Finding
from chronicle.documents.legacy.header import without_emoji
from chronicle.documents.legacy.metrics import without_remarks
from chronicle.documents.legacy.tables import begins_table, cells
from chronicle.documents.outline import LINE_END, heading_of, prose

REQUIRED = ("id", "title", "version", "status", "date", "authors")

_NUMBER = re.compile(
    r"(?:\bTR|\bTechnical\s+Report)[\s_#-]*(?P<number>\d{1,6})(?P<rest>(?:[\s_-]*v\.?\s*(?P<version>\d+(?:\.\d+)*))?)\b",
    re.IGNORECASE,
)
_BARE = re.compile(r"^(?:TR[\s_#-]*)?(?P<number>\d{1,6})(?:[\s_-]*v\.?\s*(?P<version>\d+(?:\.\d+)*))?$", re.IGNORECASE)
_VERSION = re.compile(r"^v?\.?\s*(?P<version>\d[\w.+-]{0,31})$", re.IGNORECASE)
_FIELDS = re.compile(r"^(?:field|property|attribute|item|key|metadata)$", re.IGNORECASE)
_NAMES = {
    "id": ("tr number", "report number", "report id", "number", "id", "tr"),
    "version": ("version", "report version", "revision"),
    "status": ("status", "state"),
    "date": ("date", "report date", "published", "publication date", "date published"),
    "authors": ("author", "authors", "author(s)", "prepared by"),
}
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class ReportModel:
    """A report as ``--json`` prints it; None is what nobody knows, ``metadata`` the whole table as it is stated."""

    path: str
    id: str | None
    title: str | None
    version: str | None
    status: str | None
    date: str | None
    authors: tuple[str, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)

    def as_json(self, lint: Sequence[Finding]) -> dict[str, object]:
        """The model as JSON."""
        named = {name: getattr(self, name) for name in ("path", "id", "title", "version", "status", "date")}
        return {
            **named,
            "authors": list(self.authors),
            "metadata": dict(self.metadata),
            "lint": [one.as_json() for one in lint],
        }


@dataclass(frozen=True, slots=True)
class LegacyReport:
    """A file that was read: its model, the draft of its page, and everything that is worth telling of it."""

    model: ReportModel
    draft: Draft
    findings: tuple[Finding, ...]


def read_legacy_report(path: str, text: str, first: int = 1) -> LegacyReport | None:
    """A report in the legacy form, its body beginning at line ``first``; None where it has no title."""
    lines = LINE_END.split(text)
    words = list(prose("\n".join([*[""] * (first - 1), *lines[first - 1 :]])))
    title = next(((line.number, found.text) for line in words if (found := heading_of(line)) and found.level == 1), None)
    if title is None:
        return None
    table, at = _metadata([(line.number, line.text) for line in words])
    findings: list[Finding] = []
    stated = {name: _stated(name, table) for name in _NAMES}
    heading = without_emoji(title[1])
    number = _BARE.match(without_remarks(stated["id"] or "")) or _NUMBER.search(heading)
    date, said = _date(stated["date"])
    findings += [Finding(at or title[0], rule, message) for rule, message in said]
    status = without_remarks(stated["status"] or "").lower() or None
    model = ReportModel(
        path=path,
        id=f"TR{int(number['number'])}" if number else None,
        title=_titled(heading) or None,
        version=_version(stated["version"]) or (number["version"] if number else None),
        status=status if status in ("draft", "published") else None,
        date=date,
        authors=_authors(stated["authors"]),
        metadata=table,
    )
    findings += [
        Finding(at or title[0], "field-unknown", f"no {name} can be read" + _seen(stated.get(name)))
        for name in REQUIRED
        if not getattr(model, name)
    ]
    body = [(number, line) for number, line in enumerate(lines, 1) if number >= first]
    return LegacyReport(model, drafted(body), tuple(findings))


def front_matter(model: ReportModel, name: str, source: str) -> dict[str, object]:
    """The keys of the page's front matter; ``name`` is the id it has on the site."""
    published = model.status == "published" and model.date is not None and model.id is not None
    return {
        "kind": "report",
        "id": name,
        "title": (model.title or name)[:_LONGEST],
        "version": model.version,
        "status": "published" if published else "draft",
        "date": model.date,
        "authors": [author[:_LONGEST] for author in model.authors],
        "metadata": dict(model.metadata),
        "imported_from": source,
    }


def _metadata(lines: Sequence[tuple[int, str]]) -> tuple[dict[str, str], int | None]:
    """The first table of fields and values, and the line it begins at; a field that stands twice keeps its first value."""
    for place, (number, line) in enumerate(lines[:-1]):
        if "|" in line and begins_table(line.strip(), lines[place + 1][1].strip()):
            head = [cell.strip("*_ ") for cell in cells(line)]
            if len(head) == 2 and _FIELDS.match(head[0]) and head[1].lower() == "value":
                return _rows(line for _, line in lines[place + 2 :]), number
    return {}, None


def _rows(lines: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:  # type: ignore[attr-defined]  # an iterator of strings
        if "|" not in line:
            break
        row = cells(line)
        name = _plain(row[0]) if row else ""
        if len(row) >= 2 and name:
            found.setdefault(name, _plain(row[1]))
    return found


def _plain(cell: str) -> str:
    """A cell without marks of emphasis around it and without line breaks."""
    words = re.sub(r"<br\s*/?>", " ", cell.replace("\\|", "|"), flags=re.IGNORECASE)
    return " ".join(re.sub(r"\*\*|__", "", words).split()).strip()


def _stated(name: str, table: Mapping[str, str]) -> str | None:
    lowered = {key.lower().rstrip(":").strip(): value for key, value in table.items()}
    return next((lowered[label] for label in _NAMES[name] if lowered.get(label)), None)


def _titled(heading: str) -> str:
    """A title without the number of its report before it."""
    found = _NUMBER.match(heading)
    rest = heading[found.end() :].lstrip(" :–—-.") if found else heading
    return rest or heading


def _version(stated: str | None) -> str | None:
    found = _VERSION.match(without_remarks(stated or ""))
    return found["version"] if found else None


def _date(stated: str | None) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    when = read_when(stated or "")
    return (when.date.isoformat() if when.date else None), when.wrong


def _authors(stated: str | None) -> tuple[str, ...]:
    parts = re.split(r"\s*[;,]\s*|\s+(?:and|&)\s+", (stated or "").strip())
    return tuple(part.strip() for part in parts if part.strip() and part.strip().lower() not in ("n/a", "unknown"))


def _seen(stated: str | None) -> str:
    return f" from {stated[:80]!r}" if stated else ""
