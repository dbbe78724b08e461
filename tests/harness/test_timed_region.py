"""Between the two edges of the timed samples the harness reads no sensor and allocates nothing of its own."""

from __future__ import annotations

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


def test_the_events_of_a_group_are_made_once_and_before_it_is_kept() -> None:
    made: list[object] = []

    class Event:
        def __init__(self, enable_timing: bool) -> None:
            made.append(self)

        def record(self) -> None:
            pass

        def elapsed_time(self, other: object) -> float:
            return 0.001

    class Torch:
        cuda = type("cuda", (), {"Event": Event, "synchronize": staticmethod(lambda device: None)})

    timer = timed.CudaTimer(Torch, "cuda:0")
    timer.group(lambda: None, 1, 50)
    timer.group(lambda: None, 1, 50)

    assert len(made) == 100
