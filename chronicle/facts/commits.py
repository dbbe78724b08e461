"""The commit table: each commit of a history with its metrics, type, areas, complexity, people and reverts.

Everything here follows from the raw tables of a :class:`~chronicle.records.history.History` and nothing else.

=========================  =====================  ================================================================
column                     dtype                  meaning
=========================  =====================  ================================================================
``revision``               object (str)           full hash
``committed``              datetime64[s, UTC]     committer date: the axis of every page; NaT if unreadable
``authored``               datetime64[s, UTC]     author date
``committed_zone_minutes`` int32                  the committer's zone, minutes east of UTC
``author_name``            object (str)           through mailmap; raw text of a stranger: escape it
``author_email``           object (str)           through mailmap
``co_authors``             object (tuple)         :class:`Person` of each co-author trailer, through mailmap
``subject``, ``body``      object (str)           first paragraph on one line; the rest
``pull_request``           Int64                  number in a subject ending ``(#12)``, else NA
``is_merge``, ``is_root``  bool                   more than one parent; none at all
``is_boundary``            bool                   cut by a shallow clone: files unknown
``is_on_head``             bool                   reachable from HEAD
``unread``                 object (str)           ``""``, ``lines`` or ``files`` could not be read
``files_changed``          int64                  rows, submodules and symbolic links among them; 0 for a merge
``lines_added``            int64                  sum over files git counts; a moved submodule counts no lines
``lines_removed``          int64                  likewise
``net_lines``              int64                  added − removed
``files_A`` … ``files_T``  int64                  rows of each kind; the six add up to ``files_changed``
``change_mix``             object (str)           ``A:3 M:5 D:1``, kinds that occur
``binary_files``           int64                  rows without line counts because binary
``generated_files``        int64                  rows not counted because a program writes them
``unreadable_files``       int64                  rows not counted because the object is missing
``submodule_bumps``        int64                  rows that move a submodule
``mode_changes``           int64                  rows that change only the file mode
``symlinks``               int64                  rows of symbolic links
``lines_per_file``         Float64                (added + removed) / counted files; NA without one
``directories``            int64                  distinct folders touched
``areas``                  object (tuple of str)  areas touched, in the order of ``paths.AREAS``
``tests_touched``          bool                   a path of area ``tests``
``docs_touched``           bool                   a path of area ``docs``
``renames_skipped``        bool                   too many files for git to look for renames
``commit_type``            object (str)           a type or ``undeclared``
``type_source``            object (str)           ``declared``, ``house``, ``structural``, ``guess`` or ``none``
``scope``                  object (str)           of a conventional commit
``is_breaking``            bool                   ``!`` or a BREAKING CHANGE footer
``complexity``             int64                  1–100, see :mod:`chronicle.facts.complexity`
``complexity_size`` …      int64                  its four parts, in points
``complexity_reason``      object (str)           why there is no real score (show "–"), else empty
``reverts``                object (tuple of str)  full hashes this commit says it reverts, as far as known
``reverted_by``            object (tuple of str)  full hashes of the commits that revert it
=========================  =====================  ================================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from chronicle.facts.commit_types import HOUSE_PREFIXES, CommitType, commit_type
from chronicle.facts.complexity import complexity_table
from chronicle.facts.paths import AREAS, area_of, folder_of
from chronicle.facts.people import Mailmap, co_authors
from chronicle.records.commit import CHANGE_KINDS, Person, split_message
from chronicle.records.history import History

Numbers = np.ndarray[Any, Any]

RENAME_LIMIT = 1000
"""git compares added with deleted files while their numbers multiplied stay below the square of this."""

_SUBMODULE = 0o160000
_SYMLINK = 0o120000
_REVERTS = re.compile(r"^This reverts commit ([0-9a-f]{7,64})", re.MULTILINE)
_PULL_REQUEST = re.compile(r"\(#(\d+)\)$")


def commit_table(history: History, *, house_prefixes: Mapping[str, str] = HOUSE_PREFIXES) -> pd.DataFrame:
    """One row a commit, in the order of ``history.commits`` (newest first), with the columns that the module lists.

    ``house_prefixes`` maps a project's own prefixes in capitals to types.
    """
    commits, count = history.commits, len(history.commits)
    table = commits[
        ["revision", "committed", "authored", "committed_zone_minutes", "is_boundary", "is_on_head", "unread"]
    ].copy()
    messages = [split_message(message) for message in commits["message"]]
    table["subject"] = _objects([subject for subject, _ in messages])
    table["body"] = _objects([body for _, body in messages])
    parents = np.array([len(several) for several in commits["parents"]], dtype=np.int64)
    table["is_merge"] = parents > 1
    table["is_root"] = (parents == 0) & ~table["is_boundary"].to_numpy(dtype=bool)
    numbers = table["subject"].str.extract(_PULL_REQUEST, expand=False) if count else pd.Series([], dtype=object)
    table["pull_request"] = pd.to_numeric(numbers.where(numbers.str.len() < 10)).astype("Int64")
    for name, column in _people(history).items():
        table[name] = column
    for part in (_line_counts(history.files, count), _area_facts(history.files, count)):
        table = pd.concat([table, part], axis=1)
    table = pd.concat([table, _types(table, house_prefixes), _complexity(history.files, table)], axis=1)
    table["reverts"], table["reverted_by"] = _reverts(table["revision"], table["body"])
    return table


def _people(history: History) -> dict[str, pd.Series[Any]]:
    mailmap = Mailmap.read(history.mailmap)
    commits = history.commits
    written = [Person(name, email) for name, email in zip(commits["author_name"], commits["author_email"], strict=True)]
    proper = {person: mailmap.resolve(person) for person in set(written)}
    authors = [proper[person] for person in written]
    messages = zip(commits["message"], authors, strict=True)
    return {
        "author_name": _objects([author.name for author in authors]),
        "author_email": _objects([author.email for author in authors]),
        "co_authors": _objects([co_authors(message, author, mailmap) for message, author in messages]),
    }


def _line_counts(files: pd.DataFrame, count: int) -> pd.DataFrame:
    """Sums over the rows of each commit; numpy counts, since a group-by over text columns costs ten times as much."""
    commit = files["commit"].to_numpy()
    added, removed = counted_lines(files)
    new_mode, old_mode = files["new_mode"].to_numpy(), files["old_mode"].to_numpy()
    uncounted, kind = files["uncounted"].to_numpy(), files["kind"].to_numpy()
    is_submodule = (new_mode == _SUBMODULE) | (old_mode == _SUBMODULE)
    is_mode_only = (kind == "M") & (uncounted == "") & (added + removed == 0) & (new_mode != old_mode)

    def per_commit(mask: Numbers) -> Numbers:
        return np.bincount(commit[np.asarray(mask, dtype=bool)], minlength=count)

    sums = {
        "files_changed": np.bincount(commit, minlength=count),
        "lines_added": np.bincount(commit, added, minlength=count).astype(np.int64),
        "lines_removed": np.bincount(commit, removed, minlength=count).astype(np.int64),
    }
    sums["net_lines"] = sums["lines_added"] - sums["lines_removed"]
    kinds = {letter: per_commit(kind == letter) for letter in CHANGE_KINDS}
    sums |= {f"files_{letter}": numbers for letter, numbers in kinds.items()}
    sums |= {
        "binary_files": per_commit(uncounted == "binary"),
        "generated_files": per_commit(uncounted == "generated"),
        "unreadable_files": per_commit(uncounted == "unreadable"),
        "submodule_bumps": per_commit(is_submodule),
        "mode_changes": per_commit(is_mode_only),
        "symlinks": per_commit(np.where(kind == "D", old_mode, new_mode) == _SYMLINK),
    }
    counted = per_commit((uncounted == "") & ~is_submodule)
    lines = sums["lines_added"] + sums["lines_removed"]
    table = pd.DataFrame(sums)
    table["lines_per_file"] = pd.Series(pd.arrays.FloatingArray(lines / np.maximum(counted, 1), counted == 0))
    table["renames_skipped"] = kinds["A"] * kinds["D"] > RENAME_LIMIT**2
    mixes = list(zip(*(numbers.tolist() for numbers in kinds.values()), strict=True))
    text_of = {mix: change_mix_text(mix) for mix in set(mixes)}
    table["change_mix"] = _objects([text_of[mix] for mix in mixes])
    return table


def counted_lines(files: pd.DataFrame) -> tuple[Numbers, Numbers]:
    """Lines added and removed per row of a files table; 0 where git counts none and for a submodule, whose "line" is a hash."""
    is_submodule = ((files["new_mode"] == _SUBMODULE) | (files["old_mode"] == _SUBMODULE)).to_numpy()
    sides = (files[name].to_numpy(dtype=np.int64, na_value=0) for name in ("added", "removed"))
    added, removed = (np.where(is_submodule, 0, side) for side in sides)
    return added, removed


def change_mix_text(counts: tuple[int, ...]) -> str:
    """``A:3 M:5`` for counts in the order A M D R C T; kinds that do not occur are left out."""
    return " ".join(f"{letter}:{number}" for letter, number in zip(CHANGE_KINDS, counts, strict=True) if number)


def _area_facts(files: pd.DataFrame, count: int) -> pd.DataFrame:
    commit = files["commit"].to_numpy(dtype=np.int64)
    path_codes, paths = pd.factorize(files["path"])
    bit_of_path = np.array([1 << AREAS.index(area_of(path)) for path in paths], dtype=np.int64)
    mask = np.zeros(count, dtype=np.int64)
    if len(commit):
        np.bitwise_or.at(mask, commit, bit_of_path[path_codes])
    names = {value: tuple(area for i, area in enumerate(AREAS) if value >> i & 1) for value in np.unique(mask).tolist()}
    folder_codes, _ = pd.factorize(np.array([folder_of(path) for path in paths], dtype=object))
    pairs = np.unique(commit << 32 | (folder_codes[path_codes] if len(commit) else path_codes))
    return pd.DataFrame(
        {
            "areas": _objects([names[value] for value in mask.tolist()]),
            "tests_touched": mask >> AREAS.index("tests") & 1 > 0,
            "docs_touched": mask >> AREAS.index("docs") & 1 > 0,
            "directories": np.bincount(pairs >> 32, minlength=count),
        }
    )


def _types(table: pd.DataFrame, house: Mapping[str, str]) -> pd.DataFrame:
    rows = zip(table["subject"], table["body"], table["is_merge"], table["areas"], strict=True)
    types: list[CommitType] = [commit_type(s, b, is_merge=m, areas=a, house=house) for s, b, m, a in rows]
    return pd.DataFrame(
        {
            "commit_type": _objects([t.name for t in types]),
            "type_source": _objects([t.source for t in types]),
            "scope": _objects([t.scope for t in types]),
            "is_breaking": np.array([t.is_breaking for t in types], dtype=bool),
        }
    )


def _complexity(files: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    written = files[(files["uncounted"] != "generated").to_numpy()]
    added, removed = counted_lines(written)
    path_codes, paths = pd.factorize(written["path"])
    folder_codes, _ = pd.factorize(np.array([folder_of(path) for path in paths], dtype=object))
    scores = complexity_table(
        commit=written["commit"].to_numpy(dtype=np.int64),
        lines=np.maximum(1, added + removed),
        added=added,
        removed=removed,
        folder=folder_codes[path_codes] if len(written) else path_codes,
        count=len(table),
    )
    reasons = (
        ("merge", table["is_merge"]),
        ("history is cut here", table["is_boundary"]),
        ("not read in full", table["unread"] != ""),
        ("no files", table["files_changed"] == 0),
        ("generated files only", table["files_changed"] == table["generated_files"]),
    )
    reason = np.select([np.asarray(mask, dtype=bool) for _, mask in reasons], [text for text, _ in reasons], default="")
    scores["complexity_reason"] = _objects(reason.tolist())
    no_score = scores["complexity_reason"].to_numpy() != ""
    scores.loc[no_score, [name for name in scores if name != "complexity_reason"]] = 0
    scores.loc[no_score, "complexity"] = 1
    return scores


def _reverts(revisions: pd.Series[Any], bodies: pd.Series[Any]) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Links by the hash in the body. A shortened hash counts where exactly one commit begins with it."""
    said = {
        revision: _REVERTS.findall(body) for revision, body in zip(revisions, bodies, strict=True) if "This reverts" in body
    }
    known = set(revisions)
    forward: dict[str, tuple[str, ...]] = {}
    backward: dict[str, list[str]] = {}
    for revision, hashes in said.items():
        found = [full for short in hashes for full in _completions(short, known)]
        forward[revision] = tuple(dict.fromkeys(found))
        for full in forward[revision]:
            backward.setdefault(full, []).append(revision)
    return (
        _objects([forward.get(revision, ()) for revision in revisions]),
        _objects([tuple(backward.get(revision, ())) for revision in revisions]),
    )


def _completions(short: str, known: set[str]) -> list[str]:
    if short in known:
        return [short]
    if len(short) in (40, 64):
        return []
    found = [revision for revision in known if revision.startswith(short)]
    return found if len(found) == 1 else []


def _objects(values: list[Any]) -> pd.Series[Any]:
    """A column of Python objects as they are: pandas would turn tuples into arrays and texts into its own type."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return pd.Series(column, dtype=object)
