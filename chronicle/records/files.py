"""The files that belong to a run: those beside its record, and the tables its studies read."""

from __future__ import annotations

from dataclasses import dataclass

CONFIDENCES = ("high", "medium", "low")
"""How sure the author of a table is of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file beside the record: the hash of its uncompressed bytes and how many lines of it belong to the record."""

    sha256: str
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file of numbers that the studies of a suite read, such as prices, with what it says of itself.

    ``path`` is below the bench folder; ``as_of`` is the day for which the numbers hold, as an ISO date. The digest is taken
    with line ends as git stores them.
    """

    path: str
    sha256: str
    as_of: str
    source: str
    confidence: str
