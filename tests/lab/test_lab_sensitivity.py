"""Sensitivity against a model whose answers are known: a sum with unequal weights."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[2] / "bench"))

from lab.sensitivity import Range, sobol, swing

RANGES = {"a": Range(0.0, 0.5, 1.0), "b": Range(0.0, 0.25, 1.0)}


def weighted(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a + 2 * b


def test_the_variance_of_a_sum_divides_by_the_squares_of_its_weights() -> None:
    found = sobol(weighted, RANGES, np.random.default_rng(1))

    assert found["a"] == pytest.approx((0.2, 0.2), abs=0.01)
    assert found["b"] == pytest.approx((0.8, 0.8), abs=0.01)


def test_a_swing_moves_one_input_and_leaves_the_other_at_its_usual_value() -> None:
    assert swing(weighted, RANGES, "a") == (0.5, 1.5)
    assert swing(weighted, RANGES, "b") == (0.5, 2.5)


def test_a_logarithmic_range_has_its_middle_at_the_geometric_mean() -> None:
    assert Range(1.0, 2.0, 100.0, is_log=True).ppf(np.array([0.0, 0.5, 1.0])) == pytest.approx([1.0, 10.0, 100.0])
