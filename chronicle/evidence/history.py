"""The history of a repository, mined once and refreshed at the cost of what is new.

:func:`refresh` brings a store up to the repository: nothing where the same commits are asked for as last time, the new
commits where the old tips are still behind the new ones, and the difference of two walks where history was rewritten.
:func:`read_history` does that and reads the tables. Commits that a rewritten history left behind stay (pages cite them)
and say ``is_on_head`` False.
"""

from __future__ import annotations

import gc
import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chronicle.errors import ChronicleError, Problem
from chronicle.evidence.git import Repository, walk
from chronicle.evidence.git_launch import CleanRoom, GitFailedError
from chronicle.evidence.history_store import HistoryStore, settings_key, store_path
from chronicle.records.commit import Commit, Unread
from chronicle.records.history import History

if TYPE_CHECKING:
    from chronicle.evidence.git_workers import Block

Progress = Callable[[int, int], None]
"""Told how many of how many commits were read, from the mining threads."""

DEFAULT_CACHE = Path(".chronicle/cache")
"""Where histories are kept, below the folder of the site; never committed, safe to delete."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: ``mined`` commits were read, ``unread`` are those that could not be read in full.

    ``head`` is None in a repository without commits; ``was_rewritten`` is True where a tip of the last refresh is no
    longer behind the present ones.
    """

    head: str | None
    mined: int
    was_rewritten: bool
    unread: tuple[Unread, ...]


def read_history(
    path: Path, *, name: str, cache: Path | None, progress: Progress | None = None, tips: Collection[str] = ()
) -> History:
    """Every commit reachable from HEAD (and from ``tips``, full hashes) of the repository at ``path``.

    ``cache`` is the folder that keeps what was mined; None reads everything afresh. ``name`` is what pages call the
    repository. Commits that cannot be read are in ``History.skipped``, with the reason; an empty repository gives empty
    tables. Raises :class:`ChronicleError` where there is no repository or its graph of commits has a hole.
    """
    from chronicle.evidence.history_columns import DamagedError

    repository = Repository.open(path)
    with open_store(repository, cache) as store:
        done = refresh(repository, store, progress=progress, tips=tips)
        try:
            return _load(repository, store, done, name)
        except (sqlite3.DatabaseError, DamagedError):
            store.reset()
            return _load(repository, store, refresh(repository, store, progress=progress, tips=tips), name)


def read_histories(
    repositories: Mapping[str, Path], *, cache: Path | None, progress: Progress | None = None
) -> tuple[tuple[History, ...], tuple[Problem, ...]]:
    """The histories of several named repositories, and a problem for each that is missing or cannot be read."""
    histories, problems = [], []
    for name, path in repositories.items():
        try:
            histories.append(read_history(path, name=name, cache=cache, progress=progress))
        except ChronicleError as failure:
            problems.append(_unreadable(name, failure))
    return tuple(histories), tuple(problems)


def open_store(repository: Repository, cache: Path | None) -> HistoryStore:
    """The store of ``repository`` in the folder ``cache``, or one in memory."""
    return HistoryStore(store_path(cache, repository.common_dir) if cache else None, settings_key())


def refresh(
    repository: Repository, store: HistoryStore, *, progress: Progress | None = None, tips: Collection[str] = ()
) -> Refreshed:
    """Bring ``store`` up to HEAD and ``tips``; what is stored after a crash is kept, block by block.

    A damaged store is emptied and filled again; one that cannot be written (a full disk, a lock that stays) is left as it
    is, and everything is read into memory instead.
    """
    try:
        return _refresh(repository, store, progress, tips)
    except sqlite3.OperationalError:
        store.leave_file()
    except sqlite3.DatabaseError:
        store.reset()
    return _refresh(repository, store, progress, tips)


def _refresh(repository: Repository, store: HistoryStore, progress: Progress | None, tips: Collection[str]) -> Refreshed:
    head = repository.head
    wanted = sorted({*tips, *([head] if head else [])})
    state = _state(wanted, repository)
    if store.fact("state") == state:
        return Refreshed(head, 0, False, _read_unread(store.fact("unread")))
    with repository.clean_room() as room:
        has_holes = store.drop_changeable()
        known = store.revisions(digits=64 if repository.object_format == "sha256" else 40)
        old_tips = store.fact("tips").split()
        new = _unknown_commits(room, wanted, [] if has_holes else old_tips, known)
        unread = _mine(room, store, new, repository.boundary, progress or (lambda done, total: None))
        was_rewritten = bool(old_tips) and not _all_behind(room, old_tips, wanted)
    store.finish({"state": state, "tips": " ".join(wanted), "unread": _write_unread(unread)})
    return Refreshed(head, len(new), was_rewritten, unread)


