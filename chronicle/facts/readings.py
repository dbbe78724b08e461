"""Two readings of the same thing in one process or block, as a ratio that is 1 where the instruments agree.

``NAME_call_seconds_ratio``          our seconds a call over those that the tool NAME read in the same process
``power_integral_energy_ratio``      joules by the board's counter over the integral of its power readings
``control_call_seconds_ratio``       seconds a call of the control over those of the same case in the same block
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from chronicle.facts.estimates import call_seconds
from chronicle.records.run import Case, Process

ENERGY_RATIO = "power_integral_energy_ratio"
CONTROL_RATIO = "control_call_seconds_ratio"


def peer_ratios(case: Case) -> Iterator[tuple[str, Callable[[Process], float | None]]]:
    """A metric for each tool that read a process of the case, in the order of their names."""
    for peer in sorted({name for process in case.processes for name in process.peer_seconds}):
        yield f"{peer}_call_seconds_ratio", _over(peer)


def counter_over_integral(process: Process) -> float | None:
    """The same energy twice: by the counter and by the power readings between its ticks."""
    energy = process.energy
    if energy is None or not energy.power_integral_j:
        return None
    return (energy.counter_mj[1] - energy.counter_mj[0]) / 1000 / energy.power_integral_j


def over_replicate(replicates: Mapping[int, Process]) -> Callable[[Process], float | None]:
    """A control's seconds over those of the replicate of its block, by block in ``replicates``."""

    def ratio(control: Process) -> float | None:
        other = replicates.get(control.block)
        plain = call_seconds(other) if other is not None else None
        again = call_seconds(control)
        return again / plain if again and plain else None

    return ratio


def _over(peer: str) -> Callable[[Process], float | None]:
    def ratio(process: Process) -> float | None:
        ours, theirs = call_seconds(process), process.peer_seconds.get(peer)
        return ours / theirs if ours and theirs else None

    return ratio
