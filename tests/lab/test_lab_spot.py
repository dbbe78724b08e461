"""The renewal model of spot machines against its closed forms and limits, and policies against what they must keep."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[2] / "bench"))

from lab.spot import (
    Job,
    UpTime,
    any_of_two,
    availability_of,
    cost_of_policy,
    cost_ratio,
    exponential_share,
    least_cost,
    simulate,
    useful_share,
)

LONG = 2_000_000.0
JOB = Job(work=20, deadline=30, cold_start=0.1)


def rng() -> np.random.Generator:
    return np.random.default_rng(20261127)


@pytest.mark.parametrize("mean", [0.7, 9.7])
@pytest.mark.parametrize("cold_start", [0.1, 0.5])
def test_exponential_up_times_cost_what_the_closed_form_says(mean: float, cold_start: float) -> None:
    available, useful = simulate(rng(), UpTime(mean), 0.6, cold_start, LONG)

    assert available == pytest.approx(0.6, rel=0.01)
    assert useful == pytest.approx(exponential_share(mean, 0.6, cold_start), rel=0.01)
    assert cost_ratio(0.35, available, useful) == pytest.approx(
        cost_ratio(0.35, 0.6, exponential_share(mean, 0.6, cold_start)), rel=0.01
    )


def test_heavy_tailed_up_times_cost_what_quadrature_says() -> None:
    up = UpTime(0.7, shape=0.5)
    available, useful = simulate(rng(), up, 0.6, 0.5, LONG)

    assert useful == pytest.approx(useful_share(up, 0.6, 0.5), rel=0.01)
    assert available == pytest.approx(0.6, rel=0.01)


def test_quadrature_agrees_with_the_closed_forms_of_two_shapes() -> None:
    z = math.sqrt(0.5 / UpTime(0.7, 0.5).scale)

    assert UpTime(0.7).excess(0.5) == pytest.approx(0.7 * math.exp(-0.5 / 0.7), rel=1e-9)
    assert UpTime(0.7, 0.5).excess(0.5) == pytest.approx(0.7 * math.exp(-z) * (1 + z), rel=1e-9)


def test_a_machine_that_is_always_there_costs_the_spot_price() -> None:
    available, useful = simulate(rng(), UpTime(5.0), 1.0, 0.0, LONG)

    assert cost_ratio(0.35, available, useful) == pytest.approx(0.35, abs=1e-9)


def test_a_machine_that_is_never_there_costs_the_price_on_demand() -> None:
    assert cost_ratio(0.35, *simulate(rng(), UpTime(5.0), 0.0, 0.1, LONG)) == 1.0


@pytest.mark.parametrize("cold_start", [0.0, 0.1, 1.0])
def test_without_a_discount_spot_is_never_the_cheaper(cold_start: float) -> None:
    assert cost_ratio(1.0, *simulate(rng(), UpTime(2.0), 0.5, cold_start, LONG)) >= 1.0


def test_spot_breaks_even_where_the_price_ratio_is_the_useful_part_of_an_up_time() -> None:
    price = math.exp(-0.5 / 0.7)

    assert cost_ratio(price, 0.4, exponential_share(0.7, 0.4, 0.5)) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(("correlation", "either"), [(0.0, 0.75), (1.0, 0.5)])
def test_two_zones_are_worth_two_only_if_they_fail_apart(correlation: float, either: float) -> None:
    assert any_of_two(0.5, correlation) == pytest.approx(either)


def test_a_trace_is_up_as_often_as_it_was_asked_to_be() -> None:
    trace = availability_of(rng(), UpTime(2.0), 0.6, JOB, jobs=4000)

    assert trace.mean() == pytest.approx(0.6, abs=0.01)


@pytest.mark.parametrize("is_uniform", [False, True], ids=["greedy", "uniform"])
@pytest.mark.parametrize("availability", [0.2, 0.6, 0.9])
def test_no_policy_is_late_or_cheaper_than_the_bound(is_uniform: bool, availability: float) -> None:
    trace = availability_of(rng(), UpTime(2.0), availability, JOB, jobs=300)
    cost, in_time = cost_of_policy(JOB, trace, 0.35, is_uniform)

    assert in_time.all()
    assert (cost >= least_cost(JOB, trace, 0.35) - 1e-9).all()


@pytest.mark.parametrize("is_uniform", [False, True], ids=["greedy", "uniform"])
def test_spot_that_never_goes_costs_one_start_and_the_work(is_uniform: bool) -> None:
    trace = np.ones((1, JOB.steps), dtype=bool)
    cost, _ = cost_of_policy(JOB, trace, 0.35, is_uniform)

    assert cost[0] == pytest.approx(0.35 * (JOB.work + JOB.cold_start))
    assert least_cost(JOB, trace, 0.35)[0] == pytest.approx(0.35 * JOB.work * 30 / 29.9)


@pytest.mark.parametrize("is_uniform", [False, True], ids=["greedy", "uniform"])
def test_spot_that_never_comes_costs_the_work_on_demand(is_uniform: bool) -> None:
    trace = np.zeros((1, JOB.steps), dtype=bool)
    cost, in_time = cost_of_policy(JOB, trace, 0.35, is_uniform)

    assert in_time.all()
    assert least_cost(JOB, trace, 0.35)[0] == JOB.work
    assert JOB.work < cost[0] <= 1.05 * JOB.work
