"""What is best where: a map of cells over two parameters, each with the sign of its phase.

Cells stand at equal steps, whatever lies between their values. Phases differ in their sign, which the key names, and only then
in how dark a cell is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chronicle.charts.chart import Chart
from chronicle.charts.compose import on, specification, tooltip
from chronicle.charts.recipe import keyed
from chronicle.charts.scales import Extent, plain_number
from chronicle.charts.table import Row, counted, listed, read
from chronicle.charts.theme import SIGNS

if TYPE_CHECKING:
    from altair import Chart as Layer
    from pandas import DataFrame

COLUMNS = ("x", "y", "phase")
MOST_PHASES = 4
MOST_CELLS = 400
_CELL = 34
_GAP = 0.46


@dataclass(frozen=True)
class Steps(Extent):
    """An axis of names at equal steps, the first at 0."""

    names: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        return self.names

    @property
    def title(self) -> str:
        return ""


@keyed
def phases(id: str, title: str, frame: DataFrame, *, x: str, y: str) -> Chart:
    """A cell per row of ``frame``: its places ``x`` and ``y`` (numbers, or texts) and the name of its ``phase``.

    Phases take their signs in the order in which they first appear. Raises ValueError for more phases than there are shades,
    for more cells than a picture holds, and for two cells in one place.
    """
    cells = read(frame, "phases", COLUMNS)
    names = tuple(dict.fromkeys(str(cell["phase"]) for cell in cells))
    if len(names) > MOST_PHASES or len(cells) > MOST_CELLS:
        raise ValueError(f"phases: {len(names)} phases in {len(cells)} cells; at most {MOST_PHASES} and {MOST_CELLS} are drawn")
    across, upward = _steps(cells, "x"), _steps(cells, "y")
    drawn = [_drawn(cell, across, upward, names) for cell in cells]
    if len({(cell["column"], cell["row"]) for cell in drawn}) < len(drawn):
        raise ValueError("phases: two cells stand in one place")
    height = _CELL * len(upward.names)
    summary = _summary(title, drawn, names)
    key = (
        f"A cell per case, {x} across and {y} upward: " + ", ".join(f"{SIGNS[n]} {name}" for n, name in enumerate(names)) + "."
    )
    return Chart(
        id=id,
        title=title,
        summary=summary,
        sketch=lambda: specification(
            _layers(drawn, across, upward, (x, y), height), title=title, key=key, summary=summary, height=height, panels=True
        ),
        columns=(x, y, "Phase"),
        rows=tuple((cell["x"], cell["y"], cell["phase"]) for cell in drawn),
        source=tuple({x: cell["x"], y: cell["y"], "phase": cell["phase"]} for cell in cells),
    )


def _steps(cells: Sequence[Row], side: str) -> Steps:
    """The values of a side in order: numbers by size, words as they come."""
    values = list(dict.fromkeys(cell[side] for cell in cells))
    if all(isinstance(value, int | float) for value in values):
        values.sort()
    names = tuple(_text(value) for value in values)
    return Steps("", -0.5, len(names) - 0.5, False, tuple(map(float, range(len(names)))), names)


def _drawn(cell: Row, across: Steps, upward: Steps, names: Sequence[str]) -> Row:
    x, y, phase = _text(cell["x"]), _text(cell["y"]), str(cell["phase"])
    column, row, place = across.names.index(x), upward.names.index(y), names.index(phase)
    edges = {"left": column - _GAP, "right": column + _GAP, "below": row - _GAP, "above": row + _GAP}
    return {"x": x, "y": y, "phase": phase, "sign": SIGNS[place], "place": place, "column": column, "row": row} | edges


def _layers(cells: Sequence[Row], across: Steps, upward: Steps, axes: tuple[str, str], height: int) -> list[Layer]:
    pixels = (height, 0)
    about = tooltip(x=axes[0], y=axes[1], phase="Phase")
    drawn: list[Layer] = [upward.frame(pixels, title=axes[1])]
    for place in range(MOST_PHASES):
        own = [cell for cell in cells if cell["place"] == place]
        edges: dict[str, Any] = {"x": across.x("left", title=axes[0]), "x2": "right:Q"}
        edges |= {"y": upward.y("below", pixels), "y2": "above:Q"}
        drawn.append(on(own).mark_rect(style=f"phase-{place}").encode(**edges, tooltip=about))
    sign = on(cells).mark_text(style="phase-sign")
    return [*drawn, sign.encode(x=across.x("column", title=axes[0]), y=upward.y("row", pixels), text="sign:N")]


def _summary(title: str, cells: Sequence[Row], names: Sequence[str]) -> str:
    counts = Counter(cell["phase"] for cell in cells)
    return f"{title}: {counted(len(cells), 'case')}. {listed([f'{name} in {counts[name]}' for name in names])}."


def _text(value: Any) -> str:
    return plain_number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
