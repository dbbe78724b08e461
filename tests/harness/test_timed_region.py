"""Between the two edges of the timed samples the harness reads no sensor and allocates nothing of its own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from chronicle import Work
from chronicle.harness import timed
from chronicle.harness.nvml import Reading, ThrottleCounters
from chronicle.harness.protocol import QUICK
from chronicle.harness.timers import HostTimer, Meanwhile

UNREAD = Reading(None, "scripted")


class Watched:
    """A GPU and a timer that write down, in order, what is asked of them."""

    name, quantum_ns = "host_monotonic", 1

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._timer = HostTimer()

    def group(self, call, batch: int, samples: int, meanwhile: Meanwhile = None) -> list[int]:  # type: ignore[no-untyped-def]
        self.asked.append("edge" if meanwhile else "samples")
        return self._timer.group(call, batch, samples, meanwhile)

    def synchronise(self) -> None:
        self.asked.append("synchronise")

    def throttle(self) -> ThrottleCounters:
        self.asked.append("sensor")
        return ThrottleCounters(*(UNREAD,) * 7)

    def sm_mhz(self) -> Reading:
        self.asked.append("sensor")
        return UNREAD

    def memory_mhz(self) -> Reading:
        self.asked.append("sensor")
        return UNREAD

    def link(self) -> tuple[Reading, Reading, Reading, Reading]:
        self.asked.append("sensor")
        return (UNREAD,) * 4


@pytest.fixture
def watched() -> Watched:
    device = Watched()
    work = Work(lambda: sum(range(500)), batch=10)
    warmed = timed.warm(None, device, work, QUICK, None, 1000)
    device.asked.clear()
    timed.take(None, device, work, QUICK, device, warmed)  # type: ignore[arg-type]  # a GPU in all that is asked of it
    return device


def test_sensors_are_read_at_both_edges_with_the_calls_queued(watched: Watched) -> None:
    assert watched.asked[0] == "edge"
    assert watched.asked[-5:-3] == ["edge", "sensor"]


def test_no_sensor_is_read_among_the_kept_samples(watched: Watched) -> None:
    first, last = watched.asked.index("samples"), len(watched.asked) - 1 - watched.asked[::-1].index("samples")

    assert set(watched.asked[first : last + 1]) == {"samples"}


def scripted(made: list[object], milliseconds: float) -> Any:
    """A torch whose events are written down, and that takes every sample to last as long."""

    class Event:
        def __init__(self, enable_timing: bool) -> None:
            made.append(self)

        def record(self) -> None:
            pass

        def elapsed_time(self, other: object) -> float:
            return milliseconds

    return SimpleNamespace(cuda=SimpleNamespace(Event=Event, synchronize=lambda device: None))


def test_the_events_of_a_group_are_made_once_and_before_it_is_kept() -> None:
    made: list[object] = []
    timer = timed.CudaTimer(scripted(made, 0.05), "cuda:0")

    def call() -> None:
        pass

    timer.group(call, 1, 50)
    before = len(made)
    timer.group(call, 1, 50)

    assert (before, len(made)) == (before, before)


def test_a_group_of_short_calls_begins_with_samples_that_are_not_kept() -> None:
    torch, called = scripted([], 0.05), []
    timer = timed.CudaTimer(torch, "cuda:0")

    def call() -> None:
        called.append(1)

    first, second = timer.group(call, 1, 5), timer.group(call, 1, 5)

    assert (len(first), len(second)) == (5, 5)
    assert len(called) == 5 + 10 + 5


def test_a_group_of_long_calls_keeps_every_sample() -> None:
    torch, called = scripted([], 20.0), []
    timer = timed.CudaTimer(torch, "cuda:0")

    def call() -> None:
        called.append(1)

    timer.group(call, 1, 5)
    timer.group(call, 1, 5)

    assert len(called) == 10
