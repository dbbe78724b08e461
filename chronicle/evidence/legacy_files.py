"""Reads a folder of legacy files: the bytes of its Markdown, and the names of what else lies there.

A folder may come from anywhere: a link that leads out of it is not followed, and what begins with a dot is left alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chronicle.errors import ChronicleError, Problem

LARGEST = 5_000_000
"""Bytes of the largest file that is read."""

SUFFIXES = (".md", ".markdown", ".mdown", ".mkd", ".mkdn")


@dataclass(frozen=True, slots=True)
class LegacyFolder:
    """The Markdown files by their path below ``root``, the paths of all other files, and what could not be read."""

    root: Path
    sources: dict[str, bytes]
    others: frozenset[str]
    refused: tuple[Problem, ...]


def read_folder(source: Path, without: Path) -> LegacyFolder:
    """Everything below ``source``, or that one file, but what lies below ``without``, unless that is ``source`` itself."""
    if source.is_file():
        root, paths = source.parent, [source]
    elif source.is_dir():
        root, paths = source, sorted(_files(source, without.resolve()))
    else:
        raise ChronicleError(f"there is no {source}", hint="name a folder of Markdown files, or one such file")
    sources: dict[str, bytes] = {}
    others: set[str] = set()
    refused: list[Problem] = []
    for path in paths:
        name = path.relative_to(root).as_posix()
        if path.suffix.lower() not in SUFFIXES and path != source:
            others |= {name} if _is_ours(path, root) else set()
            continue
        found = _read(path, name, root)
        if isinstance(found, Problem):
            refused.append(found)
        else:
            sources[name] = found
    if not sources and not refused:
        raise ChronicleError(f"{source} holds no Markdown", hint="name the folder that holds the files, *.md")
    return LegacyFolder(root, sources, frozenset(others), tuple(refused))


def pages_beside(target: Path) -> frozenset[str]:
    """The Markdown files of the project that ``target`` lies in, as seen from ``target``; none outside a project."""
    target = target.resolve()
    project = next((above for above in target.parents if (above / "mkdocs.yml").is_file()), None)
    if project is None:
        return frozenset()
    docs = project / target.relative_to(project).parts[0]
    found = _files(docs, target) if docs != target and docs.is_dir() else iter(())
    return frozenset(os.path.relpath(path, target).replace(os.sep, "/") for path in found if path.suffix == ".md")


def _files(folder: Path, without: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and ((here / name).resolve() != without or here == without)
        )
        yield from (here / name for name in names if not name.startswith("."))


def _read(path: Path, name: str, root: Path) -> bytes | Problem:
    """The bytes of a file, or why it is refused."""
    shown = name.encode(errors="replace").decode()
    if shown != name:
        return _refusal(shown, "a name that is no UTF-8", "a name in UTF-8", "rename it")
    if not _is_ours(path, root):
        return _refusal(shown, "a link that leads out of the folder, or nowhere", "a file", "copy the file there")
    try:
        size = path.stat().st_size
        if size > LARGEST:
            return _refusal(shown, f"a file of {size:,} bytes", f"at most {LARGEST:,}", "cut it, or move it away")
        return path.read_bytes()
    except OSError as failure:
        return _refusal(shown, f"a file that cannot be read ({failure.strerror})", "a readable file", "check its permissions")


def _is_ours(path: Path, root: Path) -> bool:
    return path.is_file() and path.resolve().is_relative_to(root.resolve())


def _refusal(name: str, found: str, expected: str, hint: str) -> Problem:
    return Problem(name, None, found, expected, hint, "refused")
