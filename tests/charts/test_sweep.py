"""A sweep: scales that fit what is swept, lines told apart without colour, and every case in the table."""

from __future__ import annotations

import itertools
import json
from typing import Any

import chart_examples as examples
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_chart_makers import mark_count, rows_of

from chronicle.charts import Chart, sweep
from chronicle.charts.compose import MOST_MARKS
from chronicle.charts.labels import LINE, names_below, plot_end, spread_out
from chronicle.charts.scales import extent, linear_ticks, log_ticks
from chronicle.charts.theme import DASHES, SHAPES


def layers(chart: Chart, kind: str, style: str) -> list[dict[str, Any]]:
    return [layer for layer in chart.spec["layer"] if (layer["mark"]["type"], layer["mark"].get("style")) == (kind, style)]


def test_axes_that_span_a_decade_count_in_decades_and_others_do_not() -> None:
    wide = sweep("a", "A", examples.cases(), "s", x="batch", by="impl")
    narrow = sweep("a", "A", examples.cases(("eager",), (4, 8, 12)), "s", x="batch")

    scales = [
        [layer["encoding"][side]["scale"]["type"] for side in "xy"]
        for layer in (layers(wide, "line", "series") + layers(narrow, "line", "series"))
    ]
    assert scales[0] == ["log", "log"]
    assert scales[-1] == ["linear", "linear"]


def test_few_values_of_an_axis_are_all_labelled() -> None:
    chart = sweep("a", "A", examples.cases(), "s", x="batch", by="impl")

    assert layers(chart, "line", "series")[0]["encoding"]["x"]["axis"]["values"] == [1, 4, 16, 64, 256]


def test_lines_differ_in_shape_and_dash_and_are_named_at_their_ends() -> None:
    chart = sweep("a", "A", examples.cases(), "s", x="batch", by="impl")

    assert [layer["mark"]["strokeDash"] for layer in layers(chart, "line", "series")] == list(DASHES[:3])
    assert [layer["mark"]["shape"] for layer in layers(chart, "point", "point")] == list(SHAPES[:3])
    assert [row["name"] for row in rows_of(chart, "line-name")] == ["● eager", "■ graph", "▲ compiled"]


def test_an_invalid_case_is_hollow_and_off_its_line() -> None:
    chart = sweep("a", "A", examples.cases(), "s", x="batch", by="impl")

    [hollow] = rows_of(chart, "dot-invalid")
    assert (hollow["line"], hollow["x"]) == ("compiled", 64)


def test_an_axis_of_words_has_points_at_equal_steps_and_no_line() -> None:
    frame = examples.cases(("eager",), (1, 2, 3)).assign(x=["bf16", "fp32", "fp8"])

    chart = sweep("a", "A", frame, "s", x="dtype")

    assert not layers(chart, "line", "series")
    assert [row["x"] for row in rows_of(chart, "point")] == [0, 1, 2]
    assert [row[0] for row in chart.rows] == ["bf16", "fp32", "fp8"]


def test_names_on_an_axis_of_words_break_into_lines_that_fit_their_steps() -> None:
    names = ["availability", "price_ratio", "mean_up_hours", "cold_start_minutes"]
    frame = examples.cases(("eager",), (1, 2, 3, 4)).assign(x=names)

    axis = layers(sweep("a", "A", frame, "s", x="input"), "point", "point")[0]["encoding"]["x"]["axis"]

    narrow, wide = axis["labelExpr"].partition(" ? ")[2].split(" : ")
    assert narrow.startswith('[["availability"], ["price_ratio"], ["mean_up_", "hours"], ["cold_start_", "minutes"]]')
    assert wide.startswith('[["availability"], ["price_ratio"], ["mean_up_hours"], ["cold_start_minutes"]]')
    assert axis["labelOverlap"] == "greedy"


def test_a_name_that_is_far_longer_than_its_step_is_broken_within_a_word() -> None:
    narrow = names_below(range(8), ["implementation"] * 8).partition(" ? ")[2].split(" : ")[0]

    assert narrow.startswith('[["imple", "menta", "tion"], ')


