"""Every study of the bench folder computes: the first case of each gives finite numbers by the names of metrics."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from chronicle.harness.answering import numbers
from chronicle.harness.discover import load_suite, suite_names
from chronicle.records.provenance import SIMULATED

BENCH = Path(__file__).parents[2] / "bench"
SUITES = ("spot", "commitment", "buckets", "tco")
STUDIES = {f"{name}:{one.name}": one for name in SUITES for one in load_suite(BENCH, name).benchmarks if one.is_study}
DRAWN = [name for name, one in STUDIES.items() if one.label == SIMULATED]


def outcomes(name: str) -> dict[str, float]:
    """What the first case of a study gives, under the same seed each time."""
    study = STUDIES[name]
    seeded = {"seed": 7} if name in DRAWN else {}
    return numbers(name, study.set_up(**study.cases_on("cpu")[0], **seeded))


first_outcomes = functools.cache(outcomes)


@pytest.mark.parametrize("name", STUDIES)
def test_the_first_case_of_a_study_gives_numbers(name: str) -> None:
    assert first_outcomes(name)
    assert name.partition(":")[0] in suite_names(BENCH)


@pytest.mark.parametrize("name", DRAWN)
def test_a_seed_gives_the_same_numbers_again(name: str) -> None:
    assert outcomes(name) == first_outcomes(name)
