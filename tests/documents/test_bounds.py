"""What an author writes costs bounded time and memory to read, however it is meant: nothing of it runs, nothing grows."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import pytest
from ledgers import ledger_of, measured

from chronicle.documents.directives import MOST_CHARACTERS, find_directives
from chronicle.documents.front_matter import Authored
from chronicle.documents.review import review
from chronicle.facts.grammar import PredicateError, parse
from chronicle.facts.predicates import judge

SECONDS, BYTES = 20.0, 30_000_000
"""Far above what the reading takes on a busy machine, and far below what one of these texts would take if it ran."""

ATTACKS = [
    "cycler.__init__.__globals__.os.popen('sleep 60')",
    "''.__class__.__mro__[1].__subclasses__()",
    "__import__('time').sleep(60)",
    "fact('a' * 10**10)",
    "fact(9**9**9**9)",
    "fact('%10000000000s' % 'a')",
    "fact(range(10**12)|list)",
    "fact(('a' * 10**5) * 10**5)",
    "[one for one in range(10**12)]",
    "fact(" + "9" * 1_000_000 + ")",
    "fact(" + "[" * 100_000 + "]" * 100_000 + ")",
    "fact(" + "1+" * 200_000 + "1)",
    "not " * 100_000 + "fact()",
    "fact" + ".a" * 100_000 + "()",
    "fact('" + "x" * 2_000_000 + "')",
    "fact(" * 20_000,
]


def bounded(run: Callable[[], object]) -> object:
    """What ``run`` gives, having held it to time and memory."""
    tracemalloc.start()
    begun = time.monotonic()
    try:
        return run()
    finally:
        took, held = time.monotonic() - begun, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (took < SECONDS, held < BYTES) == (True, True), f"{took:.1f} s, {held / 1e6:.0f} MB"


@pytest.mark.parametrize("words", ATTACKS, ids=range(len(ATTACKS)))
def test_a_directive_that_walks_loops_or_grows_is_refused_within_bounds(words: str) -> None:
    found, problems = bounded(lambda: find_directives(f"{{{{ {words} }}}}\n", "a.md"))  # type: ignore[misc]

    assert found == ()
    assert [(one.rule, one.line) for one in problems] == [("directive", 1)]


@pytest.mark.parametrize("words", ATTACKS, ids=range(len(ATTACKS)))
def test_a_predicate_that_walks_loops_or_grows_is_refused_within_bounds(words: str) -> None:
    def refused() -> bool:
        with pytest.raises(PredicateError):
            parse(f"{words} >= 1")
        return True

    assert bounded(refused)


def test_the_largest_selection_that_a_predicate_can_name_is_answered_within_bounds() -> None:
    ledger = ledger_of(*(measured(case=f"total[n={n}]", parameters={"n": n}) for n in range(100)))
    text = f'spread("call_seconds", over="cases", where={{"n": {list(range(100))}}}) <= 2'

    assert len(text) < 1000
    assert bounded(lambda: judge(text, ledger, 0.95).verdict) == "supported"


PAGES = {
    "directives of a line": "{{ a() }} " * 300,
    "directives": "{{ a() }}\n" * 300,
    "unclosed": "{{ a( " * 5000,
    "numbers": "3.4 ms and twice as fast " * 2000,
    "words": "is faster " * 10_000,
    "sentences": "Is it faster? It would be slower. " * 3000,
    "waivers": "3 ms <!-- chronicle: waive x -->\n\n" * 500,
    "cells": "| a (ms) |\n|---|\n" + "| 3 |\n" * 1000,
}


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES)
def test_a_long_page_is_reviewed_in_time_that_grows_with_its_length_alone(text: str) -> None:
    assert bounded(lambda: review(Authored("a.md", "a.md", text)))


def test_a_directive_as_long_as_may_be_is_read_and_a_longer_one_says_how_long_it_may_be() -> None:
    longest = "{{ a('" + "x" * (MOST_CHARACTERS - len("{{ a('') }}")) + "') }}"

    assert len(find_directives(longest, "a.md")[0]) == 1
    assert "not closed within 1,000 characters" in find_directives(longest.replace("x", "xx", 1), "a.md")[1][0].found
