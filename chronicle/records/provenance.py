"""Where a number comes from, and the seeds that a simulation may use: both are checked wherever a record is read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

MEASURED, DERIVED, SIMULATED = "measured", "derived", "simulated"
LABELS = (MEASURED, "imported", DERIVED, SIMULATED, "cited", "unknown")
"""What a number may be, the weakest last."""

STUDIES = (DERIVED, SIMULATED)
"""What the numbers of a study are."""

DERIVED_PROCESSES = 2
"""A derived value has one answer: it is computed twice, and the two must be equal to the last bit."""

_METRIC = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_MOST_CHARACTERS = 80


def weakest(labels: Iterable[str]) -> str:
    """The label that decides where several come together; ``unknown`` where there is none."""
    return max(labels, key=LABELS.index, default="unknown")


def seed_of(order_key: int, block: int) -> int:
    """The seed of every case in a block: it follows from the run's recorded key, so nobody can have chosen it.

    It has 48 bits, so that any language reads it from JSON without loss.
    """
    return int.from_bytes(hashlib.sha256(f"{order_key}:{block}:seed".encode()).digest()[:6], "big")


def is_metric(name: str) -> bool:
    """Whether a study may call an outcome so: words of lower-case letters and digits, joined by underscores."""
    return len(name) <= _MOST_CHARACTERS and _METRIC.fullmatch(name) is not None
