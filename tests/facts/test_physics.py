"""Peaks computed from pins, against the numbers worked out by hand for an H100 SXM."""

from __future__ import annotations

import pytest

from chronicle.facts.physics import Peaks, peaks_of
from chronicle.records.run import Environment, Pin

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
