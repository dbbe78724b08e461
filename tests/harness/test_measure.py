"""A run in blocks: what is written, what may join it, and what ends it; measured for real on the CPU, without torch."""

from __future__ import annotations

import dataclasses
import fcntl
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import a_run, bench_folder, case, process, quick_plan

from chronicle.errors import ChronicleError
from chronicle.evidence.runs import read_run
from chronicle.facts.estimates import summarise
from chronicle.facts.integrity import summary_problems
from chronicle.facts.measurements import measurements
from chronicle.harness.block import block_order
from chronicle.harness.plan import Observer, Plan
from chronicle.harness.rules import rule_of
from chronicle.harness.run import close, measure
from chronicle.harness.sameness import require_same
from chronicle.harness.store import RunFolder
from chronicle.records.run import Environment, Pin, Run

ONE = """\
from chronicle import Work, benchmark


@benchmark(title="Nothing")
def nothing(device):
    return Work(lambda: None)
"""


class CutError(Exception):
    """Stands for whatever ends a command between two processes."""


class CutAfter(Observer):
    """Ends the run after so many processes."""

    def __init__(self, processes: int) -> None:
        self.left = processes
        self.resumed_at: list[int] = []

    def resumed(self, folder: Path, blocks_done: int) -> None:
        self.resumed_at.append(blocks_done)

    def process_ended(self, case: str, process: object) -> None:
        self.left -= 1
        if self.left == 0:
            raise CutError


def measured(plan: Plan, observer: Observer | None = None) -> tuple[Run, Path]:
    return measure(plan, summarise, observer or Observer())


def cut(plan: Plan, processes: int) -> None:
    with pytest.raises(CutError):
        measured(plan, CutAfter(processes))


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return quick_plan(bench_folder(tmp_path, ONE))


def test_a_run_is_whole_sealed_and_agrees_with_itself(tmp_path: Path) -> None:
    plan = quick_plan(bench_folder(tmp_path))
    done, folder = measured(plan)
    found = read_run(folder, plan.results)

    assert (found.run, found.is_sealed, found.problems) == (done, True, ())
    assert (done.design.blocks_done, done.design.stop) == (2, "rule")
    assert [[one.block for one in case.processes] for case in done.cases] == [[0, 1], [0, 1], [0, 1]]
    assert list(summary_problems(found)) == []


def test_the_record_names_its_suite_its_revision_and_its_pins(plan: Plan) -> None:
    done, folder = measured(plan)

    assert done.suite.file == "bench/tiny.py"
    assert done.suite.sources == ("bench/tiny.py",)
    assert done.source == plan.source
    assert done.run_id == folder.name
    assert read_run(folder, plan.results).environment.key["cpu"]["machine"]


def test_the_pins_of_a_run_are_kept_once_beside_its_runs(plan: Plan) -> None:
    one, _ = measured(plan)
    two, _ = measured(plan)

    assert one.run_id != two.run_id
    assert one.compare_sha256 == two.compare_sha256
    assert len(list((plan.results / "dev" / "env").iterdir())) == 1


def test_a_run_that_was_cut_off_goes_on_with_the_same_orders(tmp_path: Path) -> None:
    plan = quick_plan(bench_folder(tmp_path))
    cut(plan, 4)
    observer = CutAfter(99)
    done, folder = measured(plan, observer)
    orders = {(one.block, one.order): place for place, case in enumerate(done.cases) for one in case.processes}
    expected = {
        (block, order): place for block in range(2) for order, place in enumerate(block_order(done.design.order_key, block, 3))
    }

    assert observer.resumed_at == [1]
    assert orders == expected
    assert len(list(folder.parent.glob("2*"))) == 1
    assert read_run(folder, plan.results).is_sealed


def test_a_run_that_was_only_left_unsealed_is_sealed_by_the_next_call(plan: Plan) -> None:
    done, folder = measured(plan)
    (folder / "MANIFEST.sha256").unlink()
    again, same = measured(plan)

    assert (again, same) == (done, folder)
    assert (folder / "MANIFEST.sha256").is_file()


