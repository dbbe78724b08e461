"""The ledger: which measurement answers, and what is said where none or several do."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import ledger_of, measured

from chronicle.facts.ledger import NotFoundError

SLOW = measured([2.0 + place / 100 for place in range(12)], case="total[n=200]", parameters={"n": 200})
FAST = measured([1.0 + place / 200 for place in range(12)])
VALUES = st.lists(st.floats(0.1, 10), min_size=6, max_size=12)


def test_the_latest_run_of_a_case_answers_unless_one_is_named() -> None:
    later = measured([3.0] * 12, run_id="later")
    ledger = ledger_of(FAST, SLOW, later)

    assert ledger.one("call_seconds", {"n": 100}) == later
    assert ledger.one("call_seconds", {"n": 100, "run": FAST.run_id}) == FAST
    assert ledger.select("call_seconds", {}) == (later, SLOW)


def test_the_same_case_on_another_machine_is_another_measurement() -> None:
    elsewhere = measured(machine="elsewhere", run_id="elsewhere")

    assert ledger_of(FAST, elsewhere).select("call_seconds", {"n": 100}) == (FAST, elsewhere)


@pytest.mark.parametrize(
    ("metric", "where", "says"),
    [
        ("power_watts", {}, "no metric 'power_watts'; recorded are call_seconds"),
        ("call_seconds", {"n": 7}, "no measurement with n 7; recorded are 100, 200"),
        ("call_seconds", {"machine": "x"}, "no measurement with machine 'x'; recorded are dev"),
        ("call_seconds", {"batch": 1}, "no case has an axis 'batch'; the axes are n$"),
        ("call_seconds", {"machin": "dev"}, "no case has an axis 'machin'; the axes are n; did you mean 'machine'\\?"),
        ("call_seconds", {"n": "100"}, "no measurement with n '100'; n is a number: write 100 without quotes"),
        ("call_seconds", {"n": ["7", "100"]}, "no measurement with n '7' or '100'; n is a number: write 100 without quotes"),
        ("call_seconds", {}, "2 measurements of call_seconds fit"),
        ("call_seconds", {"n": 100, "benchmark": "other"}, "no measurement with benchmark 'other'; recorded are total"),
    ],
)
def test_a_selection_of_none_or_several_says_what_there_is(metric: str, where: dict[str, str | int], says: str) -> None:
    with pytest.raises(NotFoundError, match="^" + says):
        ledger_of(FAST, SLOW).one(metric, where)


@pytest.mark.parametrize(
    ("recorded", "asked", "says"),
    [
        ("100", 100, "no measurement with n 100; n is a text: write '100' in quotes"),
        (True, "True", "no measurement with n 'True'; n is true or false: write True without quotes"),
        (True, 1, "no measurement with n 1; recorded are True"),
    ],
)
def test_a_value_in_another_form_than_the_recorded_one_is_told_the_form(
    recorded: str | bool, asked: str | int, says: str
) -> None:
    with pytest.raises(NotFoundError, match=f"^{says}$"):
        ledger_of(measured(parameters={"n": recorded})).one("call_seconds", {"n": asked})


def test_known_names_and_values_that_no_case_has_together_are_no_slip() -> None:
    other = measured(case="other", benchmark="other", parameters={"n": 300})

    with pytest.raises(NotFoundError, match=r"no measurement of call_seconds fits all of n 100, benchmark other$"):
        ledger_of(FAST, other).one("call_seconds", {"n": 100, "benchmark": "other"})


def test_an_empty_ledger_says_so() -> None:
    with pytest.raises(NotFoundError, match="recorded are none"):
        ledger_of().one("call_seconds", {})


def test_a_share_divides_each_process_by_the_peak() -> None:
    rate = measured([1.0 + place / 200 for place in range(12)], metric="bandwidth_bytes_per_second")
    found = ledger_of(rate).share("bandwidth_bytes_per_second", "memory", {})

    assert found.order.value == pytest.approx(rate.estimate.value / 4)
    assert found.unit == ""


def test_a_share_of_a_peak_there_is_not_is_not_found() -> None:
    rate = measured(metric="throughput_flop_per_second")

    with pytest.raises(NotFoundError, match="no computed peak 'bf16' for dev"):
        ledger_of(rate).share("throughput_flop_per_second", "bf16", {})


@pytest.mark.parametrize(
    ("metric", "of", "parameters"),
    [
        ("call_seconds", "memory", {}),
        ("bandwidth_bytes_per_second", "bf16", {}),
        ("throughput_flop_per_second", "memory", {}),
        ("throughput_flop_per_second", "bf16", {"dtype": "fp32"}),
        ("call_seconds", "nothing", {}),
    ],
)
def test_a_share_of_a_peak_that_does_not_bound_the_metric_is_refused(metric: str, of: str, parameters: dict[str, str]) -> None:
    with pytest.raises(NotFoundError, match="bounds"):
        ledger_of(measured(metric=metric, parameters=parameters)).share(metric, of, {})


def test_an_exploration_or_an_unfinished_run_never_stands_in_for_a_finished_one() -> None:
    exploration = measured([9.0] * 3, run_id="20261124T000000Z-tiny-0000000", rule="explore(3)")
    unfinished = measured([9.0] * 6, run_id="20261125T000000Z-tiny-0000000", stop="deadline")

    assert ledger_of(FAST, exploration, unfinished).one("call_seconds", {}) == FAST
    assert ledger_of(exploration, unfinished).one("call_seconds", {}) == unfinished
    assert ledger_of(unfinished, exploration).one("call_seconds", {}) == unfinished


def test_a_ratio_within_a_run_is_taken_block_by_block() -> None:
    above = measured([2.0, 4.0, 8.0, 16.0, 32.0, 64.0], case="above", parameters={"n": 1})
    below = measured([1.0, 2.0, 4.0, 8.0, 16.0, 32.0], case="below", parameters={"n": 2})

    found = ledger_of(above, below).ratio("call_seconds", {"n": 1}, {"n": 2}, {})

    assert found.is_paired
    assert (found.order.lo, found.order.value, found.order.hi) == (2, 2, 2)


def test_only_blocks_that_both_have_are_paired() -> None:
    above = measured([2.0] * 7, case="above", parameters={"n": 1}, blocks=tuple(range(7)))
    below = measured([1.0] * 7, case="below", parameters={"n": 2}, blocks=tuple(range(1, 8)))
    apart = measured([1.0] * 7, case="below", parameters={"n": 3}, blocks=tuple(range(7, 14)))
    ledger = ledger_of(above, below, apart)

    assert ledger.ratio("call_seconds", {"n": 1}, {"n": 2}, {}).order.n_processes == 6
    with pytest.raises(NotFoundError, match="no block in common"):
        ledger.ratio("call_seconds", {"n": 1}, {"n": 3}, {})


def test_a_ratio_across_runs_is_unpaired_and_its_interval_holds_the_ratio_of_means() -> None:
    other = measured([2.0 + place / 50 for place in range(8)], machine="other", run_id="other")

    found = ledger_of(FAST, other).ratio("call_seconds", {"machine": "other"}, {"machine": "dev"}, {})

    assert not found.is_paired
    assert found.order.n_processes == 8
    assert found.order.lo is not None and found.order.hi is not None
    assert found.order.lo < found.order.value < found.order.hi


def test_runs_without_any_spread_have_an_interval_of_no_width_and_no_nan() -> None:
    found = ledger_of(measured(), measured(machine="b", run_id="b")).ratio(
        "call_seconds", {"machine": "dev"}, {"machine": "b"}, {}
    )

    assert (found.order.lo, found.order.value, found.order.hi) == (1, 1, 1)


@given(VALUES, VALUES)
def test_a_ratio_turned_around_is_one_over_the_ratio(above: list[float], below: list[float]) -> None:
    ledger = ledger_of(measured(above), measured(below, machine="b", run_id="b"))

    there = ledger.ratio("call_seconds", {"machine": "dev"}, {"machine": "b"}, {}).order
    back = ledger.ratio("call_seconds", {"machine": "b"}, {"machine": "dev"}, {}).order

    assert there.lo is not None and there.hi is not None and back.lo is not None and back.hi is not None
    assert math.isclose(there.value * back.value, 1)
    assert math.isclose(there.lo * back.hi, 1, rel_tol=1e-6)
    assert there.lo <= there.value * (1 + 1e-9)
