"""The test stand that a part of a calibration works on: the device, its clock, its sensors, and a load to put on it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chronicle.harness.calibration.watch import watching
from chronicle.harness.nvml import Gpu
from chronicle.harness.timers import CudaTimer, HostTimer, Timer
from chronicle.records.calibration import Settings
from chronicle.records.readings import Burst, Edge, Quiet, Stream

NS = 1_000_000_000
_GROUP_SECONDS = 0.02
_NO_CHANGE_SECONDS = 2.0


@dataclass(frozen=True)
class Stand:
    """What a part is given. ``torch`` is None for a part that makes no context, ``gpu`` None on a CPU."""

    torch: Any
    device: str
    gpu: Gpu | None
    pci_bus_id: str | None
    settings: Settings

    @property
    def is_cuda(self) -> bool:
        return self.device.startswith("cuda")

    def timer(self) -> Timer:
        return CudaTimer(self.torch, self.device) if self.is_cuda else HostTimer()

    @contextmanager
    def watching(self, *sources: str) -> Iterator[list[Stream]]:
        """Watch the board from a process of its own; without a board the list stays empty."""
        if self.pci_bus_id is None:
            yield []
            return
        with watching(self.pci_bus_id, sources) as streams:
            yield streams


class Load:
    """A product of square matrices of random numbers, again and again: what draws the most power."""

    def __init__(self, stand: Stand) -> None:
        torch, n = stand.torch, stand.settings.matmul_n
        kind = torch.bfloat16 if stand.is_cuda else torch.float32
        a, b = (torch.randn(n, n, device=stand.device, dtype=kind) for _ in range(2))
        c = torch.empty_like(a)
        self.n = n
        self.call: Callable[[], Any] = lambda: torch.matmul(a, b, out=c)
        self._torch, self._is_cuda = torch, stand.is_cuda
        self._timer = stand.timer()
        self._timer.group(self.call, 1, 3)
        self.call_ns = max(1, min(self._timer.group(self.call, 1, 5)))

    def burst(self, seconds: float) -> Burst:
        """About so many seconds of load, awaited to its end; a long one by the clock, since a warm device slows down."""
        if seconds > 10 * _GROUP_SECONDS:
            moments, done = self.hold(seconds)
            return Burst(start_ns=moments[0], end_ns=moments[-1], calls=done[-1])
        calls = max(1, round(seconds * NS / self.call_ns))
        start = time.monotonic_ns()
        for _ in range(calls):
            self.call()
        self._timer.synchronise()
        return Burst(start_ns=start, end_ns=time.monotonic_ns(), calls=calls)

    def hold(self, seconds: float) -> tuple[list[int], list[int]]:
        """Steady load with a group of calls always queued ahead: when groups were seen finished, and calls by then."""
        group = max(1, round(_GROUP_SECONDS * NS / self.call_ns))
        until, done = time.monotonic() + seconds, 0
        moments, calls = [time.monotonic_ns()], [0]
        awaited = self._queued(group)
        while time.monotonic() < until:
            ahead = self._queued(group)
            awaited()
            done += group
            moments.append(time.monotonic_ns())
            calls.append(done)
            awaited = ahead
        awaited()
        return [*moments, time.monotonic_ns()], [*calls, done + group]

    def _queued(self, group: int) -> Callable[[], Any]:
        """Queue a group of calls; what is given waits for them."""
        for _ in range(group):
            self.call()
        if not self._is_cuda:
            return lambda: None
        event = self._torch.cuda.Event()
        event.record()
        return event.synchronize  # type: ignore[no-any-return]  # torch is untyped here


def quiet_window(
    gpu: Gpu,
    state: str,
    settle_seconds: float,
    window_seconds: float,
    clock: Callable[[], int] = time.monotonic_ns,
    sleep: Callable[[float], None] = time.sleep,
) -> Quiet:
    """Wait, then take the counter at a change and at a change about ``window_seconds`` later, reading nothing in between."""
    began = clock()
    sleep(settle_seconds)
    first = _next_change(gpu, clock, sleep)
    settled = clock()
    last = None
    if first is not None:
        sleep(window_seconds)
        last = _next_change(gpu, clock, sleep)
    reason = "" if last is not None else gpu.energy_mj().reason or "the energy counter did not move"
    return Quiet(
        state=state,
        settle_ns=settled - began,
        first=first if last is not None else None,
        last=last,
        temperature_c=gpu.temperature_c().value,
        sm_mhz=gpu.sm_mhz().value,
        processes=gpu.process_count().value,
        reason=reason,
    )


def _next_change(gpu: Gpu, clock: Callable[[], int], sleep: Callable[[float], None]) -> Edge | None:
    until = clock() + _NO_CHANGE_SECONDS * NS
    before, old = clock(), gpu.energy_mj().value
    while old is not None and clock() < until:
        seen = gpu.energy_mj().value
        now = clock()
        if seen is not None and seen != old:
            return Edge(ns=now, before_ns=before, energy_mj=seen)
        before = now
        sleep(0.001)
    return None


def samples(timer: Timer, call: Callable[[], Any], warmup_seconds: float, seconds: float) -> tuple[int, list[int]]:
    """Warm up by device time, then time single calls for so long; the warm-up's time and the samples."""
    one = max(1, min(timer.group(call, 1, 2)))
    size = max(1, min(100, int(0.05 * NS / one)))
    warmed = 0
    while warmed < warmup_seconds * NS:
        warmed += sum(timer.group(call, 1, size))
    kept: list[int] = []
    while sum(kept) < seconds * NS or len(kept) < 3:
        kept += timer.group(call, 1, size)
    return warmed, kept


def memory_elements(stand: Stand, arrays: int, most_b: int) -> int:
    """Four-byte elements of each of ``arrays`` arrays: as many as asked for, and never more than half of what is free."""
    if stand.is_cuda:
        free, _ = stand.torch.cuda.mem_get_info(stand.device)
        most_b = min(most_b, int(free) // (2 * arrays))
    return max(1, most_b // 4)


def differences(values: Sequence[int]) -> list[int]:
    return [b - a for a, b in itertools.pairwise(values)]
