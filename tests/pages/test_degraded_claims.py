"""What a page says of a claim whose estimate rests on degraded measurements; the verdict is what it would be anyway."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from documented import a_desk
from ledgers import ledger_of, measured
from runs import process

from chronicle.documents.claims import Claim, JudgedClaim
from chronicle.facts.freshness import Freshness, Input
from chronicle.facts.gates.table import Trip
from chronicle.facts.ledger import Ledger
from chronicle.facts.measurements import Judged
from chronicle.facts.predicates import judge
from chronicle.pages.claim_blocks import claims_table, estimate_words
from chronicle.pages.claims import plain_claim
from chronicle.pages.published import plain
from chronicle.pages.sentences import sentence
from chronicle.pages.writing import SEAL

SLOWED = Trip("not_settled", "degraded", 1.0, 0.1, "first and last differ")
SPLIT = Trip("bimodal", "degraded", 1.0, 0.1, "two groups")
TENANT = Trip("tenant", "invalid", 1.0, 0.0, "another process was there")
NAMED = Trip("autocorr", "label", 1.0, 0.1, "samples are alike")
MEDIAN = 'median("call_seconds", where={"n": 100})'
TOLD = "at 96.1 %, 12 processes"


def judged(*of_each: Sequence[Trip]) -> tuple[Judged, ...]:
    """Twelve processes, the first of which tripped these gates."""
    trips = [*of_each, *[()] * (12 - len(of_each))]
    return tuple(Judged(process(block), tuple(some)) for block, some in enumerate(trips))


CLEAN = measured()
DEGRADED = measured(judged=judged([SLOWED]))


def claimed(holds: str, ledger: Ledger) -> JudgedClaim:
    claim = Claim(id="a", says="It is so.", holds=holds)
    return JudgedClaim("TR1", claim, judge(holds, ledger, 0.95), Input("", None, Freshness.FRESH), None, (), 1, "one.md")


def test_the_estimate_in_a_table_is_marked_as_a_number_in_prose_is_with_the_gate_as_a_hint() -> None:
    told = claims_table([claimed(f"{MEDIAN} <= 2", ledger_of(DEGRADED))], "a.md").replace(f"{SEAL} ", "")

    assert f"{TOLD}, degraded" in plain(told)
    assert '<span class="fact__mark" title="The evidence is degraded&#58; not settled &#40;first and last differ&#41;">' in told


def test_the_verdict_stays_and_what_is_not_degraded_has_no_mark() -> None:
    clean, degraded = (claimed(f"{MEDIAN} <= 2", ledger_of(one)) for one in (CLEAN, DEGRADED))

    assert clean.verdict is degraded.verdict
    assert estimate_words(clean).endswith(TOLD)
    assert "degraded" not in sentence(clean, "a.md")
    assert plain_claim(clean, a_desk())["degraded_by"] == []


def test_a_sentence_names_the_gates_that_degrade_once_each_with_what_they_found() -> None:
    several = measured(judged=judged([SLOWED, NAMED], [SLOWED, SPLIT]))
    told = plain(sentence(claimed(f"{MEDIAN} <= 2", ledger_of(several)), "a.md"))

    assert told.endswith("The evidence is degraded: not settled (first and last differ); bimodal (two groups).")
    assert told.count("not settled") == 1
    assert "median of process medians; autocorr), which" in told


def test_a_sentence_about_several_cases_says_whether_a_gate_degrades_all_of_them() -> None:
    other = dataclasses.replace(DEGRADED, case="total[n=1]", parameters={"n": 1}, judged=judged([SLOWED, SPLIT]))
    ratio = 'ratio("call_seconds", of={"n": 1}, to={"n": 100}) >= 0.5'

    told = plain(sentence(claimed(ratio, ledger_of(DEGRADED, other)), "a.md"))

    assert "degraded: not settled in all (first and last differ); bimodal in some (two groups)." in told


def test_the_twin_names_the_gates() -> None:
    assert plain_claim(claimed(f"{MEDIAN} <= 2", ledger_of(DEGRADED)), a_desk())["degraded_by"] == ["not_settled"]


def test_why_a_claim_is_undecided_stands_behind_the_mark() -> None:
    again = dataclasses.replace(DEGRADED, parameters={"n": 1}, case="total[n=1]")
    controlled = ledger_of(DEGRADED, again, controls=(dataclasses.replace(again, values=(1.1,) * 12),))

    words = estimate_words(claimed('ratio("call_seconds", of={"n": 1}, to={"n": 100}) >= 0.95', controlled))

    assert f"{TOLD}, degraded; the A/A control moves by" in words


def test_a_process_that_is_left_out_degrades_nothing() -> None:
    left_out = measured(judged=judged([TENANT, SLOWED]))
    told = claimed(f"{MEDIAN} <= 2", ledger_of(left_out))

    assert told.degrading == {}
    assert "tenant; not settled), which" in plain(sentence(told, "a.md"))


def test_a_count_reads_no_measured_value_and_a_claim_without_a_verdict_none_at_all() -> None:
    count = claimed('count("processes") >= 1', ledger_of(DEGRADED))
    not_run = claimed(f"{MEDIAN} <= 2", ledger_of(dataclasses.replace(DEGRADED, stop="deadline")))

    assert (count.degrading, not_run.degrading) == ({}, {})
    assert "degraded" not in estimate_words(count) + estimate_words(not_run)