def test_long_names_of_lines_take_more_of_the_width_up_to_what_a_phone_can_spare() -> None:
    rooms = [plot_end([f"● {'n' * length}"]).to_dict()["expr"] for length in (5, 12, 60)]

    assert rooms == [
        "width - (width < 520 ? 92 : 132)",
        "width - (width < 520 ? 107 : 132)",
        "width - (width < 520 ? 136 : 200)",
    ]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (
            "prompt[backend=cudnn,context=16384,head_size=128]: 10,000 calls",
            ["prompt[backend=cudnn,context=16384,", "head_size=128]: 10,000 calls"],
        ),
        ("The window that knows the energy of 2 % of calls", ["The window that knows the energy of", "2 % of calls"]),
    ],
)
def test_the_title_of_a_chart_breaks_before_a_parameter_of_a_case_and_never_within_a_number(
    words: str, lines: list[str]
) -> None:
    title = sweep("a", words, examples.cases(("eager",), (1, 2)), "s", x="n").spec["title"]

    narrow = title["text"]["expr"].partition(" ? ")[2].split(" : ")[0]
    assert json.loads(narrow) == lines


def test_more_lines_than_shapes_are_left_to_the_table_and_announced() -> None:
    chart = sweep("a", "A", examples.cases(tuple(f"impl {n}" for n in range(9))), "s", x="batch", by="impl")

    assert len(layers(chart, "line", "series")) == len(SHAPES)
    assert len(chart.rows) == 45
    assert "30 of 45 cases of the first 6 lines; all" in json.dumps(chart.spec["title"])


def test_a_very_long_sweep_stays_below_the_limit_of_marks() -> None:
    chart = sweep("a", "A", examples.cases(("eager",), tuple(range(1, 3000))), "s", x="n")

    assert mark_count(chart) < MOST_MARKS
    assert len(chart.source) == 2999


def test_a_case_keeps_its_interval_and_its_values_in_si_units() -> None:
    chart = sweep("a", "A", examples.cases(("eager",), (1, 4)), "s", x="batch")

    assert [row["lo"] < row["value"] < row["hi"] for row in rows_of(chart, "share-interval")] == [True, True]
    assert chart.source[0]["value"] == pytest.approx(4.06e-4)


def test_the_summary_says_where_each_line_begins_and_ends() -> None:
    chart = sweep("a", "A", examples.cases(("eager",), (1, 256)), "s", x="batch")

    assert chart.summary == "A: 2 cases. from 406 µs (394–422) at 1 to 1.936 ms (1.878–2.013) at 256."


@given(st.lists(st.floats(0, 260), min_size=1, max_size=8))
def test_names_of_lines_stand_apart_and_within_the_picture(heights: list[float]) -> None:
    placed = spread_out(heights, 6, 254)

    ordered = sorted(placed)
    assert all(b - a >= LINE - 0.2 for a, b in itertools.pairwise(ordered))
    assert ordered[0] >= 5.9 and ordered[-1] <= 254.1


@given(st.lists(st.floats(1e-9, 1e15), min_size=1, max_size=20))
def test_an_axis_holds_every_value_it_was_made_for_and_labels_some(values: list[float]) -> None:
    axis = extent(values, "s")

    assert all(-1e-9 <= axis.share(value) <= 1 + 1e-9 for value in values)
    assert len(axis.labels) == len(axis.ticks)
    assert all(axis.low * (1 - 1e-9) <= tick <= axis.high * (1 + 1e-9) for tick in axis.ticks)


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_linear_labels_are_round_and_few(low: float, span: float) -> None:
    ticks = linear_ticks(low, low + span)

    assert len(ticks) <= 6


def test_logarithmic_labels_are_powers_of_ten_or_their_halves_and_fifths() -> None:
    assert log_ticks(0.9, 11) == (1, 2, 5, 10)
    assert log_ticks(1e-6, 1e6) == (1e-6, 1e-4, 1e-2, 1.0, 100.0, 10000.0, 1e6)
