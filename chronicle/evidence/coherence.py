"""What must hold within a record before a number is computed from it: its own name, its times, its counts, its blocks."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from chronicle.evidence.stored import Finding
from chronicle.records.provenance import DERIVED, LABELS, SIMULATED, is_metric, seed_of
from chronicle.records.run import MACHINE_NAME, RECORD, Case, Run
from chronicle.records.run_names import names_before, recorded_name

Value = TypeVar("Value", bound=Hashable)

_ABOVE_ZERO = {
    "time": ("quantum_ns", "calls_per_sample", "n", "median_ns", "min_ns", "device_ns"),
    "throttle": ("window_ns",),
    "energy": ("window_ns", "calls"),
}


def impossible(run: Run, folder: Path) -> Iterator[Finding]:
    """Names, times and counts that no harness writes, and with which nothing can be computed or shown."""
    place = folder.resolve()
    if run.run_id != (name := recorded_name(place.name)):
        yield f"`run_id` is {run.run_id!r:.60}", f"{name!r}, the name of its folder"
    else:
        yield from _alone(place)
    if run.machine != place.parent.name or not re.fullmatch(MACHINE_NAME, run.machine):
        yield (
            f"`machine` is {run.machine!r:.60}",
            f"{place.parent.name!r}, the name of its folder, in lower-case letters, digits and dashes",
        )
    if not is_moment(run.created_utc):
        yield f"`created_utc` is {run.created_utc!r:.60}", "an ISO date with its offset from UTC"
    for table in run.suite.tables:
        if not _is_day(table.as_of):
            yield f"the table {table.path!r:.60} is `as_of` {table.as_of!r:.40}", "an ISO date"
    for case in run.cases:
        yield from _not_above_zero(case)
        yield from _unlike_a_workload(case)
        yield from _unlike_a_study(run, case)
        for number, process in enumerate(case.processes):
            if not is_moment(process.start_utc):
                name = f"`{case.key}.processes.{number}.start_utc`"
                yield f"{name} is {process.start_utc!r:.60}", "an ISO date with its offset from UTC"


def _alone(place: Path) -> Iterator[Finding]:
    """A number behind the name of a folder where no run that needs one has the names before it."""
    absent = [name for name in names_before(place.name) if not (place.parent / name / RECORD).is_file()]
    if absent:
        expected = f"{' and '.join(map(repr, absent))} beside it, or {absent[0]!r} as its own name"
        yield f"the folder is called {place.name!r}", expected


def _unlike_a_study(run: Run, case: Case) -> Iterator[Finding]:
    """Outcomes where none may be, or under a name or a seed that the harness gives to nothing."""
    if (case.label or run.label) not in LABELS:
        yield f"the label of `{case.key}` is {case.label or run.label!r:.40}", f"one of {', '.join(LABELS)}"
    for number, process in enumerate(case.processes):
        where = f"`{case.key}.processes.{number}"
        if process.time is not None and case.is_study:
            yield f"{where}.time` is one of a study", "outcomes alone: a study is computed"
        for name, value in process.outcomes.items():
            if not is_metric(name) or not math.isfinite(value):
                yield f"{where}.outcomes` hold {name!r:.60}: {value!r:.20}", "finite numbers by the names of metrics"
        seed = seed_of(run.design.order_key, process.block) if case.label == SIMULATED else None
        if case.is_study and process.error is None and process.seed != seed:
            yield f"{where}.seed` is {process.seed}", f"{seed}, which follows from the key of the run and the block"
    answers = {tuple(sorted(one.outcomes.items())) for one in case.processes if one.error is None}
    if case.label == DERIVED and len(answers) > 1:
        yield f"`{case.key}` is derived and has {len(answers)} answers", "the same numbers from every process"


def _unlike_a_workload(case: Case) -> Iterator[Finding]:
    """Tokens that no sequence can get, and sizes that would hide an axis or cannot be computed with."""
    work, where = case.workload, f"`{case.key}.workload"
    if work is None:
        return
    if work.sequences < 1 or (work.tokens or work.sequences) % work.sequences:
        yield f"{where}.tokens` is {work.tokens} for {work.sequences} sequences", "as many tokens for each of them"
    for name, size in work.sizes.items():
        if not is_metric(name) or name in case.parameters or not math.isfinite(size):
            yield f"{where}.sizes` hold {name!r:.60}: {size!r:.20}", "finite numbers by names that no axis has"


def repeated(run: Run) -> Iterator[Finding]:
    """Processes that stand in a record twice, or in blocks that it does not have."""
    done, planned = run.design.blocks_done, run.design.blocks_planned
    if not 0 <= done <= planned:
        yield f"`design.blocks_done` is {done}", f"0 to {planned}, the blocks planned"
    for case in run.cases:
        blocks = [process.block for process in case.processes]
        for block, _ in _twice((process.block, process.role) for process in case.processes):
            yield f"`{case.key}` has block {block} twice", "one process of a case and a role in a block"
        for block in sorted({one for one in blocks if not 0 <= one < done}):
            yield f"`{case.key}` has a process in block {block}", f"one of the {done} blocks done"
    processes = [process for case in run.cases for process in case.processes]
    for block, order in _twice((one.block, one.order) for one in processes):
        yield f"block {block} has two processes with order {order}", "one process at a time"
    for line in _twice(one.time.samples_line for one in processes if one.time):
        yield f"`samples_line` {line} is named by two processes", "samples of their own for each process"
    windows = [one.energy.telemetry_line for one in processes if one.energy and one.energy.telemetry_line is not None]
    for line in _twice(windows):
        yield f"`telemetry_line` {line} is named by two processes", "telemetry of its own for each process"


def copied(run: Run, others: Iterable[Run]) -> Iterator[Finding]:
    """Another run with the key that is drawn anew for each: one of the two is a copy, and would count as evidence twice."""
    for one in others:
        if (one.machine, one.design.order_key) == (run.machine, run.design.order_key):
            yield f"`design.order_key` is that of {one.run_id}", "a key of its own, as every run draws one: remove the copy"


def _not_above_zero(case: Case) -> Iterator[Finding]:
    for name in ("bytes", "flop", "tokens"):
        if case.workload is not None and (amount := getattr(case.workload, name)) is not None and amount <= 0:
            yield f"`{case.key}.workload.{name}` is {amount}", "a number above 0"
    for place, process in enumerate(case.processes):
        where = f"{case.key}.processes.{place}"
        for part, names in _ABOVE_ZERO.items():
            for name in names if getattr(process, part) is not None else ():
                if (value := getattr(getattr(process, part), name)) <= 0:
                    yield f"`{where}.{part}.{name}` is {value}", "a number above 0"
        if process.energy is not None and process.energy.counter_mj[1] <= process.energy.counter_mj[0]:
            yield f"`{where}.energy.counter_mj` is {list(process.energy.counter_mj)}", "a counter that rose"


def _twice(values: Iterable[Value]) -> list[Value]:
    return [value for value, times in Counter(values).items() if times > 1]


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_moment(text: str) -> bool:
    """Whether this is an ISO date and time with its offset from UTC."""
    try:
        return datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False
