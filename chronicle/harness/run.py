"""Runs a suite in blocks: each block measures every case once, each in its own process, in a shuffled order.

A block is never begun that cannot finish within the budget, and is written whole or not at all. A run that was cut off
goes on where it stopped, with the same orders, if source, revision, cases, rule, machine and device are still the same.
"""

from __future__ import annotations

import dataclasses
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chronicle.errors import ChronicleError
from chronicle.harness.block import one_block
from chronicle.harness.plan import Observer, Plan
from chronicle.harness.rules import Rule, is_precise
from chronicle.harness.sameness import is_same_device
from chronicle.harness.store import RunFolder, unfinished
from chronicle.harness.tables import tables_of
from chronicle.records import run
from chronicle.records.provenance import weakest
from chronicle.sources import local_sources, source_digest
from chronicle.version import __version__

_MARGIN = 1.05

Summarise = Callable[[Sequence[run.Process]], run.Summary | None]


def measure(plan: Plan, summarise: Summarise, observer: Observer) -> tuple[run.Run, Path]:
    """Measure what is missing of the plan; the record and its folder are the answer, also where the budget ended it.

    Raises :class:`ChronicleError` where the budget holds no block at all, where another run measures on this machine at
    the moment, and where suite, pins or device changed since the run was begun. Finished blocks stand in any case.
    """
    until = None if plan.budget_seconds is None else time.monotonic() + plan.budget_seconds
    with alone_on(plan.results / plan.machine):
        folder, now = _continued(plan, observer) or _begun(plan)
        slowest = max(_least_seconds(plan), _slowest_block(now))
        primes = plan.primes
        if not _has_ended(now, plan.stop) and until is not None and time.monotonic() + slowest > until:
            raise ChronicleError(
                f"a block takes {slowest:.0f} s or more, and the budget is {plan.budget_seconds:.0f} s",
                hint="give it more time, or measure one benchmark: SUITE:BENCHMARK",
            )
        while not _has_ended(now, plan.stop):
            if until is not None and time.monotonic() + slowest * _MARGIN > until:
                return folder.commit(_stopped(now, "deadline")), folder.path
            started = time.monotonic()
            now = _stopped(one_block(plan, folder, now, observer, primes), "open")
            now, primes = folder.commit(_summarised(now, summarise)), ()
            slowest = max(slowest, time.monotonic() - started)
            observer.block_written(now, time.monotonic() - started, _still_fit(until, slowest))
        now = folder.commit(_stopped(now, "rule"))
        folder.seal(now)
    return now, folder.path


def close(path: Path) -> run.Run:
    """Seal a run that a deadline ended, so that it counts with the blocks it has and is never continued.

    Raises :class:`ChronicleError` for a run that ended otherwise, or has no block.
    """
    if not (path / run.RECORD).is_file():
        raise ChronicleError(f"{path} holds no {run.RECORD}", hint="give the folder of a run: bench/results/MACHINE/RUN")
    folder = RunFolder(path)
    found = folder.load()
    if found.design.stop != "deadline" or not found.design.blocks_done:
        raise ChronicleError(
            f"{found.run_id} was ended by {found.design.stop!r}, not by a deadline",
            hint="only a run whose budget was spent may be closed early: a deadline knows nothing of the result",
        )
    folder.seal(found)
    return found


def _has_ended(now: run.Run, rule: Rule) -> bool:
    return now.design.blocks_done >= rule.most or is_precise(now, rule)


def _still_fit(until: float | None, slowest: float) -> int | None:
    """Blocks that can still be begun, by the slowest so far."""
    return None if until is None else max(0, int((until - time.monotonic()) / (slowest * _MARGIN)))


