"""Comparative words and the predicates that carry them."""

from __future__ import annotations

import pytest

from chronicle.documents.comparing import unbacked_words

RATIO = 'ratio("t", of={"n": 1}, to={"n": 2})'
MEDIAN = 'median("t") <= 0.003'


@pytest.mark.parametrize(
    ("says", "holds", "words"),
    [
        ("A is faster than B.", f"{RATIO} > 1", []),
        ("A is faster than B.", MEDIAN, ["faster"]),
        ("A beats B", MEDIAN, ["beats"]),
        ("A wins.", MEDIAN, ["wins"]),
        ("A reaches a better share", 'share("b", of="memory") >= 0.8', []),
        ("A takes at most 3 ms.", MEDIAN, []),
        ("The fastest of all", MEDIAN, []),
        ("There is no difference.", f"0.98 <= {RATIO} <= 1.02", []),
        ("There is no difference.", f"{RATIO} <= 1.02", ["no difference"]),
        ("They are equally fast.", MEDIAN, ["equally fast"]),
        ("A is at least 3 times as fast.", f"{RATIO} >= 3", []),
        ("A is at least 3 times as fast.", f"{RATIO} <= 0.33", []),
        ("A is at least three times as fast.", f"{RATIO} >= 2", ["at least three times"]),
        ("A is at least 3x faster.", f"{RATIO} > 1", ["at least 3x"]),
        ("A is at least ten times as fast.", f"1 / {RATIO} >= 10", []),
    ],
)
def test_a_word_that_compares_needs_a_predicate_that_does(says: str, holds: str, words: list[str]) -> None:
    assert [word for word, _ in unbacked_words(says, holds)] == words
