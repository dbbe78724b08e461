"""What a gate may look at, and the three answers it may give: nothing found, a limit crossed, or a reading that is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from chronicle.facts.estimates import call_seconds
from chronicle.facts.physics import Ceilings, Peaks, peaks_of
from chronicle.records.run import Environment, Pin, Process, Run
from chronicle.records.workload import Workload

Effect = Literal["label", "degraded", "invalid", "not comparable"]
Part = Literal["all", "time", "energy"]
"""Which numbers of a process a gate concerns."""

Reach = Literal["process", "case"]
"""What is invalid where a gate says so: its process, or every number of the case, since one such process casts doubt on all."""

_WORST: tuple[Effect, ...] = ("invalid", "not comparable", "degraded", "label")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What holds for a whole run: peaks, pins and measured ceilings of its machine, and its lowest idle memory."""

    peaks: Peaks = field(default_factory=Peaks)
    pins: Mapping[str, Mapping[str, Pin]] = field(default_factory=dict)
    ceilings: Ceilings = field(default_factory=Ceilings)
    idle_memory_b: int | None = None

    def pin(self, group: str, name: str) -> Pin:
        return self.pins.get(group, {}).get(name)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A process, its samples in nanoseconds, what one call must do, and the usual seconds of a call of its case."""

    process: Process
    samples: Sequence[int] = ()
    workload: Workload | None = None
    conditions: Conditions = field(default_factory=Conditions)
    usual_seconds: float | None = None

    @property
    def seconds(self) -> float | None:
        return call_seconds(self.process)


@dataclass(frozen=True, slots=True)
class Crossed:
    """A limit that was crossed. Effect, reach and words are those of the gate where they are not given here."""

    value: float
    limit: float
    effect: Effect | None = None
    reach: Reach | None = None
    says: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A reading that the gate needs and the record does not hold, with the reason."""

    reason: str


Look = Crossed | Unread | None
"""None where the gate found nothing wrong in everything it looked at."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A numbered check of a process, named after its function; ``asked_of`` says whether a process can have the fault."""

    number: int
    name: str
    effect: Effect
    threshold: str
    meaning: str
    part: Part
    reach: Reach
    asked_of: Callable[[Evidence], bool]
    look: Callable[[Evidence], Look]


def gate(
    number: int,
    effect: Effect,
    *,
    threshold: str,
    meaning: str,
    part: Part = "all",
    reach: Reach = "process",
    asked_of: Callable[[Evidence], bool] = lambda _: True,
) -> Callable[[Callable[[Evidence], Look]], Gate]:
    """Make a gate of the function that looks."""
    return lambda look: Gate(number, look.__name__, effect, threshold, meaning, part, reach, asked_of, look)


def conditions_of(run: Run, environment: Environment, ceilings: Ceilings | None = None) -> Conditions:
    """The conditions of a run. Its idle memory is the least that any of its processes found before it began."""
    idle = [
        one.tenancy.memory_used_b
        for case in run.cases
        for one in case.processes
        if one.tenancy is not None and one.tenancy.memory_used_b is not None
    ]
    return Conditions(peaks_of(environment), environment.key, ceilings or Ceilings(), min(idle, default=None))


def unread(process: Process, path: str) -> Unread:
    """The reason that the record gives for a missing reading, or that it holds no such reading at all."""
    reasons = {one.path: one.reason for one in process.missing}
    above = path.split(".")
    known = next((reasons[key] for n in range(len(above), 0, -1) if (key := ".".join(above[:n])) in reasons), None)
    return Unread(f"{path}: {known or 'not recorded'}")


def above(
    value: float, limit: float, effect: Effect | None = None, says: str = "", reach: Reach | None = None
) -> Crossed | None:
    return Crossed(value, limit, effect, reach, says) if value > limit else None


def worst(*looks: Look, default: Effect = "degraded") -> Look:
    """The gravest of several looks: the worst effect, else what could not be read, else nothing."""
    crossed = [look for look in looks if isinstance(look, Crossed)]
    if crossed:
        return min(crossed, key=lambda one: _WORST.index(one.effect or default))
    gaps = dict.fromkeys(look.reason for look in looks if isinstance(look, Unread))
    return Unread("; ".join(gaps)) if gaps else None


def on_gpu(evidence: Evidence) -> bool:
    time = evidence.process.time
    return time is not None and time.timer.startswith("cuda")


def with_energy(evidence: Evidence) -> bool:
    return evidence.process.energy is not None
