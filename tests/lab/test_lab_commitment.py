"""Commitments against the newsvendor, brute force, and the ratios that no online rule can be better or worse than."""

from __future__ import annotations

import itertools
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parents[2] / "bench"))

from lab.commitment import (
    WEEK,
    YEAR,
    Family,
    Plan,
    best_level,
    costs_over_three_years,
    draw_demand,
    drawn_thresholds,
    forecast,
    level_cost,
    needed_utilisation,
    needs_of,
    offline_cost,
    online_cost,
    plan_by_forecast,
    planned_cost,
    randomised_cost,
)

PLAN = Plan(term=6, rho=0.5)
EVERY = np.array(list(itertools.product([0.0, 1.0], repeat=12)))[1:]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60), st.floats(0.05, 0.95))
def test_the_level_to_commit_is_the_quantile_that_a_search_over_all_levels_finds(demand: list[int], rho: float) -> None:
    found = best_level(np.array(demand), rho)
    searched = min(level_cost(level, np.array(demand), rho) for level in range(max(demand) + 1))

    assert level_cost(found, np.array(demand), rho) == pytest.approx(searched, abs=1e-9)


@pytest.mark.parametrize(
    ("rho", "years", "decay", "needed"),
    [(0.62, 1, 0.0, 0.62), (0.62, 1, 0.43, 0.76), (0.45, 3, 0.43, 0.80), (0.62, 1, 0.7, 0.86), (0.45, 3, 0.7, 1.08)],
)
def test_a_term_needs_the_use_that_its_closed_form_says(rho: float, years: float, decay: float, needed: float) -> None:
    assert needed_utilisation(rho, years, decay) == pytest.approx(needed, abs=0.005)


def test_a_term_breaks_even_over_its_years_at_the_use_it_needs() -> None:
    needed = needed_utilisation(0.45, 3, 0.43)
    costs = costs_over_three_years(needed, 0.43, 0.62, 0.45)

    assert costs["three_years"] == pytest.approx(costs["on_demand"])


def test_the_offline_optimum_is_what_trying_every_set_of_commitments_finds() -> None:
    plan = Plan(term=3, rho=0.6, discount=0.02)
    needs = np.array(list(itertools.product([0.0, 1.0], repeat=7)))
    tried = [min(_cost_of(row, begun, plan) for begun in itertools.product([0, 1], repeat=7)) for row in needs]

    assert offline_cost(needs, plan) == pytest.approx(tried)


def _cost_of(needs: np.ndarray, begun: tuple[int, ...], plan: Plan) -> float:
    worth = plan.worth(len(needs))
    held = {slot + ahead for slot, is_one in enumerate(begun) if is_one for ahead in range(plan.term)}
    bought = sum(plan.fee * worth[slot] for slot, is_one in enumerate(begun) if is_one)
    return float(bought + sum(need * worth[slot] for slot, need in enumerate(needs) if slot not in held))


def test_no_demand_makes_the_deterministic_rule_pay_more_than_twice_the_optimum_and_one_makes_it_pay_that() -> None:
    worst = (online_cost(EVERY, PLAN, PLAN.fee) / offline_cost(EVERY, PLAN)).max()

    assert worst == pytest.approx(2.0, abs=1e-6)


def test_no_demand_makes_the_randomised_rule_pay_more_than_its_ratio() -> None:
    worst = (randomised_cost(EVERY, PLAN) / offline_cost(EVERY, PLAN)).max()

    assert worst == pytest.approx(1 / (1 - (1 - 1 / 3) ** 3), abs=1e-9)
    assert worst <= 1.60


def test_the_randomised_thresholds_tend_to_the_density_of_the_continuous_rule() -> None:
    thresholds, weights = drawn_thresholds(2000)
    mean = float(thresholds @ weights) / 2000

    assert weights.sum() == pytest.approx(1.0)
    assert mean == pytest.approx(1 / (math.e - 1), abs=1e-3)


@given(st.integers(0, 2**32), st.floats(0.3, 0.9))
def test_no_way_of_buying_costs_less_than_the_offline_optimum(seed: int, rho: float) -> None:
    rng, plan = np.random.default_rng(seed), Plan(20, rho, discount=0.001)
    demand = rng.integers(0, 5, 60)
    demand[0] = 1
    wanted = rng.integers(0, 5, 60)
    best = offline_cost(needs_of(demand), plan).sum()

    assert planned_cost(demand, plan, wanted) >= best - 1e-9
    assert online_cost(needs_of(demand), plan, plan.fee).sum() >= best - 1e-9


def test_demand_without_noise_is_forecast_to_the_rounding_by_repeating_it() -> None:
    family = Family(mean=100, growth=0.0, burst=0.0, noise=0.0)
    demand = draw_demand(np.random.default_rng(1), family, 2 * YEAR)

    assert forecast(demand[:YEAR], "seasonal", YEAR) == pytest.approx(demand[YEAR:])


def test_growth_is_followed_by_the_trend_and_missed_by_the_season() -> None:
    family = Family(mean=100, growth=0.3, burst=0.0, noise=0.0)
    demand = draw_demand(np.random.default_rng(1), family, 2 * YEAR)
    errors = {
        kind: np.mean(np.abs(forecast(demand[:YEAR], kind, YEAR) / demand[YEAR:] - 1))
        for kind in ("seasonal", "smoothed", "trend")
    }

    assert errors["trend"] < 0.03 < errors["seasonal"] < errors["smoothed"]


@pytest.mark.parametrize("kind", ["seasonal", "smoothed", "trend"])
def test_a_plan_does_not_change_with_what_comes_after_it(kind: str) -> None:
    demand = draw_demand(np.random.default_rng(3), Family(burst=0.3), 2 * YEAR)
    other = demand.copy()
    other[YEAR + 9 * 4 * WEEK :] = 0
    plan = Plan(YEAR, 0.62)
    wanted, again = (plan_by_forecast(one, YEAR, plan, kind)[0] for one in (demand, other))

    assert (wanted[: 9 * 4 * WEEK] == again[: 9 * 4 * WEEK]).all()
