"""Quantities print with the digits their interval allows, in a unit that reads well, and never as no number."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronicle.units import Quantity, percent_of, scale_for, signed, unit_of

FINITE = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e18, max_value=1e18)


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        (Quantity(2.963e12, "B/s", 2.960e12, 2.966e12), "2.9630 TB/s (2.9600–2.9660)"),
        (Quantity(0.0028360, "s", 0.0028359, 0.0028362), "2.83600 ms (2.83590–2.83620)"),
        (Quantity(989.4e12, "FLOP/s"), "989 TFLOP/s"),
        (Quantity(1234.0, "lines"), "1234 lines"),
        (Quantity(0.88, ""), "0.880"),
        (Quantity(700.4, "W", 690.0, 710.0), "700 W (690–710)"),
        (Quantity(9.3e-3, "s", 5e-3, 20e-3), "9.3 ms (5.0–20.0)"),
    ],
)
def test_digits_follow_the_interval_or_are_three(quantity: Quantity, text: str) -> None:
    assert str(quantity) == text


def test_an_interval_of_no_width_counts_as_none() -> None:
    assert str(Quantity(0.5, "J", 0.5, 0.5)) == "500 mJ (500–500)"


def test_rounding_of_the_arithmetic_is_not_printed_as_precision() -> None:
    assert str(Quantity(0.3, "", 0.3, 0.1 + 0.2)) == "0.300 (0.300–0.300)"


def test_a_value_of_zero_takes_the_unit_of_its_interval() -> None:
    assert str(Quantity(0.0, "s", -1e-9, 1e-9)) == "0.0 ns (−1.0–1.0)"


def test_negative_numbers_carry_a_true_minus_everywhere() -> None:
    assert str(Quantity(-3e-3, "s", -4e-3, -2e-3)) == "−3.0 ms (−4.0 to −2.0)"


def test_a_number_rounded_to_zero_loses_its_sign() -> None:
    assert Quantity(-0.001, "", -1.0, 1.0).text == "0.0"


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not a quantity"):
        Quantity(number, "s")
    with pytest.raises(ValueError, match="not a quantity"):
        Quantity(1.0, "s", 0.5, number)


@given(FINITE, FINITE, FINITE, st.sampled_from(["s", "B/s", "", "lines", "J", "FLOP/s"]))
def test_every_quantity_prints_plain_digits(one: float, two: float, three: float, unit: str) -> None:
    lo, value, hi = sorted((one, two, three))
    text = str(Quantity(value, unit, lo, hi))

    assert re.fullmatch(r"−?[0-9,]+(\.[0-9]+)?( [^ ]+)? \(−?[0-9.,]+(–| to )−?[0-9.,]+\)", text), text


@given(st.floats(min_value=1e-9, max_value=1e17))
def test_a_scaled_value_lies_between_one_and_a_thousand(seconds: float) -> None:
    scale, _ = scale_for(seconds, "s")

    assert seconds >= 1e15 or 1 <= seconds / scale < 1000 * (1 + 1e-9)


@pytest.mark.parametrize(
    ("metric", "unit"),
    [
        ("call_seconds", "s"),
        ("bandwidth_bytes_per_second", "B/s"),
        ("throughput_flop_per_second", "FLOP/s"),
        ("energy_joules_per_call", "J"),
        ("power_watts", "W"),
        ("speedup_ratio", ""),
        ("nothing_known", ""),
    ],
)
def test_a_metric_ends_in_its_unit(metric: str, unit: str) -> None:
    assert unit_of(metric) == unit


@pytest.mark.parametrize(("number", "text"), [(1204, "+1,204"), (-31, "−31"), (0, "0")])
def test_a_signed_integer_shows_its_sign(number: int, text: str) -> None:
    assert signed(number) == text


def test_an_interval_with_a_negative_end_reads_without_two_signs_in_a_row() -> None:
    assert str(Quantity(-0.539, "", -0.574, -0.511)) == "−0.539 (−0.574 to −0.511)"


def test_a_long_number_has_separators() -> None:
    assert Quantity(17_661_290_323.0, "tokens").text == "17,661,290,323 tokens"


@pytest.mark.parametrize(("level", "words"), [(0.961426, "96.1"), (0.9995117, "99.95"), (1.0, "100.0")])
def test_a_level_is_a_hundred_only_where_it_is(level: float, words: str) -> None:
    assert percent_of(level) == words


def test_what_is_counted_is_written_whole_and_its_median_in_between_as_it_is() -> None:
    counts = [Quantity(value, "", lo, hi, is_count=True) for value, lo, hi in ((2.0, None, None), (12.0, 11.0, 14.0))]

    assert [str(one) for one in counts] == ["2", "12 (11–14)"]
    assert str(Quantity(2.5, "", is_count=True)) == "2.50"
    assert str(Quantity(2.0, "")) == "2.00"
