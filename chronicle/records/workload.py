"""What a benchmark declares of one call: the work it is held against, what comes out of it, and how large the case is."""

from __future__ import annotations

from dataclasses import dataclass

from chronicle.records.later import later


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What one call must do, bytes that must cross device memory, operations, or neither.

    ``tokens`` come out of one call, ``sequences`` get one at a time. ``sizes`` describe the case beside its axes.
    """

    formula: str
    bytes: int | None
    flop: int | None
    tokens: int | None = later()
    sequences: int = later(1)
    sizes: dict[str, float] = later({})
