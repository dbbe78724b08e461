"""Formulas over inputs that a reader may move: one curve per formula along one input, and the values at the place chosen.

The specification computes: each input is a parameter of Vega with a slider bound to it, each curve is calculated from them by
the formula itself. A still picture is the same specification at the values the inputs begin with; the table is computed by
:mod:`chronicle.facts.formulas`, and tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chronicle.charts.chart import Chart, Scalar
from chronicle.charts.compose import specification
from chronicle.charts.recipe import keyed
from chronicle.charts.scales import plain_number
from chronicle.charts.sliders import DECADES, Slider, signal
from chronicle.charts.table import Row, counted, listed
from chronicle.charts.what_if_layers import HEAD, PLOT, Curve, Plane, layers
from chronicle.facts.formulas import Formula

STEPS = 60
"""A curve has one point more."""

_ROWS = 12


@dataclass(frozen=True)
class Outcome:
    """A formula and what it says."""

    says: str
    formula: Formula


@keyed
def what_if(id: str, title: str, sliders: Sequence[Slider], outcomes: Sequence[Outcome], along: str, unit: str) -> Chart:
    """The outcomes, all in ``unit``, along the input named ``along``; every name that a formula reads is a slider."""
    across = next(one for one in sliders if one.name == along)
    given = {one.name: one.value for one in sliders}
    curve = [_point(across.at(place / STEPS), across, given, outcomes) for place in range(STEPS + 1)]
    plane = Plane(across, tuple(one.name for one in sliders), unit, _spans_decades(curve, outcomes), STEPS)
    summary = _summary(title, sliders, outcomes, across, unit)
    curves = [Curve(one.says, one.formula) for one in outcomes]

    def sketch() -> dict[str, Any]:
        spec = specification(
            layers(curves, plane),
            title=title,
            key=f"Along {across.says[:1].lower()}{across.says[1:]}; the points are at the value chosen.",
            summary=summary,
            height=HEAD * len(outcomes) + PLOT,
        )
        params = [*_params(sliders), *_answers(sliders, outcomes), *spec.get("params", [])]
        return spec | {"params": params, "usermeta": {"chronicle": _about(sliders, outcomes, across, unit)}}

    return Chart(
        id=id,
        title=title,
        summary=summary,
        sketch=sketch,
        columns=(across.label, *(f"{one.says}, {unit}" if unit else one.says for one in outcomes)),
        rows=tuple(_cells(row, across, outcomes) for row in _sampled(across, given, outcomes)),
        source=tuple(curve),
    )


def _point(at: float, across: Slider, given: dict[str, float], outcomes: Sequence[Outcome]) -> dict[str, Scalar]:
    inputs = given | {across.name: at}
    values = {one.says: one.formula.value(inputs) for one in outcomes}
    return {**inputs, **values}


def _sampled(across: Slider, given: dict[str, float], outcomes: Sequence[Outcome]) -> list[dict[str, Scalar]]:
    """About a dozen places along the range, and the one that the input begins at."""
    places = {across.at(place / (_ROWS - 1)) for place in range(_ROWS)} | {across.value}
    return [_point(at, across, given, outcomes) for at in sorted(places)]


def _cells(row: dict[str, Scalar], across: Slider, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    at = row[across.name]
    assert isinstance(at, float)
    start = " (where it begins)" if at == across.value else ""
    return (shown(at) + start, *(shown(row[one.says]) for one in outcomes))


def shown(value: Scalar) -> str:
    """A number to four digits; what is not finite has no value."""
    return plain_number(float(f"{value:.4g}")) if isinstance(value, int | float) else "no value"


def _spans_decades(curve: Sequence[dict[str, Scalar]], outcomes: Sequence[Outcome]) -> bool:
    found = [value for row in curve for one in outcomes if isinstance(value := row[one.says], float)]
    return bool(found) and min(found) > 0 and max(found) / min(found) > DECADES


def _params(sliders: Sequence[Slider]) -> list[Row]:
    """The inputs as parameters with sliders; the page makes its own sliders from them, any other viewer has these."""
    return [
        {
            "name": signal(one.name),
            "value": one.value,
            "bind": {"input": "range", "min": one.least, "max": one.most, "step": one.moved_by, "name": one.label},
        }
        for one in sliders
    ]


def _answers(sliders: Sequence[Slider], outcomes: Sequence[Outcome]) -> list[Row]:
    """What each formula gives for the inputs as they stand."""
    named = {one.name: signal(one.name) for one in sliders}
    return [{"name": f"out_{place}", "expr": one.formula.vega(named)} for place, one in enumerate(outcomes)]


def _about(sliders: Sequence[Slider], outcomes: Sequence[Outcome], across: Slider, unit: str) -> Row:
    """What the page needs to make sliders and to say in words what they give."""
    return {
        "inputs": [
            {
                "signal": signal(one.name),
                "name": one.name,
                "says": one.says,
                "unit": one.unit,
                "isLog": one.is_log,
                "isAcross": one is across,
            }
            for one in sliders
        ],
        "outcomes": [
            {"signal": f"out_{place}", "says": one.says, "unit": unit, "formula": one.formula.text}
            for place, one in enumerate(outcomes)
        ],
    }


def _summary(title: str, sliders: Sequence[Slider], outcomes: Sequence[Outcome], across: Slider, unit: str) -> str:
    given = {one.name: one.value for one in sliders}
    results = [f"{one.says} {shown(one.formula.value(given))} {unit}".rstrip() for one in outcomes]
    start = [f"{one.says[:1].lower()}{one.says[1:]} {shown(one.value)} {one.unit}".rstrip() for one in sliders]
    return (
        f"{title}: {counted(len(outcomes), 'formula', 'formulas')} over {counted(len(sliders), 'input')}, along "
        f"{across.says[:1].lower()}{across.says[1:]} from {shown(across.least)} to {shown(across.most)}. "
        f"With {listed(start, len(start))}: {listed(results, len(results))}."
    )