def test_what_a_killed_process_was_writing_is_swept_away_and_not_sealed(plan: Plan) -> None:
    cut(plan, 2)
    (folder,) = (plan.results / "dev").glob("2*")
    (folder / ".writing-abc").write_bytes(b"half")
    measured(plan)

    assert not (folder / ".writing-abc").exists()
    assert read_run(folder, plan.results).problems == ()


@pytest.mark.parametrize(
    "change",
    [
        {"rule": "explore(3)"},
        {"is_new": True},
        {"source": dataclasses.replace(a_run().source, revision="1" * 40)},
        {"protocol": dataclasses.replace(quick_plan(Path(__file__).parents[2] / "bench", "ceilings").protocol, samples_min=11)},
    ],
    ids=["rule", "new", "revision", "protocol"],
)
def test_another_plan_begins_a_run_of_its_own(plan: Plan, change: dict[str, Any]) -> None:
    cut(plan, 2)
    done, _ = measured(dataclasses.replace(plan, **change))

    assert len(list((plan.results / "dev").glob("2*"))) == 2
    assert done.design.blocks_done == rule_of(done.design.rule).most


def test_a_run_begun_clean_and_continued_dirty_is_dirty(plan: Plan) -> None:
    cut(plan, 2)
    done, _ = measured(dataclasses.replace(plan, source=dataclasses.replace(plan.source, dirty=True)))

    assert done.source.dirty is True


def test_samples_that_were_changed_while_a_run_lay_still_stop_it(plan: Plan) -> None:
    cut(plan, 2)
    (samples,) = (plan.results / "dev").glob("2*/samples.jsonl.gz")
    samples.write_bytes(b"not gzip")

    with pytest.raises(ChronicleError, match="is not what its record was written with"):
        measured(plan)


def test_a_suite_that_is_changed_while_it_is_measured_ends_the_run(plan: Plan) -> None:
    class Editor(Observer):
        def block_written(self, run_now: Run, seconds: float, still_fit: int | None) -> None:
            (plan.bench / "tiny.py").write_text(ONE + "# faster\n")

    with pytest.raises(ChronicleError, match="was changed while it was measured"):
        measured(plan, Editor())
    (folder,) = (plan.results / "dev").glob("2*")
    assert read_run(folder, plan.results).run.design.blocks_done == 1


def test_two_runs_never_measure_into_one_machine_at_once(plan: Plan) -> None:
    (plan.results / "dev").mkdir(parents=True)
    held = os.open(plan.results / "dev", os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)

    with pytest.raises(ChronicleError, match="another run is measuring"):
        measured(plan)
    os.close(held)
    assert measured(plan)[0].design.stop == "rule"


def test_a_budget_that_holds_no_block_is_refused_before_anything_is_measured(plan: Plan) -> None:
    with pytest.raises(ChronicleError, match=r"a block takes \d+ s or more, and the budget is 0 s"):
        measured(dataclasses.replace(plan, budget_seconds=0.01))
    assert list((plan.results / "dev").iterdir()) == []


def test_a_budget_ends_a_run_between_blocks_and_the_same_plan_goes_on(plan: Plan) -> None:
    done, folder = measured(dataclasses.replace(plan, budget_seconds=0.2))
    again, same = measured(plan)

    assert (done.design.stop, done.design.blocks_done) == ("deadline", 1)
    assert (again.design.stop, again.design.blocks_done, same) == ("rule", 2, folder)


def test_a_run_that_the_budget_ended_may_be_closed_and_is_then_over(plan: Plan) -> None:
    now, folder = measured(dataclasses.replace(plan, rule="explore(90)", budget_seconds=3.0))
    record = (folder / "record.json").read_bytes()
    close(folder)
    again = read_run(folder, folder.parent.parent, "bench/results")

    assert now.design.stop == "deadline"
    assert (folder / "record.json").read_bytes() == record
    assert (again.problems, again.is_sealed, again.run_at_its_end.design.stop) == ((), True, "closed")
    assert all(one.is_finished for one in measurements(again.run_at_its_end, again.samples, again.environment))


def test_a_run_that_came_to_its_end_is_not_closed(plan: Plan) -> None:
    _, folder = measured(plan)

    with pytest.raises(ChronicleError, match="not by a deadline"):
        close(folder)


