"""A trend: lines that end where what was measured changed, and words that say so."""

from __future__ import annotations

import json
from typing import Any

import chart_examples as examples
import pandas as pd
import pytest
from test_chart_makers import mark_count, rows_of

from chronicle.charts import Chart, trend
from chronicle.charts.compose import MOST_MARKS


def lines_of(chart: Chart) -> dict[int, list[Any]]:
    """The places of the points on each line."""
    lines: dict[int, list[Any]] = {}
    for row in rows_of(chart, "series"):
        lines.setdefault(row["piece"], []).append(row["x"])
    return lines


def test_a_line_ends_where_the_environment_changed_and_the_break_is_named() -> None:
    chart = trend("a", "A", examples.runs(12, {4: ("driver", "driver.driver: 570, then 580")}, {}), "B/s")

    assert lines_of(chart) == {0: [0, 1, 2, 3], 1: [4, 6, 7, 8, 9, 10, 11]}
    assert [(row["at"], row["text"]) for row in rows_of(chart, "break-name")] == [(3.5, "driver")]
    assert chart.rows[4][4] == "driver.driver: 570, then 580"
    assert "Not comparable across 1 break: before 0000004 (driver.driver: 570, then 580)." in chart.summary


def test_a_run_that_may_not_be_used_is_hollow_and_on_no_line() -> None:
    chart = trend("a", "A", examples.runs(8, {}, {}), "B/s")

    assert [row["x"] for row in rows_of(chart, "dot-invalid")] == [5]
    assert lines_of(chart) == {0: [0, 1, 2, 3, 4, 6, 7]}
    assert "1 run not to be used, drawn hollow." in chart.summary
    assert "Hollow" in json.dumps(chart.spec["title"])


def test_a_lasting_change_is_a_rule_with_its_size() -> None:
    chart = trend("a", "A", examples.runs(16, {}, {8: 0.93}), "B/s")

    assert [(row["at"], row["text"]) for row in rows_of(chart, "shift-name")] == [(7.5, "−7 %")]
    assert chart.rows[8][5] == "−7 %"


def test_a_ceiling_near_the_values_is_drawn_and_a_far_one_is_told() -> None:
    near = trend("a", "A", examples.runs(4), "B/s", ceiling=3.35e12, ceiling_name="peak")
    far = trend("a", "A", examples.runs(4), "B/s", ceiling=33.5e12, ceiling_name="peak")

    assert rows_of(near, "ceiling")[0]["text"] == "peak 3.35 TB/s"
    assert not [layer for layer in far.spec["layer"] if layer["mark"].get("style") == "ceiling"]
    assert "The peak 33.5 TB/s lies outside the picture." in json.dumps(far.spec["title"])


def test_a_run_that_stands_alone_in_its_environment_shows_its_interval() -> None:
    chart = trend("a", "A", examples.runs(3, {2: ("gpu", "gpu.name: A, then B")}, {}), "B/s")

    assert [row["x"] for row in rows_of(chart, "share-interval")] == [2]


@pytest.mark.parametrize("every", [1, 3, 50])
def test_many_runs_become_fewer_points_that_never_join_two_environments(every: int) -> None:
    breaks = dict.fromkeys(range(every, 1000, every), ("driver", "driver"))

    chart = trend("a", "A", examples.runs(1000, breaks, {}), "B/s")

    assert mark_count(chart) < MOST_MARKS
    assert len(chart.rows) == len(chart.source) == 1000
    assert "all in the table" in json.dumps(chart.spec["title"])


def test_points_of_several_runs_have_the_widest_interval_of_them() -> None:
    frame = examples.runs(400, {}, {}).assign(verdict="valid")

    rows = rows_of(trend("a", "A", frame, "B/s"), "dot")

    assert len(rows) == 200
    assert rows[0]["lo"] == frame["lo"][:2].min()
    assert rows[0]["hi"] == frame["hi"][:2].max()


def test_names_of_breaks_close_together_stand_on_lines_of_their_own() -> None:
    chart = trend(
        "a", "A", examples.runs(40, {4: ("gpu, driver", "x"), 5: ("gpu, driver", "y"), 6: ("source", "z")}, {}), "B/s"
    )

    names = rows_of(chart, "break-name")
    assert len({row["text_y"] for row in names}) == 3


def test_a_day_is_written_once_below_the_runs_that_it_saw() -> None:
    frame = examples.runs(6, {}, {}).assign(when=["2026-01-01"] * 4 + ["2026-01-02"] * 2)

    [axis] = {json.dumps(layer["encoding"]["x"].get("axis")) for layer in trend("a", "A", frame, "s").spec["layer"][1:3]}

    assert json.loads(axis)["values"] == [0, 4]


def test_a_trend_without_a_single_value_is_refused() -> None:
    with pytest.raises(ValueError, match="no run has a value"):
        trend("a", "A", examples.runs(2).assign(value=None), "s")


def test_what_strangers_call_a_run_cannot_leave_its_text() -> None:
    frame = pd.DataFrame(examples.runs(2)).assign(
        run=examples.HOSTILE, when=examples.HOSTILE, break_name="x", breaks=examples.HOSTILE
    )

    spec = trend("a", "A", frame, "s").spec

    labels = next(
        layer["encoding"]["x"]["axis"]["labelExpr"] for layer in spec["layer"] if layer["encoding"].get("x", {}).get("axis")
    )
    assert json.loads(labels.split("[indexof(")[0]) == [examples.HOSTILE]
