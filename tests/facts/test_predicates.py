"""The language of claims: what may stand in it, and how a verdict is read from two intervals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import ledger_of, measured

from chronicle.facts.ledger import Ledger
from chronicle.facts.predicates import PredicateError, Verdict, judge, parse
from chronicle.records.run import Estimate

TIME = 'median("call_seconds")'
SPREAD = [1.0 + place / 100 for place in range(12)]
LEDGER = ledger_of(measured(SPREAD))


def verdict(text: str, ledger: Ledger = LEDGER, level: float = 0.95) -> str:
    return judge(text, ledger, level).verdict.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{TIME} <= 1.2", "supported"),
        (f"{TIME} >= 1.0", "supported"),
        (f"{TIME} <= 1.05", "undecided"),
        (f"{TIME} >= 1.05", "undecided"),
        (f"{TIME} >= 1.2", "refuted"),
        (f"{TIME} < 1", "refuted"),
        (f"1 < {TIME} < 1.2", "supported"),
        (f"1 < {TIME} < 1.05", "undecided"),
        (f"1.2 < {TIME} < 1.3", "refuted"),
        (f"1.2 >= {TIME}", "supported"),
        (f"1.2 <= {TIME}", "refuted"),
        (f"1.3 >= {TIME} >= 1", "supported"),
        (f"1000 * {TIME} <= 1200", "supported"),
        (f"{TIME} / 2 + 1 <= 1.6", "supported"),
        (f"-1 * {TIME} >= -1.2", "supported"),
        (f"-1 * {TIME} <= -1.2", "refuted"),
        (f"1 / {TIME} >= 0.9", "supported"),
        (f"1 / {TIME} >= 1", "refuted"),
        (f"2 - {TIME} <= 0.5", "refuted"),
    ],
)
def test_a_verdict_is_read_at_the_bounds_of_the_interval(text: str, expected: str) -> None:
    assert verdict(text) == expected


def test_a_run_that_can_still_be_continued_is_not_judged() -> None:
    judgement = judge(f"{TIME} >= 0", ledger_of(measured(stop="deadline")), 0.95)

    assert judgement.verdict == "not run"
    assert "peeking" in judgement.reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        TIME,
        "1 >= 2",
        "x >= 1",
        f"{TIME} == 1",
        f"{TIME} != 1",
        f"{TIME} in [1]",
        f"{TIME} >= {TIME}",
        f"1 <= 2 <= {TIME}",
        f"1 <= {TIME} <= 2 <= 3",
        f"{TIME} >= 1 and {TIME} <= 2",
        f"not {TIME} >= 1",
        f"{TIME} ** 2 >= 1",
        f"{TIME} % 2 >= 1",
        f"{TIME} + {TIME} >= 1",
        f"{TIME} / 0 >= 1",
        f"{TIME} * 0 >= 0",
        f"1 / ({TIME} - 1) >= 1",
        f"1 / (2 * ({TIME} + 1)) >= 1",
        f"{TIME} >= 1e999",
        f"{TIME} >= 1{'0' * 400}",
        f"{TIME} >= 1j",
        f"{TIME} >= True",
        f"{TIME} >= '1'",
        "median() >= 1",
        "median(metric='call_seconds') >= 1",
        "median('a', 'b') >= 1",
        "median('a', level=0.1) >= 1",
        "median('a', where='b') >= 1",
        "median('a', where={'n': 10**9}) >= 1",
        "median('a', **{'where': {}}) >= 1",
        "median(f'{1}') >= 1",
        "share('a') >= 1",
        "share('a', of={}) >= 1",
        "ratio('a', of={}) >= 1",
        "select('a', where={}) >= 1",
        "open('a') >= 1",
        "median('a').values >= 1",
        "median('a')[0] >= 1",
        "(lambda: 1)() >= 1",
        "[x for x in y] >= 1",
        "(x := 1) >= 1",
        "-" * 900 + "x >= 1",
        "(" * 300 + TIME + ")" * 300 + " >= 1",
        "x" * 1001,
        f"{TIME} >= 1 # \x00",
    ],
)
def test_nothing_but_a_comparison_of_one_estimate_with_numbers_is_a_predicate(text: str) -> None:
    with pytest.raises(PredicateError):
        parse(text)


@given(
    st.lists(st.sampled_from([TIME, "1", ">=", "<", "(", ")", "*", "/", "-", "+", "{}", "'a'", "where=", ",", "median", " "]))
)
def test_no_text_is_evaluated_or_fails_in_another_way(parts: list[str]) -> None:
    try:
        judged = judge("".join(parts), LEDGER, 0.95)
    except PredicateError:
        return

    assert judged.verdict in Verdict


@given(st.lists(st.floats(0.5, 2), min_size=6, max_size=20), st.floats(0.4, 2.1))
def test_a_predicate_and_its_opposite_are_never_both_supported(values: list[float], threshold: float) -> None:
    ledger = ledger_of(measured(values))

    both = {verdict(f"{TIME} >= {threshold}", ledger), verdict(f"{TIME} < {threshold}", ledger)}

    assert both in ({"supported", "refuted"}, {"undecided"})


@given(st.permutations(SPREAD))
def test_the_order_of_processes_moves_no_verdict(values: list[float]) -> None:
    assert verdict(f"{TIME} <= 1.1", ledger_of(measured(values))) == "supported"


def test_two_intervals_that_disagree_decide_nothing() -> None:
    ledger = ledger_of(measured([1.0] * 10 + [9.0, 9.0]))

    judged = judge(f"{TIME} <= 1.1", ledger, 0.95)

    assert (judged.verdict, judged.reason) == (Verdict.UNDECIDED, "the two intervals disagree")


def test_fewer_than_six_processes_are_no_run_for_a_claim() -> None:
    judged = judge(f"{TIME} <= 2", ledger_of(measured([1.0] * 5)), 0.95)

    assert (judged.verdict, judged.reason) == (Verdict.NOT_RUN, "5 valid processes, fewer than 6")


def test_a_level_that_the_processes_cannot_reach_leaves_a_claim_undecided() -> None:
    assert verdict(f"{TIME} <= 2", ledger_of(measured([1.0] * 6)), level=0.99) == "undecided"


def test_exploratory_runs_decide_nothing() -> None:
    assert verdict(f"{TIME} <= 2", ledger_of(measured(SPREAD, rule="explore(2)"))) == "not run"


def test_a_selection_that_names_nothing_says_what_there_is() -> None:
    judged = judge('median("call_seconds", where={"n": 7}) <= 2', LEDGER, 0.95)

    assert (judged.verdict, judged.reason) == (Verdict.NOT_RUN, "no measurement with n 7; recorded are 100")


@pytest.mark.parametrize("differing", ["compare_sha256", "source_sha256"])
def test_runs_with_other_pins_or_another_benchmark_are_not_compared(differing: str) -> None:
    other = measured(SPREAD, machine="other", run_id="other", **{differing: "x"})

    text = 'ratio("call_seconds", of={"machine": "dev"}, to={"machine": "other"}) <= 2'

    assert verdict(text, ledger_of(measured(SPREAD), other)) == "not comparable"


def test_an_estimate_keeps_its_processes_and_level_when_it_is_scaled() -> None:
    scaled = judge(f"1000 * {TIME} <= 1200", LEDGER, 0.95).finding
    plain = judge(f"{TIME} <= 1.2", LEDGER, 0.95).finding

    assert scaled is not None and plain is not None
    assert isinstance(scaled.order, Estimate)
    assert (scaled.order.n_processes, scaled.order.level) == (plain.order.n_processes, plain.order.level)
    assert scaled.order.value == pytest.approx(1000 * plain.order.value)
