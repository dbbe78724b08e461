"""The commits that documents name, found by asking git: what an episode cites, and the window of an incident.

Binding is otherwise a function of what was read before. Here the words of an author (``v1.0..v1.1``) become revisions, and the
work tree is asked whether the guard of an incident is still there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from chronicle.documents.episode import (
    Episode,
    bound,
    disagreements,
    misnamed,
    not_here,
    parse_episode,
    unbound,
    unresolved,
)
from chronicle.documents.front_matter import Authored, split
from chronicle.documents.incident import Incident, IncidentFront, judge_guards, parse_incident
from chronicle.documents.incident import unresolved as unresolved_window
from chronicle.documents.library import Library, guard_states
from chronicle.errors import ChronicleError, Problem
from chronicle.evidence.git import Repository
from chronicle.evidence.git_hashes import full_hashes
from chronicle.evidence.worktree import holds
from chronicle.facts.commit_metrics import range_metrics

_WORD = re.compile(r"(?<![\w-])[0-9a-f]{7,64}(?![\w-])")


class Finder:
    """Finds the commits that authors name; each repository is opened once, and plain hashes are asked for all together."""

    def __init__(self, paths: Mapping[str, Path], texts: Iterable[Authored]) -> None:
        self.paths = paths
        self._words = {word for text in texts for word in _WORD.findall(split(text.text).yaml)}
        self.repository = cache(self._open)
        self._hashes = cache(lambda name: full_hashes(self.repository(name), self._words))

    def range(self, name: str, text: str) -> tuple[str, ...]:
        """The commits that ``text`` means in the repository ``name``; see :meth:`Repository.range`."""
        repository = self.repository(name)
        words = text.replace(",", " ").split()
        known = self._hashes(name)
        if words and all(word in known for word in words):
            return tuple(dict.fromkeys(known[word] for word in words))
        return repository.range(text)

    def _open(self, name: str) -> Repository:
        return Repository.open(self.paths[name])


def episode_of(authored: Authored, library: Library, finder: Finder) -> tuple[Episode | None, tuple[Problem, ...]]:
    """An episode with the commits it cites; where they cannot be found it keeps its text and loses its metrics."""
    front, problems = parse_episode(authored)
    if front is None:
        return None, problems
    if not front.commits:
        return unbound(authored, front, front.repository, ""), ()
    names = [one.name for one in library.chronicles]
    if front.repository and front.repository not in names:
        return unbound(authored, front, front.repository, not_here(front.repository)), misnamed(authored, front, names)
    failure = "no repository is configured"
    for chronicle in library.chronicles:
        if front.repository not in (None, chronicle.name):
            continue
        try:
            revisions = finder.range(chronicle.name, " ".join(front.commits))
        except ChronicleError as raised:
            failure = raised.found
            continue
        metrics = range_metrics(chronicle.history, revisions, table=chronicle.table)
        episode = bound(authored, front, chronicle.name, revisions, metrics)
        lost = (unresolved(authored, f"{len(metrics.missing)} of {len(revisions)} are not in the history of HEAD"),)
        return episode, (*(lost if metrics.missing else ()), *disagreements(episode))
    why = f"the commits are in no configured repository: {failure}"
    wrong = () if front.imported_from else (unresolved(authored, failure),)
    return unbound(authored, front, front.repository, why), wrong


def incident_of(authored: Authored, library: Library, finder: Finder) -> tuple[Incident | None, tuple[Problem, ...]]:
    """An incident with the commits of its window and how its guards stand; ``library`` holds reports and roadmaps by now."""
    front, problems = parse_incident(authored)
    if front is None:
        return None, problems
    name = front.repository or library.home or next(iter(finder.paths), None)
    root = _root(finder.paths.get(name or ""))
    guards, missing = judge_guards(
        authored, front.guards, guard_states(library), lambda file: root is not None and holds(root, file)
    )
    revisions, lost = _window(authored, front, name, library, finder)
    return Incident(authored, front, name, revisions, guards), (*missing, *lost)


def _root(path: Path | None) -> Path | None:
    """The top of the work tree that a configured folder lies in, from which the paths of guards are named."""
    try:
        return Repository.open(path).top if path else None
    except ChronicleError:
        return None


def _window(
    authored: Authored, front: IncidentFront, name: str | None, library: Library, finder: Finder
) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """The commits of an incident's window, newest first, and the problem where they cannot be found."""
    if front.window is None:
        return (), ()
    chronicle = next((one for one in library.chronicles if one.name == name), None)
    if name is None or chronicle is None:
        return (), (unresolved_window(authored, f"no repository {name!r} is configured"),)
    try:
        revisions = finder.range(name, front.window)
    except ChronicleError as failure:
        return (), (unresolved_window(authored, failure.found),)
    known = set(chronicle.history.commits["revision"])
    there = tuple(one for one in revisions if one in known)
    lost = (unresolved_window(authored, f"{len(revisions) - len(there)} of {len(revisions)} are not in the history of HEAD"),)
    return there, lost if len(there) < len(revisions) else ()
