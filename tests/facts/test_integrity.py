"""A summary is a cache: one that its processes do not bear out is found, with file, field and case."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from runs import H100, RESULTS, a_run, case, process

from chronicle.errors import Problem
from chronicle.evidence.runs import read_run
from chronicle.facts.estimates import summarise
from chronicle.facts.integrity import summary_problems
from chronicle.records.recorded import RecordedRun
from chronicle.records.run import Case, Environment, Summary

FULL = [process(block, 1_000_000 + 1000 * block) for block in range(12)]


def problems(one: Case) -> list[Problem]:
    nothing = Environment(key={}, informative={})
    return list(summary_problems(RecordedRun(a_run(one), Path("x"), "bench/results/x", {}, {}, nothing, True)))


@pytest.fixture
def summary() -> Summary:
    found = summarise(FULL)
    assert found is not None
    return found


def test_a_summary_that_its_processes_bear_out_is_no_problem(summary: Summary) -> None:
    assert problems(case(FULL, summary=summary)) == []
    assert problems(case([])) == []
    assert list(summary_problems(read_run(H100, RESULTS))) == []


def test_a_number_changed_by_hand_is_named_by_file_field_and_case(summary: Summary) -> None:
    forged = dataclasses.replace(summary, order_statistic=dataclasses.replace(summary.order_statistic, value=0.5))
    (problem,) = problems(case(FULL, summary=forged))

    assert problem.file == "bench/results/x/record.json"
    assert problem.found == "`cases.0.summary.order_statistic.value` is 0.5 for copy[mebibytes=4096]"
    assert problem.severity == "error"


def test_ranks_changed_by_hand_are_named(summary: Summary) -> None:
    forged = dataclasses.replace(summary, order_statistic=dataclasses.replace(summary.order_statistic, ranks=(5, 8)))
    (problem,) = problems(case(FULL, summary=forged))

    assert problem.found.startswith("`cases.0.summary.order_statistic.ranks` is (5, 8)")


def test_the_last_digit_of_another_library_is_no_edit(summary: Summary) -> None:
    nudged = dataclasses.replace(summary, log_t=dataclasses.replace(summary.log_t, value=summary.log_t.value * (1 + 1e-12)))

    assert problems(case(FULL, summary=nudged)) == []


def test_a_summary_that_is_gone_or_has_nothing_under_it_is_a_problem(summary: Summary) -> None:
    assert len(problems(case(FULL))) == 1
    assert len(problems(case([], summary=summary))) == 1
