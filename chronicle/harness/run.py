"""Runs a suite in blocks: each block measures every case once, each in its own process, in a shuffled order.

A block is never begun that cannot finish within the budget, and is written whole or not at all. A run that was cut off
goes on where it stopped, with the same orders, if source, revision, cases, rule, machine and device are still the same.
"""

from __future__ import annotations

import dataclasses
import os
import random
import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chronicle.errors import ChronicleError
from chronicle.harness.discover import Point
from chronicle.harness.launch import answer_of, recorded
from chronicle.harness.sameness import is_same_device, pins_of_run, require_same
from chronicle.harness.store import RunFolder, unfinished
from chronicle.records import run
from chronicle.sources import local_sources, source_digest
from chronicle.version import __version__

Summarise = Callable[[Sequence[run.Process]], run.Summary | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured, where, and how often."""

    bench: Path
    results: Path
    suite: str
    points: tuple[Point, ...]
    left_out: tuple[run.LeftOut, ...]
    machine: str
    device: str
    pci_bus_id: str | None
    rule: str
    source: run.Source
    salt: Path
    budget_seconds: float | None = None
    protocol: run.Protocol = field(default_factory=run.Protocol)
    is_new: bool = False

    @property
    def blocks(self) -> int:
        return blocks_of(self.rule)


class Observer:
    """Told what happens while a run goes on; the default says nothing."""

    def resumed(self, folder: Path, blocks_done: int) -> None:
        """A run that was cut off is being continued."""

    def process_started(self, block: int, order: int, case: str) -> None:
        """One child process begins."""

    def process_ended(self, case: str, process: run.Process) -> None:
        """One child process ended; ``process.error`` says so if it failed."""

    def block_written(self, run_now: run.Run, seconds: float) -> None:
        """A block is on disk."""


def blocks_of(rule: str) -> int:
    """Blocks asked for by a rule's name. Raises :class:`ChronicleError` for a rule there is not."""
    match = re.fullmatch(r"(fixed|explore)\((\d{1,3})\)", rule)
    if match is None or int(match[2]) < 1:
        raise ChronicleError(f"no stop rule {rule!r}", hint="use fixed(12), fixed(6) … or explore(3)")
    return int(match[2])


def block_order(order_key: int, block: int, cases: int) -> list[int]:
    """The shuffled order of the cases in a block: the same for the same key on every machine and Python."""
    order = list(range(cases))
    random.Random(f"{order_key}:{block}").shuffle(order)  # noqa: S311  # a recorded shuffle, not a secret
    return order


def measure(plan: Plan, summarise: Summarise, observer: Observer) -> tuple[run.Run, Path]:
    """Measure what is missing of the plan; the record and its folder are the answer, also where the budget ended it.

    Raises :class:`ChronicleError` where the budget holds no block at all, where another run measures on this machine at
    the moment, and where suite, pins or device changed since the run was begun. Finished blocks stand in any case.
    """
    until = None if plan.budget_seconds is None else time.monotonic() + plan.budget_seconds
    with _alone(plan.results / plan.machine):
        folder, now = _continued(plan, observer) or _begun(plan)
        slowest = max(_least_seconds(plan), _slowest_block(now))
        if now.design.blocks_done < plan.blocks and until is not None and time.monotonic() + slowest > until:
            raise ChronicleError(
                f"a block takes {slowest:.0f} s or more, and the budget is {plan.budget_seconds:.0f} s",
                hint="give it more time, or measure one benchmark: SUITE:BENCHMARK",
            )
        while now.design.blocks_done < plan.blocks:
            if until is not None and time.monotonic() + slowest * 1.05 > until:
                return folder.commit(_stopped(now, "deadline")), folder.path
            started = time.monotonic()
            now = _stopped(_one_block(plan, folder, now, observer), "open")
            now = folder.commit(_summarised(now, summarise))
            slowest = max(slowest, time.monotonic() - started)
            observer.block_written(now, time.monotonic() - started)
        now = folder.commit(_stopped(now, "rule"))
        folder.seal(now)
    return now, folder.path


@contextmanager
def _alone(machine: Path) -> Iterator[None]:
    """Hold the machine's folder: two runs at once would disturb each other, and write over each other's blocks."""
    import fcntl

    machine.mkdir(parents=True, exist_ok=True)
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
    return len(plan.points) * (plan.protocol.warmup_seconds + plan.protocol.seconds_min)


def _slowest_block(now: run.Run) -> float:
    """Seconds of the slowest block so far, by the starts of its processes; 0 where they do not tell."""
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
        ),
        source=plan.source,
        created_utc=stamp.isoformat(timespec="seconds"),
        harness_version=__version__,
        label="measured",
        scope="device",
        design=run.Design(
            rule=plan.rule,
            blocks_planned=plan.blocks,
            blocks_done=0,
            stop="open",
            order_key=secrets.randbits(48),
            protocol=plan.protocol,
        ),
        environment_sha256="",
        compare_sha256="",
        cases=tuple(
            run.Case(benchmark=one.benchmark, title=one.title, parameters=dict(one.parameters), workload=None)
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
        same_rules = (found.design.rule, found.design.protocol) == (plan.rule, plan.protocol)
        same_harness = (found.harness_version, found.method_version) == (__version__, run.METHOD_VERSION)
        same_kind = is_same_device(found, plan.device.partition(":")[0], folder)
        if same_cases and same_work and same_rules and same_harness and same_kind:
            observer.resumed(folder.path, found.design.blocks_done)
            return folder, _dirtied(found, plan.source)
    return None


def _dirtied(found: run.Run, source: run.Source) -> run.Run:
    """The run, marked as dirty too if its work tree was changed between its blocks."""
    return dataclasses.replace(found, source=dataclasses.replace(found.source, dirty=True)) if source.dirty else found


def _one_block(plan: Plan, folder: RunFolder, now: run.Run, observer: Observer) -> run.Run:
    block = now.design.blocks_done
    cases = list(now.cases)
    for order, place in enumerate(block_order(now.design.order_key, block, len(cases))):
        observer.process_started(block, order, cases[place].key)
        reply = answer_of(_job(plan, cases[place]), plan.protocol.process_timeout_seconds)
        process, environment, workload = recorded(folder, reply, block, order)
        if environment is not None:
            require_same(cases, place, environment, folder)
        cases[place] = dataclasses.replace(
            cases[place],
            workload=workload or cases[place].workload,
            processes=(*cases[place].processes, process),
        )
        observer.process_ended(cases[place].key, process)
    if source_digest(plan.bench / f"{plan.suite}.py") != now.suite.source_sha256:
        raise ChronicleError(
            f"{plan.suite}.py, or local code it imports, was changed while it was measured",
            hint="the blocks written before stand; the same command begins a run of the changed suite",
        )
    if not now.compare_sha256:
        pins, compared = pins_of_run(cases, folder)
        now = dataclasses.replace(now, environment_sha256=pins, compare_sha256=compared)
    return dataclasses.replace(now, cases=tuple(cases), design=dataclasses.replace(now.design, blocks_done=block + 1))


def _job(plan: Plan, case: run.Case) -> dict[str, Any]:
    return {
        "bench": str(plan.bench.resolve()),
        "suite": plan.suite,
        "benchmark": case.benchmark,
        "parameters": case.parameters,
        "device": plan.device,
        "pci_bus_id": plan.pci_bus_id,
        "salt": str(plan.salt),
        "protocol": dataclasses.asdict(plan.protocol),
    }


def _summarised(now: run.Run, summarise: Summarise) -> run.Run:
    cases = tuple(dataclasses.replace(case, summary=summarise(case.processes)) for case in now.cases)
    return dataclasses.replace(now, cases=cases)


def _stopped(now: run.Run, stop: str) -> run.Run:
    return dataclasses.replace(now, design=dataclasses.replace(now.design, stop=stop))
