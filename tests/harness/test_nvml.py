"""A sensor's reading is a number, or None and why; a driver that lacks something is never a reading of 0."""

from __future__ import annotations

import pytest
from gpu_fakes import NOT_SUPPORTED, FakeNvml, NVMLError

from chronicle.harness.nvml import Gpu, Reading, gpu_names, open_gpu


def gpu(fields: dict[int, tuple[int, int, object]] | None = None, **functions: list[object]) -> Gpu:
    return Gpu(FakeNvml(fields, **functions), "handle")


def test_a_supported_sensor_gives_its_number() -> None:
    assert gpu(nvmlDeviceGetTotalEnergyConsumption=[123_456]).energy_mj() == Reading(123_456)


def test_a_reading_of_zero_is_a_reading() -> None:
    assert gpu({74: (0, 3, 0)}).throttle().power_cap == Reading(0)


def test_an_unsupported_sensor_gives_none_and_the_drivers_reason() -> None:
    assert gpu(nvmlDeviceGetTemperature=[NOT_SUPPORTED]).temperature_c() == Reading(None, "Not Supported")


def test_an_error_without_a_message_gives_its_name() -> None:
    assert gpu(nvmlDeviceGetClockInfo=[NVMLError()]).sm_mhz() == Reading(None, "NVMLError")


def test_a_function_the_library_does_not_have_gives_none_and_says_so() -> None:
    assert gpu().clock_event_mask() == Reading(None, "not in this version of nvidia-ml-py")
    assert gpu().power_mw() == Reading(None, "not in this version of nvidia-ml-py")


def test_a_field_with_an_error_gives_none_and_the_error_of_that_field() -> None:
    assert gpu({185: (3, 1, 0)}).power_mw(185) == Reading(None, "field 185: error 3")


def test_a_field_call_that_fails_as_a_whole_gives_none() -> None:
    class Broken(FakeNvml):
        def _field_values(self, _: object, wanted: list[int]) -> list[object]:
            raise NVMLError("GPU is lost")

    assert Gpu(Broken({}), "handle").memory_temperature_c() == Reading(None, "GPU is lost")


@pytest.mark.parametrize("kind", [0, 1, 2, 3, 4, 5, 6])
def test_a_field_is_read_from_the_member_its_type_names(kind: int) -> None:
    assert gpu({82: (0, kind, 65)}).memory_temperature_c() == Reading(65)


def test_the_disputed_throttle_fields_are_none_where_the_driver_has_other_ids() -> None:
    older = gpu({74: (0, 3, 10), 75: (0, 3, 20), 251: (0, 3, 5)}).throttle()

    assert (older.power_cap.value, older.thermal.value) == (10, 20)
    assert (older.sw_thermal.value, older.hw_thermal.value, older.hw_brake.value) == (None, None, None)


def test_the_throttle_fields_of_a_current_driver_are_read() -> None:
    current = gpu({269: (0, 3, 1), 270: (0, 3, 2), 271: (0, 3, 3)}, nvmlDeviceGetCurrentClocksEventReasons=[4]).throttle()

    assert (current.sw_thermal.value, current.hw_thermal.value, current.hw_brake.value) == (1, 2, 3)
    assert current.mask == Reading(4)


def test_a_pin_is_text_or_number_or_none() -> None:
    board = gpu(nvmlDeviceGetVbiosVersion=[b"96.00"], nvmlDeviceGetMemoryBusWidth=[5120], nvmlDeviceGetMigMode=[NOT_SUPPORTED])

    assert board.pin("nvmlDeviceGetVbiosVersion") == "96.00"
    assert board.pin("nvmlDeviceGetMemoryBusWidth") == 5120
    assert board.pin("nvmlDeviceGetMigMode") is None
    assert board.pin("nvmlDeviceGetUUID") is None


def test_without_a_driver_there_is_no_gpu_and_a_reason() -> None:
    found, why = open_gpu("ffffffff:ff:1f.0")
    names, why_none = gpu_names()

    assert (found is None) == bool(why)
    assert (names == []) == bool(why_none)
