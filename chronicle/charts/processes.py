"""The distribution of a metric over processes: one lane per case, a dot per process, the estimate under the dots.

Runs differ from process to process far more than within one, so the processes are what a reader must see. Where the cases
lie so far apart that every lane would shrink to a point, the axis becomes the difference from the case's own estimate.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chronicle.charts.chart import Chart
from chronicle.charts.compose import MOST_MARKS, NARROW, estimate_at, label_count, lane_y, on, specification, tooltip
from chronicle.charts.labels import names_beside, told_apart
from chronicle.charts.recipe import keyed
from chronicle.charts.table import Row, counted, grouped, listed, number, read, stated
from chronicle.units import Quantity, scale_for

if TYPE_CHECKING:
    from altair import Chart as Layer
    from altair import X
    from pandas import DataFrame

COLUMNS = ("case", "block", "value", "is_valid", "estimate", "lo", "hi")
MOST_LANES = 40
LANE = 62
_NAME, _DOTS, _ESTIMATE, _JITTER = 17, 33, 48, 6
_LINE, _BESIDE_ESTIMATE = 16, 0.56
_NARROWEST_LANE = 1 / 25


@dataclass(frozen=True)
class _Lane:
    """A case: its processes in block order and what was estimated from the valid ones."""

    case: str
    name: str
    processes: tuple[Row, ...]
    estimate: float | None
    lo: float | None
    hi: float | None

    @property
    def valid(self) -> list[float]:
        return [process["value"] for process in self.processes if process["is_valid"]]

    @property
    def centre(self) -> float:
        """What the lane's values are compared with when the axis shows differences."""
        return self.estimate if self.estimate is not None else statistics.median(self.values)

    @property
    def values(self) -> list[float]:
        return [process["value"] for process in self.processes]

    def says(self, unit: str) -> str:
        """The estimate with its interval in words."""
        return stated(self.estimate, unit, self.lo, self.hi)

    def says_one(self, value: float, unit: str) -> str:
        """One process as finely as the interval of its case, or the spread of its processes, allows."""
        width = self.hi - self.lo if self.lo is not None and self.hi is not None else max(self.values) - min(self.values)
        return Quantity(value, unit, value - width / 2, value + width / 2).text

    @property
    def reach(self) -> list[float]:
        return [*self.values, *(bound for bound in (self.lo, self.hi, self.estimate) if bound is not None)]


@dataclass(frozen=True)
class _Axis:
    """How a value becomes a position: divided by a power of ten, or as percent from the lane's own centre."""

    is_relative: bool
    is_log: bool
    scale: float
    title: str

    def place(self, value: float, lane: _Lane) -> float:
        return (value / lane.centre - 1) * 100 if self.is_relative else value / self.scale


@keyed
def distribution(id: str, title: str, frame: DataFrame, unit: str) -> Chart:
    """Process medians per case with the estimate and its interval.

    ``frame`` has one row per process: ``case``, ``block``, ``value`` in the SI ``unit``, ``is_valid``, and per case the same
    ``estimate``, ``lo`` and ``hi`` on each of its rows, missing where there is none. A column ``name`` gives what is drawn in
    the place of a long ``case``. Cases keep their order.
    """
    lanes = _lanes(read(frame, "distribution", COLUMNS, ("name",)))
    shown = _shown(lanes)
    axis = _axis(shown, unit)
    summary = _summary(title, lanes, unit)
    return Chart(
        id=id,
        title=title,
        summary=summary,
        sketch=lambda: specification(
            _layers(shown, axis, unit), title=title, key=_key(lanes, shown, axis), summary=summary, height=_height(shown)
        ),
        columns=("Case", "Estimate", "Processes", "Invalid", "Lowest", "Highest"),
        rows=tuple(_table_row(lane, unit) for lane in lanes),
        source=tuple(_source_row(lane, process, unit) for lane in lanes for process in lane.processes),
    )


