"""One clean, complete process for the gates, and the conditions it ran under: it trips nothing and leaves nothing unchecked."""

from __future__ import annotations

import dataclasses
from typing import Any

from runs import process, throttle, timing

from chronicle.facts.gates.evidence import Conditions, Evidence
from chronicle.facts.gates.table import Inspection, inspect
from chronicle.facts.physics import Ceilings, Peaks
from chronicle.records.circumstances import (
    Allocation,
    Compilation,
    Faults,
    Inputs,
    Launching,
    Link,
    Memory,
    Serving,
    Synchrony,
)
from chronicle.records.run import Clock, Correctness, Energy, Host, Process, Temperature, Tenancy, WarmUp, Workload

CONDITIONS = Conditions(
    peaks=Peaks(memory_bytes_per_second=3.35e12, bf16_flop_per_second=1e15, fp32_flop_per_second=6e13, max_sm_mhz=1980.0),
    pins={"gpu": {"l2_b": 52_428_800}, "settings": {"application_sm_mhz": 1980, "mig": False, "virtualisation": 1}},
    ceilings=Ceilings(memory_bytes_per_second=3.1e12, bf16_flop_per_second=7.5e14),
    idle_memory_b=500_000_000,
)
COPY = Workload(formula="copy/1", bytes=2_000_000_000, flop=None)
MATMUL = Workload(formula="matmul/1", bytes=None, flop=600_000_000_000)
SAMPLES = [1_000_000] * 40

INPUTS = Inputs(tensors=2, looked_at=1000, zero_fraction=0.0, standard_deviation=1.0, distinct=990, declared_trivial=False)
SYNCHRONY = Synchrony(
    calls=100, timed_ns=100_000_000, awaited_ns=101_000_000, threads_before=1, threads_after=1, is_same_clock=True
)
FAULTS = Faults(uncorrected_before=0, uncorrected_after=0, is_remap_pending=False, has_remap_failed=False)
LINK = Link(generation=5, generation_most=5, width=16, width_most=16, moves_bytes=True)
CORRECT = Correctness(reference="fp64", relative_error=1e-3, limit=1e-2, renewed_error=1e-3, precision="bf16")
TENANCY = Tenancy(processes=0, memory_used_b=500_000_000, utilisation_pct=0, power_w=70.0, idle_power_w=70.0)
ENERGY = Energy(
    scope="device",
    counter_mj=(1_000_000, 9_000_000),
    window_ns=12_000_000_000,
    ticks=120,
    calls=12_000.0,
    power_mean_w=666.0,
    telemetry_line=0,
    power_integral_j=7_990.0,
    loop_period_ms=1.0,
    throttle=throttle(12_000_000_000),
)
SERVING = Serving(
    requests=10_000,
    errored=0,
    incomplete=0,
    lag_p99_ns=1_000_000,
    ttft_median_ns=50_000_000,
    client_cpu_fraction=0.3,
    client_tokens=1_000_000,
    server_tokens=1_000_000,
    asked_tokens=1_000_000,
    full_fraction=1.0,
)


def complete(**changes: Any) -> Process:
    """A process that holds every reading a gate asks for, all of them good."""
    plain = process(
        clock=Clock(sm_start_mhz=1980, sm_end_mhz=1980, memory_mhz=2619, sm_mean_mhz=1980.0, sm_p5_mhz=1980),
        temperature=Temperature(start_c=40, end_c=60, memory_end_c=60),
        energy=ENERGY,
        memory=Memory(peak_allocated_b=10**9, peak_reserved_b=10**9, allocation_retries=0),
        correct=CORRECT,
        tenancy=TENANCY,
        tenancy_after=TENANCY,
        inputs=INPUTS,
        synchrony=SYNCHRONY,
        compilation=Compilation(graphs_before=1, graphs_timed=0, breaks=0),
        allocation=Allocation(segments=0, reserved_b=0, retries=0),
        faults=FAULTS,
        link=LINK,
        launching=Launching(eager_ns=1_000_000, graph_ns=990_000),
        serving=SERVING,
        profilers=(),
        warmup=WarmUp(calls=100, device_ns=3_000_000_000, t_first_ns=2_000_000, steady=True),
        time=timing(),
    )
    return dataclasses.replace(plain, **changes)


def but(part: str, **changes: Any) -> Process:
    """The complete process with fields of one of its parts changed."""
    return complete(**{part: dataclasses.replace(getattr(complete(), part), **changes)})


def lasting(median_ns: int, **changes: Any) -> Process:
    """The complete process with samples of another length, and a wall time that fits them."""
    time = timing(median_ns)
    host = Host(wall_ns=time.device_ns, involuntary_switches=0, steal_fraction=0.0)
    return dataclasses.replace(complete(time=time, host=host), **changes)


def conditions(**changes: Any) -> Conditions:
    return dataclasses.replace(CONDITIONS, **changes)


def seen(
    measured: Process,
    samples: list[int] | None = None,
    work: Workload | None = COPY,
    under: Conditions = CONDITIONS,
    usual_seconds: float | None = 0.001,
) -> Inspection:
    return inspect(Evidence(measured, SAMPLES if samples is None else samples, work, under, usual_seconds))


def names(*arguments: Any, **named: Any) -> list[str]:
    """The gates that are tripped."""
    return [trip.gate for trip in seen(*arguments, **named).trips]


def unchecked(*arguments: Any, **named: Any) -> list[str]:
    return [one.gate for one in seen(*arguments, **named).unchecked]
