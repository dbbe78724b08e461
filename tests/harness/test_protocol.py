"""The stop rules inside a process, on scripted durations."""

from __future__ import annotations

import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronicle.harness.protocol import NS, Stretch, batch_for, has_enough, is_warm, lag_one
from chronicle.harness.timers import HOST_QUANTUM_NS, HostTimer
from chronicle.records.run import STANDARD, Protocol

RULE = Protocol()
MS = 1_000_000


def stretches(*windows: list[int]) -> list[Stretch]:
    return [Stretch(window) for window in windows]


def test_warm_up_ends_once_two_windows_agree() -> None:
    assert is_warm(stretches([1000, 1004], [1000, 1004]), 10, 3 * NS, RULE)
    assert is_warm(stretches([1000], [1005]), 10, 3 * NS, RULE)


@pytest.mark.parametrize(
    ("windows", "calls", "device_ns"),
    [
        ([[1000], [1006]], 10, 3 * NS),
        ([[1000]], 10, 3 * NS),
        ([[1], [1]], 9, 3 * NS),
        ([[1], [1]], 10, 3 * NS - 1),
        ([], 99, 9 * NS),
    ],
    ids=["drifts", "one window", "too few calls", "too short", "no window"],
)
def test_warm_up_goes_on(windows: list[list[int]], calls: int, device_ns: int) -> None:
    assert not is_warm(stretches(*windows), calls, device_ns, RULE)


@pytest.mark.parametrize(("clock", "is_over"), [(1980, True), (1961, True), (1959, False)])
def test_warm_up_waits_for_clocks_within_a_percent(clock: int, is_over: bool) -> None:
    before, now = Stretch([1000], [1980, 1980]), Stretch([1000], [clock, clock])

    assert is_warm([before, now], 10, 3 * NS, STANDARD) is is_over


def test_warm_up_goes_on_after_something_was_compiled() -> None:
    assert not is_warm([Stretch([1000], graphs=1), Stretch([1000], graphs=2)], 10, 3 * NS, STANDARD)


def test_sampling_ends_once_the_median_has_settled() -> None:
    assert has_enough([40 * MS] * 30, 30 * 40 * MS, RULE)


@pytest.mark.parametrize(
    "samples",
    [[40 * MS] * 29, [MS] * 30, [40 * MS] * 20 + [41 * MS] * 40],
    ids=["too few", "too short", "still moving"],
)
def test_sampling_goes_on(samples: list[int]) -> None:
    assert not has_enough(samples, sum(samples), RULE)


def test_a_cap_ends_sampling_whatever_the_median_does() -> None:
    assert has_enough([1, 2] * 1000, 3000, RULE)
    assert has_enough([11 * NS], 11 * NS, RULE)


def test_a_batch_lasts_a_hundred_quanta_even_if_the_first_calls_were_slow() -> None:
    def sample_ns(calls: int) -> float:
        return 5000 + 10 * calls

    batch = batch_for(sample_ns, 200)

    assert sample_ns(batch) >= 100 * 200


@given(st.floats(min_value=0.01, max_value=1e6), st.floats(min_value=0, max_value=1e5), st.integers(1, 1000))
def test_any_batch_is_long_enough_and_no_longer_than_it_must_be(call_ns: float, overhead_ns: float, quantum_ns: int) -> None:
    batch = batch_for(lambda calls: overhead_ns + call_ns * calls, quantum_ns)
    enough = 100 * quantum_ns

    assert batch == 1_000_000 or overhead_ns + call_ns * batch >= enough * 0.999
    assert call_ns * (batch - 1) <= 2.01 * enough


def test_a_call_that_takes_no_time_ends_at_the_largest_batch() -> None:
    assert batch_for(lambda _: 0.0, 32) == 1_000_000


def test_a_batch_that_suffices_is_kept() -> None:
    assert batch_for(lambda calls: 1000.0 * calls, 32, least=7) == 7


def test_a_sample_on_the_host_clock_lasts_twenty_microseconds() -> None:
    assert HostTimer().quantum_ns >= HOST_QUANTUM_NS == 200


def test_the_host_timer_times_every_call_of_a_sample() -> None:
    calls: list[int] = []
    durations = HostTimer().group(lambda: calls.append(1), 3, 5)

    assert len(calls) == 15
    assert len(durations) == 5
    assert all(duration > 0 for duration in durations)


def test_successive_samples_that_are_alike_are_correlated() -> None:
    assert lag_one([1, 1, 1, 1, 9, 9, 9, 9]) == pytest.approx(0.625)
    assert lag_one([1, 9] * 20) == pytest.approx(-0.975)


@pytest.mark.parametrize("samples", [[], [1], [1, 2], [5, 5, 5, 5]])
def test_a_series_too_short_or_constant_has_no_correlation(samples: list[int]) -> None:
    assert lag_one(samples) is None


def test_noise_has_next_to_no_correlation() -> None:
    source = random.Random(3)
    rhos = [lag_one([round(source.gauss(10_000, 100)) for _ in range(400)]) or 0.0 for _ in range(20)]

    assert abs(statistics.fmean(rhos)) < 0.05
