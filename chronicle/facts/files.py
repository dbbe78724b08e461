"""Which files change most, and over how many people the changes of a file or folder are spread."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from chronicle.facts.commits import counted_lines
from chronicle.facts.paths import area_of, folder_of, language_of
from chronicle.facts.people import identity
from chronicle.records.commit import Person
from chronicle.records.history import History

Numbers = np.ndarray[Any, Any]


def hot_files(history: History, table: pd.DataFrame) -> pd.DataFrame:
    """One row a file of HEAD's history under the last name it had, most changed first.

    ``table`` is ``commit_table(history)``. Changes before a rename count for the file it became. Columns: ``path``,
    ``commits`` that changed it, ``authors`` (people, through mailmap), ``lines_added``, ``lines_removed``, ``first`` and
    ``last`` (committer dates, UTC), ``top_author`` (name) with the most commits to it and ``top_share`` of them (0–1),
    ``is_deleted`` (its newest change removed it), ``area``, ``language``.
    """
    changes = _changes(history, table)
    changes["group"] = _last_names(changes)
    found = _spread(changes)
    newest = changes.drop_duplicates("group").set_index("group")["kind"]
    found["is_deleted"] = (newest.reindex(found["path"]) == "D").to_numpy()
    found["area"] = [area_of(path) for path in found["path"]]
    found["language"] = [language_of(path) for path in found["path"]]
    return found


def ownership(history: History, table: pd.DataFrame, *, depth: int = 1) -> pd.DataFrame:
    """How the changes of each folder (its first ``depth`` parts; ``""`` is the top) are spread over people.

    Columns as in :func:`hot_files` up to ``top_share``, with ``path`` the folder, and ``authors_for_half``: the fewest
    people who together made half of the commits. It describes who changed what, and ranks nobody.
    """
    changes = _changes(history, table)
    changes["group"] = ["/".join(folder_of(path).split("/")[:depth]) for path in changes["path"]]
    return _spread(changes.drop_duplicates(["group", "commit", "path"]), with_half=True)


def _changes(history: History, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of commits on HEAD, newest first, with lines, date and person."""
    files = history.files
    commit = files["commit"].to_numpy()
    added, removed = counted_lines(files)
    people = [identity(Person(n, e)) for n, e in zip(table["author_name"], table["author_email"], strict=True)]
    rows = files[["commit", "kind", "path", "old_path"]].assign(
        lines_added=added,
        lines_removed=removed,
        committed=table["committed"].to_numpy()[commit] if len(commit) else pd.Series([], dtype="datetime64[s, UTC]"),
        person=np.array(people, dtype=object)[commit] if len(commit) else pd.Series([], dtype=object),
        author=table["author_name"].to_numpy()[commit] if len(commit) else pd.Series([], dtype=object),
    )
    on_head: Numbers = table["is_on_head"].to_numpy(dtype=bool)[commit]
    return rows.loc[on_head].reset_index(drop=True)


def _last_names(changes: pd.DataFrame) -> list[str]:
    """The newest name of the file of each row; rows come newest first, so a rename is met before what it renames."""
    newest: dict[str, str] = {}
    names = []
    for kind, path, old_path in zip(changes["kind"], changes["path"], changes["old_path"], strict=True):
        name = newest.get(path, path)
        names.append(name)
        if kind == "R":
            newest[old_path] = name
            newest.pop(path, None)  # an older file of this name is another file
        elif kind == "A":
            newest.pop(path, None)
    return names


def _spread(changes: pd.DataFrame, *, with_half: bool = False) -> pd.DataFrame:
    """One row a group of changes, most commits first."""
    once = changes.drop_duplicates(["group", "commit"])
    lines = changes.groupby("group")[["lines_added", "lines_removed"]].sum()
    each = (
        once.groupby(["group", "person"], sort=False).agg(commits=("commit", "size"), author=("author", "first")).reset_index()
    )
    each = each.sort_values(["group", "commits", "person"], ascending=[True, False, True])
    found = once.groupby("group").agg(
        commits=("commit", "size"), authors=("person", "nunique"), first=("committed", "min"), last=("committed", "max")
    )
    top = each.drop_duplicates("group").set_index("group")
    found = found.join(lines).join(top["author"].rename("top_author"))
    found["top_share"] = top["commits"] / found["commits"]
    if with_half:
        found["authors_for_half"] = _authors_for_half(each, found["commits"])
    columns = ["commits", "authors", "lines_added", "lines_removed", "first", "last", "top_author", "top_share"]
    ordered = found[columns + (["authors_for_half"] if with_half else [])].rename_axis("path").reset_index()
    return ordered.sort_values(["commits", "path"], ascending=[False, True], ignore_index=True)


def _authors_for_half(each: pd.DataFrame, commits: pd.Series[Any]) -> pd.Series[Any]:
    """Counted down the list of people, most commits first, until half is reached."""
    running = each.groupby("group")["commits"].cumsum()
    before = running - each["commits"]
    needed = before.to_numpy() < each["group"].map(commits).to_numpy() / 2
    return pd.Series(needed, index=each["group"]).groupby(level=0).sum()
