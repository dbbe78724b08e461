"""What the board reported over an energy window: power, clock and temperature in panels over the same seconds.

Each panel has its own scale, because the question is what moved together with what. A long window is gathered into equal
steps of time; the line is the mean of a step, the band behind the power its lowest and highest reading.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chronicle.charts.chart import Chart
from chronicle.charts.compose import LEFT, heading, label_count, on, pointed_at, specification, tooltip
from chronicle.charts.held import HeldLanes, held_lanes
from chronicle.charts.recipe import keyed
from chronicle.charts.table import Row, counted, grouped, number, read

if TYPE_CHECKING:
    from altair import Chart as Layer
    from pandas import DataFrame

COLUMNS = ("seconds", "power_w", "sm_mhz", "temperature_c")
MOST_STEPS = 240
_PANEL, _HEAD, _GAP = 72, 22, 18
_PITCH = _PANEL + _HEAD + _GAP


@dataclass(frozen=True)
class _Panel:
    field: str
    name: str
    unit: str

    @property
    def title(self) -> str:
        return self.name[0].upper() + self.name[1:]


_PANELS = (_Panel("power_w", "power", "W"), _Panel("sm_mhz", "SM clock", "MHz"), _Panel("temperature_c", "temperature", "°C"))


@keyed
def telemetry(id: str, title: str, frame: DataFrame, held: DataFrame | None = None) -> Chart:
    """Power, SM clock and temperature over a window, in small panels that share the seconds, and what held the clocks back.

    ``held`` has one row per reason and stretch of time: ``reason`` in words, ``start_seconds``, ``end_seconds``, ``share`` (the
    part of the stretch); None where nobody knows, and no rows where nothing held them.
    ``frame`` has one row per reading: ``seconds`` since the window began, ``power_w``, ``sm_mhz``, ``temperature_c``; a
    column that the machine could not give is missing throughout and its panel is left out.
    """
    timed = [row for row in read(frame, "telemetry", COLUMNS) if row["seconds"] is not None]
    known: list[Row] = [{name: number(row[name]) for name in COLUMNS} for row in timed]
    readings = sorted(known, key=lambda row: row["seconds"] or 0.0)
    panels = [panel for panel in _PANELS if any(row[panel.field] is not None for row in readings)]
    if not panels:
        raise ValueError("telemetry: no reading has a power, a clock or a temperature, so there is nothing to draw")
    lanes = held_lanes(held, readings[0]["seconds"], readings[-1]["seconds"])
    summary = f"{_summary(title, readings, panels)} {lanes.sentence}"
    return Chart(
        id=id,
        title=title,
        summary=summary,
        sketch=lambda: specification(
            _layers(_steps(readings), panels, lanes),
            title=title,
            key=_key(readings),
            summary=summary,
            height=_height(panels) + lanes.height,
            panels=True,
        ),
        columns=("Quantity", "Mean", "Lowest", "Highest", "First", "Last"),
        rows=(*(_table_row(panel, readings) for panel in panels), *lanes.table),
        source=tuple(readings) if not lanes.rows else tuple(row | lanes.at(row["seconds"]) for row in readings),
    )


def _steps(readings: list[Row]) -> list[Row]:
    """Readings, or their means over :data:`MOST_STEPS` equal steps of time."""
    first, span = readings[0]["seconds"], readings[-1]["seconds"] - readings[0]["seconds"]
    if len(readings) <= MOST_STEPS or span == 0:
        places = list(range(len(readings)))
    else:
        places = [min(MOST_STEPS - 1, int((row["seconds"] - first) / span * MOST_STEPS)) for row in readings]
    return [_step(members) for members in grouped(readings, places).values()]


def _step(members: list[Row]) -> Row:
    step: Row = {"seconds": round(statistics.fmean(row["seconds"] for row in members), 6)}
    for panel in _PANELS:
        values = [row[panel.field] for row in members if row[panel.field] is not None]
        step[panel.field] = round(statistics.fmean(values), 3) if values else None
        step[f"says_{panel.field}"] = _stated(step[panel.field], panel.unit)
        if panel.field == "power_w" and values:
            step |= {"lowest": min(values), "highest": max(values)}
    return step | {"says_seconds": f"{step['seconds']:.2f} s"}


def _layers(steps: list[Row], panels: list[_Panel], lanes: HeldLanes) -> list[Layer]:
    import altair

    first, last = steps[0]["seconds"], steps[-1]["seconds"]
    axis = altair.Axis(title="seconds", grid=False, tickCount=label_count(), labelFlush=True)
    scale = altair.Scale(nice=False, domain=[first, max(last, first + 0.001)])
    x = altair.X("seconds", type="quantitative", axis=axis, scale=scale)
    words = tooltip(says_seconds="At", **{f"says_{panel.field}": panel.title for panel in panels})
    ends = [*(step["seconds"] for step in steps[1:]), last]
    strips = [step | {"until": until, "held": lanes.words(step["seconds"])} for step, until in zip(steps, ends, strict=True)]
    drawn = [layer for place, panel in enumerate(panels) for layer in _panel_layers(steps, panel, place * _PITCH, x)]
    if lanes.is_known:
        words += tooltip(held="Held back by")
    height = _height(panels)
    held = lanes.layers(height, x, height + lanes.height)
    return [*drawn, *held, pointed_at(strips, x=x, until="until", height=height + lanes.height, words=words)]


def _height(panels: list[_Panel]) -> int:
    return len(panels) * _PITCH - _GAP


def _panel_layers(steps: list[Row], panel: _Panel, top: int, x: Any) -> list[Layer]:
    """The panel's name above its plot, the line, and behind the power the band of readings."""
    import altair

    def y(field: str, axis: Any) -> Any:
        return altair.Y(field, type="quantitative", axis=axis, scale=_scale(steps, panel, top + _HEAD))

    name = heading(f"{panel.name}, {panel.unit}", top + 10)
    axis = altair.Axis(title=None, orient="left", grid=True, tickCount=3, minExtent=LEFT, maxExtent=LEFT)
    line = on(steps).mark_line(style="series").encode(x=x, y=y(panel.field, axis))
    if panel.field != "power_w":
        return [name, line]
    return [name, on(steps).mark_area(style="band").encode(x=x, y=y("lowest", None), y2="highest:Q"), line]


