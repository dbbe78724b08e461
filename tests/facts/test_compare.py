"""Comparisons: what B is against A, beyond which margin, and what makes them refuse to say."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import numpy
import pytest
from ledgers import measured
from runs import process

from chronicle.facts.compare import Comparison, Operand, compare, ratio
from chronicle.facts.controls import TOO_SHORT, Pair
from chronicle.facts.gates.table import Trip
from chronicle.facts.measurements import Judged, Measurement
from chronicle.records.circumstances import Serving
from chronicle.records.run import Process, Temperature

KEY = {"gpu": {"name": "H100"}, "driver": {"driver": "580"}}
TWELVE = [1.0 + 0.0003 * place for place in range(12)]


def operand(values: Sequence[float], **changes: Any) -> Operand:
    named = {name: changes.pop(name) for name in ("key", "formula", "control") if name in changes}
    return Operand(measured(values, **changes), **{"key": KEY, **named})


def times(factor: float, **changes: Any) -> Operand:
    """Twelve values, each ``factor`` times that of the same block of :data:`TWELVE`, give or take a part in a thousand."""
    return operand([factor * one * (1.001 if place % 2 else 0.999) for place, one in enumerate(TWELVE)], **changes)


def against(b: Operand, a: Operand | None = None, **changes: Any) -> Comparison:
    return compare(a or operand(TWELVE), b, **changes)


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [(1.02, "slower"), (0.98, "faster"), (1.0, "same"), (1.01, "undecided"), (1 / 1.01, "undecided"), (3.0, "slower")],
)
def test_b_is_called_what_both_readings_say_beyond_the_margin(factor: float, verdict: str) -> None:
    assert against(times(factor)).verdict == verdict


def test_a_wider_margin_makes_a_small_difference_the_same() -> None:
    assert against(times(1.02), margin=0.03).verdict == "same"
    assert against(times(1.02), margin=0.001).verdict == "slower"


@pytest.mark.parametrize(
    ("metric", "verdict"),
    [
        ("call_seconds", "slower"),
        ("bandwidth_bytes_per_second", "faster"),
        ("throughput_flop_per_second", "faster"),
        ("energy_joules_per_call", "more"),
        ("power_watts", "more"),
    ],
)
def test_a_larger_number_means_what_its_metric_means(metric: str, verdict: str) -> None:
    found = against(times(1.05, metric=metric), operand(TWELVE, metric=metric))

    assert (found.verdict, found.is_slowdown) == (verdict, verdict == "slower")


def test_the_ratio_is_b_over_a_block_by_block_and_its_centre_that_of_the_logarithms() -> None:
    a, b = measured([1.0, 2.0, 4.0, 8.0, 16.0, 32.0]), measured([2.0, 4.0, 8.0, 16.0, 64.0, 128.0])
    order, second = ratio(a, b, is_paired=True)

    assert (order.value, order.lo, order.hi) == pytest.approx((2.0, 2.0, 4.0))
    assert second.value == pytest.approx(2 ** (8 / 6))


def test_turned_around_a_comparison_says_the_opposite_with_the_inverse_interval() -> None:
    forth, back = against(times(1.05)), compare(times(1.05), operand(TWELVE))

    assert (forth.verdict, back.verdict) == ("slower", "faster")
    assert forth.order is not None and back.order is not None
    assert (forth.order.lo, forth.order.hi) == pytest.approx((1 / back.order.hi, 1 / back.order.lo))  # type: ignore[operator]


def test_only_blocks_that_have_both_are_paired() -> None:
    late = measured([1.05 * one for one in TWELVE[2:]], blocks=tuple(range(2, 12)))
    found = against(Operand(late, KEY))

    assert found.is_paired and found.order is not None
    assert found.order.n_processes == 10


def test_two_runs_are_compared_unpaired() -> None:
    found = against(times(1.05, run_id="20261124T000000Z-tiny-0000000"))

    assert (found.is_paired, found.verdict) == (False, "slower")
    assert found.order == found.second


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"key": {**KEY, "driver": {"driver": "590"}}}, "driver.driver: 580, then 590"),
        ({"key": {"gpu": KEY["gpu"]}}, "driver.driver: 580, then None"),
        ({"source_sha256": "7" * 64}, f"source: {'5' * 12}, then {'7' * 12}"),
    ],
)
def test_runs_whose_keys_differ_are_refused_with_the_pins_named(changed: dict[str, Any], named: str) -> None:
    found = against(times(1.05, run_id="other", **changed))

    assert (found.verdict, found.reason) == ("not comparable", f"they differ in {named}")
    assert (found.order, found.second) == (None, None)


def test_a_variable_that_ranks_talk_by_parts_no_runs_of_one_rank() -> None:
    found = against(times(1.05, run_id="other", key={**KEY, "environment": {"TORCH_SYMM_MEM_DISABLE_MULTICAST": "1"}}))

    assert (found.verdict, found.differing) == ("slower", ())


@pytest.mark.parametrize("varied", ["driver.driver", "driver"])
def test_a_pin_or_a_group_that_is_declared_as_varied_is_compared_and_still_named(varied: str) -> None:
    found = against(times(1.05, run_id="other", key={**KEY, "driver": {"driver": "590"}}), varied=[varied])

    assert (found.verdict, found.differing) == ("slower", ("driver.driver: 580, then 590",))


NOISY = measured([one * (1.03 if place % 2 else 0.97) for place, one in enumerate(TWELVE)])
"""The same again as a control that moves by 3.1 %."""


def beside_control(again: Measurement) -> Operand:
    return Operand(measured(TWELVE), KEY, controls=(Pair(measured(TWELVE), again),))


def test_a_control_that_moves_widens_what_is_read_from() -> None:
    a = beside_control(NOISY)
    found, clear = compare(a, times(1.02)), compare(a, times(1.05))

    assert found.resolution == pytest.approx(1 / 0.97 - 1)
    assert found.verdict == "undecided"
    assert found.reason == "the A/A control moves by 3.1 %, and with that the interval crosses the margin of 1 %"
    assert clear.verdict == "slower"


def test_nothing_is_called_the_same_more_finely_than_the_control_resolves() -> None:
    assert compare(beside_control(NOISY), times(1.0)).verdict == "undecided"


def test_a_control_of_too_few_blocks_decides_nothing() -> None:
    found = compare(beside_control(measured(TWELVE[:5])), times(2.0))

    assert (found.verdict, found.reason, found.resolution) == ("undecided", TOO_SHORT, None)


def test_a_case_against_its_own_control_is_the_same() -> None:
    a = operand(TWELVE)
    again = times(1.0)

    assert compare(a, again).verdict == "same"


def test_below_six_common_blocks_nothing_is_decided() -> None:
    found = against(operand([1.5] * 5), operand([1.0] * 5))

    assert (found.verdict, found.reason) == ("undecided", "5 in common give no interval; 6 are needed")


def test_readings_that_disagree_decide_nothing() -> None:
    heavy = [1.02 * one for one in TWELVE]
    heavy[11] *= 3
    found = against(operand(heavy))

    assert (found.verdict, found.reason) == ("undecided", "the two readings disagree")


def test_an_exploratory_run_decides_nothing_and_an_invalid_case_says_why() -> None:
    wrong = Trip("wrong_result", "invalid", 1.0, 0.1, "the result is wrong", reach="case")
    invalid = times(1.5, judged=(Judged(process(0), (wrong,)), *(Judged(process(block), ()) for block in range(1, 12))))

    assert against(times(1.5, rule="explore(12)")).reason == "a run under an explore rule decides nothing"
    assert against(invalid).reason == "total[n=100] is invalid: wrong_result"


def test_rates_counted_by_different_rules_are_not_compared_and_times_are() -> None:
    rate: dict[str, Any] = {"metric": "throughput_flop_per_second"}

    assert (
        against(times(1.5, **rate, formula="decoder/2"), operand(TWELVE, **rate, formula="decoder/1")).verdict
        == "not comparable"
    )
    assert against(times(1.5, formula="decoder/2"), operand(TWELVE, formula="decoder/1")).verdict == "slower"


def serving(client_tokens: int) -> Serving:
    return Serving(
        requests=100,
        errored=0,
        incomplete=0,
        lag_p99_ns=None,
        ttft_median_ns=None,
        client_cpu_fraction=None,
        client_tokens=client_tokens,
        server_tokens=None,
        asked_tokens=None,
        full_fraction=None,
    )


def judged(make: Any) -> tuple[Judged, ...]:
    return tuple(Judged(make(block), ()) for block in range(12))


def test_runs_that_served_other_amounts_are_not_compared() -> None:
    few, many = (judged(lambda block, n=n: process(block, serving=serving(n))) for n in (1000, 1006))
    found = against(times(1.0, judged=many), operand(TWELVE, judged=few))

    assert (found.verdict, found.reason) == ("not comparable", "they served 1000 and 1006 tokens")


def test_a_gate_that_saw_other_work_keeps_its_case_out_of_comparisons() -> None:
    trip = Trip("different_work", "not comparable", 0.2, 0.005, "other tokens were counted")
    found = against(times(1.0, judged=(Judged(process(0), (trip,)),)))

    assert (found.verdict, found.reason) == ("not comparable", "total[n=100] counted other tokens than were asked for")


def warm(block: int, celsius: int, order: int = 0) -> Process:
    heat = Temperature(start_c=celsius, end_c=None, memory_end_c=None)
    return process(block, order=order, temperature=heat)


@pytest.mark.parametrize(("celsius", "remarks"), [(43, ()), (44, ("carry_over: B began 4 °C warmer than A",))])
def test_a_side_that_always_begins_warmer_is_remarked(celsius: int, remarks: tuple[str, ...]) -> None:
    found = against(
        times(1.05, judged=judged(lambda b: warm(b, celsius))), operand(TWELVE, judged=judged(lambda b: warm(b, 40)))
    )

    assert (found.verdict, found.remarks) == ("slower", remarks)


def ordered(a: Measurement, first: Sequence[bool]) -> tuple[Operand, Operand]:
    """A, and B 5 % slower where A went first."""
    b = [
        one * (1.05 if is_first else 1.0) * (1 + 1e-4 * place)
        for place, (one, is_first) in enumerate(zip(a.values, first, strict=True))
    ]
    orders = [(0, 1) if is_first else (1, 0) for is_first in first]
    sides = [tuple(Judged(process(block, order=pair[side]), ()) for block, pair in enumerate(orders)) for side in (0, 1)]
    return Operand(dataclasses.replace(a, judged=sides[0]), KEY), Operand(measured(b, judged=sides[1]), KEY)


def test_a_ratio_that_depends_on_who_went_first_is_remarked() -> None:
    found = compare(*ordered(measured(TWELVE), [True, False] * 6))

    assert found.remarks == ("carry_over: the ratio depends on which of the two went first",)


def test_a_difference_of_two_percent_is_found_at_twelve_blocks_and_a_true_margin_is_not_decided() -> None:
    source = numpy.random.default_rng(11)
    noise = numpy.exp(source.normal(0.0, 0.006, (120, 12))) * numpy.array(TWELVE)
    slowed = [against(operand((1.02 * row).tolist())).verdict for row in noise]
    on_the_margin = [against(operand((1.01 * row).tolist())).verdict for row in noise]

    assert slowed.count("slower") >= 0.95 * 120
    assert on_the_margin.count("undecided") >= 0.94 * 120


def test_a_truth_on_the_threshold_is_left_undecided_about_as_often_as_the_level_says() -> None:
    logs = numpy.random.default_rng(12).normal(math.log(1.01), 0.006, (20_000, 12))
    half = 2.201 * logs.std(axis=1, ddof=1) / math.sqrt(12)
    undecided = numpy.abs(logs.mean(axis=1) - math.log(1.01)) <= half

    assert 0.94 <= undecided.mean() <= 0.96
