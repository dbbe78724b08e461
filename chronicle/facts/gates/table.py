"""The table of all gates, and what they say of a process when they are asked in turn."""

from __future__ import annotations

from dataclasses import dataclass

from chronicle.facts.gates import device, energy, results, serving, timing
from chronicle.facts.gates.evidence import Crossed, Effect, Evidence, Gate, Part, Reach, Unread


@dataclass(frozen=True, slots=True)
class Trip:
    """A gate that found something, with the measured value and the limit it crossed."""

    gate: str
    effect: Effect
    value: float
    limit: float
    meaning: str
    part: Part = "all"
    reach: Reach = "process"


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A gate that could not be asked, or not in full, and the readings it lacked."""

    gate: str
    reason: str
    part: Part = "all"


@dataclass(frozen=True, slots=True)
class Inspection:
    """What all gates that concern a process said of it; ``asked`` counts them."""

    trips: tuple[Trip, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    asked: int = 0


def inspect(evidence: Evidence) -> Inspection:
    """Ask every gate that concerns the process, in the table's order; a process that measured nothing is asked nothing."""
    if evidence.process.time is None:
        return Inspection()
    looks = [(gate, gate.look(evidence)) for gate in GATES if gate.asked_of(evidence)]
    return Inspection(
        trips=tuple(_trip(gate, look) for gate, look in looks if isinstance(look, Crossed)),
        unchecked=tuple(Unchecked(gate.name, look.reason, gate.part) for gate, look in looks if isinstance(look, Unread)),
        asked=len(looks),
    )


def _trip(gate: Gate, look: Crossed) -> Trip:
    effect, reach = look.effect or gate.effect, look.reach or gate.reach
    return Trip(gate.name, effect, look.value, look.limit, look.says or gate.meaning, gate.part, reach)


GATES: tuple[Gate, ...] = (
    results.input_trivial,
    results.l2_resident,
    timing.no_sync,
    timing.escaped_work,
    results.faster_than_physics,
    results.above_ceiling,
    device.power_limited,
    energy.energy_power_limited,
    device.thermal,
    energy.energy_thermal,
    timing.not_settled,
    timing.first_sample,
    timing.recompile,
    results.precision,
    results.wrong_result,
    device.tenant,
    device.ecc,
    device.link_down,
    device.virtual,
    energy.mig_energy,
    timing.autocorr,
    timing.bimodal,
    timing.quantum,
    device.allocator,
    timing.host_bound,
    device.profiler,
    energy.energy_window,
    energy.energy_alias,
    serving.different_work,
    serving.client_bound,
    serving.ramp,
    serving.survivors,
    timing.no_steady_state,
)
"""Gates 25 (carry-over) and 26 between two cases are asked of a comparison, and gate 29 (counting rule) of a case."""
