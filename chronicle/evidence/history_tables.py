"""Stored columns as the two tables of a history: each commit once, newest first, files beside their commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from chronicle.evidence.history_columns import Columns
from chronicle.records.commit import LAST_SECOND

Numbers = np.ndarray[Any, Any]

_FIRST_INT64 = np.iinfo(np.int64).min


def build_tables(columns: Columns, head: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The ``commits`` and ``files`` tables that :class:`chronicle.records.history.History` describes.

    Two builds at once may have stored a commit twice; the first stored row stays.
    """
    revisions = columns.text("revision")
    rank_of = dict(zip(reversed(revisions), range(len(revisions) - 1, -1, -1), strict=True))
    parents = [(text,) if len(text) in (40, 64) else tuple(text.split()) for text in columns.text("parents")]
    edges = _edges(parents, rank_of)
    order = newest_first(revisions, columns.number("committed"), edges)
    if len(rank_of) < len(revisions):
        order = order[np.isin(order, np.fromiter(rank_of.values(), dtype=np.int64))]
    on_head = _reachable(rank_of.get(head or ""), edges, order, len(revisions))
    commits = _commit_table(columns, order, revisions, parents, on_head)
    return commits, _file_table(columns, order, commits["revision"].to_numpy())


def newest_first(revisions: Sequence[str], committed: Numbers, edges: tuple[Numbers, Numbers]) -> Numbers:
    """The row numbers, newest commit first and every commit before its parents.

    Clocks are wrong, so a date alone does not do: a commit counts as committed at the latest of its own date and one
    second after each of its parents (git's "corrected commit date"). Equal seconds are settled by hash. The result
    depends on the set of commits only, not on the order in which they were read. ``edges`` are child and parent rows.
    """
    dates = committed.astype(np.int64, copy=True)
    children, parents = edges
    if (dates[parents] >= dates[children]).any():
        dates = _raised_above_parents(dates, children, parents)
    by_hash = np.array(revisions, dtype="S") if len(revisions) else np.empty(0, dtype="S40")
    return np.lexsort((by_hash, -dates))


def _raised_above_parents(dates: Numbers, children: Numbers, parents: Numbers) -> Numbers:
    """Walk from the roots, each commit after all its parents; linear in the number of edges."""
    raised: list[int] = np.maximum(dates, _FIRST_INT64 + 1).tolist()
    waits_for = np.bincount(children, minlength=len(raised)).tolist()
    children_of: list[list[int]] = [[] for _ in raised]
    for child, parent in zip(children.tolist(), parents.tolist(), strict=True):
        children_of[parent].append(child)
    ready = [row for row, count in enumerate(waits_for) if not count]
    while ready:
        parent = ready.pop()
        for child in children_of[parent]:
            raised[child] = max(raised[child], raised[parent] + 1)
            waits_for[child] -= 1
            if not waits_for[child]:
                ready.append(child)
    return np.array(raised, dtype=np.int64)


def _edges(parents: Sequence[tuple[str, ...]], rank_of: dict[str, int]) -> tuple[Numbers, Numbers]:
    """Rows of children and of their parents, where both are known."""
    counts = np.fromiter(map(len, parents), dtype=np.int64, count=len(parents))
    rows = np.array([rank_of.get(parent, -1) for several in parents for parent in several], dtype=np.int64)
    known = rows >= 0
    return np.repeat(np.arange(len(parents)), counts)[known], rows[known]


def _reachable(head: int | None, edges: tuple[Numbers, Numbers], order: Numbers, count: int) -> Numbers:
    """Which rows the row ``head`` leads to: all, where only ``head`` has no child; else one pass from child to parent."""
    children, parents = edges
    if head is None:
        return np.zeros(count, dtype=bool)
    if np.flatnonzero(np.bincount(parents, minlength=count) == 0).tolist() == [head]:
        return np.ones(count, dtype=bool)
    seen = bytearray(count)
    seen[head] = 1
    parents_of: list[list[int]] = [[] for _ in range(count)]
    for child, parent in zip(children.tolist(), parents.tolist(), strict=True):
        parents_of[child].append(parent)
    for row in order.tolist():
        if seen[row]:
            for parent in parents_of[row]:
                seen[parent] = 1
    return np.frombuffer(bytes(seen), dtype=np.uint8).astype(bool)


def _commit_table(
    columns: Columns, order: Numbers, revisions: Sequence[str], parents: Sequence[tuple[str, ...]], on_head: Numbers
) -> pd.DataFrame:
    parent_column = np.empty(len(parents), dtype=object)
    parent_column[:] = parents
    table: dict[str, Any] = {
        "revision": _texts(revisions, order),
        "parents": pd.Series(parent_column[order], dtype=object),
        "tree": _texts(columns.text("tree"), order),
    }
    for person, date in (("author", "authored"), ("committer", "committed")):
        table[f"{person}_name"] = pd.Series(columns.words(f"{person}_name")[order], dtype=object)
        table[f"{person}_email"] = pd.Series(columns.words(f"{person}_email")[order], dtype=object)
        table[date] = _dates(columns.number(date)[order])
        table[f"{date}_zone_minutes"] = columns.number(f"{date}_zone_minutes")[order]
    table["encoding"] = pd.Series(columns.words("encoding")[order], dtype=object)
    table["message"] = _texts(columns.text("message"), order)
    table["is_boundary"] = columns.number("is_boundary")[order].astype(bool)
    table["is_on_head"] = on_head[order]
    table["unread"] = pd.Series(columns.words("unread")[order], dtype=object)
    return pd.DataFrame(table)


def _file_table(columns: Columns, order: Numbers, revisions: Numbers) -> pd.DataFrame:
    """The rows of the ordered commits: one gather over row numbers, no join."""
    rows = columns.number("rows").astype(np.int64)
    starts = np.concatenate(([0], np.cumsum(rows)[:-1])) if len(rows) else rows
    counts = rows[order]
    commit = np.repeat(np.arange(len(order), dtype=np.int32), counts)
    inside = np.arange(len(commit)) - np.repeat(np.cumsum(counts) - counts, counts)
    take = np.repeat(starts[order], counts) + inside
    return pd.DataFrame(
        {
            "commit": commit,
            "revision": pd.Series(revisions[commit], dtype=object),
            "kind": pd.Series(columns.words("kind")[take], dtype=object),
            "path": pd.Series(columns.words("path")[take], dtype=object),
            "old_path": pd.Series(columns.words("old_path", empty=None)[take], dtype=object),
            "added": _counts(columns.number("added")[take]),
            "removed": _counts(columns.number("removed")[take]),
            "uncounted": pd.Series(columns.words("uncounted")[take], dtype=object),
            "old_mode": columns.number("old_mode")[take],
            "new_mode": columns.number("new_mode")[take],
        }
    )


def _texts(values: Sequence[str], order: Numbers) -> pd.Series[Any]:
    """Always object: a column of pandas' own text type cannot hold the surrogate escapes of a path."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return pd.Series(column[order], dtype=object)


def _dates(seconds: Numbers) -> pd.Series[Any]:
    """UTC dates clamped to 1970–9999; NaT where git printed none."""
    dates = np.clip(seconds, 0, LAST_SECOND).astype("datetime64[s]")
    dates[seconds == _FIRST_INT64] = np.datetime64("NaT")
    return pd.Series(dates).dt.tz_localize("UTC")


def _counts(numbers: Numbers) -> pd.Series[Any]:
    return pd.Series(pd.arrays.IntegerArray(np.maximum(numbers, 0), numbers < 0))
