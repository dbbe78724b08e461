"""The marks of a what-if chart: a line per formula that Vega computes, and above the plot each formula's name and value."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chronicle.charts.compose import LEFT, NARROW, label_count, on, share_of_width
from chronicle.charts.scales import log_ticks
from chronicle.charts.sliders import Slider, signal
from chronicle.charts.theme import DASHES, SHAPES
from chronicle.facts.formulas import Formula

if TYPE_CHECKING:
    from altair import Chart as Layer

HEAD = 24
"""Height in px of a formula's line above the plot."""

PLOT = 270
_GAP = 34
_SAMPLE = 34
_NUMBER = "format(%s, abs(%s) >= 1e6 || (abs(%s) < 1e-3 && %s != 0) ? '.3~e' : ',.4~r')"


@dataclass(frozen=True)
class Curve:
    """A formula with its name."""

    says: str
    formula: Formula


def number_text(value: str) -> str:
    """The expression that prints a value; of one that is not finite it says so."""
    return f"isFinite({value}) ? {_NUMBER % (value, value, value, value)} : 'no value'"


@dataclass(frozen=True)
class Plane:
    """What the curves run through: along which input, the ``names`` of all inputs, and whether the outcomes span decades."""

    across: Slider
    names: tuple[str, ...]
    unit: str
    is_log: bool
    steps: int


def layers(curves: Sequence[Curve], plane: Plane) -> list[Layer]:
    """Everything that is drawn."""
    height, top = HEAD * len(curves) + PLOT, HEAD * len(curves) + _GAP
    x, y = _x(plane.across), _y(plane, top, height)
    drawn: list[Layer] = [_chosen(plane.across, x, top, height)]
    for place, curve in enumerate(curves):
        drawn += _curve(curve, place, plane, x, y)
        drawn += _reading(curve, place, plane.unit)
    return drawn


def _curve(curve: Curve, place: int, plane: Plane, x: Any, y: Any) -> list[Layer]:
    """The line, from a sequence that Vega counts up, and the point at the chosen place."""
    import altair

    across, share = plane.across, f"datum.step / {plane.steps}"
    at = (
        f"{across.least!r} * pow({across.most / across.least!r}, {share})"
        if across.is_log
        else f"{across.least!r} + {across.most - across.least!r} * {share}"
    )
    named = {name: signal(name) for name in plane.names} | {across.name: "datum.x"}
    formula = curve.formula.vega(named)
    words = [
        altair.Tooltip("at", type="nominal", title=across.label),
        altair.Tooltip("says", type="nominal", title=curve.says),
    ]

    def calculated(layer: Layer, x: str) -> Layer:
        found: Layer = layer.transform_calculate(x=x).transform_calculate(y=formula)
        found = found.transform_filter("isFinite(datum.y)" + (" && datum.y > 0" if plane.is_log else ""))
        return found.transform_calculate(at=number_text("datum.x"), says=number_text("datum.y"))

    line = altair.Chart(altair.sequence(0, plane.steps + 1, as_="step"))
    line = calculated(line, at).mark_line(style="series", strokeDash=DASHES[place]).encode(x=x, y=y)
    point = calculated(on([{}]), signal(across.name)).mark_point(style="point", shape=SHAPES[place], size=90)
    return [line, point.encode(x=x, y=y, tooltip=words)]


def _reading(curve: Curve, place: int, unit: str) -> list[Layer]:
    """A line of text above the plot: dash and shape, the formula's name, and its value at the chosen place."""
    import altair

    y: Any = altair.value(HEAD * place + HEAD / 2)
    said_with = json.dumps(f" {unit}" if unit else "")
    value: Any = altair.ExprRef(f"({number_text(f'out_{place}')}) + (width < {NARROW} ? '' : {said_with})")
    x: Any = {"x": altair.value(0), "x2": altair.value(_SAMPLE)}
    row = [{"name": curve.says}]
    name: Layer = on(row).mark_text(style="line-name", fontSize=13, limit=share_of_width(0.5))
    said: Layer = on(row).mark_text(style="value", baseline="middle", limit=share_of_width(0.42))
    return [
        on(row).mark_rule(style="series", strokeDash=DASHES[place]).encode(**x, y=y),
        on(row).mark_point(style="point", shape=SHAPES[place]).encode(x=altair.value(_SAMPLE / 2), y=y),
        name.encode(x=altair.value(_SAMPLE + 10), y=y, text="name:N"),
        said.encode(x=altair.value("width"), y=y, text=altair.value(value)),
    ]


def _chosen(across: Slider, x: Any, top: int, height: int) -> Layer:
    """A rule at the value of the input that the curves run along."""
    import altair

    rule: Layer = on([{}]).transform_calculate(x=signal(across.name)).mark_rule(style="break")
    return rule.encode(x=x, y=altair.value(top), y2=altair.value(height))


def _x(across: Slider) -> Any:
    import altair

    kind: Any = "log" if across.is_log else "linear"
    ticks: dict[str, Any] = {"values": list(log_ticks(across.least, across.most))} if across.is_log else {}
    axis = altair.Axis(
        title=across.label,
        grid=False,
        tickCount=label_count(),
        **ticks,
        labelFlush=True,
        labelOverlap="greedy",
        labelExpr=number_text("datum.value"),
    )
    scale = altair.Scale(type=kind, domain=[across.least, across.most], nice=False)
    return altair.X("x", type="quantitative", axis=axis, scale=scale)


_LEADING = "round(datum.value / pow(10, floor(log(datum.value) / LN10 + 1e-9)))"
"""The first digit of a label on a logarithmic axis."""


def _y(plane: Plane, top: int, height: int) -> Any:
    """Where outcomes span decades, a grid line per power of ten, and labels at 1, 2 and 5 where there is room."""
    import altair

    place: dict[str, Any] = {"titleAngle": 0, "titleAlign": "left", "titleBaseline": "bottom", "titleX": 0, "titleY": top - 10}
    labels: dict[str, Any] = {"labelExpr": number_text("datum.value"), "tickCount": 5}
    scale: dict[str, Any] = {"type": "linear", "zero": True}
    if plane.is_log:
        is_labelled = f"indexof([1, 2, 5], {_LEADING}) >= 0"
        labels = {"labelExpr": f"{is_labelled} ? ({number_text('datum.value')}) : ''", "labelOverlap": "greedy"}
        labels["gridOpacity"] = {"condition": {"test": f"{_LEADING} == 1", "value": 1}, "value": 0}
        scale = {"type": "log"}
    axis = altair.Axis(
        title=plane.unit or None, grid=True, orient="left", minExtent=LEFT, maxExtent=LEFT, titleAnchor="end", **place, **labels
    )
    return altair.Y("y", type="quantitative", axis=axis, scale=altair.Scale(range=[height, top], nice=True, **scale))
