"""The energy window: whole ticks of the board's counter, with the load running at both edges.

The counter moves every 100 ms and reads 0 J over a short window, so a window begins and ends at a tick, lasts a hundred
of them or more, and the calls completed between the two edges are interpolated from the times at which groups of calls
were seen finished. Nothing is timed for its own sake here; that was another window. A process of its own watches the board.
"""

from __future__ import annotations

import itertools
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chronicle.harness.sampler import COLUMNS
from chronicle.records.run import Energy, ThrottleWindow

NS = 1_000_000_000
TICKS_MIN = 100
_GROUP_SECONDS = 0.02
_RAMP_SECONDS = 0.5
_BEATS_MS = (50, 100, 200)
"""Periods of a loop that beat with a sensor which looks 25 ms of every 100."""

Telemetry = Mapping[str, Sequence[int | None]]
Progress = Sequence[tuple[int, int]]
"""Times at which so many calls were seen finished, in monotonic nanoseconds."""


@dataclass(frozen=True, slots=True)
class Window:
    """An energy window, or the reason there is none, with the telemetry sampled beside it as columns of equal length.

    ``sm_mhz`` are the clocks read within the window.
    """

    energy: Energy | None
    reason: str
    telemetry: Telemetry | None
    sm_mhz: tuple[int, ...] = ()


