"""Numbers of a benchmark's own: beside its time, or in its place; with what a call gives out and what describes the case."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from gpu_fakes import FakeNvml
from runs import a_run, bench_folder, case, process, quick_plan

from chronicle import Work
from chronicle.evidence.coherence import impossible
from chronicle.evidence.runs import read_run
from chronicle.facts.estimates import summarise
from chronicle.facts.measurements import measurements
from chronicle.harness import child
from chronicle.harness.nvml import Gpu
from chronicle.harness.plan import Observer
from chronicle.harness.run import measure
from chronicle.records.run import Energy, Environment, Protocol, Workload

SUITE = """
from chronicle import Work, axis, benchmark


@benchmark(title="Counts and times nothing")
@axis("n", [2, 3])
def counting(device, n):
    return {"recompiles_count": n, "rise_seconds": 0.5}


@benchmark(title="Times, and says more")
@axis("n", [2])
def saying(device, n):
    return Work(
        lambda: sum(range(1000)),
        tokens=6,
        sequences=3,
        sizes={"layers": 4},
        outcomes={"compile_seconds": lambda: 1.5},
        on_host=True,
        capture="own",
    )


@benchmark(title="Its size is an axis too")
@axis("layers", [2])
def hiding(device, layers):
    return Work(lambda: None, sizes={"layers": 4})


@benchmark(title="No number")
def odd(device):
    return {"Recompiles": 8}
"""
PINS = Environment(key={}, informative={})


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("outcomes")
    _, path = measure(quick_plan(bench_folder(folder, SUITE), rule="explore(1)"), summarise, Observer())
    return read_run(path, path.parent.parent)


def said(recorded, benchmark: str) -> dict[str, float]:
    found = measurements(recorded.run, recorded.samples, recorded.environment)
    return {one.metric: one.estimate.value for one in found if one.benchmark == benchmark and one.parameters["n"] == 2}


def test_a_benchmark_may_count_instead_of_timing(recorded) -> None:
    assert said(recorded, "counting") == {"recompiles_count": 2.0, "rise_seconds": 0.5}


def test_a_process_that_counts_on_a_gpu_loads_torch_for_the_pins_that_it_alone_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch = pytest.importorskip("torch", reason="torch tells the pins of a GPU")
    asked = []

    def captured(loaded: Any, *_: Any) -> Environment:
        asked.append(loaded)
        return PINS

    gpu = Gpu(FakeNvml(), None)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(child.pins, "capture", captured)
    monkeypatch.setattr(child.nvml, "open_gpu", lambda place: (gpu, "") if place else (None, "no place"))
    monkeypatch.setattr(child.around, "wait_until_idle", lambda gpu: None)
    for name in [name for name in sys.modules if name == "torch"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(child.importlib, "import_module", lambda name: torch if name == "torch" else None)
    plain = {"bench": str(bench_folder(tmp_path, SUITE)), "suite": "tiny", "benchmark": "counting", "parameters": {"n": 2}}
    rest = {"salt": str(tmp_path / "salt"), "protocol": Protocol(), "launched_ns": 0}
    for device, place in (("cuda:0", "00000000:01:00.0"), ("cpu", None)):
        child.measure(child.Job(**plain, **rest, device=device, pci_bus_id=place))

    assert asked == [torch, None]


def test_outcomes_stand_beside_a_time_and_so_does_what_a_call_gives_out(recorded) -> None:
    (saying,) = [one for one in recorded.run.cases if one.benchmark == "saying"]

    assert saying.processes[0].outcomes == {"compile_seconds": 1.5}
    assert saying.workload == Workload(formula="none/1", bytes=None, flop=None, tokens=6, sequences=3, sizes={"layers": 4.0})


def test_tokens_divide_a_time_and_sizes_describe_a_case_like_its_axes() -> None:
    work = Workload(formula="decoder/1", bytes=None, flop=None, tokens=6, sequences=3, sizes={"layers": 4.0})
    processes = [process(block, outcomes={"compile_seconds": 1.5}) for block in range(6)]
    run = a_run(case(processes, workload=work, parameters={"n": 2}))
    found = {one.metric: one for one in measurements(run, {0: [1_000_000] * 40}, PINS)}
    seconds = found["call_seconds"].estimate.value

    assert found["compile_seconds"].estimate.value == 1.5
    assert found["decode_seconds_per_token"].estimate.value == pytest.approx(seconds / 2)
    assert found["tokens_per_second"].estimate.value == pytest.approx(6 / seconds)
    assert found["call_seconds"].parameters == {"n": 2, "layers": 4.0}


def test_a_call_that_replays_what_it_captured_itself_is_recorded_so(recorded) -> None:
    (timed,) = [one for one in recorded.run.cases if one.benchmark == "saying"]

    assert timed.processes[0].time is not None
    assert (timed.processes[0].time.capture, timed.processes[0].time.timer) == ("own", "host_monotonic")


@pytest.mark.parametrize(
    ("benchmark", "error"),
    [("hiding", "Work.sizes has 'layers', which is an axis too"), ("odd", "names an outcome 'Recompiles'")],
)
def test_what_cannot_be_selected_by_is_the_error_of_its_process(recorded, benchmark: str, error: str) -> None:
    (wrong,) = [one for one in recorded.run.cases if one.benchmark == benchmark]

    assert error in str(wrong.processes[0].error)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tokens": 7, "sequences": 2}, "Work.tokens is 7; each of 2 sequences"),
        ({"tokens": 0}, "Work.tokens is 0"),
        ({"sizes": {"Layers": 2}}, "Work.sizes has 'Layers'"),
        ({"outcomes": {"compile time": float}}, "Work.outcomes has 'compile time'"),
    ],
)
def test_what_cannot_be_recorded_is_refused_when_it_is_made(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Work(**({"call": print} | wrong))  # type: ignore[arg-type]


def test_energy_is_told_by_the_token() -> None:
    window = Energy(
        scope="device",
        counter_mj=(1000, 8_001_000),
        window_ns=10**10,
        ticks=100,
        calls=4000.0,
        power_mean_w=None,
        telemetry_line=None,
    )
    work = Workload(formula="decoder/1", bytes=None, flop=None, tokens=8, sequences=8)
    run = a_run(case([process(block, energy=window) for block in range(6)], workload=work))
    found = {one.metric: one for one in measurements(run, {0: [1_000_000] * 40}, PINS)}

    assert found["energy_joules_per_token"].estimate.value == pytest.approx(2.0 / 8)
    assert found["energy_joules_per_token"].part == "energy"
    assert found["energy_joules_per_token"].quantity.unit == "J"


@pytest.mark.parametrize("wrong", [{"sizes": {"n": 4.0}}, {"tokens": 3, "sequences": 2}, {"tokens": 0}])
def test_a_record_with_which_nothing_can_be_computed_is_found(wrong: dict[str, Any]) -> None:
    work = Workload(formula="decoder/1", bytes=None, flop=None, **wrong)
    run = a_run(case([process()], workload=work, parameters={"n": 2}))

    assert [one for one, _ in impossible(run, Path(run.machine) / run.run_id) if "workload" in one]
