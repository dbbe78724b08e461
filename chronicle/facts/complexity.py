"""Change complexity: the size and the spread of a commit as a number from 1 to 100, with four parts that add up to it.

It is a description, not a warning. As a predictor of later reverts such a score is hardly better than size alone (area
under the curve 0.52 to 0.64 on five histories), so no page may call it risk or quality.

The formula is fixed, so a score cited today is the same next year. Over the files of a commit that no program wrote:
``c = max(1, added + removed)`` lines a file (1 for a binary, a pure rename, a changed mode, a submodule), ``L = Σ c``,
``F`` files, ``D`` folders, ``H = −Σ (c/L) log2(c/L)`` bits, ``q = 2 min(A, R) / (A + R)`` for A lines added and R removed,
``t = min(1, log2(1 + L/F) / log2 9)``::

    size     40 · min(1, log(1 + L) / log 1001)
    spread   30 · t · min(1, H / 5)
    folders  15 · t · min(1, log2(D) / 4)
    rework   15 · t · q · min(1, log(1 + L) / log 201)

and the score is their sum, rounded and held to 1–100. ``t`` halves what a sweep of one-line edits gains by its spread.
Entropy of a change after Hassan (ICSE 2009), logarithms of size after Kamei et al. (TSE 2013).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

FORMULA_VERSION = 1
PARTS = ("size", "spread", "folders", "rework")
_POINTS = {"size": 40.0, "spread": 30.0, "folders": 15.0, "rework": 15.0}
_WORDS = ((10, "trivial"), (25, "small"), (45, "medium"), (65, "large"), (85, "very large"), (100, "extreme"))

Numbers = np.ndarray[Any, Any]


def complexity_table(
    commit: Numbers, lines: Numbers, added: Numbers, removed: Numbers, folder: Numbers, count: int
) -> pd.DataFrame:
    """Scores of ``count`` commits from their files, none of them generated.

    Per file: ``commit`` its row number, ``lines`` = c ≥ 1, ``added`` and ``removed`` (0 where uncounted), ``folder`` a
    folder number. Returns one row a commit: ``complexity`` and the parts ``complexity_size`` … ``complexity_rework``, int,
    parts adding up to the score; a commit without files has 1 and parts 0.
    """
    c = lines.astype(float)
    files = np.bincount(commit, minlength=count)
    total = np.bincount(commit, c, minlength=count)
    some = np.maximum(total, 1.0)
    share = c / some[commit]
    entropy = np.bincount(commit, -share * np.log2(share), minlength=count)
    folders = _distinct(commit, folder, count)
    plus, minus = (np.bincount(commit, side.astype(float), minlength=count) for side in (added, removed))
    rework = 2 * np.minimum(plus, minus) / np.maximum(plus + minus, 1)
    touch = np.minimum(1, np.log2(1 + total / np.maximum(files, 1)) / np.log2(9))
    parts = np.stack(
        [
            _POINTS["size"] * np.minimum(1, np.log1p(total) / np.log(1001)),
            _POINTS["spread"] * touch * np.minimum(1, entropy / 5),
            _POINTS["folders"] * touch * np.minimum(1, np.log2(np.maximum(folders, 1)) / 4),
            _POINTS["rework"] * touch * rework * np.minimum(1, np.log1p(total) / np.log(201)),
        ],
        axis=1,
    )
    score = np.clip(np.floor(parts.sum(axis=1) + 0.5), 1, 100).astype(np.int64)
    whole = _whole_parts(parts, score)
    whole[files == 0] = 0
    return pd.DataFrame({"complexity": score} | {f"complexity_{name}": whole[:, i] for i, name in enumerate(PARTS)})


def larger_than(table: pd.DataFrame) -> pd.Series[Any]:
    """For each row of a commit table the share (0–1) of scored commits with a lower score; NA where there is no score.

    It moves when history grows, so it belongs beside the score with the date of the build, and is never cited.
    """
    scored = table["complexity"].where(table["complexity_reason"] == "").astype("Int64")
    below = scored.rank(method="min") - 1
    return (below / max(1, int(scored.notna().sum()))).astype("Float64")


def complexity_word(score: int) -> str:
    """The word for a score: trivial (to 10), small (25), medium (45), large (65), very large (85), extreme."""
    return next(word for limit, word in _WORDS if score <= limit)


def complexity_sentence(score: int, parts: tuple[int, int, int, int]) -> str:
    """``50 = size 29 + spread 13 + folders 6 + rework 2``; the parts in the order of :data:`PARTS`."""
    return f"{score} = " + " + ".join(f"{name} {points}" for name, points in zip(PARTS, parts, strict=True))


def _distinct(commit: Numbers, folder: Numbers, count: int) -> Numbers:
    pairs = np.unique(commit.astype(np.int64) << 32 | folder.astype(np.int64))
    distinct: Numbers = np.bincount(pairs >> 32, minlength=count)
    return distinct


def _whole_parts(parts: Numbers, score: Numbers) -> Numbers:
    """Parts as whole points that add up to the score: the largest remainders are rounded up."""
    whole = np.floor(parts).astype(np.int64)
    missing = score - whole.sum(axis=1)
    place = np.argsort(np.argsort(-(parts - whole), axis=1, kind="stable"), axis=1, kind="stable")
    rounded: Numbers = whole + (place < missing[:, None])
    return rounded
