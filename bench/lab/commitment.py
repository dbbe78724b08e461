"""How many machines to commit, for how long, and what online rules and forecasts lose against knowing the demand.

A machine costs 1 a slot on demand. A commitment costs its fee, rho times its term, when it begins, and then a machine is free
for the whole term: there is no usage charge, which is what a savings plan or a block of capacity is (alpha = 0 in Wang, Li and
Liang, arXiv 1305.5608, where deterministic rules are 2-competitive, randomised ones e/(e-1), and neither can be better).

Demand for many machines is one question a level: level k is needed in the slots whose demand exceeds k, whatever others do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


def level_cost(level: float, demand: Array, rho: float) -> float:
    """Mean cost a slot with ``level`` machines committed all the time and the rest on demand."""
    return rho * level + float(np.maximum(demand - level, 0).mean())


def best_level(demand: Array, rho: float) -> int:
    """The newsvendor's level, the (1 - rho)-quantile of demand: the least k that suffices in a share 1 - rho of slots."""
    return int(np.quantile(demand, 1 - rho, method="inverted_cdf"))


def needed_utilisation(rho: float, years: float, decay: float) -> float:
    """The least use of a level at which a term pays, as price and need decay together at ``decay`` a year."""
    return rho * (years * decay / -math.expm1(-decay * years) if decay else 1.0)


def costs_over_three_years(utilisation: float, decay: float, rho_1y: float, rho_3y: float) -> dict[str, float]:
    """A level's cost on demand, with a term of one year renewed at the price of its day, and with a term of three."""
    on_demand = utilisation * (-math.expm1(-3 * decay) / decay if decay else 3.0)
    yearly = rho_1y * sum(math.exp(-decay * year) for year in range(3))
    return {"on_demand": on_demand, "one_year": yearly, "three_years": 3 * rho_3y}


@dataclass(frozen=True)
class Plan:
    """A term in slots, the committed over the on-demand rate, and by how much money loses worth a slot."""

    term: int
    rho: float
    discount: float = 0.0

    @property
    def fee(self) -> float:
        return self.rho * self.term

    def worth(self, slots: int) -> Array:
        """What a payment in each slot is worth in the first."""
        return np.exp(-self.discount * np.arange(slots))


def offline_cost(needs: Array, plan: Plan) -> Array:
    """The least cost of each level (levels × slots of 0 and 1) for who knows it all: exact, by dynamic programme over slots."""
    slots, worth = needs.shape[1], plan.worth(needs.shape[1])
    rest = np.zeros((slots + 1, len(needs)))
    for slot in reversed(range(slots)):
        after = rest[min(slot + plan.term, slots)]
        rest[slot] = np.minimum(worth[slot] * needs[:, slot] + rest[slot + 1], worth[slot] * plan.fee + after)
    return rest[0]


def online_cost(needs: Array, plan: Plan, threshold: float | Array) -> Array:
    """The cost of each level under the rule: commit as soon as the on-demand spend of the last term has reached the threshold.

    The threshold of the deterministic rule is the fee. Only spend counts that a commitment of the time could have saved.
    """
    levels, slots = needs.shape
    worth, spent, until = plan.worth(slots), np.zeros((levels, slots + 1)), np.zeros(levels, dtype=int)
    cost = np.zeros(levels)
    for slot in range(slots):
        is_open = (needs[:, slot] > 0) & (until <= slot)
        recent = spent[:, slot] - spent[:, max(0, slot - plan.term + 1)]
        begins = is_open & (recent >= np.asarray(threshold) - 1e-9)
        pays = is_open & ~begins
        cost += worth[slot] * (plan.fee * begins + pays)
        until[begins] = slot + plan.term
        spent[:, slot + 1] = spent[:, slot] + pays
    return cost


def drawn_thresholds(fee: int) -> tuple[Array, Array]:
    """Thresholds 0 to fee - 1 and how often the randomised rule draws each; e^z/(e-1) over z = spend/fee in the limit."""
    days = np.arange(fee)
    weights = ((fee - 1) / fee) ** (fee - 1 - days) if fee > 1 else np.ones(1)
    return days.astype(float), weights / weights.sum()


