"""The timed samples of a process: first call, warm-up, kept samples, with the sensors read at the edges only.

Between the two edges nothing of ours calls NVML or allocates on the device: the queue of calls is all there is.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chronicle.harness import around, nvml, protocol
from chronicle.harness.declare import Work
from chronicle.harness.timers import Agree, Call, CudaTimer, HostTimer, Timer, captured, overwriting
from chronicle.records import circumstances, run

_GROUP_SECONDS = 0.1
_GROUP_MOST = 200


@dataclass(frozen=True, slots=True)
class Edge:
    """What the sensors said at one edge of the timed samples, with the load running, and when."""

    mono_ns: int
    throttle: nvml.ThrottleCounters
    sm_mhz: int | None
    memory_mhz: int | None
    link: circumstances.Link


@dataclass(frozen=True, slots=True)
class Repeated:
    """What a sample repeats: ``inner`` calls of ``call``, which are ``batch`` calls of the benchmark's own."""

    call: Call
    inner: int
    batch: int
    group: int = 1


@dataclass(frozen=True, slots=True)
class Timed:
    """Kept samples with the warm-up before them and what changed around them."""

    warmup: run.WarmUp
    samples: list[int]
    repeated: Repeated
    host: run.Host
    before: Edge | None
    after: Edge | None
    compilation: circumstances.Compilation | None
    allocation: circumstances.Allocation | None


@dataclass(slots=True)
class Spent:
    """Calls and device time of the warm-up so far, with its finished stretches and the one that is filling."""

    calls: int
    device_ns: int
    stretches: list[protocol.Stretch] = field(default_factory=list)
    samples: list[int] = field(default_factory=list)
    sm_mhz: list[int] = field(default_factory=list)
    filled_ns: int = 0


def timer_for(torch: Any, device: str, work: Work, agree: Agree = list) -> Timer:
    """The clock of the device, or of the host; one that makes the cache cold before each sample where the work asks for it."""
    if work.on_host:
        return HostTimer(agree)
    before_each = overwriting(torch, device) if work.l2 == "cold" else None
    return CudaTimer(torch, device, before_each, agree) if device.startswith("cuda") else HostTimer(agree)


def first_call(timer: Timer, work: Work) -> int:
    """Nanoseconds of the very first call, which loads and compiles what the others find ready."""
    return timer.group(work.call, 1, 1)[0]


def warm(
    torch: Any, timer: Timer, work: Work, rule: run.Protocol, gpu: nvml.Gpu | None, first: int
) -> tuple[run.WarmUp, Repeated]:
    """Choose what a sample repeats, and call it until the rule is content or its cap is reached."""
    repeated = _batched(torch, timer, work)
    sample_ns = max(1, timer.group(repeated.call, repeated.inner, 1)[0])
    size = max(1, min(_GROUP_MOST, int(_GROUP_SECONDS * protocol.NS / sample_ns)))
    spent = Spent(1, first)
    while (
        not (steady := protocol.is_warm(spent.stretches, spent.calls, spent.device_ns, rule))
        and spent.device_ns < rule.warmup_cap_seconds * protocol.NS
    ):
        _warm_group(torch, timer, work, repeated, size, rule, gpu, spent)
    if work.batch is None and work.capture == "eager" and work.l2 != "cold":
        batch = _batch(timer, repeated.call, repeated.batch)
        repeated = Repeated(repeated.call, batch, batch)
    warmup = run.WarmUp(calls=spent.calls, device_ns=spent.device_ns, t_first_ns=first, steady=steady)
    return warmup, Repeated(repeated.call, repeated.inner, repeated.batch, size)


def _batched(torch: Any, timer: Timer, work: Work) -> Repeated:
    batch = 1 if work.l2 == "cold" else work.batch or _batch(timer, work.call, 1)
    if work.capture == "graph":
        return Repeated(captured(torch, work.call, batch), 1, batch)
    return Repeated(work.call, batch, batch)


def _batch(timer: Timer, call: Call, least: int) -> int:
    """Asked before the warm-up, and once more after it: a warm call is shorter than a cold one."""
    return protocol.batch_for(lambda calls: statistics.median(timer.group(call, calls, 3)), timer.quantum_ns, least)


def _warm_group(
    torch: Any, timer: Timer, work: Work, repeated: Repeated, size: int, rule: run.Protocol, gpu: nvml.Gpu | None, spent: Spent
) -> None:
    """One group of the warm-up; where the cache is made cold in between, the wall time is the device's."""

    def read_clock() -> None:
        if gpu is not None and (clock := gpu.sm_mhz().value) is not None:
            spent.sm_mhz.append(clock)

    started = time.perf_counter_ns()
    group = timer.group(repeated.call, repeated.inner, size, read_clock)
    busy = time.perf_counter_ns() - started if work.l2 == "cold" else sum(group)
    spent.calls += repeated.inner * len(group)
    spent.device_ns += busy
    spent.filled_ns += busy
    spent.samples += group
    if spent.filled_ns >= rule.warmup_window_seconds * protocol.NS:
        graphs = around.compiled_graphs(torch)
        spent.stretches = [*spent.stretches[-1:], protocol.Stretch(spent.samples, spent.sm_mhz, graphs)]
        spent.samples, spent.sm_mhz, spent.filled_ns = [], [], 0


