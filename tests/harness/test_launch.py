"""Whatever a benchmark does, its process has a record: a measurement, or an error without folders in it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from gpu_fakes import FakeNvml, ScriptedClock
from runs import bench_folder

from chronicle.harness.around import wait_until_idle
from chronicle.harness.launch import answer_of, recorded, without_folders
from chronicle.harness.nvml import Gpu
from chronicle.harness.protocol import QUICK
from chronicle.harness.store import SAMPLES, RunFolder
from chronicle.records.run import Process

SUITE = '''\
import os
import sys
import time

from chronicle import Check, Work, axis, benchmark


class Output:
    """Enough of a tensor: it can be filled."""

    value = 1.0

    def fill_(self, number):
        self.value = number


@benchmark(title="Prints, and is fine")
def noisy(device):
    print("not JSON")
    os.write(1, b"neither is this")
    return Work(lambda: None)


@benchmark(title="Imports its lab code late")
def late(device):
    from lab import add

    return Work(add.go)


@benchmark(title="Fails while it is set up")
def fails(device):
    open("/Users/somebody/models/weights.pt")


@benchmark(title="Fails while it is timed")
def fails_later(device):
    return Work(lambda: 1 / 0)


@benchmark(title="Returns nothing")
def nothing(device):
    return None


@benchmark(title="Leaves")
def leaves(device):
    sys.exit(0)


@benchmark(title="Is killed")
def dies(device):
    os.kill(os.getpid(), 9)


@benchmark(title="Hangs")
def hangs(device):
    time.sleep(60)


@benchmark(title="Takes longer than sampling may")
def slow(device):
    return Work(lambda: time.sleep(0.3))


@benchmark(title="Writes a right result, or leaves the poison")
@axis("writes", [True, False])
def checked(device, writes):
    output = Output()
    check = Check(error=lambda: abs(output.value - 2.0), output=output, reference="two", limit=0.0)
    return Work(lambda: output.fill_(2.0) if writes else None, check=check)


@benchmark(title="Names no reference")
def unnamed(device):
    output = Output()
    return Work(lambda: None, check=Check(error=lambda: 0.0, output=output, reference=None, limit=0.0))


@benchmark(title="Asks for energy")
def warm(device):
    return Work(lambda: None, energy=True)


@benchmark(title="Tells which GPU it sees, and by which name", devices=["cuda"])
def sees(device):
    os.environ["TORCH_SET_BY_A_COMPILER"] = "1"
    return {"seen_count": int(os.environ["CUDA_VISIBLE_DEVICES"]), "name_count": int(device[-1])}
'''


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = bench_folder(tmp_path_factory.mktemp("odd"), SUITE, "odd")
    (folder / "lab").mkdir()
    (folder / "lab" / "add.py").write_text("def go():\n    return 1 + 1\n")
    return folder


def reply_of(bench: Path, benchmark: str, timeout: float = 30.0, device: str = "cpu", **parameters: Any) -> dict[str, Any]:
    job = {
        "bench": str(bench),
        "suite": "odd",
        "benchmark": benchmark,
        "parameters": parameters,
        "device": device,
        "pci_bus_id": None,
        "salt": str(bench.parent / "salt"),
        "protocol": dataclasses.asdict(QUICK),
    }
    return answer_of(job, timeout)


def process_of(bench: Path, benchmark: str, timeout: float = 30.0, **parameters: Any) -> Process:
    process, _, _ = recorded(
        RunFolder(bench / "results" / "dev" / benchmark), reply_of(bench, benchmark, timeout, **parameters), 3, 1
    )
    return process


def test_a_process_is_recorded_with_its_samples_pins_and_work(bench: Path) -> None:
    folder = RunFolder(bench / "results" / "dev" / "one")
    process, environment, workload = recorded(folder, reply_of(bench, "warm"), 3, 1)

    assert process.time is not None and environment is not None and workload is not None
    assert (process.block, process.order, process.error) == (3, 1, None)
    assert process.time.n == len(json.loads(folder.lines[SAMPLES][process.time.samples_line]))
    assert (folder.path.parent / "env" / f"{process.environment_sha256}.json").is_file()


def test_what_the_machine_does_not_give_is_none_with_its_reason(bench: Path) -> None:
    process = process_of(bench, "warm")

    assert (process.clock, process.throttle, process.energy, process.tenancy) == (None, None, None, None)
    assert {one.path: one.reason for one in process.missing} == {
        "allocation": "the device is cpu",
        "clock": "the device is cpu",
        "compilation": "torch is not loaded",
        "correct": "the benchmark declares no check",
        "energy": "the device is cpu: it has no energy counter we read",
        "faults": "the device is cpu",
        "inputs": "the benchmark names no inputs",
        "launching": "the device is cpu",
        "link": "the device is cpu",
        "memory": "the device is cpu",
        "temperature": "the device is cpu",
        "tenancy": "the device is cpu",
        "tenancy_after": "the device is cpu",
        "throttle": "the device is cpu",
    }


@pytest.mark.parametrize(("visible", "seen"), [(None, 1.0), ("4,5", 5.0)])
def test_a_process_sees_its_own_gpu_alone(
    bench: Path, monkeypatch: pytest.MonkeyPatch, visible: str | None, seen: float
) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)

    assert reply_of(bench, "sees", device="cuda:1")["process"]["outcomes"] == {"seen_count": seen, "name_count": 0.0}


def test_variables_are_pinned_as_the_process_found_them(bench: Path) -> None:
    environment = reply_of(bench, "sees", device="cuda:0")["environment"]

    assert "TORCH_SET_BY_A_COMPILER" not in environment["key"]["environment"]


def test_what_a_benchmark_prints_does_not_reach_the_answer(bench: Path) -> None:
    assert process_of(bench, "noisy").error is None


def test_a_sample_is_long_enough_for_the_clock_however_short_a_call_is(bench: Path) -> None:
    time = process_of(bench, "noisy").time

    assert time is not None
    assert time.calls_per_sample > 100
    assert time.median_ns > 50 * time.quantum_ns


def test_lab_code_can_be_imported_when_a_benchmark_is_set_up(bench: Path) -> None:
    assert process_of(bench, "late").error is None


@pytest.mark.parametrize(
    ("benchmark", "said"),
    [
        ("fails", "FileNotFoundError: [Errno 2] No such file or directory: '…/weights.pt' (odd.py:33)"),
        ("fails_later", "ZeroDivisionError: division by zero (odd.py:38)"),
        ("nothing", "TypeError: nothing returned NoneType; a benchmark returns Work(…), or {metric: number, …}"),
        ("leaves", "the process ended with code 0: no message"),
        ("dies", "the process ended with code -9: no message"),
        ("unnamed", "the answer is no record: `correct.reference` is None"),
        ("gone", "ChronicleError: no benchmark 'gone' in odd.py"),
    ],
)
def test_a_benchmark_that_fails_is_an_error_of_its_process(bench: Path, benchmark: str, said: str) -> None:
    process = process_of(bench, benchmark)

    assert (process.error or "").startswith(said)
    assert (process.time, process.block, process.environment_sha256) == (None, 3, "")


def test_a_benchmark_that_hangs_is_ended(bench: Path) -> None:
    assert process_of(bench, "hangs", timeout=1.5).error == "no answer within 1.5 s"


def test_a_call_longer_than_sampling_may_last_gives_its_one_sample(bench: Path) -> None:
    time = process_of(bench, "slow").time

    assert time is not None
    assert (time.n, time.calls_per_sample) == (1, 1)
    assert time.q1_ns == time.median_ns == time.q3_ns


def test_a_right_result_passes_its_check(bench: Path) -> None:
    correct = process_of(bench, "checked", writes=True).correct

    assert correct is not None
    assert correct.relative_error == 0.0


def test_an_output_that_was_not_written_fails_its_check(bench: Path) -> None:
    correct = process_of(bench, "checked", writes=False).correct

    assert correct is not None
    assert correct.relative_error > 1e300


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("no file '/Users/me/x/y.pt'", "no file '…/y.pt'"),
        ("see ~/secret/a.txt: denied", "see …/a.txt: denied"),
        ("C:\\Users\\me\\a.txt is open", "…/a.txt is open"),
        ("expected n/2 of GNU/Linux", "expected n/2 of GNU/Linux"),
        ("a ratio of 3/4", "a ratio of 3/4"),
    ],
)
def test_a_message_keeps_the_name_of_a_file_and_not_its_folders(message: str, kept: str) -> None:
    assert without_folders(message) == kept


def idle_after(*utilisation: int | Exception) -> float:
    clock = ScriptedClock()
    library = FakeNvml(nvmlDeviceGetUtilizationRates=[one if isinstance(one, Exception) else Rates(one) for one in utilisation])
    wait_until_idle(Gpu(library, "handle"), clock, clock.sleep)
    return clock.now


@dataclasses.dataclass
class Rates:
    gpu: int


def test_the_tenancy_reading_waits_for_what_our_last_process_left() -> None:
    assert idle_after(0) == 0
    assert idle_after(40, 12, 3, 0) == pytest.approx(0.15)


def test_the_wait_for_a_real_tenant_ends_after_two_seconds() -> None:
    assert idle_after(97) == pytest.approx(2.0, abs=0.051)


def test_a_board_that_tells_no_utilisation_is_not_waited_for() -> None:
    assert idle_after(FakeNvml.NVMLError("Not Supported")) == 0
