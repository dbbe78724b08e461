"""The parts of a calibration that put no long load on the device: board, timers, ceilings, and one process of a pair."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from chronicle.harness.calibration.stand import Load, Stand, differences, memory_elements, quiet_window, samples
from chronicle.harness.calibration.watch import ENERGY_FIELD, FIELDS
from chronicle.harness.nvml import POWER_INSTANT, FieldValue, Gpu, Reading
from chronicle.harness.timers import captured
from chronicle.records.readings import (
    BoardReadings,
    CacheSamples,
    CeilingReadings,
    FieldReadings,
    LaunchSamples,
    RateSamples,
    ReadSamples,
    TimerReadings,
)

FIELDS_ASKED = (*range(74, 82), 82, 83, 140, 142, 143, 144, 145, 185, 186, 251, 252, 253, 269, 270, 271)
_READS = 25
_HOST_READS = 4000
_SPIN_CYCLES = 200_000


def board(stand: Stand) -> BoardReadings:
    """What the board answers while nobody has a context on it."""
    gpu = _required(stand)
    rule = stand.settings
    began = time.monotonic_ns()
    first = {one.field: one for field in FIELDS_ASKED for one in gpu.field_values([field])}
    reads = tuple(_read_samples(name, call) for name, call in _calls(gpu).items())
    idle = quiet_window(gpu, "idle_cold", rule.idle_settle_seconds, rule.idle_window_seconds)
    with stand.watching("energy", "instant", "average", "usage") as streams:
        time.sleep(rule.polled_seconds)
    second = {one.field: one for field in FIELDS_ASKED for one in gpu.field_values([field])}
    took = time.monotonic_ns() - began
    return BoardReadings(
        fields=tuple(_field(first[one], second.get(one), took) for one in FIELDS_ASKED if one in first),
        supported_mask=gpu.supported_event_mask().value,
        mask=gpu.clock_event_mask().value,
        reads=reads,
        idle=idle,
        streams=tuple(streams),
    )


def _required(stand: Stand) -> Gpu:
    if stand.gpu is None:
        raise RuntimeError("NVML does not give this GPU")
    return stand.gpu


def _field(first: FieldValue, second: FieldValue | None, took: int) -> FieldReadings:
    return FieldReadings(
        field=first.field,
        code=first.code,
        value_type=first.value_type,
        first=first.value,
        second=second.value if second else None,
        between_ns=took,
        latency_us=first.latency_us,
    )


def _calls(gpu: Gpu) -> dict[str, Callable[[], Reading]]:
    def fields() -> Reading:
        answers = gpu.field_values(list(FIELDS.values()))
        return Reading(len(answers) or None, "the driver offers no field values")

    return {
        "energy counter": gpu.energy_mj,
        f"field {ENERGY_FIELD}, {', '.join(str(one) for one in FIELDS.values() if one != ENERGY_FIELD)} at once": fields,
        f"field {POWER_INSTANT}": lambda: gpu.power_mw(POWER_INSTANT),
        "power usage": gpu.power_usage_mw,
        "temperature": gpu.temperature_c,
        "SM clock": gpu.sm_mhz,
        "clock event mask": gpu.clock_event_mask,
        "utilisation": gpu.utilisation_pct,
    }


def _read_samples(name: str, call: Callable[[], Reading]) -> ReadSamples:
    first = call()
    if first.value is None:
        return ReadSamples(call=name, ns=(), reason=first.reason)
    taken = []
    for _ in range(_READS):
        start = time.perf_counter_ns()
        call()
        taken.append(time.perf_counter_ns() - start)
    return ReadSamples(call=name, ns=tuple(taken), reason="")


def timers(stand: Stand) -> TimerReadings:
    """Clocks and launches; before them, on a GPU, idle power with a context that does nothing."""
    rule, idle = stand.settings, None
    if stand.is_cuda:
        stand.torch.zeros((), device=stand.device)
        stand.torch.cuda.synchronize(stand.device)
        if stand.gpu is not None:
            idle = quiet_window(stand.gpu, "idle_warm", rule.idle_settle_seconds, rule.idle_window_seconds)
    reads = [time.perf_counter_ns() for _ in range(_HOST_READS)]
    return TimerReadings(
        event_pairs_ns=tuple(_empty_pairs(stand)) if stand.is_cuda else (),
        event_spans_ns=tuple(_spans(stand)) if stand.is_cuda else (),
        host_steps_ns=tuple(differences(reads)),
        launches=_launches(stand),
        idle=idle,
    )


def _empty_pairs(stand: Stand) -> list[int]:
    timer = stand.timer()
    timer.group(lambda: None, 1, 100)
    return timer.group(lambda: None, 1, stand.settings.event_pairs)


def _spans(stand: Stand) -> list[int]:
    """Spans of lengths that differ by little, so that the differences between them show the step of the event clock."""
    timer, spin = stand.timer(), stand.torch.cuda._sleep
    found: list[int] = []
    for cycles in range(1_000, 61_000, 1_500):
        found += timer.group(lambda cycles=cycles: spin(cycles), 1, 20)  # type: ignore[misc]  # bound per turn
    return found


def _launches(stand: Stand) -> tuple[LaunchSamples, ...]:
    many, repeats = stand.settings.launches, stand.settings.launch_repeats
    if not stand.is_cuda:
        one = stand.torch.ones(1)
        timer = stand.timer()
        timer.group(one.neg_, many, 3)
        return (LaunchSamples(kind="dispatch", kernels=many, ns=tuple(timer.group(one.neg_, many, repeats))),)
    spin, timer = stand.torch.cuda._sleep, stand.timer()

    def empty() -> None:
        spin(0)

    replay = captured(stand.torch, empty, many)
    for warm, kernels in ((empty, many), (replay, 1)):
        timer.group(warm, kernels, 3)
    return (
        LaunchSamples(kind="eager", kernels=many, ns=tuple(timer.group(empty, many, repeats))),
        LaunchSamples(kind="graph", kernels=many, ns=tuple(timer.group(replay, 1, repeats))),
        LaunchSamples(kind="eager_host", kernels=100, ns=tuple(_on_host(stand, empty, repeats))),
        LaunchSamples(kind="awaited", kernels=1, ns=tuple(_awaited(stand, empty, 10 * repeats))),
    )


def _on_host(stand: Stand, call: Callable[[], Any], repeats: int) -> list[int]:
    """Time the host takes to queue a hundred launches: few enough never to wait for a place in the queue."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter_ns()
        for _ in range(100):
            call()
        taken.append(time.perf_counter_ns() - start)
        stand.torch.cuda.synchronize(stand.device)
    return taken


