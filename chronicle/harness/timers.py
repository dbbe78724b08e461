"""Times batches of calls: with events on a CUDA stream, or with the host's monotonic clock on a CPU.

A timer hides the device from the rest of the measured process. Samples are queued in groups and read after one
synchronisation, so the device is never idle between samples and nothing but the call lies inside a timed region.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any
from typing import Protocol as Interface

Call = Callable[[], Any]
Meanwhile = Callable[[], None] | None
Agree = Callable[[list[int]], list[int]]
"""What several ranks make of the durations each of them saw, so that all decide the same; alone a rank keeps its own."""

EVENT_QUANTUM_NS = 32
"""Step between CUDA event timestamps, as seen on an H100; a sample lasts a hundred of them or more."""


HOST_QUANTUM_NS = 200
"""The least we take the host clock to resolve: reading it costs some 50 ns, which is then 0.25 % of a sample or less."""

_LEAD_IN_NS = 500_000
_LEAD_IN_MOST = 20
"""Half a millisecond of queued work, or twenty samples, put the host far enough ahead of the device."""


class Timer(Interface):
    """What a measured process needs of a device's clock; durations are integer nanoseconds."""

    name: str
    quantum_ns: int

    def group(self, call: Call, batch: int, samples: int, meanwhile: Meanwhile = None) -> list[int]:
        """Durations of ``samples`` samples of ``batch`` calls each, taken back to back.

        ``meanwhile`` is called once while the device still works, where it works by itself: never for kept samples.
        """

    def synchronise(self) -> None:
        """Wait until the device has nothing left to do."""


class HostTimer:
    """``time.perf_counter_ns`` around each sample: for calls that are finished when they return."""

    name = "host_monotonic"

    def __init__(self, agree: Agree = list) -> None:
        self.quantum_ns = _host_quantum_ns()
        self._agree = agree

    def group(self, call: Call, batch: int, samples: int, meanwhile: Meanwhile = None) -> list[int]:
        durations = []
        for _ in range(samples):
            start = time.perf_counter_ns()
            for _ in range(batch):
                call()
            durations.append(time.perf_counter_ns() - start)
        if meanwhile is not None:
            meanwhile()
        return self._agree(durations)

    def synchronise(self) -> None:
        """A host call is finished when it returns."""


class CudaTimer:
    """Event pairs on the current stream of one device; the pairs are made once, outside every timed region.

    ``before_each`` is queued before each sample and lies outside its pair: what makes a cache cold. A group begins with a few
    samples that are not kept, as many as fill the queue: the first ones after a synchronisation wait for the host, and a
    short kernel would be timed with that wait.
    """

    name = "cuda_event"
    quantum_ns = EVENT_QUANTUM_NS

    def __init__(self, torch: Any, device: str, before_each: Call | None = None, agree: Agree = list) -> None:
        self._torch = torch
        self._device = device
        self._before_each = before_each
        self._agree = agree
        self._pairs: list[tuple[Any, Any]] = []
        self._lead_in: dict[Call, int] = {}

    def group(self, call: Call, batch: int, samples: int, meanwhile: Meanwhile = None) -> list[int]:
        lead_in = self._lead_in.get(call, 0)
        while len(self._pairs) < _LEAD_IN_MOST + samples:
            self._pairs.append(tuple(self._torch.cuda.Event(enable_timing=True) for _ in range(2)))
        pairs = self._pairs[: lead_in + samples]
        for start, stop in pairs:
            if self._before_each is not None:
                self._before_each()
            start.record()
            for _ in range(batch):
                call()
            stop.record()
        if meanwhile is not None:
            meanwhile()
        self.synchronise()
        durations = self._agree([round(start.elapsed_time(stop) * 1e6) for start, stop in pairs][lead_in:])
        self._lead_in[call] = min(_LEAD_IN_MOST, _LEAD_IN_NS // max(1, durations[-1]))
        return durations

    def synchronise(self) -> None:
        self._torch.cuda.synchronize(self._device)


def overwriting(torch: Any, device: str) -> Call:
    """A call that overwrites twice the device's last-level cache, so that the next read of anything goes to memory.

    Raises :class:`TypeError` for a device that is no GPU: how to make a processor's caches cold is not known here.
    """
    if torch is None or not device.startswith("cuda"):
        raise TypeError(f"l2='cold' needs a GPU, and the device is {device}")
    size = 2 * int(torch.cuda.get_device_properties(device).L2_cache_size)
    cache = torch.empty(size // 4, dtype=torch.int32, device=device)
    return cache.zero_  # type: ignore[no-any-return]  # torch is untyped here


def captured(torch: Any, call: Call, batch: int) -> Call:
    """A call that replays one CUDA graph holding ``batch`` of the given calls."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            call()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for _ in range(batch):
            call()
    return graph.replay  # type: ignore[no-any-return]  # torch is untyped here


def _host_quantum_ns() -> int:
    """Smallest step seen between successive reads of the host clock, or the cost of reading it where that is more."""
    reads = [time.perf_counter_ns() for _ in range(2000)]
    return max(HOST_QUANTUM_NS, min((b - a for a, b in itertools.pairwise(reads) if b > a), default=0))
