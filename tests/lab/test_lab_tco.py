"""The cost of tokens against its limits and steps, and queues against their closed forms."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parents[2] / "bench"))

from lab.queueing import erlang_c, fixed_service_wait, simulated_wait
from lab.tco import SECONDS, Service
from tco import break_even_tokens

PLAIN = Service(tokens=1e10, capacity=22_000, peak_to_mean=1.52, price_per_hour=2.5)
FULL = replace(PLAIN, joules_per_token=0.05, idle_watts=100.0, people=500.0)


@pytest.mark.parametrize(
    ("tokens", "capacity", "peak", "gpus", "dollars"),
    [
        (1e10, 22_000, 1.52, 2, 0.365),
        (1e11, 22_000, 1.52, 5, 0.091),
        (1e11, 22_000, 4.25, 11, 0.201),
        (1e10, 8_000, 1.52, 2, 0.365),
        (1e11, 8_000, 1.52, 11, 0.201),
    ],
)
def test_worked_examples_come_out_as_they_were_worked(
    tokens: float, capacity: float, peak: float, gpus: int, dollars: float
) -> None:
    load = replace(PLAIN, tokens=tokens, capacity=capacity, peak_to_mean=peak)

    assert load.gpus == gpus
    assert load.per_million == pytest.approx(dollars, abs=0.0005)


def test_a_large_load_costs_the_rent_of_the_capacity_it_uses() -> None:
    assert replace(PLAIN, tokens=1e14).per_million == pytest.approx(PLAIN.limit_per_million, rel=0.01)


@pytest.mark.parametrize("busy", [1, 2, 7])
def test_another_gpu_is_rented_exactly_where_the_last_is_full(busy: int) -> None:
    full = busy * PLAIN.capacity * (1 - PLAIN.headroom) / PLAIN.peak_to_mean * SECONDS

    assert replace(PLAIN, tokens=full).gpus == busy + 1
    assert replace(PLAIN, tokens=full * 1.000001).gpus == busy + 2


@given(
    st.sampled_from(["price_per_hour", "dollars_per_kwh", "people", "joules_per_token", "idle_watts", "overhead"]),
    st.floats(1e8, 1e12),
    st.floats(1.001, 10),
)
def test_cost_rises_with_every_price(name: str, tokens: float, factor: float) -> None:
    load = replace(FULL, tokens=tokens)
    dearer = replace(load, **{name: getattr(load, name) * factor})

    assert dearer.cost > load.cost


@given(st.floats(1e8, 1e12), st.floats(1.0, 5.0), st.floats(1.0, 2.0))
def test_cost_never_falls_with_the_peak_or_the_spares(tokens: float, peak: float, factor: float) -> None:
    load = replace(PLAIN, tokens=tokens, peak_to_mean=peak)

    assert replace(load, peak_to_mean=peak * factor).cost >= load.cost
    assert replace(load, spares=2).cost > load.cost


@pytest.mark.parametrize("dollars", [0.08, 0.10, 0.31, 1.0])
def test_renting_breaks_even_at_the_load_that_is_found_and_at_no_smaller_one(dollars: float) -> None:
    found = break_even_tokens(PLAIN, dollars)

    assert found is not None
    assert replace(PLAIN, tokens=found * 1.0001).per_million <= dollars
    assert all(replace(PLAIN, tokens=found * share).per_million > dollars for share in np.linspace(0.01, 0.999, 400))


def test_tokens_below_the_limit_are_never_worth_renting_for() -> None:
    assert break_even_tokens(PLAIN, 0.99 * PLAIN.limit_per_million) is None


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_the_wait_of_fixed_service_is_that_of_its_closed_form(load: float) -> None:
    waits = [simulated_wait(np.random.default_rng(seed), 1, load, is_fixed=True) for seed in range(3)]

    assert np.mean(waits) == pytest.approx(fixed_service_wait(load), rel=0.03)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (4, 3.2)])
def test_the_wait_of_random_service_is_that_of_erlang(servers: int, load: float) -> None:
    waits = [simulated_wait(np.random.default_rng(seed), servers, load, is_fixed=False) for seed in range(3)]

    assert np.mean(waits) == pytest.approx(erlang_c(servers, load) / (servers - load), rel=0.03)


def test_erlangs_formula_gives_the_load_itself_at_one_server() -> None:
    assert erlang_c(1, 0.7) == pytest.approx(0.7)
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
