"""A calibration part by part: what is written, what a budget leaves out, what a second call goes on with, what it refuses."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from gpu_fakes import NOT_SUPPORTED, FakeNvml, ScriptedClock

from chronicle.errors import ChronicleError
from chronicle.evidence.calibrations import read_calibrations
from chronicle.facts.calibration import findings
from chronicle.harness.calibration import calibrate as parent
from chronicle.harness.calibration import load_parts, quick_parts
from chronicle.harness.calibration.calibrate import Observer, Plan, calibrate, expected_seconds
from chronicle.harness.calibration.child import Job, take
from chronicle.harness.calibration.processes import Answer, Child, answer_of, job_of
from chronicle.harness.calibration.stand import Stand, quiet_window
from chronicle.harness.calibration.watch import Recorder, reader_of
from chronicle.harness.nvml import Gpu, Reading
from chronicle.records.calibration import Calibration, Settings
from chronicle.records.run import Source

BRIEF = Settings(
    launches=10,
    launch_repeats=3,
    memory_most_b=1 << 20,
    ceiling_warmup_seconds=0.001,
    ceiling_seconds=0.002,
    matmul_n=32,
    matmul_warmup_seconds=0.001,
    matmul_seconds=0.002,
    pairs=1,
    twin_copy_b=1 << 18,
    twin_warmup_seconds=0.001,
    twin_samples=5,
)


class Heard(Observer):
    """Remembers what was taken, left out and gone on with."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.left_out: list[str] = []
        self.resumed_with: list[tuple[str, ...]] = []
        self.held: list[Path] = []

    def resumed(self, folder: Path, parts: tuple[str, ...]) -> None:
        self.resumed_with.append(parts)

    def still_holds(self, folder: Path, taken_utc: str) -> None:
        self.held.append(folder)

    def part_ended(self, part: str, seconds: float, error: str | None) -> None:
        assert error is None
        self.taken.append(part)

    def part_left_out(self, part: str, reason: str) -> None:
        self.left_out.append(part)


def plan_in(folder: Path, **changes: Any) -> Plan:
    plain = Plan(
        results=folder / "results",
        machine="dev",
        device="cpu",
        title="CPU",
        pci_bus_id=None,
        source=Source(revision="1" * 40, dirty=False, stated_by="git"),
        salt=folder / "salt",
        settings=BRIEF,
    )
    return dataclasses.replace(plain, **changes)


class InThisProcess:
    """Takes parts where the test runs: a process that imports torch takes seconds, and the parts themselves nearly nothing."""

    def __init__(self, needs_torch: bool) -> None:
        self.torch = pytest.importorskip("torch") if needs_torch else None

    def answer(self, part: str, job: Mapping[str, Any], timeout_seconds: float) -> Answer:
        reply = take(Job(**json.loads(json.dumps({**job, "part": part}))), self.torch)
        return answer_of(part, json.loads(json.dumps(reply)))

    def kill(self) -> None:
        """There is nothing to end."""


@dataclasses.dataclass
class Story:
    """Three calls of the same command: with a budget for two parts, without a budget, and once more."""

    folder: Path
    calls: list[tuple[Calibration, Path, Heard]]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    pytest.importorskip("torch")
    folder = tmp_path_factory.mktemp("calibration")
    found = Story(folder, [])
    budget = expected_seconds("timers", BRIEF, is_gpu=False) + 0.5
    for seconds in (budget, None, None):
        heard = Heard()
        done, place = calibrate(plan_in(folder, budget_seconds=seconds), findings, heard, InThisProcess, ScriptedClock())
        found.calls.append((done, place, heard))
    return found


def test_a_budget_takes_what_fits_and_says_what_it_left_out(story: Story) -> None:
    done, _, heard = story.calls[0]

    assert (heard.taken, heard.left_out) == (["timers", "ceilings"], ["resolution"])
    assert [one.path for one in done.left_out] == ["resolution"]
    assert done.findings.timers is not None


def test_the_next_call_goes_on_with_the_parts_that_were_written(story: Story) -> None:
    (_, first, _), (done, second, heard), _ = story.calls

    assert (first, heard.resumed_with, heard.taken) == (second, [("timers", "ceilings")], ["resolution"])
    assert (done.left_out, [one.name for one in done.parts]) == ((), ["timers", "ceilings", "resolution"])


