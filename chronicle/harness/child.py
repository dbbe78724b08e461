"""The measured process: one case, once, in a fresh interpreter.

It reads a job from standard input and writes one line of JSON to the descriptor that was standard output; whatever the
benchmark prints goes to standard error. Only the standard library, torch (if the benchmark imports it) and NVML are
loaded here. The order is: who else is there, set-up, pins, warm-up, timed samples, energy window, correctness.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
import signal
import statistics
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chronicle.harness import energy, nvml, pins, protocol
from chronicle.harness.declare import Check, Work
from chronicle.harness.discover import load_suite
from chronicle.harness.timers import CudaTimer, HostTimer, Timer, captured
from chronicle.records import run

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_GROUP_SECONDS = 0.1
_GROUP_MOST = 200
_IDLE_SECONDS = 2.0
_NO_WINDOW = "the benchmark asks for no energy window"


@dataclass(frozen=True, slots=True)
class Job:
    """What the parent asks for: a case, a device, the stop rules, and where this machine keeps its salt."""

    bench: str
    suite: str
    benchmark: str
    parameters: dict[str, Any]
    device: str
    pci_bus_id: str | None
    salt: str
    protocol: run.Protocol


@dataclass(frozen=True, slots=True)
class Edge:
    """What the sensors said at one edge of the timed samples, with the load running, and when."""

    mono_ns: int
    throttle: nvml.ThrottleCounters
    sm_mhz: int | None
    memory_mhz: int | None


@dataclass(frozen=True, slots=True)
class Timed:
    """Kept samples with the warm-up before them and the wall time around them."""

    warmup: run.WarmUp
    samples: list[int]
    batch: int
    wall_ns: int
    steal: tuple[int, int] | None
    first_edge: Edge | None
    last_edge: Edge | None


def main() -> None:
    """Measure the job on standard input and answer on the original standard output."""
    if len(sys.argv) > 1:
        die_with(int(sys.argv[1]))
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    plain = json.loads(sys.stdin.read())
    job = Job(**{**plain, "protocol": run.Protocol(**plain["protocol"])})
    try:
        reply = measure(job)
    except Exception as failure:
        traceback.print_exc()
        reply = {"error": f"{type(failure).__name__}: {failure}"[:400] + _place(failure, job.bench)}
    answer.write(json.dumps(reply, allow_nan=False) + "\n")
    answer.flush()


def die_with(parent: int) -> None:
    """Be killed as soon as the parent ends, also by SIGKILL: nobody would read the answer. Only Linux offers this.

    A parent that ended before the request is noticed by its process id, which is no longer that of our parent.
    """
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _place(failure: Exception, bench: str) -> str:
    """Where in the user's own code it happened: `` (decode.py:31)``."""
    frames = traceback.extract_tb(failure.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(bench)]
    return f" ({Path(own[-1].filename).relative_to(bench).as_posix()}:{own[-1].lineno})" if own else ""


def measure(job: Job) -> dict[str, Any]:
    """The process record without its place in the run, the samples, the telemetry, the pins and the workload."""
    start = {"start_utc": datetime.now(UTC).isoformat(timespec="seconds")}
    gpu, why = nvml.open_gpu(job.pci_bus_id) if job.pci_bus_id else (None, _without_gpu(job.device))
    tenancy = _tenancy(gpu)
    work = _set_up(job)
    torch = sys.modules.get("torch")
    environment = pins.capture(torch, job.device, gpu, why, Path(job.salt))
    timer: Timer = CudaTimer(torch, job.device) if job.device.startswith("cuda") else HostTimer()
    heat = gpu.temperature_c() if gpu else None
    timed = _timed(torch, timer, work, job.protocol, gpu)
    window = _energy(torch, work, timed, gpu, job) if work.energy else energy.Window(None, _NO_WINDOW, None)
    parts: dict[str, Any] = {
        "warmup": timed.warmup,
        "time": _timing(timed, timer, work),
        "host": _host(timed),
        "clock": _clock(timed),
        "throttle": _throttle(timed),
        "temperature": _temperature(heat, gpu),
        "energy": window.energy,
        "memory": _memory(torch, job.device),
        "correct": _correctness(work.check, work.call, timer) if work.check else None,
        "tenancy": tenancy,
    }
    return {
        "process": start | {name: dataclasses.asdict(part) if part else None for name, part in parts.items()},
        "missing": _missing(parts, why, window),
        "samples": timed.samples,
        "telemetry": window.telemetry,
        "environment": dataclasses.asdict(environment),
        "workload": {"formula": work.formula, "bytes": work.bytes, "flop": work.flop},
    }


