"""Percentiles and shares: exact binomial bounds, the least counts that allow them, and Wilson's interval."""

from __future__ import annotations

import random

import numpy
import pytest

from chronicle.facts.proportions import percentile, values_for, wilson


@pytest.mark.parametrize(("share", "values"), [(0.95, 72), (0.99, 368), (0.999, 3688)])
def test_a_tail_needs_as_many_values_as_the_method_says(share: float, values: int) -> None:
    assert values_for(share) == values


@pytest.mark.parametrize(("share", "values"), [(0.95, 72), (0.99, 368)])
def test_one_value_fewer_gives_no_interval(share: float, values: int) -> None:
    enough, short = (percentile([float(one) for one in range(n)], share) for n in (values, values - 1))

    assert (enough.hi, enough.level is not None and enough.level >= 0.95) == (values - 1, True)
    assert (short.lo, short.hi) == (None, None)


def test_the_bounds_of_a_percentile_are_ranks_of_the_binomial() -> None:
    found = percentile([float(one) for one in range(1, 101)], 0.5)

    assert (found.value, found.lo, found.hi, found.ranks) == (50.0, 40.0, 61.0, (40, 61))
    assert found.level == pytest.approx(0.9648, abs=1e-4)


def test_the_bounds_of_p95_cover_it() -> None:
    draws = numpy.random.default_rng(5).random((600, 120))
    found = [percentile(row, 0.95) for row in draws.tolist()]
    covered = sum(one.lo <= 0.95 <= one.hi for one in found if one.lo is not None and one.hi is not None) / 600

    assert 0.93 <= covered <= 0.99


def test_the_order_of_values_moves_no_percentile() -> None:
    values = [float(one) for one in range(100)]
    shuffled = random.Random(1).sample(values, 100)

    assert percentile(shuffled, 0.9) == percentile(values, 0.9)


def test_no_value_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.95)


def test_wilsons_interval_is_the_published_one() -> None:
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)


@pytest.mark.parametrize(("hits", "n"), [(1, 0), (-1, 5), (6, 5)])
def test_a_share_that_cannot_be_is_refused(hits: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"{hits} of {n}"):
        wilson(hits, n)
