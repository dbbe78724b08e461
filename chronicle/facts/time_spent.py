"""Where the wall time of a run went: what its processes measured, warmed, cooled and started, and what the harness took itself.

A block's wall time is the parent's clock from the first of its processes to the last byte of the block on disk. Each process
keeps a diary of phases that lie end to end. What the processes do not account for, and what they spend on looking who else is
there and on putting their answer together, is the harness's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from chronicle.records.run import Run

MEASURING, WARMING, COOLING, STARTING, OWN = "measuring", "warming", "cooling", "starting", "harness"

PARTS: Mapping[str, tuple[str, ...]] = {
    MEASURING: ("time", "energy", "peers", "check", "study"),
    WARMING: ("warm",),
    COOLING: ("cool",),
    STARTING: ("start", "set-up"),
}
"""The phases of each part; every other phase, and the time outside all of them, is the harness's own."""

WORDS: Mapping[str, str] = {
    MEASURING: "timed samples, energy windows, readings of other tools, the proof of the result",
    WARMING: "calls before the first kept sample",
    COOLING: "waiting for the temperature at which the block began",
    STARTING: "interpreters, imports, contexts, and the set-up of each benchmark",
    OWN: "the look at who else is there, edges, answers, checks of records, files",
}


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """The wall time of a run's blocks, and how much of it each of the parts took, in nanoseconds; the parts add up to it."""

    wall_ns: int
    parts: Mapping[str, int]
    blocks: int
    processes: int

    def share(self, part: str) -> float:
        """The share of the wall time that a part took."""
        return self.parts[part] / self.wall_ns


def time_spent(run: Run) -> TimeSpent | None:
    """Where the time of a run went; None for a record of before it was kept, or where a process kept no diary."""
    walls = run.design.block_wall_ns
    diaries = [one for case in run.cases for one in case.processes if 0 <= one.block < len(walls)]
    if not walls or not sum(walls) or not diaries or not all(one.phases for one in diaries):
        return None
    phases: Counter[str] = Counter()
    for one in diaries:
        for phase in one.phases:
            phases[phase.name] += phase.ns
    parts = {part: sum(phases[name] for name in names) for part, names in PARTS.items()}
    parts[OWN] = sum(walls) - sum(parts.values())
    return TimeSpent(sum(walls), parts, len(walls), len(diaries))
