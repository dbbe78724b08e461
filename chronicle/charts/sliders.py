"""Inputs that a reader may move, and what they are called as parameters of Vega."""

from __future__ import annotations

import math
from dataclasses import dataclass

DECADES = 30.0
"""A range from one to more than so many times as much is gone through by equal factors."""


@dataclass(frozen=True)
class Slider:
    """An input: its name in formulas, what it says, its unit, where it begins, and how far it may be moved."""

    name: str
    says: str
    unit: str
    value: float
    least: float
    most: float
    step: float | None = None

    @property
    def is_log(self) -> bool:
        """Whether the range is gone through by equal factors."""
        return self.least > 0 and self.most / self.least > DECADES

    @property
    def label(self) -> str:
        return f"{self.says}, {self.unit}" if self.unit else self.says

    @property
    def moved_by(self) -> float:
        """The step of the slider: as declared, or a round hundredth of its range."""
        if self.step is not None:
            return self.step
        rough = (self.most - self.least) / 100
        power = 10.0 ** math.floor(math.log10(rough))
        return float(f"{next(one * power for one in (1, 2, 5, 10) if one * power >= rough * (1 - 1e-9)):.12g}")

    def at(self, share: float) -> float:
        """The value at a share of the range."""
        if self.is_log:
            return float(self.least * (self.most / self.least) ** share)
        return self.least + (self.most - self.least) * share


def signal(name: str) -> str:
    """An input as a parameter of Vega, apart from the names that Vega has itself."""
    return f"in_{name}"
