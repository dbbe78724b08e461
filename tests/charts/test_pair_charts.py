"""Paired cases, a frontier, a roof, and what held the clocks back: what is drawn, and what the words say."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import chart_examples as examples
import pandas as pd
import pytest
from test_chart_makers import mark_count, rows_of

from chronicle.charts import Chart, paired, pareto, roofline, telemetry
from chronicle.charts.compose import MOST_MARKS
from chronicle.charts.pairs import Reading

UNITS, NAMES = ("s", "tokens/s"), ("latency", "throughput")


def frontier(frame: pd.DataFrame) -> list[str]:
    chart = pareto("a", "A", frame, UNITS, NAMES)
    return [row[0] for row in chart.rows if row[3] == "frontier"]


def points(*found: tuple[float, float]) -> pd.DataFrame:
    rows = [{"case": f"{x:g}/{y:g}", "x": x, "y": y, "verdict": "valid"} for x, y in found]
    return pd.DataFrame([row | dict.fromkeys(("x_lo", "x_hi", "y_lo", "y_hi")) for row in rows])


def test_a_dot_stands_for_each_block_in_the_order_they_ran() -> None:
    chart = paired("a", "A", examples.ratios(), examples.READING)

    dots = rows_of(chart, "dot")
    assert [row["block"] for row in dots] == list(range(12))
    assert [row["y"] for row in dots] == sorted(row["y"] for row in dots)
    assert all(row["x"] < 0 for row in dots)


def test_the_margin_and_the_control_are_bands_around_no_difference() -> None:
    chart = paired("a", "A", examples.ratios(), examples.READING)

    assert rows_of(chart, "band") == [{"from": -1.0, "to": 1.0}]
    [control] = rows_of(chart, "share-interval")
    assert (control["from"], control["to"]) == (pytest.approx(-0.42), pytest.approx(0.42))
    assert len(rows_of(chart, "dot-invalid")) == 12


def test_the_words_of_a_pair_say_the_ratio_the_verdict_and_both_bands() -> None:
    assert paired("a", "A", examples.ratios(), examples.READING).summary == (
        "A: graph against eager in 12 blocks: −4.30 % (−4.52 % to −4.07 %), faster. The margin is ±1 %, the A/A control leaves "
        "±0.42 % open."
    )


def test_without_a_control_a_pair_says_so_and_draws_none() -> None:
    reading = Reading("a", "b", 1.0, 0.99, 1.01, 0.01, None, "undecided")

    chart = paired("a", "A", examples.ratios().assign(control=None), reading)

    assert "No A/A control was run." in json.dumps(chart.spec["title"])
    assert not [layer for layer in chart.spec["layer"] if layer["mark"].get("style") in ("share-interval", "dot-invalid")]


def test_long_names_are_short_above_the_picture_and_whole_in_what_is_kept() -> None:
    reading = dataclasses.replace(examples.READING, drawn=("x", "y"))
    chart = paired("a", "A", examples.ratios(), reading)

    assert "A is x, B is y." in json.dumps(chart.spec["title"])
    assert chart.columns[1] == f"{reading.b} over {reading.a}"
    assert {(row["a"], row["b"]) for row in chart.source} == {(reading.a, reading.b)}


def test_very_many_blocks_stay_below_the_limit_of_marks() -> None:
    chart = paired("a", "A", examples.ratios(4000), examples.READING)

    assert mark_count(chart) < MOST_MARKS
    assert len(chart.source) == 4000


def test_a_frontier_is_what_nothing_beats_in_both() -> None:
    assert frontier(points((1, 10), (2, 20), (3, 15), (2, 18), (4, 20))) == ["1/10", "2/20"]


def test_equal_cases_are_both_on_the_frontier() -> None:
    assert frontier(points((1, 10), (1, 10), (2, 9))) == ["1/10", "1/10"]


def test_a_case_that_may_not_be_used_beats_nothing_and_is_on_no_frontier() -> None:
    frame = points((1, 10), (2, 9)).assign(verdict=["invalid", "valid"])

    assert frontier(frame) == ["2/9"]
    assert pareto("a", "A", frame, UNITS, NAMES).rows[0][3] == "not to be used"


def test_dominated_cases_are_hollow_and_the_frontier_is_named() -> None:
    chart = pareto("a", "A", examples.served(), UNITS, NAMES)

    assert len(rows_of(chart, "dot-invalid")) == 4
    assert {row["place"] for row in rows_of(chart, "point")} == {"frontier"}
    names = [layer for layer in chart.spec["layer"] if layer["mark"].get("style") == "point-name"]
    shown = [row["name"] for layer in names for row in chart.spec["datasets"][layer["data"]["name"]]]
    assert "continuous, 64" in shown


def test_a_roof_bends_where_memory_stops_being_the_bound() -> None:
    chart = roofline("a", "A", examples.kernels(), examples.ROOF)

    edge = rows_of(chart, "roof")
    assert edge[1] == {"x": pytest.approx(8.0e14 / 3.1e12), "y": 8.0e14}
    assert [row[5] for row in chart.rows] == ["memory", "memory", "arithmetic", "memory"]
    assert [row[4] for row in chart.rows] == ["84%", "75%", "70%", "44%"]


def test_a_roof_without_a_case_that_declares_both_counts_is_refused() -> None:
    with pytest.raises(ValueError, match="no case has both a count of FLOP and of bytes"):
        roofline("a", "A", examples.kernels().assign(flop_per_byte=None), examples.ROOF)


def lanes(chart: Chart) -> dict[str, list[dict[str, Any]]]:
    drawn = [layer for layer in chart.spec["layer"] if layer["mark"].get("style") == "held"]
    found = [chart.spec["datasets"][layer["data"]["name"]] for layer in drawn]
    return {rows[0]["reason"]: rows for rows in found}


def test_each_reason_that_held_the_clocks_has_a_lane_named_in_words() -> None:
    found = lanes(telemetry("a", "A", examples.readings(), examples.held()))

    assert list(found) == ["the power cap", "heat, by the driver"]
    assert [(row["start_seconds"], row["end_seconds"]) for row in found["the power cap"]] == [(3, 17.0)]


def test_the_words_say_for_how_much_of_the_time_each_reason_acted() -> None:
    chart = telemetry("a", "A", examples.readings(), examples.held())

    assert chart.summary.endswith(
        "Clocks held back by the power cap for 78% of the time; heat, by the driver for 7% of the time."
    )
    assert chart.rows[-2][:2] == ("Held back: the power cap", "77.9% of the time")
    assert chart.source[400]["held_the_power_cap"] == 1.0


def test_nothing_held_and_nothing_known_are_told_apart() -> None:
    none = telemetry("a", "A", examples.readings(), examples.held().iloc[:0])
    unknown = telemetry("a", "A", examples.readings())

    assert none.summary.endswith("Nothing held the clocks back.")
    assert unknown.summary.endswith("What held the clocks back was not recorded.")


def test_reasons_that_come_and_go_stay_below_the_limit_of_marks() -> None:
    rows = [(reason, place / 50, (place + 1) / 50, place % 2) for reason in "abcdef" for place in range(900)]
    frame = pd.DataFrame(rows, columns=["reason", "start_seconds", "end_seconds", "share"])

    assert mark_count(telemetry("a", "A", examples.readings(5000), frame)) < MOST_MARKS
