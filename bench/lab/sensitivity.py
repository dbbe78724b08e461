"""How much each input of a model moves its result: one at a time over its range, and as a share of the variance (Sobol)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

Model = Callable[..., np.ndarray]


@dataclass(frozen=True)
class Range:
    """An input between two values, its usual one, and whether it is spread evenly over its logarithm."""

    low: float
    usual: float
    high: float
    is_log: bool = False

    def ppf(self, quantile: np.ndarray) -> np.ndarray:
        """The value below which a share ``quantile`` of all values lies; the name is that of scipy's distributions."""
        if self.is_log:
            return self.low * (self.high / self.low) ** quantile
        return self.low + (self.high - self.low) * quantile


def swing(model: Model, ranges: Mapping[str, Range], name: str) -> tuple[float, float]:
    """The least and the most result as one input runs over its range while all others stay at their usual values."""
    usual = {one: np.array([each.usual]) for one, each in ranges.items()}
    found = [float(model(**usual | {name: np.array([value])})[0]) for value in (ranges[name].low, ranges[name].high)]
    return min(found), max(found)


def sobol(
    model: Model, ranges: Mapping[str, Range], rng: np.random.Generator, points: int = 4096
) -> dict[str, tuple[float, float]]:
    """First-order and total index of each input, all drawn independently (Saltelli et al., 2010).

    ``points`` is a power of two; the model is called for each of them once an input and twice more.
    """
    from scipy.stats import sobol_indices

    names = list(ranges)
    found = sobol_indices(
        func=lambda x: np.atleast_2d(model(**dict(zip(names, x, strict=True)))),
        n=points,
        dists=[ranges[name] for name in names],
        random_state=rng,
    )
    first, total = np.ravel(found.first_order), np.ravel(found.total_order)
    return {name: (float(first[place]), float(total[place])) for place, name in enumerate(names)}
