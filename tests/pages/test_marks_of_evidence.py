"""How a number in a sentence and a row of results say that their evidence has aged, beside what else is to tell of it."""

from __future__ import annotations

from ledgers import ledger_of, measured
from runs import process

from chronicle.documents.library import Library
from chronicle.facts.gates.table import Trip
from chronicle.facts.measurements import Judged
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.evidence_blocks import standing_badge
from chronicle.pages.home import standing_block
from chronicle.pages.quoted import STALE_MARK, quoted
from chronicle.pages.writing import SEAL

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