def test_a_calibration_that_holds_is_not_taken_again(story: Story) -> None:
    _, place, heard = story.calls[2]

    assert (heard.held, heard.taken) == ([place], [])


def test_what_was_written_reads_back_without_a_problem_and_sealed(story: Story) -> None:
    found = read_calibrations(story.folder / "results")
    (one,) = found.calibrations

    assert (found.problems, one.is_sealed) == ((), True)
    assert set(one.readings) == {"timers", "ceilings", "resolution"}
    assert one.environment.key["cpu"]


def test_a_cpu_says_of_each_sensor_that_it_has_none(story: Story) -> None:
    done = story.calls[1][0]
    reasons = {one.path: one.reason for one in done.findings.missing}

    assert {"board", "step", "wave", "energy"} <= set(reasons)
    assert done.findings.idle_power == ()
    assert {one.name for one in done.findings.ceilings} == {"copy", "read", "triad", "matmul fp32"}


def test_a_part_that_fails_in_its_process_says_why_without_naming_a_folder(tmp_path: Path) -> None:
    job = job_of("cuda:0", None, str(tmp_path / "salt"), BRIEF)
    found = Child(needs_torch=False).answer("board", job, 60.0)

    assert (found.readings, found.error) == (None, "RuntimeError: NVML does not give this GPU")


def test_another_command_on_the_machine_is_waited_for(tmp_path: Path) -> None:
    plan = plan_in(tmp_path, budget_seconds=0.0)
    with parent.alone_on(plan.results / plan.machine), pytest.raises(ChronicleError, match="another run is measuring"):
        calibrate(plan, findings, Observer())


def test_the_parts_of_a_gpu_take_less_than_three_minutes() -> None:
    plan = plan_in(Path("x"), device="cuda:0", settings=Settings())

    assert sum(expected_seconds(part, plan.settings, is_gpu=True) for part in plan.parts) < 180


class Event:
    """A CUDA event on a device that finishes at once."""

    def __init__(self, enable_timing: bool = False) -> None:
        self.ns = 0

    def record(self) -> None:
        self.ns = time.perf_counter_ns()

    def synchronize(self) -> None:
        """Nothing is left to wait for."""

    def query(self) -> bool:
        return False

    def elapsed_time(self, later: Event) -> float:
        return (later.ns - self.ns) / 1e6


class Within:
    """Stands for a stream, a graph and the contexts of both."""

    def __init__(self, *_: object) -> None:
        self.replay: Callable[[], None] = lambda: None

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass

    def wait_stream(self, _: object) -> None:
        """There is one stream."""


def torch_with_a_gpu() -> Any:
    """The torch of this machine, with a device ``cuda:0`` that is its CPU."""
    torch = pytest.importorskip("torch")
    cuda = SimpleNamespace(
        Event=Event,
        Stream=Within,
        CUDAGraph=Within,
        graph=Within,
        stream=Within,
        current_stream=Within,
        _sleep=lambda cycles: None,
        synchronize=lambda device=None: None,
        empty_cache=lambda: None,
        mem_get_info=lambda device: (1 << 22, 1 << 22),
        get_device_properties=lambda device: SimpleNamespace(L2_cache_size=1 << 16),
    )

    class WithGpu:
        def __getattr__(self, name: str) -> Any:
            found = getattr(torch, name)
            placed = name in ("randn", "empty", "zeros")
            return (lambda *shape, device=None, **options: found(*shape, **options)) if placed else found

    faked = WithGpu()
    faked.cuda = cuda  # type: ignore[attr-defined]  # the instance takes the place of the module
    return faked


TINY = dataclasses.replace(
    BRIEF,
    event_pairs=20,
    cache_repeats=3,
    step_load_seconds=0.002,
    step_pause_seconds=0.001,
    steps=2,
    wave_periods_ms=(2, 4),
    wave_seconds=0.008,
    energy_seconds=0.01,
)


