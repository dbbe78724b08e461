"""Tail percentiles and shares: exact binomial bounds for the one, Wilson's interval for the other."""

from __future__ import annotations

import math
from collections.abc import Sequence

from chronicle.facts.estimates import LEVEL
from chronicle.records.run import Estimate


def percentile(values: Sequence[float], share: float, level: float = LEVEL) -> Estimate:
    """The ``share`` quantile (0.95 for p95) with the bounds that the binomial count of values below it gives.

    The bounds are order statistics (Conover, Practical Nonparametric Statistics, 3rd ed., §3.2). Where the values are too few
    for an upper bound there is no interval: see :func:`values_for`. Raises ValueError for no values.
    """
    if not values:
        raise ValueError("no values")
    ordered, n = sorted(values), len(values)
    middle = ordered[min(n - 1, math.ceil(share * n) - 1)]
    from scipy.stats import binom

    tail = (1 - level) / 2
    low, high = int(binom.ppf(tail, n, share)), int(binom.ppf(1 - tail, n, share)) + 1
    if low < 1 or high > n:
        return Estimate(value=middle, n_processes=n)
    covered = float(binom.cdf(high - 1, n, share) - binom.cdf(low - 1, n, share))
    return Estimate(
        value=middle, n_processes=n, lo=ordered[low - 1], hi=ordered[high - 1], level=round(covered, 6), ranks=(low, high)
    )


def values_for(share: float, level: float = LEVEL) -> int:
    """The least number of values whose largest bounds the ``share`` quantile from above in a two-sided interval: 72 for p95."""
    return math.ceil(math.log((1 - level) / 2) / math.log(share))


def wilson(hits: int, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's score interval of a share (Wilson, JASA 22, 1927). Raises ValueError unless 0 ≤ hits ≤ n and n > 0."""
    if n <= 0 or not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n}")
    from scipy.special import ndtri

    z = float(ndtri((1 + level) / 2))
    share, scale = hits / n, 1 + z * z / n
    middle = (share + z * z / (2 * n)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
