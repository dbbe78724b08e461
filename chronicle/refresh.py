"""The tree of a site brought up to date on disk: built again only where something that it is built from has changed.

What a host needs of the tree (paths, which authored page an entry stands in for, where its edit button leads) and what was
found wrong are remembered beside it under a fingerprint of all inputs. Where the fingerprint and every file of the tree are as
they were, nothing is read, derived or drawn, and what would do so is not even imported.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from chronicle import stage
from chronicle.errors import ChronicleError, Problem
from chronicle.evidence.fingerprint import Fingerprint, fingerprint, guards_fingerprint, is_committed
from chronicle.inputs import Inputs
from chronicle.memory import Memory
from chronicle.pages.heads import Heads

REMEMBERED = "built.json"


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry as it lies in the tree; the other fields are those of :class:`chronicle.pages.entry.Entry`."""

    uri: str
    renders: str | None
    edit_uri: str | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Tree:
    """The entries of a tree that lies on disk, what was found wrong on the way, and what the heads of its pages share."""

    entries: tuple[Placed, ...]
    problems: tuple[Problem, ...]
    heads: Heads
    notes: tuple[str, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that stop any build: evidence that contradicts itself."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


@dataclass(frozen=True, slots=True)
class _Remembered:
    """A tree, and the hashes of what it was built from."""

    inputs: str
    guards: tuple[str, ...]
    guarded: str
    tree: Tree


def refresh(inputs: Inputs, state: Path, memory: Memory | None = None) -> Tree:
    """Bring ``state/stage`` up to date; ``state`` also holds the caches and may be deleted at any time.

    ``memory`` is that of a host which stays and builds again; what depends on no edit is taken from it.

    Raises :class:`ChronicleError` where it is committed: what is kept there is believed, so it has to be made on this machine.
    """
    if is_committed(state):
        raise ChronicleError(
            f"{state.name}/ is committed, and what it keeps would be believed unread",
            hint=f"git rm -r --cached {state.name} && echo {state.name}/ >> .gitignore",
        )
    now = _fingerprint(inputs)
    return _as_it_lies(inputs, state, now) or _built(inputs, state, now, memory or Memory())


def as_it_lies(inputs: Inputs, state: Path) -> Tree | None:
    """The tree that an earlier build left, where it was built from the same and lies there unharmed."""
    return _as_it_lies(inputs, state, _fingerprint(inputs))


def _as_it_lies(inputs: Inputs, state: Path, now: Fingerprint | None) -> Tree | None:
    try:
        found = TypeAdapter(_Remembered).validate_json((state / REMEMBERED).read_bytes())
    except (OSError, ValidationError):
        return None
    is_current = (
        now is not None and found.inputs == now.whole and found.guarded == guards_fingerprint(inputs.repositories, found.guards)
    )
    is_whole = is_current and all(_lies(state / "stage" / one.uri, one.sha256) for one in found.tree.entries)
    return found.tree if is_whole else None


def _built(inputs: Inputs, state: Path, now: Fingerprint | None, memory: Memory) -> Tree:
    from chronicle import site

    (state / REMEMBERED).unlink(missing_ok=True)
    memory.begin(now.evidence if now else None)
    built = site.build(inputs, stage.Cache(state / "cache" / "made"), memory)
    stage.lay(built.entries, state / "stage")
    entries = [Placed(one.uri, one.renders, one.edit_uri, hashlib.sha256(one.body).hexdigest()) for one in built.entries]
    tree = Tree(tuple(entries), built.problems, built.heads, built.notes)
    if now is not None:
        found = _Remembered(now.whole, built.guards, guards_fingerprint(inputs.repositories, built.guards), tree)
        stage.write_whole(state / REMEMBERED, TypeAdapter(_Remembered).dump_json(found))
    return tree


def _fingerprint(inputs: Inputs) -> Fingerprint | None:
    """None where a repository cannot be read: then nothing may be taken as it was, and the build says what is wrong."""
    options = (inputs.web, inputs.imprint, inputs.evidence_max_age_days)
    try:
        return fingerprint(inputs.docs, inputs.bench, inputs.repositories, options)
    except ChronicleError:
        return None


def _lies(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False
