"""The two stop rules inside a process, as pure functions over durations, so that a scripted clock can test them."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence

from chronicle.records.run import Protocol

NS = 1_000_000_000
QUANTA_PER_SAMPLE = 100


def is_warm(windows: Sequence[Sequence[int]], calls: int, device_ns: int, rule: Protocol) -> bool:
    """Whether warm-up may end: enough calls and device time, and the last two windows' medians agree."""
    if calls < rule.warmup_calls or device_ns < rule.warmup_seconds * NS or len(windows) < 2:
        return False
    before, now = (statistics.median(window) for window in windows[-2:])
    return abs(now - before) <= rule.warmup_tolerance * before


def has_enough(samples: Sequence[int], device_ns: int, rule: Protocol) -> bool:
    """Whether sampling may end: count and device time reached and the running median settled, or a cap reached."""
    if len(samples) >= rule.samples_cap or device_ns >= rule.seconds_cap * NS:
        return True
    if len(samples) < rule.samples_min or device_ns < rule.seconds_min * NS:
        return False
    half, whole = statistics.median(samples[: len(samples) // 2]), statistics.median(samples)
    return abs(whole - half) <= rule.settled_tolerance * whole


def batch_for(call_ns: float, quantum_ns: int) -> int:
    """The fewest calls in one sample that last a hundred timer quanta."""
    return max(1, -(-QUANTA_PER_SAMPLE * quantum_ns // max(1, int(call_ns))))


def lag_one(samples: Sequence[int]) -> float | None:
    """Lag-1 autocorrelation of the samples in order; None for fewer than three or for a constant series."""
    if len(samples) < 3:
        return None
    mean = statistics.fmean(samples)
    spread = sum((one - mean) ** 2 for one in samples)
    if spread == 0:
        return None
    return sum((a - mean) * (b - mean) for a, b in itertools.pairwise(samples)) / spread
