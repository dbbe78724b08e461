"""What must hold within a record before a number is computed from it: its own name, its times, its counts, its blocks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from chronicle.records.run import MACHINE_NAME, Case, Run

Finding = tuple[str, str]
"""What was found and what was expected."""

Value = TypeVar("Value", bound=Hashable)

_ABOVE_ZERO = {
    "time": ("quantum_ns", "calls_per_sample", "n", "median_ns", "min_ns", "device_ns"),
    "throttle": ("window_ns",),
    "energy": ("window_ns", "calls"),
}


def impossible(run: Run, folder: Path) -> Iterator[Finding]:
    """Names, times and counts that no harness writes, and with which nothing can be computed or shown."""
    place = folder.resolve()
    if run.run_id != place.name:
        yield f"`run_id` is {run.run_id!r:.60}", f"{place.name!r}, the name of its folder"
    if run.machine != place.parent.name or not re.fullmatch(MACHINE_NAME, run.machine):
        yield (
            f"`machine` is {run.machine!r:.60}",
            f"{place.parent.name!r}, the name of its folder, in lower-case letters, digits and dashes",
        )
    if not _is_moment(run.created_utc):
        yield f"`created_utc` is {run.created_utc!r:.60}", "an ISO date with its offset from UTC"
    for case in run.cases:
        yield from _not_above_zero(case)
        for number, process in enumerate(case.processes):
            if not _is_moment(process.start_utc):
                name = f"`{case.key}.processes.{number}.start_utc`"
                yield f"{name} is {process.start_utc!r:.60}", "an ISO date with its offset from UTC"


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


def _not_above_zero(case: Case) -> Iterator[Finding]:
    for name in ("bytes", "flop"):
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


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False
