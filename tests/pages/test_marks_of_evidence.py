"""How a number in a sentence and a row of results say that their evidence has aged, beside what else is to tell of it."""

from __future__ import annotations

import html
import re

import pytest
from ledgers import ledger_of, measured
from runs import process

from chronicle.documents.library import Library
from chronicle.facts.gates.table import Trip
from chronicle.facts.measurements import CAVEATS, Judged, Measurement
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.evidence_blocks import axes_table, results_table, standing, standing_badge
from chronicle.pages.home import standing_block
from chronicle.pages.quoted import STALE_MARK, quoted
from chronicle.pages.writing import SEAL

SPOILT = Trip("tenant", "invalid", 1.0, 0.0, "another process was there", reach="case")
SLOWED = Trip("power_cap", "degraded", 1.0, 0.1, "the board reached its power limit")
DEGRADED = measured(judged=tuple(Judged(process(block), (SLOWED,)) for block in range(12)))
LEDGER = ledger_of(DEGRADED, sources={"tiny": "0" * 64})
AGED = Desk(Library((), (), LEDGER, (), ()), make_always)


def test_several_marks_of_a_number_are_told_apart_by_a_comma() -> None:
    said = quoted(LEDGER.median("call_seconds", {}), AGED, "index.md").replace(f"{SEAL} ", "")

    assert said.endswith('<sup class="fact__mark">stale&#58; code changed, degraded</sup>')
    assert STALE_MARK in said


def test_a_row_of_results_has_the_verdict_first_and_then_that_its_evidence_has_aged() -> None:
    said = standing_badge(DEGRADED, AGED).replace(f"{SEAL} ", "")

    assert said.startswith('<span class="verdict verdict--degraded">degraded</span> <span class="verdict verdict--stale"')


def test_a_home_page_counts_aged_measurements_under_the_sign_that_other_pages_give_them() -> None:
    said = standing_block(AGED, "index.md").replace(f"{SEAL} ", "")

    assert '1 <span class="verdict verdict--stale">stale&#58; code changed</span>' in said


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (measured(), ()),
        (DEGRADED, ("degraded",)),
        (measured(judged=(Judged(process(0), (SPOILT,)),)), ("invalid",)),
        (measured(rule="explore(12)"), ("exploratory",)),
        (measured(stop="deadline"), ("not finished",)),
        (measured(stop="deadline", rule="explore(12)", judged=DEGRADED.judged), ("not finished", "exploratory", "degraded")),
    ],
    ids=["valid", "degraded", "invalid", "exploratory", "not finished", "all but invalid"],
)
def test_a_sentence_a_table_and_a_row_of_results_call_a_measurement_by_the_same_words(
    one: Measurement, words: tuple[str, ...]
) -> None:
    ledger = ledger_of(one)
    desk = Desk(Library((), (), ledger, (), ()), make_always)
    marked = [f'<sup class="fact__mark">{", ".join(words)}</sup>'] if words else []

    prose = quoted(ledger.median("call_seconds", {}), desk, "index.md")
    cells = axes_table([one], "n", "", desk, "index.md")
    rows = results_table([one], desk, "index.md")

    assert set(words) <= set(CAVEATS)
    for told in (prose, cells):
        assert re.findall(r"<sup.*?</sup>", html.unescape(told.replace(f"{SEAL} ", ""))) == marked
    assert re.findall(r'verdict--[a-z-]+">([a-z ]+)<', rows) == [words[0] if words else "valid"]
    assert standing(one, desk) == (words[0] if words else "valid")


def test_a_cell_of_aged_evidence_has_its_mark_before_the_sign_of_its_age() -> None:
    cells = axes_table([DEGRADED], "n", "", AGED, "index.md").replace(f"{SEAL} ", "")

    assert '<sup class="fact__mark">degraded</sup></span> <span class="verdict verdict--stale"' in cells
