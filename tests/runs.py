"""Records for tests: processes and runs written down by hand, the committed run of a real H100, and suites to measure."""

from __future__ import annotations

import dataclasses
import gzip
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from chronicle.harness.discover import load_suite, points_on
from chronicle.harness.plan import Plan
from chronicle.harness.protocol import QUICK
from chronicle.harness.store import MANIFEST, RECORD, SAMPLES, RunFolder
from chronicle.records import run

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results"
H100 = RESULTS / "h100-sxm" / "20261123T003506Z-ceilings-8c6470c"
REVISION = "8c6470cd6aed5b7560ad3a8bb2988ec5c5ce4020"

SUITE = '''\
"""A suite that needs neither torch nor a GPU."""

from chronicle import Work, axis, benchmark


@benchmark(title="Sum of a list")
@axis("n", [100, 1000, 3000])
def total(device, n):
    numbers = list(range(n))
    return Work(lambda: sum(numbers), bytes=8 * n, formula="sum/1")


@benchmark(title="Needs a GPU", devices=["cuda"])
def on_gpu(device):
    raise AssertionError("never set up on a CPU")
'''


def timing(median_ns: int = 1_000_000, n: int = 40, **changes: Any) -> run.Timing:
    plain = run.Timing(
        timer="cuda_event",
        quantum_ns=32,
        calls_per_sample=1,
        capture="eager",
        l2="exceeded",
        n=n,
        median_ns=median_ns,
        q1_ns=median_ns,
        q3_ns=median_ns,
        min_ns=median_ns,
        rho1=0.0,
        device_ns=median_ns * n,
        samples_line=0,
    )
    return dataclasses.replace(plain, **changes)


def throttle(window_ns: int = 1_000_000_000, **changes: Any) -> run.ThrottleWindow:
    names = ("power_cap", "thermal", "low_utilisation", "sw_thermal", "hw_thermal", "hw_brake")
    return run.ThrottleWindow(**{f"{name}_ns": 0 for name in names} | {"window_ns": window_ns, "mask_or": 0} | changes)


def process(block: int = 0, median_ns: int = 1_000_000, **changes: Any) -> run.Process:
    """A clean process on a GPU: it trips no gate."""
    plain = run.Process(
        block=block,
        order=0,
        start_utc="2026-11-23T00:36:01+00:00",
        environment_sha256="",
        warmup=run.WarmUp(calls=100, device_ns=3_000_000_000, t_first_ns=2_000_000, steady=True),
        time=timing(median_ns),
        host=run.Host(wall_ns=median_ns * 40, involuntary_switches=0, steal_fraction=0.0),
        throttle=throttle(),
        correct=run.Correctness(reference="fp64", relative_error=0.0, limit=1e-5),
        tenancy=run.Tenancy(processes=0, memory_used_b=0, utilisation_pct=0, power_w=70.0),
    )
    return dataclasses.replace(plain, **changes)


def case(processes: Sequence[run.Process] = (), **changes: Any) -> run.Case:
    work = run.Workload(formula="copy/1", bytes=2_000_000_000, flop=None)
    plain = run.Case(benchmark="copy", title="Copy", parameters={"mebibytes": 4096}, workload=work, processes=tuple(processes))
    return dataclasses.replace(plain, **changes)


def a_run(*cases: run.Case, **changes: Any) -> run.Run:
    plain = run.Run(
        run_id="20261123T003506Z-ceilings-8c6470c",
        machine="h100-sxm",
        suite=run.Suite(name="ceilings", file="bench/ceilings.py", source_sha256="0" * 64, sources=("bench/ceilings.py",)),
        source=run.Source(revision=REVISION, dirty=False, stated_by="git"),
        created_utc="2026-11-23T00:35:06+00:00",
        harness_version="0.1.0",
        label="measured",
        scope="device",
        design=run.Design(
            rule="fixed(12)", blocks_planned=12, blocks_done=12, stop="rule", order_key=1, protocol=run.Protocol()
        ),
        environment_sha256="",
        compare_sha256="",
        cases=cases,
    )
    return dataclasses.replace(plain, **changes)


def results_copy(folder: Path) -> Path:
    """The committed run of the H100 with its pins below ``folder``, free to be tampered with; its own folder is given."""
    shutil.copytree(H100, folder / "h100-sxm" / H100.name)
    pins = Path("env") / f"{RunFolder(H100).load().environment_sha256}.json"
    (folder / "h100-sxm" / "env").mkdir()
    shutil.copy(H100.parent / pins, folder / "h100-sxm" / pins)
    return folder / "h100-sxm" / H100.name


def tamper(run_folder: Path, change: Callable[[Any], None], *, is_sealed: bool = False) -> None:
    """Change the record by hand; without ``is_sealed`` its seal is taken away, as for a run that is not yet whole."""
    plain = json.loads((run_folder / RECORD).read_bytes())
    if not is_sealed:
        plain["design"]["stop"] = "open"
        (run_folder / MANIFEST).unlink()
    change(plain)
    (run_folder / RECORD).write_text(json.dumps(plain))


def resealed(run_folder: Path, **changes: Any) -> run.Run:
    """The run of a folder as if the harness had recorded it with ``changes``: record and seal are written anew."""
    folder = RunFolder(run_folder)
    done = folder.commit(dataclasses.replace(folder.load(), **changes))
    folder.seal(done)
    return done


def tamper_samples(run_folder: Path, change: Callable[[list[str]], None]) -> None:
    lines = gzip.decompress((run_folder / SAMPLES).read_bytes()).decode().splitlines()
    change(lines)
    (run_folder / SAMPLES).write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode()))


def bench_folder(folder: Path, suite: str = SUITE, name: str = "tiny") -> Path:
    """A bench folder with one suite in it."""
    bench = folder / "bench"
    bench.mkdir(parents=True, exist_ok=True)
    (bench / f"{name}.py").write_text(suite)
    return bench


def quick_plan(bench: Path, name: str = "tiny", **changes: Any) -> Plan:
    """Two blocks of a suite on the CPU, as briefly as can be."""
    points, _ = points_on(load_suite(bench, name), "cpu")
    plain = Plan(
        bench=bench,
        results=bench / "results",
        suite=name,
        points=tuple(points),
        left_out=(),
        machine="dev",
        device="cpu",
        pci_bus_id=None,
        rule="explore(2)",
        source=run.Source(revision=REVISION, dirty=False, stated_by="option"),
        salt=bench.parent / "salt",
        protocol=QUICK,
    )
    return dataclasses.replace(plain, **changes)


def stored_bytes(folder: RunFolder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.path.iterdir()}
