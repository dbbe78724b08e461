"""Names of lines at their right ends, moved apart where they end close; names of steps and lanes, on the lines they need."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any

from chronicle.charts.compose import NARROW, lane_y, on, wrapped
from chronicle.charts.scales import labelled
from chronicle.charts.table import Row

if TYPE_CHECKING:
    from altair import Chart as Layer
    from altair import ExprRef, X

LINE = 15
"""Height in px of a name."""

_BESIDE = 9
_ROOM_WIDE, _ROOM_NARROW = (132, 200), (92, 136)
_NARROW_WIDTH, _LETTER = 250, 7.0
_PLOT_NARROW, _PLOT_WIDE = 290, NARROW
_AXIS_LETTER, _FEWEST_LETTERS = 6.2, 4
_LANE_NARROW, _LANE_WIDE, _LANE_LETTER = 320, NARROW, 6.8
_LANE_QUARTER = int(3 * _LANE_NARROW / _LANE_LETTER) // 4 - 1
_NAME_BREAKS = re.compile(r"(\s+|(?<=[-_,/])(?=\w))")
_CASE_BREAKS = re.compile(r"((?<=,)(?=\w)|\s+(?=·))")
"""Before the next parameter of a case, and before its machine."""


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


def plot_end(names: Collection[str]) -> ExprRef:
    """The right edge of a plot that leaves room for the ``names`` of its lines."""
    import altair

    return altair.ExprRef(f"width - {_room(names)}")


def line_names(rows: Sequence[Row], height: int, style: str = "line-name") -> Layer:
    """The ``name`` of each row at its ``label_y`` in px, in the room right of :func:`plot_end`."""
    import altair

    room = _room([row["name"] for row in rows])
    at = altair.ExprRef(f"width - {room} + {_BESIDE}")
    limit = altair.ExprRef(f"{room} - {_BESIDE}")
    x: Any = altair.value(at)
    names: Layer = (
        on(rows)
        .mark_text(style=style, limit=limit)
        .encode(x=x, y=lane_y("label_y", height), text=altair.Text("name", type="nominal"))
    )
    return names


def _room(names: Collection[str]) -> str:
    narrow, wide = _rooms(names)
    return f"(width < {NARROW} ? {narrow} : {wide})"


def _rooms(names: Collection[str]) -> tuple[int, int]:
    """What names take of the width, on a phone and on a desk: as much as the longest needs, within what each can spare."""
    needed = math.ceil(_BESIDE + _LETTER * max(map(len, names)))
    narrow, wide = (min(max(needed, least), most) for least, most in (_ROOM_NARROW, _ROOM_WIDE))
    return narrow, wide


def names_below(places: Sequence[float], names: Sequence[str], lines: Collection[str] = ()) -> str:
    """The expression that labels equal steps of an axis, each name on as many lines as its step is narrow.

    ``lines`` are the names right of the plot, where it has any.
    """
    narrow, wide = _rooms(lines) if lines else (0, 0)

    def broken(width: int) -> str:
        letters = max(_FEWEST_LETTERS, int(width / len(names) / _AXIS_LETTER))
        return labelled(places, [_lines_of_name(name, letters) for name in names])

    return f"width < {NARROW} ? {broken(_PLOT_NARROW - narrow)} : {broken(_PLOT_WIDE - wide)}"


def _lines_of_name(name: str, letters: int) -> list[str]:
    """A part that is hardly longer than a line stays whole."""
    longest = max(map(len, _NAME_BREAKS.split(name)))
    return wrapped(name, max(letters, longest if longest <= letters + 2 else 0), _NAME_BREAKS)


def told_apart(names: Sequence[str]) -> list[str]:
    """The names of cases, those cut that would fill more than three lines of a phone.

    A name keeps its begin, its end and a part between them: what follows its begin, or another where more names stay apart.
    """
    differ = {_parting(*pair) for pair in pairwise(sorted(set(names)))}
    cuts = [[_cut(name, place) for name in names] for place in (0, *sorted(differ))]
    return max(cuts, key=lambda cut: len(set(cut)))


def _parting(one: str, other: str) -> int:
    """The first place in which two names differ."""
    return next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _cut(name: str, place: int) -> str:
    """A name without what is far from its begin, its end, and a ``place`` in it."""
    quarter = _LANE_QUARTER
    end = len(name) - quarter
    if end <= 3 * quarter + 2:
        return name
    begin = min(max(place - quarter, quarter), end - 2 * quarter)
    kept = (name[:quarter], name[begin : begin + 2 * quarter], name[end:])
    return ("" if begin == quarter else "…").join(kept[:2]) + ("" if begin + 2 * quarter == end else "…") + kept[2]


def names_beside(names: Sequence[str], share: float) -> list[list[Row]]:
    """The lines of each name of a case, the last first: that has a ``share`` of the width beside a value, those above it all.

    A row has the line of a phone, ``narrow``, and that of a desk, ``wide``, and the ``share`` of the width that it may take.
    """
    drawn = []
    for name in names:
        lines = [_lines_beside(name, width / _LANE_LETTER, share) for width in (_LANE_NARROW, _LANE_WIDE)]
        pairs = zip_longest(*lines, fillvalue="")
        drawn.append([{"narrow": a, "wide": b, "share": 1 if above else share} for above, (a, b) in enumerate(pairs)])
    return drawn


def _lines_beside(name: str, letters: float, share: float) -> list[str]:
    """The lines of a name from the last up, which holds as much of its end as it has room for, and may be empty."""
    parts, last = _CASE_BREAKS.split(name), ""
    while parts and len(parts[-1] + last) <= letters * share:
        last = parts.pop() + last
    above = wrapped("".join(parts), int(letters), _CASE_BREAKS) if parts else []
    return [last.strip(), *reversed(above)]


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
