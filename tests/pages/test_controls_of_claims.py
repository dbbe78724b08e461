"""What a page says of the A/A control that a claim was read beside."""

from __future__ import annotations

import dataclasses
import html

from ledgers import ledger_of, measured

from chronicle.documents.claims import Claim, JudgedClaim
from chronicle.facts.freshness import Freshness, Input
from chronicle.facts.ledger import Ledger
from chronicle.facts.predicates import judge
from chronicle.pages.claim_blocks import estimate_words
from chronicle.pages.published import claim_recipe, digest_of, plain
from chronicle.pages.sentences import sentence

ONE = measured([1.0] * 12, case="total[n=1]", parameters={"n": 1})
TWO = measured([1.02 + place / 2000 for place in range(12)], case="total[n=2]", parameters={"n": 2})
AGAIN = dataclasses.replace(TWO, case="total[n=1]", parameters={"n": 1})
RATIO = 'ratio("call_seconds", of={"n": 2}, to={"n": 1})'


def claimed(holds: str, ledger: Ledger) -> JudgedClaim:
    claim = Claim(id="a", says="It is so.", holds=holds)
    return JudgedClaim("TR1", claim, judge(holds, ledger, 0.95), Input("", None, Freshness.FRESH), None, (), 1, "one.md")


def test_the_interval_that_was_read_stands_beside_the_one_that_was_found() -> None:
    told = plain(sentence(claimed(f"{RATIO} >= 0.9", ledger_of(ONE, TWO, controls=(AGAIN,))), "claims.md"))

    assert "s; A/A control 2.4 %, read as 0.997–1.050)" in told


def test_a_ratio_without_a_control_says_so_and_what_is_no_ratio_does_not() -> None:
    ledger = ledger_of(ONE, TWO)

    assert "s; no A/A control)" in plain(sentence(claimed(f"{RATIO} >= 0.9", ledger), "claims.md"))
    assert "margin 1 %; no A/A control)" in plain(sentence(claimed(f"{RATIO} > 1", ledger), "claims.md"))
    assert "control" not in sentence(claimed('median("call_seconds", where={"n": 2}) <= 2', ledger), "claims.md")


def test_the_table_says_why_a_control_leaves_a_claim_undecided() -> None:
    words = estimate_words(claimed(f"{RATIO} >= 1.02", ledger_of(ONE, TWO, controls=(AGAIN,))))

    assert words.endswith("12 processes; the A/A control moves by 2.4 %, and with that the interval reaches the bound")


def test_a_ratio_across_runs_names_the_run_that_has_no_control() -> None:
    other = dataclasses.replace(TWO, run_id="20261124T000000Z-tiny-0000000")
    told = plain(sentence(claimed(f"{RATIO} >= 0.5", ledger_of(ONE, other, controls=(AGAIN,))), "claims.md"))

    assert "; none in dev/20261124T000000Z" in told


def test_what_is_told_of_the_control_is_a_marked_number() -> None:
    told = sentence(claimed(f"{RATIO} >= 0.9", ledger_of(ONE, TWO, controls=(AGAIN,))), "claims.md")

    assert f'data-fact="{digest_of(claim_recipe("TR1#a", "control"))}">A/A control 2.4 %, read as ' in html.unescape(told)
