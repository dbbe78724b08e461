"""What a run says: metrics by case, the processes they rest on, and those that were left out."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from runs import H100, RESULTS, a_run, case, process, timing

from chronicle.evidence.runs import read_run
from chronicle.facts.measurements import Measurement, judge, measurements
from chronicle.facts.physics import Peaks, peaks_of
from chronicle.records.run import Case, Correctness, Energy, Process, Workload

WRONG = Correctness(reference="fp64", relative_error=1.0, limit=1e-5)
ENERGY = Energy(
    scope="device",
    counter_mj=(1000, 8_001_000),
    window_ns=10**10,
    ticks=100,
    calls=4000.0,
    power_mean_w=None,
    telemetry_line=None,
)


def said(*cases: Case, **changes: Any) -> list[Measurement]:
    return measurements(a_run(*cases, **changes), {0: [1_000_000] * 40}, Peaks())


def processes(n: int, **changes: Any) -> list[Process]:
    return [process(block, 1_000_000 + 1000 * block, **changes) for block in range(n)]


def test_a_case_says_its_time_and_the_rates_its_work_allows() -> None:
    work = Workload(formula="both/1", bytes=2_000_000_000, flop=3_000_000_000)
    found = said(case(processes(12), workload=work))

    assert [one.metric for one in found] == ["call_seconds", "bandwidth_bytes_per_second", "throughput_flop_per_second"]
    assert [one.n_processes for one in found] == [12, 12, 12]


def test_a_rate_has_the_interval_of_its_own_values() -> None:
    time, rate = said(case(processes(12)))

    assert rate.estimate.lo == pytest.approx(2e9 / time.estimate.hi)
    assert rate.estimate.hi == pytest.approx(2e9 / time.estimate.lo)
    assert rate.quantity.unit == "B/s"


def test_energy_is_that_of_whole_ticks_over_the_calls_between_them() -> None:
    found = {one.metric: one.estimate.value for one in said(case(processes(6, energy=ENERGY), workload=None))}

    assert found == pytest.approx({"call_seconds": 0.0010025, "energy_joules_per_call": 2.0, "power_watts": 800.0})


def test_a_metric_rests_on_the_processes_that_have_it() -> None:
    some = [*processes(6), *processes(6, energy=ENERGY)]
    found = {one.metric: one.n_processes for one in said(case(some))}

    assert found == {"call_seconds": 12, "bandwidth_bytes_per_second": 12, "energy_joules_per_call": 6, "power_watts": 6}


def test_an_invalid_process_is_left_out_and_counted() -> None:
    time, _ = said(case([*processes(11), process(11, 9_000_000, correct=WRONG)]))

    assert (time.n_processes, time.n_left_out, time.verdict) == (11, 1, "valid")
    assert max(time.values) < 2e-3
    assert time.blocks == tuple(range(11))
    assert time.labels == ("wrong_result",)


def test_more_than_a_quarter_invalid_makes_the_measurement_invalid() -> None:
    time, _ = said(case([*processes(8), *processes(4, correct=WRONG)]))
    quarter, _ = said(case([*processes(9), *processes(3, correct=WRONG)]))

    assert (time.verdict, quarter.verdict) == ("invalid", "valid")


def test_a_degraded_process_is_used_and_marks_the_measurement() -> None:
    unsteady = process(5, warmup=dataclasses.replace(process().warmup, steady=False))  # type: ignore[type-var]
    time, _ = said(case([*processes(5), unsteady]))

    assert (time.n_processes, time.verdict) == (6, "degraded")


def test_a_case_of_which_no_process_can_be_used_says_nothing() -> None:
    failed = [process(block, time=None, error="it hung") for block in range(6)]

    assert said(case(failed)) == []
    assert {one.verdict for one in judge(case(failed), {}, Peaks())} == {"invalid"}


def test_an_exploratory_run_is_marked_as_such() -> None:
    design = dataclasses.replace(a_run().design, rule="explore(3)")
    (time, _), (headline, _) = said(case(processes(3)), design=design), said(case(processes(3)))

    assert (time.is_exploratory, headline.is_exploratory) == (True, False)
    assert not time.quantity.has_interval


def test_a_gate_that_looks_at_samples_sees_those_of_its_own_process() -> None:
    pair = [process(0, time=timing(samples_line=0)), process(1, time=timing(samples_line=1))]
    found = judge(case(pair), {0: [1_000_000] * 40, 1: [9_000_000, *[1_000_000] * 39]}, Peaks())

    assert [one.verdict for one in found] == ["valid", "invalid"]


def test_the_committed_run_says_what_it_was_committed_with() -> None:
    recorded = read_run(H100, RESULTS)
    found = measurements(recorded.run, recorded.samples, peaks_of(recorded.environment))
    copied = next(one for one in found if one.metric == "bandwidth_bytes_per_second" and one.benchmark == "copy")

    assert len(found) == 15
    assert copied.quantity.text == "3.02886 TB/s"
    assert copied.verdict == "valid"
