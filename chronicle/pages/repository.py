"""A page a repository: its releases, its people, the files that change most, and how its commits are counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from chronicle.documents.library import Chronicle
from chronicle.facts.bots import public_name
from chronicle.facts.complexity import PARTS, complexity_sentence, complexity_word
from chronicle.facts.files import hot_files, ownership
from chronicle.facts.people import contributors
from chronicle.facts.releases import Release, releases
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.timeline import month_of
from chronicle.pages.writing import Markdown, code, link, relative, slug, table, twin, write
from chronicle.units import signed

_SOURCES = {
    "declared": "declared",
    "house": "house prefix",
    "structural": "form of the subject",
    "guess": "guessed",
    "none": "not known",
}

MOST_ROWS = 20
"""Rows of each list on the page; the twin holds twenty times as many."""


def repository_pages(desk: Desk) -> Iterator[Entry]:
    """The list of repositories with the rules of counting, and a page with a twin for each that has a commit."""
    chronicles = desk.library.chronicles
    listing = table(("Repository", "Commits", "People", "Since", "Until"), [_summary(one) for one in chronicles], "lrrll")
    yield Entry(addresses.REPOSITORIES, write("repositories.md", repositories=listing, count=len(chronicles)).encode())
    yield Entry("repositories.json", twin([_plain_summary(one) for one in chronicles]))
    for one in chronicles:
        if not one.table.empty:
            yield from _page(one, desk)


def score_words(row: dict[str, Any]) -> str:
    """A commit's complexity with its parts, or why it has none."""
    if row["complexity_reason"]:
        return f"no score: {row['complexity_reason']}"
    sizes, spread, folders, rework = (int(row[f"complexity_{part}"]) for part in PARTS)
    return complexity_sentence(int(row["complexity"]), (sizes, spread, folders, rework))


def _summary(chronicle: Chronicle) -> tuple[object, ...]:
    if chronicle.table.empty:
        return (chronicle.name, 0, 0, None, None)
    rows = chronicle.table[chronicle.table["is_on_head"]]
    dates = rows["committed"].dropna()
    return (
        link(chronicle.name, relative(addresses.REPOSITORIES, addresses.repository_page(slug(chronicle.name)))),
        f"{len(rows):,}",
        f"{len(contributors(chronicle.table)):,}",
        None if dates.empty else f"{dates.min():%Y-%m-%d}",
        None if dates.empty else f"{dates.max():%Y-%m-%d}",
    )


def _plain_summary(chronicle: Chronicle) -> dict[str, object]:
    rows = chronicle.table[chronicle.table["is_on_head"]] if not chronicle.table.empty else chronicle.table
    dates = list(rows["committed"].dropna()) if len(rows) else []
    return {
        "schema": "chronicle.repositories/1",
        "name": chronicle.name,
        "head": chronicle.history.head,
        "is_cut": chronicle.history.is_cut,
        "commits": len(rows),
        "people": 0 if rows.empty else len(contributors(chronicle.table)),
        "since_utc": min(dates).isoformat() if len(dates) else None,
        "until_utc": max(dates).isoformat() if len(dates) else None,
    }


def _page(chronicle: Chronicle, desk: Desk) -> Iterator[Entry]:
    uri = addresses.repository_page(slug(chronicle.name))
    people = contributors(chronicle.table)
    files = hot_files(chronicle.history, chronicle.table)
    folders = ownership(chronicle.history, chronicle.table)
    published = releases(chronicle.history)
    body = write(
        "repository.md",
        name=chronicle.name,
        head=code(str(chronicle.history.head)[:12]),
        is_cut=chronicle.history.is_cut,
        releases=_releases_table(published) if published else None,
        people=_people_table(people.head(MOST_ROWS)),
        more_people=max(0, len(people) - MOST_ROWS),
        everybody=addresses.list_link("All contributors", addresses.CONTRIBUTORS, uri, desk.library),
        files=_files_table(files[~files["is_deleted"]].head(MOST_ROWS)),
        folders=_folders_table(folders.head(MOST_ROWS)),
        types=_types_table(chronicle.table),
        largest=_largest_table(chronicle, uri, desk),
        up=link("How commits are counted", relative(uri, f"{addresses.REPOSITORIES}#counting")),
    )
    yield Entry(uri, body.encode(errors="replace"))
    plain = {
        "schema": "chronicle.repository/1",
        "name": chronicle.name,
        "head": chronicle.history.head,
        "releases": [_plain_release(one) for one in published],
        "files": [_plain_row(row) for row in files.head(20 * MOST_ROWS).to_dict("records")],
        "folders": [_plain_row(row) for row in folders.head(20 * MOST_ROWS).to_dict("records")],
    }
    yield Entry(uri.removesuffix(".md") + ".json", twin(plain))


