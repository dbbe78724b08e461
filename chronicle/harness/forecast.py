"""How long a plan is going to take: by what its cases took before on this machine, else by the least the protocol allows."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from chronicle.errors import ChronicleError, ProblemsFound
from chronicle.harness.plan import Plan
from chronicle.harness.store import RunFolder, recorded_runs
from chronicle.records import run
from chronicle.records.run import case_key

_START_SECONDS = 8.0
"""Starting Python, torch and a CUDA context, where no record says how long it took."""

_STUDY_SECONDS = 1.0
"""A study that no record tells of: the start of Python, and a guess at what it computes."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seconds of one block, of the whole plan, and what the estimate rests on."""

    block_seconds: float
    seconds: float
    basis: str


def forecast(plan: Plan) -> Forecast:
    """The time of the plan without waiting for anybody; a precision rule is reckoned at its most blocks."""
    keys = [case_key(one.benchmark, one.parameters) for one in plan.points]
    run_id, known = _measured_before(plan)
    least = {key: _STUDY_SECONDS if one.is_study else _least_seconds(plan) for key, one in zip(keys, plan.points, strict=True)}
    each = {key: known.get(key, least[key]) for key in keys}
    block = sum(each[key] for key in (*keys, *plan.controls))
    basis = f"what run {run_id} took" if known.keys() >= set(keys) else "the least that the protocol allows"
    if known and not known.keys() >= set(keys):
        basis = f"what run {run_id} took, and the least that the protocol allows for other cases"
    return Forecast(block, block * plan.stop.most + sum(each[key] for key in plan.primes), basis)


def _measured_before(plan: Plan) -> tuple[str, Mapping[str, float]]:
    """Median seconds of a process of each case, in the newest run of the suite on this machine that tells."""
    for folder in recorded_runs(plan.results, plan.machine, plan.suite):
        found = _seconds(folder)
        if found[1]:
            return found
    return "", {}


def _seconds(folder: RunFolder) -> tuple[str, Mapping[str, float]]:
    try:
        found = folder.load()
    except (ChronicleError, ProblemsFound, OSError):
        return "", {}
    walls = {case.key: [_wall(process) for process in case.processes if process.phases] for case in found.cases}
    return found.run_id, {key: statistics.median(some) for key, some in walls.items() if some}


def _wall(process: run.Process) -> float:
    return sum(phase.ns for phase in process.phases) / 1e9


def _least_seconds(plan: Plan) -> float:
    rule = plan.protocol
    return _START_SECONDS + rule.warmup_seconds + rule.seconds_min