@contextmanager
def alone_on(machine: Path) -> Iterator[None]:
    """Hold the machine's folder: two runs at once would disturb each other, and write over each other's blocks."""
    import fcntl

    try:
        machine.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise ChronicleError(
            f"no folder can be made at {machine} ({failure.strerror})", hint="give --results a folder that can be written"
        ) from failure
    held = os.open(machine, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ChronicleError(f"another run is measuring into {machine}", hint="wait until it has ended") from None
        yield
    finally:
        os.close(held)


def _least_seconds(plan: Plan) -> float:
    """What a block cannot take less than: the least warm-up and the least sampling of every case."""
    studies = sum(one.is_study for one in plan.points)
    return (plan.turns - studies) * (plan.protocol.warmup_seconds + plan.protocol.seconds_min)


def _slowest_block(now: run.Run) -> float:
    """Seconds of the slowest block so far; in an older record by the starts of its processes, 0 where they do not tell."""
    if now.design.block_wall_ns:
        return max(now.design.block_wall_ns) / 1e9
    slowest = 0.0
    for block in range(now.design.blocks_done):
        stamps = [datetime.fromisoformat(one.start_utc) for case in now.cases for one in case.processes if one.block == block]
        if len(stamps) > 1:
            slowest = max(slowest, (max(stamps) - min(stamps)).total_seconds() * len(stamps) / (len(stamps) - 1))
    return slowest


def _begun(plan: Plan) -> tuple[RunFolder, run.Run]:
    path = plan.bench / f"{plan.suite}.py"
    digest = source_digest(path)
    stamp = datetime.now(UTC)
    has_studies = any(one.is_study for one in plan.points)
    while (folder := plan.results / plan.machine / _run_id(plan, stamp, digest)).exists():
        stamp += timedelta(seconds=1)
    begun = run.Run(
        run_id=folder.name,
        machine=plan.machine,
        suite=run.Suite(
            name=plan.suite,
            file=f"{plan.bench.name}/{path.name}",
            source_sha256=digest,
            sources=tuple(
                f"{plan.bench.name}/{one.relative_to(plan.bench.resolve()).as_posix()}" for one in local_sources(path)
            ),
            tables=tables_of(path),
        ),
        source=plan.source,
        created_utc=stamp.isoformat(timespec="seconds"),
        harness_version=__version__,
        label=weakest(one.label for one in plan.points),
        scope="device",
        design=run.Design(
            rule=plan.stop.name,
            blocks_planned=plan.stop.most,
            blocks_done=0,
            stop="open",
            order_key=secrets.randbits(48),
            protocol=plan.protocol,
            controls=plan.controls,
        ),
        calibration=plan.calibration,
        environment_sha256="",
        compare_sha256="",
        cases=tuple(
            run.Case(
                benchmark=one.benchmark,
                title=one.title,
                parameters=dict(one.parameters),
                workload=None,
                label=one.label if has_studies else None,
            )
            for one in plan.points
        ),
        left_out=plan.left_out,
    )
    return RunFolder(folder), begun


def _run_id(plan: Plan, stamp: datetime, digest: str) -> str:
    return f"{stamp:%Y%m%dT%H%M%SZ}-{plan.suite}-{(plan.source.revision or digest)[:7]}"


def _continued(plan: Plan, observer: Observer) -> tuple[RunFolder, run.Run] | None:
    """The newest unfinished run that this plan is a continuation of."""
    if plan.is_new:
        return None
    digest = source_digest(plan.bench / f"{plan.suite}.py")
    for folder in unfinished(plan.results, plan.machine, plan.suite):
        found = folder.load()
        same_cases = [(case.benchmark, case.parameters) for case in found.cases] == [
            (one.benchmark, one.parameters) for one in plan.points
        ]
        same_work = (found.suite.source_sha256, found.source.revision) == (digest, plan.source.revision)
        same_rules = (found.design.rule, found.design.protocol, found.design.controls) == (
            plan.stop.name,
            plan.protocol,
            plan.controls,
        )
        same_harness = (found.harness_version, found.method_version) == (__version__, run.METHOD_VERSION)
        same_kind = is_same_device(found, plan.device.partition(":")[0], folder)
        if same_cases and same_work and same_rules and same_harness and same_kind:
            observer.resumed(folder.path, found.design.blocks_done)
            return folder, _dirtied(found, plan.source)
    return None


def _dirtied(found: run.Run, source: run.Source) -> run.Run:
    """The run, marked as dirty too if its work tree was changed between its blocks."""
    return dataclasses.replace(found, source=dataclasses.replace(found.source, dirty=True)) if source.dirty else found


def _summarised(now: run.Run, summarise: Summarise) -> run.Run:
    cases = tuple(dataclasses.replace(case, summary=summarise(case.replicates)) for case in now.cases)
    return dataclasses.replace(now, cases=cases)


def _stopped(now: run.Run, stop: str) -> run.Run:
    return dataclasses.replace(now, design=dataclasses.replace(now.design, stop=stop))
