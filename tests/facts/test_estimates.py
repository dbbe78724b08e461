"""Intervals over processes: the published ranks and levels, and the coverage they promise."""

from __future__ import annotations

import json
import math
import random
import statistics
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import H100, process
from scipy import stats

from chronicle.facts.estimates import (
    Spread,
    call_seconds,
    effective_count,
    log_t,
    order_level,
    order_ranks,
    order_statistic,
    processes_for,
    spread_of,
    student_half,
    summarise,
    welch,
)
from chronicle.records.run import Estimate

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


@pytest.mark.parametrize("n", range(6, 21))
@pytest.mark.parametrize("claims", [1, 2, 7, 20, 102])
def test_the_ranks_for_a_family_are_the_narrowest_that_reach_its_level(n: int, claims: int) -> None:
    level = 1 - 0.05 / claims
    reaching = [rank for rank in range(1, n // 2 + 1) if 1 - 2 * stats.binom.cdf(rank - 1, n, 0.5) >= level]

    assert order_ranks(n, level) == ((reaching[-1], n + 1 - reaching[-1]) if reaching else None)


def log_medians(processes: int, runs: int, seed: int) -> Any:
    """Logarithms of process medians 1 % apart around 1, a row a run."""
    return numpy.random.default_rng(seed).normal(0.0, 0.01, (runs, processes))


def log_t_coverage(logs: Any) -> float:
    half = stats.t.ppf(0.975, logs.shape[1] - 1) * logs.std(axis=1, ddof=1) / math.sqrt(logs.shape[1])
    return float((numpy.abs(logs.mean(axis=1)) <= half).mean())


def order_coverage(logs: Any) -> float:
    ranks = order_ranks(logs.shape[1])
    assert ranks is not None
    ordered = numpy.sort(logs, axis=1)
    return float(((ordered[:, ranks[0] - 1] <= 0) & (ordered[:, ranks[1] - 1] >= 0)).mean())


@pytest.mark.parametrize("n", [5, 6, 8, 10, 12, 15, 20])
def test_the_log_t_interval_of_process_medians_covers_as_often_as_it_says(n: int) -> None:
    assert 0.93 <= log_t_coverage(log_medians(n, 8000, seed=n)) <= 0.97


@pytest.mark.parametrize("n", [6, 10, 12, 15, 20])
def test_the_order_statistic_interval_of_process_medians_covers_as_often_as_it_says(n: int) -> None:
    ranks = order_ranks(n)

    assert ranks is not None
    assert 0.93 <= order_coverage(log_medians(n, 8000, seed=n)) <= 0.98
    assert order_coverage(log_medians(n, 8000, seed=n)) == pytest.approx(order_level(n, ranks[0]), abs=0.01)


def test_the_simulated_intervals_are_those_the_program_gives() -> None:
    logs = log_medians(12, 300, seed=3)
    found = [(covers(order_statistic(row)), covers(log_t(row))) for row in numpy.exp(logs).tolist()]

    assert sum(one for one, _ in found) / 300 == pytest.approx(order_coverage(logs))
    assert sum(one for _, one in found) / 300 == pytest.approx(log_t_coverage(logs))


def test_with_some_slow_processes_order_statistics_still_cover_where_students_interval_does_not() -> None:
    logs = log_medians(10, 8000, seed=4)
    slow = logs + 0.05 * (numpy.random.default_rng(5).random(logs.shape) < 0.15)

    assert log_t_coverage(slow) < 0.93 < order_coverage(slow)


def test_pooled_iterations_cover_far_too_rarely() -> None:
    source = numpy.random.default_rng(21)
    pooled = source.normal(0.0, 0.01, (4000, 6, 1)) + source.normal(0.0, 0.002, (4000, 6, 50))

    assert log_t_coverage(pooled.reshape(4000, 300)) < 0.3


def covers(estimate: Estimate) -> bool:
    assert estimate.lo is not None and estimate.hi is not None
    return estimate.lo <= 1.0 <= estimate.hi


def test_an_interval_that_a_tool_printed_is_not_the_one_its_own_formula_gives() -> None:
    half = student_half(12.3, 5)

    assert (255.4 - half, 255.4 + half) == pytest.approx((240.1, 270.7), abs=0.05)
    assert (255.4 - half, 255.4 + half) != pytest.approx((243.2, 267.6), abs=1)


def test_every_committed_interval_follows_from_its_samples_by_the_textbook() -> None:
    cases = json.loads((H100 / "record.json").read_bytes())["cases"]
    medians = [
        [one["time"]["median_ns"] / one["time"]["calls_per_sample"] / 1e9 for one in case["processes"]] for case in cases
    ]
    stated = [case["summary"] for case in cases]
    students = [stats.t.interval(0.95, 11, loc=numpy.log(one).mean(), scale=stats.sem(numpy.log(one))) for one in medians]

    assert [(one["order_statistic"]["lo"], one["order_statistic"]["hi"]) for one in stated] == [
        (sorted(one)[2], sorted(one)[9]) for one in medians
    ]
    assert [(one["log_t"]["lo"], one["log_t"]["hi"]) for one in stated] == [
        pytest.approx((math.exp(lo), math.exp(hi))) for lo, hi in students
    ]


def test_the_unpaired_ratio_is_welchs_interval_on_the_logarithms() -> None:
    a, b = [1.0, 1.1, 0.9, 1.05, 0.95, 1.02], [2.0, 2.3, 1.9, 2.1]
    between = stats.ttest_ind(numpy.log(b), numpy.log(a), equal_var=False).confidence_interval(0.95)
    found = welch(b, a)

    assert (found.lo, found.hi) == pytest.approx((math.exp(between.low), math.exp(between.high)))
    assert (found.value, found.n_processes) == (pytest.approx(stats.gmean(b) / stats.gmean(a)), 4)


@pytest.mark.parametrize(("a", "b"), [([1.0], [2.0, 2.1]), ([1.0, 1.0], [2.0, 2.0])], ids=["one value", "no spread"])
def test_an_unpaired_ratio_without_a_spread_has_no_interval(a: list[float], b: list[float]) -> None:
    assert (welch(b, a).lo, welch(b, a).hi) == (None, None)


def test_variance_is_told_apart_within_and_between_processes() -> None:
    source = numpy.random.default_rng(8)
    groups = (1.0 + source.normal(0, 0.01, (200, 1)) + source.normal(0, 0.03, (200, 100))).tolist()
    found = spread_of(groups)

    assert found is not None
    assert (found.within, found.between) == pytest.approx((0.03, 0.01), rel=0.1)


def test_processes_that_differ_by_no_more_than_their_samples_have_no_spread_of_their_own() -> None:
    assert spread_of([[0.9, 1.1], [1.1, 0.9], [1.0, 1.0]]) == Spread(pytest.approx(math.sqrt(0.04 / 3)), 0.0)
    assert spread_of([[1.0, 1.1]]) is None


def test_correlated_samples_are_worth_fewer() -> None:
    assert effective_count(300, 0.5) == 100
    assert effective_count(300, 0.0) == 300


def test_the_seconds_of_a_call_are_those_of_a_sample_over_its_calls() -> None:
    measured = process(median_ns=3_000_000)

    assert call_seconds(measured) == pytest.approx(3e-3)


def test_processes_that_measured_nothing_are_left_out_of_a_summary() -> None:
    found = summarise([process(median_ns=1_000_000), process(time=None, error="it hung")])

    assert found is not None
    assert found.order_statistic.n_processes == 1
    assert summarise([process(time=None, error="it hung")]) is None


@pytest.mark.parametrize(("claims", "processes"), [(1, 6), (2, 7), (3, 7), (4, 8), (6, 8), (7, 9), (12, 9), (13, 10)])
def test_a_report_of_more_claims_takes_more_processes(claims: int, processes: int) -> None:
    level = 1 - 0.05 / claims

    assert processes_for(level) == processes
    assert order_ranks(processes, level) is not None
    assert order_ranks(processes - 1, level) is None
