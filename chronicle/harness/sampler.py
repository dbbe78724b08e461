"""A process of its own that reads the GPU's sensors ten times a second and prints a line each, until its input closes.

It runs only during energy windows. Each line is a JSON list: monotonic nanoseconds, instant and average power in
milliwatts, SM clock in megahertz, temperatures of the GPU and of its memory in Celsius, and the clock event mask.
"""

from __future__ import annotations

import json
import select
import sys
import time

from chronicle.harness.nvml import POWER_AVERAGE, POWER_INSTANT, open_gpu

COLUMNS = ("mono_ns", "power_instant_mw", "power_average_mw", "sm_mhz", "temperature_c", "memory_temperature_c", "mask")
PERIOD_SECONDS = 0.1


def main(pci_bus_id: str) -> None:
    """Sample the GPU at the given PCI bus id until standard input is closed."""
    gpu, why = open_gpu(pci_bus_id)
    if gpu is None:
        sys.exit(why)
    while not select.select([sys.stdin], [], [], PERIOD_SECONDS)[0]:
        readings = (
            gpu.power_mw(POWER_INSTANT),
            gpu.power_mw(POWER_AVERAGE),
            gpu.sm_mhz(),
            gpu.temperature_c(),
            gpu.memory_temperature_c(),
            gpu.clock_event_mask(),
        )
        print(json.dumps([time.monotonic_ns(), *(one.value for one in readings)]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
