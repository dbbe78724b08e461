"""What is to be seen around the samples of a process: other tenants, inputs, compilers, memory, faults, profilers.

Each function gives one part of the record, or None where nothing can be seen; none runs among kept samples.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from chronicle.harness import nvml
from chronicle.harness.declare import Work
from chronicle.harness.timers import Call, CudaTimer, HostTimer, Timer, captured
from chronicle.records import circumstances, run

_IDLE_SECONDS = 2.0
_ELEMENTS_MOST = 1_000_000
_SHORT_CALL_NS = 1_000_000
_REPLAYS = 20
_CLOCK = time.perf_counter_ns
_TRACING_VARIABLES = ("CUDA_INJECTION64_PATH", "CUDA_INJECTION32_PATH", "NVTX_INJECTION64_PATH", "COMPUTE_PROFILE")
_SWITCHES = ("CUDA_LAUNCH_BLOCKING", "TORCH_SHOW_CPP_STACKTRACES", "PYTORCH_NO_CUDA_MEMORY_CACHING")


def wait_until_idle(
    gpu: nvml.Gpu, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Wait until the utilisation reads 0, at most two seconds: it is an average that still shows our own last process."""
    until = clock() + _IDLE_SECONDS
    while gpu.utilisation_pct().value and clock() < until:
        sleep(0.05)