def _state(wanted: Iterable[str], repository: Repository) -> str:
    """Equal as long as nothing new can be there: the tips asked for and the cut of a shallow clone."""
    stated = "\n".join([*wanted, "", *sorted(repository.boundary)])
    return hashlib.sha256(stated.encode("utf-8", "replace")).hexdigest()


def _unknown_commits(room: CleanRoom, wanted: list[str], old_tips: list[str], known: set[str]) -> list[str]:
    """The commits to read. A walk from the old tips on is cheap, but only right while all behind them is stored."""
    if not wanted:
        return []
    if old_tips and known.issuperset(old_tips):
        try:
            return [revision for revision in walk(room, wanted, without=old_tips) if revision not in known]
        except GitFailedError:
            pass  # an old tip was collected: its name no longer limits a walk
    return [revision for revision in walk(room, wanted, without=[]) if revision not in known]


def _all_behind(room: CleanRoom, old_tips: list[str], wanted: list[str]) -> bool:
    try:
        return not wanted or not walk(room, old_tips, without=wanted)
    except GitFailedError:
        return False  # an old tip is no longer there at all


def _mine(
    room: CleanRoom, store: HistoryStore, revisions: list[str], boundary: frozenset[str], progress: Progress
) -> tuple[Unread, ...]:
    """Read ``revisions`` and store each block as it is finished."""
    # Threads, queues, compression: not imported when nothing is new.
    from chronicle.evidence.git_workers import read_blocks
    from chronicle.evidence.history_columns import pack

    unread: list[Unread] = []
    seen = 0

    def count(commits: int) -> None:
        nonlocal seen
        seen += commits
        progress(min(seen, len(revisions)), len(revisions))

    with _without_cycle_search():
        for block in read_blocks(room, revisions, boundary=boundary, on_commits=count):
            for may_change, commits in _by_permanence(block):
                store.add([c.revision for c in commits], pack(commits), may_change=may_change)
            unread += block.unread
    return tuple(sorted(unread, key=lambda u: u.revision))


@contextmanager
def _without_cycle_search() -> Iterator[None]:
    """Records hold no cycles, and looking for some among a million of them takes a fifth of our time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _by_permanence(block: Block) -> Iterable[tuple[bool, list[Commit]]]:
    """A boundary gains parents when the clone is deepened, a missing object may be fetched; nothing else ever changes."""
    changeable = [c for c in block.commits if c.is_boundary or c.unread]
    lasting = [c for c in block.commits if not (c.is_boundary or c.unread)]
    return [(flag, commits) for flag, commits in ((False, lasting), (True, changeable)) if commits]


def _load(repository: Repository, store: HistoryStore, done: Refreshed, name: str) -> History:
    from chronicle.evidence.history_columns import Columns
    from chronicle.evidence.history_tables import build_tables  # pandas: not needed by a refresh

    commits, files = build_tables(Columns(store.blocks()), done.head)
    return History(
        name=name,
        head=done.head,
        commits=commits,
        files=files,
        tags=repository.tags(),
        mailmap=repository.text_at(done.head, ".mailmap") if done.head else "",
        skipped=problems_of(done.unread, name),
    )


def problems_of(unread: Iterable[Unread], name: str) -> tuple[Problem, ...]:
    """What could not be read, one problem a reason, with the first few commits named."""
    commits: dict[tuple[str, str], list[str]] = defaultdict(list)
    for commit in unread:
        commits[commit.depth, commit.reason].append(commit.revision[:12])
    kept = {"files": "their files are listed without line counts", "commit": "their files are unknown"}
    return tuple(
        Problem(
            file=name,
            line=None,
            found=f"{len(several)} commits not read in full ({reason}; {_first_few(several)}); {kept[depth]}",
            expected="every object of the history",
            hint="fetch what is missing (git fetch --refetch), or accept the gap",
            rule="history-unread",
        )
        for (depth, reason), several in commits.items()
    )


def _first_few(revisions: list[str]) -> str:
    return ", ".join(revisions[:3]) + (" and others" if len(revisions) > 3 else "")


def _unreadable(name: str, failure: ChronicleError) -> Problem:
    return Problem(
        file=name,
        line=None,
        found=failure.found,
        expected="a readable git repository",
        hint=failure.hint or "correct its path in the configuration",
        rule="history-repository",
    )


def _write_unread(unread: Iterable[Unread]) -> str:
    return json.dumps([[u.revision, u.depth, u.reason] for u in unread])


def _read_unread(text: str) -> tuple[Unread, ...]:
    return tuple(Unread(*row) for row in json.loads(text or "[]"))
