"""A summary that no longer follows from its processes is found, field by field, with the page that shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runs import H100, results_copy, tamper

from chronicle.evidence.runs import read_run
from chronicle.facts.integrity import record_problems, summary_problems


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [("order_statistic", "value", 1.0), ("order_statistic", "n_processes", 3), ("log_t", "hi", None)],
    ids=["a number", "a count", "a bound taken away"],
)
def test_a_summary_changed_by_hand_names_file_field_and_page(
    tmp_path: Path, part: str, field: str, value: float | None
) -> None:
    folder = results_copy(tmp_path)
    tamper(folder, lambda record: record["cases"][0]["summary"][part].update({field: value}))

    problems = list(summary_problems(read_run(folder, tmp_path, "bench/results")))

    assert [problem.found.partition("`")[2].partition("`")[0] for problem in problems] == [f"cases.0.summary.{part}.{field}"]
    assert all(problem.file == f"bench/results/h100-sxm/{H100.name}/record.json" for problem in problems)
    assert all(problem.severity == "error" and problem.rule == "record-integrity" for problem in problems)
    assert all(f"runs/h100-sxm/{H100.name}/" in problem.hint for problem in problems)


def test_the_committed_record_agrees_with_itself(tmp_path: Path) -> None:
    folder = results_copy(tmp_path)

    assert list(summary_problems(read_run(folder, tmp_path))) == []


def test_a_difference_of_the_last_bits_is_none(tmp_path: Path) -> None:
    folder = results_copy(tmp_path)
    tamper(folder, lambda record: _each(record["cases"][0]["summary"], lambda value: value * (1 + 1e-13)))

    assert list(summary_problems(read_run(folder, tmp_path))) == []


def _each(node: dict[str, Any], change: Callable[[float], float]) -> None:
    for name, value in node.items():
        if isinstance(value, float):
            node[name] = change(value)
        elif isinstance(value, dict):
            _each(value, change)


def test_operations_that_their_counting_rule_contradicts_stop_the_build(tmp_path: Path) -> None:
    folder = results_copy(tmp_path)
    tamper(folder, lambda record: record["cases"][3]["workload"].update(flop=8192**3))
    (problem,) = record_problems(read_run(folder, tmp_path, "bench/results"))

    assert (problem.rule, problem.severity) == ("convention", "error")
    assert "`cases.3.workload` of matmul[dtype=bf16,n=8192]: 549755813888 operations are counted" in problem.found