def wait_until_cool(
    gpu: nvml.Gpu,
    celsius: int,
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Wait until the device is no warmer than ``celsius``, at most ``seconds``; one that does not tell is not waited for."""
    until = clock() + seconds
    while (now := gpu.temperature_c().value) is not None and now > celsius and clock() < until:
        sleep(0.1)


def tenancy(gpu: nvml.Gpu | None) -> run.Tenancy | None:
    """Who uses the device, by what it says of itself: processes of other containers have no ids here."""
    if gpu is None:
        return None
    power = gpu.power_mw(nvml.POWER_AVERAGE).value
    return run.Tenancy(
        processes=gpu.process_count().value,
        memory_used_b=gpu.memory_used_b().value,
        utilisation_pct=gpu.utilisation_pct().value,
        power_w=power / 1000 if power is not None else None,
    )


def inputs(torch: Any, work: Work) -> circumstances.Inputs | None:
    """The least varied of the tensors named as inputs, over evenly spaced elements of it."""
    if torch is None or not work.inputs:
        return None
    seen = [_looked_at(torch, tensor) for tensor in work.inputs]
    flat, distinct = min(seen, key=lambda one: one[1] / max(1, one[0].numel()))
    return circumstances.Inputs(
        tensors=len(seen),
        looked_at=int(flat.numel()),
        zero_fraction=round(float((flat == 0).double().mean()), 6),
        standard_deviation=float(flat.std()) if flat.numel() > 1 else 0.0,
        distinct=distinct,
        declared_trivial=work.trivial,
    )


def _looked_at(torch: Any, tensor: Any) -> tuple[Any, int]:
    step = max(1, tensor.numel() // _ELEMENTS_MOST)
    flat = tensor.detach().reshape(-1)[::step].double()
    return flat, int(torch.unique(flat).numel())


def uses_cuda(torch: Any) -> bool:
    """Whether this process has a CUDA context through torch."""
    return torch is not None and bool(torch.cuda.is_initialized())


def compiled_graphs(torch: Any) -> int:
    """Graphs that torch's compiler has made in this process so far; 0 where it is not loaded."""
    counters = _dynamo_counters(torch)
    return int(counters["stats"]["unique_graphs"]) if counters is not None else 0


def compilation(torch: Any, graphs_before: int) -> circumstances.Compilation | None:
    """What the compiler made before and among the samples: nothing where it was never loaded; None without torch."""
    if torch is None:
        return None
    counters = _dynamo_counters(torch)
    return circumstances.Compilation(
        graphs_before=graphs_before,
        graphs_timed=compiled_graphs(torch) - graphs_before,
        breaks=sum(counters["graph_break"].values()) if counters is not None else 0,
    )


def _dynamo_counters(torch: Any) -> Any:
    dynamo = sys.modules.get("torch._dynamo.utils") if torch is not None else None
    return None if dynamo is None else dynamo.counters


def allocator(torch: Any) -> dict[str, int] | None:
    """Segments, reserved bytes and retries of torch's caching allocator; None without a CUDA context."""
    if not uses_cuda(torch):
        return None
    stats = torch.cuda.memory_stats()
    names = {"segments": "segment.all.allocated", "reserved_b": "reserved_bytes.all.current", "retries": "num_alloc_retries"}
    return {name: int(stats.get(key, 0)) for name, key in names.items()}


def allocation(torch: Any, before: dict[str, int] | None) -> circumstances.Allocation | None:
    """What the allocator did since ``before``."""
    now = allocator(torch)
    if before is None or now is None:
        return None
    return circumstances.Allocation(**{name: now[name] - before[name] for name in now})


def memory(torch: Any, device: str) -> circumstances.Memory | None:
    """The most memory torch held since the first kept sample."""
    if torch is None or not device.startswith("cuda"):
        return None
    return circumstances.Memory(
        peak_allocated_b=torch.cuda.max_memory_allocated(),
        peak_reserved_b=torch.cuda.max_memory_reserved(),
        allocation_retries=torch.cuda.memory_stats().get("num_alloc_retries", 0),
    )


def faults(before: nvml.Reading | None, gpu: nvml.Gpu | None) -> circumstances.Faults | None:
    """Uncorrected errors before and now, and rows to be remapped."""
    if gpu is None or before is None:
        return None
    pending, failed = gpu.remapped_rows()
    return circumstances.Faults(
        uncorrected_before=before.value,
        uncorrected_after=gpu.uncorrected_errors().value,
        is_remap_pending=None if pending.value is None else bool(pending.value),
        has_remap_failed=None if failed.value is None else bool(failed.value),
    )


def link(gpu: nvml.Gpu, moves_bytes: bool) -> circumstances.Link:
    """The PCIe link as it is now."""
    generation, generation_most, width, width_most = gpu.link()
    return circumstances.Link(
        generation=generation.value,
        generation_most=generation_most.value,
        width=width.value,
        width_most=width_most.value,
        moves_bytes=moves_bytes,
    )


def profilers(torch: Any) -> tuple[str, ...]:
    """Names of the tracers and debugging switches that are on in this process."""
    found = [name for name in _TRACING_VARIABLES if os.environ.get(name)]
    found += [name for name in _SWITCHES if os.environ.get(name, "0") not in ("", "0")]
    found += [name for name, on in (("sys.settrace", sys.gettrace()), ("sys.setprofile", sys.getprofile())) if on]
    if torch is not None and torch.is_anomaly_enabled():
        found.append("torch.autograd.detect_anomaly")
    return tuple(found)


def threads() -> int:
    """Python threads of this process: work may escape into one that was started by a call."""
    return threading.active_count()


def synchrony(torch: Any, device: str, call: Call, inner: int, samples: int, threads_before: int) -> circumstances.Synchrony:
    """One more sample of a whole group's calls, the cache as it comes, timed by the timer and awaited by the host."""
    timer: Timer = CudaTimer(torch, device) if device.startswith("cuda") else HostTimer()
    timer.group(call, inner * samples, 1)
    started = _CLOCK()
    (timed,) = timer.group(call, inner * samples, 1)
    if uses_cuda(torch):
        torch.cuda.synchronize()
    return circumstances.Synchrony(
        calls=inner * samples,
        timed_ns=timed,
        awaited_ns=_CLOCK() - started,
        threads_before=threads_before,
        threads_after=threads(),
        is_same_clock=time.perf_counter_ns is _CLOCK,
    )


def launching(
    torch: Any, device: str, call: Call, calls: int, samples_ns: Sequence[int]
) -> tuple[circumstances.Launching | None, str]:
    """The samples' median against the same calls replayed from a graph, or why there is none.

    The last thing a process does: a call that cannot be captured may leave the stream unusable.
    """
    eager = sorted(samples_ns)[len(samples_ns) // 2]
    if not device.startswith("cuda"):
        return None, f"the device is {device}"
    if eager / calls > _SHORT_CALL_NS:
        return None, "a call lasts far longer than a launch costs"
    try:
        replayed = CudaTimer(torch, device).group(captured(torch, call, calls), 1, _REPLAYS)
    except Exception as failure:  # whatever the benchmark's own code raises under capture
        return None, f"the call cannot be captured in a graph ({type(failure).__name__})"
    return circumstances.Launching(eager_ns=eager, graph_ns=sorted(replayed)[_REPLAYS // 2]), ""