def _lanes(rows: list[Row]) -> list[_Lane]:
    lanes = []
    for case, members in grouped(rows, (str(row["case"]) for row in rows)).items():
        processes = [
            {"block": int(row["block"]), "value": float(row["value"]), "is_valid": bool(row["is_valid"])}
            for row in members
            if row["value"] is not None
        ]
        if processes:
            ordered = tuple(sorted(processes, key=lambda process: (process["block"], process["value"])))
            name = str(members[0]["name"] or case)
            lanes.append(_Lane(case, name, ordered, *(number(members[0][name]) for name in ("estimate", "lo", "hi"))))
    if not lanes:
        raise ValueError("distribution: no process has a value, so there is nothing to draw")
    return lanes


def _shown(lanes: list[_Lane]) -> list[_Lane]:
    """The lanes that are drawn, each under a name that it has room for."""
    drawn = lanes[:MOST_LANES]
    names = told_apart([lane.name for lane in drawn])
    return [replace(lane, name=name) for lane, name in zip(drawn, names, strict=True)]


def _axis(lanes: list[_Lane], unit: str) -> _Axis:
    reach = [value for lane in lanes for value in lane.reach]
    is_log = min(reach) > 0 and max(reach) / min(reach) > 30
    span = _span(reach, is_log)
    widest = max(_span(lane.reach, is_log) for lane in lanes)
    if len(lanes) > 1 and span > 0 and widest < span * _NARROWEST_LANE and all(lane.centre > 0 for lane in lanes):
        return _Axis(True, False, 1.0, "difference from the case's own median, %")
    scale, prefixed = scale_for(statistics.median(reach), unit)
    return _Axis(False, is_log, scale, prefixed)


def _span(values: list[float], is_log: bool) -> float:
    return math.log(max(values) / min(values)) if is_log else max(values) - min(values)


def _height(lanes: list[_Lane]) -> int:
    return (LANE + _above(_names(lanes))) * len(lanes)


def _above(names: list[list[Row]]) -> int:
    """What a lane is higher by, so that its name has room for the lines above the last."""
    return _LINE * (max(map(len, names)) - 1)


def _names(lanes: list[_Lane]) -> list[list[Row]]:
    """The lines of each lane's name, the last first."""
    return names_beside([lane.name for lane in lanes], _BESIDE_ESTIMATE)


