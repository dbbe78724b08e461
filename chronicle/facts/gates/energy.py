"""Gates over the energy window; they act on joules and watts and leave the time alone."""

from __future__ import annotations

from chronicle.facts.gates.device import held_by_heat, held_by_power
from chronicle.facts.gates.evidence import Crossed, Evidence, Look, above, gate, unread, with_energy
from chronicle.records.run import Energy

TICKS_MIN = 100
_SENSOR_PERIODS_MS = (50.0, 100.0, 200.0)


@gate(
    6,
    "label",
    threshold="the same, over the energy window",
    meaning="the power cap held the clocks back for more than 1 % of the energy window",
    part="energy",
    asked_of=with_energy,
)
def energy_power_limited(evidence: Evidence) -> Look:
    clock = evidence.process.clock
    return held_by_power(evidence, _window(evidence).throttle, "energy.throttle", clock.sm_mean_mhz if clock else None)


@gate(
    7,
    "degraded",
    threshold="the same, over the energy window",
    meaning="heat held the clocks back in the energy window",
    part="energy",
    asked_of=with_energy,
)
def energy_thermal(evidence: Evidence) -> Look:
    window = _window(evidence).throttle
    return unread(evidence.process, "energy.throttle") if window is None else held_by_heat(window)


@gate(
    16,
    "invalid",
    threshold="energy of a slice",
    meaning="the energy of a slice of a GPU cannot be told from that of the others",
    part="energy",
    asked_of=with_energy,
)
def mig_energy(evidence: Evidence) -> Look:
    """The counter is that of the whole board, which a slice shares with others."""
    return Crossed(1.0, 0.0) if evidence.conditions.pin("settings", "mig") is True else None


@gate(
    23,
    "invalid",
    threshold=f"fewer than {TICKS_MIN} ticks, not aligned, or a counter that fell",
    meaning="the energy window is too short for its counter",
    part="energy",
    asked_of=with_energy,
)
def energy_window(evidence: Evidence) -> Look:
    energy = _window(evidence)
    if energy.counter_mj[1] <= energy.counter_mj[0]:
        return Crossed((energy.counter_mj[1] - energy.counter_mj[0]) / 1000, 0.0, says="the counter did not rise")
    if not energy.is_aligned:
        return Crossed(1.0, 0.0, says="the window does not begin and end at ticks of the counter")
    return Crossed(energy.ticks, TICKS_MIN) if energy.ticks < TICKS_MIN else None


@gate(
    24,
    "degraded",
    threshold="loop within 15 % of 50, 100 or 200 ms without gaps; counter and integral apart > 3 %",
    meaning="the counter and the integral of the power differ by more than 3 %",
    part="energy",
    asked_of=with_energy,
)
def energy_alias(evidence: Evidence) -> Look:
    """A loop that beats with the sensor, or a counter that the integral of the power field contradicts."""
    energy = _window(evidence)
    period = energy.loop_period_ms or energy.window_ns / energy.calls / 1e6
    apart = min(abs(period / sensor - 1) for sensor in _SENSOR_PERIODS_MS)
    if apart < 0.15 and not energy.has_jitter:
        return Crossed(apart, 0.15, says="the loop beats with the sensor and had no random gaps")
    if energy.power_integral_j is None:
        return unread(evidence.process, "energy.power_integral_j")
    counted = (energy.counter_mj[1] - energy.counter_mj[0]) / 1000
    return above(abs(energy.power_integral_j / counted - 1), 0.03) if counted > 0 else None


def _window(evidence: Evidence) -> Energy:
    assert evidence.process.energy is not None
    return evidence.process.energy
