"""Reads one GPU through NVML: a reading is a value, or None with the reason it could not be had, never 0.

The GPU is found by its PCI bus id, because CUDA and NVML count devices differently. Cumulative counters are read by
field id; the three disputed ones (software thermal, hardware thermal, hardware brake) are 269–271 in current drivers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

POWER_CAP, THERMAL, LOW_UTILISATION = 74, 75, 78
SW_THERMAL, HW_THERMAL, HW_BRAKE = 269, 270, 271
_TOO_OLD = "not in this version of nvidia-ml-py"
MEMORY_TEMPERATURE, POWER_AVERAGE, POWER_INSTANT = 82, 185, 186


@dataclass(frozen=True, slots=True)
class Reading:
    """An integer as NVML gave it, or None and why."""

    value: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ThrottleCounters:
    """Nanoseconds since the driver was loaded that each cause held the clocks back, and the mask of this instant."""

    power_cap: Reading
    thermal: Reading
    low_utilisation: Reading
    sw_thermal: Reading
    hw_thermal: Reading
    hw_brake: Reading
    mask: Reading


class Gpu:
    """One GPU's sensors. Every method is one or more driver calls of about 4 ms: never call it among timed samples."""

    def __init__(self, library: Any, handle: Any) -> None:
        self._library = library
        self._handle = handle

    def energy_mj(self) -> Reading:
        return self._read(lambda: self._library.nvmlDeviceGetTotalEnergyConsumption(self._handle))

    def power_mw(self, field: int = POWER_INSTANT) -> Reading:
        return self._field(field)

    def temperature_c(self) -> Reading:
        return self._read(lambda: self._library.nvmlDeviceGetTemperature(self._handle, self._library.NVML_TEMPERATURE_GPU))

    def memory_temperature_c(self) -> Reading:
        return self._field(MEMORY_TEMPERATURE)

    def sm_mhz(self) -> Reading:
        return self._read(lambda: self._library.nvmlDeviceGetClockInfo(self._handle, self._library.NVML_CLOCK_SM))

    def memory_mhz(self) -> Reading:
        return self._read(lambda: self._library.nvmlDeviceGetClockInfo(self._handle, self._library.NVML_CLOCK_MEM))

    def clock_event_mask(self) -> Reading:
        return self._read(lambda: self._library.nvmlDeviceGetCurrentClocksEventReasons(self._handle))

    def throttle(self) -> ThrottleCounters:
        return ThrottleCounters(
            power_cap=self._field(POWER_CAP),
            thermal=self._field(THERMAL),
            low_utilisation=self._field(LOW_UTILISATION),
            sw_thermal=self._field(SW_THERMAL),
            hw_thermal=self._field(HW_THERMAL),
            hw_brake=self._field(HW_BRAKE),
            mask=self.clock_event_mask(),
        )

    def utilisation_pct(self) -> Reading:
        return self._read(lambda: self._library.nvmlDeviceGetUtilizationRates(self._handle).gpu)

    def memory_used_b(self) -> Reading:
        return self._read(lambda: self._library.nvmlDeviceGetMemoryInfo(self._handle).used)

    def process_count(self) -> Reading:
        return self._read(lambda: len(self._library.nvmlDeviceGetComputeRunningProcesses(self._handle)))

    def pin(self, function: str, *arguments: Any) -> Any:
        """The answer of the named NVML function for this GPU as text or number, or None where it is not supported."""
        try:
            answer = getattr(self._library, function)(self._handle, *arguments)
        except (self._library.NVMLError, AttributeError):
            return None
        return answer.decode() if isinstance(answer, bytes) else answer

    def constant(self, name: str) -> Any:
        """A constant of the NVML library by its name."""
        return getattr(self._library, name)

    def _read(self, call: Callable[[], Any]) -> Reading:
        try:
            return Reading(int(call()))
        except self._library.NVMLError as failure:
            return Reading(None, _reason(failure))
        except AttributeError:
            return Reading(None, _TOO_OLD)

    def _field(self, field: int) -> Reading:
        try:
            (answer,) = self._library.nvmlDeviceGetFieldValues(self._handle, [field])
        except self._library.NVMLError as failure:
            return Reading(None, _reason(failure))
        except AttributeError:
            return Reading(None, _TOO_OLD)
        if answer.nvmlReturn != 0:
            return Reading(None, f"field {field}: {_reason(self._library.NVMLError(answer.nvmlReturn))}")
        member = {0: "dVal", 1: "uiVal", 2: "ulVal", 3: "ullVal", 4: "sllVal", 5: "siVal", 6: "usVal"}.get(
            answer.valueType, "ullVal"
        )
        return Reading(int(getattr(answer.value, member)))


def open_gpu(pci_bus_id: str) -> tuple[Gpu | None, str]:
    """The GPU at a PCI bus id, or None and the reason: no library, no driver, or no such device."""
    try:
        import pynvml
    except ImportError:
        return None, "nvidia-ml-py is not installed"
    try:
        pynvml.nvmlInit()
        return Gpu(pynvml, pynvml.nvmlDeviceGetHandleByPciBusId(pci_bus_id.encode())), ""
    except pynvml.NVMLError as failure:
        return None, _reason(failure)


def gpu_names() -> tuple[list[str], str]:
    """Names of the GPUs the driver lists, and the reason where it lists none."""
    try:
        import pynvml

        pynvml.nvmlInit()
        handles = [pynvml.nvmlDeviceGetHandleByIndex(i) for i in range(pynvml.nvmlDeviceGetCount())]
        return [str(pynvml.nvmlDeviceGetName(handle)) for handle in handles], ""
    except ImportError:
        return [], "nvidia-ml-py is not installed"
    except Exception as failure:  # a driver that is half there raises more than its own error type
        return [], _reason(failure)


def _reason(failure: Exception) -> str:
    return str(failure) or type(failure).__name__
