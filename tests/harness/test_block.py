"""A block runs every case once and a control a second time; primes come before the first block of a command."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from runs import bench_folder, quick_plan

from chronicle.evidence.runs import read_run
from chronicle.facts.estimates import summarise
from chronicle.harness.block import turns_of
from chronicle.harness.plan import Observer
from chronicle.harness.run import measure
from chronicle.records.recorded import RecordedRun

SUITE = """
from chronicle import Work, axis, benchmark


@benchmark(title="A sum", control={"n": 1000}, primes=True)
@axis("n", [100, 1000])
def total(device, n):
    return Work(lambda: sum(range(n)), peers={"another_clock": lambda: 0.5})
"""
KEYS = ("total[n=100]", "total[n=1000]")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> RecordedRun:
    """Two blocks of two cases, of which one is a control too."""
    plan = quick_plan(bench_folder(tmp_path_factory.mktemp("control"), SUITE))
    _, folder = measure(dataclasses.replace(plan, controls=(KEYS[1],), primes=KEYS), summarise, Observer())
    return read_run(folder, folder.parent.parent, "bench/results")


def test_the_control_is_measured_once_more_in_every_block(recorded: RecordedRun) -> None:
    plain, controlled = ([process.role for process in case.processes if process.role != "prime"] for case in recorded.run.cases)

    assert sorted(controlled) == ["control", "control", "replicate", "replicate"]
    assert plain == ["replicate", "replicate"]


def test_only_replicates_enter_the_summary(recorded: RecordedRun) -> None:
    assert [case.summary.log_t.n_processes for case in recorded.run.cases if case.summary] == [2, 2]
    assert [len(case.replicates) for case in recorded.run.cases] == [2, 2]


def test_primes_come_before_the_first_block_of_a_command_and_in_no_other(recorded: RecordedRun) -> None:
    primes = [process for case in recorded.run.cases for process in case.processes if process.role == "prime"]
    others = [process for case in recorded.run.cases for process in case.processes if process.role != "prime"]

    assert [process.block for process in primes] == [0, 0]
    assert max(process.start_utc for process in primes) <= min(process.start_utc for process in others)


def test_the_record_agrees_with_itself(recorded: RecordedRun) -> None:
    assert recorded.problems == ()


def test_the_readings_of_other_tools_are_kept_by_their_names(recorded: RecordedRun) -> None:
    assert recorded.run.cases[0].replicates[0].peer_seconds == {"another_clock": 0.5}


def test_the_phases_of_a_process_are_its_whole_life(recorded: RecordedRun) -> None:
    process = recorded.run.cases[0].replicates[0]

    assert [phase.name for phase in process.phases] == [
        "start", "idle", "set-up", "cool", "warm", "time", "peers", "energy", "check", "after",
    ]  # fmt: skip
    assert all(phase.ns >= 0 for phase in process.phases)


def test_the_wall_time_of_a_block_is_hardly_more_than_its_processes(recorded: RecordedRun) -> None:
    in_block = [p for case in recorded.run.cases for p in case.processes if p.block == 1]
    in_processes = sum(phase.ns for process in in_block for phase in process.phases)

    assert len(recorded.run.design.block_wall_ns) == 2
    assert 0 < in_processes <= recorded.run.design.block_wall_ns[1]


def test_every_block_has_every_turn_in_an_order_of_its_own(recorded: RecordedRun) -> None:
    orders = {tuple((turn.place, turn.role) for turn in turns_of(in_block(recorded, block), ())) for block in range(20)}

    assert len(orders) > 3
    assert {frozenset(order) for order in orders} == {frozenset([(0, "replicate"), (1, "replicate"), (1, "control")])}


def in_block(recorded: RecordedRun, block: int):  # type: ignore[no-untyped-def]
    return dataclasses.replace(recorded.run, design=dataclasses.replace(recorded.run.design, blocks_done=block))


def test_a_control_that_no_axis_has_is_refused_where_it_is_written() -> None:
    from chronicle import Work, axis, benchmark

    with pytest.raises(ValueError, match="control is n=7"):
        benchmark(title="A sum", control={"n": 7})(axis("n", [1])(lambda device, n: Work(lambda: None)))


def test_a_benchmark_without_axes_may_be_its_own_control(tmp_path: Path) -> None:
    from chronicle import Work, benchmark

    one = benchmark(title="A sum", control={})(lambda device: Work(lambda: None))

    assert one.control == {}
