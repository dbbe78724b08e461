"""A command killed in the middle, again and again: every finished block stays readable, and the next call goes on."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from runs import bench_folder

from chronicle.evidence.runs import read_run
from chronicle.harness.block import block_order
from chronicle.harness.launch import answer_of
from chronicle.harness.protocol import QUICK

BLOCKS = 5
COMMAND = [
    "-m",
    "chronicle",
    "bench",
    "run",
    "tiny",
    "--machine",
    "dev",
    "--device",
    "cpu",
    "--quick",
    "--rule",
    f"explore({BLOCKS})",
]


def killed_after(bench: Path, blocks: int, seconds: float) -> int:
    """Run the command, kill its whole process group some time after it wrote that many blocks, and count what is there."""
    with subprocess.Popen(
        [sys.executable, *COMMAND], cwd=bench.parent, stderr=subprocess.PIPE, start_new_session=True
    ) as command:
        until = time.monotonic() + 60
        while blocks_done(bench) < blocks and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(seconds)
        os.killpg(command.pid, signal.SIGKILL)
        command.wait()
    return blocks_done(bench)


def blocks_done(bench: Path) -> int:
    """Blocks of the record on disk, which is whole at any moment."""
    records = list(bench.glob("results/dev/*/record.json"))
    return json.loads(records[0].read_bytes())["design"]["blocks_done"] if records else 0


def readable(bench: Path) -> tuple[int, int, int]:
    """The blocks done, the processes of each case, and the samples of the run as a reader gets them."""
    (record,) = bench.glob("results/dev/*/record.json")
    found = read_run(record.parent, bench / "results")
    assert (found.problems, found.is_sealed) == ((), False)
    return found.run.design.blocks_done, len(found.run.cases[0].processes), len(found.samples)


def test_a_run_killed_again_and_again_keeps_its_blocks_and_completes(tmp_path: Path) -> None:
    bench = bench_folder(tmp_path)
    first = killed_after(bench, 1, 0.25)
    assert readable(bench) == (first, first, 3 * first)
    key = json.loads(next(bench.glob("results/dev/*/record.json")).read_bytes())["design"]["order_key"]
    second = killed_after(bench, first + 1, 0.0)
    assert readable(bench) == (second, second, 3 * second)
    third = killed_after(bench, second, 0.45)
    assert readable(bench) == (third, third, 3 * third)

    ended = subprocess.run([sys.executable, *COMMAND], cwd=tmp_path, capture_output=True, text=True)

    (record,) = bench.glob("results/dev/*/record.json")
    found = read_run(record.parent, bench / "results")
    orders = {(one.block, one.order): place for place, case in enumerate(found.run.cases) for one in case.processes}
    assert ended.returncode == 0, ended.stderr
    assert f"continuing bench/results/dev/{record.parent.name} after block {third}" in ended.stderr.replace("\n", "")
    assert 1 <= first < second <= third < BLOCKS
    assert (found.problems, found.is_sealed, found.run.design.stop) == ((), True, "rule")
    assert found.run.design.order_key == key
    assert orders == {
        (block, order): place for block in range(BLOCKS) for order, place in enumerate(block_order(key, block, 3))
    }
    assert sorted(path.name for path in record.parent.iterdir()) == ["MANIFEST.sha256", "record.json", "samples.jsonl.gz"]


HANGS = """\
import os
import time
from collections.abc import Callable
from pathlib import Path

from chronicle import Work, benchmark


@benchmark(title="Hangs, with a process of its own")
def hangs(device):
    if os.fork():
        Path(__file__).with_name("pids").write_text(f"{os.getpid()}")
    else:
        Path(__file__).with_name("forked").write_text(f"{os.getpid()}")
    time.sleep(60)
"""


def wait_for(is_so: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not is_so() and time.monotonic() < until:
        time.sleep(0.02)
    return is_so()


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def test_the_measured_process_dies_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    bench = bench_folder(tmp_path, HANGS, "tiny")
    started = bench / "pids"
    with subprocess.Popen([sys.executable, *COMMAND], cwd=tmp_path, stderr=subprocess.DEVNULL) as command:
        assert wait_for(lambda: started.is_file() and bool(started.read_text()), 60)
        command.kill()

    assert wait_for(lambda: is_gone(int(started.read_text())), 2)
    os.kill(int((bench / "forked").read_text()), signal.SIGKILL)


def test_what_a_measured_process_started_ends_with_its_time(tmp_path: Path) -> None:
    bench = bench_folder(tmp_path, HANGS, "tiny")
    job = {"bench": str(bench), "suite": "tiny", "benchmark": "hangs", "parameters": {}, "device": "cpu"}
    rest = {"pci_bus_id": None, "salt": str(tmp_path / "salt"), "protocol": dataclasses.asdict(QUICK)}
    reply = answer_of(job | rest, 5.0)

    assert reply == {"error": "no answer within 5 s"}
    assert wait_for(lambda: is_gone(int((bench / "forked").read_text())), 2)
