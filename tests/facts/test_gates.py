"""Each gate trips on the record made for it, on nothing else, and stays silent about what it cannot know."""

from __future__ import annotations

from typing import Any

import pytest
from runs import case, process, throttle, timing

from chronicle.facts.gates import GATES, Evidence, tripped
from chronicle.facts.physics import Peaks
from chronicle.records.run import Correctness, Host, Process, Tenancy, WarmUp, Workload

PEAKS = Peaks(memory_bytes_per_second=3.35e12, bf16_flop_per_second=1e15)
CLEAN = [1_000_000] * 40
COPY = case().workload
MATMUL = Workload(formula="matmul/1", bytes=None, flop=2 * 8192**3)


def names(measured: Process, samples: list[int] | None = None, work: Workload | None = COPY) -> list[str]:
    return [trip.gate for trip in tripped(Evidence(measured, CLEAN if samples is None else samples, work, PEAKS))]


def tenancy(**changes: Any) -> Tenancy:
    return Tenancy(**{"processes": 0, "memory_used_b": 0, "utilisation_pct": 0, "power_w": 70.0} | changes)


def test_a_clean_process_trips_nothing() -> None:
    assert names(process()) == []


def test_a_process_that_measured_nothing_is_asked_nothing() -> None:
    assert names(process(time=None, error="it hung", tenancy=tenancy(processes=3))) == []


@pytest.mark.parametrize(
    ("gate", "measured"),
    [
        ("faster_than_physics", process(median_ns=500_000)),
        ("escaped_work", process(host=Host(wall_ns=60_000_000, involuntary_switches=0, steal_fraction=None))),
        ("wrong_result", process(correct=Correctness(reference="fp64", relative_error=2e-5, limit=1e-5))),
        ("tenant", process(tenancy=tenancy(processes=1))),
        ("tenant", process(tenancy=tenancy(utilisation_pct=1))),
        ("quantum", process(time=timing(quantum_ns=10_001))),
        ("hardware_slowdown", process(throttle=throttle(mask_or=0x4 | 0x80))),
        ("thermal", process(throttle=throttle(sw_thermal_ns=1))),
        ("no_steady_state", process(warmup=WarmUp(calls=9, device_ns=10**10, t_first_ns=1, steady=False))),
        ("power_limited", process(throttle=throttle(power_cap_ns=10_000_001))),
        ("autocorrelated", process(time=timing(rho1=0.21))),
    ],
)
def test_a_gate_trips_alone_on_the_record_made_for_it(gate: str, measured: Process) -> None:
    assert names(measured) == [gate]


@pytest.mark.parametrize(
    ("gate", "samples"),
    [
        ("first_sample", [3_000_001, *CLEAN]),
        ("not_settled", [*[1_000_000] * 32, *[1_005_001] * 8]),
        ("bimodal", [1_000_000, 1_030_000] * 20),
        ("bimodal", [1_000_000, 1_000_900, 1_030_000, 1_030_900] * 20),
    ],
)
def test_a_gate_trips_alone_on_the_samples_made_for_it(gate: str, samples: list[int]) -> None:
    assert names(process(), samples) == [gate]


def test_every_gate_of_the_table_is_tripped_by_a_test_here() -> None:
    shown = {
        "faster_than_physics",
        "escaped_work",
        "first_sample",
        "wrong_result",
        "tenant",
        "quantum",
        "hardware_slowdown",
        "thermal",
        "not_settled",
        "no_steady_state",
        "bimodal",
        "power_limited",
        "autocorrelated",
    }

    assert {gate.name for gate in GATES} == shown


@pytest.mark.parametrize(
    "measured",
    [
        process(median_ns=586_000),
        process(host=Host(wall_ns=44_000_000, involuntary_switches=0, steal_fraction=None)),
        process(correct=Correctness(reference="fp64", relative_error=1e-5, limit=1e-5)),
        process(throttle=throttle(power_cap_ns=10_000_000, mask_or=0x4)),
        process(time=timing(quantum_ns=10_000, rho1=0.2)),
    ],
    ids=["physics", "escaped", "result", "power", "quantum"],
)
def test_a_value_at_its_limit_passes(measured: Process) -> None:
    assert names(measured) == []


@pytest.mark.parametrize(
    "samples",
    [[3_000_000, *CLEAN], [*[1_000_000] * 32, *[1_005_000] * 8], [1_000_000, 1_019_000] * 20, []],
    ids=["first", "settled", "near modes", "none"],
)
def test_samples_at_their_limit_pass(samples: list[int]) -> None:
    assert names(process(), samples) == []


def test_what_the_machine_did_not_give_trips_nothing() -> None:
    unknown = throttle(
        power_cap_ns=None, thermal_ns=None, sw_thermal_ns=None, hw_thermal_ns=None, hw_brake_ns=None, mask_or=None
    )
    blank = Tenancy(processes=None, memory_used_b=None, utilisation_pct=None, power_w=None)

    assert names(process(throttle=unknown, tenancy=blank), work=None) == []
    assert names(process(throttle=None, tenancy=None, host=None, warmup=None, correct=None), work=None) == []


def test_a_product_faster_than_the_fastest_type_is_refused() -> None:
    assert names(process(median_ns=1_070_000), work=MATMUL) == ["faster_than_physics"]
    assert names(process(median_ns=1_090_000), work=MATMUL) == []


def test_a_trip_says_what_was_seen_and_what_was_allowed() -> None:
    (trip,) = tripped(Evidence(process(throttle=throttle(power_cap_ns=620_000_000)), CLEAN, None, PEAKS))

    assert (trip.effect, trip.value, trip.limit) == ("label", 0.62, 0.01)
    assert "power cap" in trip.meaning