def measure(torch: Any, call: Callable[[], Any], call_ns: float, pci_bus_id: str, seconds: float) -> Window:
    """Run ``call`` for ``seconds`` and a tick at each end while a sampler process watches the board."""
    sampler = subprocess.Popen(
        [sys.executable, "-m", "chronicle.harness.sampler", pci_bus_id],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    has_jitter = beats(call_ns)
    try:
        gap = random.Random(0).uniform if has_jitter else None  # noqa: S311  # gaps, not secrets
        progress = _loaded(torch, call, 1 if has_jitter else max(1, int(_GROUP_SECONDS * NS / call_ns)), seconds, gap)
    finally:
        lines, _ = sampler.communicate()
    return between_ticks(columns(lines), progress, seconds, call_ns, has_jitter)


def beats(call_ns: float) -> bool:
    """Whether a loop of such calls comes within 15 % of a period that the sensor's own window would beat with."""
    return any(abs(call_ns / 1e6 - beat) <= 0.15 * beat for beat in _BEATS_MS)


def columns(lines: str) -> Telemetry | None:
    """The sampler's lines as columns; None where it said nothing."""
    rows = [json.loads(line) for line in lines.splitlines()]
    return {name: [row[place] for row in rows] for place, name in enumerate(COLUMNS)} if rows else None


def between_ticks(
    telemetry: Telemetry | None, progress: Progress, seconds: float, call_ns: float = 0.0, has_jitter: bool = False
) -> Window:
    """The window from the first tick after the ramp to the first one ``seconds`` later, or why there is none."""
    ticks = _ticks(telemetry)
    if any(later <= earlier for (_, _, earlier), (_, _, later) in itertools.pairwise(ticks)):
        return Window(None, "the energy counter fell back", telemetry)
    loaded = (progress[0][0] + _RAMP_SECONDS * NS, progress[-1][0]) if progress else (0, 0)
    settled = [tick for tick in ticks if loaded[0] <= tick[1] <= loaded[1]]
    last = next((tick for tick in settled if tick[1] - settled[0][1] >= seconds * NS), None)
    if telemetry is None or last is None or (count := settled.index(last)) < TICKS_MIN:
        return Window(None, f"the counter ticked {max(0, len(settled) - 1)} times, fewer than {TICKS_MIN}", telemetry)
    first = settled[0]
    rows = range(first[0], last[0] + 1)
    seen = _within(telemetry, rows)
    energy = Energy(
        scope="device",
        counter_mj=(first[2], last[2]),
        window_ns=last[1] - first[1],
        ticks=count,
        calls=round(_calls_at(progress, last[1]) - _calls_at(progress, first[1]), 3),
        power_mean_w=_mean_w(seen["power_instant_mw"]),
        telemetry_line=0,
        power_integral_j=_integral_j(seen["mono_ns"], seen["power_instant_mw"]),
        loop_period_ms=round(call_ns / 1e6, 6),
        has_jitter=has_jitter,
        throttle=_throttle(seen, last[1] - first[1]),
    )
    return Window(energy, "", telemetry, tuple(clock for clock in seen["sm_mhz"] if clock is not None))


def _ticks(telemetry: Telemetry | None) -> list[tuple[int, int, int]]:
    """Row, time and energy of each row that holds both."""
    if telemetry is None:
        return []
    times = enumerate(zip(telemetry["mono_ns"], telemetry["energy_mj"], strict=True))
    return [(row, when, energy) for row, (when, energy) in times if when is not None and energy is not None]


def _within(telemetry: Telemetry, rows: range) -> dict[str, list[int | None]]:
    return {name: [telemetry[name][row] for row in rows] if name in telemetry else [] for name in COLUMNS}


def _loaded(
    torch: Any, call: Callable[[], Any], group: int, seconds: float, gap: Callable[[float, float], float] | None
) -> Progress:
    """Keep one group of calls queued ahead of the one awaited, and note when each was seen finished.

    With ``gap`` the device idles for a random tenth of a second at most after each group.
    """
    progress: list[tuple[int, int]] = []
    until = time.monotonic() + _RAMP_SECONDS + seconds + 0.5
    done, awaited = 0, _queue(torch, call, group)
    while time.monotonic() < until:
        ahead = None if gap else _queue(torch, call, group)
        awaited.synchronize()
        done += group
        progress.append((time.monotonic_ns(), done))
        if gap is not None:
            time.sleep(gap(0.0, 0.1))
            ahead = _queue(torch, call, group)
        awaited = ahead
    awaited.synchronize()
    progress.append((time.monotonic_ns(), done + group))
    return progress


def _queue(torch: Any, call: Callable[[], Any], group: int) -> Any:
    for _ in range(group):
        call()
    event = torch.cuda.Event()
    event.record()
    return event


def _calls_at(progress: Progress, when: int) -> float:
    before = max((point for point in progress if point[0] <= when), default=progress[0])
    after = min((point for point in progress if point[0] > when), default=progress[-1])
    if after[0] <= before[0]:
        return float(before[1])
    return before[1] + (after[1] - before[1]) * (when - before[0]) / (after[0] - before[0])


def _mean_w(powers_mw: Sequence[int | None]) -> float | None:
    """The mean of the readings there are, without that of the first edge: it belongs to the time before."""
    known = [power for power in powers_mw[1:] if power is not None]
    return round(statistics.fmean(known) / 1000, 3) if known else None


def _integral_j(times: Sequence[int | None], powers_mw: Sequence[int | None]) -> float | None:
    """Each reading times the time since the tick before it; None where one is missing."""
    total = 0.0
    for (before, _), (now, power) in itertools.pairwise(zip(times, powers_mw, strict=True)):
        if before is None or now is None or power is None:
            return None
        total += power / 1000 * (now - before) / NS
    return round(total, 3)


def _throttle(seen: Mapping[str, Sequence[int | None]], window_ns: int) -> ThrottleWindow:
    masks = [mask for mask in seen["mask"] if mask is not None]

    def rise(name: str) -> int | None:
        values = seen[f"{name}_ns"]
        first, last = (values[0], values[-1]) if values else (None, None)
        return last - first if first is not None and last is not None and last >= first else None

    return ThrottleWindow(
        window_ns=window_ns,
        power_cap_ns=rise("power_cap"),
        thermal_ns=rise("thermal"),
        low_utilisation_ns=rise("low_utilisation"),
        sw_thermal_ns=rise("sw_thermal"),
        hw_thermal_ns=rise("hw_thermal"),
        hw_brake_ns=rise("hw_brake"),
        mask_or=_joined(masks),
    )


def _joined(masks: Sequence[int]) -> int | None:
    joined = 0
    for mask in masks:
        joined |= mask
    return joined if masks else None