def _releases_table(published: tuple[Release, ...]) -> Markdown:
    rows = [
        (
            one.name,
            code(one.revision[:9]),
            f"{one.released.datetime:%Y-%m-%d}" if one.released.datetime else None,
            f"{len(one.revisions):,}",
            one.previous,
            "pre-release" if one.is_prerelease else "",
        )
        for one in published[: 5 * MOST_ROWS]
    ]
    return table(("Release", "Revision", "Date", "New commits", "After", ""), rows, "lllrll")


def _people_table(people: pd.DataFrame) -> Markdown:
    rows = [
        (
            public_name(row["name"]),
            f"{row['commits']:,}",
            f"{row['co_authored']:,}",
            _lines(row),
            _day(row["first"]),
            _day(row["last"]),
        )
        for row in people.to_dict("records")
    ]
    return table(("Name", "Commits", "Co-authored", "Lines", "First", "Last"), rows, "lrrrll")


def _files_table(files: pd.DataFrame) -> Markdown:
    rows = [
        (
            code(_printable(row["path"])),
            f"{row['commits']:,}",
            f"{row['authors']:,}",
            _lines(row),
            row["area"],
            _day(row["last"]),
        )
        for row in files.to_dict("records")
    ]
    return table(("File", "Commits", "People", "Lines", "Area", "Last"), rows, "lrrrll")


def _folders_table(folders: pd.DataFrame) -> Markdown:
    rows = [
        (
            code(_printable(row["path"]) or "/"),
            f"{row['commits']:,}",
            f"{row['authors']:,}",
            f"{row['authors_for_half']:,}",
            f"{100 * row['top_share']:.0f} %",
        )
        for row in folders.to_dict("records")
    ]
    return table(("Folder", "Commits", "People", "Make half of them", "Most by one"), rows, "lrrrr")


def _types_table(commits: pd.DataFrame) -> Markdown:
    """How many commits have which type, and where the type is known from; guesses say so."""
    rows = commits[commits["is_on_head"]]
    counted = (
        rows.groupby(["commit_type", "type_source"]).size().sort_values(ascending=False, kind="stable").reset_index(name="n")
    )
    cells = [(row["commit_type"], _SOURCES[row["type_source"]], f"{row['n']:,}") for row in counted.to_dict("records")]
    return table(("Type", "Known from", "Commits"), cells, "llr")


def _largest_table(chronicle: Chronicle, uri: str, desk: Desk) -> Markdown:
    scored = chronicle.table[(chronicle.table["complexity_reason"] == "") & chronicle.table["is_on_head"]]
    chosen = scored.sort_values("complexity", ascending=False, kind="stable").head(10)
    rows = []
    for row, month in zip(chosen.to_dict("records"), month_of(chosen), strict=True):
        commit = desk.commit_link(chronicle, row["revision"], uri, month)
        rows.append(
            (commit, row["subject"], complexity_word(int(row["complexity"])), score_words({str(k): v for k, v in row.items()}))
        )
    return table(("Commit", "Subject", "Size", "Change complexity"), rows)


def _plain_release(one: Release) -> dict[str, object]:
    released = one.released.datetime
    return {
        "name": one.name,
        "revision": one.revision,
        "released_utc": released.isoformat() if released else None,
        "previous": one.previous,
        "is_prerelease": one.is_prerelease,
        "commits": list(one.revisions),
    }


def _plain_row(row: dict[Any, Any]) -> dict[str, object]:
    """A row of a table as JSON values; people are left to the page, their addresses to git."""
    kept = {str(name): value for name, value in row.items() if name not in ("top_author", "first", "last")}
    plain = {name: value.item() if hasattr(value, "item") else value for name, value in kept.items()}
    return {name: _printable(value) if isinstance(value, str) else value for name, value in plain.items()}


def _lines(row: dict[Any, Any]) -> str:
    return f"{signed(int(row['lines_added']))} {signed(-int(row['lines_removed']))}"


def _day(when: Any) -> str | None:
    return None if pd.isna(when) else f"{when:%Y-%m-%d}"


def _printable(path: str) -> str:
    """A path whose bytes are not UTF-8 with a mark in place of each such byte."""
    return path.encode(errors="replace").decode()
