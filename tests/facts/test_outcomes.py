"""Outcomes of studies as evidence: an interval over seeds where they are drawn, exact numbers where they are worked out."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest
from ledgers import ledger_of
from runs import H100, a_run, process

from chronicle.evidence.coherence import impossible
from chronicle.facts.estimates import log_t, order_statistic, student_t
from chronicle.facts.ledger import Ledger, NotFoundError
from chronicle.facts.measurements import Measurement, measurements
from chronicle.facts.predicates import Verdict, judge
from chronicle.records.provenance import DERIVED, SIMULATED, seed_of
from chronicle.records.run import Case, Environment, Process

PINS = Environment(key={}, informative={})


def studied(block: int, outcomes: dict[str, float], seed: int | None = None) -> Process:
    return dataclasses.replace(process(block), time=None, outcomes=outcomes, seed=seed)


def case_of(label: str, values: Sequence[float], metric: str = "cost_ratio", zone: int = 1) -> Case:
    """A case whose blocks gave ``values``, each twice as much as ``double_ratio`` too."""
    seeds = [seed_of(1, block) if label == SIMULATED else None for block in range(len(values))]
    found = tuple(
        studied(block, {metric: value, "double_ratio": 2 * value}, seed)
        for block, (value, seed) in enumerate(zip(values, seeds, strict=True))
    )
    return Case(benchmark="spot", title="Spot", parameters={"zone": zone}, workload=None, processes=found, label=label)


def said(*cases: Case) -> list[Measurement]:
    return measurements(a_run(*cases, label=SIMULATED), {}, PINS)


def ledger(*cases: Case) -> Ledger:
    return ledger_of(*said(*cases))


DRAWN = tuple(0.5 + 0.001 * step for step in range(12))


def test_every_outcome_is_a_metric_of_its_case() -> None:
    found = said(case_of(SIMULATED, DRAWN))

    assert [(one.metric, one.n_processes) for one in found] == [("cost_ratio", 12), ("double_ratio", 12)]
    assert found[0].verdict == "valid"


def test_each_measurement_has_the_provenance_of_its_case() -> None:
    found = said(case_of(SIMULATED, DRAWN), case_of(DERIVED, (0.4, 0.4), zone=2))

    assert [one.label for one in found] == [SIMULATED, SIMULATED, DERIVED, DERIVED]


def test_a_simulated_outcome_has_an_interval_over_its_seeds() -> None:
    first, _ = said(case_of(SIMULATED, DRAWN))

    assert (first.estimate, first.second) == (order_statistic(DRAWN), log_t(DRAWN))


def test_an_outcome_below_zero_has_its_second_reading_on_the_values_themselves() -> None:
    values = tuple(value - 0.505 for value in DRAWN)
    first, _ = said(case_of(SIMULATED, values))

    assert first.second == student_t(values)


def test_a_derived_outcome_is_exact() -> None:
    first, _ = said(case_of(DERIVED, (0.4, 0.4)))

    assert first.is_exact
    assert (first.quantity.text, first.quantity.interval_text) == ("0.400", "")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ('median("cost_ratio") <= 0.4', Verdict.SUPPORTED),
        ('median("cost_ratio") > 0.4', Verdict.REFUTED),
        ('0.39 <= median("cost_ratio") <= 0.41', Verdict.SUPPORTED),
        ('median("double_ratio") - 0.8 <= 0.000001', Verdict.SUPPORTED),
    ],
)
def test_a_claim_on_an_exact_number_is_decided_at_any_level(text: str, verdict: Verdict) -> None:
    judged = judge(text, ledger(case_of(DERIVED, (0.4, 0.4))), level=0.9999)

    assert judged.verdict is verdict


def test_two_seeds_are_too_few_for_a_verdict_where_two_derivations_are_enough() -> None:
    judged = judge('median("cost_ratio") <= 9', ledger(case_of(SIMULATED, (0.4, 0.4))), level=0.95)

    assert (judged.verdict, judged.reason) == (Verdict.NOT_RUN, "2 valid processes, fewer than 6")


def test_a_drawn_number_over_an_exact_one_is_taken_in_every_block() -> None:
    found = ledger(case_of(SIMULATED, DRAWN, zone=1), case_of(DERIVED, (0.5, 0.5), zone=2))
    ratio = found.ratio("cost_ratio", of={"zone": 1}, to={"zone": 2}, where={})

    assert ratio.order == order_statistic([value / 0.5 for value in DRAWN])
    assert not ratio.is_exact


def test_a_ratio_of_exact_numbers_is_exact() -> None:
    found = ledger(case_of(DERIVED, (0.6, 0.6), zone=1), case_of(DERIVED, (0.5, 0.5), zone=2))
    ratio = found.ratio("cost_ratio", of={"zone": 1}, to={"zone": 2}, where={})

    assert (ratio.order.value, ratio.order.lo, ratio.is_exact) == (1.2, 1.2, True)


def test_a_ratio_of_a_number_that_is_not_above_zero_is_none() -> None:
    found = ledger(case_of(DERIVED, (0.0, 0.0), zone=1), case_of(DERIVED, (0.5, 0.5), zone=2))

    with pytest.raises(NotFoundError, match=r"the cost_ratio of spot\[zone=1\] is 0"):
        found.ratio("cost_ratio", of={"zone": 2}, to={"zone": 1}, where={})


def test_the_spread_over_derived_cases_is_exact() -> None:
    judged = judge(
        'spread("cost_ratio", over="cases") >= 1.4',
        ledger(case_of(DERIVED, (0.6, 0.6), zone=1), case_of(DERIVED, (0.4, 0.4), zone=2)),
        level=0.99,
    )

    assert judged.verdict is Verdict.SUPPORTED


def test_a_process_of_a_study_that_failed_is_left_out() -> None:
    failed = dataclasses.replace(studied(12, {}), error="ValueError: no price")
    whole = case_of(SIMULATED, DRAWN)
    first, _ = said(dataclasses.replace(whole, processes=(*whole.processes, failed)))

    assert (first.n_processes, first.n_left_out, first.verdict) == (12, 1, "valid")


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        ({"outcomes": {"Cost <b>": 1.0}}, "outcomes` hold 'Cost <b>': 1.0"),
        ({"seed": 7}, "seed` is 7"),
    ],
)
def test_a_record_that_no_harness_wrote_is_refused(broken: dict[str, object], found: str) -> None:
    whole = case_of(SIMULATED, DRAWN)
    first, *rest = whole.processes
    forged = dataclasses.replace(whole, processes=(dataclasses.replace(first, **broken), *rest))  # type: ignore[arg-type]
    run = a_run(forged, run_id=H100.name, machine=H100.parent.name, label=SIMULATED)

    assert [one for one, _ in impossible(run, Path(H100)) if found in one]


def test_a_derived_case_with_two_answers_is_refused() -> None:
    run = a_run(case_of(DERIVED, (0.4, 0.5)), run_id=H100.name, machine=H100.parent.name, label=DERIVED)

    assert [one for one, _ in impossible(run, Path(H100)) if "2 answers" in one]


def test_what_there_is_is_told_in_a_few_names() -> None:
    many = {f"one_{number}_ratio": 1.0 for number in range(40)}
    case = Case(benchmark="spot", title="Spot", parameters={}, workload=None, processes=(studied(0, many),), label=DERIVED)

    with pytest.raises(NotFoundError, match=r"recorded are one_0_ratio, .* and 28 more$"):
        ledger(case).one("unlike_anything", {})
