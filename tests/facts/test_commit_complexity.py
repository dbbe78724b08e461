"""The score of the published formula on changes small enough to be worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chronicle.facts.complexity import complexity_sentence, complexity_table, complexity_word, larger_than


def score(*files: tuple[int, int, int]) -> tuple[int, tuple[int, int, int, int]]:
    """Score and parts of one commit whose files are (added, removed, folder)."""
    added, removed, folder = (np.array(column, dtype=np.int64) for column in zip(*files, strict=True))
    table = complexity_table(np.zeros(len(files), dtype=np.int64), np.maximum(1, added + removed), added, removed, folder, 1)
    whole, *parts = (int(number) for number in table.iloc[0])
    return whole, (parts[0], parts[1], parts[2], parts[3])


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param([(1, 1, 0)], 8, id="a typo"),
        pytest.param([(5, 2, 0)], 15, id="seven lines in one file"),
        pytest.param([(0, 0, 0)], 4, id="a pure rename"),
        pytest.param([(1200, 0, 0)], 40, id="a new file of 1,200 lines"),
        pytest.param([(0, 0, n % 7) for n in range(30)], 32, id="thirty renames in seven folders"),
        pytest.param([(1, 1, n % 40) for n in range(200)], 65, id="a sweep of 200 files"),
        pytest.param([(20, 20, n % 10) for n in range(40)], 97, id="forty files rewritten"),
    ],
)
def test_worked_examples_of_the_formula(files: list[tuple[int, int, int]], expected: int) -> None:
    assert abs(score(*files)[0] - expected) <= 1


def test_a_commit_of_no_files_has_the_lowest_score_and_no_parts() -> None:
    table = complexity_table(*(np.zeros(0, dtype=np.int64) for _ in range(5)), count=2)

    assert table.to_numpy().tolist() == [[1, 0, 0, 0, 0]] * 2


changes = st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 30))


@settings(deadline=None)
@given(st.lists(changes, min_size=1, max_size=40))
def test_every_score_lies_in_its_scale_and_is_the_sum_of_its_parts(files: list[tuple[int, int, int]]) -> None:
    whole, parts = score(*files)

    assert 1 <= whole <= 100
    assert sum(parts) == whole
    assert all(0 <= part <= most for part, most in zip(parts, (40, 30, 15, 15), strict=True))


@settings(deadline=None)
@given(st.lists(changes, min_size=1, max_size=20), st.randoms())
def test_the_order_of_files_does_not_matter(files: list[tuple[int, int, int]], rng: object) -> None:
    assert score(*files) == score(*sorted(files))


def test_scores_of_other_commits_do_not_move_a_score() -> None:
    alone = score((12, 4, 0), (20, 0, 1))[0]
    commit = np.array([0, 1, 1, 2])
    added, removed = np.array([900, 12, 20, 5]), np.array([3, 4, 0, 5])

    table = complexity_table(commit, added + removed, added, removed, np.array([0, 0, 1, 7]), 3)

    assert table["complexity"][1] == alone


def test_a_score_is_placed_among_those_of_the_repository_and_unscored_commits_are_left_out() -> None:
    table = pd.DataFrame({"complexity": [8, 1, 50, 8, 97], "complexity_reason": ["", "merge", "", "", ""]})

    found = larger_than(table)

    assert found.dropna().tolist() == [0.0, 0.5, 0.0, 0.75]
    assert found.isna().tolist() == [False, True, False, False, False]


def test_a_score_is_said_in_words_and_as_a_sum() -> None:
    assert [complexity_word(n) for n in (1, 10, 11, 45, 46, 85, 86, 100)] == [
        "trivial", "trivial", "small", "medium", "large", "very large", "extreme", "extreme",
    ]  # fmt: skip
    assert complexity_sentence(50, (29, 13, 6, 2)) == "50 = size 29 + spread 13 + folders 6 + rework 2"
