"""Two readings of the same thing: another tool's seconds, the integral of the power, and the control of a block."""

from __future__ import annotations

import dataclasses

import pytest
from runs import a_run, case, process

from chronicle.facts.measurements import Measurement, measurements
from chronicle.records.run import CONTROL, Energy, Environment, Process

WINDOW = Energy(
    scope="device", counter_mj=(0, 8_360_000), window_ns=12_000_000_000, ticks=120, calls=100.0, power_mean_w=690.0,
    telemetry_line=None, power_integral_j=8_800.0, loop_period_ms=1.6,
)  # fmt: skip


def said(*processes: Process) -> dict[str, Measurement]:
    samples: dict[int, list[int]] = {}
    return {one.metric: one for one in measurements(a_run(case(processes)), samples, Environment(key={}, informative={}))}


def block(number: int, median_ns: int, **changes: object) -> Process:
    return dataclasses.replace(process(number, median_ns), **changes)


def test_seconds_are_set_against_those_of_another_tool_process_by_process() -> None:
    found = said(*(block(n, 1_000_000 + n * 1000, peer_seconds={"do_bench": 0.001}) for n in range(6)))

    assert found["do_bench_call_seconds_ratio"].values == pytest.approx([1 + n / 1000 for n in range(6)])
    assert found["do_bench_call_seconds_ratio"].quantity.unit == ""


def test_joules_of_the_counter_are_set_against_the_integral_of_the_power() -> None:
    found = said(block(0, 1_000_000, energy=WINDOW))

    assert found["power_integral_energy_ratio"].values == pytest.approx([0.95])
    assert found["power_integral_energy_ratio"].part == "energy"


def test_a_control_is_set_against_the_replicate_of_its_own_block() -> None:
    replicates = [block(n, 1_000_000 * (n + 1)) for n in range(6)]
    controls = [block(n, 1_010_000 * (n + 1), role=CONTROL) for n in (5, 0, 3)]
    ratio = said(*replicates, *controls)["control_call_seconds_ratio"]

    assert ratio.values == pytest.approx([1.01] * 3)
    assert ratio.blocks == (5, 0, 3)
    assert said(*replicates, *controls)["call_seconds"].n_processes == 6


def test_a_control_whose_replicate_failed_says_nothing() -> None:
    found = said(block(0, 1_000_000), block(1, 1_000_000, role=CONTROL))

    assert "control_call_seconds_ratio" not in found
