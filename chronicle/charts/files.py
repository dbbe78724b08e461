"""What kinds of files a set of commits touched: a bar a kind, with its files and its lines in words beside its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chronicle.charts.chart import Chart
from chronicle.charts.compose import estimate_at, lane_y, on, specification, text_at, tooltip
from chronicle.charts.recipe import keyed
from chronicle.charts.table import Row, counted, listed, read
from chronicle.units import signed

if TYPE_CHECKING:
    from altair import Chart as Layer
    from pandas import DataFrame

COLUMNS = ("kind", "files", "lines_added", "lines_removed")
_LANE, _TEXT, _BAR, _THICK = 38, 14, 20, 8


@keyed
def kinds(id: str, title: str, frame: DataFrame) -> Chart:
    """Files by kind, in the order given.

    ``frame`` has one row a kind: ``kind``, ``files`` (distinct), ``lines_added``, ``lines_removed``.
    """
    rows = [_row(row, place) for place, row in enumerate(read(frame, "kinds", COLUMNS))]
    height = _LANE * len(rows)
    most = max(rows, key=lambda row: int(row["files"]))
    said = listed([f"{row['kind']}: {row['says']}" for row in rows], len(rows))
    total = counted(sum(row["files"] for row in rows), "file")
    summary = f"{title}: {total} of {counted(len(rows), 'kind')}, most of them {most['kind']}. {said}."
    return Chart(
        id=id,
        title=title,
        summary=summary,
        sketch=lambda: specification(
            _layers(rows, height),
            title=title,
            key="A bar's length is the number of files; lines are those that git counts.",
            summary=summary,
            height=height,
        ),
        columns=("Kind", "Files", "Lines added", "Lines removed"),
        rows=tuple((row["kind"], f"{row['files']:,}", f"{row['lines_added']:,}", f"{row['lines_removed']:,}") for row in rows),
        source=tuple({name: row[name] for name in COLUMNS} for row in rows),
    )


def _row(row: Row, place: int) -> Row:
    files, added, removed = (int(row[name]) for name in COLUMNS[1:])
    top = place * _LANE
    return {
        "kind": str(row["kind"]),
        "files": files,
        "lines_added": added,
        "lines_removed": removed,
        "value": counted(files, "file"),
        "says": f"{counted(files, 'file')}, {signed(added)} {signed(-removed)} lines",
        "none": 0,
        "text": top + _TEXT,
        "above": top + _BAR,
        "below": top + _BAR + _THICK,
    }


def _layers(rows: list[Row], height: int) -> list[Layer]:
    import altair

    text, above = lane_y("text", height), lane_y("above", height)
    scale = altair.Scale(domain=[0, max(1, *(int(row["files"]) for row in rows))], nice=False)
    x: dict[str, Any] = {"x": altair.X("none", type="quantitative", axis=None, scale=scale), "x2": "files:Q"}
    words = tooltip(kind="Kind", files="Files", lines_added="Lines added", lines_removed="Lines removed")
    return [
        text_at(rows, "name", "kind", 0.5).encode(x=altair.value(0), y=text),
        estimate_at(rows).encode(y=text),
        on(rows).mark_rect(style="bar").encode(**x, y=above, y2="below:Q", tooltip=words),
    ]
