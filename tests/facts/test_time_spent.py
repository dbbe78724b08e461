"""The parts of a run's wall time add up to it, and what no process accounts for is the harness's own."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from runs import a_run, case, process

from chronicle.evidence.runs import read_runs
from chronicle.facts.time_spent import PARTS, WORDS, time_spent
from chronicle.records.circumstances import Phase
from chronicle.records.run import Run

ROOT = Path(__file__).parents[2]
DIARY = {"start": 1, "idle": 1, "set-up": 2, "cool": 1, "warm": 10, "time": 20, "after": 1, "energy": 30, "check": 2}


def run(*walls: int, diary: dict[str, int] = DIARY) -> Run:
    phases = tuple(Phase(name=name, ns=seconds * 10**9) for name, seconds in diary.items())
    processes = [dataclasses.replace(process(block), phases=phases) for block in range(2)]
    plain = a_run(case(processes))
    return dataclasses.replace(plain, design=dataclasses.replace(plain.design, block_wall_ns=tuple(w * 10**9 for w in walls)))


def test_what_no_phase_accounts_for_and_the_look_around_are_the_harness_s_own() -> None:
    found = time_spent(run(70, 74))

    assert found is not None
    assert {part: ns / 1e9 for part, ns in found.parts.items()} == {
        "measuring": 104,
        "warming": 20,
        "cooling": 2,
        "starting": 6,
        "harness": 12,
    }
    assert found.share("harness") == pytest.approx(12 / 144)
    assert (found.blocks, found.processes) == (2, 2)


def test_a_record_that_kept_no_walls_or_no_diary_says_nothing() -> None:
    assert time_spent(run()) is None
    assert time_spent(run(70, 74, diary={})) is None


def test_every_part_has_its_words_and_no_phase_two_parts() -> None:
    phases = [name for names in PARTS.values() for name in names]

    assert set(WORDS) == {*PARTS, "harness"}
    assert len(phases) == len(set(phases))


def test_the_committed_runs_that_say_so_spend_their_time_on_what_they_are_for() -> None:
    runs = read_runs(ROOT / "bench/results", "bench/results").runs
    found = {one.run.run_id: spent for one in runs if (spent := time_spent(one.run))}

    assert all(sum(one.parts.values()) == one.wall_ns and min(one.parts.values()) >= 0 for one in found.values())
    assert found["20261124T043922Z-instruments-fed1061"].share("harness") < 0.03
