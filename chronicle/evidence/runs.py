"""Reads recorded runs from a results folder, and checks that what is stored still agrees with itself.

A record is never trusted for being there: line files must have the digests it names, medians are taken again from the
samples, the seal must fit, and pins must have the digest that is their file's name.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from chronicle.errors import Problem, ProblemsFound
from chronicle.evidence import coherence
from chronicle.evidence.stored import (
    UNREADABLE,
    environment_of,
    inflated,
    pin_problems,
    pins,
    seal_problems,
    stored_files,
    stored_problem,
)
from chronicle.records import json_form
from chronicle.records.recorded import RecordedRun, RecordedRuns
from chronicle.records.run import (
    MANIFEST,
    RECORD,
    RUN_SCHEMA,
    SAMPLES,
    TELEMETRY,
    Environment,
    Run,
    Timing,
)

_FILES = (RECORD, SAMPLES, TELEMETRY, MANIFEST)
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
            problems.extend(stored_problem(f"{found.shown}/{RECORD}", *finding) for finding in copies)
            runs.append(found)
    return RecordedRuns(tuple(sorted(runs, key=lambda one: (one.run.created_utc, one.run.machine))), tuple(problems))


def read_run(folder: Path, results: Path, shown_as: str | None = None) -> RecordedRun:
    """Read one run, called by the name of its folder. Raises :class:`ProblemsFound` where it cannot be read at all.

    Only files of the names that the harness writes are looked at, and none that is a link: a site ships their bytes.
    """
    shown = f"{shown_as or results}/{folder.relative_to(results).as_posix()}"
    files = stored_files(folder, shown, _FILES, depth=2)
    if RECORD not in files:
        raise ProblemsFound([stored_problem(f"{shown}/{RECORD}", "is not there", "the record of a run")])
    run = json_form.from_bytes(Run, files[RECORD], file=f"{shown}/{RECORD}", schema=RUN_SCHEMA)
    if wrong := [stored_problem(f"{shown}/{RECORD}", *finding) for finding in coherence.impossible(run, folder)]:
        raise ProblemsFound(wrong)
    run = replace(run, run_id=folder.name)
    lines = {name: _lines(files, name, shown, stored.lines) for name, stored in run.files.items()}
    environment = _environment(folder.parent / "env", run.environment_sha256, shown)
    samples = _parsed(lines, SAMPLES, shown, _is_samples)
    telemetry = _parsed(lines, TELEMETRY, shown, _is_telemetry)
    problems = (
        *(stored_problem(f"{shown}/{RECORD}", *finding) for finding in coherence.repeated(run)),
        *_other_pins(run, folder.parent / "env", shown),
        *_storage_problems(run, lines, shown),
        *_sample_problems(run, samples, shown),
        *_seal_problems(files, run, shown),
        *pin_problems(run.compare_sha256, environment, f"{shown}/{RECORD}"),
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


def _lines(files: Mapping[str, bytes], name: str, shown: str, count: int) -> list[str]:
    try:
        return inflated(files[name]).decode().splitlines()[:count]
    except KeyError:
        raise ProblemsFound([stored_problem(f"{shown}/{name}", "is not there", "a file the record refers to")]) from None
    except UNREADABLE as failure:
        raise ProblemsFound([stored_problem(f"{shown}/{name}", f"cannot be read ({failure})", "compressed lines")]) from None


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
                [stored_problem(f"{shown}/{name}", f"line {place} holds {line!r:.60}", "numbers, as they were sampled")]
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
    place = f"{shown.rpartition('/')[0]}/env/{digest}.json"
    return environment_of(pins(folder, digest, place) if digest else None, place, "no process measured anything")


def _other_pins(run: Run, folder: Path, shown: str) -> Iterator[Problem]:
    """Problems of the pins that single processes name, beside those of the run."""
    named = {process.environment_sha256 for case in run.cases for process in case.processes}
    for digest in sorted(named - {"", run.environment_sha256}):
        try:
            pins(folder, digest, f"{shown.rpartition('/')[0]}/env/{digest}.json")
        except ProblemsFound as failure:
            yield from failure.problems


def _kept(run: Run, folder: Path) -> dict[str, bytes]:
    """The files of pins that the run and its processes name, as far as they are there and are what their names say."""
    named = {run.environment_sha256, *(process.environment_sha256 for case in run.cases for process in case.processes)}
    found = {}
    for digest in sorted(named - {""}):
        with contextlib.suppress(ProblemsFound):
            found[digest] = pins(folder, digest, digest)
    return found


def _storage_problems(run: Run, lines: Mapping[str, list[str]], shown: str) -> Iterator[Problem]:
    for name, stored in run.files.items():
        digest = hashlib.sha256("".join(f"{line}\n" for line in lines[name]).encode()).hexdigest()
        if digest != stored.sha256:
            yield stored_problem(
                f"{shown}/{name}", f"digest {digest[:12]}…", f"digest {stored.sha256[:12]}… as its record says"
            )


def _sample_problems(run: Run, samples: Mapping[int, Sequence[int]], shown: str) -> Iterator[Problem]:
    for case in run.cases:
        for place, process in enumerate(case.processes):
            if process.time is None:
                continue
            if (kept := samples.get(process.time.samples_line)) is None:
                yield stored_problem(f"{shown}/{SAMPLES}", f"no line {process.time.samples_line}", f"the samples of {case.key}")
                continue
            for name, stated, found in _restated(process.time, kept):
                where = f"`{case.key}.processes.{place}.time.{name}` is {stated}"
                yield stored_problem(f"{shown}/{RECORD}", where, f"{found}, computed from the samples")


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
    if MANIFEST in files:
        yield from seal_problems(files, {RECORD, *run.files}, shown, "run")
    elif run.design.stop == "rule":
        expected = "the digests of its files, as a run that has ended has them"
        yield stored_problem(f"{shown}/{MANIFEST}", "is not there", expected)
