"""One commit as git states it: raw people, raw dates, raw message, and the files it touched.

Nothing is resolved here. Mailmap, co-authors, commit type and complexity are facts, computed at build time from these
records, so a new mailmap or a better rule never forces the history to be read again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

LAST_SECOND = int(datetime(9999, 12, 30, tzinfo=UTC).timestamp())
"""The last second a printed date may hold; a calendar ends at the year 9999, git's dates do not."""

CHANGE_KINDS = "AMDRCT"
"""git's letters for a changed file: added, modified, deleted, renamed, copied, type changed."""

Depth = Literal["lines", "files", "commit"]
"""How deep a commit is read: line counts too, changed files only (no file is opened), or the commit object alone."""

_WIDEST_ZONE_MINUTES = 14 * 60
_BLANK_LINE = re.compile(r"\n(?:[ \t\r\f\v]*\n)+")


@dataclass(frozen=True, slots=True)
class Person:
    """A name and an address as written in the commit; either may be empty, and neither identifies anyone."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Moment:
    """Unix seconds and the writer's zone in minutes east of UTC; ``seconds`` is None where git could not read the date."""

    seconds: int | None
    zone_minutes: int = 0

    @property
    def datetime(self) -> datetime | None:
        """The moment in its own zone, with both clamped to what a calendar can hold (years 1970–9999, ±14 h)."""
        if self.seconds is None:
            return None
        minutes = max(-_WIDEST_ZONE_MINUTES, min(_WIDEST_ZONE_MINUTES, self.zone_minutes))
        zone = timezone(timedelta(minutes=minutes))
        return datetime.fromtimestamp(max(0, min(LAST_SECOND, self.seconds)), zone)


@dataclass(frozen=True, slots=True)
class FileChange:
    """One row of a commit: ``kind`` is one of git's letters A M D R C T.

    ``added`` and ``removed`` are line counts as ``git log --numstat`` states them; None where git counts no lines, and
    ``uncounted`` then says why: ``binary``, ``generated`` (by our attributes) or ``unreadable`` (the object is missing).
    Paths are decoded as UTF-8 with surrogate escapes, so every byte survives; escape them before printing.
    """

    kind: str
    path: str
    added: int | None
    removed: int | None
    old_path: str | None = None
    old_mode: str = "000000"
    new_mode: str = "000000"
    uncounted: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit object and its row list. Merges carry no rows; a shallow boundary carries none either and says so.

    ``unread`` is empty for a commit read in full; ``lines`` where the changed files are known but not their line counts,
    ``files`` where not even the files could be listed.
    """

    revision: str
    parents: tuple[str, ...]
    tree: str
    author: Person
    authored: Moment
    committer: Person
    committed: Moment
    message: str
    files: tuple[FileChange, ...]
    encoding: str = ""
    is_boundary: bool = False
    unread: str = ""

    @property
    def is_merge(self) -> bool:
        return len(self.parents) > 1

    @property
    def is_root(self) -> bool:
        return not self.parents and not self.is_boundary


@dataclass(frozen=True, slots=True)
class Unread:
    """A commit that could not be read in full: ``depth`` is how far it was read, ``reason`` why, in git's words."""

    revision: str
    depth: Depth
    reason: str


def split_message(message: str) -> tuple[str, str]:
    """Subject and body as git tells them apart: the first paragraph joined to one line, and what follows it.

    A line of white space alone ends a paragraph; blank lines around both are dropped.
    """
    text = message.strip()
    blank = _BLANK_LINE.search(text)
    paragraph, body = (text, "") if blank is None else (text[: blank.start()], text[blank.end() :])
    if "\n" in paragraph:
        paragraph = " ".join(line.strip() for line in paragraph.split("\n"))
    return paragraph, body
