"""Reads the dated tables of ``bench/tables``: comma-separated rows below a head of ``# key: value`` lines."""

from __future__ import annotations

import csv
from pathlib import Path

TABLES = Path(__file__).parents[1] / "tables"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table by its column names, as text."""
    lines = (TABLES / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if line and not line.startswith("#")))


def numbers(name: str, key: str, **chosen: str) -> list[float]:
    """A column as numbers, of the rows that have the chosen values."""
    return [float(row[key]) for row in rows(name) if all(row[column] == value for column, value in chosen.items())]
