"""The measured process: one case, once, in a fresh interpreter.

It reads a job from standard input and writes one line of JSON to the descriptor that was standard output; whatever the
benchmark prints goes to standard error. Only the standard library, torch (if the benchmark imports it) and NVML are
loaded here. The order is: who else is there, set-up, pins, cool-down, warm-up, timed samples, other tools' readings, energy
window, correctness, who else is there now. A benchmark that times nothing ends after its set-up.
"""

from __future__ import annotations

import dataclasses
import importlib
import math
import statistics
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from typing import Protocol as Interface

from chronicle.harness import around, energy, nvml, pins, timed
from chronicle.harness.answering import Diary, answer_with, numbers
from chronicle.harness.declare import Check, Work
from chronicle.harness.discover import load_suite
from chronicle.harness.timers import Agree, Timer
from chronicle.records import circumstances, run

_NO_WINDOW = "the benchmark asks for no energy window"
_SEVERAL = "the case runs in several ranks"
_IDLE_UNKNOWN = dict.fromkeys(("tenancy.idle_power_w", "tenancy_after.idle_power_w"), "the machine has no calibration")


@dataclass(frozen=True, slots=True)
class Job:
    """What the parent asks for: a case, a device, the stop rules, and where this machine keeps its salt.

    ``launched_ns`` is when it started this process, on the monotonic clock both share; ``start_c`` is the temperature at
    which the block's first process began, None for that one itself. ``chosen`` are the variables of the environment that the
    harness set itself.
    """

    bench: str
    suite: str
    benchmark: str
    parameters: dict[str, Any]
    device: str
    pci_bus_id: str | None
    salt: str
    protocol: run.Protocol
    launched_ns: int
    start_c: int | None = None
    chosen: list[str] = field(default_factory=list)


def main() -> None:
    """Measure the job on standard input and answer on the original standard output."""
    answer_with(lambda plain: measure(Job(**{**plain, "protocol": run.Protocol(**plain["protocol"])})))


class Company(Interface):
    """The ranks of a case, to the one that asks."""

    def slowest(self, durations: list[int]) -> list[int]:
        """For each sample the longest that any rank took."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The device as it was found, before any context of ours."""

    start_utc: str
    gpu: nvml.Gpu | None
    why_no_gpu: str
    tenancy: run.Tenancy | None
    errors: nvml.Reading | None
    variables: dict[str, run.Pin]


