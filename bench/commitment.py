"""How many GPUs to commit and for how long, and what a forecast is worth beside rules that know nothing of the future."""

import itertools

import numpy as np
from lab.commitment import (
    YEAR,
    Family,
    Plan,
    best_level,
    costs_over_three_years,
    draw_demand,
    level_cost,
    needed_utilisation,
    needs_of,
    offline_cost,
    online_cost,
    plan_by_forecast,
    planned_cost,
    randomised_cost,
)
from lab.sensitivity import Range, sobol, swing

from chronicle import axis, study

PAIRS = {"page": (0.62, 0.45), "tr119": (0.70, 0.50)}
"""Committed over on-demand rate for one and three years: near what price pages of 2026 name, and what TR119 states."""

RANGES = {
    "utilisation": Range(0.5, 0.8, 1.0),
    "decay": Range(0.0, 0.43, 0.8),
    "rho_1y": Range(0.53, 0.62, 0.70),
    "rho_3y": Range(0.45, 0.47, 0.50),
}
"""One year: 35 to 47 % off on price pages, 30 % off in TR119. Three years: the two pairs. The others: ranges we chose."""

FORECASTS = ("seasonal", "smoothed", "trend")
TERMS = {"on_demand": 0, "one_year": 1, "three_years": 3}


def committed_cost(utilisation, decay, rho_1y, rho_3y):
    """The least cost of a level over three years with a commitment of either length, over its cost on demand."""
    decay = np.maximum(decay, 1e-9)
    on_demand = utilisation * -np.expm1(-3 * decay) / decay
    yearly = rho_1y * (1 + np.exp(-decay) + np.exp(-2 * decay))
    return np.minimum(yearly, 3 * rho_3y) / on_demand


@study(title="Every demand of 14 slots against the online rules", provenance="derived")
@axis("term", [6, 8])
def adversary(term):
    plan = Plan(term, rho=0.5)
    needs = np.array(list(itertools.product([0.0, 1.0], repeat=14)))[1:]
    best = offline_cost(needs, plan)
    return {
        "deterministic_worst_ratio": float((online_cost(needs, plan, plan.fee) / best).max()),
        "randomised_worst_ratio": float((randomised_cost(needs, plan) / best).max()),
        "demands_count": float(len(needs)),
    }


@study(title="Demands that last and then end, against the online rules", provenance="derived")
@axis("term", [50, 200])
def lasting(term):
    plan = Plan(term, rho=0.62)
    needs = np.tril(np.ones((term, term)))
    best = offline_cost(needs, plan)
    return {
        "deterministic_worst_ratio": float((online_cost(needs, plan, plan.fee) / best).max()),
        "randomised_worst_ratio": float((randomised_cost(needs, plan) / best).max()),
    }


@study(title="The level to commit, by how much demand varies (gamma) and what a commitment costs", provenance="simulated")
@axis("variation", [0.2, 0.5, 1.0])
@axis("rho", [0.45, 0.5, 0.62, 0.7])
def level(seed, variation, rho):
    demand = np.random.default_rng(seed).gamma(variation**-2, 40 * variation**2, 20_000).round()
    found = best_level(demand, rho)
    searched = min(range(int(demand.max()) + 1), key=lambda one: level_cost(one, demand, rho))
    return {
        "level_ratio": found / demand.mean(),
        "saving_ratio": 1 - level_cost(found, demand, rho) / demand.mean(),
        "quantile_excess_ratio": level_cost(found, demand, rho) / level_cost(searched, demand, rho) - 1,
    }


@study(title="Which term costs least over three years, at 0.62 for one year and 0.45 for three", provenance="derived")
@axis("utilisation", [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0])
@axis("decay", [0.0, 0.1, 0.2, 0.3, 0.43, 0.5, 0.6, 0.7, 0.8])
def term(utilisation, decay):
    costs = costs_over_three_years(utilisation, decay, *PAIRS["page"])
    best = min(costs, key=costs.__getitem__)
    shares = {f"{name}_cost_ratio": value / costs["on_demand"] for name, value in costs.items() if name != "on_demand"}
    return shares | {"best_term_years": float(TERMS[best]), "saving_ratio": 1 - costs[best] / costs["on_demand"]}


