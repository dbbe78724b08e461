"""The files of a recorded run or calibration as they lie in a results folder: their bytes, their pins, and what seals them.

A site ships these bytes, so a link is never followed, neither of a file nor of a folder below the results; the results folder
itself may be one. A digest is of the uncompressed bytes, whose number is bounded.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from chronicle.errors import Problem, ProblemsFound
from chronicle.records import json_form
from chronicle.records.calibration import CALIBRATIONS
from chronicle.records.run import ENVIRONMENT_SCHEMA, MANIFEST, Environment, Missing

Finding = tuple[str, str]
"""What was found and what was expected."""

UNREADABLE = (OSError, EOFError, zlib.error, UnicodeDecodeError)
_MOST_BYTES = 256 << 20


def stored_files(folder: Path, shown: str, names: Collection[str], depth: int) -> dict[str, bytes]:
    """The bytes of the files of these names that are there, in ``folder``, which lies ``depth`` folders below the results.

    Raises :class:`ProblemsFound` where a folder or a file is a link, or cannot be read.
    """
    for level, place in enumerate([folder, *folder.parents][:depth]):
        if place.is_symlink():
            raise ProblemsFound(
                [stored_problem(shown.rsplit("/", level)[0], "is a link to another folder", "the folder itself")]
            )
    if linked := [name for name in sorted(names) if (folder / name).is_symlink()]:
        raise ProblemsFound(
            [stored_problem(f"{shown}/{name}", "is a link to another file", "the file itself") for name in linked]
        )
    return {name: _bytes(folder / name, f"{shown}/{name}") for name in sorted(names) if (folder / name).is_file()}


def _bytes(path: Path, file: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as failure:
        raise ProblemsFound([stored_problem(file, f"cannot be read ({failure.strerror})", "a file of the record")]) from None


def pins(folder: Path, digest: str, place: str) -> bytes:
    """The bytes of the pins of that digest. Raises :class:`ProblemsFound` where they are not there, elsewhere or others."""
    path = folder / f"{digest}.json"
    try:
        if path.is_symlink() or folder.is_symlink():
            raise ProblemsFound([stored_problem(place, "is a link to another file", "the pins that the record names")])
        raw = path.read_bytes()
    except (OSError, ValueError):
        raise ProblemsFound([stored_problem(place, "is not there", "the pins that the record names")]) from None
    if hashlib.sha256(raw).hexdigest() != digest:
        expected = "the pins as they were captured"
        raise ProblemsFound([stored_problem(place, "was changed: its digest is not its name", expected)])
    return raw


def environment_of(raw: bytes | None, place: str, reason: str) -> Environment:
    """The pins read; without any, an environment that gives the reason."""
    if raw is None:
        return Environment(key={}, informative={}, missing=(Missing(path="key", reason=reason),))
    return json_form.from_bytes(Environment, raw, file=place, schema=ENVIRONMENT_SCHEMA)


def pin_problems(compare_sha256: str, found: Environment, file: str) -> Iterator[Problem]:
    """A problem where a record is not compared by the pins that it names."""
    compared = json_form.digest(found.key) if found.key else ""
    if compare_sha256 != compared:
        expected = f"{compared!r:.16}, the digest of its key pins"
        yield stored_problem(file, f"`compare_sha256` is {compare_sha256!r:.16}", expected)


def seal_problems(files: Mapping[str, bytes], named: Collection[str], shown: str, what: str) -> Iterator[Problem]:
    """What the seal of a run or a calibration, as ``what`` says, does not list, and what it lists otherwise than it is."""
    rows = [row.partition("  ") for row in files[MANIFEST].decode(errors="replace").splitlines()]
    for name in sorted(set(named) - {name for _, _, name in rows}):
        yield stored_problem(f"{shown}/{MANIFEST}", f"does not list {name}", f"every file of the {what}")
    for digest, _, name in rows:
        body = files.get(name)
        if body is None:
            yield stored_problem(f"{shown}/{name}", "is not there", f"a file that {MANIFEST} lists")
            continue
        found = _digest_of(body, name)
        if found != digest:
            said = f"was changed after the {what}: digest {found[:12]}…"
            yield stored_problem(f"{shown}/{name}", said, f"{digest[:12]}… as {MANIFEST} says")


def _digest_of(body: bytes, name: str) -> str:
    """SHA-256 of the uncompressed bytes; of the bytes as they are where they cannot be uncompressed."""
    try:
        return hashlib.sha256(inflated(body) if name.endswith(".gz") else body).hexdigest()
    except UNREADABLE:
        return hashlib.sha256(body).hexdigest()


def inflated(body: bytes) -> bytes:
    """The uncompressed bytes, up to a limit: a few kilobytes can hold gigabytes of one character."""
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
        found = file.read(_MOST_BYTES + 1)
    if len(found) > _MOST_BYTES:
        raise OSError(f"more than {_MOST_BYTES >> 20} MiB")
    return found


def stored_problem(file: str, found: str, expected: str) -> Problem:
    """A problem of a stored file; of a file of a run with the page that shows it."""
    *_, machine, run, name = ("", "", *file.split("/"))
    page = "" if machine in ("", CALIBRATIONS) or run == "env" else f"; the page runs/{machine}/{run}/ shows it"
    return Problem(
        file=file,
        line=None,
        found=found,
        expected=expected,
        hint=f"restore {name} from git: records are written by the harness and never edited{page}",
        rule="record-integrity",
        severity="error",
    )
