"""Two quantities that describe a case: what one adds at an equal other, what both explain, and where two laws meet."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable

import pytest
from ledgers import ledger_of, measured

from chronicle.facts.grammar import PredicateError, parse
from chronicle.facts.laws import explained
from chronicle.facts.ledger import Ledger, NotFoundError
from chronicle.facts.predicates import Verdict, judge

NOISE = (1.0, 1.004, 0.996, 1.002, 0.998, 1.001, 0.999, 1.003, 0.997)


def swept(law: Callable[[float, float], float], layers=(4, 8, 16, 32), bytes_=(1.0, 3.0, 10.0)) -> Ledger:
    """Nine blocks of every pair of layers and bytes, their times by a law with a little noise."""
    return ledger_of(
        *(
            measured(
                [noise * law(n, b) for noise in NOISE],
                case=f"total[layers={n},moved={b}]",
                parameters={"layers": n, "moved": b},
            )
            for n, b in itertools.product(layers, bytes_)
        )
    )


def crossing(meets: float, arm: str = "eager", points=(10, 100, 1000)) -> list:
    """Two sides along n: one of a constant second, one that grows with n and takes a second at ``meets``."""
    return [
        measured(
            [noise * (1.0 if side == "flat" else n / meets) for noise in NOISE],
            case=f"total[arm={arm},n={n},side={side}]",
            parameters={"arm": arm, "n": n, "side": side},
        )
        for n in points
        for side in ("flat", "steep")
    ]


def verdict(text: str, ledger: Ledger) -> Verdict:
    return judge(text, ledger, 0.95).verdict


def test_a_partial_exponent_is_that_of_one_quantity_at_an_equal_other() -> None:
    ledger = swept(lambda layers, moved: 0.01 * layers**0.7 * moved**0.2)
    found = judge('fit("call_seconds", x="layers", beside="moved") >= 0.6', ledger, 0.95)

    assert found.verdict is Verdict.SUPPORTED
    assert found.finding is not None
    assert found.finding.order.value == pytest.approx(0.7)
    assert verdict('0.15 <= fit("call_seconds", x="moved", beside="layers") <= 0.25', ledger) is Verdict.SUPPORTED


def test_a_line_of_two_quantities_gives_the_seconds_that_each_layer_adds() -> None:
    ledger = swept(lambda layers, moved: 20e-6 * layers + 1e-3 * moved)

    assert verdict('15e-6 <= fit("call_seconds", x="layers", beside="moved", law="line") <= 25e-6', ledger) is Verdict.SUPPORTED
    assert verdict('explained("call_seconds", x="layers", beside="moved", law="line") >= 0.99', ledger) is Verdict.SUPPORTED
    assert verdict('explained("call_seconds", x="layers", law="line") >= 0.5', ledger) is Verdict.REFUTED


def test_quantities_that_move_together_have_no_slope_of_their_own() -> None:
    ledger = ledger_of(
        *(
            measured([n * noise for noise in NOISE], case=f"total[layers={n}]", parameters={"layers": n, "moved": 2.0 * n})
            for n in (1, 2, 4, 8)
        )
    )
    found = judge('fit("call_seconds", x="layers", beside="moved") >= 0.6', ledger, 0.95)

    assert found.verdict is Verdict.NOT_RUN
    assert "move together" in found.reason


def test_too_few_cases_carry_no_law_of_two_quantities() -> None:
    ledger = swept(lambda layers, moved: layers * moved, layers=(4,), bytes_=(1.0, 2.0))

    assert verdict('explained("call_seconds", x="layers", beside="moved") >= 0.5', ledger) is Verdict.NOT_RUN


def test_a_crossover_is_where_the_ratio_of_two_laws_is_one() -> None:
    ledger = ledger_of(*crossing(60.0))
    predicate = 'crossover("call_seconds", x="n", of={"side": "steep"}, to={"side": "flat"})'

    assert verdict(f"55 <= {predicate} <= 65", ledger) is Verdict.SUPPORTED
    assert verdict(f"{predicate} >= 65", ledger) is Verdict.REFUTED


def test_two_crossovers_are_compared_block_by_block() -> None:
    ledger = ledger_of(*crossing(240.0), *crossing(60.0, arm="graph"))
    predicate = (
        'crossover("call_seconds", x="n", of={"side": "flat", "arm": "graph"}, to={"side": "steep", "arm": "eager"},'
        ' against={"arm": "graph"})'
    )

    assert verdict(f"{predicate} >= 3", ledger) is Verdict.SUPPORTED
    assert verdict(f"{predicate} >= 5", ledger) is Verdict.REFUTED


def test_two_sides_of_two_runs_do_not_meet() -> None:
    flat, steep = [one for one in crossing(60.0) if one.parameters["side"] == "flat"], crossing(60.0)
    later = [dataclasses.replace(one, run_id="later") for one in steep if one.parameters["side"] == "steep"]
    predicate = 'crossover("call_seconds", x="n", of={"side": "flat"}, to={"side": "steep"}) >= 1'
    found = judge(predicate, ledger_of(*flat, *later), 0.95)

    assert found.verdict is Verdict.NOT_RUN
    assert "the two sides lie in 2 runs" in found.reason


def test_a_crossover_outside_what_was_measured_is_no_finding() -> None:
    predicate = 'crossover("call_seconds", x="n", of={"side": "steep"}, to={"side": "flat"}) >= 1'
    found = judge(predicate, ledger_of(*crossing(5000.0)), 0.95)

    assert found.verdict is Verdict.NOT_RUN
    assert "do not meet between n 10 and 1000" in found.reason


@pytest.mark.parametrize(
    "text",
    [
        'explained("call_seconds", beside="moved") >= 0.5',
        'crossover("call_seconds", of={"a": 1}, to={"a": 2}) >= 1',
        'crossover("call_seconds", x="n", of={"a": 1}) >= 1',
        '1 / explained("call_seconds", x="n") >= 1',
    ],
)
def test_a_law_without_what_it_needs_is_refused_by_its_shape(text: str) -> None:
    with pytest.raises(PredicateError):
        parse(text)


def test_a_slip_in_the_name_of_an_axis_is_told_with_what_was_meant() -> None:
    with pytest.raises(NotFoundError, match=r"no case has an axis 'layer'; the axes are layers; did you mean 'layers'\?"):
        explained(ledger_of(measured(parameters={"layers": 12})), "call_seconds", "layer", {})


def test_a_case_of_words_lies_at_no_place() -> None:
    with pytest.raises(NotFoundError, match="no axis of numbers"):
        explained(ledger_of(measured(parameters={"arm": "eager"})), "call_seconds", "arm", {})
