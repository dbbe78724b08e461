"""Every study of the bench folder computes: the first case of each gives finite numbers by the names of metrics."""

from __future__ import annotations

from pathlib import Path

import pytest

from chronicle.harness.declare import Benchmark
from chronicle.harness.discover import load_suite, suite_names
from chronicle.harness.studied import checked
from chronicle.records.provenance import SIMULATED

BENCH = Path(__file__).parents[2] / "bench"
SUITES = ("spot",)
STUDIES = [one for name in SUITES for one in load_suite(BENCH, name).benchmarks if one.is_study]


@pytest.mark.parametrize("study", STUDIES, ids=lambda one: one.name)
def test_the_first_case_of_a_study_gives_numbers(study: Benchmark) -> None:
    seeded = {"seed": 1} if study.label == SIMULATED else {}
    outcomes = checked(study.name, study.set_up(**study.cases_on("cpu")[0], **seeded))

    assert outcomes
    assert set(SUITES) <= set(suite_names(BENCH))


@pytest.mark.parametrize("study", [one for one in STUDIES if one.label == SIMULATED], ids=lambda one: one.name)
def test_a_seed_gives_the_same_numbers_again(study: Benchmark) -> None:
    case = study.cases_on("cpu")[0]

    assert study.set_up(**case, seed=7) == study.set_up(**case, seed=7)
