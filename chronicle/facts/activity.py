"""When a repository was worked on: commits, authors and lines by day and by week, quiet ones included."""

from __future__ import annotations

import pandas as pd

_SUMS = ("commits", "lines_added", "lines_removed", "authors")


def by_day(table: pd.DataFrame) -> pd.DataFrame:
    """One row a UTC day between the first commit and the last: ``day`` (datetime64[s, UTC], midnight), ``commits``
    (merges included), ``authors``, ``lines_added``, ``lines_removed``, all int64 and 0 on a quiet day.

    Commits on HEAD with a readable date, from a commit table (:func:`chronicle.facts.commits.commit_table`).
    """
    return _by(table, "day", "D")


def by_week(table: pd.DataFrame) -> pd.DataFrame:
    """As :func:`by_day` with a row a week; ``week`` is its Monday, midnight UTC."""
    return _by(table, "week", "W-MON")


def _by(table: pd.DataFrame, name: str, step: str) -> pd.DataFrame:
    rows = table[table["is_on_head"] & table["committed"].notna()]
    days = rows["committed"].dt.floor("D")
    starts = days - pd.to_timedelta(days.dt.day_of_week, unit="D") if name == "week" else days
    sums = (
        rows.assign(start=starts.astype("datetime64[s, UTC]"))
        .groupby("start")
        .agg(
            commits=("revision", "size"),
            authors=("author_email", "nunique"),
            lines_added=("lines_added", "sum"),
            lines_removed=("lines_removed", "sum"),
        )
    )
    if sums.empty:
        return pd.DataFrame({name: starts} | {column: pd.Series([], dtype="int64") for column in _SUMS})
    every = pd.date_range(sums.index.min(), sums.index.max(), freq=step, unit="s")
    return sums.reindex(every, fill_value=0).rename_axis(name).reset_index()