def _set_up(job: Job) -> Work:
    """The work of the job's case. The bench folder stays importable: a benchmark may import its lab code when it is set up."""
    sys.path.insert(0, job.bench)
    work = load_suite(Path(job.bench), job.suite).benchmark(job.benchmark).set_up(job.device, **job.parameters)
    if not isinstance(work, Work):
        raise TypeError(f"{job.benchmark} returned {type(work).__name__}; a benchmark returns Work(…)")
    return work


def _without_gpu(device: str) -> str:
    return "the device is cpu" if device == "cpu" else f"torch does not tell where {device} sits on the PCI bus"


def _timed(torch: Any, timer: Timer, work: Work, rule: run.Protocol, gpu: nvml.Gpu | None) -> Timed:
    """Warm up, then keep samples until the rule is content; sensors are read at the edges only, with the load queued."""
    first = timer.group(work.call, 1, 1)[0]
    batch = work.batch or _batch(timer, work.call, 1)
    call = captured(torch, work.call, batch) if work.capture == "graph" else work.call
    inner = 1 if work.capture == "graph" else batch
    warmup, size = _warm(timer, call, inner, rule, first)
    if work.batch is None and work.capture == "eager":
        batch = inner = _batch(timer, call, batch)
    before = _edge(timer, call, inner, size, gpu)
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.reset_peak_memory_stats()
    samples: list[int] = []
    timer.synchronise()
    busy, wall = _processor_ticks(), time.perf_counter_ns()
    while not protocol.has_enough(samples, sum(samples), rule):
        samples += timer.group(call, inner, min(size, rule.samples_cap - len(samples)))
    wall = time.perf_counter_ns() - wall
    stolen = _ticks_between(busy, _processor_ticks())
    return Timed(warmup, samples, batch, wall, stolen, before, _edge(timer, call, inner, size, gpu))


def _batch(timer: Timer, call: Any, least: int) -> int:
    """Asked before the warm-up, and once more after it: a warm call is shorter than a cold one."""
    return protocol.batch_for(lambda calls: statistics.median(timer.group(call, calls, 3)), timer.quantum_ns, least)


def _warm(timer: Timer, call: Any, inner: int, rule: run.Protocol, first: int) -> tuple[run.WarmUp, int]:
    """Call until the rule or its cap; also the number of samples in a group of about a tenth of a second."""
    sample_ns = max(1, timer.group(call, inner, 1)[0])
    size = max(1, min(_GROUP_MOST, int(_GROUP_SECONDS * protocol.NS / sample_ns)))
    calls, device_ns = 1, first
    windows: list[list[int]] = []
    window: list[int] = []
    while (
        not (steady := protocol.is_warm(windows, calls, device_ns, rule)) and device_ns < rule.warmup_cap_seconds * protocol.NS
    ):
        group = timer.group(call, inner, size)
        calls, device_ns, window = calls + inner * len(group), device_ns + sum(group), window + group
        if sum(window) >= rule.warmup_window_seconds * protocol.NS:
            windows, window = [*windows[-1:], window], []
    return run.WarmUp(calls=calls, device_ns=device_ns, t_first_ns=first, steady=steady), size


def _edge(timer: Timer, call: Any, inner: int, size: int, gpu: nvml.Gpu | None) -> Edge | None:
    """Counters and clocks while queued calls run: a reading on a drained device would show an idle clock."""
    if gpu is None:
        return None
    for _ in range(inner * size):
        call()
    edge = Edge(time.monotonic_ns(), gpu.throttle(), gpu.sm_mhz().value, gpu.memory_mhz().value)
    timer.synchronise()
    return edge


def _timing(timed: Timed, timer: Timer, work: Work) -> run.Timing:
    kept = timed.samples
    quarters = statistics.quantiles(kept if len(kept) > 1 else kept * 2, n=4)
    return run.Timing(
        timer=timer.name,
        quantum_ns=timer.quantum_ns,
        calls_per_sample=timed.batch,
        capture=work.capture,
        l2=work.l2,
        n=len(kept),
        median_ns=round(statistics.median(kept)),
        q1_ns=round(quarters[0]),
        q3_ns=round(quarters[2]),
        min_ns=min(kept),
        rho1=_rounded(protocol.lag_one(kept)),
        device_ns=sum(kept),
        samples_line=0,
    )


def _host(timed: Timed) -> run.Host:
    import resource

    switches = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw
    stolen, total = timed.steal or (0, 0)
    return run.Host(
        wall_ns=timed.wall_ns,
        involuntary_switches=switches,
        steal_fraction=round(stolen / total, 6) if total else None,
    )


