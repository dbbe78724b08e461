"""The folder of one run: what a block measured is on disk, whole, before the next block starts.

Samples and telemetry are appended to compressed line files first, then the record is replaced in one rename: that
rename is the commit. A reader takes from the line files only what the record refers to, so a kill at any moment leaves
every finished block readable. ``MANIFEST.sha256`` is written last and seals a run that is complete.
"""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from chronicle.errors import ChronicleError
from chronicle.records import json_form
from chronicle.records.calibration import Calibration
from chronicle.records.files import Stored
from chronicle.records.run import ENVIRONMENT_SCHEMA, MANIFEST, RECORD, RUN_SCHEMA, SAMPLES, TELEMETRY, Environment, Run
from chronicle.records.run_names import recorded_name

_WRITING = ".writing-"

Kept = TypeVar("Kept", Run, Calibration)


class RunFolder:
    """Reads and writes one run below ``<results>/<machine>/<run_id>/``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[str, list[str]] = {SAMPLES: [], TELEMETRY: []}

    @property
    def pins(self) -> Path:
        """The folder that all records of the machine share for their pins."""
        return self.path.parent / "env"

    def load(self) -> Run:
        """The record as last committed, called by its folder; its samples and telemetry are kept to be appended to.

        What a killed process was in the middle of writing is swept away. Raises :class:`ChronicleError` where a file is
        not what the record was written with.
        """
        run = json_form.from_bytes(Run, (self.path / RECORD).read_bytes(), file=str(self.path / RECORD), schema=RUN_SCHEMA)
        self.take_up(run.files)
        folder = self.path.resolve().name
        return dataclasses.replace(run, run_id=folder) if recorded_name(folder) == run.run_id else run

    def take_up(self, files: Mapping[str, Stored]) -> None:
        """Hold the lines of the named files as they were committed, and sweep away what was being written."""
        for torn in self.path.glob(f"{_WRITING}*"):
            torn.unlink()
        for name, stored in files.items():
            self.lines[name] = _lines(self.path / name)[: stored.lines]
            if _digest(self.lines[name]) != stored.sha256:
                raise _damaged(self.path / name)

    def append(self, name: str, line: Any) -> int:
        """Hold a line for the named file; its place in the file is the answer."""
        self.lines[name].append(json.dumps(line, sort_keys=True, separators=(",", ":"), allow_nan=False))
        return len(self.lines[name]) - 1

    def commit(self, run: Kept) -> Kept:
        """Write the held lines, then the record that refers to them; what was given, with its files, is the answer.

        The record keeps the name that the run began with, whatever its folder is called.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / MANIFEST).unlink(missing_ok=True)
        kept = {name: lines for name, lines in self.lines.items() if lines}
        for name, lines in kept.items():
            _replace(self.path / name, _compressed(lines))
        files = {name: Stored(sha256=_digest(lines), lines=len(lines)) for name, lines in kept.items()}
        written = dataclasses.replace(run, files=files)
        _replace(self.path / RECORD, json_form.to_bytes(_as_recorded(written)))
        return written

    def environment(self, digest: str) -> Environment:
        """The pins kept under their digest. Raises :class:`ChronicleError` where the file is gone or was changed."""
        path = self.pins / f"{digest}.json"
        if not path.is_file() or hashlib.sha256(body := path.read_bytes()).hexdigest() != digest:
            raise _damaged(path)
        return json_form.from_bytes(Environment, body, file=str(path), schema=ENVIRONMENT_SCHEMA)

    def keep_environment(self, environment: Environment) -> str:
        """Write the pins beside the machine's runs under their own digest, once; the digest is the answer."""
        name = json_form.digest(environment)
        path = self.pins / f"{name}.json"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, json_form.to_bytes(environment))
        return name

    def seal(self, run: Kept) -> None:
        """List the hash of the uncompressed bytes of the record and its files, since compressors differ between machines."""
        rows = []
        for name in sorted([RECORD, *run.files]):
            body = (self.path / name).read_bytes()
            rows.append(f"{hashlib.sha256(gzip.decompress(body) if name.endswith('.gz') else body).hexdigest()}  {name}\n")
        _replace(self.path / MANIFEST, "".join(rows).encode())


def recorded_runs(results: Path, machine: str, suite: str) -> list[RunFolder]:
    """Folders of this suite's runs on this machine that hold a record, newest first."""
    folders = sorted((results / machine).glob(f"*-{suite}-*"), reverse=True)
    return [RunFolder(path) for path in folders if (path / RECORD).is_file()]


def unfinished(results: Path, machine: str, suite: str) -> list[RunFolder]:
    """Those of them that have no seal."""
    return [folder for folder in recorded_runs(results, machine, suite) if not (folder.path / MANIFEST).exists()]


def _as_recorded(one: Kept) -> Kept:
    return dataclasses.replace(one, run_id=recorded_name(one.run_id)) if isinstance(one, Run) else one


def _replace(path: Path, body: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=_WRITING)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    Path(name).replace(path)


def _compressed(lines: Sequence[str]) -> bytes:
    return gzip.compress(_joined(lines), compresslevel=9, mtime=0)


def _lines(path: Path) -> list[str]:
    try:
        return gzip.decompress(path.read_bytes()).decode().splitlines()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError):
        raise _damaged(path) from None


def _damaged(path: Path) -> ChronicleError:
    return ChronicleError(f"{path} is not what its record was written with", hint="restore it, or begin again with --new")


def _digest(lines: Sequence[str]) -> str:
    return hashlib.sha256(_joined(lines)).hexdigest()


def _joined(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
