"""Whether anything that a site is built from has changed: one hash over bytes, names and refs, a fraction of reading them.

The hash holds what a build may look at and nothing else: every file below the docs and bench folders, where each repository's
refs lead, the files that guards name, the options, and the program itself with the libraries that draw. A clock is not in it.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from chronicle.errors import ChronicleError
from chronicle.evidence.git import Repository

_PROGRAM = Path(__file__).parents[1]
_LIBRARIES = ("altair", "jinja2", "markdown", "pandas", "pydantic", "scipy", "vl-convert-python")
_UNSEEN = ("__pycache__", ".git")
_READ = (".md", ".yml", ".yaml")
"""Endings of the docs whose bytes a build reads; of pictures and other files it reads the names."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Hashes that differ where a build could differ, but for the files of a work tree that guard against incidents.

    ``evidence`` covers the program, the options, what was measured and what git holds; ``docs`` what people wrote.
    """

    evidence: str
    docs: str

    @property
    def whole(self) -> str:
        return f"{self.evidence} {self.docs}"


def fingerprint(docs: Path, bench: Path, repositories: Mapping[str, Path], options: Iterable[object]) -> Fingerprint:
    """The fingerprint of all inputs. Raises :class:`ChronicleError` for a repository that is none."""
    evidence, written = hashlib.sha256(_program().encode()), hashlib.sha256()
    for option in options:
        _add(evidence, repr(option).encode())
    for path in _files(bench):
        _add(evidence, path.relative_to(bench).as_posix().encode(errors="surrogateescape"))
        _add(evidence, _bytes(path))
    for name, path in sorted(repositories.items()):
        _add(evidence, name.encode())
        _add(evidence, Repository.open(path).state)
    for path in _files(docs):
        _add(written, path.relative_to(docs).as_posix().encode(errors="surrogateescape"))
        _add(written, _bytes(path) if path.suffix.lower() in _READ else b"")
    return Fingerprint(evidence.hexdigest(), written.hexdigest())


def guards_fingerprint(repositories: Mapping[str, Path], guards: Iterable[str]) -> str:
    """A hash over the files of these names below the top of any repository: which they are is known only after a build."""
    found = hashlib.sha256()
    tops = [Repository.open(path).top for _, path in sorted(repositories.items())] if guards else []
    for guard in sorted(guards):
        for file in (top / guard for top in tops if top):
            _add(found, _bytes(file) if file.is_file() else b"no file")
    return found.hexdigest()


def is_committed(folder: Path) -> bool:
    """Whether the last commit of the repository around a folder holds anything below it; False where there is no repository."""
    try:
        repository = Repository.open(folder.parent)
        top, head = repository.top, repository.head
    except ChronicleError:
        return False
    if top is None or head is None:
        return False
    with repository.clean_room() as room:
        return bool(room.ask("ls-tree", "-z", head, "--", folder.resolve().relative_to(top).as_posix()).output)


def _add(found: hashlib._Hash, part: bytes) -> None:
    """A part with its length, so that no two lists of parts are the same bytes."""
    found.update(b"%d " % len(part) + part)


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if not any(part in _UNSEEN for part in path.parts))
    return sorted(path for path in found if path.is_file())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as failure:
        return f"not to be read: {failure}".encode()


@cache
def _program() -> str:
    """The program's own files and the versions of what it draws and reads with."""
    found = hashlib.sha256(sys.version.encode())
    for path in _files(_PROGRAM):
        _add(found, path.relative_to(_PROGRAM).as_posix().encode())
        _add(found, _bytes(path))
    for library in _LIBRARIES:
        try:
            _add(found, f"{library} {version(library)}".encode())
        except PackageNotFoundError:
            _add(found, library.encode())
    return found.hexdigest()
