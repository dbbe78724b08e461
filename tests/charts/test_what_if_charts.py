"""A chart that computes: the same numbers in its table, its files and its specification."""

from __future__ import annotations

import json
import math

import chart_examples as examples
import pytest

from chronicle.charts.sliders import Slider
from chronicle.charts.what_if import Outcome, what_if
from chronicle.facts.formulas import parse


def test_every_input_is_a_parameter_with_a_slider_and_every_formula_one_that_follows() -> None:
    params = {one["name"]: one for one in examples.million_tokens().spec["params"]}

    assert params["in_dollars_per_hour"]["value"] == 3.0
    assert params["in_dollars_per_hour"]["bind"] == {
        "input": "range",
        "min": 0.5,
        "max": 10.0,
        "step": 0.1,
        "name": "Price of a GPU hour, $/h",
    }
    assert params["out_1"]["expr"] == "in_price"
    assert "in_utilisation" in params["out_0"]["expr"]


def test_a_curve_follows_the_axis_and_every_other_input() -> None:
    [curve, *_] = [layer for layer in examples.million_tokens().spec["layer"] if layer["mark"]["type"] == "line"]

    formula = next(one["calculate"] for one in curve["transform"] if one.get("as") == "y")
    assert "datum.x" in formula
    assert "in_tokens_per_second" in formula
    assert "in_utilisation" not in formula


def test_the_table_has_the_value_it_begins_at_and_a_dozen_others() -> None:
    chart = examples.million_tokens()

    assert len(chart.rows) == 13
    assert ("0.4 (where it begins)", "0.8333", "0.6") in chart.rows


def test_the_file_has_the_whole_curve_with_every_input() -> None:
    chart = examples.million_tokens()
    rows = json.loads(chart.source_json)["rows"]

    assert len(rows) == 61
    assert rows[0]["utilisation"] == 0.02
    assert rows[-1]["Rented by the hour"] == pytest.approx(3 / 3600 / 2500 * 1e6)


def test_the_summary_says_what_is_assumed_and_what_comes_out() -> None:
    assert examples.million_tokens().summary == (
        "What a million tokens cost: 2 formulas over 4 inputs, along part of the hour that is used from 0.02 to 1. With price "
        "of a GPU hour 3 $/h; tokens a second 2500 tokens/s; part of the hour that is used 0.4; price by the token 0.6 "
        "$/M tokens: Rented by the hour 0.8333 $/M tokens; Paid by the token 0.6 $/M tokens."
    )


def test_where_a_formula_has_no_value_the_table_says_so_and_the_file_leaves_it_out() -> None:
    chart = what_if("a", "A", [Slider("x", "X", "", 0.0, 0.0, 1.0)], [Outcome("Y", parse("1 / x"))], "x", "")

    assert chart.rows[0] == ("0 (where it begins)", "no value")
    assert chart.source[0] == {"x": 0.0, "Y": None}


@pytest.mark.parametrize(("least", "most", "step"), [(0.0, 1.0, 0.01), (1.0, 20.0, 0.2), (0.0, 3e9, 5e7)])
def test_a_slider_moves_by_round_steps_of_a_hundredth(least: float, most: float, step: float) -> None:
    assert Slider("x", "X", "", most, least, most).moved_by == pytest.approx(step)


def test_a_long_range_is_gone_through_by_equal_factors() -> None:
    slider = Slider("x", "X", "", 10.0, 1.0, 10_000.0)

    assert slider.is_log
    assert slider.at(0.5) == pytest.approx(100.0)
    assert math.isclose(slider.at(1.0), 10_000.0)


def test_what_an_author_writes_stays_text_in_the_expressions() -> None:
    words = examples.HOSTILE
    chart = what_if("a", "A", [Slider("x", words, words, 0.5, 0.0, 1.0)], [Outcome(words, parse("x"))], "x", words)

    [value] = [layer for layer in chart.spec["layer"] if layer["mark"].get("style") == "value"]
    written = value["encoding"]["text"]["value"]["expr"].rpartition(" ? '' : ")[2]
    assert json.loads(written.removesuffix(")")) == f" {words}"
