"""The two stop rules inside a process, as pure functions over durations, so that a scripted clock can test them."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chronicle.records.run import Protocol

NS = 1_000_000_000
QUANTA_PER_SAMPLE = 100
_BATCH_MOST = 1_000_000
_MARGIN = 2.0


QUICK = Protocol(
    warmup_calls=3,
    warmup_seconds=0.02,
    warmup_window_seconds=0.005,
    warmup_cap_seconds=0.2,
    samples_min=10,
    seconds_min=0.02,
    seconds_cap=0.2,
    energy_seconds=0.0,
)
"""To see whether a suite works: a hundredth of the time, no energy window, and numbers that no claim may use."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A window of the warm-up: its samples in nanoseconds, the SM clocks read in it, and compiled graphs at its end."""

    samples: Sequence[int]
    sm_mhz: Sequence[int] = ()
    graphs: int = 0


def is_warm(stretches: Sequence[Stretch], calls: int, device_ns: int, rule: Protocol) -> bool:
    """Whether warm-up may end: enough calls and device time, and the last two windows agree.

    They agree where their medians do, and their mean clocks where both were read, and nothing was compiled in the last.
    """
    if calls < rule.warmup_calls or device_ns < rule.warmup_seconds * NS or len(stretches) < 2:
        return False
    before, now = stretches[-2:]
    middle, last = statistics.median(before.samples), statistics.median(now.samples)
    if abs(last - middle) > rule.warmup_tolerance * middle or now.graphs != before.graphs:
        return False
    return not before.sm_mhz or not now.sm_mhz or _clocks_agree(before.sm_mhz, now.sm_mhz, rule.warmup_clock_tolerance)


def _clocks_agree(before: Sequence[int], now: Sequence[int], tolerance: float | None) -> bool:
    middle, last = statistics.fmean(before), statistics.fmean(now)
    return tolerance is None or abs(last - middle) <= tolerance * middle


def has_enough(samples: Sequence[int], device_ns: int, rule: Protocol) -> bool:
    """Whether sampling may end: count and device time reached and the running median settled, or a cap reached."""
    if len(samples) >= rule.samples_cap or device_ns >= rule.seconds_cap * NS:
        return True
    if len(samples) < rule.samples_min or device_ns < rule.seconds_min * NS:
        return False
    half, whole = statistics.median(samples[: len(samples) // 2]), statistics.median(samples)
    return abs(whole - half) <= rule.settled_tolerance * whole


def batch_for(sample_ns: Callable[[int], float], quantum_ns: int, least: int = 1) -> int:
    """Calls in one sample, so that it lasts a hundred timer quanta or, if ``least`` calls do not, about two hundred.

    ``sample_ns`` times a sample of so many calls. One call alone is timed with the cost of reading the clock and with
    whatever it loads first, so a batch counts only once a sample of it was seen to last.
    """
    enough = QUANTA_PER_SAMPLE * quantum_ns
    batch = least
    while batch < _BATCH_MOST and (seen := sample_ns(batch)) < enough:
        batch = min(_BATCH_MOST, max(2 * batch, math.ceil(_MARGIN * enough * batch / max(1.0, seen))))
    return batch


def lag_one(samples: Sequence[int]) -> float | None:
    """Lag-1 autocorrelation of the samples in order; None for fewer than three or for a constant series."""
    if len(samples) < 3:
        return None
    mean = statistics.fmean(samples)
    spread = sum((one - mean) ** 2 for one in samples)
    if spread == 0:
        return None
    return sum((a - mean) * (b - mean) for a, b in itertools.pairwise(samples)) / spread
