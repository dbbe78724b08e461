"""What held the clocks back between one reading of the board and the next, from its counters or from its mask.

The counters count nanoseconds, so a stretch between two readings has a part in which a reason acted. Where a machine has no
counter the mask of the moment stands for the stretch that follows it. Bits are those of NVML's clocks event reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

REASONS: Mapping[str, tuple[str, int]] = {
    "power_cap": ("the power cap", 0x4),
    "sw_thermal": ("heat, by the driver", 0x20),
    "hw_thermal": ("heat, by the hardware", 0x40),
    "hw_brake": ("the power brake", 0x80),
    "low_utilisation": ("low use", 0x1),
}
"""Every reason by the name of its counter, in words, with its bit of the mask; *low use* is idling, and has the idle bit."""

Columns = Mapping[str, Sequence[int | None]]


@dataclass(frozen=True, slots=True)
class Held:
    """A stretch between two readings, in seconds from the first, and the part of it that a reason acted in."""

    reason: str
    start_seconds: float
    end_seconds: float
    share: float


def held_back(columns: Columns) -> tuple[Held, ...] | None:
    """Every stretch in which something held the clocks back; None where neither counters nor a mask were recorded."""
    times = columns.get("mono_ns", ())
    named = [name for name in REASONS if any(value is not None for value in columns.get(f"{name}_ns", ()))]
    if not named and not any(value is not None for value in columns.get("mask", ())):
        return None
    found = _counted(columns, times, named) if named else _masked(columns["mask"], times)
    return tuple(one for one in found if one.share > 0)


def _counted(columns: Columns, times: Sequence[int | None], named: Sequence[str]) -> Iterator[Held]:
    for name in named:
        values = columns[f"{name}_ns"]
        for place, (begin, end, start, stop) in enumerate(zip(times, times[1:], values, values[1:], strict=False)):
            if begin is None or end is None or start is None or stop is None or end <= begin or times[0] is None:
                continue
            share = min(1.0, max(0.0, (stop - start) / (end - begin)))
            yield _held(REASONS[name][0], times, place, share)


def _masked(masks: Sequence[int | None], times: Sequence[int | None]) -> Iterator[Held]:
    for words, bit in REASONS.values():
        for place, mask in enumerate(masks[:-1]):
            if mask is not None and mask & bit and times[place] is not None and times[place + 1] is not None:
                yield _held(words, times, place, 1.0)


def _held(reason: str, times: Sequence[int | None], place: int, share: float) -> Held:
    first, begin, end = (times[0] or 0), (times[place] or 0), (times[place + 1] or 0)
    return Held(reason, (begin - first) / 1e9, (end - first) / 1e9, share)
