"""Intervals over processes: the published ranks and levels, and the coverage they promise."""

from __future__ import annotations

import math
import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import process
from scipy import stats

from chronicle.facts.estimates import call_seconds, log_t, order_level, order_ranks, order_statistic, summarise

VALUES = st.lists(st.floats(min_value=1e-9, max_value=1e3), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("n", "ranks", "level"),
    [
        (6, (1, 6), 0.969),
        (8, (1, 8), 0.992),
        (10, (2, 9), 0.979),
        (12, (3, 10), 0.961),
        (15, (4, 12), 0.965),
        (20, (6, 15), 0.959),
    ],
)
def test_the_table_of_ranks_is_the_published_one(n: int, ranks: tuple[int, int], level: float) -> None:
    assert order_ranks(n) == ranks
    assert round(order_level(n, ranks[0]), 3) == level


@pytest.mark.parametrize(
    ("claims", "ranks"), [(1, (3, 10)), (2, (2, 11)), (7, (2, 11)), (8, (1, 12)), (102, (1, 12)), (103, None)]
)
def test_a_family_of_claims_widens_the_interval_of_twelve(claims: int, ranks: tuple[int, int] | None) -> None:
    assert order_ranks(12, 1 - 0.05 / claims) == ranks


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_below_six_processes_there_is_no_interval(n: int) -> None:
    found = order_statistic([1.0 + place for place in range(n)])

    assert (found.lo, found.hi, found.level, found.ranks) == (None, None, None, None)
    assert found.n_processes == n


def test_no_value_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match=r".+"):
        order_statistic([])


@given(st.integers(min_value=1, max_value=200), st.data())
def test_a_level_is_the_coverage_of_the_binomial(n: int, data: st.DataObject) -> None:
    rank = data.draw(st.integers(min_value=1, max_value=n // 2 + 1))

    assert order_level(n, rank) == pytest.approx(1 - 2 * stats.binom.cdf(rank - 1, n, 0.5), abs=1e-12)


@given(VALUES, st.randoms(use_true_random=False))
def test_the_order_of_processes_moves_nothing(values: list[float], shuffler: random.Random) -> None:
    shuffled = list(values)
    shuffler.shuffle(shuffled)

    assert order_statistic(shuffled) == order_statistic(values)


@given(VALUES.filter(lambda values: len(values) >= 6))
def test_the_interval_holds_the_median_and_reaches_its_level(values: list[float]) -> None:
    found = order_statistic(values)

    assert found.lo is not None and found.hi is not None and found.level is not None
    assert found.lo <= found.value <= found.hi
    assert found.level >= 0.95


@given(st.floats(min_value=0.1, max_value=10), VALUES.filter(lambda values: len(values) >= 6))
def test_a_change_of_unit_scales_value_and_interval_alike(factor: float, values: list[float]) -> None:
    plain, scaled = order_statistic(values), order_statistic([factor * value for value in values])

    assert plain.lo is not None and plain.hi is not None
    assert (scaled.value, scaled.lo, scaled.hi) == pytest.approx((factor * plain.value, factor * plain.lo, factor * plain.hi))


def test_the_second_reading_is_students_interval_on_the_logarithms() -> None:
    values = [1.0, 1.1, 0.9, 1.05, 0.95, 1.02]
    logs = [math.log(value) for value in values]
    lo, hi = stats.t.interval(0.95, 5, loc=statistics.fmean(logs), scale=stats.sem(logs))
    found = log_t(values)

    assert (found.value, found.lo, found.hi) == pytest.approx((stats.gmean(values), math.exp(lo), math.exp(hi)))


def test_one_process_has_a_second_reading_without_an_interval() -> None:
    found = log_t([2.0])

    assert (found.value, found.lo, found.hi) == (pytest.approx(2.0), None, None)


@pytest.mark.parametrize("n", [6, 12])
def test_both_intervals_cover_the_truth_about_as_often_as_they_say(n: int) -> None:
    source = random.Random(20)
    samples = [[math.exp(source.gauss(0, 0.01)) for _ in range(n)] for _ in range(400)]
    orders = sum(covers(order_statistic(sample)) for sample in samples) / len(samples)
    logs = sum(covers(log_t(sample)) for sample in samples) / len(samples)

    assert orders >= 0.93
    assert 0.92 <= logs <= 0.98


def test_pooled_iterations_cover_far_too_rarely() -> None:
    source = random.Random(21)
    pooled = [pooled_iterations(source) for _ in range(60)]
    covered = sum(covers(order_statistic(sample)) for sample in pooled) / len(pooled)

    assert covered < 0.5


def covers(estimate: object) -> bool:
    return estimate.lo <= 1.0 <= estimate.hi  # type: ignore[attr-defined, no-any-return]


def pooled_iterations(source: random.Random) -> list[float]:
    """Six processes 1 % apart with fifty iterations each, taken as three hundred observations: the mistake we do not make."""
    return [
        math.exp(middle + source.gauss(0, 0.002)) for middle in [source.gauss(0, 0.01) for _ in range(6)] for _ in range(50)
    ]


def test_the_seconds_of_a_call_are_those_of_a_sample_over_its_calls() -> None:
    measured = process(median_ns=3_000_000)

    assert call_seconds(measured) == pytest.approx(3e-3)


def test_processes_that_measured_nothing_are_left_out_of_a_summary() -> None:
    found = summarise([process(median_ns=1_000_000), process(time=None, error="it hung")])

    assert found is not None
    assert found.order_statistic.n_processes == 1
    assert summarise([process(time=None, error="it hung")]) is None