def randomised_cost(needs: Array, plan: Plan) -> Array:
    """The expected cost of each level under the randomised rule; the fee is a whole number of slots on demand."""
    thresholds, weights = drawn_thresholds(round(plan.fee))
    return sum(weight * online_cost(needs, plan, one) for one, weight in zip(thresholds, weights, strict=True))


def planned_cost(demand: Array, plan: Plan, wanted: Array) -> float:
    """The cost of buying up to ``wanted`` machines in each slot (0: buy nothing), whatever was bought before running out."""
    worth, ends = plan.worth(len(demand)), np.zeros(len(demand) + plan.term, dtype=int)
    held, cost = 0, 0.0
    for slot, need in enumerate(demand):
        held -= ends[slot]
        bought = max(0, int(wanted[slot]) - held)
        held += bought
        ends[slot + plan.term] += bought
        cost += worth[slot] * (plan.fee * bought + max(0, int(need) - held))
    return cost


def needs_of(demand: Array) -> Array:
    """Demand as one row a level."""
    return (demand[None, :] > np.arange(int(demand.max()))[:, None]).astype(float)


@dataclass(frozen=True)
class Family:
    """A synthetic demand: daily and weekly swing, yearly growth, bursts, and noise around a mean of machines."""

    mean: float = 16.0
    daily: float = 0.3
    weekly: float = 0.15
    growth: float = 0.0
    burst: float = 0.0
    noise: float = 0.1


DAY, WEEK, YEAR = 4, 28, 1456
"""Slots of six hours; a year is 52 weeks."""


def draw_demand(rng: np.random.Generator, family: Family, slots: int) -> Array:
    """Whole machines in each slot; bursts are Poisson shocks, one in four weeks, that fade over days."""
    time = np.arange(slots)
    shape = 1 + family.daily * np.sin(2 * np.pi * time / DAY + 0.7) + family.weekly * np.sin(2 * np.pi * time / WEEK)
    shocks = rng.poisson(1 / (4 * WEEK), slots) * rng.exponential(family.burst, slots)
    bursts = np.convolve(shocks, np.exp(-np.arange(WEEK) / DAY))[:slots]
    level = family.mean * np.exp(family.growth * time / YEAR) * (shape + bursts)
    return np.maximum(np.rint(level * np.exp(family.noise * rng.standard_normal(slots))), 0).astype(int)


def forecast(past: Array, kind: str, slots: int) -> Array:
    """The demand of the next ``slots``, from the past alone.

    ``seasonal`` repeats the last four weeks; ``smoothed`` scales their pattern to an exponentially weighted level; ``trend``
    carries the log-linear growth of the weekly means of half a year on.
    """
    recent = past[-4 * WEEK :].reshape(4, WEEK)
    ahead = np.tile(recent, (math.ceil(slots / recent.size), 1)).ravel()[:slots].astype(float)
    weeks = past[-(len(past) // WEEK) * WEEK :].reshape(-1, WEEK).mean(axis=1)
    if kind == "smoothed":
        weights = 0.9 ** np.arange(len(weeks))[::-1]
        return ahead * (weeks @ weights / weights.sum()) / max(recent.mean(), 1e-9)
    if kind == "trend":
        kept = weeks[-26:]
        slope = np.polyfit(np.arange(len(kept)), np.log(np.maximum(kept, 0.5)), 1)[0]
        return ahead * np.exp(slope * (np.arange(slots) / WEEK + 2))
    return ahead


def plan_by_forecast(demand: Array, start: int, plan: Plan, kind: str, review: int = 4 * WEEK) -> tuple[Array, float]:
    """What to hold in each slot from ``start`` on, and the mean absolute percentage error of the forecasts behind it.

    Each review forecasts one term and wants the newsvendor's level of it; between reviews nothing is bought.
    """
    wanted, errors = np.zeros(len(demand) - start, dtype=int), []
    for now in range(start, len(demand), review):
        ahead = forecast(demand[:now], kind, plan.term)
        wanted[now - start] = best_level(ahead, plan.rho)
        seen = demand[now : now + plan.term]
        errors.append(np.mean(np.abs(ahead[: len(seen)] - seen) / np.maximum(seen, 1)))
    return wanted, float(np.mean(errors))
