"""The claims of the reports that wait for a GPU: each can be judged once its suite's cases are recorded, and by them alone.

The ledger here is made up from the cases that the suites have on a GPU, under made-up laws. It says nothing of any machine.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from lab import roofline
from lab.shapes import MODELS, TR118, TR121, gpt2_like, of_size
from ledgers import ledger_of, measured

from chronicle.facts.estimates import readings
from chronicle.facts.ledger import Ledger
from chronicle.facts.predicates import Verdict, judge
from chronicle.harness.discover import Point, load_suite, points_on
from chronicle.records.run import case_key

ROOT = Path(__file__).parents[2]
NOISE = (1.0, 1.004, 0.996, 1.002, 0.998, 1.001, 0.999, 1.003, 0.997)
SUITES = ("decode", "joules", "depth", "attention", "sensors")
MACHINE = "h200-sxm"
REPORTS = sorted(ROOT.glob("docs/reports/tr1[12][0128]-*.md"))
CLAIMS = [
    pytest.param(claim["holds"], len(front["claims"]), claim.get("margin"), id=f"{front['id']}#{claim['id']}")
    for report in REPORTS
    if (front := yaml.safe_load(report.read_text().split("---\n")[1]))["id"] in ("TR118", "TR120", "TR121", "TR122")
    for claim in front["claims"]
]


def sizes(suite: str, point: Point) -> dict[str, float]:
    """What the suites state of their cases beside the axes."""
    axes: dict[str, Any] = point.parameters
    if suite == "depth" and "shape" in axes:
        shape = gpt2_like(*TR121[axes["shape"]])
    elif suite == "depth" and "family" in axes:
        shape = of_size({"100m": 1e8, "1b": 1e9, "3b": 3e9}[axes["family"]], axes["layers"], 32_768)
    elif suite == "attention" and "shape" in axes:
        shape = gpt2_like(*TR118[axes["shape"]])
    elif axes.get("model") in MODELS:
        shape = MODELS[axes["model"]]
    else:
        return {}
    stated = {
        "layers": shape.layers,
        "parameters": roofline.parameters(shape),
        "step_bytes": roofline.decode_bytes(shape, 1, 96),
    }
    return {name: size for name, size in stated.items() if name not in axes}


def made_up(suite: str, point: Point) -> dict[str, float]:
    """Every metric that a case of this benchmark gives, by a law that crosses where the claims look."""
    known = point.parameters | sizes(suite, point)
    seconds = 1e-4 + 2e-5 * known.get("layers", 1) + known.get("step_bytes", 1e6) / 3e12
    if point.benchmark == "prompt":
        seconds = known["context"] ** 2 * 1e-12
    elif point.benchmark == "linear":
        seconds = known["context"] * 2e-8
    elif point.benchmark == "on_processor":
        seconds = known["parameters"] * 1e-11
    if suite == "sensors":
        names = {
            "idle": ["idle_watts"],
            "step": ["instant_rise_seconds", "average_rise_seconds"],
            "counter": ["instant_gap_ratio", "average_gap_ratio", "tenth_of_a_second_error_ratio", "claimable_window_seconds"],
        }
        return dict.fromkeys(names[point.benchmark], 0.5)
    if point.benchmark == "compiling":
        return {"crashes_count": 0.0, "recompiles_count": 0.0}
    rates = {"bandwidth_bytes_per_second": 1 / seconds, "throughput_flop_per_second": 1 / seconds}
    return {"call_seconds": seconds, "decode_seconds_per_token": seconds, "energy_joules_per_token": seconds} | rates


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    found = []
    for suite in SUITES:
        for point in points_on(load_suite(ROOT / "bench", suite), "cuda")[0]:
            for metric, value in made_up(suite, point).items():
                values = [value * noise for noise in NOISE]
                found.append(
                    dataclasses.replace(
                        measured(),
                        estimate=readings(values)[0],
                        second=readings(values)[1],
                        values=tuple(values),
                        blocks=tuple(range(len(values))),
                        suite=suite,
                        benchmark=point.benchmark,
                        machine=MACHINE,
                        metric=metric,
                        case=case_key(point.benchmark, point.parameters),
                        parameters=point.parameters | sizes(suite, point),
                        run_id=f"20261127T000000Z-{suite}-0000000",
                    )
                )
    return ledger_of(*found)


@pytest.mark.parametrize(("holds", "family", "margin"), CLAIMS)
def test_a_claim_can_be_judged_once_its_cases_are_recorded(
    ledger: Ledger, holds: str, family: int, margin: float | None
) -> None:
    found = judge(holds, ledger, 1 - 0.05 / family, margin)

    assert found.verdict in (Verdict.SUPPORTED, Verdict.REFUTED, Verdict.UNDECIDED), found.reason
    assert found.finding is not None
    assert found.finding.order.lo is not None


def test_the_claims_of_every_report_that_needs_a_gpu_are_among_them() -> None:
    assert {str(claim.id).partition("#")[0] for claim in CLAIMS} == {"TR118", "TR120", "TR121", "TR122"}


@pytest.mark.parametrize("report", REPORTS, ids=lambda path: path.stem)
def test_the_commands_that_decide_them_select_what_there_is(report: Path) -> None:
    for line in re.findall(r"^chronicle bench run (\S+) (.*)$", report.read_text(), re.M):
        name, _, only = line[0].partition(":")
        points, _ = points_on(load_suite(ROOT / "bench", name), "cuda", only or None)
        wanted = dict(re.findall(r"-p (\w+)=(\S+)", line[1]))

        for axis, values in wanted.items():
            there = {str(point.parameters[axis]) for point in points if axis in point.parameters}
            assert set(values.split(",")) <= there, (line[0], axis)
