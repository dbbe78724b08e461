"""Gates over the device while it was timed: clocks held back, other tenants, faults, links, memory, tracers."""

from __future__ import annotations

from chronicle.facts.gates.evidence import Crossed, Evidence, Look, Unread, above, gate, on_gpu, unread, worst
from chronicle.records.run import Process, Tenancy, ThrottleWindow

_IDLE_BIT, _SLOWDOWN_BIT, _BOOST_BIT, _SW_THERMAL_BIT = 0x1, 0x8, 0x10, 0x20
_HW_THERMAL_BIT, _BRAKE_BIT, _BOARD_BIT, _RELIABILITY_BIT = 0x40, 0x80, 0x200, 0x400
_MEMORY_SLACK_B = 16 << 20
_VIRTUAL = (2, 3, 4)
"""NVML's virtualisation modes of a shared GPU; 1 is a whole GPU handed to a virtual machine."""


@gate(
    6,
    "label",
    threshold="power cap > 1 % of the window, or clock < 0.97 of the highest",
    meaning="the power cap held the clocks back for more than 1 % of the window",
    part="time",
    asked_of=on_gpu,
)
def power_limited(evidence: Evidence) -> Look:
    clock = evidence.process.clock
    edges = [mhz for mhz in (clock.sm_start_mhz, clock.sm_end_mhz) if mhz] if clock else []
    return held_by_power(evidence, evidence.process.throttle, "throttle", sum(edges) / len(edges) if edges else None)


def held_by_power(evidence: Evidence, window: ThrottleWindow | None, path: str, sm_mhz: float | None) -> Look:
    """The share of the window under the power cap, and the clock against the highest that may be had."""
    process, conditions = evidence.process, evidence.conditions
    cap = _capped(window) if window else unread(process, path)
    highest = conditions.peaks.max_sm_mhz
    if isinstance(cap, Crossed) or highest is None or sm_mhz is None:
        return cap
    asked = conditions.pin("settings", "application_sm_mhz")
    if isinstance(asked, int) and asked:
        highest = min(highest, asked)
    return above(1 - sm_mhz / highest, 0.03, says="the clock ran below 97 % of the highest it was allowed") or cap


def _capped(window: ThrottleWindow) -> Look:
    if window.power_cap_ns is None:
        return Unread("throttle.power_cap_ns: the machine did not give it")
    return above(window.power_cap_ns / window.window_ns, 0.01)


@gate(
    7,
    "degraded",
    threshold="software thermal > 0; > 1 %, hardware thermal, brake or slowdown: invalid",
    meaning="heat held the clocks back",
    part="time",
    asked_of=on_gpu,
)
def thermal(evidence: Evidence) -> Look:
    window = evidence.process.throttle
    return unread(evidence.process, "throttle") if window is None else held_by_heat(window)


def held_by_heat(window: ThrottleWindow) -> Look:
    """Counters first; the mask, read at the edges, adds what has no counter and stands in where a counter is missing."""
    soft = window.sw_thermal_ns if window.sw_thermal_ns is not None else window.thermal_ns
    looks: list[Look] = [
        _softly_held(soft, window),
        _hard_held(window.hw_thermal_ns, window, "heat made the hardware slow the clocks"),
        _hard_held(window.hw_brake_ns, window, "the power brake held the clocks"),
    ]
    if window.mask_or is not None:
        looks = [*(look for look in looks if not isinstance(look, Unread)), _masked(window.mask_or, soft is None)]
    return worst(*looks)


def _softly_held(spent: int | None, window: ThrottleWindow) -> Look:
    if spent is None:
        return Unread("throttle.thermal_ns: the machine did not give it")
    return above(spent / window.window_ns, 0.01, "invalid") or above(spent / window.window_ns, 0.0, "degraded")


def _hard_held(spent: int | None, window: ThrottleWindow, says: str) -> Look:
    if spent is None:
        return Unread("throttle.hw_thermal_ns: the machine did not give it")
    return above(spent / window.window_ns, 0.0, "invalid", says)


def _masked(mask: int, is_soft_unknown: bool) -> Look:
    if mask & (_SLOWDOWN_BIT | _HW_THERMAL_BIT | _BRAKE_BIT):
        return Crossed(mask & 0xC8, 0.0, "invalid", says="hardware slowed the clocks")
    soft = _SW_THERMAL_BIT if is_soft_unknown else 0
    bits = mask & (_IDLE_BIT | _BOOST_BIT | _BOARD_BIT | _RELIABILITY_BIT | soft)
    return above(bits, 0.0, "degraded", "the device was idle, or a limit other than power held its clocks")


