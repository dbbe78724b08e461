"""Two cases against each other: the ratio of each block, their interval, and the two bands that it has to leave.

Blocks stand from top to bottom in the order they ran, so a drift shows as a slope. The margin is the smallest difference that
counts; the A/A control shows how far a case moves from itself. A difference is told where the interval, wider by
that, leaves the band.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chronicle.charts.chart import Chart
from chronicle.charts.compose import MOST_MARKS, label_count, lane_y, on, specification, text_at, tooltip
from chronicle.charts.recipe import keyed
from chronicle.charts.table import Row, counted, number, read

if TYPE_CHECKING:
    from altair import Chart as Layer
    from pandas import DataFrame

COLUMNS = ("block", "ratio", "control")
_HEAD, _LANE, _FEWEST, _TALLEST = 26, 12, 90, 260
_MOST_BLOCKS = MOST_MARKS // 4


@dataclass(frozen=True)
class Reading:
    """What was made of the ratios of B over A: the estimate with its interval, the margin, and what a control resolves.

    All are ratios; ``margin`` and ``resolution`` are shares, the latter None without a control. ``verdict`` is a word, and
    ``less`` and ``more`` are what B is where the ratio is below and above 1. ``drawn`` are their names above the picture,
    where they are long in full.
    """

    a: str
    b: str
    value: float
    lo: float | None
    hi: float | None
    margin: float
    resolution: float | None
    verdict: str
    less: str = "less"
    more: str = "more"
    drawn: tuple[str, str] | None = None

    @property
    def text(self) -> str:
        """``−4.3 % (−4.5 to −4.1 %)``."""
        if self.lo is None or self.hi is None:
            return percent(self.value)
        digits = _digits((self.hi - self.lo) * 50)
        return f"{percent(self.value, digits)} ({percent(self.lo, digits)} to {percent(self.hi, digits)})"


@keyed
def paired(id: str, title: str, frame: DataFrame, reading: Reading) -> Chart:
    """The ratio of B over A block by block.

    ``frame`` has one row per block: ``block``, ``ratio`` (B over A), ``control`` (a case over itself, missing without one).
    """
    rows = [row | {"ratio": number(row["ratio"]), "control": number(row["control"])} for row in read(frame, "paired", COLUMNS)]
    blocks = sorted((row for row in rows if row["ratio"] is not None), key=lambda row: row["block"])
    if not blocks:
        raise ValueError("paired: no block has both cases, so there is nothing to draw")
    summary = _summary(title, blocks, reading)
    height = _height(len(blocks))
    return Chart(
        id=id,
        title=title,
        summary=summary,
        sketch=lambda: specification(
            _layers(blocks, reading, height), title=title, key=_key(reading), summary=summary, height=height
        ),
        columns=("Block", f"{reading.b} over {reading.a}", "A/A control"),
        rows=(
            *((str(row["block"]), percent(row["ratio"]), percent(row["control"])) for row in blocks),
            ("All", reading.text, "" if reading.resolution is None else f"within ±{reading.resolution * 100:.2g} %"),
        ),
        source=tuple(
            {"block": int(row["block"]), "ratio": row["ratio"], "control": row["control"], "a": reading.a, "b": reading.b}
            for row in blocks
        ),
    )


def percent(ratio: float | None, digits: int = 2) -> str:
    """A ratio as the difference that it is: ``+1.25 %``."""
    return "" if ratio is None else f"{(ratio - 1) * 100:+.{digits}f} %".replace("-", "−")


def _digits(half: float) -> int:
    """Decimals that show two digits of a half-width in percent."""
    return min(4, max(0, 1 - math.floor(math.log10(half)))) if half > 0 else 2


def _height(blocks: int) -> int:
    return _HEAD + min(_TALLEST, max(_FEWEST, blocks * _LANE)) + 56


def _layers(blocks: list[Row], reading: Reading, height: int) -> list[Layer]:
    import altair

    foot = height - 56
    step = (foot - _HEAD) / len(blocks)
    shown = blocks[:: -(-len(blocks) // _MOST_BLOCKS)]
    dots = [_dot(row, "ratio", _HEAD + step * (place + 0.5)) for place, row in enumerate(blocks) if row in shown]
    again = [_dot(row, "control", height - 12) for row in shown if row["control"] is not None]
    y, x = lane_y("y", height), _x(blocks, reading)
    about = tooltip(block="Block", says="B over A")
    control = tooltip(block="Block", says="Control over its case")
    margin = [{"from": -100 * reading.margin, "to": 100 * reading.margin}]
    estimate: Row = {"x": (reading.value - 1) * 100, "y": foot + 14, "says": reading.text}
    if reading.lo is not None and reading.hi is not None:
        estimate |= {"lo": (reading.lo - 1) * 100, "hi": (reading.hi - 1) * 100}
    all_of_it: dict[str, Any] = {"y": altair.value(_HEAD), "y2": altair.value(height)}
    return [
        on(margin).mark_rect(style="band").encode(x=x("from"), x2="to:Q", **all_of_it),
        *_control_band(reading, x, height),
        on([{"x": 0}]).mark_rule(style="ceiling").encode(x=x("x"), **all_of_it),
        *_sides(reading, x),
        on(dots).mark_point(style="dot").encode(x=x("x"), y=y, tooltip=about),
        on(again).mark_point(style="dot-invalid", shape="diamond").encode(x=x("x"), y=y, tooltip=control),
        on([estimate] if "lo" in estimate else [])
        .mark_rule(style="interval", strokeWidth=2.5)
        .encode(x=x("lo"), x2="hi:Q", y=y, tooltip=tooltip(says="Estimate")),
        on([estimate]).mark_tick(style="estimate", size=16, orient="vertical").encode(x=x("x"), y=y),
    ]


def _dot(row: Row, field: str, y: float) -> Row:
    return {"block": int(row["block"]), "x": (row[field] - 1) * 100, "y": round(y, 1), "says": percent(row[field], 3)}


def _control_band(reading: Reading, x: Any, height: int) -> list[Layer]:
    """What the control leaves open, as a bracket in its own lane, with its name at the left edge."""
    import altair

    if reading.resolution is None:
        return []
    row = {"from": -100 * reading.resolution, "to": 100 * reading.resolution, "y": height - 12}
    y = lane_y("y", height)
    return [
        on([row]).mark_rule(style="share-interval").encode(x=x("from"), x2="to:Q", y=y),
        text_at([{"text": "A/A control", "y": height - 8}], "note", "text", 0.3).encode(x=altair.value(0), y=y),
    ]


def _sides(reading: Reading, x: Any) -> list[Layer]:
    """Which way is which, on either side of no difference."""
    import altair

    y: Any = altair.value(12)
    left = on([{"x": 0, "text": f"← {reading.less}"}]).mark_text(style="note", align="right", dx=-8)
    right = on([{"x": 0, "text": f"{reading.more} →"}]).mark_text(style="note", align="left", dx=8)
    return [side.encode(x=x("x"), y=y, text="text:N") for side in (left, right)]


def _x(blocks: list[Row], reading: Reading) -> Any:
    """Percent on both sides of no difference, which always is in the picture with the margin and the control."""
    import altair

    found = [row["ratio"] for row in blocks] + [row["control"] for row in blocks] + [reading.lo, reading.hi, reading.value]
    values = [(value - 1) * 100 for value in found if value is not None]
    least = 100 * max(reading.margin, reading.resolution or 0.0)
    low, high = min(-least, *values), max(least, *values)
    room = (high - low) * 0.08
    axis = altair.Axis(
        title="difference of B from A, %",
        grid=False,
        labelFlush=True,
        tickCount=label_count(),
        labelExpr="datum.value == 0 ? '0' : format(datum.value, '+~g')",
    )
    scale = altair.Scale(domain=[low - room, high + room], nice=False, zero=False)
    return lambda field: altair.X(field, type="quantitative", axis=axis, scale=scale)


def _key(reading: Reading) -> str:
    a, b = reading.drawn or (reading.a, reading.b)
    key = f"A is {a}, B is {b}. One dot per block, first on top; below, the estimate with its interval."
    key += f" Band: the margin of ±{reading.margin * 100:.2g} %."
    return key + (" Bar: what the A/A control leaves open." if reading.resolution is not None else " No A/A control was run.")


def _summary(title: str, blocks: list[Row], reading: Reading) -> str:
    control = (
        "no A/A control was run"
        if reading.resolution is None
        else f"the A/A control leaves ±{reading.resolution * 100:.2g} % open"
    )
    return (
        f"{title}: {reading.b} against {reading.a} in {counted(len(blocks), 'block')}: {reading.text}, {reading.verdict}. "
        f"The margin is ±{reading.margin * 100:.2g} %, {control}."
    )
