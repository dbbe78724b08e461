"""Stop rules by their names, and when precision is enough."""

from __future__ import annotations

import dataclasses

import pytest
from runs import a_run
from runs import case as a_case

from chronicle.errors import ChronicleError
from chronicle.harness.rules import is_precise, rule_of
from chronicle.records.run import Estimate, Run, Summary

PRECISION = rule_of("precision(P_min=10,P_max=20,h=0.5%)")


def known_to(half_width: float, blocks: int) -> Run:
    """A run whose every case is known to ``half_width`` on the log scale."""
    narrow = Estimate(value=1.0, n_processes=blocks, lo=2.718281828**-half_width, hi=2.718281828**half_width, level=0.95)
    summary = Summary(metric="call_seconds", estimator="median_of_process_medians", order_statistic=narrow, log_t=narrow)
    done = a_run(a_case())
    cases = tuple(dataclasses.replace(case, summary=summary) for case in done.cases)
    return dataclasses.replace(done, cases=cases, design=dataclasses.replace(done.design, blocks_done=blocks))


def test_a_precision_rule_names_its_blocks_and_its_half_width() -> None:
    assert (PRECISION.least, PRECISION.most, PRECISION.half_width) == (10, 20, 0.005)


def test_spaces_in_a_rule_do_not_matter() -> None:
    assert rule_of("precision(P_min=10, P_max=20, h=0.5 %)") == PRECISION


@pytest.mark.parametrize(("half_width", "blocks", "is_enough"), [(0.004, 10, True), (0.006, 10, False), (0.001, 9, False)])
def test_precision_ends_a_run_only_when_it_is_reached_in_enough_blocks(half_width: float, blocks: int, is_enough: bool) -> None:
    assert is_precise(known_to(half_width, blocks), PRECISION) is is_enough


def test_a_counted_rule_never_looks_at_precision() -> None:
    assert not is_precise(known_to(0.0001, 11), rule_of("fixed(12)"))


@pytest.mark.parametrize(
    "text", ["precision(P_min=5,P_max=20,h=0.5%)", "precision(P_min=20,P_max=10,h=1%)", "precision(P_min=10,P_max=20,h=0%)"]
)
def test_a_precision_rule_that_gives_no_interval_is_refused(text: str) -> None:
    with pytest.raises(ChronicleError, match="no stop rule"):
        rule_of(text)


@pytest.mark.parametrize(("name", "is_one"), [("explore(3)", True), ("fixed(6)", False)])
def test_an_exploration_is_known_by_its_name(name: str, is_one: bool) -> None:
    assert rule_of(name).is_exploratory is is_one
