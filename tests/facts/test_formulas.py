"""Formulas: what may stand in them, and that Vega computes what we compute."""

from __future__ import annotations

import json
import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chronicle.facts.formulas import FUNCTIONS, Formula, FormulaError, parse

NAMES = ("price", "volume", "share")
ROUND = st.floats(0, 1e9, allow_nan=False).map(lambda one: round(one, 6))
NUMBERS = st.one_of(st.sampled_from([0.0, 1.0, 2.0, 0.5, 3.0, 1e6, 1e-3, 1e300]), ROUND)
OF_ONE = ["abs", "sqrt", "exp", "log", "ceil", "floor"]


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(pair, st.sampled_from(["+", "-", "*", "/", "**"])).map(lambda one: f"({one[0][0]} {one[1]} {one[0][1]})"),
        inner.map(lambda one: f"(-{one})"),
        st.tuples(st.sampled_from(OF_ONE), inner).map(lambda one: f"{one[0]}({one[1]})"),
        st.tuples(st.sampled_from(["min", "max"]), st.lists(inner, min_size=2, max_size=3)).map(
            lambda one: f"{one[0]}({', '.join(one[1])})"
        ),
        st.tuples(pair, pair, st.sampled_from(["<", "<=", ">", ">="])).map(
            lambda one: f"({one[0][0]} if {one[1][0]} {one[2]} {one[1][1]} else {one[0][1]})"
        ),
    )


FORMULAS = st.recursive(st.one_of(st.sampled_from(NAMES), NUMBERS.map(repr)), combined, max_leaves=8)


def by_vega(formulas: list[Formula], given: dict[str, float]) -> list[float]:
    """What Vega's own expressions give: a picture of texts, read again."""
    import vl_convert

    signals = [{"name": f"in_{name}", "value": value} for name, value in given.items()]
    named = {name: f"in_{name}" for name in given}
    marks = [
        {"type": "text", "encode": {"enter": {"text": {"signal": f"'v' + ({one.vega(named)})"}, "y": {"value": 20 * place}}}}
        for place, one in enumerate(formulas)
    ]
    spec = {
        "$schema": "https://vega.github.io/schema/vega/v6.json",
        "width": 9,
        "height": 9,
        "signals": signals,
        "marks": marks,
    }
    drawn = ElementTree.fromstring(vl_convert.vega_to_svg(json.dumps(spec), allowed_base_urls=[]))
    texts = [element.text or "" for element in drawn.iter() if element.tag.endswith("}text")]
    return [float(text[1:].replace("Infinity", "inf")) for text in texts]


@settings(max_examples=20, deadline=None)
@given(
    st.lists(FORMULAS, min_size=30, max_size=30),
    st.fixed_dictionaries({name: st.sampled_from([0.0, -1.5, 0.25, 7.0, 1e5]) for name in NAMES}),
)
def test_vega_computes_what_we_compute(texts: list[str], inputs: dict[str, float]) -> None:
    formulas = [parse(text) for text in texts if len(text) <= 500]

    ours, theirs = [one.value(inputs) for one in formulas], by_vega(formulas, inputs)

    for formula, own, other in zip(formulas, ours, theirs, strict=True):
        assert (own is None) == (not math.isfinite(other)), formula.text
        assert own is None or math.isclose(own, other, rel_tol=1e-9, abs_tol=1e-300), formula.text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("price / 3600 / (volume * share) * 1e6", 2.5 / 3600 / (1200 * 0.4) * 1e6),
        ("max(0, volume - 1000) * price", 500.0),
        ("price if share < 0.5 else 2 * price", 2.5),
        ("-volume ** 2", -(1200.0**2)),
        ("2 ** 3 ** 2", 512.0),
        ("ceil(volume / 1000)", 2.0),
        ("1 / (share - 0.4)", None),
        ("max(1, log(share - 0.4))", 1.0),
        ("sqrt(0 - volume)", None),
        ("exp(volume)", None),
    ],
)
def test_a_formula_has_its_value_or_none(text: str, value: float | None) -> None:
    found = parse(text).value({"price": 2.5, "volume": 1200.0, "share": 0.4})

    assert found == (value if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("price +", "not a formula"),
        ("price.real", "'price.real': a formula has"),
        ("__import__('os')", "no function '__import__'"),
        ("[1][0]", "a formula has"),
        ("'a' * 3", "'a' is no number"),
        ("price and volume", "a formula has"),
        ("price % 2", "a formula has"),
        ("price if volume else 1", "a choice is written"),
        ("price if 1 < volume < 3 else 1", "a choice is written"),
        ("sqrt(1, 2)", r"sqrt\(\) takes 1 values"),
        ("max(1)", r"max\(\) takes 2 to 8 values"),
        ("min(1, key=2)", "a formula has"),
        ("True", "True is no number"),
        ("1e999", "too large"),
        (f"1{'0' * 400}", "too large"),
        ("1" * 600, "at most 500 are read"),
        (f"{'-' * 200}1", "nested more than"),
        ("", "not a formula"),
        ("lambda: 1", "a formula has"),
        ("(x := 3)", "a formula has"),
    ],
)
def test_what_is_no_formula_is_refused_for_its_shape(text: str, said: str) -> None:
    with pytest.raises(FormulaError, match=said):
        parse(text)


def test_the_names_of_a_formula_are_listed_once_in_order() -> None:
    assert parse("share * price + min(price, 2 if volume > 1 else share)").names == ("share", "price", "volume")


def test_an_expression_for_vega_holds_nothing_but_arithmetic_and_the_given_references() -> None:
    written = parse("price ** 2 if volume < 3 else floor(share)").vega(
        {"price": "in_price", "volume": "in_volume", "share": "datum.x"}
    )

    assert written == "(in_volume < 3.0 ? pow(in_price, 2.0) : floor(datum.x))"
    assert set(re.findall(r"[a-z]+\(", written)) <= {f"{name}(" for name in (*FUNCTIONS, "pow")}
