"""The suites of the lab: what they measure on which device, and that a case of each runs and passes its own check on a CPU."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest
from calibrations import readings
from runs import quick_plan

from chronicle.facts.energy_windows import energy_agreements, window_errors
from chronicle.facts.estimates import summarise
from chronicle.facts.power_sensors import step_responses
from chronicle.harness.discover import load_suite, points_on
from chronicle.harness.plan import Observer
from chronicle.harness.run import measure

pytest.importorskip("torch", reason="the lab computes with torch")

BENCH = Path(__file__).parents[2] / "bench"
CASES = {
    "decode": ["small[arm=static,batch=2,model=tiny,prompt=6,span=8]", "roof[mebibytes=64]"],
    "depth": ["families[arm=static,batch=1,family=100m,layers=2]"],
    "attention": ["prompt[backend=flash,context=64,head_size=16]", "linear[context=64]"],
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab") / "bench"
    return Path(shutil.copytree(BENCH, folder, ignore=shutil.ignore_patterns("results", "__pycache__")))


@pytest.mark.parametrize(
    ("suite", "on_gpu", "on_cpu"),
    [("decode", 211, 10), ("joules", 24, 1), ("depth", 86, 7), ("attention", 186, 6), ("sensors", 5, 0)],
)
def test_a_suite_has_cases_for_a_gpu_and_a_few_tiny_ones_for_a_cpu(suite: str, on_gpu: int, on_cpu: int) -> None:
    loaded = load_suite(BENCH, suite)

    assert len(points_on(loaded, "cuda")[0]) == on_gpu
    assert len(points_on(loaded, "cpu")[0]) == on_cpu


@pytest.mark.parametrize("suite", CASES)
def test_a_case_runs_on_a_cpu_and_passes_its_check(bench: Path, suite: str) -> None:
    plan = quick_plan(bench, suite, rule="explore(1)")
    chosen = tuple(one for one in plan.points if _key(one) in CASES[suite])
    done, _ = measure(dataclasses.replace(plan, points=chosen), summarise, Observer())
    processes = {case.key: case.processes[0] for case in done.cases}

    assert set(processes) == set(CASES[suite])
    assert {key: one.error for key, one in processes.items() if one.error} == {}
    if suite == "decode":
        (step,) = [case for case in done.cases if case.benchmark == "small"]
        assert step.workload is not None
        assert (step.workload.tokens, step.workload.sequences, step.workload.sizes["layers"]) == (2, 2, 2)
        assert step.processes[0].outcomes["argmax_agreement_ratio"] > 0.8
    assert all(one.correct is not None and one.correct.relative_error < one.correct.limit for one in processes.values())


def _key(point) -> str:
    from chronicle.records.run import case_key

    return case_key(point.benchmark, point.parameters)


def test_what_the_sensors_suite_says_follows_from_the_readings_of_a_calibration() -> None:
    load_suite(BENCH, "sensors")
    import sensors

    taken = readings()
    said = sensors.rises(step_responses(taken["step"])) | sensors.gaps(
        list(energy_agreements(taken["energy"])), list(window_errors(taken["energy"]))
    )

    assert set(said) == {
        "instant_rise_seconds",
        "average_rise_seconds",
        "instant_gap_ratio",
        "average_gap_ratio",
        "tenth_of_a_second_error_ratio",
        "claimable_window_seconds",
    }
    assert said["instant_rise_seconds"] < said["average_rise_seconds"]
