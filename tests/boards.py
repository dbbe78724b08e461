"""A simulated board for tests: power as a function of time, sensors that tick every 100 ms, and reads that take 4 ms."""

from __future__ import annotations

import bisect
import dataclasses
import itertools
from collections.abc import Sequence

from chronicle.harness.calibration.watch import Recorder
from chronicle.harness.nvml import Reading
from chronicle.records.readings import Burst, Stream

MS = 1_000_000
IDLE_MW, LOAD_MW = 100_000, 700_000


@dataclasses.dataclass
class SimulatedBoard:
    """Draws 700 W during a burst and 100 W outside; ``windows`` gives the width in ms of what each power field averages."""

    bursts: Sequence[Burst]
    windows_ms: dict[str, int]
    tick_ms: int = 100
    read_ms: float = 4.3
    gain: float = 1.0
    phase_ms: int = 37

    def __post_init__(self) -> None:
        self._starts = [one.start_ns for one in self.bursts]
        self._before = list(itertools.accumulate((one.end_ns - one.start_ns for one in self.bursts), initial=0))

    def energy_mj(self, until_ns: float) -> float:
        """Energy drawn since time 0."""
        begun = bisect.bisect_right(self._starts, until_ns)
        loaded = (
            self._before[begun - 1] + min(until_ns, self.bursts[begun - 1].end_ns) - self._starts[begun - 1] if begun else 0
        )
        return (IDLE_MW * until_ns + (LOAD_MW - IDLE_MW) * loaded) / 1e9

    def read(self, source: str, now_ns: int) -> int:
        """What a sensor says at a moment: its value as of the last tick."""
        tick = self.tick_ms * MS
        last = (now_ns - self.phase_ms * MS) // tick * tick + self.phase_ms * MS
        if source == "energy":
            return round(self.energy_mj(last) * self.gain)
        width = self.windows_ms[source] * MS
        return round((self.energy_mj(last) - self.energy_mj(last - width)) * 1e9 / width)

    def watched(
        self, start_ns: int, end_ns: int, sources: Sequence[str] = ("energy", "instant", "average")
    ) -> tuple[Stream, ...]:
        """The streams of a watcher that polls all sources at once, as fast as the reads allow."""
        recorder, now = Recorder(sources), start_ns
        while now < end_ns:
            readings = {one: Reading(self.read(one, now)) for one in sources}
            now += round(self.read_ms * MS)
            recorder.note(now, readings)
        return recorder.streams()


def board(bursts: Sequence[Burst], **changes: object) -> SimulatedBoard:
    """A board like an H100: the instant field averages over 25 ms, the average field over one second."""
    plain = SimulatedBoard(bursts, {"instant": 25, "average": 1000, "usage": 1000})
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]  # named by the test


def burst(start_ms: float, end_ms: float, call_ms: float = 2.0) -> Burst:
    return Burst(start_ns=round(start_ms * MS), end_ns=round(end_ms * MS), calls=round((end_ms - start_ms) / call_ms))


def steps(count: int = 3, load_ms: int = 2400, pause_ms: int = 2400, first_ms: int = 12_413) -> list[Burst]:
    return [
        burst(begin, begin + load_ms) for begin in range(first_ms, first_ms + count * (load_ms + pause_ms), load_ms + pause_ms)
    ]


def square_wave(period_ms: int, start_ms: int, seconds: float = 3.0) -> list[Burst]:
    return [burst(begin, begin + period_ms / 2) for begin in range(start_ms, start_ms + round(seconds * 1000), period_ms)]
