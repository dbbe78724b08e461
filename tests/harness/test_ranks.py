"""Cases that run in several ranks: started by torch's elastic launcher, in step, answered for by one of them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from runs import bench_folder, quick_plan

from chronicle.evidence.runs import read_run
from chronicle.facts.estimates import summarise
from chronicle.harness.plan import Observer
from chronicle.harness.ranked import cleaned
from chronicle.harness.run import measure

pytest.importorskip("torch", reason="ranks are those of torch.distributed")

SUITE = """
from chronicle import Check, Work, axis, benchmark


@benchmark(title="Sum over all ranks")
@axis("ranks", [2])
def summed(device, ranks):
    import torch
    import torch.distributed as together

    numbers = torch.empty(64, device=device)

    def call():
        numbers.fill_(1.0)
        together.all_reduce(numbers)

    def error():
        return float((numbers - ranks).abs().max())

    return Work(call, check=Check(error=error, output=numbers, reference="the number of ranks", limit=0.0))


@benchmark(title="One rank fails, and the other waits for it")
@axis("ranks", [2])
def broken(device, ranks):
    import torch
    import torch.distributed as together

    if together.get_rank() == 1:
        raise ValueError("the second rank is out of order")
    together.all_reduce(torch.ones(1))
    return Work(lambda: None)


@benchmark(title="One rank hangs")
@axis("ranks", [2])
def hanging(device, ranks):
    import time

    import torch.distributed as together

    if together.get_rank() == 1:
        time.sleep(600)
    together.barrier()
    return Work(lambda: None)
"""


def run_of(folder: Path, benchmark: str, seconds: float):
    plan = quick_plan(bench_folder(folder, SUITE), rule="explore(1)")
    chosen = tuple(one for one in plan.points if one.benchmark == benchmark)
    protocol = dataclasses.replace(plan.protocol, process_timeout_seconds=seconds)
    done, path = measure(dataclasses.replace(plan, points=chosen, protocol=protocol), summarise, Observer())
    return done.cases[0].processes[0], path


def test_two_ranks_measure_in_step_and_the_slower_one_is_what_counts(tmp_path: Path) -> None:
    process, path = run_of(tmp_path, "summed", 120)

    assert process.error is None
    assert [one.rank for one in process.ranks] == [0, 1]
    assert process.time is not None
    assert process.time.median_ns >= max(one.median_ns for one in process.ranks) // 2
    assert process.correct is not None
    assert process.correct.relative_error == 0.0
    assert {one.path: one.reason for one in process.missing}["energy"] == "the case runs in several ranks"
    assert read_run(path, path.parent.parent).run.cases[0].parameters == {"ranks": 2}


def test_a_rank_that_fails_is_the_error_of_its_process(tmp_path: Path) -> None:
    process, _ = run_of(tmp_path, "broken", 120)

    assert process.error is not None
    assert "rank 1: ValueError: the second rank is out of order" in process.error


def test_a_rank_that_hangs_ends_with_the_patience_of_its_process(tmp_path: Path) -> None:
    process, _ = run_of(tmp_path, "hanging", 12)

    assert process.error == "no answer within 12 s"


def test_what_another_launcher_left_in_the_environment_is_not_taken_for_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RANK", "MASTER_PORT", "TORCHELASTIC_RUN_ID"):
        monkeypatch.setenv(name, "7")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    chosen = cleaned(2)
    import os

    assert not {"RANK", "MASTER_PORT", "TORCHELASTIC_RUN_ID"} & set(os.environ)
    assert int(os.environ.pop("OMP_NUM_THREADS")) >= 1
    assert chosen == ["OMP_NUM_THREADS"]


def test_threads_that_a_user_asks_for_are_left_and_are_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    import os

    assert cleaned(2) == []
    assert os.environ["OMP_NUM_THREADS"] == "3"


@pytest.mark.parametrize(("asked", "pinned"), [(None, None), ("1", "1")])
def test_the_threads_of_a_rank_are_a_pin_only_where_a_user_set_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str | None, pinned: str | None
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if asked:
        monkeypatch.setenv("OMP_NUM_THREADS", asked)
    process, path = run_of(tmp_path, "summed", 120)
    record = json.loads((path.parent / "env" / f"{process.environment_sha256}.json").read_text())

    assert record["key"]["environment"].get("OMP_NUM_THREADS") == pinned
