"""Energy counts whole ticks with the load running at both edges; anything else gives no energy and a reason."""

from __future__ import annotations

import pytest

from chronicle.harness.energy import NS, Tick, between_ticks

MS = 1_000_000
WATTS = 700
CALL_NS = 2 * MS


def ticks(count: int, first_ms: int = 37, step_ms: int = 100) -> list[Tick]:
    """A counter that moves every ``step_ms``, seen up to 4 ms late as on a real board, under a load of 700 W."""
    return [
        Tick((first_ms + step_ms * place) * MS + (place % 5) * MS, WATTS * (first_ms + step_ms * place))
        for place in range(count)
    ]


def progress(seconds: float) -> list[tuple[int, int]]:
    """Groups of ten calls of 2 ms each, seen finished one after another."""
    return [(place * 10 * CALL_NS, place * 10) for place in range(1, int(seconds * NS / (10 * CALL_NS)) + 1)]


def test_an_aligned_window_gives_the_energy_of_a_call_within_a_percent() -> None:
    energy = between_ticks(ticks(112), progress(11.5), 10.0, None).energy

    assert energy is not None
    assert energy.ticks >= 100
    joules = (energy.counter_mj[1] - energy.counter_mj[0]) / 1000
    assert joules / energy.calls == pytest.approx(WATTS * CALL_NS / NS, rel=0.01)
    assert joules / (energy.window_ns / NS) == pytest.approx(WATTS, rel=0.01)


def test_the_ramp_is_not_part_of_the_window() -> None:
    energy = between_ticks(ticks(112), progress(11.5), 10.0, None).energy

    assert energy is not None
    assert energy.counter_mj[0] >= 500 * WATTS


def test_a_tick_after_the_load_ended_is_no_edge() -> None:
    found = between_ticks(ticks(112), progress(10.4), 10.0, None)

    assert found.energy is None
    assert "fewer than 100" in found.reason


def test_a_counter_that_fell_back_gives_no_energy() -> None:
    reset = ticks(112)
    reset[60] = Tick(reset[60].mono_ns, 5)
    found = between_ticks(reset, progress(11.5), 10.0, None)

    assert (found.energy, found.reason) == (None, "the energy counter fell back")


def test_too_few_ticks_give_no_energy_and_their_number() -> None:
    found = between_ticks(ticks(60, step_ms=200), progress(11.5), 10.0, None)

    assert found.energy is None
    assert found.reason.startswith("the counter ticked 5")


@pytest.mark.parametrize("done", [[], [(0, 10)]])
def test_a_load_that_never_ran_gives_no_energy(done: list[tuple[int, int]]) -> None:
    found = between_ticks(ticks(112), done, 10.0, None)

    assert (found.energy, found.reason) == (None, "the counter ticked 0 times, fewer than 100")


def test_a_counter_that_never_moved_gives_no_energy() -> None:
    assert between_ticks([], progress(11.5), 10.0, None).reason == "the counter ticked 0 times, fewer than 100"


def test_the_mean_power_is_that_of_the_window_and_skips_what_was_not_read() -> None:
    telemetry: dict[str, list[int | None]] = {
        "mono_ns": [0, 1 * NS, 2 * NS, 3 * NS, 30 * NS],
        "power_instant_mw": [1, 700_000, None, 710_000, 1],
    }
    found = between_ticks(ticks(112), progress(11.5), 10.0, telemetry)

    assert found.energy is not None
    assert found.energy.power_mean_w == 705.0
    assert found.telemetry == telemetry


def test_telemetry_without_a_reading_in_the_window_gives_no_mean() -> None:
    found = between_ticks(ticks(112), progress(11.5), 10.0, {"mono_ns": [0], "power_instant_mw": [5]})

    assert found.energy is not None
    assert found.energy.power_mean_w is None
