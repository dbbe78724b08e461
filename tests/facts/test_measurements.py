"""What a run says: metrics by case, the processes they rest on, and those that were left out."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from runs import H100, RESULTS, a_run, case, process, timing

from chronicle.evidence.runs import read_run
from chronicle.facts.gates.evidence import Conditions
from chronicle.facts.measurements import Measurement, first_starts, judge, measurements
from chronicle.records.run import Case, Correctness, Energy, Environment, Process, Tenancy, Workload

WRONG = Correctness(reference="fp64", relative_error=1.0, limit=1e-5)
BUSY = Tenancy(processes=0, memory_used_b=0, utilisation_pct=40, power_w=70.0)
PINS = Environment(key={}, informative={})
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
    return measurements(a_run(*cases, **changes), {0: [1_000_000] * 40}, PINS)


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
    time, _ = said(case([*processes(11), process(11, 9_000_000, tenancy=BUSY)]))

    assert (time.n_processes, time.n_left_out, time.verdict) == (11, 1, "valid")
    assert max(time.values) < 2e-3
    assert time.blocks == tuple(range(11))
    assert time.labels == ("tenant",)


def test_more_than_a_quarter_invalid_makes_the_measurement_invalid() -> None:
    time, _ = said(case([*processes(8), *processes(4, tenancy=BUSY)]))
    quarter, _ = said(case([*processes(9), *processes(3, tenancy=BUSY)]))

    assert (time.verdict, quarter.verdict) == ("invalid", "valid")


def test_one_wrong_result_casts_doubt_on_every_process_of_its_case_and_on_no_other_case() -> None:
    wrong = case([*processes(11), process(11, correct=WRONG)])
    time, _ = said(wrong)
    other = said(wrong, case(processes(12), parameters={"mebibytes": 8192}))[2]

    assert (time.n_processes, time.verdict) == (11, "invalid")
    assert (other.n_processes, other.verdict) == (12, "valid")


def test_what_is_wrong_with_the_energy_window_leaves_the_time_valid() -> None:
    short = dataclasses.replace(ENERGY, ticks=99)
    found = said(case([*processes(11, energy=ENERGY), process(11, energy=short)], workload=None))

    assert [(one.metric, one.n_processes, one.n_left_out) for one in found] == [
        ("call_seconds", 12, 0),
        ("energy_joules_per_call", 11, 1),
        ("power_watts", 11, 1),
    ]


def test_samples_that_do_not_settle_mark_the_time_and_leave_the_energy_valid() -> None:
    rising = [*[1_000_000] * 32, *[1_006_000] * 8]
    found = measurements(a_run(case(processes(6, energy=ENERGY), workload=None)), {0: rising}, PINS)

    assert [one.verdict for one in found] == ["degraded", "valid", "valid"]


def test_controls_and_primes_enter_no_estimate_and_controls_may_be_asked_for() -> None:
    beside = [process(block, 5_000_000, role=role) for block in range(6) for role in ("control", "prime")]
    run = a_run(case([*processes(6), *beside], workload=None))
    (headline, _), (control,) = (measurements(run, {}, PINS, role) for role in ("replicate", "control"))

    assert (headline.n_processes, len(headline.judged)) == (6, 6)
    assert control.values == (0.005,) * 6


def test_the_spread_of_a_case_is_told_apart_within_and_between_processes() -> None:
    lines = {0: [990_000, 1_010_000] * 20, 1: [1_010_000, 1_030_000] * 20}
    pair = [process(0, time=timing(samples_line=0)), process(1, time=timing(1_020_000, samples_line=1))]
    (time, _) = measurements(a_run(case(pair)), lines, PINS)

    assert time.spread is not None
    assert (time.spread.within, time.spread.between) == pytest.approx((0.0100, 0.0139), abs=2e-4)


def test_a_degraded_process_is_used_and_marks_the_measurement() -> None:
    unsteady = process(5, warmup=dataclasses.replace(process().warmup, steady=False))  # type: ignore[type-var]
    time, _ = said(case([*processes(5), unsteady]))

    assert (time.n_processes, time.verdict) == (6, "degraded")


def test_a_case_of_which_no_process_can_be_used_says_nothing() -> None:
    failed = [process(block, time=None, error="it hung") for block in range(6)]

    assert said(case(failed)) == []
    assert {one.verdict for one in judge(case(failed), {}, Conditions())} == {"invalid"}


def test_an_exploratory_run_is_marked_as_such() -> None:
    design = dataclasses.replace(a_run().design, rule="explore(3)")
    (time, _), (headline, _) = said(case(processes(3)), design=design), said(case(processes(3)))

    assert (time.is_exploratory, headline.is_exploratory) == (True, False)
    assert not time.quantity.has_interval


def test_a_gate_that_looks_at_samples_sees_those_of_its_own_process() -> None:
    pair = [process(0, time=timing(samples_line=0)), process(1, time=timing(samples_line=1))]
    found = judge(case(pair), {0: [1_000_000] * 40, 1: [9_000_000, *[1_000_000] * 39]}, Conditions())

    assert [one.verdict for one in found] == ["valid", "invalid"]


def test_the_committed_run_says_what_it_was_committed_with() -> None:
    recorded = read_run(H100, RESULTS)
    found = measurements(recorded.run, recorded.samples, recorded.environment)
    copied = next(one for one in found if one.metric == "bandwidth_bytes_per_second" and one.benchmark == "copy")

    assert len(found) == 15
    assert copied.quantity.text == "3.02886 TB/s"
    assert copied.verdict == "valid"


@pytest.mark.parametrize(("ranks", "is_equal"), [(1, True), (2, False)])
def test_what_ranks_talk_by_parts_measurements_of_several_ranks_alone(ranks: int, is_equal: bool) -> None:
    keys = []
    for variables in ({}, {"NCCL_NVLS_ENABLE": "0"}):
        pins = Environment(key={"driver": {"driver": "580"}, "environment": variables}, informative={})
        run = a_run(case(processes(12), parameters={"ranks": ranks}))
        keys.append(measurements(run, {0: [1_000_000] * 40}, pins)[0].compare_sha256)

    assert (keys[0] == keys[1]) == is_equal


def test_a_case_began_with_the_earliest_run_that_holds_it_usable_or_not() -> None:
    spoiled = [process(0, start_utc="2026-01-02T00:00:00Z", error="it stopped", time=None)]
    answering = [process(0, start_utc="2026-01-03T00:00:00Z"), process(1, start_utc="2026-01-03T00:01:00Z")]

    found = first_starts([a_run(case(answering)), a_run(case(spoiled))])

    assert list(found.values()) == ["2026-01-02T00:00:00Z"]
