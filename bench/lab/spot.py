"""Spot machines as an alternating renewal process, and jobs on them that must end by a deadline.

A machine is up for X hours (mean U) and gone for a while, so that it is available a share A of the time. Each time it comes up,
the first ``cold_start`` hours are paid and useless. On-demand machines, at price 1, do what spot machines, at price s, do not:

    useful   phi = A E[(X-r)+] / U        exponential X: A exp(-r/U)
    cost     C   = s A + 1 - phi          spot pays while s A < phi, for exponential X while s < exp(-r/U)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class UpTime:
    """Weibull up-times of a mean in hours: shape 1 is exponential, below 1 most are short and a few very long."""

    mean: float
    shape: float = 1.0

    @property
    def scale(self) -> float:
        return self.mean / math.gamma(1 + 1 / self.shape)

    def draw(self, rng: np.random.Generator, size: int | tuple[int, ...]) -> Array:
        return self.scale * rng.weibull(self.shape, size)

    def excess(self, hours: float) -> float:
        """E[(X - hours)+], the integral of the survival function from ``hours`` on, by quadrature."""
        from scipy.integrate import quad

        start = hours / self.scale
        return self.scale * quad(lambda t: math.exp(-(t**self.shape)), start, math.inf)[0]


def useful_share(up: UpTime, availability: float, cold_start: float) -> float:
    """phi: the share of all time in which a spot machine does useful work."""
    return availability * up.excess(cold_start) / up.mean


def exponential_share(mean: float, availability: float, cold_start: float) -> float:
    """phi for exponential up-times, in closed form."""
    return availability * math.exp(-cold_start / mean)


def cost_ratio(price_ratio: float, availability: float, useful: float) -> float:
    """C: the cost of one machine's work kept up all the time, over that of an on-demand machine."""
    return price_ratio * availability + 1 - useful


def simulate(rng: np.random.Generator, up: UpTime, availability: float, cold_start: float, hours: float) -> tuple[float, float]:
    """Availability and useful share as they came out over ``hours``, with exponential times in between."""
    if availability == 0:
        return 0.0, 0.0
    cycles = math.ceil(1.2 * hours * availability / up.mean) + 100
    ups = up.draw(rng, cycles)
    downs = rng.exponential(up.mean * (1 - availability) / availability, cycles)
    starts = np.concatenate([[0.0], np.cumsum(ups + downs)[:-1]])
    lasting = np.clip(hours - starts, 0, ups)
    return float(lasting.sum() / hours), float(np.maximum(lasting - cold_start, 0).sum() / hours)


def any_of_two(availability: float, correlation: float) -> float:
    """Share of time in which at least one of two alike zones is up, given the correlation of their states."""
    down = 1 - availability
    return 1 - (down * down + correlation * availability * down)


@dataclass(frozen=True)
class Job:
    """Hours of work, hours until it must be done, hours lost with each start, and the step of the simulation in hours."""

    work: float
    deadline: float
    cold_start: float
    step: float = 0.05

    @property
    def steps(self) -> int:
        return round(self.deadline / self.step)


def availability_of(rng: np.random.Generator, up: UpTime, availability: float, job: Job, jobs: int) -> Array:
    """Whether spot is up in each step of each job (jobs × steps): exponential both ways, begun in the stationary state."""
    leave = 1 - math.exp(-job.step / up.mean)
    back = 1 - math.exp(-job.step * availability / (up.mean * (1 - availability)))
    state = rng.random(jobs) < back / (back + leave)
    trace = np.empty((jobs, job.steps), dtype=bool)
    for step in range(job.steps):
        trace[:, step] = state
        state = np.where(state, rng.random(jobs) >= leave, rng.random(jobs) < back)
    return trace


IDLE, SPOT, ON_DEMAND = 0, 1, 2


def cost_of_policy(job: Job, trace: Array, price_ratio: float, is_uniform: bool) -> tuple[Array, Array]:
    """The cost of each job in on-demand hours, and whether it was done in time.

    Both policies take spot when it is there and keep it until it goes, and both switch to on-demand for good when an idle job
    has no more than two cold starts to spare. *Greedy* waits until then. *Uniform progress* (Wu et al., NSDI 2024) also goes on
    demand whenever an idle job is behind the straight line from start to deadline, and leaves it once two cold starts ahead.
    """
    jobs = len(trace)
    done, cost, warming = np.zeros(jobs), np.zeros(jobs), np.zeros(jobs)
    mode, is_last = np.full(jobs, IDLE), np.zeros(jobs, dtype=bool)
    pace = job.work / job.deadline if is_uniform else 0.0
    for step in range(job.steps):
        now, there = step * job.step, trace[:, step]
        before = mode.copy()
        mode[(mode == SPOT) & ~there] = IDLE
        is_last |= (mode == IDLE) & (job.deadline - now < job.work - done + 2 * job.cold_start + 1e-9)
        is_ahead = done >= pace * (now + 2 * job.cold_start)
        mode[there & ((mode == IDLE) | ((mode == ON_DEMAND) & is_ahead)) & ~is_last] = SPOT
        mode[(mode == IDLE) & (is_last | (done < pace * now))] = ON_DEMAND
        mode[done >= job.work - 1e-9] = IDLE
        warming = np.where((mode != before) & (mode != IDLE), job.cold_start, warming)
        cost += job.step * np.where(mode == SPOT, price_ratio, mode == ON_DEMAND)
        is_working = (mode != IDLE) & (warming < 1e-9)
        done += job.step * is_working
        warming = np.maximum(warming - job.step, 0)
    return cost, done >= job.work - 1e-9


def least_cost(job: Job, trace: Array, price_ratio: float) -> Array:
    """A bound that no policy beats, however well it foresees: the longest up-times first, the rest on demand, no waiting."""
    costs = np.empty(len(trace))
    for place, row in enumerate(trace):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
        lengths = np.sort(edges[1::2] - edges[::2])[::-1] * job.step
        useful = np.maximum(lengths - job.cold_start, 0)
        is_worth = price_ratio * lengths < useful
        lengths, useful = lengths[is_worth], useful[is_worth]
        needed = np.clip(job.work - np.concatenate([[0.0], np.cumsum(useful)[:-1]]), 0, useful)
        on_spot = float((price_ratio * lengths * needed / useful).sum())
        costs[place] = on_spot + max(0.0, job.work - float(useful.sum()))
    return costs
