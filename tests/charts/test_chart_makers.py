"""What the chart makers put into a specification, a summary and a table."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections import Counter
from typing import Any

import chart_examples as examples
import pandas as pd
import pytest

from chronicle.charts import (
    Chart,
    activity,
    burn_up,
    distribution,
    paired,
    pareto,
    phases,
    roofline,
    shares,
    step_response,
    sweep,
    telemetry,
    tornado,
    trend,
    window_error,
)
from chronicle.charts.compose import MOST_MARKS
from chronicle.charts.processes import LANE
from chronicle.charts.radar import radar

MAKERS = {
    "distribution": lambda frame: distribution("a", "A", frame, "s"),
    "shares": lambda frame: shares("a", "A", frame),
    "activity": lambda frame: activity("a", "A", frame),
    "burn_up": lambda frame: burn_up("a", "A", frame),
    "telemetry": lambda frame: telemetry("a", "A", frame),
    "trend": lambda frame: trend("a", "A", frame, "s"),
    "sweep": lambda frame: sweep("a", "A", frame, "s", x="n"),
    "phases": lambda frame: phases("a", "A", frame, x="decay", y="use"),
    "tornado": lambda frame: tornado("a", "A", frame, "s"),
    "paired": lambda frame: paired("a", "A", frame, examples.READING),
    "pareto": lambda frame: pareto("a", "A", frame, ("s", "tokens/s"), ("latency", "throughput")),
    "roofline": lambda frame: roofline("a", "A", frame, examples.ROOF),
    "radar": lambda frame: radar("a", "A", frame, ["research"], ["watch"]),
}
FRAMES = {
    "distribution": examples.processes({"copy": 1e-3}),
    "shares": examples.fractions(),
    "activity": examples.days(3),
    "burn_up": examples.progress(),
    "radar": examples.technologies(),
    "trend": examples.runs(),
    "sweep": examples.cases(),
    "paired": examples.ratios(),
    "pareto": examples.served(),
    "roofline": examples.kernels(),
    "telemetry": examples.readings(5),
    "phases": examples.terms(),
    "tornado": examples.swings(),
}


def rows_of(chart: Chart, style: str) -> list[dict[str, Any]]:
    """The rows behind the layer whose marks carry a style."""
    [layer] = [layer for layer in chart.spec["layer"] if layer["mark"].get("style") == style]
    return chart.spec["datasets"][layer["data"]["name"]] if "name" in layer["data"] else layer["data"]["values"]


def mark_count(chart: Chart) -> int:
    drawn = [layer for layer in chart.spec["layer"] if layer["mark"]["type"] not in ("line", "area")]
    return sum(len(chart.spec["datasets"][layer["data"]["name"]]) for layer in drawn)


@pytest.mark.parametrize("chart", examples.every_kind(), ids=lambda chart: chart.id)
def test_a_specification_fits_its_container_and_repeats_the_summary(chart: Chart) -> None:
    assert chart.spec["width"] == "container"
    assert chart.spec["description"] == chart.summary


@pytest.mark.parametrize("chart", examples.every_kind(), ids=lambda chart: chart.id)
def test_a_specification_holds_no_colour_and_no_configuration(chart: Chart) -> None:
    assert "config" not in chart.spec
    assert '"color"' not in json.dumps(chart.spec)
    assert '"fill"' not in json.dumps(chart.spec)


@pytest.mark.parametrize("chart", examples.every_kind(), ids=lambda chart: chart.id)
def test_a_chart_stays_under_a_thousand_marks(chart: Chart) -> None:
    assert mark_count(chart) < MOST_MARKS


@pytest.mark.parametrize("chart", examples.every_kind(), ids=lambda chart: chart.id)
def test_every_row_of_the_table_has_a_text_for_every_column(chart: Chart) -> None:
    assert chart.rows
    assert {len(row) for row in chart.rows} == {len(chart.columns)}
    assert all(isinstance(cell, str) for row in chart.rows for cell in row)


@pytest.mark.parametrize("name", MAKERS)
def test_a_table_without_rows_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: the table has no rows"):
        MAKERS[name](FRAMES[name].iloc[:0])


@pytest.mark.parametrize("name", MAKERS)
def test_a_table_without_a_needed_column_is_refused_and_the_column_named(name: str) -> None:
    absent = FRAMES[name].columns[-1]

    with pytest.raises(ValueError, match=f"{name}: no column {absent}"):
        MAKERS[name](FRAMES[name].drop(columns=absent))


@pytest.mark.parametrize("name", MAKERS)
def test_a_single_row_makes_a_chart(name: str) -> None:
    chart = MAKERS[name](FRAMES[name].iloc[:1])

    assert len(chart.source) == 1


def test_a_distribution_scales_values_to_the_unit_that_reads_best() -> None:
    chart = distribution("a", "A", examples.processes({"copy": 2.9e12}), "B/s")

    assert all(2.5 < row["x"] < 3.5 for row in rows_of(chart, "dot"))
    assert '"title": "TB/s"' in json.dumps(chart.spec)
    assert chart.source[0]["value"] > 1e12


def test_a_distribution_draws_invalid_processes_hollow_and_says_so() -> None:
    chart = distribution("a", "A", examples.processes({"copy": 2.9e12}, invalid=3), "B/s")

    assert [row["block"] for row in rows_of(chart, "dot-invalid")] == [3]
    assert "1 of them invalid" in chart.summary
    assert "Hollow" in json.dumps(chart.spec["title"])


def test_a_distribution_of_cases_far_apart_shows_differences_from_each_median() -> None:
    chart = distribution("a", "A", examples.processes({"copy": 2.9e-3, "launch": 2.1e-6}), "s")

    assert all(abs(row["x"]) < 5 for row in rows_of(chart, "dot"))
    assert "difference from the case's own median, %" in json.dumps(chart.spec)


def test_a_distribution_without_an_interval_draws_none() -> None:
    frame = examples.processes({"copy": 2.9e12}).assign(lo=None, hi=float("nan"))

    chart = distribution("a", "A", frame, "B/s")

    assert not [layer for layer in chart.spec["layer"] if layer["mark"].get("style") == "interval"]
    assert "(" not in chart.rows[0][1]


def test_a_distribution_without_any_valid_process_says_not_estimated() -> None:
    frame = examples.processes({"copy": 2.9e12}).assign(is_valid=False, estimate=None, lo=None, hi=None)

    chart = distribution("a", "A", frame, "B/s")

    assert chart.rows[0][1] == "not estimated"


def test_a_distribution_of_very_many_processes_keeps_both_ends_and_few_marks() -> None:
    frame = examples.processes({f"case {place}": 2e-3 for place in range(30)}, count=200)

    chart = distribution("a", "A", frame, "s")
    drawn = [row["x"] for row in rows_of(chart, "dot") if row["case"] == "case 0"]

    assert mark_count(chart) < MOST_MARKS
    assert len(chart.source) == 6_000
    assert max(drawn) == pytest.approx(frame[frame["case"] == "case 0"]["value"].max() / 1e-3)


def test_more_cases_than_lanes_are_left_to_the_table_and_announced() -> None:
    chart = distribution("a", "A", examples.processes({f"case {place}": 1e-3 for place in range(50)}, count=6), "s")

    assert len(chart.rows) == 50
    assert "First 40 of 50 cases" in json.dumps(chart.spec["title"])


def test_a_name_too_long_for_a_phone_breaks_before_a_parameter_and_its_lane_has_room_for_the_line() -> None:
    names = {f"prompt[backend={one},context=65536]": 1e-3 for one in ("flash", "cudnn")}
    chart = distribution("a", "A", examples.processes(names), "s")
    short = distribution("a", "A", examples.processes({"flash": 1e-3, "cudnn": 1e-3}), "s")

    last, above = rows_of(chart, "name")[:2]
    assert (above["narrow"], last["narrow"]) == ("prompt[backend=flash,", "context=65536]")
    assert (above["wide"], last["wide"]) == ("", "prompt[backend=flash,context=65536]")
    assert last["y"] - above["y"] == (chart.spec["height"] - short.spec["height"]) / 2 == 16
    assert above["y"] > 0


def test_a_name_breaks_before_its_machine_and_what_fits_no_line_beside_the_estimate_stands_above_it() -> None:
    idle, fold = "idle[state=no context] · h200-sxm", "fold[layout=contiguous-list-of-p…]"
    chart = distribution("a", "A", examples.processes({idle: 1e-3, fold: 1e-3}), "s")

    assert [row["narrow"] for row in rows_of(chart, "name")] == ["· h200-sxm", "idle[state=no context]", "", fold]


@pytest.mark.parametrize("length", [756, 800, 20_000])
@pytest.mark.parametrize("letter", ["x", "ab,", "word "])
def test_names_of_any_length_leave_each_lane_its_dots_and_a_few_lines(length: int, letter: str) -> None:
    names = [f"{place:02}{letter * (length // len(letter))}" for place in range(40)]
    chart = distribution("a", "A", examples.processes(dict.fromkeys(names, 1e-3)), "s")
    dots = Counter(row["case"] for row in [*rows_of(chart, "dot"), *rows_of(chart, "dot-invalid")])

    assert len(dots) == 40
    assert min(dots.values()) >= 2
    assert len(rows_of(chart, "name")) <= 6 * 40
    assert chart.spec["height"] <= 40 * (LANE + 5 * 16)
    assert mark_count(chart) < MOST_MARKS
    assert [row[0] for row in chart.rows] == names


@pytest.mark.parametrize("place", [0, 100, 400, 750])
def test_long_names_are_cut_where_their_lanes_stay_apart(place: int) -> None:
    shared = f"replay[{','.join(f'knob{number}=on' for number in range(90))}]"
    names = [f"{shared[:place]}{one}{shared[place:]}" for one in ("flash", "cudnn", "math")]
    chart = distribution("a", "A", examples.processes(dict.fromkeys(names, 1e-3)), "s")
    cases = list(dict.fromkeys(row["case"] for row in rows_of(chart, "dot")))

    assert len(cases) == 3
    assert all(len(case) < 141 and case[-9:] == name[-9:] for case, name in zip(cases, names, strict=True))
    assert all("…" in case for case in cases)


def test_a_name_that_has_room_stays_whole_beside_one_that_is_cut() -> None:
    chart = distribution("a", "A", examples.processes({"flash": 1e-3, "x" * 500: 1e-3}), "s")

    assert list(dict.fromkeys(row["case"] for row in rows_of(chart, "dot"))) == ["flash", f"{'x' * 102}…{'x' * 34}"]


def test_machines_of_shares_differ_in_shape() -> None:
    chart = shares("a", "A", examples.fractions())

    [points] = [layer for layer in chart.spec["layer"] if layer["mark"].get("style") == "share-point"]
    assert points["encoding"]["shape"]["scale"] == {"domain": ["h100-sxm", "h200-sxm"], "range": ["circle", "square"]}


def test_a_share_above_its_ceiling_widens_the_axis_and_keeps_the_ceiling_at_one() -> None:
    chart = shares("a", "A", pd.DataFrame([{"label": "copy", "machine": "m", "share": 1.08, "lo": 1.07, "hi": 1.1, "of": "x"}]))

    [ceiling] = [layer for layer in chart.spec["layer"] if layer["mark"].get("style") == "ceiling"]
    assert ceiling["encoding"]["x"]["scale"]["domain"] == [0, 1.1]
    assert rows_of(chart, "ceiling")[0]["ceiling"] == 1


@pytest.mark.parametrize(("every", "grain"), [(1, "day"), (4, "week"), (30, "month"), (400, "year")])
def test_a_long_history_is_gathered_into_wider_bars_without_losing_a_commit(every: int, grain: str) -> None:
    frame = examples.days(150, every)

    chart = activity("a", "A", frame)

    assert f"One bar per {grain}" in json.dumps(chart.spec["title"])
    assert sum(row["commits"] for row in rows_of(chart, "pointed-at")) == frame["commits"].sum()
    assert mark_count(chart) < MOST_MARKS


def test_days_may_be_dates_timestamps_or_iso_texts() -> None:
    frame = examples.days(3)

    texts = activity("a", "A", frame.assign(day=[day.isoformat() for day in frame["day"]]))
    stamps = activity("a", "A", frame.assign(day=pd.to_datetime(frame["day"])))

    assert texts.spec == stamps.spec == activity("a", "A", frame).spec


def test_a_burn_up_sorts_its_dates_and_states_where_it_stands() -> None:
    chart = burn_up("a", "A", examples.progress().iloc[::-1])

    assert chart.summary == "A: 9 of 22 items done on 2026-10-16; 0 of 16 on 2026-08-01."


def test_telemetry_without_a_temperature_leaves_the_panel_out_and_says_so() -> None:
    chart = telemetry("a", "A", examples.readings(50).assign(temperature_c=None))

    assert [row[0] for row in chart.rows] == ["Power", "SM clock"]
    assert "Not recorded: temperature" in chart.summary


def test_long_telemetry_keeps_the_lowest_and_highest_power_of_each_step() -> None:
    frame = examples.readings(5_000)

    chart = telemetry("a", "A", frame)
    band = rows_of(chart, "band")

    assert len(band) == 240
    assert max(row["highest"] for row in band) == pytest.approx(frame["power_w"].max())


def test_a_chart_id_that_could_leave_its_folder_is_refused() -> None:
    with pytest.raises(ValueError, match="a chart id becomes a file name"):
        Chart("../a", "A", "A.", {}, (), ())


def test_the_download_holds_the_plotted_values_in_si_units() -> None:
    chart = burn_up("a", "A", examples.progress(2))

    assert chart.source_csv == b"date,done,total\n2026-08-01,0,16\n2026-08-05,0,16\n"


def test_importing_the_package_loads_neither_altair_nor_the_converter() -> None:
    program = (
        "import sys, chronicle.charts, chronicle.charts.draw; print({'altair', 'pandas', 'vl_convert'} & set(sys.modules))"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert said.strip() == "set()"


def test_each_mark_of_a_radar_stands_in_its_quarter_and_its_ring_and_no_two_in_one_place() -> None:
    chart = examples.on_a_radar()
    marks = rows_of(chart, "radar-number")

    places = {(round(row["x"], 3), round(row["y"], 3)) for row in marks}
    distances = {row["ring"]: math.hypot(row["x"], row["y"]) for row in marks}
    assert len(places) == len(examples.technologies())
    assert distances["use"] < distances["try"] < distances["watch"] < distances["drop"] < 1
    assert {row["category"]: (row["x"] > 0, row["y"] > 0) for row in marks} == {
        "inference": (False, True),
        "optimization": (True, True),
        "research": (False, False),
    }
    assert {row["category"]: row["shape"] for row in marks} == {
        "inference": "circle",
        "optimization": "square",
        "research": "diamond",
    }


def test_the_words_of_a_radar_say_what_stands_in_each_ring() -> None:
    summary = examples.on_a_radar().summary

    assert summary.startswith("Technologies: 12 technologies. use: Technology 10; try: Technology 12; watch: Technology 1,")


def test_a_step_chart_says_the_extremes_of_each_field_and_holds_the_last_value_to_the_end() -> None:
    chart = step_response("a", "A", *examples.followed())

    assert chart.summary == (
        "A: instant power between 100 and 700 W; average power between 100 and 700 W, over 2 stretches of load."
    )
    assert rows_of(chart, "series")[-1]["seconds"] == pytest.approx(9.9)
    assert [row[0] for row in chart.rows] == ["instant power", "average power"]


def test_a_window_chart_says_from_which_length_on_energy_may_be_claimed() -> None:
    chart = window_error("a", "A", examples.window_errors(), 0.02)

    assert chart.summary == "A: from tick to tick within 2% from 1 s; from anywhere within 2% from 10 s."
    assert min(row["shown"] for row in rows_of(chart, "series")) > 0


def test_a_window_that_is_never_good_enough_is_said_to_be_so() -> None:
    chart = window_error("a", "A", examples.window_errors().assign(error=0.5), 0.02)

    assert "from tick to tick never within 2%" in chart.summary
