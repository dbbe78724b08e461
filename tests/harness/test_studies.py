"""Studies: computed under a seed a block, without torch and without a device, recorded like anything that is measured."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from runs import bench_folder, quick_plan

from chronicle import axis, study
from chronicle.errors import ChronicleError
from chronicle.evidence.runs import read_run
from chronicle.facts.estimates import summarise
from chronicle.harness.answering import numbers
from chronicle.harness.declare import Benchmark
from chronicle.harness.plan import Observer, Plan
from chronicle.harness.protocol import QUICK
from chronicle.harness.run import measure
from chronicle.records.provenance import seed_of
from chronicle.records.recorded import RecordedRun

SUITE = """
import json
import random
from pathlib import Path

from chronicle import Work, axis, benchmark, study


@study(title="Drawn", provenance="simulated")
@axis("n", [10, 1000])
def drawn(seed, n):
    rng = random.Random(seed)
    return {"mean_ratio": sum(rng.random() for _ in range(n)) / n, "draws_count": n}


@study(title="Priced", provenance="derived", reads=["prices/spot.json"])
@axis("hours", [730])
def priced(hours):
    return {"rent_dollars": hours * json.loads((Path(__file__).parent / "prices/spot.json").read_text())["dollars_per_hour"]}


@study(title="Reads what it does not name", provenance="derived")
def sly():
    return {"rent_dollars": float(len((Path(__file__).parent / "prices/spot.json").read_text()))}


@study(title="No number", provenance="derived")
def empty():
    return {"cost_dollars": float("nan")}


@benchmark(title="Measured")
def nothing(device):
    return Work(lambda: None)
"""
TABLE = '{"as_of": "2026-05-30", "source": "a price page", "confidence": "low", "dollars_per_hour": 2.0}'
RESTLESS = """
import os
from chronicle import study


@study(title="Restless", provenance="derived")
def restless():
    return {"process_count": os.getpid()}
"""


def bench(folder: Path) -> Path:
    path = bench_folder(folder, SUITE, "costs")
    (path / "prices").mkdir()
    (path / "prices" / "spot.json").write_text(TABLE)
    return path


def of(plan: Plan, *benchmarks: str) -> Plan:
    return dataclasses.replace(plan, points=tuple(one for one in plan.points if one.benchmark in benchmarks))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> RecordedRun:
    """Three blocks of a simulated, a derived, a failing and a measured case."""
    plan = quick_plan(bench(tmp_path_factory.mktemp("studies")), "costs", rule="explore(3)")
    _, folder = measure(plan, summarise, Observer())
    return read_run(folder, folder.parent.parent, "bench/results")


def test_every_block_has_a_seed_that_follows_from_the_key_of_the_run(recorded: RecordedRun) -> None:
    drawn = [case for case in recorded.run.cases if case.benchmark == "drawn"]
    seeds = [[process.seed for process in case.processes] for case in drawn]

    assert seeds[0] == seeds[1] == [seed_of(recorded.run.design.order_key, block) for block in range(3)]
    assert len(set(seeds[0])) == 3


def test_outcomes_are_kept_in_the_place_of_a_time(recorded: RecordedRun) -> None:
    process = recorded.run.cases[0].processes[0]

    assert process.outcomes.keys() == {"mean_ratio", "draws_count"}
    assert (process.time, process.outcomes["draws_count"]) == (None, 10.0)
    assert [gap.reason for gap in process.missing] == ["a study is computed, not timed"]


def test_a_derived_case_runs_twice_and_has_no_seed(recorded: RecordedRun) -> None:
    priced = next(case for case in recorded.run.cases if case.benchmark == "priced")

    assert [(one.block, one.seed, one.outcomes) for one in priced.processes] == [
        (0, None, {"rent_dollars": 1460.0}),
        (1, None, {"rent_dollars": 1460.0}),
    ]


def test_each_case_keeps_its_own_provenance_and_the_run_the_weakest(recorded: RecordedRun) -> None:
    labels = {case.benchmark: case.label for case in recorded.run.cases}

    assert recorded.run.label == "simulated"
    assert labels == {"drawn": "simulated", "priced": "derived", "sly": "derived", "empty": "derived", "nothing": "measured"}


def test_the_pins_of_the_run_are_those_of_what_was_measured(recorded: RecordedRun) -> None:
    assert recorded.environment.key.keys() == {"method", "framework", "environment", "cpu", "numerics"}
    assert recorded.problems == ()


def test_the_tables_that_were_read_are_kept_with_what_they_say_of_themselves(recorded: RecordedRun) -> None:
    (table,) = recorded.run.suite.tables

    assert recorded.run.suite.sources == ("bench/costs.py", "bench/prices/spot.json")
    assert (table.path, table.as_of) == ("prices/spot.json", "2026-05-30")
    assert (table.source, table.confidence) == ("a price page", "low")


@pytest.mark.parametrize(
    ("benchmark", "said"),
    [
        ("sly", "UnnamedFileError: prices/spot.json is not in the reads=[…] of the study (costs.py:24)"),
        ("empty", "ValueError: empty gives cost_dollars = nan; an outcome is a finite number"),
    ],
)
def test_a_study_that_fails_is_an_error_of_its_process(recorded: RecordedRun, benchmark: str, said: str) -> None:
    case = next(case for case in recorded.run.cases if case.benchmark == benchmark)

    assert case.processes[0].error == said


def test_a_derived_value_that_changes_ends_the_run(tmp_path: Path) -> None:
    plan = quick_plan(bench_folder(tmp_path, RESTLESS, "restless"), "restless")

    with pytest.raises(ChronicleError, match="and in its second process"):
        measure(plan, summarise, Observer())


def test_a_run_of_studies_needs_no_time_for_a_warm_up(tmp_path: Path) -> None:
    slow = dataclasses.replace(QUICK, warmup_seconds=60.0)
    plan = of(quick_plan(bench(tmp_path), "costs", rule="explore(1)", budget_seconds=20.0, protocol=slow), "priced")
    done, _ = measure(plan, summarise, Observer())

    assert (done.label, done.design.stop) == ("derived", "rule")


@pytest.mark.parametrize(
    "outcomes", [{}, 0.5, {"Cost": 1.0}, {"cost-dollars": 1.0}, {"cost": True}, {"cost": "1"}, {"cost": float("inf")}, {1: 1.0}]
)
def test_what_is_no_outcome_is_refused(outcomes: object) -> None:
    with pytest.raises((TypeError, ValueError), match="priced"):
        numbers("priced", outcomes)


def declared(provenance: str, parameters: str) -> Benchmark:
    names: dict[str, Any] = {}
    exec(f"def computes({parameters}): return {{}}", names)
    return study(title="t", provenance=provenance)(axis("hours", [1])(names["computes"]))


@pytest.mark.parametrize(
    ("provenance", "parameters", "said"),
    [
        ("simulated", "hours", "takes hours; as simulated it takes hours, seed"),
        ("derived", "hours, seed", "takes hours, seed; as derived it takes hours"),
        ("derived", "", "takes nothing; as derived it takes hours"),
        ("measured", "hours", "provenance is 'measured'"),
    ],
)
def test_a_function_that_does_not_fit_its_provenance_is_refused_where_it_is_written(
    provenance: str, parameters: str, said: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=said):
        declared(provenance, parameters)