def take(
    torch: Any, timer: Timer, work: Work, rule: run.Protocol, gpu: nvml.Gpu | None, warmed: tuple[run.WarmUp, Repeated]
) -> Timed:
    """Keep samples until the rule is content; sensors are read before the first and after the last, with the load queued."""
    warmup, repeated = warmed
    before = _edge(timer, repeated, gpu, work)
    if around.uses_cuda(torch):
        torch.cuda.reset_peak_memory_stats()
    graphs, memory = around.compiled_graphs(torch), around.allocator(torch)
    samples: list[int] = []
    timer.synchronise()
    ticks, wall = _processor_ticks(), time.perf_counter_ns()
    while not protocol.has_enough(samples, sum(samples), rule):
        samples += timer.group(repeated.call, repeated.inner, min(repeated.group, rule.samples_cap - len(samples)))
    wall = time.perf_counter_ns() - wall
    host = _host(wall, ticks, _processor_ticks())
    compilation, allocation = around.compilation(torch, graphs), around.allocation(torch, memory)
    return Timed(warmup, samples, repeated, host, before, _edge(timer, repeated, gpu, work), compilation, allocation)


def _edge(timer: Timer, repeated: Repeated, gpu: nvml.Gpu | None, work: Work) -> Edge | None:
    """Counters and clocks while queued calls run: a reading on a drained device would show an idle clock."""
    if gpu is None:
        return None
    edges: list[Edge] = []

    def read() -> None:
        link = around.link(gpu, work.over_link)
        edges.append(Edge(time.monotonic_ns(), gpu.throttle(), gpu.sm_mhz().value, gpu.memory_mhz().value, link))

    timer.group(repeated.call, repeated.inner, repeated.group, read)
    return edges[0]


def timing(timed: Timed, timer: Timer, work: Work) -> run.Timing:
    """What the record says of the kept samples."""
    kept = timed.samples
    quarters = statistics.quantiles(kept if len(kept) > 1 else kept * 2, n=4)
    correlation = protocol.lag_one(kept)
    return run.Timing(
        timer=timer.name,
        quantum_ns=timer.quantum_ns,
        calls_per_sample=timed.repeated.batch,
        capture=work.capture,
        l2=work.l2,
        n=len(kept),
        median_ns=round(statistics.median(kept)),
        q1_ns=round(quarters[0]),
        q3_ns=round(quarters[2]),
        min_ns=min(kept),
        rho1=None if correlation is None else round(correlation, 6),
        device_ns=sum(kept),
        samples_line=0,
    )


def clock(timed: Timed, sm_mhz: tuple[int, ...]) -> run.Clock | None:
    """Clocks at the edges, and of the energy window where there was one."""
    before, after = timed.before, timed.after
    if before is None or after is None:
        return None
    return run.Clock(
        sm_start_mhz=before.sm_mhz,
        sm_end_mhz=after.sm_mhz,
        memory_mhz=after.memory_mhz,
        sm_mean_mhz=round(statistics.fmean(sm_mhz), 1) if sm_mhz else None,
        sm_p5_mhz=sorted(sm_mhz)[len(sm_mhz) // 20] if sm_mhz else None,
    )


def throttle(timed: Timed) -> run.ThrottleWindow | None:
    """What held the clocks back between the two edges; a counter that fell tells nothing."""
    before, after = timed.before, timed.after
    if before is None or after is None:
        return None
    masks = [mask for edge in (before, after) if (mask := edge.throttle.mask.value) is not None]

    def difference(of: Callable[[nvml.ThrottleCounters], nvml.Reading]) -> int | None:
        a, b = of(before.throttle).value, of(after.throttle).value
        return b - a if a is not None and b is not None and b >= a else None

    return run.ThrottleWindow(
        window_ns=after.mono_ns - before.mono_ns,
        power_cap_ns=difference(lambda counters: counters.power_cap),
        thermal_ns=difference(lambda counters: counters.thermal),
        low_utilisation_ns=difference(lambda counters: counters.low_utilisation),
        sw_thermal_ns=difference(lambda counters: counters.sw_thermal),
        hw_thermal_ns=difference(lambda counters: counters.hw_thermal),
        hw_brake_ns=difference(lambda counters: counters.hw_brake),
        mask_or=(masks[0] | masks[-1]) if masks else None,
    )


def _host(wall_ns: int, before: tuple[int, int] | None, after: tuple[int, int] | None) -> run.Host:
    import resource

    stolen, total = (after[0] - before[0], after[1] - before[1]) if before and after else (0, 0)
    return run.Host(
        wall_ns=wall_ns,
        involuntary_switches=resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw,
        steal_fraction=round(stolen / total, 6) if total else None,
    )


def _processor_ticks() -> tuple[int, int] | None:
    """Ticks that a hypervisor took from this machine, and all ticks, since boot; None where the kernel does not say."""
    try:
        fields = [int(one) for one in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    except (OSError, ValueError):
        return None
    return (fields[7], sum(fields)) if len(fields) == 8 else None
