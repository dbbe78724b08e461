"""Lays the entries of a site on disk as a tree of plain files, and keeps what was costly to make.

A file is written only where its bytes differ, so a watcher sees only what changed; what an earlier tree held and this one
does not is deleted; nothing outside the tree is touched, and a file that we did not write is never overwritten or deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from chronicle.errors import ChronicleError
from chronicle.pages.entry import Entry, is_inside

MANIFEST = ".chronicle-tree.json"
"""What a tree holds, beside it in its folder: only what is listed there is ever overwritten or deleted."""


@dataclass(frozen=True, slots=True)
class Laid:
    """What laying a tree did: files written, files left as they were, and files deleted."""

    written: int
    kept: int
    deleted: int


def lay(entries: Iterable[Entry], folder: Path) -> Laid:
    """Make ``folder`` hold exactly ``entries`` besides files that are not ours.

    Raises :class:`ChronicleError` where an entry would replace a file that no earlier tree wrote.
    """
    wanted = {entry.uri: entry.body for entry in entries}
    folder.mkdir(parents=True, exist_ok=True)
    ours = _manifest(folder)
    foreign = [
        uri for uri in wanted if uri not in ours and (folder / uri).is_file() and (folder / uri).read_bytes() != wanted[uri]
    ]
    if foreign:
        raise ChronicleError(
            f"{folder}/ holds {foreign[0]}, which no earlier tree wrote",
            hint="give an empty folder, or one that `chronicle write` made",
        )
    changed = [uri for uri, body in wanted.items() if not _holds(folder / uri, body)]
    write_whole(folder / MANIFEST, _listing(ours | set(wanted)))
    gone = sorted(ours - set(wanted))
    for uri in gone:
        _delete(folder, uri)
    for uri in changed:
        write_whole(_inside(folder, uri), wanted[uri])
    write_whole(folder / MANIFEST, _listing(set(wanted)))
    return Laid(written=len(changed), kept=len(wanted) - len(changed), deleted=len(gone))


class Cache:
    """Keeps made bytes under a hash of their key; a damaged or missing folder only costs time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, key: str, make: Callable[[], bytes]) -> bytes:
        """The bytes of ``key``, made now if they are not kept yet."""
        path = self.folder / hashlib.sha256(key.encode()).hexdigest()
        try:
            digest, body = path.read_bytes().split(b"\n", 1)
        except (OSError, ValueError):
            digest, body = b"", b""
        if digest and digest == hashlib.sha256(body).hexdigest().encode():
            return body
        body = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        return body


def _manifest(folder: Path) -> set[str]:
    """The files an earlier tree wrote; a listing that cannot be read owns nothing."""
    try:
        listed = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return set()
    return {uri for uri in listed if isinstance(uri, str) and is_inside(uri)} if isinstance(listed, list) else set()


def _listing(uris: set[str]) -> bytes:
    return json.dumps(sorted(uris), indent=0).encode() + b"\n"


def _inside(folder: Path, uri: str) -> Path:
    """The file's path, refused where a link below the folder leads out of it, or a folder or a file is in its way."""
    path = folder / uri
    in_the_way = next((one for one in path.parents if one.exists() and not one.is_dir()), path if path.is_dir() else None)
    if in_the_way:
        raise ChronicleError(f"{in_the_way} is in the way of {path}", hint="move it out of the tree")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.parent.resolve().is_relative_to(folder.resolve()):
        raise ChronicleError(f"{path} lies outside {folder}/", hint="remove the symbolic link that leads out of it")
    return path


def _delete(folder: Path, uri: str) -> None:
    path = folder / uri
    if path.parent.resolve().is_relative_to(folder.resolve()) and not path.is_dir():
        path.unlink(missing_ok=True)
    for parent in path.parents:
        if parent == folder or not parent.is_dir() or any(parent.iterdir()):
            return
        parent.rmdir()


def _holds(path: Path, body: bytes) -> bool:
    try:
        return path.stat().st_size == len(body) and path.read_bytes() == body
    except OSError:
        return False


def write_whole(path: Path, body: bytes) -> None:
    """Write a file whole or not at all, and not where it holds these bytes already."""
    if _holds(path, body):
        return
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
    Path(name).chmod(0o644)
    Path(name).replace(path)
