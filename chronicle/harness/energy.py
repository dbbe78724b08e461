"""The energy window: whole ticks of the board's counter, with the load running at both edges.

The counter moves every 100 ms and reads 0 J over a short window, so a window begins and ends at a tick, lasts a hundred
of them or more, and the calls completed between the two edges are interpolated from the times at which groups of calls
were seen finished. Nothing is timed for its own sake here; that was another window.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from chronicle.harness.nvml import Gpu
from chronicle.harness.sampler import COLUMNS
from chronicle.records.run import Energy

NS = 1_000_000_000
TICKS_MIN = 100
_GROUP_SECONDS = 0.02
_RAMP_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Tick:
    """The counter's new value and the host time just after the read that saw it."""

    mono_ns: int
    energy_mj: int


@dataclass(frozen=True, slots=True)
class Window:
    """An energy window, or the reason there is none, with the telemetry sampled beside it as columns of equal length."""

    energy: Energy | None
    reason: str
    telemetry: dict[str, list[int | None]] | None


def measure(torch: Any, call: Callable[[], Any], call_ns: float, gpu: Gpu, pci_bus_id: str, seconds: float) -> Window:
    """Run ``call`` for ``seconds`` and a tick at each end while a sampler process watches the board."""
    sampler = subprocess.Popen(
        [sys.executable, "-m", "chronicle.harness.sampler", pci_bus_id],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        ticks, progress = _loaded(torch, call, max(1, int(_GROUP_SECONDS * NS / call_ns)), gpu, seconds)
    finally:
        lines, _ = sampler.communicate()
    return between_ticks(ticks, progress, seconds, _columns(lines))


def between_ticks(
    ticks: Sequence[Tick],
    progress: Sequence[tuple[int, int]],
    seconds: float,
    telemetry: dict[str, list[int | None]] | None,
) -> Window:
    """The window from the first tick after the ramp to the first one ``seconds`` later, or why there is none."""
    if any(b.energy_mj <= a.energy_mj for a, b in itertools.pairwise(ticks)):
        return Window(None, "the energy counter fell back", telemetry)
    loaded = (progress[0][0] + _RAMP_SECONDS * NS, progress[-1][0]) if progress else (0, 0)
    settled = [tick for tick in ticks if loaded[0] <= tick.mono_ns <= loaded[1]]
    last = next((tick for tick in settled if tick.mono_ns - settled[0].mono_ns >= seconds * NS), None)
    if last is None or (count := settled.index(last)) < TICKS_MIN:
        return Window(None, f"the counter ticked {max(0, len(settled) - 1)} times, fewer than {TICKS_MIN}", telemetry)
    first = settled[0]
    return Window(
        Energy(
            scope="device",
            counter_mj=(first.energy_mj, last.energy_mj),
            window_ns=last.mono_ns - first.mono_ns,
            ticks=count,
            calls=round(_calls_at(progress, last.mono_ns) - _calls_at(progress, first.mono_ns), 3),
            power_mean_w=_mean_power_w(telemetry, first.mono_ns, last.mono_ns),
            telemetry_line=None,
        ),
        "",
        telemetry,
    )


def _loaded(
    torch: Any, call: Callable[[], Any], group: int, gpu: Gpu, seconds: float
) -> tuple[list[Tick], list[tuple[int, int]]]:
    """Keep one group of calls queued ahead of the one awaited, and note when each was seen finished."""
    ticks: list[Tick] = []
    stop = threading.Event()
    watcher = threading.Thread(target=_watch, args=(gpu, ticks, stop))
    watcher.start()
    progress: list[tuple[int, int]] = []
    try:
        until = time.monotonic() + _RAMP_SECONDS + seconds + 0.5
        done, awaited = 0, _queue(torch, call, group)
        while time.monotonic() < until:
            ahead = _queue(torch, call, group)
            awaited.synchronize()
            done += group
            progress.append((time.monotonic_ns(), done))
            awaited = ahead
        awaited.synchronize()
        progress.append((time.monotonic_ns(), done + group))
    finally:
        stop.set()
        watcher.join()
    return ticks, progress


def _queue(torch: Any, call: Callable[[], Any], group: int) -> Any:
    for _ in range(group):
        call()
    event = torch.cuda.Event()
    event.record()
    return event


def _watch(gpu: Gpu, ticks: list[Tick], stop: threading.Event) -> None:
    """Note each change of the counter; the first read only says where it stood."""
    last = gpu.energy_mj().value
    while not stop.is_set():
        now = gpu.energy_mj().value
        if now is not None and last is not None and now != last:
            ticks.append(Tick(time.monotonic_ns(), now))
        last = now
        time.sleep(0.001)


def _calls_at(progress: Sequence[tuple[int, int]], when: int) -> float:
    before = max((point for point in progress if point[0] <= when), default=progress[0])
    after = min((point for point in progress if point[0] > when), default=progress[-1])
    if after[0] <= before[0]:
        return float(before[1])
    return before[1] + (after[1] - before[1]) * (when - before[0]) / (after[0] - before[0])


def _columns(lines: str) -> dict[str, list[int | None]] | None:
    rows = [json.loads(line) for line in lines.splitlines()]
    return {name: [row[place] for row in rows] for place, name in enumerate(COLUMNS)} if rows else None


def _mean_power_w(telemetry: dict[str, list[int | None]] | None, start: int, stop: int) -> float | None:
    if telemetry is None:
        return None
    powers = [
        power
        for when, power in zip(telemetry["mono_ns"], telemetry["power_instant_mw"], strict=True)
        if when is not None and power is not None and start <= when <= stop
    ]
    return round(sum(powers) / len(powers) / 1000, 3) if powers else None
