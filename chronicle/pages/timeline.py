"""The timeline: a page a month with one entry a commit, and the months and the releases with what each brought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from chronicle.documents.library import Chronicle
from chronicle.pages import addresses
from chronicle.pages.chart_sources import mined_line
from chronicle.pages.commit_rows import MOST_COMMITS, UNDATED, by_days, plain_commit, records
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.figures.repository import activity_chart
from chronicle.pages.release_pages import release_pages, releases_table
from chronicle.pages.writing import Markdown, link, relative, table, text, twin, write


def timeline_pages(desk: Desk) -> Iterator[Entry]:
    """The index with a chart for each repository, and a page with a twin for each month and each release."""
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
        releases=releases_table(desk, addresses.TIMELINE),
        months=table(
            ("Month", "Commits", "Authors", "Lines added", "Lines removed", "Files changed"),
            [_month_row(month, months[month]) for month in ordered],
            "lrrrrr",
        ),
        cut=[one.name for one in chronicles if one.history.is_cut],
        is_empty=not chronicles,
    )
    yield Entry(addresses.TIMELINE, body.encode())
    yield Entry("timeline.json", twin([_plain_month(month, months[month]) for month in ordered]))
    yield from release_pages(desk)
    for place, month in enumerate(ordered):
        newer = ordered[place - 1] if place else None
        older = ordered[place + 1] if place + 1 < len(ordered) else None
        yield from _month(month, months[month], newer, older, desk)


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


def _month(
    month: str, groups: list[tuple[Chronicle, pd.DataFrame]], newer: str | None, older: str | None, desk: Desk
) -> Iterator[Entry]:
    uri = addresses.month_page(month)
    sections = [_section(one, group, uri, len(groups) > 1, desk) for one, group in groups]
    count = sum(len(group) for _, group in groups)
    body = write(
        "month.md",
        month=month,
        sections=sections,
        count=count,
        shown=min(count, MOST_COMMITS * len(groups)),
        newer=link(f"{newer} →", f"{newer}.md") if newer else None,
        older=link(f"← {older}", f"{older}.md") if older else None,
        up=link("All months", "index.md"),
        twin=link(f"{month}.json", f"{month}.json"),
    )
    yield Entry(uri, body.encode())
    yield Entry(f"timeline/{month}.json", twin([plain_commit(one, row) for one, group in groups for row in records(group)]))


def _section(chronicle: Chronicle, group: pd.DataFrame, uri: str, is_named: bool, desk: Desk) -> Markdown:
    title = f"## {text(chronicle.name)}\n\n" if is_named else ""
    return Markdown(title + by_days(chronicle, group, uri, desk, 3 if is_named else 2))


def _plain_month(month: str, groups: list[tuple[Chronicle, pd.DataFrame]]) -> dict[str, object]:
    rows = pd.concat([group for _, group in groups])
    return {
        "schema": "chronicle.timeline/1",
        "month": month,
        "commits": len(rows),
        "authors": int(rows["author_email"].nunique()),
        **{name: int(rows[name].sum()) for name in ("lines_added", "lines_removed", "files_changed")},
    }
