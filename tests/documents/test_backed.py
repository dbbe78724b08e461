"""Comparative words in prose: which need a difference, what bears one out, and what is said where nothing does."""

from __future__ import annotations

import dataclasses

import pytest
from ledgers import ledger_of, measured

from chronicle.documents.backed import NOTHING, Evidence
from chronicle.documents.claims import Claim, JudgedClaim, judge_claims
from chronicle.documents.front_matter import Authored
from chronicle.documents.review import Review, review

ONE = [1.0 + place / 1000 for place in range(12)]
LEDGER = ledger_of(
    measured(ONE, case="total[n=1]", parameters={"n": 1}),
    measured([2 * one for one in ONE], case="total[n=2]", parameters={"n": 2}),
    measured(ONE[::-1], case="total[n=3]", parameters={"n": 3}),
    measured([1.03 * one for one in ONE], metric="do_bench_call_seconds_ratio", case="total[n=1]", parameters={"n": 1}),
    measured(ONE, metric="do_bench_call_seconds_ratio", case="total[n=3]", parameters={"n": 3}),
)
STALE = dataclasses.replace(LEDGER, present=dataclasses.replace(LEDGER.present, sources={"tiny": "6" * 64}))
TWICE = '{{ ratio("call_seconds", of={"n": 2}, to={"n": 1}) }}'
SAME = '{{ ratio("call_seconds", {"n": 3}, {"n": 1}) }}'
CLAIMS = (
    Claim(id="wins", says="One is faster than two.", holds='ratio("call_seconds", of={"n": 2}, to={"n": 1}) > 1'),
    Claim(id="ties", says="Three is cheaper than one.", holds='ratio("call_seconds", of={"n": 3}, to={"n": 1}) < 1'),
    Claim(id="level", says="One takes at most a second.", holds='median("call_seconds", where={"n": 1}) <= 2'),
    Claim(
        id="open",
        says="Three is quicker than one.",
        holds='0.999 <= ratio("call_seconds", of={"n": 3}, to={"n": 1}) <= 1.001',
        presents="undecided",
    ),
)


def judged(ledger: object = LEDGER) -> tuple[JudgedClaim, ...]:
    return judge_claims("TR1", CLAIMS, ledger, Authored("a.md", "a.md", ""), ())  # type: ignore[arg-type]


def reviewed(text: str, *, own: tuple[JudgedClaim, ...] = (), ledger: object = LEDGER) -> Review:
    claims = {one.id: one for one in judged(ledger)}
    return review(Authored("a.md", "docs/a.md", text), (), Evidence(ledger, claims, own))  # type: ignore[arg-type]


def said(text: str, **more: object) -> list[str]:
    return [one.found.partition("prose, and ")[2] for one in reviewed(text, **more).unbacked]  # type: ignore[arg-type]


def test_a_word_that_nothing_bears_out_is_a_finding_with_its_place_and_what_to_write() -> None:
    (problem,) = reviewed("# T\n\nThe graph is faster.\n").unbacked

    assert (problem.file, problem.line, problem.column, problem.rule) == ("docs/a.md", 3, 14, "unbacked-word")
    assert problem.found == f"'faster' in prose, and {NOTHING}"
    assert "chronicle: waive" in problem.hint


@pytest.mark.parametrize(
    "text",
    [
        f"One is faster: {TWICE} times.",
        'It is slower: {{ fact("do_bench_call_seconds_ratio", where={"n": 1}) }}.',
        'It is more efficient, at {{ share("call_seconds", of="memory") }}.',
        'One is faster.\n{{ claim("TR1#wins") }}',
        "One is faster (`TR1#wins`).",
        'Three may or may not; it is not quicker. {{ claim("TR1#open") }}',
        '{{ claims("TR1") }} One is faster.',
        f"## One is faster\n\nBy {TWICE}.",
        'One is faster: {{ ratio("call_secnods", of={"n": 2}, to={"n": 1}) }}.',
    ],
)
def test_a_word_beside_a_difference_that_the_records_show_is_borne_out(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"Three is faster: {SAME}.", "its ratio shows no difference beyond the margin of 1 %"),
        (
            'It is slower: {{ fact("do_bench_call_seconds_ratio", where={"n": 3}) }}.',
            "its ratio shows no difference beyond the margin of 1 %",
        ),
        ("Three is cheaper (`TR1#ties`).", "claim TR1#ties is refuted"),
        ('It is faster. {{ claim("TR1#level") }}', "claim TR1#level compares nothing"),
        (f"One is faster.\n\nBy {TWICE}.", NOTHING),
        ('It is faster: {{ fact("call_seconds", where={"n": 1}) }}.', NOTHING),
        ("It is faster. Is it?", NOTHING),
    ],
)
def test_a_word_beside_what_shows_no_difference_says_why_not(text: str, why: str) -> None:
    assert said(text) == [why]


def test_stale_records_bear_nothing_out() -> None:
    assert said(f"One is faster: {TWICE}.", ledger=STALE) == ["its ratio rests on stale evidence"]
    assert said("One is faster (TR1#wins).", ledger=STALE) == ["claim TR1#wins rests on stale evidence"]


@pytest.mark.parametrize(
    "text",
    [
        "Is one faster than two?",
        "It would be faster, had it run.",
        "We expected it to be faster.",
        "Fast, and the fastest of all.",
        "`faster` is a word",
        "It is 3 % faster.",
        "It breakfasts cheaply.",
    ],
)
def test_what_asserts_no_difference_needs_none(text: str) -> None:
    assert said(text) == []


def test_a_claim_of_the_same_report_answers_for_its_own_words_and_no_others() -> None:
    own = judged()

    assert said("One is faster, as we say everywhere.", own=own) == []
    assert said("Three is cheaper.", own=own) == ["claim TR1#ties is refuted"]
    assert said("One outperforms two.", own=own) == [NOTHING]
    assert said("One outperforms two (`wins`).", own=own) == []


def test_a_waiver_answers_for_a_word_as_for_a_number() -> None:
    page = reviewed("3 ms, and faster than an apology. <!-- chronicle: waive a figure of speech -->\n")

    assert [one.numbers for one in page.waivers] == [("3 ms", "faster")]
    assert (page.unbound, page.unbacked, page.problems) == ((), (), ())


def test_a_build_tells_each_word() -> None:
    assert [one.rule for one in reviewed("It is faster.\n\nIt is slower.\n").in_a_build] == ["unbacked-word"] * 2
