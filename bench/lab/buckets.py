"""Which lengths to pad to: an exact dynamic programme over bucket edges, and the rules of thumb beside it.

A request of L tokens is padded to the least edge at or above L and costs t(edge). The cost t is taken as flat up to a length
below which reading the weights binds, and as linear in tokens above it; flat up to 0 is the cost by tokens alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Array = np.ndarray
Cost = Callable[[Array], Array]


def draw_lengths(rng: np.random.Generator, percentiles: Array, lengths: Array, n: int) -> Array:
    """``n`` lengths from a table of quantiles, linear between its rows."""
    return np.rint(np.interp(100 * rng.random(n), percentiles, lengths)).astype(int)


def flat_then_linear(flat: float) -> Cost:
    """t(L) = max(L, flat), in units of one token's time."""
    return lambda lengths: np.maximum(lengths, flat).astype(float)


def padded(lengths: Array, edges: Array, cost: Cost) -> float:
    """The total cost of the lengths, each padded to its bucket; the last edge holds the longest."""
    return float(cost(edges)[np.searchsorted(edges, lengths)].sum())


def best_edges(lengths: Array, top: int, buckets: int, cost: Cost) -> Array:
    """The edges of least total cost, at most ``buckets`` of them, the last at ``top``: exact, O(buckets × different lengths²).

    An edge between two lengths only costs more than the lower of them, so edges are lengths that occur, and ``top``.
    """
    found, counts = np.unique(np.append(lengths, top), return_counts=True)
    counts[-1] -= 1
    below = np.concatenate([[0], np.cumsum(counts)])
    price, size = cost(found), len(found)
    best = np.where(np.arange(size + 1) == 0, 0.0, np.inf)
    choices = np.zeros((buckets, size + 1), dtype=int)
    for bucket in range(buckets):
        again = best.copy()
        choices[bucket] = np.arange(size + 1)
        for end in range(1, size + 1):
            totals = best[:end] + (below[end] - below[:end]) * price[end - 1]
            start = int(np.argmin(totals))
            if totals[start] < again[end]:
                again[end], choices[bucket, end] = totals[start], start
        best = again
    edges, end = [], size
    for bucket in reversed(range(buckets)):
        if choices[bucket, end] < end:
            edges.append(int(found[end - 1]))
            end = int(choices[bucket, end])
    return np.array(edges[::-1])


def powers_of_two(top: int, least: int = 16) -> Array:
    return 2 ** np.arange(round(np.log2(least)), int(np.ceil(np.log2(top))) + 1)


def equal_steps(top: int, buckets: int) -> Array:
    return np.ceil(top * np.arange(1, buckets + 1) / buckets).astype(int)


def equal_factors(top: int, buckets: int, least: int = 16) -> Array:
    return np.ceil(np.geomspace(least, top, buckets)).astype(int)


def multiples(top: int, step: int) -> Array:
    return np.arange(step, top + step, step)