@study(title="The use of a level from which a term pays", provenance="derived")
@axis("pair", ["page", "tr119"])
@axis("decay", [0.0, 0.2, 0.43, 0.7])
def threshold(pair, decay):
    rho_1y, rho_3y = PAIRS[pair]
    return {
        "one_year_needed_ratio": needed_utilisation(rho_1y, 1, decay),
        "three_years_needed_ratio": needed_utilisation(rho_3y, 3, decay),
    }


@study(title="The yearly decay from which one year at a time costs less than three at once", provenance="derived")
@axis("pair", ["page", "tr119"])
def switch(pair):
    from scipy.optimize import brentq

    def lead(decay):
        costs = costs_over_three_years(1.0, decay, *PAIRS[pair])
        return costs["one_year"] - costs["three_years"]

    return {"switch_decay_ratio": float(brentq(lead, 0.0, 5.0))}


@study(title="Forecasts and an online rule against the offline optimum, on 24 demands over three years", provenance="simulated")
@axis("rho", [0.5, 0.62])
def regret(seed, rho):
    rng, plan = np.random.default_rng(seed), Plan(YEAR, rho, discount=0.08 / YEAR)
    demands = [draw_demand(rng, _drawn_family(rng), 4 * YEAR) for _ in range(24)]
    levels = [needs_of(demand[YEAR:]) for demand in demands]
    needs, first = np.concatenate(levels), np.cumsum([0, *map(len, levels[:-1])])
    best = np.add.reduceat(offline_cost(needs, plan), first)
    online = np.add.reduceat(online_cost(needs, plan, plan.fee), first) / best - 1
    outcomes = {"online_regret_ratio": float(online.mean())}
    for kind in FORECASTS:
        plans = [plan_by_forecast(demand, YEAR, plan, kind) for demand in demands]
        costs = [planned_cost(demand[YEAR:], plan, wanted) for demand, (wanted, _) in zip(demands, plans, strict=True)]
        lost, errors = np.array(costs) / best - 1, np.array([error for _, error in plans])
        outcomes |= {f"{kind}_regret_ratio": float(lost.mean()), f"{kind}_error_ratio": float(errors.mean())}
        outcomes |= {f"{kind}_wins_ratio": float((lost < online).mean()), f"{kind}_sharp_count": float((errors <= 0.2).sum())}
        outcomes[f"{kind}_over_online_ratio"] = float(lost.mean() / online.mean())
        if (errors <= 0.2).any():
            outcomes[f"{kind}_wins_when_sharp_ratio"] = float((lost < online)[errors <= 0.2].mean())
    return outcomes


def _drawn_family(rng):
    return Family(
        mean=rng.uniform(8, 24),
        daily=rng.uniform(0.1, 0.5),
        weekly=rng.uniform(0.0, 0.3),
        growth=rng.uniform(-0.3, 0.5),
        burst=rng.uniform(0.0, 0.6),
        noise=rng.uniform(0.02, 0.15),
    )


@study(title="Share of the variance of the committed cost that each input explains", provenance="simulated")
def variance(seed):
    found = sobol(committed_cost, RANGES, np.random.default_rng(seed))
    first = {f"{name}_first_order_ratio": one for name, (one, _) in found.items()}
    return first | {f"{name}_total_ratio": total for name, (_, total) in found.items()}


@study(title="The committed cost over that on demand as one input runs over its range", provenance="derived")
@axis("input", ["utilisation", "decay", "rho_1y", "rho_3y"])
def tornado(input):
    low, high = swing(committed_cost, RANGES, input)
    usual = float(committed_cost(*(one.usual for one in RANGES.values())))
    return {"low_cost_ratio": low, "high_cost_ratio": high, "usual_cost_ratio": usual, "swing_ratio": high - low}
