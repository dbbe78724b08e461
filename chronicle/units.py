"""Quantities and how they print: one unit inside (SI), prefixes and digits only here.

The digits of a printed value follow its interval: a value is not stated more finely than its half-width allows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

DIGITS_WITHOUT_INTERVAL = 3
DIGITS_OF_HALF_WIDTH = 2

_SEPARATED_FROM = 10_000
_PREFIXES = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))
_PREFIXED = {"s", "B", "B/s", "FLOP", "FLOP/s", "J", "W", "Hz"}
_UNIT_OF_SUFFIX = (
    ("_bytes_per_second", "B/s"),
    ("_flop_per_second", "FLOP/s"),
    ("_joules_per_call", "J"),
    ("_joules_per_token", "J"),
    ("_seconds_per_token", "s"),
    ("tokens_per_second", "1/s"),
    ("_dollars_per_million_tokens", "$/M tokens"),
    ("_dollars_per_hour", "$/h"),
    ("_tokens_per_second", "tokens/s"),
    ("_dollars", "$"),
    ("_hours", "h"),
    ("_years", "years"),
    ("_tokens", "tokens"),
    ("_percent", "%"),
    ("_seconds", "s"),
    ("_joules", "J"),
    ("_watts", "W"),
    ("_bytes", "B"),
    ("_hertz", "Hz"),
    ("_celsius", "°C"),
    ("_lines", "lines"),
    ("_count", ""),
    ("_ratio", ""),
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in its SI ``unit`` with the interval it was estimated with, if any (``lo`` ≤ ``value`` ≤ ``hi``).

    ``is_count`` is True where things are counted: whole numbers are written as such.
    Raises ValueError for a number that is none: what is not known is None, and never reaches a page as NaN.
    """

    value: float
    unit: str
    lo: float | None = None
    hi: float | None = None
    is_count: bool = False

    def __post_init__(self) -> None:
        if not all(math.isfinite(number) for number in (self.value, self.lo, self.hi) if number is not None):
            raise ValueError(f"not a quantity: {self.value} ({self.lo}–{self.hi}) {self.unit}")

    @property
    def has_interval(self) -> bool:
        return self.lo is not None and self.hi is not None

    def __str__(self) -> str:
        return f"{self.text} {self.interval_text}".rstrip()

    @property
    def text(self) -> str:
        """The value with its prefixed unit: ``2.963 TB/s``."""
        scale, unit = self._scale
        return f"{self._shown(self.value, scale)} {unit}".rstrip()

    @property
    def interval_text(self) -> str:
        """``(2.960–2.966)`` in the unit of :attr:`text`, or nothing without an interval; a sign gets a *to* before it."""
        if self.lo is None or self.hi is None:
            return ""
        scale, _ = self._scale
        between = " to " if self.hi < 0 else "–"
        return f"({self._shown(self.lo, scale)}{between}{self._shown(self.hi, scale)})"

    @property
    def _scale(self) -> tuple[float, str]:
        """By the value, or where that is 0 by the wider side of its interval."""
        return scale_for(self.value or max(abs(self.lo or 0.0), abs(self.hi or 0.0)), self.unit)

    def _shown(self, number: float, scale: float) -> str:
        separated = "," if abs(number / scale) >= _SEPARATED_FROM else ""
        return format(number / scale, f"z{separated}.{self._decimals(scale)}f").replace("-", "−")

    def _decimals(self, scale: float) -> int:
        """Decimals after scaling: two significant digits of the half-width, or three of the value without one.

        An interval narrower than a millionth of its value is rounding of the arithmetic, and counts as none.
        """
        if self.is_count and all(float(one).is_integer() for one in (self.value, self.lo, self.hi) if one is not None):
            return 0
        half = (self.hi - self.lo) / 2 if self.lo is not None and self.hi is not None else 0.0
        if half > abs(self.value) * 1e-6:
            return _decimals_for(half / scale, DIGITS_OF_HALF_WIDTH)
        return _decimals_for(abs(self.value / scale), DIGITS_WITHOUT_INTERVAL)


def scale_for(value: float, unit: str) -> tuple[float, str]:
    """The power of ten and the prefixed unit in which ``value`` (in SI ``unit``) reads best."""
    if unit not in _PREFIXED or value == 0 or not math.isfinite(value):
        return 1.0, unit
    for factor, prefix in _PREFIXES:
        if abs(value) >= factor:
            return factor, prefix + unit
    return 1e-9, f"n{unit}"


def percent_of(level: float) -> str:
    """A level of confidence in percent, which reads as 100 only where it is: ``96.1``, ``99.95``."""
    short = f"{100 * level:.1f}"
    return f"{100 * level:.2f}" if short == "100.0" and level < 1 else short


def unit_of(metric: str) -> str:
    """The SI unit a metric's name ends in; dimensionless metrics give an empty text."""
    return next((unit for suffix, unit in _UNIT_OF_SUFFIX if metric.endswith(suffix)), "")


def is_count(metric: str) -> bool:
    """Whether a metric counts things, so that its values are whole numbers."""
    return metric.endswith("_count")


def signed(number: int) -> str:
    """An integer with its sign and thousands separators: ``+1,204``, ``−31``, ``0``."""
    return f"{number:+,}".replace("-", "−") if number else "0"


def _decimals_for(magnitude: float, digits: int) -> int:
    return 0 if magnitude == 0 else max(0, digits - 1 - math.floor(math.log10(magnitude) + 1e-9))
