"""Peaks computed from pins, against the numbers worked out by hand for an H100 SXM."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from chronicle.facts.physics import Ceilings, Peaks, measured_ceilings, miscounted, peaks_of
from chronicle.records.calibration import Ceiling, Findings, Spread
from chronicle.records.run import Environment, Pin, Workload

H100: dict[str, Pin] = {
    "compute_capability": "9.0",
    "multiprocessors": 132,
    "max_sm_mhz": 1980,
    "max_memory_mhz": 2619,
    "memory_bus_bits": 5120,
}


def peaks(**changes: Pin) -> Peaks:
    return peaks_of(Environment(key={"gpu": H100 | changes}, informative={}))


def test_the_peaks_of_an_h100_are_those_worked_out_by_hand() -> None:
    found = peaks()

    assert found.memory_bytes_per_second == pytest.approx(3352.3e9, rel=1e-4)
    assert found.bf16_flop_per_second == pytest.approx(1070.5e12, rel=1e-4)
    assert found.fp32_flop_per_second == pytest.approx(66.9e12, rel=1e-3)
    assert found.reason == ""


def test_a_peak_is_asked_for_by_name() -> None:
    found = peaks()

    assert found.of("memory") == found.memory_bytes_per_second
    assert found.of("bf16") == found.matrix_flop_per_second("matmul/1")
    assert found.of("fp64") is None
    assert found.matrix_flop_per_second("copy/1") is None


def test_an_unknown_architecture_has_a_memory_peak_and_no_matrix_peak() -> None:
    found = peaks(compute_capability="12.0")

    assert found.memory_bytes_per_second is not None
    assert (found.bf16_flop_per_second, found.fp32_flop_per_second) == (None, None)


def test_a_pin_that_is_missing_makes_no_peak_up() -> None:
    found = peaks(memory_bus_bits=None)

    assert found.memory_bytes_per_second is None
    assert "bus width" in found.reason


def test_a_cpu_has_no_computed_peak_and_says_why() -> None:
    found = peaks_of(Environment(key={"cpu": {"model": "any"}}, informative={}))

    assert (found.memory_bytes_per_second, found.of("bf16")) == (None, None)
    assert "CPU" in found.reason


def rate(**changes: Any) -> Ceiling:
    plain = Ceiling(name="copy", formula="copy/1", bytes_per_second=None, flop_per_second=None)
    return dataclasses.replace(plain, **changes)


def test_the_ceilings_of_a_machine_are_the_highest_rates_its_calibration_saw() -> None:
    rates = [Spread(median=value, q1=value, q3=value, n=30) for value in (2.9e12, 3.1e12, 7.4e14)]
    found = Findings(
        ceilings=(rate(bytes_per_second=rates[0]), rate(bytes_per_second=rates[1]), rate(flop_per_second=rates[2]))
    )

    assert measured_ceilings(found) == Ceilings(3.1e12, 7.4e14)
    assert measured_ceilings(Findings()) == Ceilings(None, None)


@pytest.mark.parametrize(
    ("work", "parameters", "is_wrong"),
    [
        (Workload(formula="matmul/1", bytes=None, flop=2 * 8**3), {"n": 8}, False),
        (Workload(formula="matmul/1", bytes=None, flop=2 * 2 * 4 * 8), {"m": 2, "k": 4, "n": 8}, False),
        (Workload(formula="matmul/1", bytes=None, flop=8**3), {"n": 8}, True),
        (Workload(formula="own_rule/2", bytes=1, flop=None), {}, False),
        (Workload(formula="none/1", bytes=None, flop=None), {}, False),
        (Workload(formula="none/1", bytes=1, flop=None), {}, True),
        (Workload(formula="twice the parameters", bytes=None, flop=1), {}, True),
    ],
)
def test_work_counted_by_no_rule_or_against_its_own_is_found(
    work: Workload, parameters: dict[str, Any], is_wrong: bool
) -> None:
    assert bool(miscounted(work, parameters)) is is_wrong


def test_the_matrix_peak_follows_the_clock() -> None:
    peaks = Peaks(bf16_flop_per_second=1e15, max_sm_mhz=2000.0)

    assert peaks.matrix_flop_per_second("matmul/1", 1000.0) == 5e14
    assert peaks.matrix_flop_per_second("matmul/1") == 1e15
