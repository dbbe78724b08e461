"""Reads recorded runs from a results folder, and checks that what is stored still agrees with itself.

A record is never trusted for being there: line files must have the digests it names, medians are taken again from the
samples, the seal must fit, and pins must have the digest that is their file's name.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chronicle.errors import Problem, ProblemsFound
from chronicle.records import json_form
from chronicle.records.run import ENVIRONMENT_SCHEMA, RUN_SCHEMA, Environment, Run, Timing

RECORD, SAMPLES, TELEMETRY, MANIFEST = "record.json", "samples.jsonl.gz", "telemetry.jsonl.gz", "MANIFEST.sha256"


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A run with its samples (nanoseconds by line), its telemetry (columns by line), its pins, and its files as bytes."""

    run: Run
    folder: Path
    samples: Mapping[int, Sequence[int]]
    telemetry: Mapping[int, Mapping[str, Sequence[int | None]]]
    environment: Environment
    is_sealed: bool
    files: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedRuns:
    """All readable runs of a results folder, oldest first, and what is wrong with those that are not."""

    runs: tuple[RecordedRun, ...]
    problems: tuple[Problem, ...]


def read_runs(results: Path, shown_as: str = "bench/results") -> RecordedRuns:
    """Read every run below ``results``; a run that cannot be read is a problem and does not hide the others."""
    runs: list[RecordedRun] = []
    problems: list[Problem] = []
    for record in sorted(results.glob(f"*/*/{RECORD}")):
        try:
            found = read_run(record.parent, results, shown_as)
        except ProblemsFound as failure:
            problems.extend(failure.problems)
        else:
            runs.append(found)
            problems.extend(found.problems)
    return RecordedRuns(tuple(sorted(runs, key=lambda one: (one.run.created_utc, one.run.machine))), tuple(problems))


def read_run(folder: Path, results: Path, shown_as: str | None = None) -> RecordedRun:
    """Read one run. Raises :class:`ProblemsFound` where the record, its samples or its pins cannot be read at all."""
    shown = f"{shown_as or results}/{folder.relative_to(results).as_posix()}"
    files = {
        path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file() and not path.name.startswith(".")
    }
    run = json_form.from_bytes(Run, files[RECORD], file=f"{shown}/{RECORD}", schema=RUN_SCHEMA)
    lines = {name: _lines(files, name, shown, stored.lines) for name, stored in run.files.items()}
    environment = _environment(folder.parent / "env" / f"{run.environment_sha256}.json", shown)
    samples = {place: [int(one) for one in json.loads(line)] for place, line in enumerate(lines.get(SAMPLES, ()))}
    telemetry = {place: json.loads(line) for place, line in enumerate(lines.get(TELEMETRY, ()))}
    problems = (*_storage_problems(run, lines, shown), *_sample_problems(run, samples, shown), *_seal_problems(files, shown))
    return RecordedRun(run, folder, samples, telemetry, environment, MANIFEST in files, files, problems)


def _lines(files: Mapping[str, bytes], name: str, shown: str, count: int) -> list[str]:
    try:
        return gzip.decompress(files[name]).decode().splitlines()[:count]
    except (KeyError, OSError, EOFError, UnicodeDecodeError) as failure:
        raise ProblemsFound(
            [_problem(f"{shown}/{name}", f"cannot be read ({failure!r})", "a file the record refers to")]
        ) from None


def _environment(path: Path, shown: str) -> Environment:
    place = f"{shown}/../env/{path.name}"
    try:
        raw = path.read_bytes()
    except OSError:
        raise ProblemsFound([_problem(place, "is not there", "the pins of the run")]) from None
    if hashlib.sha256(raw).hexdigest() != path.stem:
        raise ProblemsFound([_problem(place, "was changed: its digest is not its name", "the pins as they were captured")])
    return json_form.from_bytes(Environment, raw, file=place, schema=ENVIRONMENT_SCHEMA)


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
    quarters = statistics.quantiles(samples, n=4)
    again = {
        "n": len(samples),
        "median_ns": round(statistics.median(samples)),
        "q1_ns": round(quarters[0]),
        "q3_ns": round(quarters[2]),
        "min_ns": min(samples),
        "device_ns": sum(samples),
    }
    return ((name, getattr(time, name), value) for name, value in again.items() if getattr(time, name) != value)


def _seal_problems(files: Mapping[str, bytes], shown: str) -> Iterator[Problem]:
    for row in files.get(MANIFEST, b"").decode(errors="replace").splitlines():
        digest, _, name = row.partition("  ")
        body = files.get(name)
        if body is None:
            yield _problem(f"{shown}/{name}", "is not there", f"a file that {MANIFEST} lists")
            continue
        found = hashlib.sha256(gzip.decompress(body) if name.endswith(".gz") else body).hexdigest()
        if found != digest:
            yield _problem(
                f"{shown}/{name}", f"was changed after the run: digest {found[:12]}…", f"{digest[:12]}… as {MANIFEST} says"
            )


def _problem(file: str, found: str, expected: str) -> Problem:
    return Problem(
        file=file,
        line=None,
        found=found,
        expected=expected,
        hint="restore it from git: records are written by the harness and never edited",
        rule="record-integrity",
        severity="error",
    )
