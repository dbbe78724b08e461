"""Whether a record is sound in itself: its summary follows from its processes, and its work is counted by a rule that holds."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

from chronicle.errors import Problem
from chronicle.facts.estimates import summarise
from chronicle.facts.physics import miscounted
from chronicle.records.recorded import RecordedRun

_TOLERANCE = 1e-9
"""Relative difference that two mathematics libraries may have in an exponential; an edit is far larger."""


def record_problems(recorded: RecordedRun) -> Iterator[Problem]:
    """Everything within a record that stops a build."""
    yield from summary_problems(recorded)
    yield from convention_problems(recorded)


def convention_problems(recorded: RecordedRun) -> Iterator[Problem]:
    """Gate 29: a problem for each case whose bytes or operations are counted by no named rule, or against its own."""
    for place, case in enumerate(recorded.run.cases):
        if case.workload is not None and (wrong := miscounted(case.workload, case.parameters)):
            yield Problem(
                file=f"{recorded.shown}/record.json",
                line=None,
                found=f"`cases.{place}.workload` of {case.key}: {wrong}",
                expected="a rule such as matmul/1 and a count that follows from it",
                hint="name the rule in Work(formula=…), raise its version where the rule changed, and measure again",
                rule="convention",
                severity="error",
            )


def summary_problems(recorded: RecordedRun) -> Iterator[Problem]:
    """A problem for every field of every summary that differs from the one computed again."""
    run = recorded.run
    for place, case in enumerate(run.cases):
        stated = dataclasses.asdict(case.summary) if case.summary else None
        again = summarise(case.replicates)
        found = dataclasses.asdict(again) if again else None
        for path, old, new in differences(stated, found, f"cases.{place}.summary"):
            yield Problem(
                file=f"{recorded.shown}/record.json",
                line=None,
                found=f"`{path}` is {old!r} for {case.key}",
                expected=f"{new!r}, computed from its processes",
                hint=f"restore the file from git; the page runs/{run.machine}/{run.run_id}/ shows it",
                rule="record-integrity",
                severity="error",
            )


def differences(stated: Any, found: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Path, stated and computed value of every leaf in which two plain values differ."""
    if isinstance(stated, dict) and isinstance(found, dict):
        for name in sorted({*stated, *found}):
            yield from differences(stated.get(name), found.get(name), f"{path}.{name}")
    elif isinstance(stated, list | tuple) and isinstance(found, list | tuple) and len(stated) == len(found):
        for place, (old, new) in enumerate(zip(stated, found, strict=True)):
            yield from differences(old, new, f"{path}.{place}")
    elif isinstance(stated, float) and isinstance(found, float):
        if not math.isclose(stated, found, rel_tol=_TOLERANCE):
            yield path, stated, found
    elif (list(stated) if isinstance(stated, tuple) else stated) != (list(found) if isinstance(found, tuple) else found):
        yield path, stated, found