def taken(part: str) -> Any:
    """The readings of a part on the device that pretends to be a GPU, without a board that NVML knows."""
    stand = Stand(torch_with_a_gpu(), "cuda:0", None, None, TINY)
    return getattr(load_parts, part, None) or getattr(quick_parts, part), stand


@pytest.mark.parametrize("part", ["timers", "ceilings", "step", "wave", "energy", "twin"])
def test_each_part_of_a_gpu_gives_readings(part: str) -> None:
    take_part, stand = taken(part)
    found = take_part(stand)

    assert {
        "timers": lambda: {one.kind for one in found.launches} == {"eager", "graph", "eager_host", "awaited"},
        "ceilings": lambda: len(found.rates) == 4 and len(found.cache.cold_ns) == len(found.cache.hot_ns),
        "step": lambda: [one.calls > 0 for one in found.bursts] == [True, True],
        "wave": lambda: [one.period_ns for one in found.waves] == [2_000_000, 4_000_000],
        "energy": lambda: found.progress_calls[-1] > 0 and found.spin.reason != "",
        "twin": lambda: len(found) == 5,
    }[part]()


def test_a_part_that_needs_the_board_says_that_there_is_none(tmp_path: Path) -> None:
    job = Job("board", "cuda:0", None, str(tmp_path / "salt"), dataclasses.asdict(TINY))

    with pytest.raises(RuntimeError, match="NVML does not give this GPU"):
        take(job, None)


def scripted(clock: ScriptedClock) -> Callable[[], int]:
    return lambda: round(clock() * 1e9)


def test_a_quiet_window_lies_between_two_ticks_and_reads_nothing_in_between() -> None:
    clock = ScriptedClock()
    counts: Iterator[int] = iter([100, 100, 107, 800, 800, 807])
    library = FakeNvml(nvmlDeviceGetTemperature=[31], nvmlDeviceGetClockInfo=[345])
    library._scripts["nvmlDeviceGetTotalEnergyConsumption"] = list(counts)
    found = quiet_window(Gpu(library, 0), "idle_cold", 4.0, 8.0, scripted(clock), clock.sleep)

    assert found.first is not None
    assert found.last is not None
    assert found.last.energy_mj - found.first.energy_mj == 700
    assert found.last.ns - found.first.ns == pytest.approx(8.001e9, abs=5e6)
    assert (found.temperature_c, found.sm_mhz, found.reason) == (31, 345, "")


@pytest.mark.parametrize(
    ("answers", "reason"), [([NOT_SUPPORTED], "Not Supported"), ([100], "the energy counter did not move")]
)
def test_a_counter_that_says_nothing_gives_no_window_and_the_reason(answers: list[Any], reason: str) -> None:
    clock = ScriptedClock()
    found = quiet_window(
        Gpu(FakeNvml(nvmlDeviceGetTotalEnergyConsumption=answers), 0), "spin", 1.0, 3.0, scripted(clock), clock.sleep
    )

    assert (found.first, found.last, found.reason) == (None, None, reason)


def test_the_watcher_takes_the_counter_by_its_own_call_where_it_is_no_field() -> None:
    library = FakeNvml({186: (0, 1, 90_000)}, nvmlDeviceGetTotalEnergyConsumption=[5, 6])
    read = reader_of(Gpu(library, 0), ["energy", "instant", "average", "usage"])
    first = read()

    assert (first["energy"].value, first["instant"].value, read()["energy"].value) == (5, 90_000, 6)
    assert first["average"].value is None
    assert first["average"].reason.startswith("field 185")
    assert first["usage"].reason == "not in this version of nvidia-ml-py"


def test_a_recorder_keeps_changes_and_when_the_old_value_was_last_seen() -> None:
    recorder = Recorder(["energy", "average"])
    for moment, value in ((10, 5), (20, 5), (30, 7), (40, 7)):
        recorder.note(moment, {"energy": Reading(value), "average": Reading(None, "Not Supported")})
    energy, average = recorder.streams()

    assert (energy.ns, energy.before_ns, energy.value, energy.reads, energy.until_ns) == ((10, 30), (10, 20), (5, 7), 4, 40)
    assert (average.ns, average.reason) == ((), "Not Supported")
