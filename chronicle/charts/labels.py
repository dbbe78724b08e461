"""Names of lines at their right ends, moved apart where the lines end close together, so that no legend is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chronicle.charts.compose import NARROW, lane_y, on
from chronicle.charts.table import Row

if TYPE_CHECKING:
    from altair import Chart as Layer
    from altair import ExprRef, X

LINE = 15
"""Height in px of a name."""

_ROOM_WIDE, _ROOM_NARROW = 132, 92
_NARROW_WIDTH, _LETTER = 250, 7.0


def spread_out(heights: Sequence[float], low: float, high: float, gap: float = LINE) -> list[float]:
    """``heights`` moved as little as needed to stand ``gap`` apart and between ``low`` and ``high``, in their order."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    placed = [0.0] * len(heights)
    floor = low
    for place in order:
        placed[place] = max(heights[place], floor)
        floor = placed[place] + gap
    ceiling = high
    for place in reversed(order):
        placed[place] = min(placed[place], ceiling)
        ceiling = placed[place] - gap
    return [round(one, 1) for one in placed]


def plot_end() -> ExprRef:
    """The right edge of a plot that leaves room for the names of its lines."""
    import altair

    return altair.ExprRef(f"width - (width < {NARROW} ? {_ROOM_NARROW} : {_ROOM_WIDE})")


def line_names(rows: Sequence[Row], height: int, style: str = "line-name") -> Layer:
    """The ``name`` of each row at its ``label_y`` in px, in the room right of :func:`plot_end`."""
    import altair

    at = altair.ExprRef(f"width - (width < {NARROW} ? {_ROOM_NARROW} : {_ROOM_WIDE}) + 9")
    limit = altair.ExprRef(f"(width < {NARROW} ? {_ROOM_NARROW} : {_ROOM_WIDE}) - 9")
    x: Any = altair.value(at)
    names: Layer = (
        on(rows)
        .mark_text(style=style, limit=limit)
        .encode(x=x, y=lane_y("label_y", height), text=altair.Text("name", type="nominal"))
    )
    return names


def point_names(points: Sequence[tuple[float, float, float, str]], x: X, height: int, rise: int = 0) -> list[Layer]:
    """The name of each point, given by its x, its share of the width, its height in px, where it meets no name before it.

    A name stands right of its point and ``rise`` px higher, or left of it where there is no room. One that would meet another
    on a narrow screen is left to the tooltip and the table.
    """
    taken: list[tuple[float, float, float]] = []
    sides: dict[bool, list[Row]] = {True: [], False: []}
    for at, share, y, name in points:
        place, length = share * _NARROW_WIDTH, len(name) * _LETTER + 12
        is_right = place + length <= _NARROW_WIDTH
        begin, end = (place, place + length) if is_right else (place - length, place)
        if begin < 0 or end > _NARROW_WIDTH or any(abs(y - other) < LINE and begin < b and a < end for other, a, b in taken):
            continue
        taken.append((y, begin, end))
        sides[is_right].append({"name": name, "x": at, "y": round(y, 1)})
    return [_beside(rows, is_right, x, height, -rise) for is_right, rows in sides.items()]


def _beside(rows: Sequence[Row], is_right: bool, x: X, height: int, dy: int) -> Layer:
    align: Any = "left" if is_right else "right"
    names: Layer = on(rows).mark_text(style="point-name", align=align, dx=9 if is_right else -9, dy=dy)
    return names.encode(x=x, y=lane_y("y", height), text="name:N")
