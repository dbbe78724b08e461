"""Roofline: how fast a case computes by how much it computes for each byte, under what its machine can do at most.

Left of the ridge the memory bounds a case, right of it the arithmetic; the distance to the roof is what is left to win
(Williams, Waterman, Patterson, Communications of the ACM 52, 2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chronicle.charts.chart import Chart
from chronicle.charts.compose import on, specification, tooltip
from chronicle.charts.labels import point_names
from chronicle.charts.recipe import keyed
from chronicle.charts.scales import Extent, log_extent
from chronicle.charts.table import Row, counted, listed, number, read, stated

if TYPE_CHECKING:
    from altair import Chart as Layer
    from pandas import DataFrame

COLUMNS = ("case", "flop_per_byte", "flop_per_second", "lo", "hi", "verdict")
MOST_CASES = 250
_HEIGHT = 290


@dataclass(frozen=True)
class Roof:
    """The two ceilings of a machine in SI units, each with what it is called."""

    bytes_per_second: float
    flop_per_second: float
    memory_name: str
    arithmetic_name: str

    @property
    def ridge(self) -> float:
        """FLOP a byte from which on arithmetic is the bound."""
        return self.flop_per_second / self.bytes_per_second

    def at(self, flop_per_byte: float) -> float:
        return min(self.flop_per_second, self.bytes_per_second * flop_per_byte)


@keyed
def roofline(id: str, title: str, frame: DataFrame, roof: Roof) -> Chart:
    """Cases under the roof of one machine.

    ``frame`` has one row per case: ``case``, ``flop_per_byte`` (declared), ``flop_per_second`` with ``lo`` and ``hi``,
    ``verdict``.
    """
    numbers = COLUMNS[1:5]
    rows = [row | {name: number(row[name]) for name in numbers} for row in read(frame, "roofline", COLUMNS)]
    cases = [row for row in rows if (row["flop_per_byte"] or 0) > 0 and (row["flop_per_second"] or 0) > 0]
    if not cases:
        raise ValueError("roofline: no case has both a count of FLOP and of bytes, so there is nothing to draw")
    drawn = [_row(row, roof) for row in cases]
    summary = _summary(title, drawn, roof)
    return Chart(
        id=id,
        title=title,
        summary=summary,
        sketch=lambda: specification(
            _layers(drawn[:MOST_CASES], roof), title=title, key=_key(drawn), summary=summary, height=_HEIGHT, panels=True
        ),
        columns=("Case", "FLOP a byte", "Reached", "Roof there", "Share", "Bound by", "Verdict"),
        rows=tuple(
            (one["case"], one["at"], one["says"], stated(one["roof"], "FLOP/s"), one["share"], one["bound"], one["verdict"])
            for one in drawn
        ),
        source=tuple({name: row[name] for name in COLUMNS} | {"roof": roof.at(row["flop_per_byte"])} for row in cases),
    )


def _row(row: Row, roof: Roof) -> Row:
    at, value = row["flop_per_byte"], row["flop_per_second"]
    drawn: Row = {"case": str(row["case"]), "x": at, "y": value, "roof": roof.at(at), "verdict": str(row["verdict"])}
    drawn |= {"at": f"{at:.3g}", "says": stated(value, "FLOP/s", row["lo"], row["hi"])}
    drawn |= {"share": f"{value / roof.at(at):.0%}", "bound": "memory" if at < roof.ridge else "arithmetic"}
    return drawn | ({"lo": row["lo"], "hi": row["hi"]} if row["lo"] is not None and row["hi"] is not None else {})


def _layers(rows: Sequence[Row], roof: Roof) -> list[Layer]:
    xs = [*(row["x"] for row in rows), roof.ridge / 8, roof.ridge * 8]
    across = log_extent(xs, "")
    ys = [value for row in rows for value in (row["y"], row.get("lo"), row.get("hi")) if value is not None]
    upward = log_extent([*ys, roof.flop_per_second, roof.at(across.low)], "FLOP/s")
    pixels = (_HEIGHT, 0)
    x, y = across.x("x", title="FLOP for each byte moved"), upward.y("y", pixels)
    words = tooltip(case="Case", at="FLOP a byte", says="Reached", share="Of the roof", bound="Bound by", verdict="Verdict")
    usable = [row for row in rows if row["verdict"] in ("valid", "degraded")]
    hollow = [row for row in rows if row not in usable]
    edge = [{"x": at, "y": roof.at(at)} for at in (across.low, roof.ridge, across.high)]
    named = [(row["x"], across.share(row["x"]), (1 - upward.share(row["y"])) * _HEIGHT, row["case"]) for row in usable]
    return [
        upward.frame(pixels, "arithmetic reached"),
        on(edge).mark_line(style="roof").encode(x=x, y=y),
        *_names(roof, across, upward, pixels, [row["x"] for row in rows]),
        on([row for row in usable if "lo" in row]).mark_rule(style="interval").encode(x=x, y=upward.y("lo", pixels), y2="hi:Q"),
        on(hollow).mark_point(style="dot-invalid").encode(x=x, y=y, tooltip=words),
        on(usable).mark_point(style="point").encode(x=x, y=y, tooltip=words),
        *point_names(named, x, _HEIGHT),
    ]


def _names(roof: Roof, across: Extent, upward: Extent, pixels: tuple[int, int], taken: Sequence[float]) -> list[Layer]:
    """What each side of the roof is: the memory below its slope, right of the cases there; arithmetic above the flat."""
    last = max((at for at in taken if at < roof.ridge), default=across.low)
    free = last**0.75 * roof.ridge**0.25
    slope = [{"x": free, "y": roof.at(free), "text": roof.memory_name.partition(",")[0]}]
    flat = [{"x": across.high, "y": roof.flop_per_second, "text": roof.arithmetic_name}]

    def at(rows: Sequence[Row], **options: Any) -> Layer:
        text: Layer = on(rows).mark_text(style="note", **options)
        return text.encode(x=across.x("x"), y=upward.y("y", pixels), text="text:N")

    return [at(slope, align="left", dx=8, dy=10), at(flat, align="right", dx=-2, dy=-8)]


def _key(rows: Sequence[Row]) -> str:
    key = "Left of the ridge memory is the bound, right of it arithmetic; the distance to the roof is left to win."
    if any(row["verdict"] not in ("valid", "degraded") for row in rows):
        key += " Hollow: not to be used."
    return key + (f" First {MOST_CASES} of {len(rows):,} cases; all are in the table." if len(rows) > MOST_CASES else "")


def _summary(title: str, rows: Sequence[Row], roof: Roof) -> str:
    said = [f"{row['case']} reaches {row['says']}, {row['share']} of its roof, bound by {row['bound']}" for row in rows]
    return (
        f"{title}: {counted(len(rows), 'case')} under {roof.memory_name} and {roof.arithmetic_name}, ridge at "
        f"{roof.ridge:.3g} FLOP a byte. {listed(said)}."
    )