def _processor_ticks() -> tuple[int, int] | None:
    """Ticks that a hypervisor took from this machine, and all ticks, since boot; None where the kernel does not say."""
    try:
        fields = [int(one) for one in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    except (OSError, ValueError):
        return None
    return (fields[7], sum(fields)) if len(fields) == 8 else None


def _ticks_between(before: tuple[int, int] | None, after: tuple[int, int] | None) -> tuple[int, int] | None:
    return (after[0] - before[0], after[1] - before[1]) if before and after else None


def _clock(timed: Timed) -> run.Clock | None:
    before, after = timed.first_edge, timed.last_edge
    if before is None or after is None:
        return None
    return run.Clock(sm_start_mhz=before.sm_mhz, sm_end_mhz=after.sm_mhz, memory_mhz=after.memory_mhz)


def _throttle(timed: Timed) -> run.ThrottleWindow | None:
    before, after = timed.first_edge, timed.last_edge
    if before is None or after is None:
        return None
    masks = [mask for edge in (before, after) if (mask := edge.throttle.mask.value) is not None]

    def difference(name: str) -> int | None:
        a, b = getattr(before.throttle, name).value, getattr(after.throttle, name).value
        return b - a if a is not None and b is not None and b >= a else None

    return run.ThrottleWindow(
        window_ns=after.mono_ns - before.mono_ns,
        power_cap_ns=difference("power_cap"),
        thermal_ns=difference("thermal"),
        low_utilisation_ns=difference("low_utilisation"),
        sw_thermal_ns=difference("sw_thermal"),
        hw_thermal_ns=difference("hw_thermal"),
        hw_brake_ns=difference("hw_brake"),
        mask_or=(masks[0] | masks[-1]) if masks else None,
    )


def _energy(torch: Any, work: Work, timed: Timed, gpu: nvml.Gpu | None, job: Job) -> energy.Window:
    if gpu is None or job.pci_bus_id is None:
        return energy.Window(None, f"the device is {job.device}: it has no energy counter we read", None)
    if not job.protocol.energy_seconds:
        return energy.Window(None, "the protocol leaves no time for an energy window", None)
    call_ns = statistics.median(timed.samples) / timed.batch
    return energy.measure(torch, work.call, call_ns, gpu, job.pci_bus_id, job.protocol.energy_seconds)


def _temperature(start: nvml.Reading | None, gpu: nvml.Gpu | None) -> run.Temperature | None:
    if gpu is None or start is None:
        return None
    return run.Temperature(start_c=start.value, end_c=gpu.temperature_c().value, memory_end_c=gpu.memory_temperature_c().value)


def _memory(torch: Any, device: str) -> run.Memory | None:
    if torch is None or not device.startswith("cuda"):
        return None
    return run.Memory(
        peak_allocated_b=torch.cuda.max_memory_allocated(),
        peak_reserved_b=torch.cuda.max_memory_reserved(),
        allocation_retries=torch.cuda.memory_stats().get("num_alloc_retries", 0),
    )


def _correctness(check: Check, call: Any, timer: Timer) -> run.Correctness:
    check.output.fill_(math.nan)
    call()
    timer.synchronise()
    error = float(check.error())
    return run.Correctness(
        reference=check.reference,
        relative_error=error if math.isfinite(error) else sys.float_info.max,
        limit=check.limit,
    )


def wait_until_idle(
    gpu: nvml.Gpu, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Wait until the utilisation reads 0, at most two seconds: it is an average that still shows our own last process."""
    until = clock() + _IDLE_SECONDS
    while gpu.utilisation_pct().value and clock() < until:
        sleep(0.05)


def _tenancy(gpu: nvml.Gpu | None) -> run.Tenancy | None:
    if gpu is None:
        return None
    wait_until_idle(gpu)
    power = gpu.power_mw(nvml.POWER_AVERAGE).value
    return run.Tenancy(
        processes=gpu.process_count().value,
        memory_used_b=gpu.memory_used_b().value,
        utilisation_pct=gpu.utilisation_pct().value,
        power_w=power / 1000 if power is not None else None,
    )


def _missing(parts: dict[str, Any], why_no_gpu: str, window: energy.Window) -> list[dict[str, str]]:
    reasons = {
        "energy": window.reason,
        "correct": "the benchmark declares no check",
    }
    gaps = {name: reasons.get(name, why_no_gpu) for name, part in parts.items() if part is None}
    for name, part in parts.items():
        if part is not None:
            fields = dataclasses.asdict(part)
            gaps |= {f"{name}.{field}": "the machine did not give it" for field, value in fields.items() if value is None}
    return [{"path": path, "reason": reason} for path, reason in sorted(gaps.items())]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


if __name__ == "__main__":
    main()
