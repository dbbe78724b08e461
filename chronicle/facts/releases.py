"""Releases from tags: which commits each brought, in the order of history rather than of version numbers or dates."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chronicle.records.commit import Moment
from chronicle.records.history import History, Tag

_VERSION = re.compile(r"(?:^|[^0-9A-Za-z])v?(?P<number>\d+(?:\.\d+)+)(?P<rest>[0-9A-Za-z.+-]*)$|^v(?P<major>\d+)$")
_BEFORE = re.compile(r"(?:^|[.\-_0-9])(?:a|alpha|b|beta|c|rc|pre|preview|dev|nightly|canary)[.\-_]?\d*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Release:
    """A tag that names a version. ``revisions`` are the commits it has and no earlier release had, newest first.

    ``released`` is the tagger's date. ``is_prerelease`` follows from the name (``rc1``, ``beta``, ``dev``). ``previous`` is
    the nearest older release in its own history. Releases outside the history of HEAD have no revisions here.
    """

    name: str
    revision: str
    released: Moment
    is_prerelease: bool
    previous: str | None
    revisions: tuple[str, ...]


def releases(history: History) -> tuple[Release, ...]:
    """The releases of ``history``, newest first. Tags that name no version (``nightly``, ``backup``) are left out."""
    revisions = list(history.commits["revision"])
    row_of = {revision: row for row, revision in enumerate(revisions)}
    parents = [tuple(row_of[p] for p in several if p in row_of) for several in history.commits["parents"]]
    tags = sorted(
        (tag for tag in history.tags if is_version(tag.name)),
        key=lambda tag: (-row_of.get(tag.revision, -1), tag.created.seconds or 0, tag.name),
    )
    owner: dict[int, str] = {}
    found: list[Release] = []
    for tag in tags:
        rows, previous = _new_rows(row_of.get(tag.revision), parents, owner)
        owner.update(dict.fromkeys(rows, tag.name))
        found.append(_release(tag, previous, tuple(revisions[row] for row in sorted(rows))))
    return tuple(sorted(found, key=lambda r: (row_of.get(r.revision, len(revisions)), -(r.released.seconds or 0), r.name)))


def is_version(name: str) -> bool:
    """True for a tag name that holds a version: ``v1.2``, ``1.2.3rc1``, ``package-2.0``, ``v3``."""
    return bool(_VERSION.search(name))


def _new_rows(start: int | None, parents: list[tuple[int, ...]], owner: dict[int, str]) -> tuple[list[int], str | None]:
    """Rows behind ``start`` that no earlier release owns, and the newest release met at their edge."""
    if start is None:
        return [], None
    if start in owner:
        return [], owner[start]
    found, left, edge = {start}, [start], []
    while left:
        for parent in parents[left.pop()]:
            if parent in owner:
                edge.append(parent)
            elif parent not in found:
                found.add(parent)
                left.append(parent)
    return list(found), owner[min(edge)] if edge else None


def _release(tag: Tag, previous: str | None, revisions: tuple[str, ...]) -> Release:
    version = _VERSION.search(tag.name)
    rest = (version["rest"] or "") if version else ""
    return Release(tag.name, tag.revision, tag.created, bool(_BEFORE.search(rest)), previous, revisions)
