"""Reads one GPU through NVML: a reading is a value, or None with the reason it could not be had, never 0.

The GPU is found by its PCI bus id, because CUDA and NVML count devices differently. Cumulative counters are read by
field id; the three disputed ones (software thermal, hardware thermal, hardware brake) are 269–271 in current drivers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

POWER_CAP, THERMAL, LOW_UTILISATION = 74, 75, 78
SW_THERMAL, HW_THERMAL, HW_BRAKE = 269, 270, 271
THROTTLE_FIELDS = (POWER_CAP, THERMAL, LOW_UTILISATION, SW_THERMAL, HW_THERMAL, HW_BRAKE)
"""The counters of :class:`ThrottleCounters`, in its order."""

_TOO_OLD = "not in this version of nvidia-ml-py"
_MEMBERS = {0: "dVal", 1: "uiVal", 2: "ulVal", 3: "ullVal", 4: "sllVal", 5: "siVal", 6: "usVal"}
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


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One answer of NVML to a field id, as it came: ``value`` is None where ``code`` is not 0 (success)."""

    field: int
    code: int
    value_type: int
    value: int | None
    latency_us: int


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
        power_cap, thermal, low_utilisation, sw_thermal, hw_thermal, hw_brake = self.fields(THROTTLE_FIELDS)
        return ThrottleCounters(power_cap, thermal, low_utilisation, sw_thermal, hw_thermal, hw_brake, self.clock_event_mask())

    def utilisation_pct(self) -> Reading:
        return self._read(lambda: self._library.nvmlDeviceGetUtilizationRates(self._handle).gpu)

    def memory_used_b(self) -> Reading:
        return self._read(lambda: self._library.nvmlDeviceGetMemoryInfo(self._handle).used)

    def process_count(self) -> Reading:
        return self._read(lambda: len(self._library.nvmlDeviceGetComputeRunningProcesses(self._handle)))

    def link(self) -> tuple[Reading, Reading, Reading, Reading]:
        """The PCIe link's generation, the most it can be, its width, and the most of that; an idle link trains down."""
        return (
            self._read(lambda: self._call("nvmlDeviceGetCurrPcieLinkGeneration")),
            self._read(lambda: self._call("nvmlDeviceGetMaxPcieLinkGeneration")),
            self._read(lambda: self._call("nvmlDeviceGetCurrPcieLinkWidth")),
            self._read(lambda: self._call("nvmlDeviceGetMaxPcieLinkWidth")),
        )

    def uncorrected_errors(self) -> Reading:
        """Uncorrected memory errors since the driver was loaded."""
        kind = ("NVML_MEMORY_ERROR_TYPE_UNCORRECTED", "NVML_VOLATILE_ECC")
        return self._read(lambda: self._call("nvmlDeviceGetTotalEccErrors", *(self.constant(one) for one in kind)))

    def remapped_rows(self) -> tuple[Reading, Reading]:
        """Whether a row waits to be remapped, and whether remapping one failed: 1 or 0."""
        return (
            self._read(lambda: self._call("nvmlDeviceGetRemappedRows")[2]),
            self._read(lambda: self._call("nvmlDeviceGetRemappedRows")[3]),
        )

    def fields(self, ids: Sequence[int]) -> tuple[Reading, ...]:
        """Field values in one call of the driver, each with its own reason where it is not there."""
        try:
            answers = self._library.nvmlDeviceGetFieldValues(self._handle, list(ids))
        except self._library.NVMLError as failure:
            return (Reading(None, _reason(failure)),) * len(ids)
        except AttributeError:
            return (Reading(None, _TOO_OLD),) * len(ids)
        return tuple(self._value(field, answer) for field, answer in zip(ids, answers, strict=True))

    def field_values(self, ids: Sequence[int]) -> tuple[FieldValue, ...]:
        """Field values in one call of the driver, as they came; none at all where it does not offer field values."""
        try:
            answers = self._library.nvmlDeviceGetFieldValues(self._handle, list(ids))
        except (self._library.NVMLError, AttributeError):
            return ()
        return tuple(
            FieldValue(
                field=field,
                code=int(one.nvmlReturn),
                value_type=int(one.valueType),
                value=self._value(field, one).value,
                latency_us=int(getattr(one, "latencyUsec", 0)),
            )
            for field, one in zip(ids, answers, strict=True)
        )

    def power_usage_mw(self) -> Reading:
        return self._read(lambda: self._call("nvmlDeviceGetPowerUsage"))

    def supported_event_mask(self) -> Reading:
        return self._read(lambda: self._call("nvmlDeviceGetSupportedClocksEventReasons"))

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

    def _call(self, function: str, *arguments: Any) -> Any:
        return getattr(self._library, function)(self._handle, *arguments)

    def _field(self, field: int) -> Reading:
        (reading,) = self.fields([field])
        return reading

    def _value(self, field: int, answer: Any) -> Reading:
        if answer.nvmlReturn != 0:
            return Reading(None, f"field {field}: {_reason(self._library.NVMLError(answer.nvmlReturn))}")
        member = _MEMBERS.get(answer.valueType, "ullVal")
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
