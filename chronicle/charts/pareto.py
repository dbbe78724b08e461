"""Throughput against latency: which cases nothing else beats in both, and which are beaten.

A case is on the frontier where no other is at least as good in both and better in one. The frontier is drawn in steps and
its cases are named; dominated ones are hollow and quiet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chronicle.charts.chart import Chart
from chronicle.charts.compose import on, specification, tooltip
from chronicle.charts.labels import point_names
from chronicle.charts.recipe import keyed
from chronicle.charts.scales import Extent, extent
from chronicle.charts.table import Row, counted, listed, number, read, stated

if TYPE_CHECKING:
    from altair import Chart as Layer
    from pandas import DataFrame

COLUMNS = ("case", "x", "x_lo", "x_hi", "y", "y_lo", "y_hi", "verdict")
MOST_CASES = 220
_HEIGHT = 290


@dataclass(frozen=True)
class _Case:
    case: str
    name: str
    x: float
    x_lo: float | None
    x_hi: float | None
    y: float
    y_lo: float | None
    y_hi: float | None
    verdict: str

    @property
    def is_usable(self) -> bool:
        return self.verdict in ("valid", "degraded")

    def beats(self, other: _Case) -> bool:
        """At least as good in both, and better in one: less latency, more throughput."""
        return self.x <= other.x and self.y >= other.y and (self.x < other.x or self.y > other.y)


@keyed
def pareto(id: str, title: str, frame: DataFrame, units: tuple[str, str], names: tuple[str, str]) -> Chart:
    """Cases by a latency ``x``, less is better, and a throughput ``y``, more is better.

    ``frame`` has one row per case: ``case``, ``x``, ``x_lo``, ``x_hi``, ``y``, ``y_lo``, ``y_hi`` in the SI ``units`` of both,
    ``verdict``. ``names`` are those of the two quantities. A column ``name`` gives what is drawn for a long ``case``.
    What no claim may use is on no frontier.
    """
    cases = _cases(read(frame, "pareto", COLUMNS, ("name",)))
    usable = [case for case in cases if case.is_usable]
    frontier = sorted((one for one in usable if not any(other.beats(one) for other in usable)), key=lambda one: one.x)
    shown = [*frontier, *(case for case in cases if case not in frontier)][:MOST_CASES]
    axes = tuple(_axis(shown, side, unit) for side, unit in zip("xy", units, strict=True))
    summary = _summary(title, cases, frontier, units)
    return Chart(
        id=id,
        title=title,
        summary=summary,
        sketch=lambda: specification(
            _layers(shown, frontier, axes, units, names),
            title=title,
            key=_key(cases, shown),
            summary=summary,
            height=_HEIGHT,
            panels=True,
        ),
        columns=("Case", names[0], names[1], "Place", "Verdict"),
        rows=tuple(
            (one.case, _says(one, "x", units[0]), _says(one, "y", units[1]), _place(one, frontier), one.verdict)
            for one in cases
        ),
        source=tuple(_source_row(one, frontier, units) for one in cases),
    )


def _cases(rows: list[Row]) -> list[_Case]:
    found = []
    for row in rows:
        x, x_lo, x_hi, y, y_lo, y_hi = (number(row[name]) for name in COLUMNS[1:7])
        if x is not None and y is not None:
            case = str(row["case"])
            found.append(_Case(case, str(row["name"] or case), x, x_lo, x_hi, y, y_lo, y_hi, str(row["verdict"])))
    if not found:
        raise ValueError("pareto: no case has both values, so there is nothing to draw")
    return found


def _axis(cases: Sequence[_Case], side: str, unit: str) -> Extent:
    values = [getattr(case, f"{side}{end}") for case in cases for end in ("", "_lo", "_hi")]
    return extent([value for value in values if value is not None], unit)


def _says(case: _Case, side: str, unit: str) -> str:
    return stated(getattr(case, side), unit, getattr(case, f"{side}_lo"), getattr(case, f"{side}_hi"))


def _place(case: _Case, frontier: Sequence[_Case]) -> str:
    return "frontier" if case in frontier else "dominated" if case.is_usable else "not to be used"


def _layers(
    shown: Sequence[_Case], frontier: Sequence[_Case], axes: Sequence[Extent], units: tuple[str, str], names: tuple[str, str]
) -> list[Layer]:
    across, upward = axes
    pixels = (_HEIGHT, 0)

    def x(field: str) -> Any:
        return across.x(field, title=names[0])

    def y(field: str) -> Any:
        return upward.y(field, pixels)

    rows = [_row(case, frontier, units) for case in shown]
    best = [row for row in rows if row["place"] == "frontier"]
    rest = [row for row in rows if row["place"] != "frontier"]
    words = tooltip(case="Case", says_x=names[0], says_y=names[1], place="Place", verdict="Verdict")
    drawn: list[Layer] = [
        upward.frame(pixels, names[1] + (f", {upward.title}" if upward.title else "")),
        on([row for row in best if "x_lo" in row]).mark_rule(style="interval").encode(x=x("x_lo"), x2="x_hi:Q", y=y("y")),
        on([row for row in best if "y_lo" in row]).mark_rule(style="interval").encode(x=x("x"), y=y("y_lo"), y2="y_hi:Q"),
        on(best).mark_line(style="series-quiet", interpolate="step-after").encode(x=x("x"), y=y("y")),
        on(rest).mark_point(style="dot-invalid").encode(x=x("x"), y=y("y"), tooltip=words),
        on(best).mark_point(style="point").encode(x=x("x"), y=y("y"), tooltip=words),
    ]
    named = [(one.x, across.share(one.x), (1 - upward.share(one.y)) * _HEIGHT, one.name) for one in frontier]
    return [*drawn, *point_names(named, x("x"), _HEIGHT, rise=9)]


def _row(case: _Case, frontier: Sequence[_Case], units: tuple[str, str]) -> Row:
    row: Row = {"case": case.case, "x": case.x, "y": case.y, "place": _place(case, frontier), "verdict": case.verdict}
    row |= {"says_x": _says(case, "x", units[0]), "says_y": _says(case, "y", units[1])}
    for side in "xy":
        lo, hi = getattr(case, f"{side}_lo"), getattr(case, f"{side}_hi")
        row |= {f"{side}_lo": lo, f"{side}_hi": hi} if lo is not None and hi is not None else {}
    return row


def _key(cases: Sequence[_Case], shown: Sequence[_Case]) -> str:
    key = "Better is up and to the left. Filled and named: nothing beats it in both. Hollow: beaten, or not to be used."
    return key + (f" {len(shown)} of {len(cases):,} cases; all are in the table." if len(shown) < len(cases) else "")


def _summary(title: str, cases: Sequence[_Case], frontier: Sequence[_Case], units: tuple[str, str]) -> str:
    said = [f"{one.case} with {_says(one, 'y', units[1])} at {_says(one, 'x', units[0])}" for one in frontier]
    on_it = f"On the frontier: {listed(said)}." if said else "None of them may be used."
    return f"{title}: {counted(len(cases), 'case')}, {len(frontier)} of them beaten by none. {on_it}"


def _source_row(case: _Case, frontier: Sequence[_Case], units: tuple[str, str]) -> Row:
    row: Row = {"case": case.case, "place": _place(case, frontier), "verdict": case.verdict}
    for side, unit in zip("xy", units, strict=True):
        row |= {f"{side}{end}": getattr(case, f"{side}{end}") for end in ("", "_lo", "_hi")} | {f"{side}_unit": unit}
    return row
