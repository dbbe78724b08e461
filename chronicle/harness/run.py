"""Runs a suite in blocks: each block measures every case once, each in its own process, in a shuffled order.

A block is never begun that cannot finish within the budget, and is written whole or not at all. A run that was cut off
goes on where it stopped, with the same orders, if source, revision, cases, rule and machine are still the same.
"""

from __future__ import annotations

import dataclasses
import json
import random
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chronicle.errors import ChronicleError
from chronicle.harness.discover import Point
from chronicle.harness.store import SAMPLES, TELEMETRY, RunFolder, unfinished
from chronicle.records import json_form, run
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
    """Measure what is missing of the plan; the record and its folder are the answer, also where the budget ended it."""
    folder, now = _continued(plan, observer) or _begun(plan)
    slowest = 0.0
    until = None if plan.budget_seconds is None else time.monotonic() + plan.budget_seconds
    while now.design.blocks_done < plan.blocks:
        if until is not None and time.monotonic() + slowest * 1.05 > until:
            return folder.commit(_stopped(now, "deadline")), folder.path
        started = time.monotonic()
        now = _stopped(_one_block(plan, folder, now, observer), "open")
        now = folder.commit(_summarised(now, summarise))
        slowest = max(slowest, time.monotonic() - started)
        observer.block_written(now, time.monotonic() - started)
    now = folder.commit(_stopped(now, "rule"))
    folder.seal()
    return now, folder.path


def _begun(plan: Plan) -> tuple[RunFolder, run.Run]:
    path = plan.bench / f"{plan.suite}.py"
    digest = source_digest(path)
    stamp = datetime.now(UTC)
    run_id = f"{stamp:%Y%m%dT%H%M%SZ}-{plan.suite}-{(plan.source.revision or digest)[:7]}"
    begun = run.Run(
        run_id=run_id,
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
    return RunFolder(plan.results / plan.machine / run_id), begun


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
        if same_cases and same_work and same_rules:
            observer.resumed(folder.path, found.design.blocks_done)
            return folder, found
    return None


def _one_block(plan: Plan, folder: RunFolder, now: run.Run, observer: Observer) -> run.Run:
    block = now.design.blocks_done
    cases = list(now.cases)
    for order, place in enumerate(block_order(now.design.order_key, block, len(cases))):
        observer.process_started(block, order, cases[place].key)
        reply = _in_child(plan, cases[place])
        process, environment = _process(folder, reply, block, order)
        now = _pinned(now, environment, process)
        if reply.get("workload"):
            cases[place] = dataclasses.replace(cases[place], workload=run.Workload(**reply["workload"]))
        cases[place] = dataclasses.replace(cases[place], processes=(*cases[place].processes, process))
        observer.process_ended(cases[place].key, process)
    return dataclasses.replace(now, cases=tuple(cases), design=dataclasses.replace(now.design, blocks_done=block + 1))


def _pinned(now: run.Run, environment: run.Environment | None, process: run.Process) -> run.Run:
    """The run under the pins of its first process; a process under other key pins ends the run rather than being pooled."""
    if environment is None:
        return now
    compared = json_form.digest(environment.key)
    if now.compare_sha256 and compared != now.compare_sha256:
        raise ChronicleError(
            "the machine is not the one this run was begun on: a key pin differs",
            hint="compare the files in env/, then start a run of its own with --new",
        )
    if now.compare_sha256:
        return now
    return dataclasses.replace(now, environment_sha256=process.environment_sha256, compare_sha256=compared)


def _process(folder: RunFolder, reply: dict[str, Any], block: int, order: int) -> tuple[run.Process, run.Environment | None]:
    """The record of a process, with its samples and telemetry held for the block's commit."""
    if "error" in reply:
        stamp = datetime.now(UTC).isoformat(timespec="seconds")
        return run.Process(block=block, order=order, start_utc=stamp, environment_sha256="", error=reply["error"]), None
    environment = run.Environment(
        **{**reply["environment"], "missing": tuple(run.Missing(**m) for m in reply["environment"]["missing"])}
    )
    parts = dict(reply["process"])
    parts["time"]["samples_line"] = folder.append(SAMPLES, reply["samples"])
    if parts["energy"] and reply["telemetry"]:
        parts["energy"]["telemetry_line"] = folder.append(TELEMETRY, reply["telemetry"])
    place = {"block": block, "order": order, "environment_sha256": folder.keep_environment(environment)}
    plain = json.dumps(place | parts | {"missing": reply["missing"]}).encode()
    return json_form.from_bytes(run.Process, plain, file="the measured process"), environment


def _in_child(plan: Plan, case: run.Case) -> dict[str, Any]:
    job = {
        "bench": str(plan.bench.resolve()),
        "suite": plan.suite,
        "benchmark": case.benchmark,
        "parameters": case.parameters,
        "device": plan.device,
        "pci_bus_id": plan.pci_bus_id,
        "salt": str(plan.salt),
        "protocol": dataclasses.asdict(plan.protocol),
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "chronicle.harness.child"],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            timeout=plan.protocol.process_timeout_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"error": f"no answer within {plan.protocol.process_timeout_seconds:.0f} s"}
    if done.returncode != 0 or not done.stdout.strip():
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        return {"error": f"the process ended with code {done.returncode}: {last[0][:300]}"}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _summarised(now: run.Run, summarise: Summarise) -> run.Run:
    cases = tuple(dataclasses.replace(case, summary=summarise(case.processes)) for case in now.cases)
    return dataclasses.replace(now, cases=cases)


def _stopped(now: run.Run, stop: str) -> run.Run:
    return dataclasses.replace(now, design=dataclasses.replace(now.design, stop=stop))
