"""The language of claims: what may stand in it, and how a verdict is read from two intervals."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import ledger_of, measured
from runs import process

from chronicle.facts.controls import TOO_SHORT
from chronicle.facts.freshness import Occasion, Present
from chronicle.facts.gates.table import Trip
from chronicle.facts.grammar import PredicateError, parse
from chronicle.facts.ledger import Ledger, Unread
from chronicle.facts.measurements import Judged, Measurement
from chronicle.facts.predicates import Judgement, Verdict, judge
from chronicle.records.run import Environment, Estimate

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


WRONG = Trip("wrong_result", "invalid", 1.0, 0.1, "the result is wrong", reach="case")
INVALID = (Judged(process(0), (WRONG,)), *(Judged(process(block), ()) for block in range(1, 12)))
UNUSABLE = [
    ({"stop": "deadline"}, "the run is not finished: judging it before it is would be peeking"),
    ({"rule": "explore(12)"}, "only exploratory runs are recorded, and no claim may use them"),
    ({"judged": INVALID}, "too many processes are invalid"),
]


def swept(values: dict[int, float], **changes: Any) -> list[Measurement]:
    """A case for each n, the same time in all its blocks."""
    return [measured([y] * 12, case=f"total[n={n}]", parameters={"n": n}, **changes) for n, y in values.items()]


@pytest.mark.parametrize(
    "text",
    [
        'crossover("call_seconds", x="n", of={"side": "one"}, to={"side": "other"}) >= 1',
        'ratio("call_seconds", of={"n": 1}, to={"n": 2}, where={"side": "zero"}) >= 1',
        'fit("call_seconds", x="n", where={"side": "zero"}) >= 1',
        'fit("call_seconds", x="n", beside="side_number", where={"side": "one"}) >= 1',
        'explained("call_seconds", x="n", where={"side": "zero"}) >= 0.5',
        'spread("call_seconds", over="cases", where={"side": "zero"}) >= 1',
        'spread("call_seconds", where={"side": "zero", "n": 1}) >= 0',
        'share("call_seconds", of="memory", where={"side": "one", "n": 1}) >= 0.5',
    ],
)
@pytest.mark.parametrize(("standing", "reason"), UNUSABLE)
def test_an_estimate_that_fails_tells_nothing_of_what_no_claim_may_use(
    text: str, standing: dict[str, Any], reason: str
) -> None:
    sides = {"one": 1.0, "other": 2.0, "zero": 0.0}
    cases = [
        dataclasses.replace(
            measured(case=f"total[n={n},side={side}]", parameters={"n": n, "side": side, "side_number": n}, **standing),
            values=(y,) * 12,
        )
        for n in (1, 2, 4, 8)
        for side, y in sides.items()
    ]
    finished = [dataclasses.replace(one, stop="rule", rule="fixed(12)", judged=measured().judged) for one in cases]

    judgement = judge(text, ledger_of(*cases), 0.95)
    assert (judgement.verdict.value, judgement.reason) == ("not run", reason)
    assert judge(text, ledger_of(*finished), 0.95).reason not in ("", reason)


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ('median("call_seconds") >= 1', "2 measurements of call_seconds fit"),
        ('ratio("call_seconds", of={"n": 1}, to={"n": 3}) >= 1', "no measurement with n 3"),
        ('fit("call_seconds", x="m") >= 1', "no case has an axis 'm'"),
        ('count("runs", where={"n": 3}) >= 1', "no measurement with n 3"),
    ],
)
def test_a_slip_in_what_a_claim_asks_for_is_told_while_its_run_goes_on(text: str, slip: str) -> None:
    assert slip in judge(text, ledger_of(*swept({1: 1.0, 2: 2.0}, stop="deadline")), 0.95).reason


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
        "median('a').__class__.__mro__[1].__subclasses__() >= 1",
        "().__class__.__base__ >= 1",
        "getattr('a', '__class__') >= 1",
        "__import__('os').system('true') >= 1",
        "median(__import__('os').name) >= 1",
        "median('a' * 10**9) >= 1",
        "median('a' 'b' * 10**9) >= 1",
        "10**10**10 <= median('a')",
        "median('a') >= 9**9**9",
        "median('a') * 10**400 >= 1",
        "sum(1 for x in range(10**12)) >= 1",
        "median(*['a']) >= 1",
        "median('a', **{'where': {}}) >= 1",
        "median('a', where={'n': [[1]]}) >= 1",
        "median('a', where={'n': {'m': 1}}) >= 1",
        "median('a', where={'n': b'x'}) >= 1",
        "median('a', where={'n': 1j}) >= 1",
        "median('a', where=" + "[" * 400 + "]" * 400 + ") >= 1",
        "fit('a') >= 1",
        "fit('a', x=1) >= 1",
        "fit('a', x='n', law='cubic') >= 1",
        "1 / fit('a', x='n') >= 1",
        "spread('a', over='everything') >= 1",
        "count('stars') >= 1",
        "count() >= 1",
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
    reason = judge(f"{TIME} <= 2", ledger_of(measured([1.0] * 6)), 0.99).reason
    assert reason == "6 processes give no interval at the level this report's claims need; it takes 8"


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


CASES = ledger_of(
    measured([1.0] * 12, case="total[n=1]", parameters={"n": 1}),
    measured([1.02 + place / 2000 for place in range(12)], case="total[n=2]", parameters={"n": 2}),
    measured([1.0] * 12, case="total[n=1,control=1]", parameters={"n": 1, "control": 1}),
)
SLOWER = 'ratio("call_seconds", of={"n": 2}, to={"n": 1, "control": 1})'


@pytest.mark.parametrize(
    ("comparison", "margin", "expected"),
    [
        (f"{SLOWER} > 1", None, "supported"),
        (f"{SLOWER} > 1", 0.03, "refuted"),
        (f"{SLOWER} > 1", 0.022, "undecided"),
        (f"100 * {SLOWER} - 100 > 0", 0.03, "refuted"),
        (f"1 / {SLOWER} < 1", None, "supported"),
        (f"1 / {SLOWER} < 1", 0.03, "refuted"),
        (f"{SLOWER} < 1", None, "refuted"),
        (f"{SLOWER} >= 1.02", 0.5, "supported"),
        (f"0.9 <= {SLOWER} <= 1.1", None, "supported"),
    ],
)
def test_a_ratio_compared_with_one_must_be_beyond_the_margin(comparison: str, margin: float | None, expected: str) -> None:
    assert judge(comparison, CASES, 0.95, margin).verdict == expected


CONTROLLED = ledger_of(
    *CASES.measurements, controls=(dataclasses.replace(CASES.measurements[1], case="total[n=1]", parameters={"n": 1}),)
)
"""The cases above, 2.0 % apart, with a control that moves by 2.4 %."""


@pytest.mark.parametrize("margin", [None, 0.01, 0.5])
@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        (f"{SLOWER} >= 1.02", "undecided"),
        (f"100 * {SLOWER} - 100 >= 1", "undecided"),
        (f"1 / {SLOWER} < 0.99", "undecided"),
        (f"0.99 <= {SLOWER} <= 1.03", "undecided"),
        (f"1.01 <= {SLOWER} <= 1.03", "undecided"),
        (f"1.01 <= 1 * {SLOWER} <= 1.03", "undecided"),
        (f"0.9 <= {SLOWER} <= 1.1", "supported"),
        (f"{SLOWER} >= 0.9", "supported"),
        (f"1 / {SLOWER} < 1.1", "supported"),
        (f"100 * {SLOWER} - 100 <= 8", "supported"),
        (f"{SLOWER} >= 1.1", "refuted"),
        (f"{SLOWER} <= 0.9", "refuted"),
    ],
)
def test_a_ratio_decides_away_from_one_what_lies_beyond_its_control_whatever_the_margin(
    comparison: str, expected: str, margin: float | None
) -> None:
    assert judge(comparison, CONTROLLED, 0.95, margin).verdict == expected


@pytest.mark.parametrize(
    ("comparison", "verdicts"),
    [
        (f"{SLOWER} > 1", ["undecided", "undecided", "undecided", "refuted"]),
        (f"{SLOWER} < 1", ["undecided", "refuted", "refuted", "refuted"]),
        (f"{SLOWER} > 0.9", ["supported"] * 4),
    ],
)
def test_a_larger_margin_only_ever_asks_for_more(comparison: str, verdicts: list[str]) -> None:
    assert [judge(comparison, CONTROLLED, 0.95, margin).verdict for margin in (0.0, 0.01, 0.0225, 0.05)] == verdicts


def test_a_verdict_that_the_control_takes_away_says_so_and_keeps_the_interval_it_was_read_from() -> None:
    lost = judge(f"{SLOWER} >= 1", CONTROLLED, 0.95, 0.01)

    assert lost.reason == "the A/A control moves by 2.4 %, and with that the interval reaches the bound"
    assert lost.finding is not None and lost.read is not None
    assert lost.finding.order.lo is not None and lost.read.order.lo is not None
    assert lost.finding.order.lo / lost.read.order.lo == pytest.approx(1 + (lost.moves or 0))


def test_a_control_refutes_nothing_that_it_could_have_moved() -> None:
    near = ledger_of(
        measured([1.0] * 12, case="total[n=1]", parameters={"n": 1}),
        measured([1.005] * 12, case="total[n=2]", parameters={"n": 2}),
        controls=(measured([1.0093] * 12, case="total[n=1]", parameters={"n": 1}),),
    )

    assert judge('ratio("call_seconds", of={"n": 2}, to={"n": 1}) > 1', near, 0.95, 0.01).verdict == "undecided"


def test_a_control_of_too_few_blocks_for_the_level_speaks_at_95_percent() -> None:
    (at_95, at_all) = (judge(f"{SLOWER} >= 0.9", CONTROLLED, level, 0.01) for level in (0.95, 0.9999))

    assert at_95.moves == at_all.moves is not None


def controlled_by(*controls: Measurement) -> Judgement:
    return judge(f"{SLOWER} >= 0.9", ledger_of(*CASES.measurements, controls=controls), 0.95)


def test_a_control_too_short_to_tell_leaves_a_ratio_undecided() -> None:
    short = measured([1.0] * 5, case="total[n=1,control=1]", parameters={"n": 1, "control": 1})

    assert (controlled_by(short).verdict, controlled_by(short).reason) == (Verdict.UNDECIDED, TOO_SHORT)


def test_the_control_of_a_case_of_the_ratio_speaks_before_that_of_another() -> None:
    own = measured([1.0] * 12, case="total[n=1,control=1]", parameters={"n": 1, "control": 1})
    other = measured([2.0] * 12, case="total[n=1]", parameters={"n": 1})
    ledger = ledger_of(*CASES.measurements, controls=(own, other))

    assert (
        judge('ratio("call_seconds", of={"n": 1, "control": 1}, to={"n": 1, "control": 1}) >= 0.9', ledger, 0.95).moves == 0.0
    )
    assert judge(f"{SLOWER} >= 0.9", ledger, 0.95).moves == pytest.approx(1.0)


@pytest.mark.parametrize("change", [{"values": (0.0,) * 12}, {"blocks": tuple(range(100, 112))}])
def test_a_control_that_gives_no_ratio_says_nothing(change: dict[str, Any]) -> None:
    silent = dataclasses.replace(measured([1.0] * 12, case="total[n=1]", parameters={"n": 1}), **change)

    assert (controlled_by(silent).verdict, controlled_by(silent).moves) == (Verdict.SUPPORTED, None)


def test_a_scale_that_leads_out_of_the_numbers_is_undecided_beside_a_control_too() -> None:
    assert judge(f"1.75e308 * {SLOWER} >= 1", CONTROLLED, 0.95).reason == "the arithmetic leads out of the numbers"


def test_a_selection_may_list_values_and_truth_is_no_number() -> None:
    ledger = ledger_of(measured(SPREAD), measured(SPREAD, case="total[n=200]", parameters={"n": 200}))

    assert verdict('spread("call_seconds", over="cases", where={"n": [100, 200]}) <= 1.01', ledger) == "supported"
    assert verdict('median("call_seconds", where={"n": [100, 300]}) <= 2', ledger) == "supported"
    assert verdict('median("call_seconds", where={"n": [7, 8]}) <= 2', ledger) == "not run"
    assert CASES.select("call_seconds", {"n": True}) == ()


def test_a_slip_in_a_name_is_answered_with_the_name_that_was_meant() -> None:
    assert judge('median("call_secnds") <= 1', LEDGER, 0.95).reason.endswith("; did you mean 'call_seconds'?")
    assert judge('median("call_seconds", where={"machine": "dve"}) <= 1', LEDGER, 0.95).reason.endswith("did you mean 'dev'?")


def pinned(driver: str, name: str) -> Environment:
    return Environment(key={"driver": {"driver": driver}, "gpu": {"name": name}}, informative={})


def test_runs_that_differ_name_their_pins_and_a_declared_difference_is_what_a_claim_may_be_about() -> None:
    ours, other = measured(SPREAD), measured(SPREAD, machine="other", run_id="other", compare_sha256="x")
    when = datetime.date(2026, 1, 1)
    occasions = {
        ours.run_key: Occasion("dev", when, "a", pinned("580", "H100")),
        other.run_key: Occasion("other", when, "b", pinned("581", "H200")),
    }
    ledger = ledger_of(ours, other, present=Present({"tiny": ours.source_sha256}, occasions=occasions))
    text = 'ratio("call_seconds", of={"machine": "dev"}, to={"machine": "other"}) <= 2'

    assert judge(text, ledger, 0.95).reason == (
        "the runs differ in driver.driver (580 against 581), gpu.name (H100 against H200)"
    )
    assert judge(text, ledger, 0.95, varies=["gpu"]).reason == "the runs differ in driver.driver (580 against 581)"
    assert judge(text, ledger, 0.95, varies=["gpu", "driver.driver"]).verdict is Verdict.SUPPORTED


def test_where_a_record_cannot_be_read_a_claim_on_it_says_so_and_no_other_does() -> None:
    ledger = ledger_of(measured(SPREAD), unread=(Unread("h100", "20260101T000000Z-copies-0000000", "bench/x/record.json"),))

    lost = judge('median("call_seconds", where={"machine": "h100"}) <= 1', ledger, 0.95)
    slip = judge('median("call_seconds", where={"machine": "h200"}) <= 1', ledger, 0.95)

    assert (lost.verdict, lost.is_unread) == (Verdict.NOT_RUN, True)
    assert "bench/x/record.json" in lost.reason
    assert (slip.verdict, slip.is_unread) == (Verdict.NOT_RUN, False)
