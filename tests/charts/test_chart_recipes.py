"""What a chart is kept under: the same for the same arguments, another for any other, and known without drawing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import chart_examples as examples
import pandas as pd
import pytest
from altair.utils.schemapi import validate_jsonschema
from altair.vegalite.v6.schema.core import load_schema

from chronicle.charts import Chart, kinds
from chronicle.charts.recipe import keyed

ROOT = Path(__file__).parents[2]
FRAME = pd.DataFrame({"kind": ["source", "tests"], "files": [3, 1], "lines_added": [10, 2], "lines_removed": [0, 5]})
CASES = {chart.id: chart for chart in examples.every_kind()}


def without_types_of_ends(spec: Any) -> Any:
    if isinstance(spec, list):
        return [without_types_of_ends(one) for one in spec]
    if not isinstance(spec, dict):
        return spec
    plain = {name: without_types_of_ends(one) for name, one in spec.items()}
    if isinstance(end := plain.get("x2"), dict):
        plain["x2"] = {name: one for name, one in end.items() if name != "type"}
    return plain


@pytest.mark.parametrize("name", CASES)
def test_every_kind_of_chart_is_vega_lite_and_has_a_key_of_its_own(name: str) -> None:
    chart = CASES[name]

    # The schema knows no title whose lines depend on the width, and no type of the end of a mark, without which the library
    # warns of a time axis; Vega knows both, and the browser tests see it.
    validate_jsonschema(without_types_of_ends(chart.spec) | {"title": chart.title}, load_schema())

    assert len(chart.key) == 64
    assert [one.id for one in CASES.values() if one.key == chart.key] == [name]


def test_the_same_arguments_give_the_same_key() -> None:
    assert kinds("a", "A", FRAME).key == kinds("a", "A", FRAME.copy()).key


@pytest.mark.parametrize(
    "other",
    [
        ("b", "A", FRAME),
        ("a", "B", FRAME),
        ("a", "A", FRAME.assign(files=[3, 2])),
        ("a", "A", FRAME.assign(files=[3.0, 1.0])),
        ("a", "A", FRAME.assign(kind=["source", "docs"])),
        ("a", "A", FRAME.head(1)),
    ],
    ids=["its id", "its title", "a number", "the kind of a number", "a text", "a row"],
)
def test_a_chart_has_another_key_where_this_differs(other: tuple[str, str, pd.DataFrame]) -> None:
    assert kinds(*other).key != kinds("a", "A", FRAME).key


def test_what_does_not_print_as_itself_is_no_argument_of_a_chart() -> None:
    @keyed
    def make(thing: object) -> Chart:
        return examples.every_kind()[0]

    with pytest.raises(TypeError, match="plain values"):
        make(object())


def test_a_chart_that_is_only_told_of_loads_no_altair() -> None:
    program = (
        "import sys; from test_chart_recipes import FRAME; from chronicle.charts import kinds\n"
        "for name in [one for one in sys.modules if one.startswith('altair')]: del sys.modules[name]\n"
        "kinds('a', 'A', FRAME).key; print('altair' in sys.modules)"
    )
    environment = {"PYTHONPATH": f"{Path(__file__).parent}:{ROOT / 'tests'}:{ROOT}", "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)

    assert done.stdout.strip() == "False", done.stderr