def test_a_suite_of_which_every_process_fails_is_still_a_record(tmp_path: Path) -> None:
    plan = quick_plan(bench_folder(tmp_path, ONE.replace("return Work(lambda: None)", "raise RuntimeError('no')")))
    done, folder = measured(plan)
    found = read_run(folder, plan.results)

    assert [one.error for one in done.cases[0].processes] == ["RuntimeError: no (tiny.py:6)"] * 2
    assert (found.problems, found.is_sealed, done.compare_sha256) == ((), True, "")


def test_benchmarks_of_one_suite_may_set_numerics_and_import_frameworks_of_their_own(tmp_path: Path) -> None:
    mixed = ONE + '\n\n@benchmark(title="Torch")\ndef torched(device):\n    import torch\n\n    return Work(lambda: None)\n'
    done, _ = measured(quick_plan(bench_folder(tmp_path, mixed), rule="explore(1)"))

    assert [one.error for case in done.cases for one in case.processes] == [None, None]


def environment(**changes: Pin) -> Environment:
    driver: dict[str, Pin] = {"driver": changes.pop("driver", "580")}
    return Environment(key={"driver": driver, "numerics": dict(changes)}, informative={"gpu": {"device_hash": "aaa"}})


def joined(tmp_path: Path, begun: Environment, now: Environment, place: int = 0) -> None:
    folder = RunFolder(tmp_path / "dev" / "run")
    cases = [case([process(environment_sha256=folder.keep_environment(begun))]), case([])]
    require_same(cases, place, now, folder)


def test_a_process_under_the_same_pins_joins(tmp_path: Path) -> None:
    joined(tmp_path, environment(tf32=False), environment(tf32=False))


@pytest.mark.parametrize("place", [0, 1])
def test_a_process_under_another_driver_is_refused_by_name(tmp_path: Path, place: int) -> None:
    with pytest.raises(ChronicleError, match=r"driver\.driver was 580, is 590"):
        joined(tmp_path, environment(), environment(driver="590"), place)


def test_one_case_never_mixes_numerics_but_another_may_have_its_own(tmp_path: Path) -> None:
    with pytest.raises(ChronicleError, match=r"numerics\.tf32 was False, is True"):
        joined(tmp_path, environment(tf32=False), environment(tf32=True), 0)
    joined(tmp_path, environment(tf32=False), environment(tf32=True), 1)


def test_another_device_of_the_same_kind_is_refused(tmp_path: Path) -> None:
    twin = dataclasses.replace(environment(), informative={"gpu": {"device_hash": "bbb"}})

    with pytest.raises(ChronicleError, match="not the device this run was begun on"):
        joined(tmp_path, environment(), twin)


def test_pins_that_were_changed_on_disk_are_not_compared_with(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "dev" / "run")
    digest = folder.keep_environment(environment())
    (tmp_path / "dev" / "env" / f"{digest}.json").write_text("{}")

    with pytest.raises(ChronicleError, match="is not what its record was written with"):
        require_same([case([process(environment_sha256=digest)])], 0, environment(), folder)


@given(st.integers(0, 2**48), st.integers(0, 100), st.integers(1, 12))
def test_a_block_holds_every_case_once_in_an_order_of_its_own(order_key: int, block: int, cases: int) -> None:
    order = block_order(order_key, block, cases)

    assert sorted(order) == list(range(cases))
    assert order == block_order(order_key, block, cases)


def test_every_case_comes_first_about_as_often() -> None:
    firsts = Counter(block_order(7, block, 4)[0] for block in range(400))

    assert all(70 <= count <= 130 for count in firsts.values())


def test_the_order_of_the_committed_run_is_still_the_one_its_key_gives() -> None:
    assert block_order(147647015887111, 0, 8)[4] == 0


@pytest.mark.parametrize(("rule", "blocks"), [("fixed(12)", 12), ("fixed(6)", 6), ("explore(3)", 3)])
def test_a_rule_names_its_blocks(rule: str, blocks: int) -> None:
    assert rule_of(rule).most == blocks


@pytest.mark.parametrize("rule", ["", "fixed", "fixed(0)", "fixed(-1)", "until(2)", "fixed(1000)", "explore(3.5)"])
def test_a_rule_there_is_not_is_refused(rule: str) -> None:
    with pytest.raises(ChronicleError, match="no stop rule"):
        rule_of(rule)
