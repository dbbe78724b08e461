"""A simulated board whose windows, ticks and delays are known gives them back: step response, square wave, fitted window."""

from __future__ import annotations

import dataclasses

import pytest
from boards import MS, board, burst, square_wave, steps

from chronicle.facts.averaging_window import averaging_window
from chronicle.facts.power_sensors import step_responses, wave_amplitudes
from chronicle.facts.streams import NS, find, held, update_period
from chronicle.records.readings import StepReadings, Stream, Wave, WaveReadings

PERIODS = (53, 107, 211, 419, 809)


def stepped(**changes: object) -> StepReadings:
    bursts = steps()
    return StepReadings(bursts=tuple(bursts), streams=board(bursts, **changes).watched(10 * NS, 27 * NS))


def waved(**changes: object) -> WaveReadings:
    waves = [
        Wave(
            period_ns=period * MS,
            start_ns=(20_000 + 3_300 * place) * MS,
            end_ns=(23_000 + 3_300 * place) * MS,
            bursts=tuple(square_wave(period, 20_000 + 3_300 * place)),
        )
        for place, period in enumerate(PERIODS)
    ]
    every = [one for wave in waves for one in wave.bursts]
    return WaveReadings(waves=tuple(waves), streams=board(every, **changes).watched(19 * NS, 37 * NS))


def stream_of(readings: StepReadings | WaveReadings, source: str) -> Stream:
    found = find(readings.streams, source)
    assert found is not None
    return found


def test_the_instant_field_arrives_at_its_next_tick_and_the_average_after_its_second() -> None:
    rises = {one.source: one for one in step_responses(stepped()) if one.direction == "rise"}

    assert rises["instant"].at_90_ns.highest <= 140 * MS
    assert rises["average"].at_10_ns.median == pytest.approx(150 * MS, abs=80 * MS)
    assert rises["average"].at_50_ns.median == pytest.approx(550 * MS, abs=80 * MS)
    assert rises["average"].at_90_ns.median == pytest.approx(950 * MS, abs=80 * MS)
    assert (rises["average"].low_w, rises["average"].high_w) == (pytest.approx(100), pytest.approx(700))


def test_a_fall_is_timed_as_a_rise_is() -> None:
    falls = {one.source: one for one in step_responses(stepped()) if one.direction == "fall"}

    assert falls["average"].at_50_ns.n == 3
    assert falls["average"].at_50_ns.median == pytest.approx(550 * MS, abs=80 * MS)


def test_a_field_that_does_not_move_has_no_response() -> None:
    still = StepReadings(bursts=tuple(steps()), streams=board([]).watched(10 * NS, 27 * NS))

    assert list(step_responses(still)) == []


@pytest.mark.parametrize("width", [200, 500, 1000, 1500])
def test_the_window_of_a_slow_field_is_found_from_the_steps(width: int) -> None:
    readings = stepped(windows_ms={"instant": 25, "average": width})
    found = averaging_window(stream_of(readings, "average"), readings.bursts, "steps")

    assert found is not None
    assert found.window_ns == pytest.approx(width * MS, rel=0.06)
    assert found.misfit < 0.05


@pytest.mark.parametrize("width", [25, 50, 100])
def test_the_window_of_a_fast_field_is_found_from_the_square_waves(width: int) -> None:
    readings = waved(windows_ms={"instant": width, "average": 1000})
    every = [one for wave in readings.waves for one in wave.bursts]
    found = averaging_window(stream_of(readings, "instant"), every, "square waves")

    assert found is not None
    assert found.window_ns == pytest.approx(width * MS, abs=10 * MS)
    assert found.misfit < 0.2


def test_a_slow_field_shows_little_of_a_fast_wave_and_a_fast_one_all_of_a_slow_wave() -> None:
    ratios = {(one.source, one.period_ns // MS): one.ratio for one in wave_amplitudes(waved())}

    assert ratios["instant", 809] > 0.9
    assert ratios["average", 53] < 0.1
    assert ratios["average", 809] == pytest.approx(0.191, abs=0.05)


def test_a_sensor_without_readings_has_no_window() -> None:
    silent = Stream(source="average", ns=(), before_ns=(), value=(), reads=0, until_ns=0, reason="Not Supported")

    assert averaging_window(silent, steps(), "steps") is None


def test_the_update_period_is_that_of_the_sensor_and_its_watching_that_of_the_reads() -> None:
    loaded = board([burst(0, 60_000)]).watched(10 * NS, 20 * NS)
    found = update_period(find(loaded, "energy") or loaded[0], "load")

    assert found is not None
    assert found.period_ns.median == pytest.approx(100 * MS, abs=4 * MS)
    assert (found.poll_ns, found.period_ns.n) == (4_300_000, 99)


def test_a_sensor_that_hardly_changes_has_no_period() -> None:
    (still,) = board([]).watched(10 * NS, 20 * NS, ["instant"])

    assert update_period(still, "idle") is None


def test_a_held_value_integrates_to_its_area() -> None:
    power = held(dataclasses.replace(board([]).watched(0, NS, ["instant"])[0], ns=(0, 10, 30), value=(1, 5, 2)))

    assert (power.at(9), power.at(10), power.at(99)) == (1, 5, 2)
    assert power.integral(5, 40) == 5 * 1 + 20 * 5 + 10 * 2
