"""The timeline: a page a month with one entry a commit, and the months with what each brought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from chronicle.documents.library import Chronicle
from chronicle.pages import addresses
from chronicle.pages.chart_sources import mined_line
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.figures.repository import activity_chart
from chronicle.pages.writing import Markdown, code, link, relative, table, text, twin, write
from chronicle.units import signed

MOST_COMMITS_A_MONTH = 500
"""Rows on one month's page; the rest of a busier month is in its JSON twin, and the page says so."""

UNDATED = "undated"


def timeline_pages(desk: Desk) -> Iterator[Entry]:
    """The index with a chart for each repository, and a page with a twin for each month."""
    chronicles = [one for one in desk.library.chronicles if not one.table.empty]
    months: dict[str, list[tuple[Chronicle, pd.DataFrame]]] = {}
    for one in chronicles:
        rows = one.table[one.table["is_on_head"]]
        for month, group in rows.groupby(month_of(rows), sort=False):
            months.setdefault(str(month), []).append((one, group))
    ordered = sorted(months, reverse=True)
    figures = [
        Markdown(desk.figure(activity_chart(one), addresses.TIMELINE) + mined_line([one]))
        for one in chronicles
        if one.table["committed"].notna().any()
    ]
    body = write(
        "timeline.md",
        figures=figures,
        months=table(
            ("Month", "Commits", "Authors", "Lines added", "Lines removed", "Files changed"),
            [_month_row(month, months[month]) for month in ordered],
            "lrrrrr",
        ),
        cut=[one.name for one in chronicles if one.history.is_cut],
        is_empty=not chronicles,
    )
    yield Entry(addresses.TIMELINE, body.encode())
    for place, month in enumerate(ordered):
        newer = ordered[place - 1] if place else None
        older = ordered[place + 1] if place + 1 < len(ordered) else None
        yield from _month(month, months[month], newer, older)


def month_of(table_: pd.DataFrame) -> pd.Series[Any]:
    """``2026-11`` for each commit by its committer date in UTC; ``undated`` where git could not read it."""
    months: pd.Series[Any] = table_["committed"].dt.strftime("%Y-%m").fillna(UNDATED)
    return months


def _month_row(month: str, groups: list[tuple[Chronicle, pd.DataFrame]]) -> tuple[object, ...]:
    rows = pd.concat([group for _, group in groups])
    return (
        link(month, relative(addresses.TIMELINE, addresses.month_page(month))),
        f"{len(rows):,}",
        f"{rows['author_email'].nunique():,}",
        f"{int(rows['lines_added'].sum()):,}",
        f"{int(rows['lines_removed'].sum()):,}",
        f"{int(rows['files_changed'].sum()):,}",
    )


def _month(month: str, groups: list[tuple[Chronicle, pd.DataFrame]], newer: str | None, older: str | None) -> Iterator[Entry]:
    uri = addresses.month_page(month)
    sections = [_section(one, group, uri, len(groups) > 1) for one, group in groups]
    count = sum(len(group) for _, group in groups)
    body = write(
        "month.md",
        month=month,
        sections=sections,
        count=count,
        shown=min(count, MOST_COMMITS_A_MONTH * len(groups)),
        newer=link(f"{newer} →", f"{newer}.md") if newer else None,
        older=link(f"← {older}", f"{older}.md") if older else None,
        up=link("All months", "index.md"),
        twin=link(f"{month}.json", f"{month}.json"),
    )
    yield Entry(uri, body.encode())
    yield Entry(f"timeline/{month}.json", twin([_plain(one, row) for one, group in groups for row in _rows(group)]))


def _section(chronicle: Chronicle, group: pd.DataFrame, uri: str, is_named: bool) -> Markdown:
    lines: list[str] = [f"## {text(chronicle.name)}", ""] if is_named else []
    for day, rows in group.head(MOST_COMMITS_A_MONTH).groupby(
        group["committed"].dt.strftime("%Y-%m-%d").fillna(UNDATED), sort=False
    ):
        lines += [f"{'###' if is_named else '##'} {text(day)}", "", '<ul class="timeline" markdown="1">', ""]
        lines += [_entry(chronicle, row, uri) for row in _rows(rows)]
        lines += ["", "</ul>", ""]
    return Markdown("\n".join(lines))


def _entry(chronicle: Chronicle, row: dict[str, Any], uri: str) -> str:
    commit = addresses.commit_link(chronicle, row["revision"], uri, None)
    classes = ' class="timeline__mark"' if row["is_breaking"] or row["is_root"] else ""
    subject = text(row["subject"] or "(no message)")
    return (
        f'<li id="{addresses.commit_anchor(row["revision"])}"{classes} markdown="span">'
        f'<strong>{subject}</strong> {commit} <span class="timeline__about">{_about(row)}</span></li>'
    )


def _about(row: dict[str, Any]) -> Markdown:
    """Author, time and size of a commit, in a few words."""
    when = "" if pd.isna(row["committed"]) else f"{row['committed']:%H:%M} UTC"
    if row["is_boundary"]:
        size = "history is cut here: what it changed is unknown"
    elif row["is_merge"]:
        size = "merge"
    else:
        size = f"{_plural(row['files_changed'], 'file')}, {signed(row['lines_added'])} {signed(-row['lines_removed'])} lines"
    kind = row["commit_type"] if row["type_source"] in ("declared", "house", "structural") else ""
    score = "" if row["complexity_reason"] else f"change complexity {row['complexity']}"
    others = f"with {', '.join(person.name or person.email for person in row['co_authors'])}" if row["co_authors"] else ""
    parts = [text(part) for part in (row["author_name"] or "(no name)", others, when, size, kind, score) if part]
    return Markdown(" · ".join([*parts, *_reverts(row)]))


def _reverts(row: dict[str, Any]) -> list[Markdown]:
    """What a commit takes back, and what took it back later."""
    pairs = [("reverts", row["reverts"]), ("reverted by", row["reverted_by"])]
    return [Markdown(f"{words} {', '.join(code(one[:9]) for one in several)}") for words, several in pairs if several]


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _rows(group: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in group.to_dict("records")]


def _plain(chronicle: Chronicle, row: dict[str, Any]) -> dict[str, object]:
    """A commit for the JSON twin; paths and messages are left to the repository."""
    names = ("revision", "author_name", "subject", "commit_type", "type_source", "scope", "change_mix")
    numbers = ("files_changed", "lines_added", "lines_removed", "net_lines", "binary_files", "complexity")
    return {
        "repository": chronicle.name,
        "committed_utc": None if pd.isna(row["committed"]) else row["committed"].isoformat(),
        "is_merge": bool(row["is_merge"]),
        **{name: str(row[name]).encode(errors="replace").decode() for name in names},
        **{name: int(row[name]) for name in numbers},
    }
