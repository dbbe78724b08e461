"""What was mined, kept between builds: one SQLite file a repository, blocks of columns inside.

Why this store: SQLite gives what must not be invented again (a commit that SIGKILL cannot halve, two builds at once), it
is in the standard library, and opening it costs 3 ms. Rows of SQLite would be slow to read as tables, so a row holds a
whole block of columns (:mod:`history_columns`): reading 100,000 commits is then a few dozen rows and array copies.
Parquet reads as fast and would add a dependency of 170 MB.

A stored commit never changes: its rows follow from its hash and the pinned settings. So the file is valid for as long as
the settings are, and anything wrong with it (damage, another version) is answered by starting again. Commits that could
not be read in full, and the boundary of a shallow clone, may change; their blocks are marked and dropped when anything
about the repository did.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from chronicle.evidence.git_launch import PINNED_SETTINGS, git_version
from chronicle.records.generated import as_attributes

STORE_VERSION = 2

_TABLES = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS block (
    id INTEGER PRIMARY KEY, may_change INTEGER NOT NULL, commits INTEGER NOT NULL,
    revisions BLOB NOT NULL, columns BLOB NOT NULL
);
"""
_WAIT_SECONDS = 60.0
"""How long to wait for another build that writes; it holds the file for milliseconds a block."""


def settings_key() -> str:
    """A hash of all that decides a stored row besides the commit: our format, git's version and its settings."""
    stated = (str(STORE_VERSION), git_version(), *PINNED_SETTINGS, as_attributes())
    return hashlib.sha256("\n".join(stated).encode()).hexdigest()


def store_path(cache: Path, common_dir: Path) -> Path:
    """Where the history of the repository at ``common_dir`` lies in the folder ``cache``."""
    folder = common_dir.parent if common_dir.name == ".git" else common_dir
    place = hashlib.sha256(str(common_dir).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    stem = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in folder.name)
    return cache / "history" / f"{stem[:60]}-{place}.sqlite"


class HistoryStore:
    """An open store; a context manager. ``path`` None keeps everything in memory for one build.

    Opening never fails for what is in the file: a damaged file, or one written under other settings, is replaced by an
    empty one. A folder that cannot be written is used as if there were no cache.
    """

    def __init__(self, path: Path | None, settings: str) -> None:
        self._path = path
        self._settings = settings
        self._database = self._open_or_replace()

    def __enter__(self) -> HistoryStore:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def fact(self, name: str) -> str:
        """A stored fact about the repository; empty where there is none."""
        row = self._database.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def finish(self, facts: dict[str, str]) -> None:
        """Remember what the blocks now amount to; only after all of them were added."""
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", facts.items())

    def add(self, revisions: Sequence[str], columns: bytes, *, may_change: bool) -> None:
        """Store one packed block at once or not at all."""
        row = (may_change, len(revisions), b"".join(map(bytes.fromhex, revisions)), columns)
        with self._database:
            self._database.execute("INSERT INTO block (may_change, commits, revisions, columns) VALUES (?, ?, ?, ?)", row)

    def drop_changeable(self) -> bool:
        """Forget the blocks that could read otherwise now; True if there were any."""
        with self._database:
            return self._database.execute("DELETE FROM block WHERE may_change").rowcount > 0

    def revisions(self, digits: int) -> set[str]:
        """The full hashes (of ``digits`` hexadecimal digits) of every stored commit."""
        found: set[str] = set()
        for (ids,) in self._database.execute("SELECT revisions FROM block"):
            text = ids.hex()
            found.update(text[at : at + digits] for at in range(0, len(text), digits))
        return found

    def commits(self) -> int:
        """How many commits are stored."""
        return int(self._database.execute("SELECT coalesce(sum(commits), 0) FROM block").fetchone()[0])

    def blocks(self) -> list[bytes]:
        """The packed blocks, those that never change first."""
        return [columns for (columns,) in self._database.execute("SELECT columns FROM block ORDER BY may_change, id")]

    def reset(self) -> None:
        """Start again with nothing stored."""
        self._database.close()
        if self._path is not None:
            for ending in ("", "-journal"):
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
        self._database = self._open_or_replace()

    def leave_file(self) -> None:
        """Go on in memory, with nothing stored; the file stays as it is."""
        self._database.close()
        self._path = None
        self._database = self._open_or_replace()

    def _open_or_replace(self) -> sqlite3.Connection:
        if self._path is None:
            return _prepared(":memory:", self._settings)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return _prepared(self._path, self._settings)
        except (OSError, sqlite3.OperationalError):
            self._path = None
            return _prepared(":memory:", self._settings)
        except sqlite3.DatabaseError:
            self._path.unlink(missing_ok=True)
            return _prepared(self._path, self._settings)


def _prepared(path: Path | str, settings: str) -> sqlite3.Connection:
    """An open database with our tables, emptied if it was filled under other settings."""
    database = sqlite3.connect(path, timeout=_WAIT_SECONDS, check_same_thread=False)
    try:
        database.executescript(_TABLES)
        with database:
            row = database.execute("SELECT value FROM fact WHERE name = 'settings'").fetchone()
            if row is None or row[0] != settings:
                database.execute("DELETE FROM fact")
                database.execute("DELETE FROM block")
                database.execute("INSERT INTO fact VALUES ('settings', ?)", (settings,))
    except sqlite3.Error:
        database.close()
        raise
    return database
