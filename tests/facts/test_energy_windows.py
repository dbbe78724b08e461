"""Energy by the counter: from tick to tick within a percent, from anywhere not, and none from a counter that falls."""

from __future__ import annotations

import dataclasses

import pytest
from boards import MS, board, burst

from chronicle.facts.energy_windows import (
    claimable_window_ns,
    energy_agreements,
    idle_power,
    polled_idle_power,
    window_errors,
)
from chronicle.facts.streams import NS
from chronicle.records.readings import Edge, EnergyReadings, Quiet, Stream

NOTHING = Quiet(
    state="idle_hot", settle_ns=0, first=None, last=None, temperature_c=None, sm_mhz=None, processes=None, reason="no board"
)


def steady(seconds: float = 32.0, **changes: object) -> EnergyReadings:
    """Calls of 2 ms one after another, in groups of ten."""
    start, end = 10 * NS, round((10 + seconds) * NS)
    moments = tuple(range(start, end + 1, 20 * MS))
    return EnergyReadings(
        progress_ns=moments,
        progress_calls=tuple(10 * place for place in range(len(moments))),
        streams=board([burst(10_000, (10 + seconds) * 1000)], **changes).watched(9 * NS, end + NS),
        hot=NOTHING,
        spin=NOTHING,
    )


def changed(readings: EnergyReadings, source: str, **changes: object) -> EnergyReadings:
    streams = [dataclasses.replace(one, **changes) if one.source == source else one for one in readings.streams]  # type: ignore[arg-type]
    return dataclasses.replace(readings, streams=tuple(streams))


def test_energy_from_tick_to_tick_is_within_a_percent_and_from_anywhere_it_is_not() -> None:
    errors = {(one.window_ns // MS, one.is_aligned): one.error_p95 for one in window_errors(steady())}

    assert errors[10_000, True] < 0.01
    assert errors[1_000, True] < 0.01
    assert errors[1_000, False] > 0.05
    assert errors[100, False] > 0.3


def test_the_shortest_window_to_claim_from_is_longer_without_alignment() -> None:
    errors = list(window_errors(steady()))

    assert (claimable_window_ns(errors), claimable_window_ns(errors, is_aligned=False)) == (200 * MS, 5_000 * MS)


def test_a_window_shorter_than_one_that_fails_is_not_claimable() -> None:
    errors = [one for one in window_errors(steady()) if one.is_aligned]
    lucky = [dataclasses.replace(one, error_p95=0.5 if one.window_ns == 1_000 * MS else 0.001) for one in errors]

    assert claimable_window_ns(lucky) == 2_000 * MS


@pytest.mark.parametrize("gain", [0.95, 1.0, 1.02])
def test_the_gap_is_the_gain_between_counter_and_power_over_three_windows(gain: float) -> None:
    (found,) = [one for one in energy_agreements(steady(gain=gain)) if one.source == "instant"]

    assert found.ratio.n == 3
    assert found.ratio.median == pytest.approx(gain, abs=0.002)
    assert found.gap == pytest.approx(abs(gain - 1), abs=0.003)
    assert found.window_ns >= 10 * NS


def test_a_counter_that_went_back_gives_no_energy_at_all() -> None:
    readings = steady()
    (counter,) = [one for one in readings.streams if one.source == "energy"]
    reset = changed(readings, "energy", value=(*counter.value[:50], *range(len(counter.value) - 50)))

    assert (list(energy_agreements(reset)), list(window_errors(reset))) == ([], [])


def test_a_counter_that_stalls_or_is_not_there_gives_no_energy_at_all() -> None:
    silent = changed(steady(), "energy", ns=(), before_ns=(), value=(), reason="Not Supported")
    stalled = changed(steady(), "energy", ns=(1,), before_ns=(1,), value=(5,))

    assert (list(energy_agreements(silent)), list(window_errors(silent))) == ([], [])
    assert (list(energy_agreements(stalled)), list(window_errors(stalled))) == ([], [])


def quiet(first_mj: int, last_mj: int) -> Quiet:
    edges = [Edge(ns=at * NS, before_ns=at * NS - 4 * MS, energy_mj=energy) for at, energy in ((0, first_mj), (8, last_mj))]
    return dataclasses.replace(NOTHING, first=edges[0], last=edges[1], settle_ns=4 * NS, temperature_c=31, reason="")


def test_idle_power_is_the_energy_between_two_ticks_over_their_time() -> None:
    found = idle_power(quiet(1_000, 561_000))

    assert found is not None
    assert (found.power_w, found.window_ns, found.temperature_c) == (70.0, 8 * NS, 31)


@pytest.mark.parametrize("one", [NOTHING, quiet(1_000, 1_000), quiet(1_000, 5)])
def test_a_counter_that_does_not_rise_gives_no_idle_power(one: Quiet) -> None:
    assert idle_power(one) is None


def test_polled_idle_power_is_taken_from_tick_to_tick() -> None:
    streams = board([]).watched(10 * NS, 14 * NS)
    found = polled_idle_power(streams[0], NOTHING)

    assert found is not None
    assert (found.power_w, found.is_polled) == (pytest.approx(100.0, rel=0.01), True)


def test_a_polled_counter_that_stands_still_gives_no_power() -> None:
    still = Stream(source="energy", ns=(1, 2), before_ns=(1, 1), value=(5, 6), reads=9, until_ns=9, reason="")

    assert polled_idle_power(still, NOTHING) is None
