"""A process of its own that waits for each tick of the GPU's energy counter and prints what the sensors say then.

It runs only during energy windows, until its input closes. Each line is a JSON list in the order of :data:`COLUMNS`. The
counter is stamped right after the read that saw it change, so a tick is known to the cost of one read, some 4 ms. A board
without such a counter is read every tenth of a second.
"""

from __future__ import annotations

import json
import select
import sys
import time

from chronicle.harness.nvml import POWER_AVERAGE, POWER_INSTANT, THROTTLE_FIELDS, Gpu, open_gpu

_THROTTLE = ("power_cap_ns", "thermal_ns", "low_utilisation_ns", "sw_thermal_ns", "hw_thermal_ns", "hw_brake_ns")
COLUMNS = (
    "mono_ns",
    "energy_mj",
    "power_instant_mw",
    "power_average_mw",
    "sm_mhz",
    "temperature_c",
    "memory_temperature_c",
    "mask",
    "processes",
    *_THROTTLE,
)
"""Nanoseconds of the monotonic clock, millijoules, milliwatts, megahertz, Celsius, a bit mask, a count, nanoseconds."""

PERIOD_SECONDS = 0.1
_BETWEEN_READS_SECONDS = 0.001


def main(pci_bus_id: str) -> None:
    """Print a line at every tick of the GPU at the given PCI bus id until standard input is closed."""
    gpu, why = open_gpu(pci_bus_id)
    if gpu is None:
        sys.exit(why)
    last = gpu.energy_mj().value
    has_counter = last is not None
    while not _is_over(_BETWEEN_READS_SECONDS if has_counter else PERIOD_SECONDS):
        now = gpu.energy_mj().value
        if not has_counter or is_tick(last, now):
            print(json.dumps(row(gpu, time.monotonic_ns(), now)), flush=True)
        last = now


def is_tick(last: int | None, now: int | None) -> bool:
    """Whether the counter moved between two successive reads; after a read that failed nobody knows when it did."""
    return last is not None and now is not None and now != last


def row(gpu: Gpu, mono_ns: int, energy_mj: int | None) -> list[int | None]:
    """What the sensors say at a tick, in the order of :data:`COLUMNS`; None for what they do not say."""
    instant, average, *throttle = gpu.fields((POWER_INSTANT, POWER_AVERAGE, *THROTTLE_FIELDS))
    rest = (gpu.sm_mhz(), gpu.temperature_c(), gpu.memory_temperature_c(), gpu.clock_event_mask(), gpu.process_count())
    return [mono_ns, energy_mj, instant.value, average.value, *(one.value for one in (*rest, *throttle))]


def _is_over(seconds: float) -> bool:
    return bool(select.select([sys.stdin], [], [], seconds)[0])


if __name__ == "__main__":
    main(sys.argv[1])
