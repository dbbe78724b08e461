"""Waiting in front of servers, in mean service times: closed forms, and a simulation that they check."""

from __future__ import annotations

import heapq
import math

import numpy as np


def erlang_c(servers: int, load: float) -> float:
    """The chance that an arrival finds every server busy (M/M/c); ``load`` is arrivals a mean service, below ``servers``."""
    terms = [load**n / math.factorial(n) for n in range(servers)]
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(terms) + last)


def fixed_service_wait(load: float) -> float:
    """Mean wait at one server whose service always takes as long (M/D/1)."""
    return load / (2 * (1 - load))


def simulated_wait(rng: np.random.Generator, servers: int, load: float, is_fixed: bool, arrivals: int = 200_000) -> float:
    """Mean wait over Poisson arrivals that are served in order, after a tenth of them to settle."""
    gaps = rng.exponential(1 / load, arrivals)
    services = np.ones(arrivals) if is_fixed else rng.exponential(1.0, arrivals)
    free, waits = [0.0] * servers, np.empty(arrivals)
    for place, now in enumerate(np.cumsum(gaps)):
        waits[place] = max(now, free[0]) - now
        heapq.heapreplace(free, now + waits[place] + services[place])
    return float(waits[arrivals // 10 :].mean())