@dataclass(frozen=True, slots=True)
class Ready:
    """The work with its inputs in place on a cool device, and the pins under which it is measured."""

    work: Work
    torch: Any
    timer: Timer
    environment: run.Environment
    inputs: circumstances.Inputs | None
    heat: nvml.Reading | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at once the samples were kept."""

    synchrony: circumstances.Synchrony | None
    peer_seconds: dict[str, float]
    window: energy.Window
    correct: run.Correctness | None
    outcomes: dict[str, float]
    launching: circumstances.Launching | None
    why_not_launching: str


def measure(job: Job, company: Company | None = None) -> dict[str, Any]:
    """The process record without its place in the run, the samples, the telemetry, the pins and the workload.

    ``company`` are the other ranks of a case that runs in several: they agree on every duration, so that all decide alike, and
    what each does for a while by its own clock (sensors at the edges, synchrony, peers, the energy window) is left out.
    """
    diary = Diary(job.launched_ns)
    arrival = _arrived(job, diary)
    made = _set_up(job)
    if not isinstance(made, Work):
        return _counted(job, arrival, made, diary)
    ready = _ready(job, arrival, made, diary, company.slowest if company else list)
    work, torch, timer, gpu = ready.work, ready.torch, ready.timer, None if company else arrival.gpu
    warmed = timed.warm(torch, timer, work, job.protocol, gpu, timed.first_call(timer, work))
    threads = around.threads()
    diary.ended("warm")
    kept = timed.take(torch, timer, work, job.protocol, gpu, warmed)
    memory = around.memory(torch, job.device)
    diary.ended("time")
    checked = _checked_together(job, ready, diary) if company else _checked(job, ready, gpu, kept, threads, diary)
    parts = _parts(job, arrival, ready, kept, checked) | {"memory": memory}
    diary.ended("after")
    return {
        "process": {
            "start_utc": arrival.start_utc,
            **{name: dataclasses.asdict(part) if part else None for name, part in parts.items()},
            "profilers": around.profilers(torch),
            "peer_seconds": checked.peer_seconds,
            "outcomes": checked.outcomes,
            "phases": [dataclasses.asdict(phase) for phase in diary.phases],
        },
        "missing": _missing(parts, arrival.why_no_gpu, _reasons(checked)),
        "samples": kept.samples,
        "telemetry": checked.window.telemetry,
        "environment": dataclasses.asdict(ready.environment),
        "workload": _workload(work, job.parameters),
    }


def _workload(work: Work, axes: Iterable[str]) -> dict[str, Any]:
    if twice := sorted(set(work.sizes) & set(axes)):
        raise ValueError(f"Work.sizes has {twice[0]!r}, which is an axis too")
    counted = {name: getattr(work, name) for name in ("formula", "bytes", "flop", "tokens", "sequences")}
    return counted | {"sizes": {name: float(size) for name, size in work.sizes.items()}}


def _counted(job: Job, arrival: Arrival, made: Any, diary: Diary) -> dict[str, Any]:
    """The record of a process whose benchmark observed something else than a time."""
    outcomes = numbers(job.benchmark, made, "a benchmark returns Work(…), or")
    diary.ended("set-up")
    torch, gpu = _torch_for_pins(arrival.gpu), arrival.gpu
    environment = pins.capture(torch, job.device, gpu, arrival.why_no_gpu, Path(job.salt), arrival.variables)
    parts = {
        "temperature": _temperature(gpu.temperature_c(), gpu) if gpu else None,
        "tenancy": arrival.tenancy,
        "tenancy_after": around.tenancy(gpu),
        "faults": around.faults(arrival.errors, gpu),
    }
    missing = _missing(parts, arrival.why_no_gpu, _IDLE_UNKNOWN)
    return {
        "process": {
            "start_utc": arrival.start_utc,
            **{name: dataclasses.asdict(part) if part else None for name, part in parts.items()},
            "profilers": around.profilers(torch),
            "outcomes": outcomes,
            "phases": [dataclasses.asdict(phase) for phase in diary.phases],
        },
        "missing": [*missing, {"path": "time", "reason": "the benchmark observes something else"}],
        "environment": dataclasses.asdict(environment),
    }


def _torch_for_pins(gpu: nvml.Gpu | None) -> Any:
    """Torch where it is loaded; on a GPU it is loaded now if the benchmark had no use for it: it alone tells some pins."""
    return sys.modules.get("torch") if gpu is None else importlib.import_module("torch")


def _arrived(job: Job, diary: Diary) -> Arrival:
    start = datetime.now(UTC).isoformat(timespec="seconds")
    diary.ended("start")
    gpu, why = nvml.open_gpu(job.pci_bus_id) if job.pci_bus_id else (None, _without_gpu(job.device))
    if gpu is not None:
        around.wait_until_idle(gpu)
    found = pins.variables(job.chosen)
    arrival = Arrival(start, gpu, why, around.tenancy(gpu), gpu.uncorrected_errors() if gpu else None, found)
    diary.ended("idle")
    return arrival


def _ready(job: Job, arrival: Arrival, work: Work, diary: Diary, agree: Agree) -> Ready:
    torch = sys.modules.get("torch")
    environment = pins.capture(torch, job.device, arrival.gpu, arrival.why_no_gpu, Path(job.salt), arrival.variables)
    inputs = around.inputs(torch, work)
    diary.ended("set-up")
    heat = _cooled(arrival.gpu, job)
    diary.ended("cool")
    return Ready(work, torch, timed.timer_for(torch, job.device, work, agree), environment, inputs, heat)


def _checked(job: Job, ready: Ready, gpu: nvml.Gpu | None, kept: timed.Timed, threads: int, diary: Diary) -> Checked:
    work, torch, again = ready.work, ready.torch, kept.repeated
    synchrony = around.synchrony(torch, job.device, again.call, again.inner, again.group, threads)
    peers = {name: float(read()) for name, read in work.peers.items()}
    diary.ended("peers")
    window = _energy(torch, work, kept, gpu, job) if work.energy else energy.Window(None, _NO_WINDOW, None)
    diary.ended("energy")
    correct = _correctness(work.check, work.call, ready.timer) if work.check else None
    outcomes = numbers(job.benchmark, {name: read() for name, read in work.outcomes.items()}) if work.outcomes else {}
    launching, why_not = _launching(torch, work, kept, job)
    diary.ended("check")
    return Checked(synchrony, peers, window, correct, outcomes, launching, why_not)


def _checked_together(job: Job, ready: Ready, diary: Diary) -> Checked:
    """What several ranks can look at without losing step: the result, and the benchmark's own numbers."""
    work = ready.work
    correct = _correctness(work.check, work.call, ready.timer) if work.check else None
    outcomes = numbers(job.benchmark, {name: read() for name, read in work.outcomes.items()}) if work.outcomes else {}
    diary.ended("check")
    return Checked(None, {}, energy.Window(None, _SEVERAL, None), correct, outcomes, None, _SEVERAL)


