"""Reads recorded calibrations from a results folder, as suspiciously as runs: digests, seal, pins, names must fit."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from chronicle.errors import Problem, ProblemsFound
from chronicle.evidence.coherence import is_moment
from chronicle.evidence.reading_shapes import misshapen
from chronicle.evidence.stored import (
    UNREADABLE,
    Finding,
    environment_of,
    inflated,
    pin_problems,
    pins,
    seal_problems,
    stored_files,
    stored_problem,
)
from chronicle.records import json_form
from chronicle.records.calibration import CALIBRATION_SCHEMA, CALIBRATIONS, READINGS, Calibration
from chronicle.records.readings import READINGS_OF, Readings
from chronicle.records.recorded import RecordedCalibration, RecordedCalibrations
from chronicle.records.run import MACHINE_NAME, MANIFEST, RECORD

_MOST = 1 << 64
_NAME = r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?"
_FILES = (RECORD, READINGS, MANIFEST)


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
    files = stored_files(folder, shown, _FILES, depth=3)
    if RECORD not in files:
        raise ProblemsFound([stored_problem(file, "is not there", "the record of a calibration")])
    found = json_form.from_bytes(Calibration, files[RECORD], file=file, schema=CALIBRATION_SCHEMA)
    if wrong := [stored_problem(file, *one) for one in _impossible(found, folder)]:
        raise ProblemsFound(wrong)
    body = _body(files, found, shown)
    readings = _readings(body, f"{shown}/{READINGS}")
    stored = list(_stored_problems(found, body, shown))
    if wrong := [stored_problem(f"{shown}/{READINGS}", *one) for one in misshapen(readings)]:
        raise ProblemsFound([*stored, *wrong])
    kept = _kept(folder.parent.parent / "env", found, shown)
    environment = environment_of(kept.get(found.environment_sha256), f"{shown}/env", "no process told its pins")
    problems = (
        *stored,
        *(seal_problems(files, {RECORD, *found.files}, shown, "calibration") if MANIFEST in files else ()),
        *pin_problems(found.compare_sha256, environment, file),
    )
    return RecordedCalibration(found, folder, shown, readings, environment, MANIFEST in files, files, problems, kept)


def _impossible(found: Calibration, folder: Path) -> Iterator[Finding]:
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
        if not is_moment(stamp):
            yield f"`{name}` is {stamp!r:.60}", "an ISO date with its offset from UTC"
    names = [one.name for one in found.parts]
    for name in sorted({one for one in names if names.count(one) > 1 or one not in READINGS_OF}):
        yield f"`parts` names {name!r:.60}", f"each part once, of: {', '.join(READINGS_OF)}"


def _body(files: dict[str, bytes], found: Calibration, shown: str) -> bytes:
    """The lines of the readings, none where the record names no such file: what lies there then is not of the calibration."""
    file = f"{shown}/{READINGS}"
    if READINGS not in found.files:
        files.pop(READINGS, None)
        return b""
    if READINGS not in files:
        raise ProblemsFound([stored_problem(file, "is not there", "a file the record refers to")])
    try:
        return inflated(files[READINGS])
    except UNREADABLE as failure:
        raise ProblemsFound([stored_problem(file, f"cannot be read ({failure})", "compressed lines")]) from None


def _readings(body: bytes, file: str) -> Mapping[str, Readings]:
    """The readings of each part by its name, each line of the type of its part."""
    found: dict[str, Readings] = {}
    for number, line in enumerate(body.splitlines(), start=1):
        try:
            plain = json.loads(line, parse_int=_integer)
            kind = READINGS_OF[plain["part"]]
        except (ValueError, RecursionError, KeyError, TypeError):
            raise ProblemsFound([stored_problem(file, f"line {number} holds {line!r:.60}", "the readings of a part")]) from None
        found[plain["part"]] = json_form.from_bytes(kind, json.dumps(plain.get("readings")).encode(), file=file)
    return found


def _integer(digits: str) -> int:
    """What a register of 64 bits holds, and not more: a time beyond that leaves no room for a millisecond in a float."""
    if abs(found := int(digits)) >= _MOST:
        raise ValueError(f"a number of {found.bit_length()} bits")
    return found


def _kept(folder: Path, found: Calibration, shown: str) -> dict[str, bytes]:
    """The files of pins that the calibration and its parts name, by their digests."""
    if not found.environment_sha256:
        return {}
    digests = {found.environment_sha256, *(one.environment_sha256 for one in found.parts if one.environment_sha256)}
    machine = shown.rsplit("/", 2)[0]
    return {digest: pins(folder, digest, f"{machine}/env/{digest}.json") for digest in sorted(digests)}


def _stored_problems(found: Calibration, body: bytes, shown: str) -> Iterator[Problem]:
    stored = found.files.get(READINGS)
    if stored is not None and hashlib.sha256(body).hexdigest() != stored.sha256:
        yield stored_problem(f"{shown}/{READINGS}", "its digest differs", f"digest {stored.sha256[:12]}… as its record says")
