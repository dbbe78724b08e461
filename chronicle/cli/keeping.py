"""Writes an import into a folder: pages, their sources byte for byte, and the files they show; nothing is lost on the way."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chronicle.documents.legacy.corpus import KEPT, Imported, Page
from chronicle.errors import ChronicleError, Problem
from chronicle.evidence.legacy_files import LegacyFolder


@dataclass(frozen=True, slots=True)
class Kept:
    """How many files were written, how many were there already, and what was refused."""

    written: int
    unchanged: int
    refused: tuple[Problem, ...]


def keep(imported: Imported, folder: LegacyFolder, target: Path, *, replace: bool) -> Kept:
    """Write below ``target``. A page whose place is taken by other words is refused, with its source, unless ``replace``."""
    if target.exists() and not target.is_dir():
        raise ChronicleError(f"{target} is no folder", hint="give another --to")
    written = unchanged = 0
    refused: list[Problem] = []
    for name, files in _groups(imported, folder):
        wrong = [problem for path, body in files.items() if (problem := _problem(name, target, path, body, replace))]
        if wrong:
            refused.append(wrong[0])
            continue
        for path, body in files.items():
            if _holds(target / path, body):
                unchanged += 1
            else:
                _write(target / path, body)
                written += 1
    return Kept(written, unchanged, tuple(refused))


def _groups(imported: Imported, folder: LegacyFolder) -> Iterator[tuple[str, dict[str, bytes]]]:
    """What belongs together: the source of a page, then the page; a file that is shown, for itself."""
    for page in imported.pages:
        yield page.model.path, _files(page, folder)
    for path in imported.assets:
        yield path, {path: (folder.root / path).read_bytes()}


def _files(page: Page, folder: LegacyFolder) -> dict[str, bytes]:
    source = folder.sources[page.model.path]
    kept = {} if page.page == source else {f"{KEPT}/{page.model.path}": source}
    return {**kept, page.target: page.page}


def _problem(name: str, target: Path, path: str, body: bytes, replace: bool) -> Problem | None:
    place = target / path
    if not place.resolve().is_relative_to(target.resolve()):
        return Problem(name, None, f"a place that leads out of {target}", "a place in it", "remove the link there", "refused")
    if place.is_dir():
        return Problem(name, None, f"a folder at {place}", "room for a file", "rename one of them", "refused")
    if place.exists() and not replace and not _holds(place, body):
        hint = "move it away, give another --to, or write over it with --replace"
        return Problem(name, None, f"{place} with other words", "no such file, or the same", hint, "refused")
    return None


def _holds(place: Path, body: bytes) -> bool:
    return place.is_file() and place.read_bytes() == body


def _write(place: Path, body: bytes) -> None:
    """The whole file or none of it."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".importing-")
    except OSError as failure:
        raise ChronicleError(
            f"{place} cannot be written ({failure.strerror})", hint="check the folder, or give another --to"
        ) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
