"""Commit metrics of a range: what an episode, a release or a month of commits amounts to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from chronicle.facts.commits import commit_table, counted_lines
from chronicle.facts.paths import AREAS, area_of, folder_of, language_of
from chronicle.facts.people import identity
from chronicle.records.commit import CHANGE_KINDS, Person
from chronicle.records.history import History


@dataclass(frozen=True, slots=True)
class Tally:
    """A named count with the lines that belong to it: files and lines of a language, of an area, commits of a type."""

    name: str
    count: int
    lines_added: int = 0
    lines_removed: int = 0


@dataclass(frozen=True, slots=True)
class CommitMetrics:
    """What a set of commits changed. Merges are counted as commits and carry no files or lines.

    ``file_changes`` counts rows (a file changed in two commits twice), ``files_changed`` distinct paths. ``change_mix`` is
    the rows of each kind in the order A M D R C T. Lines leave out binary, generated and unreadable files, which are
    counted beside them. ``complexity_total`` sums the scores of commits that have one (``scored_commits`` of them);
    ``complexity_median`` and ``complexity_max`` are None where none has. ``missing`` are revisions asked for that the
    history does not hold: the numbers then do not cover them, and a page must say so.
    """

    revisions: tuple[str, ...]
    missing: tuple[str, ...]
    commits: int
    merges: int
    authors: int
    co_authors: int
    first: datetime | None
    last: datetime | None
    files_changed: int
    file_changes: int
    lines_added: int
    lines_removed: int
    change_mix: tuple[int, int, int, int, int, int]
    binary_files: int
    generated_files: int
    unreadable_files: int
    lines_per_file: float | None
    directories: int
    languages: tuple[Tally, ...]
    areas: tuple[Tally, ...]
    types: tuple[Tally, ...]
    declared_types: int
    commits_with_tests: int
    commits_with_docs: int
    breaking_changes: int
    reverts: int
    complexity_total: int
    complexity_median: float | None
    complexity_max: int | None
    scored_commits: int

    @property
    def net_lines(self) -> int:
        return self.lines_added - self.lines_removed

    @property
    def tests_touched(self) -> bool:
        return self.commits_with_tests > 0

    @property
    def docs_touched(self) -> bool:
        return self.commits_with_docs > 0

    @property
    def change_mix_text(self) -> str:
        """``A:3, M:5, D:0``: the first three kinds always, the rarer R C T where they occur."""
        pairs = zip(CHANGE_KINDS, self.change_mix, strict=True)
        return ", ".join(f"{letter}:{number}" for letter, number in pairs if number or letter in "AMD")


def range_metrics(history: History, revisions: Collection[str], *, table: pd.DataFrame | None = None) -> CommitMetrics:
    """The metrics of ``revisions`` (full hashes, each counted once) in ``history``.

    ``table`` is ``commit_table(history)`` where the caller has it already; many ranges then cost milliseconds each.
    """
    table = commit_table(history) if table is None else table
    asked = set(revisions)
    chosen = table["revision"].isin(asked).to_numpy()
    rows = table[chosen]
    files = history.files[chosen[history.files["commit"].to_numpy()]]
    held = set(rows["revision"])
    scored = rows.loc[rows["complexity_reason"] == "", "complexity"]
    people = {identity(Person(n, e)) for n, e in zip(rows["author_name"], rows["author_email"], strict=True)}
    others = {identity(person) for several in rows["co_authors"] for person in several} - people
    dates = rows["committed"].dropna()
    lines = int(rows["lines_added"].sum() + rows["lines_removed"].sum())
    counted = len(files) - int(rows[["binary_files", "generated_files", "unreadable_files", "submodule_bumps"]].sum().sum())
    return CommitMetrics(
        revisions=tuple(rows["revision"]),
        missing=tuple(sorted(asked - held)),
        commits=len(rows),
        merges=int(rows["is_merge"].sum()),
        authors=len(people),
        co_authors=len(others),
        first=dates.min().to_pydatetime() if len(dates) else None,
        last=dates.max().to_pydatetime() if len(dates) else None,
        files_changed=int(files["path"].nunique()),
        file_changes=len(files),
        lines_added=int(rows["lines_added"].sum()),
        lines_removed=int(rows["lines_removed"].sum()),
        change_mix=_mix(rows),
        binary_files=int(rows["binary_files"].sum()),
        generated_files=int(rows["generated_files"].sum()),
        unreadable_files=int(rows["unreadable_files"].sum()),
        lines_per_file=lines / counted if counted > 0 else None,
        directories=len({folder_of(path) for path in files["path"]}),
        languages=_tallies(files, [language_of(path) for path in files["path"]]),
        areas=_in_area_order(_tallies(files, [area_of(path) for path in files["path"]])),
        types=_type_tallies(rows),
        declared_types=int(rows["type_source"].isin(["declared", "house", "structural"]).sum()),
        commits_with_tests=int(rows["tests_touched"].sum()),
        commits_with_docs=int(rows["docs_touched"].sum()),
        breaking_changes=int(rows["is_breaking"].sum()),
        reverts=int(rows["reverts"].map(bool).sum()),
        complexity_total=int(scored.sum()),
        complexity_median=float(np.median(scored)) if len(scored) else None,
        complexity_max=int(scored.max()) if len(scored) else None,
        scored_commits=len(scored),
    )


def _mix(rows: pd.DataFrame) -> tuple[int, int, int, int, int, int]:
    a, m, d, r, c, t = (int(rows[f"files_{letter}"].sum()) for letter in CHANGE_KINDS)
    return a, m, d, r, c, t


def _tallies(files: pd.DataFrame, names: list[str]) -> tuple[Tally, ...]:
    """Distinct files and lines under each name, most lines first; files without a name are left out."""
    paths: dict[str, set[str]] = {}
    lines: dict[str, tuple[int, int]] = {}
    added, removed = counted_lines(files)
    for name, path, more, less in zip(names, files["path"], added.tolist(), removed.tolist(), strict=True):
        if name:
            paths.setdefault(name, set()).add(path)
            known = lines.get(name, (0, 0))
            lines[name] = (known[0] + more, known[1] + less)
    found = [Tally(name, len(several), *lines[name]) for name, several in paths.items()]
    return tuple(sorted(found, key=lambda t: (-(t.lines_added + t.lines_removed), -t.count, t.name)))


def _in_area_order(tallies: tuple[Tally, ...]) -> tuple[Tally, ...]:
    return tuple(sorted(tallies, key=lambda t: AREAS.index(t.name)))


def _type_tallies(rows: pd.DataFrame) -> tuple[Tally, ...]:
    """Commits of each type, most first; merges are left out, they have no type of their own."""
    found: dict[str, Tally] = {}
    columns = (rows[name].tolist() for name in ("is_merge", "commit_type", "lines_added", "lines_removed"))
    for is_merge, kind, added, removed in zip(*columns, strict=True):
        if not is_merge:
            known = found.get(kind, Tally(kind, 0))
            found[kind] = Tally(kind, known.count + 1, known.lines_added + added, known.lines_removed + removed)
    return tuple(sorted(found.values(), key=lambda t: (-t.count, t.name)))
