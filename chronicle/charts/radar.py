"""Technologies on a radar: a ring says how close we are to one, a quarter its category, a shape the category once more.

A mark is a shape with a number, and the number is that of a table beside the picture, so neither colour nor room for names is
needed. Places are computed: within its quarter and ring, marks stand at equal angles, on up to three circles.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chronicle.charts.chart import Chart
from chronicle.charts.compose import on, specification, tooltip
from chronicle.charts.recipe import keyed
from chronicle.charts.table import Row, counted, listed, read
from chronicle.charts.theme import SHAPES

if TYPE_CHECKING:
    from altair import Chart as Layer
    from altair import ExprRef
    from pandas import DataFrame

RADAR_COLUMNS = ("number", "name", "category", "ring")
SHAPE_SIGNS = ("●", "■", "▲", "◆")
"""The shapes of the categories as characters, for the table beside the picture."""

_HEIGHT = 470
_ROOM = 34
"""Pixels above and below the outer ring, for the names of the categories."""
_EDGE = 0.12
"""The part of a quarter's angle that stays free at each side."""
_UNDER = 0.045
"""How far the name of a ring stands below its edge."""
_IN_A_ROW = 5
_MOST_ROWS = 3


@keyed
def radar(id: str, title: str, frame: DataFrame, categories: Sequence[str], rings: Sequence[str]) -> Chart:
    """A radar of the rows of ``frame``: ``number``, ``name``, ``category``, ``ring``.

    ``categories`` are up to four, from the upper left clockwise; ``rings`` from the middle outwards.
    """
    rows = read(frame, "radar", RADAR_COLUMNS)
    marks = [mark for place in range(len(categories)) for mark in _quarter(rows, place, categories[place], rings)]
    summary = f"{title}: {counted(len(rows), 'technology', 'technologies')}. " + listed(
        [f"{ring}: {_names(rows, ring)}" for ring in rings if _names(rows, ring)], len(rings)
    )
    return Chart(
        id=id,
        title=title,
        summary=f"{summary}.",
        sketch=lambda: specification(
            _layers(marks, categories, rings),
            title=title,
            key=f"Rings from the middle: {', '.join(rings)}. A number is that of the table.",
            summary=f"{summary}.",
            height=_HEIGHT,
        ),
        columns=("Number", "Name", "Category", "Ring"),
        rows=tuple((str(row["number"]), row["name"], row["category"], row["ring"]) for row in rows),
        source=tuple(rows),
    )


def _names(rows: Sequence[Row], ring: str) -> str:
    return ", ".join(row["name"] for row in rows if row["ring"] == ring)


def _quarter(rows: Sequence[Row], place: int, category: str, rings: Sequence[str]) -> list[Row]:
    """The marks of a category with their places, the radar's outer ring at distance 1."""
    marks = []
    for step, ring in enumerate(rings):
        cell = [row for row in rows if (row["category"], row["ring"]) == (category, ring)]
        circles = min(_MOST_ROWS, math.ceil(len(cell) / _IN_A_ROW)) or 1
        for order, row in enumerate(cell):
            inner, outer = _edges(step, len(rings))
            radius = inner + (outer - inner) * (order % circles + 1) / (circles + 1)
            share = _EDGE + (1 - 2 * _EDGE) * (order + 0.5) / len(cell)
            angle = math.pi * (1 - (place + share) / 2)
            marks.append(row | {"x": radius * math.cos(angle), "y": radius * math.sin(angle), "shape": SHAPES[place]})
    return marks


def _edges(step: int, count: int) -> tuple[float, float]:
    """Where a ring begins and ends; the inner ones are wider, because they have less way around."""
    inner, outer = ((at / count) ** 0.75 for at in (step, step + 1))
    return inner, outer


def _layers(marks: Sequence[Row], categories: Sequence[str], rings: Sequence[str]) -> list[Layer]:
    edges = [_edges(step, len(rings))[1] for step in range(len(rings))]
    circles = [{"x": 0, "y": 0, "reach": edge} for edge in edges]
    names = [{"x": 0, "y": edge - _UNDER, "text": ring} for edge, ring in zip(edges, rings, strict=True)]
    drawn = [_circle(circle) for circle in circles]
    lines = [_line(x=-1, y=0, x2=1, y2=0), _line(x=0, y=-1, x2=0, y2=1)]
    return [*drawn, *lines, _words(names), *_corners(categories), *_shapes(marks), _numbers(marks)]


def _circle(circle: Row) -> Layer:
    import altair

    size = altair.ExprRef(f"pow(2 * {circle['reach']} * ({_REACH}), 2)")
    drawn: Layer = on([circle]).mark_point(style="ring", shape="circle", size=size).encode(x=_x("x"), y=_y("y"))
    return drawn


def _line(**ends: float) -> Layer:
    drawn: Layer = on([ends]).mark_rule(style="separator").encode(x=_x("x"), x2="x2:Q", y=_y("y"), y2="y2:Q")
    return drawn


def _words(rows: Sequence[Row]) -> Layer:
    words: Layer = (
        on(rows).mark_text(style="note", align="center", baseline="middle").encode(x=_x("x"), y=_y("y"), text="text:N")
    )
    return words


def _corners(categories: Sequence[str]) -> list[Layer]:
    """Each category in its corner, its shape before its name."""
    import altair

    corners = []
    for place, category in enumerate(categories):
        is_right, is_low = place in (1, 2), place in (2, 3)
        y = altair.value(altair.ExprRef("height - 6") if is_low else 8)
        mark = altair.value(altair.ExprRef("width - 7") if is_right else 7)
        text = altair.value(altair.ExprRef("width - 18") if is_right else 18)
        shape = on([{}]).mark_point(style="radar-mark", shape=SHAPES[place], aria=False)  # the name beside it says it all
        name = on([{"text": category}]).mark_text(style="name", align="right" if is_right else "left", baseline="middle")
        corners += [shape.encode(x=mark, y=y), name.encode(x=text, y=y, text="text:N")]
    return corners


def _shapes(marks: Sequence[Row]) -> list[Layer]:
    words = tooltip(number="Number", name="Name", category="Category", ring="Ring")
    by_shape = {mark["shape"]: [one for one in marks if one["shape"] == mark["shape"]] for mark in marks}
    return [
        on(chosen).mark_point(style="radar-mark", shape=shape).encode(x=_x("x"), y=_y("y"), tooltip=words)
        for shape, chosen in by_shape.items()
    ]


def _numbers(marks: Sequence[Row]) -> Layer:
    words: Layer = (
        on(marks)
        .mark_text(style="radar-number", dx=8, align="left", baseline="middle")
        .encode(x=_x("x"), y=_y("y"), text="number:N")
    )
    return words


_REACH = f"min(width / 2 - 4, height / 2 - {_ROOM})"
"""The radius of the outer ring in pixels, whatever the width."""


def _x(field: str) -> Any:
    return _axis("X", field, [_at("width", "-"), _at("width", "+")])


def _y(field: str) -> Any:
    return _axis("Y", field, [_at("height", "+"), _at("height", "-")])


def _at(side: str, sign: str) -> ExprRef:
    import altair

    return altair.ExprRef(f"{side} / 2 {sign} ({_REACH})")


def _axis(channel: str, field: str, ends: list[Any]) -> Any:
    import altair

    scale = altair.Scale(domain=[-1, 1], range=ends, nice=False, zero=False)
    return getattr(altair, channel)(field, type="quantitative", axis=None, scale=scale)
