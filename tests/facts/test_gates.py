"""Each gate trips on the record made for it and on nothing else, and says so where it cannot know."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from gated import CONDITIONS, COPY, ENERGY, MATMUL, SAMPLES, TENANCY, but, complete, conditions, lasting, names, seen, unchecked
from runs import process, throttle, timing

from chronicle.facts.gates.pairs import PAIR_GATES
from chronicle.facts.gates.table import GATES
from chronicle.facts.physics import Ceilings, Peaks
from chronicle.records.run import Clock, Host, Missing, Process, Workload

STEADY_1320 = Clock(sm_start_mhz=1320, sm_end_mhz=1320, memory_mhz=2619, sm_mean_mhz=1980.0)
SMALL = Workload(formula="copy/1", bytes=100_000_000, flop=None)


def energy_under(**changes: Any) -> Process:
    return but("energy", throttle=throttle(12_000_000_000, **changes))


def settings(**changes: Any) -> dict[str, Any]:
    return {"under": conditions(pins={**CONDITIONS.pins, "settings": {**CONDITIONS.pins["settings"], **changes}})}


GOLDEN: list[tuple[str, Process, dict[str, Any]]] = [
    ("input_trivial", but("inputs", zero_fraction=0.011), {}),
    ("input_trivial", but("inputs", standard_deviation=0.0), {}),
    ("input_trivial", but("inputs", distinct=15), {}),
    ("l2_resident", complete(), {"work": SMALL}),
    ("no_sync", but("synchrony", timed_ns=50_000_000, awaited_ns=100_000_001), {}),
    ("escaped_work", but("synchrony", timed_ns=80_000_000, awaited_ns=100_000_000), {}),
    ("escaped_work", but("synchrony", threads_after=2), {}),
    ("escaped_work", but("synchrony", is_same_clock=False), {}),
    ("faster_than_physics", lasting(585_000), {"under": conditions(ceilings=Ceilings(3.4e12, 1e15))}),
    ("faster_than_physics", complete(), {"usual_seconds": 0.0101}),
    ("above_ceiling", lasting(632_000), {}),
    ("power_limited", complete(throttle=throttle(power_cap_ns=10_000_001)), {}),
    ("power_limited", complete(clock=dataclasses.replace(STEADY_1320, sm_start_mhz=1980)), {}),
    ("energy_power_limited", energy_under(power_cap_ns=120_000_001), {}),
    ("energy_power_limited", but("clock", sm_mean_mhz=1900.0), {}),
    ("thermal", complete(throttle=throttle(sw_thermal_ns=1)), {}),
    ("thermal", complete(throttle=throttle(hw_thermal_ns=1)), {}),
    ("thermal", complete(throttle=throttle(mask_or=0x4 | 0x80)), {}),
    ("energy_thermal", energy_under(hw_brake_ns=1), {}),
    ("not_settled", complete(), {"samples": [*[1_000_000] * 32, *[1_005_001] * 8]}),
    ("first_sample", complete(), {"samples": [3_000_001, *SAMPLES]}),
    ("first_sample", complete(), {"samples": [*[1_101_000] * 3, *[1_000_000] * 57]}),
    ("recompile", but("compilation", graphs_timed=1), {}),
    ("precision", but("correct", relative_error=2e-3, limit=1e-2, precision="fp32"), {}),
    ("wrong_result", but("correct", relative_error=1.1e-2), {}),
    ("wrong_result", but("correct", renewed_error=1.0), {}),
    ("tenant", but("tenancy", processes=1), {}),
    ("tenant", but("tenancy", utilisation_pct=2), {}),
    ("tenant", but("tenancy", memory_used_b=520_000_000), {}),
    ("tenant", but("tenancy", power_w=73.6), {}),
    ("tenant", but("tenancy_after", processes=2), {}),
    ("ecc", but("faults", uncorrected_after=1), {}),
    ("ecc", but("faults", is_remap_pending=True), {}),
    ("link_down", but("link", generation=4), {}),
    ("link_down", but("link", width=8), {}),
    ("virtual", complete(energy=None), settings(mig=True)),
    ("virtual", complete(), settings(virtualisation=2)),
    ("virtual", complete(), settings(confidential=True)),
    ("autocorr", complete(time=timing(rho1=0.21)), {}),
    ("bimodal", complete(), {"samples": [1_000_000, 1_030_000] * 20}),
    ("bimodal", complete(), {"samples": [1_000_000, 1_000_900, 1_030_000, 1_030_900] * 20}),
    ("quantum", complete(time=timing(quantum_ns=10_001)), {}),
    ("allocator", but("allocation", segments=1), {}),
    ("allocator", but("allocation", reserved_b=-4096), {}),
    ("host_bound", but("launching", graph_ns=900_000), {}),
    ("profiler", complete(profilers=("sys.settrace",)), {}),
    (
        "profiler",
        complete(),
        {"under": conditions(pins={**CONDITIONS.pins, "environment": {"CUDA_LAUNCH_BLOCKING": "1"}})},
    ),
    ("energy_window", but("energy", ticks=99), {}),
    ("energy_window", but("energy", is_aligned=False), {}),
    ("energy_window", but("energy", counter_mj=(9_000_000, 1_000_000)), {}),
    ("energy_window", but("energy", counter_mj=(9_000_000, 9_000_000)), {}),
    ("energy_alias", but("energy", loop_period_ms=101.0), {}),
    ("energy_alias", but("energy", power_integral_j=8_241.0), {}),
    ("different_work", but("serving", server_tokens=1_006_000), {}),
    ("different_work", but("serving", client_tokens=1_101_000, server_tokens=1_101_000), {}),
    ("client_bound", but("serving", lag_p99_ns=2_500_001), {}),
    ("client_bound", but("serving", client_cpu_fraction=0.81), {}),
    ("ramp", but("serving", full_fraction=0.97), {}),
    ("survivors", but("serving", errored=6, incomplete=5), {}),
    ("no_steady_state", but("warmup", steady=False), {}),
]


def test_the_clean_record_trips_nothing_and_leaves_nothing_unchecked() -> None:
    found = seen(complete())

    assert (found.trips, found.unchecked) == ((), ())
    assert found.asked == len(GATES)


@pytest.mark.parametrize(
    ("gate", "measured", "under"), GOLDEN, ids=[f"{name}-{place}" for place, (name, _, _) in enumerate(GOLDEN)]
)
def test_a_golden_record_trips_exactly_its_gate(gate: str, measured: Process, under: dict[str, Any]) -> None:
    assert names(measured, **under) == [gate]


def test_every_gate_of_the_table_has_a_golden_record() -> None:
    shown = {name for name, _, _ in GOLDEN} | {"mig_energy"}

    assert {gate.name for gate in GATES} == shown


def test_the_numbers_of_the_method_are_all_there() -> None:
    numbers = {gate.number for gate in GATES} | {gate.number for gate in PAIR_GATES}

    assert numbers == set(range(1, 32))
    assert [gate.number for gate in GATES[:-1]] == sorted(gate.number for gate in GATES[:-1])


def test_the_energy_of_a_slice_of_a_gpu_is_refused_beside_the_mark_of_the_slice() -> None:
    assert names(complete(), **settings(mig=True)) == ["virtual", "mig_energy"]


def test_a_process_that_measured_nothing_is_asked_nothing() -> None:
    found = seen(complete(time=None, error="it hung", tenancy=dataclasses.replace(TENANCY, processes=3)))

    assert (found.trips, found.unchecked, found.asked) == ((), (), 0)


@pytest.mark.parametrize(
    "measured",
    [
        but("inputs", zero_fraction=0.01),
        but("inputs", zero_fraction=1.0, standard_deviation=0.0, distinct=1, declared_trivial=True),
        but("synchrony", timed_ns=90_000_000, awaited_ns=100_000_000),
        complete(host=Host(wall_ns=44_000_000, involuntary_switches=0, steal_fraction=None)),
        lasting(633_000),
        complete(throttle=throttle(power_cap_ns=10_000_000, mask_or=0x4)),
        but("correct", relative_error=1e-2, renewed_error=1e-2),
        but("tenancy", utilisation_pct=1, power_w=73.4, memory_used_b=516_000_000),
        but("tenancy_after", processes=1),
        complete(time=timing(quantum_ns=10_000, rho1=0.2)),
        but("launching", eager_ns=1_100_000, graph_ns=1_000_000),
        but("link", generation=1, width=1, moves_bytes=False),
        but("energy", ticks=100, loop_period_ms=85.0, power_integral_j=8_239.0),
        but("energy", loop_period_ms=100.0, has_jitter=True),
        but("serving", errored=10, lag_p99_ns=2_500_000, client_cpu_fraction=0.8),
    ],
)
def test_a_value_at_its_limit_passes(measured: Process) -> None:
    assert names(measured) == []


@pytest.mark.parametrize(
    "samples",
    [[3_000_000, *SAMPLES], [*[1_000_000] * 32, *[1_005_000] * 8], [1_000_000, 1_019_000] * 20],
    ids=["first", "settled", "near modes"],
)
def test_samples_at_their_limit_pass(samples: list[int]) -> None:
    assert names(complete(), samples) == []


def test_a_slow_stretch_that_comes_back_is_no_lazy_start() -> None:
    assert "first_sample" not in names(complete(), [*[1_101_000] * 3, *[1_000_000] * 27, *[1_101_000] * 30])


def test_a_drift_over_a_long_window_is_seen_and_one_over_a_short_window_is_not() -> None:
    drifting = [1_000_000_000 + 50_000 * place for place in range(60)]

    assert names(lasting(1_000_000_000), drifting, work=None) == ["autocorr"]
    assert names(complete(), [1_000_000 + 20 * place for place in range(60)], work=None) == []


NOTHING = process(
    throttle=None, tenancy=None, host=None, warmup=None, correct=None, missing=(Missing(path="throttle", reason="no sensor"),)
)


def test_what_is_missing_trips_nothing_and_passes_nothing() -> None:
    found = seen(NOTHING, work=None)

    assert found.trips == ()
    assert {one.gate for one in found.unchecked} == {
        "input_trivial",
        "no_sync",
        "escaped_work",
        "power_limited",
        "thermal",
        "recompile",
        "precision",
        "wrong_result",
        "tenant",
        "ecc",
        "link_down",
        "allocator",
        "host_bound",
        "profiler",
        "no_steady_state",
    }


def test_the_reason_of_the_record_says_why_a_gate_could_not_be_asked() -> None:
    reasons = {one.gate: one.reason for one in seen(NOTHING, work=None).unchecked}

    assert reasons["thermal"] == "throttle: no sensor"
    assert reasons["ecc"] == "faults: not recorded"


@pytest.mark.parametrize(
    ("gate", "measured", "under"),
    [
        ("faster_than_physics", complete(), {"under": conditions(peaks=Peaks(reason="a new part", max_sm_mhz=1980.0))}),
        ("above_ceiling", complete(), {"under": conditions(ceilings=Ceilings())}),
        ("tenant", but("tenancy", idle_power_w=None), {}),
        ("tenant", but("tenancy", utilisation_pct=None), {}),
        ("tenant", but("tenancy", processes=None), {}),
        ("thermal", complete(throttle=throttle(hw_thermal_ns=None, mask_or=None)), {}),
        ("power_limited", complete(throttle=throttle(power_cap_ns=None)), {}),
        ("energy_power_limited", but("energy", throttle=None), {}),
        ("energy_alias", but("energy", power_integral_j=None), {}),
        ("ecc", but("faults", uncorrected_after=None), {}),
        ("link_down", but("link", width=None), {}),
        ("precision", but("correct", precision=None), {}),
        ("bimodal", complete(), {"samples": SAMPLES[:19]}),
        ("client_bound", but("serving", lag_p99_ns=None), {}),
        ("ramp", but("serving", full_fraction=None), {}),
        ("different_work", but("serving", server_tokens=None), {}),
    ],
)
def test_a_reading_that_is_missing_is_said_by_its_gate(gate: str, measured: Process, under: dict[str, Any]) -> None:
    assert names(measured, **under) == []
    assert gate in unchecked(measured, **under)


def test_the_mask_stands_in_for_counters_the_driver_does_not_confirm() -> None:
    unconfirmed = {"sw_thermal_ns": None, "thermal_ns": None, "hw_thermal_ns": None, "hw_brake_ns": None}
    found = seen(complete(throttle=throttle(**unconfirmed, mask_or=0x20)))

    assert [(trip.gate, trip.effect) for trip in found.trips] == [("thermal", "degraded")]
    assert unchecked(complete(throttle=throttle(**unconfirmed, mask_or=0))) == []


@pytest.mark.parametrize(
    ("window", "effect"),
    [
        ({"sw_thermal_ns": 10_000_000}, "degraded"),
        ({"sw_thermal_ns": 10_000_001}, "invalid"),
        ({"hw_thermal_ns": 1}, "invalid"),
        ({"hw_brake_ns": 1}, "invalid"),
        ({"mask_or": 0x1}, "degraded"),
        ({"mask_or": 0x8}, "invalid"),
        ({"mask_or": 0x10}, "degraded"),
        ({"mask_or": 0x40}, "invalid"),
        ({"mask_or": 0x200}, "degraded"),
        ({"mask_or": 0x400}, "degraded"),
    ],
)
def test_heat_has_the_effect_the_table_of_masks_gives_it(window: dict[str, int], effect: str) -> None:
    (trip,) = seen(complete(throttle=throttle(**window))).trips

    assert (trip.gate, trip.effect) == ("thermal", effect)


@pytest.mark.parametrize("bits", [0x2, 0x4, 0x100, 0x20])
def test_settings_the_power_cap_and_a_heat_bit_that_the_counter_denies_are_no_heat(bits: int) -> None:
    assert names(complete(throttle=throttle(mask_or=bits))) == []


def test_another_process_casts_doubt_on_the_whole_case_and_the_slow_sensor_only_on_its_own_process() -> None:
    (grave,) = seen(but("tenancy", processes=1, utilisation_pct=40)).trips
    (slight,) = seen(but("tenancy", utilisation_pct=40)).trips

    assert (grave.effect, grave.reach) == ("invalid", "case")
    assert (slight.effect, slight.reach) == ("invalid", "process")


def test_a_product_is_held_against_the_clock_that_was_measured_where_it_stood_still() -> None:
    at_1320 = lasting(880_000, clock=STEADY_1320)
    wandering = lasting(880_000, clock=dataclasses.replace(STEADY_1320, sm_end_mhz=1400))
    uncalibrated = conditions(ceilings=Ceilings(3.1e12, 1e15))

    assert names(at_1320, work=MATMUL, under=uncalibrated) == ["faster_than_physics", "power_limited"]
    assert names(wandering, work=MATMUL, under=uncalibrated) == ["power_limited"]


def test_a_rate_beyond_the_memory_is_the_caches_where_the_work_fits_into_it() -> None:
    fast: dict[str, Any] = {"work": SMALL, "under": conditions(ceilings=Ceilings(1e13, 1e15)), "usual_seconds": None}
    (trip,) = seen(lasting(20_000), **fast).trips
    hot = seen(lasting(20_000, time=timing(20_000, l2="hot")), **fast)

    assert (trip.gate, trip.effect) == ("l2_resident", "invalid")
    assert hot.trips == ()


def test_failed_requests_beyond_one_in_a_hundred_invalidate() -> None:
    (trip,) = seen(but("serving", errored=101)).trips

    assert (trip.effect, trip.value, trip.limit) == ("invalid", 0.0101, 0.01)


def test_gates_of_a_gpu_are_not_asked_of_a_processor() -> None:
    found = seen(process(time=timing(timer="host_monotonic"), throttle=None), work=COPY)

    assert not {"thermal", "power_limited", "ecc", "link_down", "allocator"} & {one.gate for one in found.unchecked}


def test_a_gate_of_the_energy_window_leaves_the_time_alone() -> None:
    (trip,) = seen(complete(energy=dataclasses.replace(ENERGY, ticks=99))).trips

    assert (trip.part, trip.effect) == ("energy", "invalid")


def test_a_trip_says_what_was_seen_and_what_was_allowed() -> None:
    (trip,) = seen(complete(throttle=throttle(power_cap_ns=620_000_000))).trips

    assert (trip.effect, trip.value, trip.limit) == ("label", 0.62, 0.01)
    assert "power cap" in trip.meaning
