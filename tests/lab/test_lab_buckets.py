"""Bucket edges against brute force over every choice of edges, and the rules beside them."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parents[2] / "bench"))

from lab.buckets import (
    best_edges,
    draw_lengths,
    equal_factors,
    equal_steps,
    flat_then_linear,
    multiples,
    padded,
    powers_of_two,
)


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=9),
    st.integers(1, 5),
    st.sampled_from([0, 7, 20]),
)
def test_the_programme_finds_what_trying_all_edges_finds(lengths: list[int], buckets: int, flat: int) -> None:
    cost, top, every = flat_then_linear(flat), 45, np.array(lengths)
    tried = [
        padded(every, np.array([*inner, top]), cost)
        for n in range(buckets)
        for inner in itertools.combinations(sorted(set(lengths)), n)
    ]
    found = best_edges(every, top, buckets, cost)

    assert padded(every, found, cost) == pytest.approx(min(tried))
    assert len(found) <= buckets
    assert found[-1] == top


def test_no_edge_between_two_lengths_is_worth_more_than_those_that_occur() -> None:
    lengths, cost = np.array([3, 3, 9, 14]), flat_then_linear(0)
    anywhere = min(padded(lengths, np.array([a, b, 20]), cost) for a, b in itertools.combinations(range(1, 20), 2))

    assert padded(lengths, best_edges(lengths, 20, 3, cost), cost) == anywhere


def test_an_edge_for_each_length_pads_nothing() -> None:
    lengths, cost = np.array([2, 5, 5, 8]), flat_then_linear(0)

    assert padded(lengths, best_edges(lengths, 8, 3, cost), cost) == lengths.sum()


def test_no_edge_lies_in_the_flat_part_but_the_last_of_it() -> None:
    lengths = np.array([10, 20, 30, 190, 400, 900])
    found = best_edges(lengths, 1000, 4, flat_then_linear(200))

    assert (found >= 190).all()


def test_drawn_lengths_have_the_quantiles_of_their_table() -> None:
    percentiles, lengths = np.array([0, 50, 100]), np.array([10, 100, 1000])
    drawn = draw_lengths(np.random.default_rng(1), percentiles, lengths, 200_000)

    assert np.percentile(drawn, [25, 50, 75]) == pytest.approx([55, 100, 550], rel=0.02)


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        (powers_of_two(14050), [2**power for power in range(4, 15)]),
        (equal_steps(1000, 4), [250, 500, 750, 1000]),
        (equal_factors(1024, 3, least=16), [16, 128, 1024]),
        (multiples(150, 64), [64, 128, 192]),
    ],
    ids=["powers of two", "equal steps", "equal factors", "multiples"],
)
def test_a_rule_gives_its_edges(edges: np.ndarray, expected: list[int]) -> None:
    assert list(edges) == expected
