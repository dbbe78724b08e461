"""One block: every case once, the controls a second time, each in its own process, in a shuffled order.

In the first block of a command the cases whose benchmark asks for it are run once before, to fill the compilers' caches.
"""

from __future__ import annotations

import dataclasses
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chronicle.errors import ChronicleError
from chronicle.harness.launch import MEASURED, RANKED, STUDIED, answer_of, recorded
from chronicle.harness.plan import Observer, Plan
from chronicle.harness.sameness import pins_of_run, require_same
from chronicle.harness.store import RunFolder
from chronicle.records import run
from chronicle.records.provenance import DERIVED, DERIVED_PROCESSES, SIMULATED, seed_of
from chronicle.records.run import CONTROL, PRIME, REPLICATE
from chronicle.sources import source_digest

_NO_MODULE = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")


@dataclass(frozen=True, slots=True)
class Turn:
    """A process to be run: the place of its case in the run, its role, and its number in the block.

    ``start_c`` is the temperature to cool down to, where the block's first process gave one; ``seed`` is the block's.
    """

    place: int
    role: str
    order: int
    start_c: int | None = None
    seed: int | None = None


def block_order(order_key: int, block: int, turns: int) -> list[int]:
    """The shuffled order of the turns in a block: the same for the same key on every machine and Python."""
    order = list(range(turns))
    random.Random(f"{order_key}:{block}").shuffle(order)  # noqa: S311  # a recorded shuffle, not a secret
    return order


def turns_of(now: run.Run, primes: Sequence[str]) -> list[Turn]:
    """The processes of the next block in the order they run: primes, then replicates and controls shuffled.

    A derived case runs in the first two blocks only.
    """
    block = now.design.blocks_done
    is_wanted = [case.label != DERIVED or block < DERIVED_PROCESSES for case in now.cases]
    places = [(place, REPLICATE) for place, is_one in enumerate(is_wanted) if is_one]
    places += [(place, CONTROL) for place, case in enumerate(now.cases) if case.key in now.design.controls]
    shuffled = block_order(now.design.order_key, block, len(places))
    primed = [place for place, case in enumerate(now.cases) if case.key in primes]
    return [
        *(Turn(place, PRIME, len(places) + number) for number, place in enumerate(primed)),
        *(Turn(*places[one], order) for order, one in enumerate(shuffled)),
    ]


def one_block(plan: Plan, folder: RunFolder, now: run.Run, observer: Observer, primes: Sequence[str]) -> run.Run:
    """The run with one more block, not yet committed. Raises :class:`ChronicleError` where suite, pins or device changed."""
    block, started = now.design.blocks_done, time.monotonic_ns()
    cases, start_c, seed = list(now.cases), None, seed_of(now.design.order_key, block)
    for turn in turns_of(now, primes):
        process = _measured(plan, folder, cases, block, dataclasses.replace(turn, start_c=start_c, seed=seed), observer)
        if turn.role != PRIME and start_c is None and process.temperature is not None:
            start_c = process.temperature.start_c
    _require_libraries([one for case in cases for one in case.processes], block)
    if source_digest(plan.bench / f"{plan.suite}.py") != now.suite.source_sha256:
        raise ChronicleError(
            f"{plan.suite}.py, or local code it imports, was changed while it was measured",
            hint="the blocks written before stand; the same command begins a run of the changed suite",
        )
    if not now.compare_sha256:
        pins, compared = pins_of_run(cases, folder)
        now = dataclasses.replace(now, environment_sha256=pins, compare_sha256=compared)
    walls = (*now.design.block_wall_ns, time.monotonic_ns() - started)
    design = dataclasses.replace(now.design, blocks_done=block + 1, block_wall_ns=walls)
    return dataclasses.replace(now, cases=tuple(cases), design=design)


def _require_libraries(processes: Sequence[run.Process], block: int) -> None:
    """Raise :class:`ChronicleError` where nothing in the first block could begin for want of a library: no record is kept."""
    errors = [one.error or "" for one in processes]
    missing = [found[1] for error in errors if (found := _NO_MODULE.match(error))]
    if block == 0 and missing and len(missing) == len(errors):
        names = sorted(set(missing))
        packages = " ".join("'chimera-chronicle[bench]'" if name == "torch" else name for name in names)
        raise ChronicleError(
            f"{', '.join(names)} is not installed, and no case runs without it", hint=f"pip install {packages}"
        )


def _measured(plan: Plan, folder: RunFolder, cases: list[run.Case], block: int, turn: Turn, observer: Observer) -> run.Process:
    """Run one process and put its record into its case."""
    case = cases[turn.place]
    observer.process_started(block, turn.order, case.key if turn.role == REPLICATE else f"{case.key} ({turn.role})")
    module, job = _job(plan, case, turn)
    reply = answer_of(job, plan.protocol.process_timeout_seconds, module)
    process, environment, workload = recorded(folder, reply, block, turn.order, turn.role)
    if environment is not None:
        require_same(cases, turn.place, environment, folder)
    if case.label == DERIVED:
        _require_equal(case, process)
    cases[turn.place] = dataclasses.replace(case, workload=workload or case.workload, processes=(*case.processes, process))
    observer.process_ended(case.key, process)
    return process


def _require_equal(case: run.Case, process: run.Process) -> None:
    """Raise :class:`ChronicleError` where a derived case gives another number than in the process before."""
    for before in case.processes:
        if before.error is None and process.error is None and before.outcomes != process.outcomes:
            raise ChronicleError(
                f"{case.key} gave {before.outcomes}, and in its second process {process.outcomes}",
                hint="a derived value is the same each time; declare provenance='simulated' and draw from the seed",
            )


def _job(plan: Plan, case: run.Case, turn: Turn) -> tuple[str, dict[str, Any]]:
    """The module that does the job, and the job."""
    what = {
        "bench": str(plan.bench.resolve()),
        "suite": plan.suite,
        "benchmark": case.benchmark,
        "parameters": case.parameters,
    }
    if case.is_study:
        return STUDIED, what | {"seed": turn.seed if case.label == SIMULATED else None}
    ranks = case.parameters.get("ranks", 1)
    return RANKED if isinstance(ranks, int) and ranks > 1 else MEASURED, what | {
        "device": plan.device,
        "pci_bus_id": plan.pci_bus_id,
        "salt": str(plan.salt),
        "protocol": dataclasses.asdict(plan.protocol),
        "start_c": turn.start_c,
    }
