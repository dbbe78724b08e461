"""What interruptions do to the price of spot machines: a renewal model at published availabilities, jobs with a deadline."""

import math

import numpy as np
from lab.sensitivity import Range, sobol, swing
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
)
from lab.tables import numbers

from chronicle import axis, study

RANGES = {
    "availability": Range(0.17, 0.68, 0.91),
    "price_ratio": Range(0.30, 0.35, 0.50),
    "mean_up_hours": Range(0.7, 2.6, 9.7, is_log=True),
    "cold_start_minutes": Range(1.0, 6.0, 30.0, is_log=True),
}
"""Availability and mean up-time: the range of nine zones, usually their median and the middle of the logarithms.

Price ratio: TR119's own 0.30, and discounts of 50 to 65 % that price pages name. Cold start: a range we chose, not measured.
"""


def cost(availability, price_ratio, mean_up_hours, cold_start_minutes):
    useful = availability * np.exp(-cold_start_minutes / 60 / mean_up_hours)
    return price_ratio * availability + 1 - useful


def zones():
    """Availability of each zone, and the least and the most mean up-time of any of them."""
    return [numbers("spot_availability.csv", "value", quantity=one) for one in ("availability", "mean_up_hours")]


@study(title="Cost over all zones against the flat discount", provenance="derived", reads=["tables/spot_availability.csv"])
@axis("price_ratio", [0.30, 0.35])
@axis("cold_start_minutes", [6, 30])
def flat_discount(price_ratio, cold_start_minutes):
    shares, (shortest, longest) = zones()
    least = min(cost(share, price_ratio, longest, cold_start_minutes) for share in shares)
    most = max(cost(share, price_ratio, shortest, cold_start_minutes) for share in shares)
    return {
        "least_cost_ratio": least,
        "most_cost_ratio": most,
        "least_understatement_ratio": least / price_ratio,
        "most_understatement_ratio": most / price_ratio,
    }


@study(
    title="Cost in one zone, at a cold start of 6 min and a price ratio of 0.35",
    provenance="derived",
    reads=["tables/spot_availability.csv"],
)
@axis("zone", [1, 2, 3, 4, 5, 6, 7, 8, 9])
@axis("mean_up_hours", [0.7, 9.7])
def zone(zone, mean_up_hours):
    shares, _ = zones()
    return {"cost_ratio": cost(shares[zone - 1], 0.35, mean_up_hours, 6), "available_ratio": shares[zone - 1]}


@study(title="Heavy-tailed up-times against the exponential closed form", provenance="simulated")
@axis("shape", [0.5, 1.0])
@axis("mean_up_hours", [0.7, 9.7])
@axis("cold_start_minutes", [6, 30])
def tails(seed, shape, mean_up_hours, cold_start_minutes):
    cold, availability = cold_start_minutes / 60, 0.91
    available, useful = simulate(np.random.default_rng(seed), UpTime(mean_up_hours, shape), availability, cold, hours=400_000)
    simulated = cost_ratio(0.35, available, useful)
    closed = cost_ratio(0.35, availability, exponential_share(mean_up_hours, availability, cold))
    return {"cost_ratio": simulated, "closed_form_cost_ratio": closed, "closed_form_error_ratio": abs(simulated - closed)}


@study(
    title="A job of 48 h with a deadline: greedy, uniform progress, and the bound of perfect foresight", provenance="simulated"
)
@axis("availability", [0.47, 0.68, 0.91])
@axis("mean_up_hours", [1.0, 5.0])
@axis("deadline_hours", [52, 70])
def deadline_job(seed, availability, mean_up_hours, deadline_hours):
    rng, job = np.random.default_rng(seed), Job(work=48, deadline=deadline_hours, cold_start=0.1)
    trace = availability_of(rng, UpTime(mean_up_hours), availability, job, jobs=400)
    greedy, greedy_in_time = cost_of_policy(job, trace, 0.35, is_uniform=False)
    uniform, uniform_in_time = cost_of_policy(job, trace, 0.35, is_uniform=True)
    bound = least_cost(job, trace, 0.35)
    return {
        "greedy_cost_ratio": greedy.mean() / job.work,
        "uniform_cost_ratio": uniform.mean() / job.work,
        "bound_cost_ratio": bound.mean() / job.work,
        "gap_closed_ratio": (greedy.mean() - uniform.mean()) / (greedy.mean() - bound.mean()),
        "uniform_bound_ratio": bound.mean() / uniform.mean(),
        "late_count": float((~greedy_in_time).sum() + (~uniform_in_time).sum()),
    }


@study(title="Share of the variance of the cost that each input explains", provenance="simulated")
def variance(seed):
    found = sobol(cost, RANGES, np.random.default_rng(seed))
    first = {f"{name}_first_order_ratio": one for name, (one, _) in found.items()}
    return first | {f"{name}_total_ratio": total for name, (_, total) in found.items()}


@study(title="The cost as one input runs over its range", provenance="derived")
@axis("input", ["availability", "price_ratio", "mean_up_hours", "cold_start_minutes"])
def tornado(input):
    low, high = swing(cost, RANGES, input)
    usual = float(cost(*(one.usual for one in RANGES.values())))
    return {"low_cost_ratio": low, "high_cost_ratio": high, "usual_cost_ratio": usual, "swing_ratio": high - low}


@study(title="Where spot pays: cold start against mean up-time, at a price ratio of 0.35", provenance="derived")
@axis("cold_start_minutes", [1, 2, 6, 15, 30, 60, 120])
@axis("mean_up_hours", [0.35, 0.7, 1.4, 2.8, 5.6, 9.7])
def frontier(cold_start_minutes, mean_up_hours):
    useful = math.exp(-cold_start_minutes / 60 / mean_up_hours)
    return {
        "cost_ratio": float(cost(0.68, 0.35, mean_up_hours, cold_start_minutes)),
        "break_even_price_ratio": useful,
        "pays_count": float(useful > 0.35),
    }


@study(title="A second zone: at least one of two up, by the correlation of their states", provenance="derived")
@axis("availability", [0.47, 0.68])
@axis("correlation", [0.0, 0.27, 0.35, 0.59, 1.0])
def second_zone(availability, correlation):
    either = any_of_two(availability, correlation)
    return {"either_up_ratio": either, "gain_ratio": either - availability}


@study(
    title="Sixteen machines of one zone all up, over what independent machines would be",
    provenance="derived",
    reads=["tables/spot_availability.csv"],
)
def sixteen():
    seen = numbers("spot_availability.csv", "value", quantity="node16_all_up")
    independent = numbers("spot_availability.csv", "value", quantity="node16_if_independent")
    return {"least_excess_ratio": min(seen) / max(independent), "most_excess_ratio": max(seen) / min(independent)}