def _scale(steps: list[Row], panel: _Panel, top: int) -> Any:
    """A domain around the readings, never finer than a few of their quanta, so that a flat line looks flat."""
    import altair

    names = ("power_w", "lowest", "highest") if panel.field == "power_w" else (panel.field,)
    values = [step[name] for step in steps for name in names if step.get(name) is not None]
    least = {"power_w": 10.0, "sm_mhz": 60.0, "temperature_c": 4.0}[panel.field]
    spare = max(0.0, least - (max(values) - min(values))) / 2
    return altair.Scale(range=[top + _PANEL, top], nice=True, zero=False, domain=[min(values) - spare, max(values) + spare])


def _key(readings: list[Row]) -> str:
    count = counted(len(readings), "reading")
    if len(readings) <= MOST_STEPS:
        return f"{count}."
    return f"{count}; each line is the mean of a step, the band its lowest and highest power."


def _summary(title: str, readings: list[Row], panels: list[_Panel]) -> str:
    span = readings[-1]["seconds"] - readings[0]["seconds"]
    said = [_words(panel, readings) for panel in panels]
    absent = [panel.name for panel in _PANELS if panel not in panels]
    return f"{title}: {counted(len(readings), 'reading')} over {span:.1f} s. {'; '.join(said)}." + (
        f" Not recorded: {', '.join(absent)}." if absent else ""
    )


def _words(panel: _Panel, readings: list[Row]) -> str:
    values = _values(panel, readings)
    mean, lowest, highest = (_stated(of(values), panel.unit) for of in (statistics.fmean, min, max))
    return f"{panel.name} {mean} on average, between {lowest} and {highest}"


def _table_row(panel: _Panel, readings: list[Row]) -> tuple[str, ...]:
    values = _values(panel, readings)
    reductions: tuple[Callable[[list[float]], float], ...] = (statistics.fmean, min, max, lambda v: v[0], lambda v: v[-1])
    return (panel.title, *(_stated(of(values), panel.unit) for of in reductions))


def _values(panel: _Panel, readings: list[Row]) -> list[float]:
    return [row[panel.field] for row in readings if row[panel.field] is not None]


def _stated(value: float | None, unit: str) -> str:
    if value is None:
        return "not recorded"
    return f"{value:.0f} {unit}" if unit == "MHz" else f"{value:.1f} {unit}"
