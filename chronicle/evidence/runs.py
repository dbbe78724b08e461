"""Reads recorded runs from a results folder, and checks that what is stored still agrees with itself.

A record is never trusted for being there: line files must have the digests it names, medians are taken again from the
samples, the seal must fit, and pins must have the digest that is their file's name.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import statistics
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from chronicle.errors import Problem, ProblemsFound
from chronicle.evidence import coherence
from chronicle.records import json_form
from chronicle.records.recorded import RecordedRun, RecordedRuns
from chronicle.records.run import (
    ENVIRONMENT_SCHEMA,
    MANIFEST,
    RECORD,
    RUN_SCHEMA,
    SAMPLES,
    TELEMETRY,
    Environment,
    Missing,
    Run,
    Timing,
)

_UNREADABLE = (OSError, EOFError, zlib.error, UnicodeDecodeError)
_FILES = (RECORD, SAMPLES, TELEMETRY, MANIFEST)
_MOST_BYTES = 256 << 20
_MOST = 1 << 63


def read_runs(results: Path, shown_as: str = "bench/results") -> RecordedRuns:
    """Read every run below ``results``; a run that cannot be read is a problem and does not hide the others."""
    runs: list[RecordedRun] = []
    problems: list[Problem] = []
    for folder in sorted({path.parent for path in results.glob("*/*/*") if path.name in _FILES}):
        try:
            found = read_run(folder, results, shown_as)
        except ProblemsFound as failure:
            problems.extend(failure.problems)
        else:
            copies = coherence.copied(found.run, [one.run for one in runs])
            problems.extend(found.problems)
            problems.extend(_problem(f"{found.shown}/{RECORD}", *finding) for finding in copies)
            runs.append(found)
    return RecordedRuns(tuple(sorted(runs, key=lambda one: (one.run.created_utc, one.run.machine))), tuple(problems))


def read_run(folder: Path, results: Path, shown_as: str | None = None) -> RecordedRun:
    """Read one run, called by the name of its folder. Raises :class:`ProblemsFound` where it cannot be read at all.

    Only files of the names that the harness writes are looked at, and none that is a link: a site ships their bytes.
    """
    shown = f"{shown_as or results}/{folder.relative_to(results).as_posix()}"
    files = _files(folder, shown)
    if RECORD not in files:
        raise ProblemsFound([_problem(f"{shown}/{RECORD}", "is not there", "the record of a run")])
    run = json_form.from_bytes(Run, files[RECORD], file=f"{shown}/{RECORD}", schema=RUN_SCHEMA)
    if wrong := [_problem(f"{shown}/{RECORD}", *finding) for finding in coherence.impossible(run, folder)]:
        raise ProblemsFound(wrong)
    run = replace(run, run_id=folder.name)
    lines = {name: _lines(files, name, shown, stored.lines) for name, stored in run.files.items()}
    environment = _environment(folder.parent / "env", run.environment_sha256, shown)
    samples = _parsed(lines, SAMPLES, shown, _is_samples)
    telemetry = _parsed(lines, TELEMETRY, shown, _is_telemetry)
    problems = (
        *(_problem(f"{shown}/{RECORD}", *finding) for finding in coherence.repeated(run)),
        *_other_pins(run, folder.parent / "env", shown),
        *_storage_problems(run, lines, shown),
        *_sample_problems(run, samples, shown),
        *_seal_problems(files, run, shown),
        *_pin_problems(run, environment, f"{shown}/{RECORD}"),
    )
    return RecordedRun(
        run,
        folder,
        shown,
        samples,
        telemetry,
        environment,
        MANIFEST in files,
        files,
        problems,
        pins=_kept(run, folder.parent / "env"),
    )


def _files(folder: Path, shown: str) -> dict[str, bytes]:
    """The bytes of the files of a run, by their names. Raises :class:`ProblemsFound` for each that lies elsewhere."""
    for place, name in ((folder.parent, shown.rpartition("/")[0]), (folder, shown)):
        if place.is_symlink():
            raise ProblemsFound([_problem(name, "is a link to another folder", "the folder itself")])
    if linked := [name for name in _FILES if (folder / name).is_symlink()]:
        raise ProblemsFound([_problem(f"{shown}/{name}", "is a link to another file", "the file itself") for name in linked])
    return {name: (folder / name).read_bytes() for name in sorted(_FILES) if (folder / name).is_file()}


def _lines(files: Mapping[str, bytes], name: str, shown: str, count: int) -> list[str]:
    try:
        return _inflated(files[name]).decode().splitlines()[:count]
    except KeyError:
        raise ProblemsFound([_problem(f"{shown}/{name}", "is not there", "a file the record refers to")]) from None
    except _UNREADABLE as failure:
        raise ProblemsFound([_problem(f"{shown}/{name}", f"cannot be read ({failure})", "compressed lines")]) from None


def _parsed(lines: Mapping[str, list[str]], name: str, shown: str, is_right: Callable[[Any], bool]) -> dict[int, Any]:
    """The JSON value of each line of a file, by its place. Raises :class:`ProblemsFound` for a line of another shape."""
    found = {}
    for place, line in enumerate(lines.get(name, ())):
        try:
            found[place] = json.loads(line)
        except (ValueError, RecursionError):
            found[place] = None
        if not is_right(found[place]):
            raise ProblemsFound(
                [_problem(f"{shown}/{name}", f"line {place} holds {line!r:.60}", "numbers, as they were sampled")]
            )
    return found


def _is_samples(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(one) is int and 0 < one < _MOST for one in value)


def _is_telemetry(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and all(isinstance(column, list) for column in value.values())
        and len({len(column) for column in value.values()}) == 1
        and all(one is None or (type(one) is int and abs(one) < _MOST) for column in value.values() for one in column)
    )


def _environment(folder: Path, digest: str, shown: str) -> Environment:
    if not digest:
        return Environment(key={}, informative={}, missing=(Missing(path="key", reason="no process measured anything"),))
    place = f"{shown.rpartition('/')[0]}/env/{digest}.json"
    raw = _pins(folder, digest, place)
    return json_form.from_bytes(Environment, raw, file=place, schema=ENVIRONMENT_SCHEMA)


def _pins(folder: Path, digest: str, place: str) -> bytes:
    path = folder / f"{digest}.json"
    try:
        if path.is_symlink() or folder.is_symlink():
            raise ProblemsFound([_problem(place, "is a link to another file", "the pins of the run")])
        raw = path.read_bytes()
    except (OSError, ValueError):
        raise ProblemsFound([_problem(place, "is not there", "the pins of the run")]) from None
    if hashlib.sha256(raw).hexdigest() != digest:
        raise ProblemsFound([_problem(place, "was changed: its digest is not its name", "the pins as they were captured")])
    return raw


def _other_pins(run: Run, folder: Path, shown: str) -> Iterator[Problem]:
    """Problems of the pins that single processes name, beside those of the run."""
    named = {process.environment_sha256 for case in run.cases for process in case.processes}
    for digest in sorted(named - {"", run.environment_sha256}):
        try:
            _pins(folder, digest, f"{shown.rpartition('/')[0]}/env/{digest}.json")
        except ProblemsFound as failure:
            yield from failure.problems


def _kept(run: Run, folder: Path) -> dict[str, bytes]:
    """The files of pins that the run and its processes name, as far as they are there and are what their names say."""
    named = {run.environment_sha256, *(process.environment_sha256 for case in run.cases for process in case.processes)}
    found = {}
    for digest in sorted(named - {""}):
        with contextlib.suppress(ProblemsFound):
            found[digest] = _pins(folder, digest, digest)
    return found


def _storage_problems(run: Run, lines: Mapping[str, list[str]], shown: str) -> Iterator[Problem]:
    for name, stored in run.files.items():
        digest = hashlib.sha256("".join(f"{line}\n" for line in lines[name]).encode()).hexdigest()
        if digest != stored.sha256:
            yield _problem(f"{shown}/{name}", f"digest {digest[:12]}…", f"digest {stored.sha256[:12]}… as its record says")


def _sample_problems(run: Run, samples: Mapping[int, Sequence[int]], shown: str) -> Iterator[Problem]:
    for case in run.cases:
        for place, process in enumerate(case.processes):
            if process.time is None:
                continue
            if (kept := samples.get(process.time.samples_line)) is None:
                yield _problem(f"{shown}/{SAMPLES}", f"no line {process.time.samples_line}", f"the samples of {case.key}")
                continue
            for name, stated, found in _restated(process.time, kept):
                where = f"`{case.key}.processes.{place}.time.{name}` is {stated}"
                yield _problem(f"{shown}/{RECORD}", where, f"{found}, computed from the samples")


def _restated(time: Timing, samples: Sequence[int]) -> Iterator[tuple[str, Any, Any]]:
    """Fields of the timing that the samples contradict: name, stated, recomputed."""
    quarters = statistics.quantiles(samples if len(samples) > 1 else [*samples, *samples], n=4)
    again = {
        "n": len(samples),
        "median_ns": round(statistics.median(samples)),
        "q1_ns": round(quarters[0]),
        "q3_ns": round(quarters[2]),
        "min_ns": min(samples),
        "device_ns": sum(samples),
    }
    return ((name, getattr(time, name), value) for name, value in again.items() if getattr(time, name) != value)


def _seal_problems(files: Mapping[str, bytes], run: Run, shown: str) -> Iterator[Problem]:
    if MANIFEST not in files:
        if run.design.stop == "rule":
            yield _problem(f"{shown}/{MANIFEST}", "is not there", "the digests of its files, as a run that has ended has them")
        return
    rows = [row.partition("  ") for row in files[MANIFEST].decode(errors="replace").splitlines()]
    for name in sorted({RECORD, *run.files} - {name for _, _, name in rows}):
        yield _problem(f"{shown}/{MANIFEST}", f"does not list {name}", "every file of the run")
    for digest, _, name in rows:
        body = files.get(name)
        if body is None:
            yield _problem(f"{shown}/{name}", "is not there", f"a file that {MANIFEST} lists")
            continue
        found = _digest_of(body, name)
        if found != digest:
            yield _problem(
                f"{shown}/{name}", f"was changed after the run: digest {found[:12]}…", f"{digest[:12]}… as {MANIFEST} says"
            )


def _pin_problems(run: Run, environment: Environment, file: str) -> Iterator[Problem]:
    compared = json_form.digest(environment.key) if environment.key else ""
    if run.compare_sha256 != compared:
        yield _problem(file, f"`compare_sha256` is {run.compare_sha256!r:.16}", f"{compared!r:.16}, the digest of its key pins")


def _inflated(body: bytes) -> bytes:
    """The uncompressed bytes, up to a limit: a few kilobytes can hold gigabytes of one character."""
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
        found = file.read(_MOST_BYTES + 1)
    if len(found) > _MOST_BYTES:
        raise OSError(f"more than {_MOST_BYTES >> 20} MiB")
    return found


def _digest_of(body: bytes, name: str) -> str:
    """SHA-256 of the uncompressed bytes; of the bytes as they are where they cannot be uncompressed."""
    try:
        return hashlib.sha256(_inflated(body) if name.endswith(".gz") else body).hexdigest()
    except _UNREADABLE:
        return hashlib.sha256(body).hexdigest()


def _problem(file: str, found: str, expected: str) -> Problem:
    *_, machine, run, name = ("", "", *file.split("/"))
    page = "" if machine in ("", "env") or run == "env" else f"; the page runs/{machine}/{run}/ shows it"
    return Problem(
        file=file,
        line=None,
        found=found,
        expected=expected,
        hint=f"restore {name} from git: records are written by the harness and never edited{page}",
        rule="record-integrity",
        severity="error",
    )