@gate(
    13,
    "invalid",
    threshold="another process, 16 MiB above idle, or 5 % above idle power; utilisation > 1 %: this process only",
    meaning="another process was using the device",
    reach="case",
)
def tenant(evidence: Evidence) -> Look:
    """Another user of the device, before and after.

    Another process, or memory or power above the idle baseline, is seen at once and casts doubt on the whole case.
    Utilisation is an average that still shows our own last process for a while; alone it keeps out its process only.
    """
    process = evidence.process
    before, after = process.tenancy, process.tenancy_after
    if before is None:
        return unread(process, "tenancy")
    most = evidence.conditions.idle_memory_b
    looks = [
        unread(process, "tenancy.processes") if before.processes is None else above(before.processes, 0),
        _crowded(before.memory_used_b, most, process),
        _drawing(before),
        _used(before, process),
        None if after is None or after.processes is None else above(after.processes, 1),
    ]
    grave = [look for look in looks if isinstance(look, Crossed) and look.reach is None]
    return grave[0] if grave else worst(*looks, default="invalid")


def _crowded(used: int | None, idle: int | None, process: Process) -> Look:
    if used is None or idle is None:
        return unread(process, "tenancy.memory_used_b")
    return above((used - idle) / 2**20, _MEMORY_SLACK_B / 2**20, says="MiB of device memory were taken")


def _drawing(before: Tenancy) -> Look:
    if before.power_w is None or before.idle_power_w is None:
        return Unread("tenancy.idle_power_w: the idle power was not calibrated")
    return above(before.power_w / before.idle_power_w - 1, 0.05, says="the device drew more than at idle")


def _used(before: Tenancy, process: Process) -> Look:
    if before.utilisation_pct is None:
        return unread(process, "tenancy.utilisation_pct")
    return above(before.utilisation_pct / 100, 0.01, says="the device was not idle when the process began", reach="process")


@gate(
    14,
    "invalid",
    threshold="uncorrected errors > 0; rows to remap",
    meaning="memory errors occurred that could not be corrected",
    asked_of=on_gpu,
)
def ecc(evidence: Evidence) -> Look:
    seen = evidence.process.faults
    if seen is None:
        return unread(evidence.process, "faults")
    if seen.is_remap_pending or seen.has_remap_failed:
        return Crossed(1.0, 0.0, says="rows of memory wait to be remapped, or could not be")
    if seen.uncorrected_before is None or seen.uncorrected_after is None:
        return unread(evidence.process, "faults.uncorrected_after")
    return above(seen.uncorrected_after - seen.uncorrected_before, 0)


@gate(
    15,
    "degraded",
    threshold="generation or width below the most, where bytes cross the link",
    meaning="the link to the host ran below what it can",
    asked_of=on_gpu,
)
def link_down(evidence: Evidence) -> Look:
    seen = evidence.process.link
    if seen is None:
        return unread(evidence.process, "link")
    if not seen.moves_bytes:
        return None
    pairs = ((seen.generation, seen.generation_most), (seen.width, seen.width_most))
    below = [Crossed(now, most) for now, most in pairs if now is not None and most is not None and now < most]
    if below:
        return below[0]
    return unread(evidence.process, "link.generation") if any(None in pair for pair in pairs) else None


@gate(
    16,
    "degraded",
    threshold="slices, shared GPUs, confidential mode",
    meaning="the device is a part of a GPU, or a shared one",
    asked_of=on_gpu,
)
def virtual(evidence: Evidence) -> Look:
    """A part of a GPU, or one that a hypervisor shares or encrypts. A whole one in a virtual machine is no part."""
    if "settings" not in evidence.conditions.pins:
        return Unread("pins: the settings of the device were not captured")
    modes = [evidence.conditions.pin("settings", name) for name in ("mig", "confidential")]
    if True in modes or evidence.conditions.pin("settings", "virtualisation") in _VIRTUAL:
        return Crossed(1.0, 0.0)
    return None


@gate(
    20,
    "degraded",
    threshold="segments, reserved bytes or retries changed",
    meaning="device memory was allocated while samples were taken",
    part="time",
    asked_of=on_gpu,
)
def allocator(evidence: Evidence) -> Look:
    seen, memory = evidence.process.allocation, evidence.process.memory
    if seen is not None:
        return above(max(abs(seen.segments), abs(seen.reserved_b), seen.retries), 0)
    if memory is not None and memory.allocation_retries:
        return Crossed(memory.allocation_retries, 0.0)
    return unread(evidence.process, "allocation")


@gate(
    22,
    "invalid",
    threshold="any tracer or debugging switch",
    meaning="a tracer or a debugging switch was on",
)
def profiler(evidence: Evidence) -> Look:
    blocking = evidence.conditions.pin("environment", "CUDA_LAUNCH_BLOCKING")
    if blocking not in (None, "", "0"):
        return Crossed(1.0, 0.0, says="CUDA_LAUNCH_BLOCKING was set")
    found = evidence.process.profilers
    if found is None:
        return unread(evidence.process, "profilers")
    return above(len(found), 0, says=f"found: {', '.join(found)}")
