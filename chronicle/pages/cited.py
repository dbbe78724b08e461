"""``commits.json``: the commits that episodes cite, with what is needed to add up an episode's metrics again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.writing import twin
from chronicle.records.commit import CHANGE_KINDS

CITED = "commits.json"
SCHEMA = "chronicle.commits/1"
SUMMED = ("commits", "files_changed", "file_changes", "lines_added", "lines_removed", "net_change", "change_mix")

Row = Mapping[str, Any]


def cited_commits(desk: Desk) -> Iterator[Entry]:
    """The file; nothing where no episode cites a commit that is there.

    A file of a commit is a number, the same for the same path: paths are left to the repository.
    """
    rows = {}
    for chronicle in desk.library.chronicles:
        cited = {one for episode in desk.library.episodes if episode.repository == chronicle.name for one in episode.revisions}
        if cited:
            rows[chronicle.name] = _rows(chronicle.history.files, chronicle.table, cited)
    if rows:
        yield Entry(CITED, twin({"schema": SCHEMA, "repositories": rows}))


def _rows(files: Any, table: Any, cited: set[str]) -> dict[str, Row]:
    chosen = table.reset_index(drop=True)[table["revision"].isin(cited).to_numpy()]
    touched = files[files["commit"].isin(chosen.index)]
    number = {path: place for place, path in enumerate(sorted(touched["path"].unique()))}
    of_commit = {place: [number[path] for path in paths] for place, paths in touched.groupby("commit")["path"]}
    return {
        str(row["revision"]): {
            "files": of_commit.get(place, []),
            "lines_added": int(row["lines_added"]),
            "lines_removed": int(row["lines_removed"]),
            **{f"files_{letter}": int(row[f"files_{letter}"]) for letter in CHANGE_KINDS},
        }
        for place, row in zip(chosen.index, chosen.to_dict("records"), strict=True)
    }


def summed(rows: Sequence[Row]) -> dict[str, Any]:
    """The metrics of some commits, from their rows alone, under the names of :data:`SUMMED`."""
    added, removed = sum(row["lines_added"] for row in rows), sum(row["lines_removed"] for row in rows)
    mix = [(letter, sum(row[f"files_{letter}"] for row in rows)) for letter in CHANGE_KINDS]
    return {
        "commits": len(rows),
        "files_changed": len({number for row in rows for number in row["files"]}),
        "file_changes": sum(len(row["files"]) for row in rows),
        "lines_added": added,
        "lines_removed": removed,
        "net_change": added - removed,
        "change_mix": ", ".join(f"{letter}:{number}" for letter, number in mix if number or letter in "AMD"),
    }
