"""Reading the tables that charts are made from: checked columns, plain Python values, words for numbers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from chronicle.units import Quantity

if TYPE_CHECKING:
    from pandas import DataFrame

Row = dict[str, Any]
Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")

NOT_ESTIMATED = "not estimated"


def read(frame: DataFrame, maker: str, columns: Sequence[str], optional: Sequence[str] = ()) -> list[Row]:
    """The rows of ``frame`` with the named columns only and None where a value is missing, or an optional column.

    Raises ValueError where there is nothing to draw or a column is not there.
    """
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        present = ", ".join(map(str, frame.columns)) or "no columns"
        raise ValueError(f"{maker}: no column {', '.join(absent)}; the table has {present}")
    if frame.empty:
        raise ValueError(f"{maker}: the table has no rows, so there is nothing to draw")
    chosen = frame.reindex(columns=[*columns, *optional]).astype(object)
    return [{str(name): value for name, value in row.items()} for row in chosen.where(chosen.notna(), None).to_dict("records")]


def grouped(rows: Iterable[Item], keys: Iterable[Key]) -> dict[Key, list[Item]]:
    """Rows under their keys, both in the order of first appearance."""
    groups: dict[Key, list[Item]] = {}
    for row, key in zip(rows, keys, strict=True):
        groups.setdefault(key, []).append(row)
    return groups


def number(value: Any) -> float | None:
    """A float, or None where the value is missing."""
    return None if value is None else float(value)


def day(value: Any) -> date:
    """A day from a date, a timestamp or an ISO text."""
    if isinstance(value, str):
        return date.fromisoformat(value)
    return value.date() if isinstance(value, datetime) else date(value.year, value.month, value.day)


def stated(value: float | None, unit: str, lo: float | None = None, hi: float | None = None) -> str:
    """A value with its interval in words: ``2.963 TB/s (2.960–2.966)``."""
    return NOT_ESTIMATED if value is None else str(Quantity(value, unit, lo, hi))


def counted(count: int, noun: str, plural: str = "") -> str:
    """``1 case``, ``4 cases``, ``1,204 lines``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def listed(parts: Sequence[str], limit: int = 6) -> str:
    """Parts as one sentence; those past ``limit`` are counted, not named."""
    more = len(parts) - limit
    return "; ".join(parts[:limit]) + (f"; and {more} more in the table" if more > 0 else "")
