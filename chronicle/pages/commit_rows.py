"""A commit in a row: the list under each day that months and releases share, and the same as JSON."""

from __future__ import annotations

from typing import Any

import pandas as pd

from chronicle.documents.library import Chronicle
from chronicle.facts.bots import public_name
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.writing import Markdown, code, text
from chronicle.units import signed

MOST_COMMITS = 500
"""Rows on one page; the rest of a busier month or release is in its JSON twin, and the page says so."""

UNDATED = "undated"


def by_days(chronicle: Chronicle, rows: pd.DataFrame, page: str, desk: Desk, level: int = 2) -> Markdown:
    """The newest :data:`MOST_COMMITS` of these commits, a heading of ``level`` a day and an entry a commit."""
    lines: list[str] = []
    days: dict[str, list[dict[str, Any]]] = {}
    for row in records(rows.head(MOST_COMMITS)):
        days.setdefault(UNDATED if pd.isna(row["committed"]) else f"{row['committed']:%Y-%m-%d}", []).append(row)
    for day, several in days.items():
        lines += [f"{'#' * level} {text(day)}", "", '<ul class="timeline" markdown="1">', ""]
        lines += [_entry(chronicle, row, page, desk) for row in several]
        lines += ["", "</ul>", ""]
    return Markdown("\n".join(lines))


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a commit table, one dictionary each."""
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def size_words(row: dict[str, Any]) -> str:
    """How much a commit changed, in a few words."""
    if row["is_boundary"]:
        return "history is cut here: what it changed is unknown"
    if row["is_merge"]:
        return "merge"
    return f"{_plural(row['files_changed'], 'file')}, {signed(row['lines_added'])} {signed(-row['lines_removed'])} lines"


def plain_commit(chronicle: Chronicle, row: dict[str, Any]) -> dict[str, object]:
    """A commit for the JSON twins; paths, messages and addresses are left to the repository."""
    names = ("revision", "subject", "commit_type", "type_source", "scope", "change_mix")
    numbers = ("files_changed", "lines_added", "lines_removed", "net_lines", "binary_files", "complexity")
    return {
        "repository": chronicle.name,
        "committed_utc": None if pd.isna(row["committed"]) else row["committed"].isoformat(),
        "author_name": _printable(public_name(row["author_name"])),
        "is_merge": bool(row["is_merge"]),
        **{name: _printable(str(row[name])) for name in names},
        **{name: int(row[name]) for name in numbers},
    }


def _entry(chronicle: Chronicle, row: dict[str, Any], page: str, desk: Desk) -> str:
    commit = desk.commit_link(chronicle, row["revision"], page, None)
    classes = ' class="timeline__mark"' if row["is_breaking"] or row["is_root"] else ""
    subject = text(row["subject"] or "(no message)")
    return (
        f'<li id="{addresses.commit_anchor(row["revision"])}"{classes} markdown="span">'
        f'<strong>{subject}</strong> {commit} <span class="timeline__about">{_about(row)}</span></li>'
    )


def _about(row: dict[str, Any]) -> Markdown:
    """Author, time and size of a commit, in a few words."""
    when = "" if pd.isna(row["committed"]) else f"{row['committed']:%H:%M} UTC"
    kind = row["commit_type"] if row["type_source"] in ("declared", "house", "structural") else ""
    score = "" if row["complexity_reason"] else f"change complexity {row['complexity']}"
    names = ", ".join(public_name(person.name or person.email) for person in row["co_authors"])
    others = f"with {names}" if names else ""
    said = (public_name(row["author_name"]), others, when, size_words(row), kind, score)
    return Markdown(" · ".join([*(text(part) for part in said if part), *_reverts(row)]))


def _reverts(row: dict[str, Any]) -> list[Markdown]:
    """What a commit takes back, and what took it back later."""
    pairs = [("reverts", row["reverts"]), ("reverted by", row["reverted_by"])]
    return [Markdown(f"{words} {', '.join(code(one[:9]) for one in several)}") for words, several in pairs if several]


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _printable(words: str) -> str:
    """Text whose bytes are not UTF-8 with a mark in place of each such byte."""
    return words.encode(errors="replace").decode()
