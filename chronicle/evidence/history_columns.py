"""Blocks of commits as columns of bytes, and columns of bytes as the tables of a history.

A block is packed once and read at every build, so reading is what counts: integers are arrays that numpy takes as they
are, texts are joined by NUL (which git allows in none of them) and come apart in one split. Packing needs nothing but the
standard library: a refresh that finds ten commits does not pay for pandas twice.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chronicle.records.commit import Commit, FileChange, Moment

if TYPE_CHECKING:
    import numpy as np

_NO_DATE = -(1 << 63)
_UNCOUNTED = -1
_TEXTS = ("revision", "parents", "tree", "message")
_COMMIT_WORDS = ("author_name", "author_email", "committer_name", "committer_email", "encoding", "unread")
_FILE_WORDS = ("kind", "path", "old_path", "uncounted")
_WORDS = (*_COMMIT_WORDS, *_FILE_WORDS)
_INTEGERS = {
    "authored": "q", "authored_zone_minutes": "i", "committed": "q", "committed_zone_minutes": "i", "is_boundary": "b",
    "rows": "i", "added": "q", "removed": "q", "old_mode": "i", "new_mode": "i",
} | {f"{name}#": "i" for name in _WORDS}  # fmt: skip


def pack(commits: Sequence[Commit]) -> bytes:
    """The commits as one compressed block: a JSON line with the sizes of the columns, then the columns.

    Columns whose texts repeat (people, paths, kinds) are stored as their different texts and a number a row.
    """
    files = [row for commit in commits for row in commit.files]
    texts = _texts(commits)
    numbers = _commit_numbers(commits) | _file_numbers(files)
    for name, words in (_commit_words(commits) | _file_words(files)).items():
        place: dict[str, int] = {}
        numbers[f"{name}#"] = [place.setdefault(word, len(place)) for word in words]
        texts[name] = list(place)
    columns = {name: "\0".join(values).encode("utf-8", "surrogateescape") for name, values in texts.items()}
    columns |= {name: array(code, numbers[name]).tobytes() for name, code in _INTEGERS.items()}
    header = {"commits": len(commits), "files": len(files), "sizes": {name: len(column) for name, column in columns.items()}}
    return zlib.compress(json.dumps(header).encode() + b"\n" + b"".join(columns.values()), 1)


def _texts(commits: Sequence[Commit]) -> dict[str, list[str]]:
    return {
        "revision": [c.revision for c in commits],
        "parents": [" ".join(c.parents) for c in commits],
        "tree": [c.tree for c in commits],
        "message": [c.message for c in commits],
    }


def _commit_words(commits: Sequence[Commit]) -> dict[str, list[str]]:
    return {
        "author_name": [c.author.name for c in commits],
        "author_email": [c.author.email for c in commits],
        "committer_name": [c.committer.name for c in commits],
        "committer_email": [c.committer.email for c in commits],
        "encoding": [c.encoding for c in commits],
        "unread": [c.unread for c in commits],
    }


def _file_words(files: Sequence[FileChange]) -> dict[str, list[str]]:
    return {
        "kind": [f.kind for f in files],
        "path": [f.path for f in files],
        "old_path": [f.old_path or "" for f in files],
        "uncounted": [f.uncounted or "" for f in files],
    }


def _commit_numbers(commits: Sequence[Commit]) -> dict[str, list[int]]:
    return {
        "authored": [_seconds(c.authored) for c in commits],
        "authored_zone_minutes": [c.authored.zone_minutes for c in commits],
        "committed": [_seconds(c.committed) for c in commits],
        "committed_zone_minutes": [c.committed.zone_minutes for c in commits],
        "is_boundary": [c.is_boundary for c in commits],
        "rows": [len(c.files) for c in commits],
    }


def _file_numbers(files: Sequence[FileChange]) -> dict[str, list[int]]:
    return {
        "added": [_UNCOUNTED if f.added is None else f.added for f in files],
        "removed": [_UNCOUNTED if f.removed is None else f.removed for f in files],
        "old_mode": [int(f.old_mode, 8) for f in files],
        "new_mode": [int(f.new_mode, 8) for f in files],
    }


def _seconds(moment: Moment) -> int:
    return _NO_DATE if moment.seconds is None else moment.seconds


class DamagedError(Exception):
    """A stored block is not what :func:`pack` wrote."""


class Columns:
    """The columns of several blocks, one behind the other; raises :class:`DamagedError` for a block that is none."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._parts = [_unpack(block) for block in blocks]
        self.commits = sum(part.commits for part in self._parts)
        self.files = sum(part.files for part in self._parts)

    def text(self, name: str) -> list[str]:
        """A column of texts that seldom repeat."""
        if not self.commits:
            return []
        joined = b"\0".join(part.columns[name] for part in self._parts if part.commits)
        values = _split(joined)
        if len(values) != self.commits:
            raise DamagedError(name)
        return values

    def words(self, name: str, *, empty: str | None = "") -> np.ndarray[Any, Any]:
        """A column of texts that repeat, as an object array in which equal texts are one object; "" reads as ``empty``."""
        import numpy as np

        known: dict[str, int] = {}
        codes = [np.empty(0, dtype=np.int64)]
        for part in self._parts:
            here = np.frombuffer(part.columns[f"{name}#"], dtype=np.dtype("i"))
            place = np.array([known.setdefault(word, len(known)) for word in _split(part.columns[name])])
            if len(here) and not 0 <= int(here.min()) <= int(here.max()) < len(place):
                raise DamagedError(name)
            codes.append(place[here])
        words = np.empty(len(known), dtype=object)
        words[:] = [word or empty for word in known]
        column: np.ndarray[Any, Any] = words[np.concatenate(codes)]
        return column

    def number(self, name: str) -> np.ndarray[Any, Any]:
        """An integer column."""
        import numpy as np

        return np.frombuffer(b"".join(part.columns[name] for part in self._parts), dtype=np.dtype(_INTEGERS[name]))


@dataclass(frozen=True, slots=True)
class _Part:
    commits: int
    files: int
    columns: Mapping[str, bytes]


def _split(joined: bytes) -> list[str]:
    """Bytes that are no UTF-8 come back as surrogate escapes."""
    return joined.decode("utf-8", "surrogateescape").split("\0")


def _unpack(block: bytes) -> _Part:
    try:
        raw = zlib.decompress(block)
        head, _, rest = raw.partition(b"\n")
        header = json.loads(head)
        columns, at = {}, 0
        for name, size in header["sizes"].items():
            columns[name] = rest[at : at + size]
            at += size
        if at != len(rest) or set(columns) != {*_TEXTS, *_WORDS, *_INTEGERS}:
            raise DamagedError("sizes")
        return _Part(int(header["commits"]), int(header["files"]), columns)
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError) as failure:
        raise DamagedError(str(failure)) from failure
