"""Quantities and how they print: one unit inside (SI), prefixes and digits only here.

The digits of a printed value follow its interval: a value is not stated more finely than its half-width allows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

DIGITS_WITHOUT_INTERVAL = 3

_PREFIXES = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))
_PREFIXED = {"s", "B", "B/s", "FLOP", "FLOP/s", "J", "W", "Hz"}
_UNIT_OF_SUFFIX = (
    ("_bytes_per_second", "B/s"),
    ("_flop_per_second", "FLOP/s"),
    ("_joules_per_call", "J"),
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
    """A value in its SI ``unit`` with the interval it was estimated with, if any (``lo`` ≤ ``value`` ≤ ``hi``)."""

    value: float
    unit: str
    lo: float | None = None
    hi: float | None = None

    @property
    def has_interval(self) -> bool:
        return self.lo is not None and self.hi is not None

    def __str__(self) -> str:
        return f"{self.text} {self.interval_text}".rstrip()

    @property
    def text(self) -> str:
        """The value with its prefixed unit: ``2.963 TB/s``."""
        scale, unit = scale_for(self.value, self.unit)
        return _join(format(self.value / scale, f".{self._decimals(scale)}f"), unit)

    @property
    def interval_text(self) -> str:
        """``(2.960–2.966)`` in the unit of :attr:`text`, or nothing where there is no interval."""
        if self.lo is None or self.hi is None:
            return ""
        scale, _ = scale_for(self.value, self.unit)
        shape = f".{self._decimals(scale)}f"
        return f"({format(self.lo / scale, shape)}–{format(self.hi / scale, shape)})"

    def _decimals(self, scale: float) -> int:
        """Decimals after scaling: two significant digits of the half-width, or three of the value without one."""
        if self.lo is not None and self.hi is not None and self.hi > self.lo:
            return min(9, max(0, 1 - math.floor(math.log10((self.hi - self.lo) / 2 / scale))))
        magnitude = abs(self.value / scale)
        return DIGITS_WITHOUT_INTERVAL if magnitude == 0 else max(0, DIGITS_WITHOUT_INTERVAL - 1 - math.floor(math.log10(magnitude)))


def scale_for(value: float, unit: str) -> tuple[float, str]:
    """The power of ten and the prefixed unit in which ``value`` (in SI ``unit``) reads best."""
    if unit not in _PREFIXED or value == 0 or not math.isfinite(value):
        return 1.0, unit
    for factor, prefix in _PREFIXES:
        if abs(value) >= factor:
            return factor, prefix + unit
    return 1e-9, f"n{unit}"


def unit_of(metric: str) -> str:
    """The SI unit a metric's name ends in; dimensionless metrics give an empty text."""
    return next((unit for suffix, unit in _UNIT_OF_SUFFIX if metric.endswith(suffix)), "")


def signed(number: int) -> str:
    """An integer with its sign and thousands separators: ``+1,204``, ``−31``, ``0``."""
    return f"{number:+,}".replace("-", "−") if number else "0"


def _join(number: str, unit: str) -> str:
    return f"{number.replace('-', '−')} {unit}".rstrip()