def _layers(lanes: list[_Lane], axis: _Axis, unit: str) -> list[Layer]:
    import altair

    height, names = _height(lanes), _names(lanes)
    above = _above(names)
    tops = [(LANE + above) * place + above for place in range(len(lanes))]
    lines = [
        line | {"y": top + _NAME - _LINE * up} for top, name in zip(tops, names, strict=True) for up, line in enumerate(name)
    ]
    most = (MOST_MARKS * 3 // 4 + len(lanes) - len(lines)) // len(lanes)
    dots = [dot for lane, top in zip(lanes, tops, strict=True) for dot in _dots(lane, top, axis, unit, most)]
    texts = [_texts(lane, top, axis, unit) for lane, top in zip(lanes, tops, strict=True)]
    measured = [text for text in texts if "x" in text]
    y = lane_y("y", height)
    words: Any = altair.value(altair.ExprRef(f"width < {NARROW} ? datum.narrow : datum.wide"))
    point: dict[str, Any] = {
        "x": _x(axis),
        "y": y,
        "tooltip": tooltip(case="Case", block="Block", says="Median", gate="Process"),
    }
    about = tooltip(case="Case", says="Estimate")
    return [
        on([{"y": top - above} for top in tops[1:]]).mark_rule(style="separator").encode(y=y),
        on(lines)
        .mark_text(style="name", limit=altair.ExprRef("width * datum.share"))
        .encode(x=altair.value(0), y=y, text=words),
        estimate_at(texts).encode(y=lane_y("text", height)),
        on([dot for dot in dots if dot["gate"] == "valid"]).mark_point(style="dot").encode(**point),
        on([dot for dot in dots if dot["gate"] != "valid"]).mark_point(style="dot-invalid").encode(**point),
        on([text for text in measured if "lo" in text])
        .mark_rule(style="interval")
        .encode(x=_x(axis, "lo"), x2="hi:Q", y=y, tooltip=about),
        on(measured).mark_tick(style="estimate", size=14, orient="vertical").encode(x=_x(axis), y=y, tooltip=about),
    ]


def _dots(lane: _Lane, top: int, axis: _Axis, unit: str, most: int) -> list[Row]:
    """A dot per process; height within the lane is block order, so a drift over the run shows as a slope."""
    chosen = _thinned(list(lane.processes), most)
    last = max(1, len(chosen) - 1)
    return [
        {
            "case": lane.name,
            "block": process["block"],
            "x": axis.place(process["value"], lane),
            "y": round(top + _DOTS + (2 * order / last - 1) * _JITTER, 2),
            "says": lane.says_one(process["value"], unit),
            "gate": "valid" if process["is_valid"] else "invalid",
        }
        for order, process in enumerate(chosen)
    ]


def _thinned(processes: list[Row], most: int) -> list[Row]:
    """At most ``most`` processes: evenly spaced ranks with both ends, put back in block order."""
    if len(processes) <= most:
        return processes
    ranked = sorted(processes, key=lambda process: process["value"])
    kept = [ranked[round(rank * (len(ranked) - 1) / (most - 1))] for rank in range(most)]
    return sorted(kept, key=lambda process: (process["block"], process["value"]))


def _texts(lane: _Lane, top: int, axis: _Axis, unit: str) -> Row:
    """The lane's heading and the position of its estimate."""
    row: Row = {"case": lane.name, "text": top + _NAME, "y": top + _ESTIMATE, "says": lane.says(unit)}
    row["value"] = lane.says(unit).partition(" (")[0]
    if lane.estimate is not None:
        row["x"] = axis.place(lane.estimate, lane)
        if lane.lo is not None and lane.hi is not None:
            row |= {"lo": axis.place(lane.lo, lane), "hi": axis.place(lane.hi, lane)}
    return row


def _x(axis: _Axis, field: str = "x") -> X:
    import altair

    linear = altair.Scale(zero=False, nice=True, padding=12)
    scale = altair.Scale(type="log", nice=False, padding=12) if axis.is_log else linear
    labels = altair.Axis(title=axis.title or None, labelFlush=True, tickCount=label_count(), labelOverlap="greedy")
    return altair.X(field, type="quantitative", scale=scale, axis=labels)


def _key(lanes: list[_Lane], shown: list[_Lane], axis: _Axis) -> str:
    key = "One dot per process, in block order from top to bottom; below, the estimate with its interval."
    if any(not process["is_valid"] for lane in shown for process in lane.processes):
        key += " Hollow: invalid, not counted."
    if axis.is_relative:
        key += " Each lane is centred on its own median."
    if len(shown) < len(lanes):
        key += f" First {len(shown)} of {len(lanes)} cases; all are in the table."
    return key


def _summary(title: str, lanes: list[_Lane], unit: str) -> str:
    processes = sum(len(lane.processes) for lane in lanes)
    invalid = processes - sum(len(lane.valid) for lane in lanes)
    said = f"{title}: {counted(processes, 'process', 'processes')} of {counted(len(lanes), 'case')}"
    said += f", {invalid} of them invalid and drawn hollow. " if invalid else ", all valid. "
    return said + listed([_words(lane, unit) for lane in lanes]) + "."


def _words(lane: _Lane, unit: str) -> str:
    return f"{lane.case}: {lane.says(unit)} from {counted(len(lane.valid), 'valid process', 'valid processes')}"


def _table_row(lane: _Lane, unit: str) -> tuple[str, ...]:
    of_valid = lane.valid or lane.values
    return (
        lane.case,
        lane.says(unit),
        str(len(lane.processes)),
        str(len(lane.processes) - len(lane.valid)),
        lane.says_one(min(of_valid), unit),
        lane.says_one(max(of_valid), unit),
    )


def _source_row(lane: _Lane, process: Row, unit: str) -> Row:
    return {"case": lane.case, "unit": unit} | process | {"estimate": lane.estimate, "lo": lane.lo, "hi": lane.hi}
