"""Names of lines at their right ends, moved apart where the lines end close together, so that no legend is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chronicle.charts.compose import NARROW, lane_y, on
from chronicle.charts.table import Row

if TYPE_CHECKING:
    from altair import Chart as Layer
    from altair import ExprRef

LINE = 15
"""Height in px of a name."""

_ROOM_WIDE, _ROOM_NARROW = 132, 92


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
