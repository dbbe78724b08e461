"""Axes of quantities: where they begin and end, which values are labelled, and whether they count in decades.

The domain and the labels are computed here and not by Vega, so that a label reads as the same quantity does in prose, and a
maker knows at which height a value will stand.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chronicle.charts.compose import LEFT, on
from chronicle.charts.table import Row
from chronicle.units import scale_for

if TYPE_CHECKING:
    from altair import Axis, X, Y
    from altair import Chart as Layer

DECADE = 10.0
"""An axis whose values reach from one to ten times as much counts in decades."""

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_DECADES = 6
_UNIT_LENGTH = 9
"""Letters of a title that fit left of the axis; a longer one begins at the edge of the picture."""


@dataclass(frozen=True)
class Extent:
    """The part of a quantity that an axis shows, in its SI ``unit``, from ``low`` to ``high``, with the labelled ``ticks``."""

    unit: str
    low: float
    high: float
    is_log: bool
    ticks: tuple[float, ...]

    def share(self, value: float) -> float:
        """How far along the axis a value stands: 0 at its beginning, 1 at its end."""
        if self.is_log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    @property
    def title(self) -> str:
        """The unit that the labels are in; those of a logarithmic axis carry their own where it takes prefixes."""
        if self.is_log:
            return "" if self._has_prefixes else self.unit
        return scale_for(self._largest, self.unit)[1]

    @property
    def labels(self) -> tuple[str, ...]:
        """A text for each tick."""
        if self.is_log:
            return tuple(tick_text(tick, self.unit if self._has_prefixes else "") for tick in self.ticks)
        factor, _ = scale_for(self._largest, self.unit)
        return tuple(plain_number(tick / factor) for tick in self.ticks)

    @property
    def _has_prefixes(self) -> bool:
        return scale_for(1e3, self.unit)[1] != self.unit

    @property
    def _largest(self) -> float:
        return max(abs(self.low), abs(self.high))

    def scale(self, pixels: Sequence[Any] | None = None) -> Any:
        """The scale itself, onto ``pixels`` where they are given and else onto the whole side of the picture."""
        import altair

        place: dict[str, Any] = {} if pixels is None else {"range": list(pixels)}
        kind: Any = "log" if self.is_log else "linear"
        zero: dict[str, Any] = {} if self.is_log else {"zero": False}
        return altair.Scale(type=kind, domain=[self.low, self.high], nice=False, **zero, **place)

    def y(self, field: str, pixels: Sequence[Any] | None = None) -> Y:
        """The vertical channel of a field, from ``pixels[0]`` at the low end; its labels are drawn once, by :meth:`frame`."""
        import altair

        return altair.Y(field, type="quantitative", scale=self.scale(pixels), axis=None)

    def frame(self, pixels: Sequence[Any] | None = None, title: str = "") -> Layer:
        """The labels and the grid of a vertical axis, as a layer of their own: each layer has a vertical scale of its own."""
        import altair

        room: dict[str, Any] = {"minExtent": LEFT, "maxExtent": LEFT, "orient": "left", "grid": True}
        words = title or self.title
        is_long = len(words) > _UNIT_LENGTH
        place: dict[str, Any] = {"titleAlign": "left", "titleX": -LEFT} if is_long else {"titleAlign": "right", "titleX": -8}
        place |= {"titleAngle": 0, "titleBaseline": "bottom", "titleY": -10}
        axis = self._axis(words or None, **room, **place)
        y = altair.Y("value", type="quantitative", scale=self.scale(pixels), axis=axis)
        frame: Layer = on([{"value": self.low}]).mark_point(opacity=0).encode(y=y)
        return frame

    def x(self, field: str, pixels: Sequence[Any] | None = None, title: str = "") -> X:
        """The horizontal channel of a field."""
        import altair

        named = f"{title}, {self.title}" if title and self.title else title or self.title
        room: dict[str, Any] = {"labelFlush": True, "labelOverlap": "greedy", "labelSeparation": 10}
        axis = self._axis(named or None, grid=False, **room)
        return altair.X(field, type="quantitative", scale=self.scale(pixels), axis=axis)

    def _axis(self, title: str | None, **options: Any) -> Axis:
        import altair

        return altair.Axis(title=title, values=list(self.ticks), labelExpr=labelled(self.ticks, self.labels), **options)


@dataclass(frozen=True)
class Bound:
    """A ceiling on a vertical axis: a rule with its words, or a remark where it lies outside the picture."""

    value: float
    words: str
    axis: Extent

    @property
    def is_in_sight(self) -> bool:
        return self.axis.low <= self.value <= self.axis.high

    @property
    def sentence(self) -> str:
        return f"{self.words[0].upper()}{self.words[1:]}."

    @property
    def remark(self) -> str:
        return "" if self.is_in_sight else f"The {self.words} lies outside the picture."

    def layers(self, pixels: Sequence[Any]) -> list[Layer]:
        """The rule and its words, which stand below it where it is near the top."""
        import altair

        if not self.is_in_sight:
            return []
        row: Row = {"value": self.value, "text": self.words}
        rule = on([row]).mark_rule(style="ceiling").encode(y=self.axis.y("value", pixels))
        name = on([row]).mark_text(style="note", align="right", dy=14 if self.axis.share(self.value) > 0.5 else -6)
        return [rule, name.encode(x=altair.value("width"), y=self.axis.y("value", pixels), text="text:N")]


def extent(
    values: Iterable[float], unit: str, *, at: Iterable[float] = (), may_be_log: bool = True, room: float = 0.08
) -> Extent:
    """An axis around ``values``; in decades where they span one. ``at`` are the only values to label, where they are few.

    ``room`` is what stays free at either end, as a share of the axis.
    """
    known = sorted(values)
    low, high = known[0], known[-1]
    wanted = tuple(sorted(set(at)))
    if may_be_log and low > 0 and high / low >= DECADE:
        spare = (high / low) ** room
        low, high = low / spare, high * spare
        return Extent(unit, low, high, True, wanted or log_ticks(low, high))
    spare = (high - low) * room or abs(high) * room or 1.0
    shown = (low - spare if low < 0 or low > spare else 0.0, high + spare)
    return Extent(unit, *shown, False, wanted or linear_ticks(*shown))


def log_extent(values: Iterable[float], unit: str) -> Extent:
    """An axis of decades around positive ``values``, whatever they span."""
    known = sorted(values)
    spare = max(1.2, (known[-1] / known[0]) ** 0.06)
    low, high = known[0] / spare, known[-1] * spare
    return Extent(unit, low, high, True, log_ticks(low, high))


def linear_ticks(low: float, high: float, count: int = 4) -> tuple[float, ...]:
    """About ``count`` round values between two bounds."""
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in _STEPS if one * power >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(float(f"{place * step:.12g}") for place in range(first, last + 1))


def log_ticks(low: float, high: float) -> tuple[float, ...]:
    """Powers of ten between two bounds, thinned where there are many; with 2 and 5 between them where there are few."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    digits: tuple[int, ...] = (1,) if last - first > 3 else (1, 2, 5)
    step = max(1, math.ceil((last - first) / _MOST_DECADES))
    found = (digit * 10.0**power for power in range(first, last + 1, step) for digit in digits)
    return tuple(float(f"{tick:.12g}") for tick in found if low * (1 - 1e-9) <= tick <= high * (1 + 1e-9))


def tick_text(value: float, unit: str) -> str:
    """A value as a label: ``50 µs``, ``2048``."""
    factor, prefixed = scale_for(value, unit)
    return f"{plain_number(value / factor)} {prefixed}".rstrip()


def plain_number(value: float) -> str:
    """A number without trailing zeros, with a minus sign and with thousands separated from 10,000 on."""
    text = f"{value:,.10g}" if abs(value) >= 10_000 else f"{value:.10g}"
    return text.replace("-", "−")


def labelled(ticks: Sequence[float], labels: Sequence[str | list[str]]) -> str:
    """The expression that gives each tick its label, in one line or several; quoted, because strangers write some labels."""
    return f"{json.dumps(list(labels))}[indexof({json.dumps(list(ticks))}, datum.value)]"
