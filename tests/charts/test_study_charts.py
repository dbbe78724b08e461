"""Charts of studies: a map of phases, and a bar for each input that moves a result."""

from __future__ import annotations

import chart_examples as examples
import pandas as pd
import pytest
from test_chart_makers import rows_of

from chronicle.charts import phases, tornado


def test_each_cell_has_the_sign_of_its_phase_and_the_key_names_it() -> None:
    chart = phases("a", "A", examples.terms(), x="decay", y="use")

    signs = {(cell["x"], cell["y"]): cell["sign"] for cell in rows_of(chart, "phase-sign")}
    assert (signs["0", "0.5"], signs["0", "1"], signs["0.4", "1"]) == ("●", "■", "▲")
    assert "on demand, \\u25a0 three years, \\u25b2 one year" in chart.spec["title"]["subtitle"]["expr"]


def test_phases_differ_in_their_shade_as_well() -> None:
    chart = phases("a", "A", examples.terms(), x="decay", y="use")

    shaded = [len(rows_of(chart, f"phase-{place}")) for place in range(3)]
    assert sum(shaded) == 16
    assert min(shaded) > 0


def test_cells_stand_in_the_order_of_their_numbers() -> None:
    chart = phases("a", "A", examples.terms().sample(frac=1, random_state=1), x="decay", y="use")

    [cell] = [cell for cell in rows_of(chart, "phase-sign") if (cell["x"], cell["y"]) == ("0.8", "0.5")]
    assert (cell["column"], cell["row"]) == (3, 0)


def test_the_words_of_a_map_count_its_phases() -> None:
    chart = phases("a", "Terms", examples.terms(), x="decay", y="use")

    assert chart.summary.startswith("Terms: 16 cases. on demand in ")


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pd.concat([examples.terms(), examples.terms()]), "two cells stand in one place"),
        (pd.DataFrame([{"x": n, "y": 0, "phase": str(n)} for n in range(5)]), "5 phases in 5 cells"),
    ],
)
def test_a_map_that_cannot_be_read_is_refused(frame: pd.DataFrame, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        phases("a", "A", frame, x="x", y="y")


def test_the_input_that_moves_the_result_most_is_on_top() -> None:
    chart = tornado("a", "A", examples.swings(), "$/h")

    assert [row[0] for row in chart.rows] == ["availability", "price", "cold start"]
    assert [row["y"] for row in rows_of(chart, "share-interval")] == sorted(
        row["y"] for row in rows_of(chart, "share-interval")
    )


def test_a_narrow_bar_leaves_the_unit_to_the_axis_and_any_other_unit_stands() -> None:
    frame = pd.DataFrame(
        [{"input": "n", "low": 0.5, "usual": 0.6, "high": 0.9}, {"input": "m", "low": 5e-4, "usual": 0.6, "high": 2}]
    )
    chart = tornado("a", "Time", frame, "s")

    assert rows_of(tornado("a", "A", examples.swings(), "$/h"), "value")[0]["value"] == "0.440 to 0.900"
    assert [row["value"] for row in rows_of(chart, "value")] == ["500 µs to 2.00 s", "500 to 900 ms"]


def test_a_bar_says_its_ends_in_the_unit_of_the_result() -> None:
    chart = tornado("a", "Cost", examples.swings(), "$/h")

    assert chart.rows[0] == ("availability", "0.440 $/h", "0.580 $/h", "0.900 $/h")
    assert "availability 0.440 to 0.900 $/h" in chart.summary
