"""Energy by the counter: from tick to tick within a percent, from anywhere not, and none from a counter that falls."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence

import pytest
from boards import MS, board, burst

from chronicle.facts.energy_windows import (
    claimable_window_ns,
    energy_agreements,
    idle_power,
    load_ratio,
    polled_idle_power,
    sampling_error,
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


def shown(power_mw: Sequence[float], every_ms: int = 100) -> EnergyReadings:
    """A steady load whose instant field shows these readings one after another."""
    moments = tuple(range(10 * NS, 10 * NS + len(power_mw) * every_ms * MS, every_ms * MS))
    field = {"ns": moments, "before_ns": moments, "value": tuple(map(round, power_mw))}
    return changed(steady(), "instant", **field)


def noise(share: float, count: int = 320) -> list[float]:
    draw = random.Random(7)
    return [700_000 * (1 + draw.gauss(0, share)) for _ in range(count)]


@pytest.mark.parametrize("share", [0.02, 0.05])
@pytest.mark.parametrize("seconds", [3, 12])
def test_what_sampling_allows_is_the_scatter_over_the_root_of_the_readings_of_a_window(share: float, seconds: int) -> None:
    expected = 1.96 * share / (seconds / 0.1) ** 0.5

    assert sampling_error(shown(noise(share)), "instant", seconds * NS) == pytest.approx(expected, rel=0.12)


def test_means_of_sampled_windows_scatter_by_what_sampling_allows() -> None:
    power = noise(0.05, 120 * 300)
    means = [sum(power[first : first + 120]) / 120 / 700_000 - 1 for first in range(0, len(power), 120)]
    allowed = sampling_error(shown(power[:320]), "instant", 12 * NS)

    assert allowed is not None
    assert sum(abs(one) <= allowed for one in means) / len(means) == pytest.approx(0.95, abs=0.04)


def test_a_slow_ramp_is_no_sampling_error() -> None:
    ramp = [650_000 + 300 * place for place in range(320)]

    assert sampling_error(shown(ramp), "instant", 12 * NS) == pytest.approx(0.0, abs=1e-4)


def test_the_readings_of_a_window_are_counted_by_the_update_period_of_the_field() -> None:
    often, rarely = shown(noise(0.05), every_ms=25), shown(noise(0.05), every_ms=100)
    errors = [sampling_error(one, "instant", 12 * NS) for one in (often, rarely)]

    assert None not in errors
    assert errors[1] / errors[0] == pytest.approx(2.0, rel=0.15)  # type: ignore[operator]  # none is None


def test_readings_outside_the_steady_load_do_not_count() -> None:
    readings = shown([*noise(0.05)[:5], *noise(0.01)])

    assert sampling_error(readings, "instant", 12 * NS) == pytest.approx(1.96 * 0.01 / 120**0.5, rel=0.12)


def test_a_field_that_is_missing_or_stood_still_says_nothing_of_sampling() -> None:
    silent = changed(steady(), "instant", ns=(), before_ns=(), value=(), reason="Not Supported")

    assert sampling_error(silent, "instant", 12 * NS) is None
    assert sampling_error(steady(), "usage", 12 * NS) is None
    assert sampling_error(shown([700_000] * 10), "instant", 12 * NS) is None


def test_the_ratio_over_the_load_takes_all_of_its_windows_together() -> None:
    found = load_ratio(steady(gain=1.02), "instant")
    gone = changed(steady(), "energy", ns=(), before_ns=(), value=(), reason="Not Supported")

    assert found is not None
    assert found[0] == pytest.approx(1.02, abs=0.001)
    assert 31 * NS < found[1] < 32 * NS
    assert (load_ratio(gone, "instant"), load_ratio(steady(), "usage")) == (None, None)


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
