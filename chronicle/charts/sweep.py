"""A metric over a swept parameter: a point with its interval per case, joined along the axis; a second axis gives the lines.

Lines differ in shape and dash and are named at their ends. An axis counts in decades where its values span one; a parameter
that is no number stands at equal steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chronicle.charts.chart import Chart
from chronicle.charts.compose import on, specification, tooltip
from chronicle.charts.labels import line_names, names_below, plot_end, spread_out
from chronicle.charts.recipe import keyed
from chronicle.charts.scales import Bound, Extent, extent, plain_number
from chronicle.charts.table import Row, counted, grouped, listed, number, read, stated
from chronicle.charts.theme import DASHES, SHAPES, SIGNS

if TYPE_CHECKING:
    from altair import Chart as Layer
    from pandas import DataFrame

COLUMNS = ("x", "line", "value", "lo", "hi", "verdict")
MOST_LINES = len(SHAPES)
MOST_POINTS = 300
_HEIGHT = 260
_MOST_TICKS = 9
_CEILING_IN_SIGHT = 3.0


@dataclass(frozen=True)
class _Case:
    x: float | str
    line: str
    value: float
    lo: float | None
    hi: float | None
    verdict: str

    @property
    def is_usable(self) -> bool:
        return self.verdict in ("valid", "degraded")

    def says(self, unit: str) -> str:
        return stated(self.value, unit, self.lo, self.hi)


@dataclass(frozen=True)
class _Across:
    """The horizontal axis: in numbers, or in words at equal steps, which then stand in ``names``."""

    axis: Extent
    names: tuple[str, ...]

    def place(self, x: float | str) -> float:
        return float(self.names.index(str(x))) if self.names else float(x)

    def x(self, field: str, title: str, lines: Sequence[str]) -> Any:
        """The channel; ``lines`` are the names right of the plot, none where it takes the whole width."""
        import altair

        pixels = (0, plot_end(lines)) if lines else None
        if not self.names:
            return self.axis.x(field, pixels, title)
        places = list(range(len(self.names)))
        words: dict[str, Any] = {"labelExpr": names_below(places, self.names, lines), "labelOverlap": "greedy"}
        axis = altair.Axis(title=title or None, grid=False, values=places, **words)
        return altair.X(field, type="quantitative", axis=axis, scale=self.axis.scale(pixels))


@keyed
def sweep(
    id: str,
    title: str,
    frame: DataFrame,
    unit: str,
    *,
    x: str,
    by: str = "",
    x_unit: str = "",
    ceiling: float | None = None,
    ceiling_name: str = "ceiling",
) -> Chart:
    """Cases along the axis called ``x``, a line per value of the axis called ``by``.

    ``frame`` has one row per case: ``x`` (a number, or a text for an axis of words), ``line`` (missing or empty where there is
    one axis), ``value``, ``lo`` and ``hi`` in the SI ``unit``, ``verdict`` (``valid``, ``degraded``, or a word for why no claim
    may use it). ``ceiling`` is a bound that holds along the whole axis.
    """
    cases = _cases(read(frame, "sweep", COLUMNS))
    lines = grouped(cases, (case.line for case in cases))
    shown = [case for name in list(lines)[:MOST_LINES] for case in lines[name]][:MOST_POINTS]
    across, upward = _across(shown, x_unit), _upward(shown, unit, ceiling)
    bound = None if ceiling is None else Bound(ceiling, f"{ceiling_name} {stated(ceiling, unit)}", upward)
    summary = _summary(title, lines, unit, by) + (f" {bound.sentence}" if bound else "")
    return Chart(
        id=id,
        title=title,
        summary=summary,
        sketch=lambda: specification(
            [*(bound.layers((_HEIGHT, 0)) if bound else []), *_layers(shown, across, upward, unit, (x, by))],
            title=title,
            key=_key(lines, shown, len(cases), by) + (f" {bound.remark}" if bound else ""),
            summary=summary,
            height=_HEIGHT,
            panels=True,
        ),
        columns=(x, *([by] if by else []), "Value", "Verdict"),
        rows=tuple((_x_text(case.x), *([case.line] if by else []), case.says(unit), case.verdict) for case in cases),
        source=tuple(_source_row(case, unit, x, by) for case in cases),
    )


def _cases(rows: list[Row]) -> list[_Case]:
    """Line by line in the order of their first case, each along the axis where it is one of numbers."""
    found = [
        _Case(_x_of(row["x"]), str(row["line"] or ""), value, number(row["lo"]), number(row["hi"]), str(row["verdict"]))
        for row in rows
        if (value := number(row["value"])) is not None
    ]
    if not found:
        raise ValueError("sweep: no case has a value, so there is nothing to draw")
    if all(isinstance(case.x, float) for case in found):
        found.sort(key=lambda case: float(case.x))
    else:
        found = [replace(case, x=_x_text(case.x)) for case in found]
    lines = grouped(found, (case.line for case in found))
    order = dict.fromkeys(str(row["line"] or "") for row in rows)
    return [case for name in order for case in lines.get(name, [])]


def _x_of(x: Any) -> float | str:
    return str(x) if isinstance(x, str | bool) else float(x)


def _x_text(x: float | str) -> str:
    return x if isinstance(x, str) else plain_number(x)


def _across(cases: Sequence[_Case], x_unit: str) -> _Across:
    """Few values of the parameter are all labelled; many get round numbers."""
    if isinstance(cases[0].x, str):
        names = tuple(dict.fromkeys(str(case.x) for case in cases))
        return _Across(Extent("", -0.5, len(names) - 0.5, False, ()), names)
    places = {float(case.x) for case in cases}
    return _Across(extent(places, x_unit, at=places if len(places) <= _MOST_TICKS else (), room=0.03), ())


def _upward(cases: Sequence[_Case], unit: str, ceiling: float | None) -> Extent:
    values = [value for case in cases for value in (case.value, case.lo, case.hi) if value is not None]
    is_near = ceiling is not None and ceiling > 0 and max(values) <= ceiling <= max(values) * _CEILING_IN_SIGHT
    return extent([*values, ceiling] if is_near and ceiling is not None else values, unit)


def _layers(cases: Sequence[_Case], across: _Across, upward: Extent, unit: str, axes: tuple[str, str]) -> list[Layer]:
    """The intervals, the lines, the points on them, and the names of the lines."""
    lines = grouped(cases, (case.line for case in cases))
    names = _names(lines, upward) if len(lines) > 1 else []
    beside = [row["name"] for row in names]
    pixels = (_HEIGHT, 0)

    def x() -> Any:
        return across.x("x", axes[0], beside)

    words = tooltip(x=axes[0], line=axes[1] or "Line", says="Value", verdict="Verdict")
    about = words if axes[1] else [words[0], *words[2:]]
    drawn: list[Layer] = [upward.frame(pixels)]
    for place, own in enumerate(lines.values()):
        rows = [_drawn_row(case, across, unit) for case in own]
        usable = [row for row, case in zip(rows, own, strict=True) if case.is_usable]
        hollow = [row for row, case in zip(rows, own, strict=True) if not case.is_usable]
        shape: dict[str, Any] = {"shape": SHAPES[place]}
        bounded = on([row for row in usable if "lo" in row])
        line = on(usable if not across.names else []).mark_line(style="series", strokeDash=DASHES[place])
        drawn += [
            bounded.mark_rule(style="share-interval").encode(x=x(), y=upward.y("lo", pixels), y2="hi:Q"),
            line.encode(x=x(), y=upward.y("value", pixels)),
            on(usable).mark_point(style="point", **shape).encode(x=x(), y=upward.y("value", pixels), tooltip=about),
            on(hollow).mark_point(style="dot-invalid", **shape).encode(x=x(), y=upward.y("value", pixels), tooltip=about),
        ]
    return [*drawn, line_names(names, _HEIGHT)] if names else drawn


def _drawn_row(case: _Case, across: _Across, unit: str) -> Row:
    row: Row = {"x": across.place(case.x), "value": case.value, "line": case.line}
    row |= {"says": case.says(unit), "verdict": case.verdict}
    return row | ({"lo": case.lo, "hi": case.hi} if case.lo is not None and case.hi is not None else {})


def _names(lines: dict[str, list[_Case]], upward: Extent) -> list[Row]:
    """Each line's name at the height of its last case, with the character of its shape before it."""
    ends = [(1 - upward.share(own[-1].value)) * _HEIGHT for own in lines.values()]
    heights = spread_out(ends, 6, _HEIGHT - 6)
    return [
        {"name": f"{SIGNS[place]} {name}", "label_y": at} for place, (name, at) in enumerate(zip(lines, heights, strict=True))
    ]


