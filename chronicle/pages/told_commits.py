"""Which commits have a page of their own: those that are tagged, cited by their hash, or measured.

A page costs every build and every reader's search. All other commits have a row on the timeline, which says as much of them; an
episode that tells of a whole range cites none of its commits in particular.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from chronicle.documents.episode import Episode
from chronicle.documents.library import Chronicle, Library

Told = Mapping[str, Mapping[str, tuple[str, ...]]]
"""For each repository its revisions that have a page, with why: ``tagged``, ``cited``, ``measured``."""

_HASH = re.compile(r"[0-9a-f]{7,64}")


def told_commits(library: Library) -> Told:
    """The commits with a page of their own, among those that the histories hold."""
    return {one.name: _of(one, library) for one in library.chronicles}


def cites(episode: Episode, revision: str) -> bool:
    """Whether an episode names this commit by its hash, alone and not as an end of a range."""
    return any(revision.startswith(word) for word in _words(episode))


def _of(chronicle: Chronicle, library: Library) -> dict[str, tuple[str, ...]]:
    known = set(chronicle.history.commits["revision"])
    found: dict[str, list[str]] = {}
    for why, revisions in (
        ("tagged", (tag.revision for tag in chronicle.history.tags)),
        ("cited", _cited(chronicle, library)),
        ("measured", (one.run.source.revision or "" for one in library.runs)),
    ):
        for revision in dict.fromkeys(revisions):
            if revision in known:
                found.setdefault(revision, []).append(why)
    return {revision: tuple(reasons) for revision, reasons in found.items()}


def _cited(chronicle: Chronicle, library: Library) -> Iterator[str]:
    for episode in library.episodes:
        if episode.repository == chronicle.name and _words(episode):
            yield from (revision for revision in episode.revisions if cites(episode, revision))


def _words(episode: Episode) -> list[str]:
    return [word for item in episode.front.commits for word in item.split() if _HASH.fullmatch(word)]
