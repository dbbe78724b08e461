"""Energy counts whole ticks with the load running at both edges; anything else gives no energy and a reason."""

from __future__ import annotations

from typing import Any

import pytest

from chronicle.harness.energy import NS, Telemetry, Window, beats, between_ticks, columns
from chronicle.harness.sampler import COLUMNS, is_tick, row

MS = 1_000_000
WATTS = 700
CALL_NS = 2 * MS


def ticks(count: int, first_ms: int = 37, step_ms: int = 100, **columns: Any) -> Telemetry:
    """A counter that moves every ``step_ms``, seen up to 4 ms late as on a real board, under a load of 700 W."""
    due = [first_ms + step_ms * place for place in range(count)]
    nothing: list[int | None] = [None] * count
    return {
        **dict.fromkeys(COLUMNS, nothing),
        "mono_ns": [when * MS + (place % 5) * MS for place, when in enumerate(due)],
        "energy_mj": [WATTS * when for when in due],
        "power_instant_mw": [WATTS * 1000] * count,
        "sm_mhz": [1980] * count,
        **columns,
    }


def progress(seconds: float) -> list[tuple[int, int]]:
    """Groups of ten calls of 2 ms each, seen finished one after another."""
    return [(place * 10 * CALL_NS, place * 10) for place in range(1, int(seconds * NS / (10 * CALL_NS)) + 1)]


def window_of(telemetry: Telemetry | None, seconds: float = 11.5) -> Window:
    return between_ticks(telemetry, progress(seconds), 10.0, CALL_NS)


def test_an_aligned_window_gives_the_energy_of_a_call_within_a_percent() -> None:
    energy = window_of(ticks(112)).energy

    assert energy is not None
    assert energy.ticks >= 100
    joules = (energy.counter_mj[1] - energy.counter_mj[0]) / 1000
    assert joules / energy.calls == pytest.approx(WATTS * CALL_NS / NS, rel=0.01)
    assert joules / (energy.window_ns / NS) == pytest.approx(WATTS, rel=0.01)


def test_the_integral_of_the_instant_power_is_a_second_reading_of_the_same_energy() -> None:
    energy = window_of(ticks(112)).energy

    assert energy is not None
    assert energy.power_integral_j == pytest.approx((energy.counter_mj[1] - energy.counter_mj[0]) / 1000, rel=0.001)
    assert (energy.power_mean_w, energy.loop_period_ms) == (700.0, 2.0)


def test_a_missing_power_reading_gives_no_integral_and_is_left_out_of_the_mean() -> None:
    powers: list[int | None] = [700_000] * 112
    powers[50] = None
    energy = window_of(ticks(112, power_instant_mw=powers)).energy

    assert energy is not None
    assert (energy.power_integral_j, energy.power_mean_w) == (None, 700.0)


def test_the_ramp_is_not_part_of_the_window() -> None:
    energy = window_of(ticks(112)).energy

    assert energy is not None
    assert energy.counter_mj[0] >= 500 * WATTS


def test_the_clocks_are_those_read_within_the_window() -> None:
    outside: list[int | None] = [300] * 5 + [1980] * 102 + [300] * 5
    window = window_of(ticks(112, sm_mhz=outside))

    assert set(window.sm_mhz) == {1980}


def test_what_held_the_clocks_back_is_the_rise_of_each_counter_in_the_window() -> None:
    cap = [1_000_000 + place * 60 * MS for place in range(112)]
    energy = window_of(ticks(112, power_cap_ns=cap, mask=[4] * 112)).energy

    assert energy is not None and energy.throttle is not None
    assert energy.throttle.power_cap_ns == energy.ticks * 60 * MS
    assert (energy.throttle.mask_or, energy.throttle.thermal_ns) == (4, None)


def test_a_throttle_counter_that_fell_tells_nothing() -> None:
    energy = window_of(ticks(112, power_cap_ns=[10**9] * 60 + [5] * 52)).energy

    assert energy is not None and energy.throttle is not None
    assert energy.throttle.power_cap_ns is None


def test_a_tick_after_the_load_ended_is_no_edge() -> None:
    found = window_of(ticks(112), seconds=10.4)

    assert found.energy is None
    assert "fewer than 100" in found.reason


@pytest.mark.parametrize("value", [5, 0], ids=["reset", "wrap"])
def test_a_counter_that_fell_back_gives_no_energy(value: int) -> None:
    energies = list(ticks(112)["energy_mj"])
    energies[60] = value
    found = window_of(ticks(112, energy_mj=energies))

    assert (found.energy, found.reason) == (None, "the energy counter fell back")


def test_too_few_ticks_give_no_energy_and_their_number() -> None:
    found = window_of(ticks(60, step_ms=200))

    assert found.energy is None
    assert found.reason.startswith("the counter ticked 5")


def test_a_counter_that_stalled_gives_no_energy() -> None:
    kept = 40
    stalled = {name: list(values)[:kept] for name, values in ticks(112).items()}

    assert window_of(stalled).reason.startswith("the counter ticked 3")


@pytest.mark.parametrize("done", [[], [(0, 10)]])
def test_a_load_that_never_ran_gives_no_energy(done: list[tuple[int, int]]) -> None:
    found = between_ticks(ticks(112), done, 10.0)

    assert (found.energy, found.reason) == (None, "the counter ticked 0 times, fewer than 100")


@pytest.mark.parametrize("telemetry", [None, ticks(112, energy_mj=[None] * 112)], ids=["no sampler", "no counter"])
def test_a_counter_that_is_missing_gives_no_energy(telemetry: Telemetry | None) -> None:
    assert window_of(telemetry).reason == "the counter ticked 0 times, fewer than 100"


@pytest.mark.parametrize(
    ("milliseconds", "is_near"), [(50, True), (57, True), (60, False), (133, False), (110, True), (2, False)]
)
def test_a_loop_that_would_beat_with_the_sensor_gets_gaps(milliseconds: int, is_near: bool) -> None:
    assert beats(milliseconds * MS) is is_near


@pytest.mark.parametrize(("last", "now", "is_one"), [(5, 6, True), (5, 5, False), (None, 6, False), (5, None, False)])
def test_only_two_successive_readings_that_differ_are_a_tick(last: int | None, now: int | None, is_one: bool) -> None:
    assert is_tick(last, now) is is_one


def test_a_line_of_the_sampler_has_a_value_or_none_for_every_column() -> None:
    from gpu_fakes import NOT_SUPPORTED, FakeNvml

    from chronicle.harness.nvml import Gpu

    library = FakeNvml(
        fields={186: (0, 1, 700_000), 74: (0, 3, 12), 82: (3, 3, 0)},
        nvmlDeviceGetClockInfo=[1980],
        nvmlDeviceGetTemperature=[55],
        nvmlDeviceGetComputeRunningProcesses=[[object()]],
        nvmlDeviceGetCurrentClocksEventReasons=[NOT_SUPPORTED],
    )
    line = dict(zip(COLUMNS, row(Gpu(library, None), 7, 8), strict=True))

    assert (line["mono_ns"], line["energy_mj"], line["power_instant_mw"], line["power_cap_ns"]) == (7, 8, 700_000, 12)
    assert (line["sm_mhz"], line["temperature_c"], line["processes"]) == (1980, 55, 1)
    assert (line["mask"], line["memory_temperature_c"], line["hw_brake_ns"]) == (None, None, None)


def test_lines_become_columns_and_none_of_them_gives_none() -> None:
    assert columns("") is None
    assert columns("[" + ",".join(["1"] * len(COLUMNS)) + "]\n") == {name: [1] for name in COLUMNS}
