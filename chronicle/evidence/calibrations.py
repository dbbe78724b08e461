"""Reads recorded calibrations from a results folder, as suspiciously as runs: digests, seal, pins, names must fit."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from chronicle.errors import Problem, ProblemsFound
from chronicle.evidence.reading_shapes import misshapen
from chronicle.records import json_form
from chronicle.records.calibration import CALIBRATION_SCHEMA, CALIBRATIONS, READINGS, Calibration
from chronicle.records.readings import READINGS_OF, Readings
from chronicle.records.recorded import RecordedCalibration, RecordedCalibrations
from chronicle.records.run import ENVIRONMENT_SCHEMA, MACHINE_NAME, MANIFEST, RECORD, Environment, Missing

_MOST_BYTES = 64 << 20
_MOST = 1 << 64
_NAME = r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?"
_UNREADABLE = (OSError, EOFError, zlib.error, UnicodeDecodeError)


def read_calibrations(results: Path, shown_as: str = "bench/results") -> RecordedCalibrations:
    """Read every calibration below ``results``; one that cannot be read is a problem and does not hide the others."""
    found: list[RecordedCalibration] = []
    problems: list[Problem] = []
    for record in sorted(results.glob(f"*/{CALIBRATIONS}/*/{RECORD}")):
        try:
            one = read_calibration(record.parent, f"{shown_as}/{record.parent.relative_to(results).as_posix()}")
        except ProblemsFound as failure:
            problems.extend(failure.problems)
        else:
            found.append(one)
            problems.extend(one.problems)
    found.sort(key=lambda one: (one.calibration.created_utc, one.key))
    return RecordedCalibrations(tuple(found), tuple(problems))


def read_calibration(folder: Path, shown: str) -> RecordedCalibration:
    """Read one calibration. Raises :class:`ProblemsFound` where the record, its readings or its pins cannot be read at all.

    Only files of the names that the harness writes are looked at, and none that is a link: a site ships their bytes.
    """
    file = f"{shown}/{RECORD}"
    files = {RECORD: _bytes(folder / RECORD, file, "the record of a calibration")}
    found = json_form.from_bytes(Calibration, files[RECORD], file=file, schema=CALIBRATION_SCHEMA)
    if wrong := [_problem(file, *one) for one in _impossible(found, folder)]:
        raise ProblemsFound(wrong)
    body = b""
    if READINGS in found.files:
        files[READINGS] = _bytes(folder / READINGS, f"{shown}/{READINGS}", "a file the record refers to")
        body = _inflated(files[READINGS], f"{shown}/{READINGS}")
    if (folder / MANIFEST).exists():
        files[MANIFEST] = _bytes(folder / MANIFEST, f"{shown}/{MANIFEST}", "the seal of the calibration")
    readings = _readings(body, f"{shown}/{READINGS}")
    stored = list(_stored_problems(found, body, shown))
    if wrong := [_problem(f"{shown}/{READINGS}", *one) for one in misshapen(readings)]:
        raise ProblemsFound([*stored, *wrong])
    pins = _pins(folder.parent.parent / "env", found, shown)
    environment = _environment(found, pins)
    problems = (
        *stored,
        *_seal_problems(files, body, shown),
        *_pin_problems(found, environment, file),
    )
    return RecordedCalibration(found, folder, shown, readings, environment, MANIFEST in files, files, problems, pins)


def _impossible(found: Calibration, folder: Path) -> Iterator[tuple[str, str]]:
    place = folder.resolve()
    if found.calibration_id != place.name or not re.fullmatch(_NAME, found.calibration_id):
        expected = f"{place.name!r:.60}, the name of its folder, in letters, digits, dots and dashes"
        yield f"`calibration_id` is {found.calibration_id!r:.60}", expected
    if found.machine != place.parent.parent.name or not re.fullmatch(MACHINE_NAME, found.machine):
        yield f"`machine` is {found.machine!r:.60}", f"{place.parent.parent.name!r}, the name of its folder"
    for name, stamp in (
        ("created_utc", found.created_utc),
        *((f"parts.{one.name}.start_utc", one.start_utc) for one in found.parts),
    ):
        if not _is_moment(stamp):
            yield f"`{name}` is {stamp!r:.60}", "an ISO date with its offset from UTC"
    names = [one.name for one in found.parts]
    for name in sorted({one for one in names if names.count(one) > 1 or one not in READINGS_OF}):
        yield f"`parts` names {name!r:.60}", f"each part once, of: {', '.join(READINGS_OF)}"


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False


def _readings(body: bytes, file: str) -> Mapping[str, Readings]:
    """The readings of each part by its name, each line of the type of its part."""
    found: dict[str, Readings] = {}
    for number, line in enumerate(body.splitlines(), start=1):
        try:
            plain = json.loads(line, parse_int=_integer)
            kind = READINGS_OF[plain["part"]]
        except (ValueError, RecursionError, KeyError, TypeError):
            raise ProblemsFound([_problem(file, f"line {number} holds {line!r:.60}", "the readings of a part")]) from None
        found[plain["part"]] = json_form.from_bytes(kind, json.dumps(plain.get("readings")).encode(), file=file)
    return found


def _integer(digits: str) -> int:
    """What a register of 64 bits holds, and not more: a time beyond that leaves no room for a millisecond in a float."""
    if abs(found := int(digits)) >= _MOST:
        raise ValueError(f"a number of {found.bit_length()} bits")
    return found


def _pins(folder: Path, found: Calibration, shown: str) -> dict[str, bytes]:
    """The files of pins that the calibration and its parts name, by their digests."""
    if not found.environment_sha256:
        return {}
    digests = {found.environment_sha256, *(one.environment_sha256 for one in found.parts if one.environment_sha256)}
    raw = {}
    for digest in sorted(digests):
        place = f"{shown.rsplit('/', 2)[0]}/env/{digest}.json"
        raw[digest] = _bytes(folder / f"{digest}.json", place, "the pins of the calibration")
        if hashlib.sha256(raw[digest]).hexdigest() != digest:
            raise ProblemsFound([_problem(place, "was changed: its digest is not its name", "the pins as they were captured")])
    return raw


def _environment(found: Calibration, pins: Mapping[str, bytes]) -> Environment:
    chosen = found.environment_sha256
    if not chosen:
        return Environment(key={}, informative={}, missing=(Missing(path="key", reason="no process told its pins"),))
    return json_form.from_bytes(Environment, pins[chosen], file=f"{chosen}.json", schema=ENVIRONMENT_SCHEMA)


def _stored_problems(found: Calibration, body: bytes, shown: str) -> Iterator[Problem]:
    stored = found.files.get(READINGS)
    if stored is not None and hashlib.sha256(body).hexdigest() != stored.sha256:
        yield _problem(f"{shown}/{READINGS}", "its digest differs", f"digest {stored.sha256[:12]}… as its record says")


def _seal_problems(files: Mapping[str, bytes], body: bytes, shown: str) -> Iterator[Problem]:
    if MANIFEST not in files:
        return
    rows = [row.partition("  ") for row in files[MANIFEST].decode(errors="replace").splitlines()]
    stated = {name: digest for digest, _, name in rows}
    for name, content in ((RECORD, files[RECORD]), (READINGS, body)):
        if stated.get(name) != hashlib.sha256(content).hexdigest() and (content or name in stated):
            yield _problem(f"{shown}/{name}", "was changed after the calibration", f"the digest that {MANIFEST} lists")


def _pin_problems(found: Calibration, environment: Environment, file: str) -> Iterator[Problem]:
    compared = json_form.digest(environment.key) if environment.key else ""
    if found.compare_sha256 != compared:
        yield _problem(
            file, f"`compare_sha256` is {found.compare_sha256!r:.16}", f"{compared!r:.16}, the digest of its key pins"
        )


def _bytes(path: Path, file: str, expected: str) -> bytes:
    try:
        if path.is_symlink():
            raise ProblemsFound([_problem(file, "is a link to another file", expected)])
        return path.read_bytes()
    except (OSError, ValueError):
        raise ProblemsFound([_problem(file, "is not there", expected)]) from None


def _inflated(body: bytes, file: str) -> bytes:
    """The uncompressed bytes, up to a limit: a few kilobytes can hold gigabytes of one character."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
            found = stream.read(_MOST_BYTES + 1)
    except _UNREADABLE as failure:
        raise ProblemsFound([_problem(file, f"cannot be read ({failure})", "compressed lines")]) from None
    if len(found) > _MOST_BYTES:
        raise ProblemsFound([_problem(file, f"holds more than {_MOST_BYTES >> 20} MiB", "the readings of a calibration")])
    return found


def _problem(file: str, found: str, expected: str) -> Problem:
    return Problem(
        file=file,
        line=None,
        found=found,
        expected=expected,
        hint=f"restore {file.rsplit('/', 1)[-1]} from git: calibrations are written by the harness and never edited",
        rule="record-integrity",
        severity="error",
    )