def _parts(job: Job, arrival: Arrival, ready: Ready, kept: timed.Timed, checked: Checked) -> dict[str, Any]:
    """The parts of the record by their names; None where this machine, device or benchmark gives none."""
    return {
        "warmup": kept.warmup,
        "time": timed.timing(kept, ready.timer, ready.work),
        "host": kept.host,
        "clock": timed.clock(kept, checked.window.sm_mhz),
        "throttle": timed.throttle(kept),
        "temperature": _temperature(ready.heat, arrival.gpu),
        "energy": checked.window.energy,
        "correct": checked.correct,
        "tenancy": arrival.tenancy,
        "tenancy_after": around.tenancy(arrival.gpu),
        "inputs": ready.inputs,
        "synchrony": checked.synchrony,
        "compilation": kept.compilation,
        "allocation": kept.allocation,
        "faults": around.faults(arrival.errors, arrival.gpu),
        "link": kept.after.link if kept.after else None,
        "launching": checked.launching,
    }


def _set_up(job: Job) -> Any:
    """What the benchmark gives for the job's case. The bench folder stays importable, for lab code imported in the set-up."""
    sys.path.insert(0, job.bench)
    return load_suite(Path(job.bench), job.suite).benchmark(job.benchmark).set_up(job.device, **job.parameters)


def _without_gpu(device: str) -> str:
    return "the device is cpu" if device == "cpu" else f"torch does not tell where {device} sits on the PCI bus"


def _cooled(gpu: nvml.Gpu | None, job: Job) -> nvml.Reading | None:
    """The temperature before the warm-up, after the wait that the protocol asks for."""
    if gpu is None:
        return None
    if job.start_c is not None and job.protocol.cool_celsius is not None:
        around.wait_until_cool(gpu, job.start_c + job.protocol.cool_celsius, job.protocol.cool_seconds)
    return gpu.temperature_c()


def _energy(torch: Any, work: Work, kept: timed.Timed, gpu: nvml.Gpu | None, job: Job) -> energy.Window:
    if gpu is None or job.pci_bus_id is None:
        return energy.Window(None, f"the device is {job.device}: it has no energy counter we read", None)
    if not job.protocol.energy_seconds:
        return energy.Window(None, "the protocol leaves no time for an energy window", None)
    call_ns = statistics.median(kept.samples) / kept.repeated.batch
    return energy.measure(torch, work.call, call_ns, job.pci_bus_id, job.protocol.energy_seconds)


def _launching(torch: Any, work: Work, kept: timed.Timed, job: Job) -> tuple[circumstances.Launching | None, str]:
    if work.capture != "eager" or work.l2 == "cold":
        return None, "it is asked of eager calls on a warm cache"
    return around.launching(torch, job.device, work.call, kept.repeated.batch, kept.samples)


def _temperature(start: nvml.Reading | None, gpu: nvml.Gpu | None) -> run.Temperature | None:
    if gpu is None or start is None:
        return None
    return run.Temperature(start_c=start.value, end_c=gpu.temperature_c().value, memory_end_c=gpu.memory_temperature_c().value)


def _correctness(check: Check, call: Any, timer: Timer) -> run.Correctness:
    error = _error(check, call, timer)
    renewed = None
    if check.renew is not None:
        check.renew()
        renewed = _error(check, call, timer)
    return run.Correctness(
        reference=check.reference,
        relative_error=error,
        limit=check.limit,
        renewed_error=renewed,
        precision=check.precision,
    )


def _error(check: Check, call: Any, timer: Timer) -> float:
    check.output.fill_(math.nan)
    call()
    timer.synchronise()
    error = float(check.error())
    return error if math.isfinite(error) else sys.float_info.max


def _reasons(checked: Checked) -> dict[str, str]:
    """Why a part is None, where it is not for want of a GPU."""
    return {
        "energy": checked.window.reason,
        "correct": "the benchmark declares no check",
        "correct.precision": "the check declares no arithmetic",
        "correct.renewed_error": "the check renews no inputs",
        "inputs": "the benchmark names no inputs",
        "compilation": "torch is not loaded",
        "launching": checked.why_not_launching,
        **(dict.fromkeys(("synchrony", "clock", "throttle", "link"), _SEVERAL) if checked.synchrony is None else {}),
        **_IDLE_UNKNOWN,
        "clock.sm_mean_mhz": "there was no energy window",
        "clock.sm_p5_mhz": "there was no energy window",
    }


def _missing(parts: dict[str, Any], why_no_gpu: str, reasons: dict[str, str]) -> list[dict[str, str]]:
    """Every None of the parts by its dotted path, with the reason."""
    gaps = {name: reasons.get(name, why_no_gpu) for name, part in parts.items() if part is None}
    unread = (path for name, part in parts.items() if part is not None for path in _nones(dataclasses.asdict(part), name))
    gaps |= {path: reasons.get(path, "the machine did not give it") for path in unread}
    return [{"path": path, "reason": reason} for path, reason in sorted(gaps.items())]


def _nones(plain: Any, path: str) -> Iterator[str]:
    if isinstance(plain, dict):
        for name, value in plain.items():
            yield from _nones(value, f"{path}.{name}")
    elif plain is None:
        yield path


if __name__ == "__main__":
    main()
