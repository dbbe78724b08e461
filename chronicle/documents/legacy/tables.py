"""Pipe tables: where one begins, and its rows written so that every renderer sees the same cells."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

_CODE = re.compile(r"(?<![\\`])(`{1,20})(?!`)(.*?)(?<!`)\1(?!`)")
_DELIMITER = re.compile(r"^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_BAR = re.compile(r"(?<!\\)\|")
_TIGHT_BAR = re.compile(r"(?<=[^\s|\\])\|(?=[^\s|])")


def begins_table(head: str, below: str) -> bool:
    """Whether a line and the one below it are the head of a table: a row of dashes with as many cells as the head."""
    if "|" not in head or not _DELIMITER.match(below) or "|" not in below:
        return False
    return len(cells(head, sees_code=False)) == len(cells(below)) or len(cells(head)) == len(cells(below))


def cells(row: str, *, sees_code: bool = True) -> list[str]:
    """The cells of a row; a bar inside code parts none where ``sees_code``, as Python-Markdown has it and GitHub has not."""
    row = row.strip()
    masked = _CODE.sub(lambda code: "x" * len(code[0]), row) if sees_code else row
    bars = [found.start() for found in _BAR.finditer(masked)]
    edges = [-1, *bars, len(row)]
    parts = [row[a + 1 : b] for a, b in itertools.pairwise(edges)]
    if bars and bars[0] == 0:
        parts = parts[1:]
    if bars and bars[-1] == len(row) - 1 and parts:
        parts = parts[:-1]
    return [part.strip() for part in parts]


def mended_rows(rows: Sequence[str]) -> tuple[list[str], list[tuple[int, str]]]:
    """The rows of a table with a bar at both ends and stray bars escaped; with (row, what) for each row that changed so.

    A bar between two characters that are no spaces is stray in a row that has more cells than the head. Where that does not
    explain the row, it stays, and ``what`` says that cells are lost.
    """
    width = len(cells(rows[1]))
    mended, told = [], []
    for place, row in enumerate(rows):
        row = row.strip()
        if place != 1 and len(cells(row)) > width:
            escaped = _outside_code(row)
            if len(cells(escaped)) == width:
                row = escaped
                told.append((place, "escaped"))
            else:
                told.append((place, "lost"))
        mended.append(_bordered(row))
    return mended, told


def _outside_code(row: str) -> str:
    parts, place = [], 0
    for code in _CODE.finditer(row):
        parts += [_TIGHT_BAR.sub(r"\\|", row[place : code.start()]), code[0]]
        place = code.end()
    return "".join(parts) + _TIGHT_BAR.sub(r"\\|", row[place:])


def _bordered(row: str) -> str:
    before = "" if row.startswith("|") else "| "
    after = "" if row.endswith("|") and not row.endswith("\\|") else " |"
    return f"{before}{row}{after}"
