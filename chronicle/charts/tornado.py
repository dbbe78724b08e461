"""How far a result moves as one input at a time runs over its range: a bar per input, the widest on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chronicle.charts.chart import Chart
from chronicle.charts.compose import estimate_at, lane_y, on, specification, text_at, tooltip
from chronicle.charts.recipe import keyed
from chronicle.charts.scales import Extent, extent
from chronicle.charts.table import Row, counted, listed, read, stated

if TYPE_CHECKING:
    from altair import Chart as Layer
    from pandas import DataFrame

COLUMNS = ("input", "low", "usual", "high")
MOST_INPUTS = 16
_LANE = 44


@dataclass(frozen=True)
class _Swing:
    name: str
    low: float
    usual: float
    high: float

    def says(self, unit: str, *, has_unit: bool = True) -> str:
        """``0.44 to 0.90 $/h``; without the unit where there is no room and it is that of the axis."""
        low, high = (stated(one, unit).partition(" ") for one in (self.low, self.high))
        if low[2] != high[2]:
            return f"{''.join(low)} to {''.join(high)}"
        return f"{low[0]} to {high[0] if high[2] == unit and not has_unit else ''.join(high)}"


@keyed
def tornado(id: str, title: str, frame: DataFrame, unit: str) -> Chart:
    """A row of ``frame`` per input: its name, and the least, the usual and the most result, all in the SI ``unit``."""
    swings = [
        _Swing(str(row["input"]), float(row["low"]), float(row["usual"]), float(row["high"]))
        for row in read(frame, "tornado", COLUMNS)
    ]
    swings.sort(key=lambda one: (one.low - one.high, one.name))
    shown = swings[:MOST_INPUTS]
    height = _LANE * len(shown)
    summary = f"{title}: {counted(len(swings), 'input')}. {listed([f'{one.name} {one.says(unit)}' for one in swings])}."
    key = "A bar per input from its least to its most result, all others at their usual values; the tick is the usual result."
    return Chart(
        id=id,
        title=title,
        summary=summary,
        sketch=lambda: specification(_layers(shown, unit, height), title=title, key=key, summary=summary, height=height),
        columns=("Input", "Least", "Usual", "Most"),
        rows=tuple((one.name, *(stated(value, unit) for value in (one.low, one.usual, one.high))) for one in swings),
        source=tuple({"input": one.name, "low": one.low, "usual": one.usual, "high": one.high, "unit": unit} for one in swings),
    )


def _layers(swings: Sequence[_Swing], unit: str, height: int) -> list[Layer]:
    import altair

    along = extent([value for one in swings for value in (one.low, one.usual, one.high)], unit, room=0.04)
    rows = [_lane(one, place * _LANE, unit) for place, one in enumerate(swings)]
    y, about = lane_y("y", height), tooltip(name="Input", says="Result", usually="Usual")
    return [
        text_at(rows, "name", "name", 0.5).encode(x=altair.value(0), y=lane_y("text", height)),
        estimate_at(rows).encode(y=lane_y("text", height)),
        on(rows).mark_rule(style="share-interval").encode(x=_x(along, "low"), x2="high:Q", y=y, tooltip=about),
        on(rows).mark_rule(style="ceiling").encode(x=_x(along, "usual"), y=lane_y("above", height), y2="below:Q"),
    ]


def _lane(one: _Swing, top: int, unit: str) -> Row:
    row: Row = {"name": one.name, "low": one.low, "usual": one.usual, "high": one.high, "says": one.says(unit)}
    row |= {"value": one.says(unit, has_unit=False), "usually": stated(one.usual, unit)}
    return row | {"text": top + 15, "y": top + 28, "above": top + 21, "below": top + 35}


def _x(along: Extent, field: str) -> Any:
    return along.x(field)
