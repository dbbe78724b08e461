"""The marks of a trend: bands and lines a piece, points a run, rules for breaks and lasting changes with their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chronicle.charts.compose import lane_y, on, pointed_at, tooltip
from chronicle.charts.scales import Bound, Extent, labelled
from chronicle.charts.table import Row, stated

if TYPE_CHECKING:
    from altair import Chart as Layer

HEIGHT = 260
_NAME_LINE = 14
_MOST_LINES = 3
_MOST_NAMES = 24
_MOST_LABELS = 7
_PX_OF_A_LETTER, _NARROW_PLOT = 6.4, 290


@dataclass(frozen=True)
class Point:
    """A point of the picture at a place counted from 0; ``breaks`` and ``shift`` are what stands before it."""

    place: int
    piece: int
    run: str
    when: str
    value: float
    lo: float | None
    hi: float | None
    verdict: str
    is_usable: bool
    breaks: str
    break_name: str
    shift: float | None

    def row(self, unit: str) -> Row:
        """The point as the picture has it, with its words for a tooltip."""
        row: Row = {"x": self.place, "value": self.value, "piece": self.piece, "run": self.run, "when": self.when}
        row |= {"says": stated(self.value, unit, self.lo, self.hi), "verdict": self.verdict, "from": self.place - 0.5}
        row |= {"until": self.place + 0.5, "changed": self.breaks or "nothing"}
        if self.lo is not None and self.hi is not None:
            row |= {"lo": self.lo, "hi": self.hi}
        return row


@dataclass(frozen=True)
class _Room:
    """The plot in px of the picture: above it stand the names of breaks, below it the sizes of lasting changes."""

    top: int
    bottom: int

    @property
    def pixels(self) -> tuple[int, int]:
        """Where the low end of the axis lies, and where the high end."""
        return self.bottom, self.top


def layers(points: Sequence[Point], axis: Extent, unit: str, bound: Bound | None) -> list[Layer]:
    """Everything that is drawn; ``bound`` is the ceiling, where there is one."""
    found = list({point.place: point for point in points if point.breaks}.values())
    names = _free_lines(found, max(point.place for point in points) + 1)
    above = _NAME_LINE * min(_MOST_LINES, max(names, default=-1) + 1)
    room = _Room(8 + above, HEIGHT - 24 if any(point.shift is not None for point in points) else HEIGHT)
    usable = [point.row(unit) for point in points if point.is_usable]
    hollow = [point.row(unit) for point in points if not point.is_usable]
    x, y = _x(points), axis.y("value", room.pixels)
    words = tooltip(run="Run", when="When", says="Value", verdict="Verdict", changed="Changed before it")
    strips = list({row["x"]: row for row in [*hollow, *usable]}.values())
    return [
        axis.frame(room.pixels),
        *_breaks(points, list(zip(found, names, strict=True)), x, room),
        *(bound.layers(room.pixels) if bound else []),
        *_lines(usable, x, axis, room),
        *_shifts(points, x, room),
        on([row for row in usable if row["verdict"] != "degraded"]).mark_point(style="dot").encode(x=x("x"), y=y),
        on([row for row in usable if row["verdict"] == "degraded"])
        .mark_point(style="dot", shape="diamond")
        .encode(x=x("x"), y=y),
        on(hollow).mark_point(style="dot-invalid").encode(x=x("x"), y=y),
        pointed_at(strips, x=x("from"), until="until", height=HEIGHT, words=words),
    ]


def _x(points: Sequence[Point]) -> Any:
    """Equal steps, each labelled place with its day; a day is written once."""
    import altair

    last = max(point.place for point in points)
    days = {point.place: point.when.partition(" to ")[0] for point in points}
    firsts = [place for place in sorted(days) if days[place] != days.get(place - 1)]
    step = -(-len(firsts) // _MOST_LABELS)
    chosen = firsts[::-1][::step][::-1]
    axis = altair.Axis(
        title=None,
        grid=False,
        values=chosen,
        labelExpr=labelled(chosen, [days[place] for place in chosen]),
        labelFlush=True,
        labelOverlap="greedy",
        labelSeparation=10,
    )
    scale = altair.Scale(domain=[-0.6, last + 0.6], nice=False, zero=False)
    return lambda field: altair.X(field, type="quantitative", axis=axis, scale=scale)


def _lines(usable: list[Row], x: Any, axis: Extent, room: _Room) -> list[Layer]:
    """Band and line of each piece; a run that stands alone has its interval as a rule, since a band has no width there."""
    pixels = room.pixels
    banded = [row for row in usable if "lo" in row]
    alone = [row for row in banded if sum(one["piece"] == row["piece"] for one in banded) == 1]
    piece: dict[str, Any] = {"detail": "piece:N"}
    return [
        on(banded).mark_area(style="band").encode(x=x("x"), y=axis.y("lo", pixels), y2="hi:Q", **piece),
        on(alone).mark_rule(style="share-interval").encode(x=x("x"), y=axis.y("lo", pixels), y2="hi:Q"),
        on(usable).mark_line(style="series").encode(x=x("x"), y=axis.y("value", pixels), **piece),
    ]


def _breaks(points: Sequence[Point], found: Sequence[tuple[Point, int]], x: Any, room: _Room) -> list[Layer]:
    """A dashed rule before the first run of an environment, and what changed above the plot, on its free line."""
    rows: list[Row] = [
        {
            "at": point.place - 0.5,
            "text": point.break_name,
            "breaks": point.breaks,
            "top": room.top - _NAME_LINE * (line + 1) if line < _MOST_LINES else room.top,
            "text_y": room.top - 4 - _NAME_LINE * line,
            "foot": room.bottom,
            "is_named": line < _MOST_LINES,
        }
        for point, line in found
    ]
    half = max(point.place for point in points) / 2
    named = [row for row in rows if row["is_named"]][-_MOST_NAMES:]
    sides: Any = (
        ("left", 5, [row for row in named if row["at"] <= half]),
        ("right", -5, [row for row in named if row["at"] > half]),
    )
    words = tooltip(breaks="Changed")
    names = [
        on(some)
        .mark_text(style="break-name", align=align, dx=dx)
        .encode(x=x("at"), y=lane_y("text_y", HEIGHT), text="text:N", tooltip=words)
        for align, dx, some in sides
    ]
    return [on(rows).mark_rule(style="break").encode(x=x("at"), y=lane_y("top", HEIGHT), y2="foot:Q"), *names]


def _free_lines(found: Sequence[Point], steps: int) -> list[int]:
    """For each break the lowest line on which its name meets no other one, on a narrow screen."""
    taken: list[list[tuple[float, float]]] = []
    lines = []
    for point in found:
        at = (point.place / steps) * _NARROW_PLOT
        length = len(point.break_name) * _PX_OF_A_LETTER + 10
        span = (at, at + length) if point.place - 0.5 <= (steps - 1) / 2 else (at - length, at)
        line = next((n for n, spans in enumerate(taken) if all(span[1] < a or b < span[0] for a, b in spans)), len(taken))
        if line == len(taken):
            taken.append([])
        taken[line].append(span)
        lines.append(line)
    return lines


def _shifts(points: Sequence[Point], x: Any, room: _Room) -> list[Layer]:
    """A solid rule before the run with which a number moved for good, and below the plot by how much."""
    shifts = {point.place: point.shift for point in points if point.shift is not None}
    rows: list[Row] = [
        {"at": place - 0.5, "text": shift_text(ratio), "top": room.top, "foot": room.bottom + 4, "text_y": room.bottom + 18}
        for place, ratio in shifts.items()
    ]
    return [
        on(rows).mark_rule(style="shift").encode(x=x("at"), y=lane_y("top", HEIGHT), y2="foot:Q"),
        on(rows).mark_text(style="shift-name").encode(x=x("at"), y=lane_y("text_y", HEIGHT), text="text:N"),
    ]


def shift_text(ratio: float | None) -> str:
    """The size of a lasting change: ``+3.2 %``."""
    return "" if ratio is None else f"{(ratio - 1) * 100:+.2g} %".replace("-", "−")
