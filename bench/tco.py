"""What 10 and 100 billion tokens a month of an 8B model cost on rented GPUs, as a surface over inputs that nobody knows well.

No capacity is measured yet. Of those that are computed, 8,000 tokens a second and GPU is cautious, and 22,000 is just below the
roofline placeholder of 24,000 (an H100 at rates that nobody serves at); a measured one will replace them.
"""

from dataclasses import replace

import numpy as np
from lab.queueing import erlang_c, fixed_service_wait, simulated_wait
from lab.sensitivity import Range, sobol, swing
from lab.tables import numbers
from lab.tco import SECONDS, Service

from chronicle import axis, study

PEAK = {"conv": 1.52, "code": 4.25}
"""The busiest minute over the mean of the Azure traces of 2023."""

PRICE = 2.5
"""Dollars an hour and H100: the low end of second-tier providers in the first quarter of 2026, rounded."""

RANGES = {
    "price_per_hour": Range(1.4, PRICE, 12.29, is_log=True),
    "capacity": Range(5_500, 11_000, 22_000, is_log=True),
    "peak_to_mean": Range(1.2, 1.52, 4.5),
    "joules_per_token": Range(0.02, 0.06, 0.12, is_log=True),
    "people": Range(0.0, 1_000.0, 5_000.0),
}
"""Price: the least and the most of the table. Capacity: half to twice its middle. Peak: around both traces. Energy: 700 W over
the capacities. People: dollars a month that we assumed, since no page names any."""

FIXED = {"idle_watts": 100.0, "overhead": 1.3, "dollars_per_kwh": 0.2}
"""An idle board, the cooling's share and TR119's price of energy; the first two are ours."""


def per_million(tokens):
    return lambda **inputs: Service(tokens=tokens, **inputs, **FIXED).per_million


def break_even_tokens(service, price_per_million, most=1e13):
    """The least monthly load from which rent and people cost no more than tokens bought; None where none up to ``most`` does.

    Cost falls between two steps of the number of GPUs, so each step is tried at its far end and, if that pays, solved for.
    """
    per_gpu = service.capacity * (1 - service.headroom) / service.peak_to_mean * SECONDS
    for busy in range(1, int(most / per_gpu) + 2):
        if replace(service, tokens=busy * per_gpu).per_million > price_per_million:
            continue
        fixed = replace(service, tokens=busy * per_gpu, joules_per_token=0.0, idle_watts=0.0)
        return max(fixed.cost / price_per_million * 1e6, (busy - 1) * per_gpu)
    return None


@study(title="Cost a million tokens on rented H100s at 2.50 dollars an hour", provenance="derived")
@axis("mix", ["conv", "code"])
@axis("capacity", [4_000, 8_000, 16_000, 22_000])
@axis("billion_tokens", [1, 3, 10, 30, 100, 300, 1000])
def surface(mix, capacity, billion_tokens):
    load = Service(billion_tokens * 1e9, capacity, PEAK[mix], PRICE, joules_per_token=700 / capacity, **FIXED)
    rent_alone = load.rent / (billion_tokens * 1000)
    return {
        "gpus_count": float(load.gpus),
        "utilisation_ratio": float(load.utilisation),
        "rent_dollars_per_million_tokens": float(rent_alone),
        "cost_dollars_per_million_tokens": float(load.per_million),
        "limit_dollars_per_million_tokens": float(load.limit_per_million),
        "limit_over_rent_ratio": float(load.limit_per_million / rent_alone),
        "energy_share_ratio": float(load.energy / load.cost),
        "regime_count": 0.0 if load.needed <= 1 else 1.0 if load.limit_per_million < 0.9 * rent_alone else 2.0,
    }


@study(title="The same at the prices of the table", provenance="derived", reads=["tables/gpu_prices.csv"])
@axis("end", ["least", "most"])
@axis("billion_tokens", [10, 100])
def priced(end, billion_tokens):
    prices = numbers("gpu_prices.csv", "dollars_per_hour")
    price = min(prices) if end == "least" else max(prices)
    load = Service(billion_tokens * 1e9, 22_000, PEAK["conv"], price, joules_per_token=700 / 22_000, **FIXED)
    return {"price_dollars_per_hour": price, "cost_dollars_per_million_tokens": float(load.per_million)}


@study(title="The load from which renting costs no more than tokens at a price", provenance="derived")
@axis("mix", ["conv", "code"])
@axis("capacity", [8_000, 22_000])
@axis("cents_per_million", [2, 10, 31, 100])
def break_even(mix, capacity, cents_per_million):
    load = Service(1.0, capacity, PEAK[mix], PRICE)
    found = break_even_tokens(load, cents_per_million / 100)
    limit = {"is_reached_count": float(found is not None), "limit_dollars_per_million_tokens": float(load.limit_per_million)}
    return limit if found is None else limit | {"break_even_tokens": found}


@study(title="10,000 draws of what nobody knows well", provenance="simulated")
@axis("billion_tokens", [10, 100])
def draws(seed, billion_tokens):
    rng = np.random.default_rng(seed)
    inputs = {name: one.ppf(rng.random(10_000)) for name, one in RANGES.items()}
    load = Service(tokens=billion_tokens * 1e9, **inputs, **FIXED)
    cost = {f"p{q}_cost_dollars_per_million_tokens": float(np.percentile(load.per_million, q)) for q in (5, 50, 95)}
    energy, people = load.energy / load.cost, load.people / load.cost
    return cost | {
        "p50_energy_share_ratio": float(np.median(energy)),
        "p95_energy_share_ratio": float(np.percentile(energy, 95)),
        "p95_people_share_ratio": float(np.percentile(people, 95)),
    }


@study(title="Share of the variance of the cost that each input explains", provenance="simulated")
@axis("billion_tokens", [10, 100])
def variance(seed, billion_tokens):
    found = sobol(per_million(billion_tokens * 1e9), RANGES, np.random.default_rng(seed), points=8192)
    first = {f"{name}_first_order_ratio": one for name, (one, _) in found.items()}
    total = {f"{name}_total_ratio": one for name, (_, one) in found.items()}
    together = found["price_per_hour"][0] + found["capacity"][0]
    return first | total | {"price_and_capacity_first_order_ratio": together}


@study(title="The cost as one input runs over its range", provenance="derived")
@axis("billion_tokens", [10, 100])
@axis("input", ["price_per_hour", "capacity", "peak_to_mean", "joules_per_token", "people"])
def tornado(billion_tokens, input):
    model = per_million(billion_tokens * 1e9)
    low, high = swing(model, RANGES, input)
    usual = float(model(**{name: one.usual for name, one in RANGES.items()}))
    return {
        "low_cost_dollars_per_million_tokens": low,
        "high_cost_dollars_per_million_tokens": high,
        "usual_cost_dollars_per_million_tokens": usual,
    }


@study(title="The wait in front of GPUs, in service times", provenance="simulated")
@axis("load_percent", [50, 80, 90])
@axis("servers", [1, 4])
def queue(seed, load_percent, servers):
    load, rng = load_percent / 100, np.random.default_rng(seed)
    random = simulated_wait(rng, servers, load * servers, is_fixed=False)
    fixed = simulated_wait(rng, servers, load * servers, is_fixed=True)
    closed = {"random_closed_form_ratio": erlang_c(servers, load * servers) / (servers - load * servers)}
    if servers == 1:
        closed["fixed_closed_form_ratio"] = fixed_service_wait(load)
    return closed | {"random_wait_ratio": random, "fixed_wait_ratio": fixed}