def _awaited(stand: Stand, call: Callable[[], Any], repeats: int) -> list[int]:
    taken = []
    for _ in range(repeats):
        start = time.perf_counter_ns()
        call()
        stand.torch.cuda.synchronize(stand.device)
        taken.append(time.perf_counter_ns() - start)
    return taken


def ceilings(stand: Stand) -> CeilingReadings:
    """Copy, read, triad and a matrix product, and one kernel with a hot and with a cold cache."""
    memory = _memory_rates(stand)
    if stand.is_cuda:
        stand.torch.cuda.empty_cache()
    cache = _cache(stand) if stand.is_cuda else None
    return CeilingReadings(rates=(*memory, _product_rate(stand)), cache=cache)


def _memory_rates(stand: Stand) -> list[RateSamples]:
    torch, rule, timer = stand.torch, stand.settings, stand.timer()
    a = torch.randn(memory_elements(stand, 3, rule.memory_most_b), device=stand.device)
    b, c = torch.randn_like(a), torch.empty_like(a)
    total = torch.empty((), device=stand.device)
    calls: dict[str, tuple[Callable[[], Any], int]] = {
        "copy": (lambda: c.copy_(a), 2),
        "read": (lambda: torch.sum(a, dim=0, out=total), 1),
        "triad": (lambda: torch.add(a, b, alpha=3, out=c), 3),
    }
    found = []
    for name, (call, passes) in calls.items():
        warmed, kept = samples(timer, call, rule.ceiling_warmup_seconds, rule.ceiling_seconds)
        moved = passes * 4 * a.numel()
        found.append(RateSamples(name=name, formula=f"{name}/1", bytes=moved, flop=None, warmup_ns=warmed, ns=tuple(kept)))
    return found


def _product_rate(stand: Stand) -> RateSamples:
    load, rule = Load(stand), stand.settings
    warmed, kept = samples(stand.timer(), load.call, rule.matmul_warmup_seconds, rule.matmul_seconds)
    name = "matmul bf16" if stand.is_cuda else "matmul fp32"
    return RateSamples(name=name, formula="matmul/1", bytes=None, flop=2 * load.n**3, warmup_ns=warmed, ns=tuple(kept))


def _cache(stand: Stand) -> CacheSamples | None:
    """A spin before each timed copy lets the host queue all of it, so that no launch gap is timed."""
    torch = stand.torch
    l2 = int(getattr(torch.cuda.get_device_properties(stand.device), "L2_cache_size", 0) or 0)
    if not l2:
        return None
    source = torch.randn(max(1, l2 // 32), device=stand.device)
    target, flush = torch.empty_like(source), torch.empty(2 * l2 // 4, device=stand.device)
    taken: dict[bool, list[int]] = {False: [], True: []}
    for turn in range(2 * stand.settings.cache_repeats + 10):
        is_cold = turn % 2 == 1
        target.copy_(source)
        if is_cold:
            flush.zero_()
        torch.cuda._sleep(_SPIN_CYCLES)
        start, stop = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        target.copy_(source)
        stop.record()
        torch.cuda.synchronize(stand.device)
        if turn >= 10:
            taken[is_cold].append(round(start.elapsed_time(stop) * 1e6))
    return CacheSamples(l2_b=l2, working_b=2 * 4 * source.numel(), hot_ns=tuple(taken[False]), cold_ns=tuple(taken[True]))


def twin(stand: Stand) -> list[int]:
    """Times of a copy in one process of an A/A pair."""
    rule = stand.settings
    source = stand.torch.randn(memory_elements(stand, 2, rule.twin_copy_b), device=stand.device)
    target, timer = stand.torch.empty_like(source), stand.timer()
    samples(timer, lambda: target.copy_(source), rule.twin_warmup_seconds, 0.0)
    return timer.group(lambda: target.copy_(source), 1, rule.twin_samples)