def _key(lines: dict[str, list[_Case]], shown: Sequence[_Case], total: int, by: str) -> str:
    key = "One point per case with its interval"
    key += f"; a line per value of {by}." if by else "."
    if any(not case.is_usable for case in shown):
        key += " Hollow: not to be used."
    if len(shown) < total:
        of_lines = f" of the first {MOST_LINES} lines" if len(lines) > MOST_LINES else ""
        key += f" {len(shown)} of {total:,} cases{of_lines}; all are in the table."
    return key


def _summary(title: str, lines: dict[str, list[_Case]], unit: str, by: str) -> str:
    total = sum(map(len, lines.values()))
    said = f"{title}: {counted(total, 'case')}" + (f" in {counted(len(lines), 'line')}" if len(lines) > 1 else "") + ". "
    return said + listed([_words(name, own, unit, by) for name, own in lines.items()]) + "."


def _words(name: str, own: list[_Case], unit: str, by: str) -> str:
    first, last = own[0], own[-1]
    head = f"{by} {name}: " if by else ""
    if first is last:
        return f"{head}{first.says(unit)} at {_x_text(first.x)}"
    return f"{head}from {first.says(unit)} at {_x_text(first.x)} to {last.says(unit)} at {_x_text(last.x)}"


def _source_row(case: _Case, unit: str, x: str, by: str) -> Row:
    row: Row = {x: _plain(case.x)} | ({by: case.line} if by else {})
    return row | {"value": case.value, "lo": case.lo, "hi": case.hi, "unit": unit, "verdict": case.verdict}


def _plain(x: float | str) -> float | int | str:
    """A whole number as one: sizes were whole when they were declared."""
    return int(x) if isinstance(x, float) and x.is_integer() else x
