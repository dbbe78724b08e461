"""Takes the parts of a calibration one after another, each in a process of its own, and writes each as it is finished.

A calibration that was cut off, or that its budget ended, goes on where it stopped if device, pins, source and settings are
the same; one that is complete and still holds is not taken again.
"""

from __future__ import annotations

import dataclasses
import random
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from chronicle.errors import ChronicleError
from chronicle.harness.calibration.folder import CalibrationFolder, earlier, is_sealed
from chronicle.harness.calibration.processes import Answer, Child, job_of
from chronicle.harness.run import alone_on
from chronicle.records import json_form
from chronicle.records.calibration import CALIBRATIONS, Calibration, Findings, Part, Settings
from chronicle.records.readings import READINGS_OF, Readings, ResolutionReadings, TwinProcess
from chronicle.records.run import METHOD_VERSION, Environment, Missing, Source
from chronicle.version import __version__

Analyse = Callable[[Mapping[str, Readings], Mapping[str, str]], Findings]
"""Computes the findings from the readings by part and, for the parts without, the reason."""

MOST_DAYS = 30
_START_SECONDS = 6.0
_GPU_ONLY = ("board", "step", "wave", "energy")
_PREPARED = ("ceilings", "step", "wave", "energy", "resolution")
"""Parts whose process may be started while the one before measures on the GPU; timing the host wants quiet."""


CPU_SETTINGS = Settings(matmul_n=1024, memory_most_b=128 << 20, twin_copy_b=64 << 20, twin_samples=30)
"""A CPU is some hundred times slower, and all its memory is behind a few channels."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be calibrated, where it is kept, and how long it may take."""

    results: Path
    machine: str
    device: str
    title: str
    pci_bus_id: str | None
    source: Source
    salt: Path
    budget_seconds: float | None = None
    settings: Settings = field(default_factory=Settings)
    is_new: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts this device has, in their order."""
        return tuple(part for part in READINGS_OF if self.is_gpu or part not in _GPU_ONLY)

    @property
    def is_gpu(self) -> bool:
        return self.device != "cpu"


class Taker(Protocol):
    """A started process that waits for its job."""

    def answer(self, part: str, job: Mapping[str, Any], timeout_seconds: float) -> Answer:
        """Give it the job and wait for its end."""

    def kill(self) -> None:
        """End it."""


class Observer:
    """Told what happens while a calibration goes on; the default says nothing."""

    def resumed(self, folder: Path, parts: tuple[str, ...]) -> None:
        """A calibration that was cut off is being continued."""

    def still_holds(self, folder: Path, taken_utc: str) -> None:
        """There is a complete calibration of this device under this stack; none is taken."""

    def part_started(self, part: str, expected_seconds: float) -> None:
        """A part begins."""

    def part_ended(self, part: str, seconds: float, error: str | None) -> None:
        """A part is on disk, or failed."""

    def part_left_out(self, part: str, reason: str) -> None:
        """A part is not taken."""


def expected_seconds(part: str, settings: Settings, is_gpu: bool) -> float:
    """About how long a part takes with the start of its process; from the settings, so that it follows them."""
    one = settings
    idle = one.idle_settle_seconds + one.idle_window_seconds + 0.5
    measuring = {
        "board": idle + one.polled_seconds + 3.0,
        "timers": (idle if is_gpu else 0.0) + 4.0,
        "ceilings": 3 * (one.ceiling_warmup_seconds + one.ceiling_seconds + 0.5)
        + one.matmul_warmup_seconds
        + one.matmul_seconds
        + 1.0,
        "step": one.steps * (one.step_load_seconds * 1.2 + one.step_pause_seconds) + one.step_pause_seconds,
        "wave": len(one.wave_periods_ms) * (one.wave_seconds + 0.5),
        "energy": one.energy_seconds
        + one.hot_settle_seconds
        + one.idle_window_seconds
        + one.spin_settle_seconds
        + one.spin_window_seconds
        + 3.0,
        "resolution": 2 * one.pairs * (one.twin_warmup_seconds + (2.0 if is_gpu else 1.0 + _START_SECONDS)),
    }
    return round(measuring[part] + (0.0 if part == "board" else _START_SECONDS if part == "timers" else 2.0), 1)


def calibrate(
    plan: Plan,
    analyse: Analyse,
    observer: Observer,
    start: Callable[[bool], Taker] = Child,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Calibration, Path]:
    """Take what is missing of the calibration; the record and its folder are the answer.

    ``start`` begins a process, told whether it needs torch, and gives what takes its job.

    Raises :class:`ChronicleError` where another command measures on this machine, and where the machine changed meanwhile.
    Parts that were written stand in any case.
    """
    until = None if plan.budget_seconds is None else clock() + plan.budget_seconds
    with alone_on(plan.results / plan.machine):
        folder, now = _continued(plan, observer, start) or _begun(plan)
        if is_sealed(folder):
            observer.still_holds(folder.path, now.created_utc)
            return now, folder.path
        work = _Work(plan, folder, now, analyse, observer, start, clock, until)
        try:
            work.take_parts()
        finally:
            work.let_go()
        if not work.reasons and all(one.error is None for one in work.now.parts):
            folder.seal(work.now)
        return work.now, folder.path


class _Work:
    """The calibration under way: its record so far, its folder, and the process that was started ahead."""

    def __init__(
        self,
        plan: Plan,
        folder: CalibrationFolder,
        now: Calibration,
        analyse: Analyse,
        observer: Observer,
        start: Callable[[bool], Taker],
        clock: Callable[[], float],
        until: float | None,
    ) -> None:
        self.plan, self.folder, self.now = plan, folder, now
        self.reasons: dict[str, str] = {}
        self._analyse, self._observer, self._start, self._clock, self._until = analyse, observer, start, clock, until
        self._ahead: Taker | None = None

    def take_parts(self) -> None:
        waiting = [part for part in self.plan.parts if not self._is_done(part)]
        for place, part in enumerate(waiting):
            if reason := self._too_long(part):
                self.reasons[part] = reason
                self._observer.part_left_out(part, reason)
                continue
            after = waiting[place + 1] if place + 1 < len(waiting) else None
            self._take(part, after)
        self._commit()

    def let_go(self) -> None:
        """End the process that was started ahead and has no job."""
        if self._ahead is not None:
            self._ahead.kill()
            self._ahead = None

    def _is_done(self, part: str) -> bool:
        if part == "resolution" and len(self._whole_pairs()) < 2 * self.plan.settings.pairs:
            return False
        return part in self.folder.readings and all(one.error is None for one in self.now.parts if one.name == part)

    def _whole_pairs(self) -> tuple[TwinProcess, ...]:
        known = self.folder.readings.get("resolution")
        return known.processes if isinstance(known, ResolutionReadings) else ()

    def _too_long(self, part: str) -> str | None:
        needed = self._pair_seconds if part == "resolution" else self._expected(part)
        if self._until is None or self._clock() + needed <= self._until:
            return None
        return f"it takes about {needed:.0f} s and the budget had {max(0.0, self._until - self._clock()):.0f} s left"

    def _take(self, part: str, after: str | None) -> None:
        self._observer.part_started(part, self._expected(part))
        began, start = self._clock(), datetime.now(UTC).isoformat(timespec="seconds")
        if part == "resolution":
            answer = self._pairs()
        else:
            answer = self._answer(part, prepare=after in _PREPARED and part != "timers")
            if answer.readings is not None:
                self.folder.readings[part] = answer.readings
        seconds = self._clock() - began
        digest = self._joined(answer.environment)
        done = Part(name=part, start_utc=start, wall_ns=round(seconds * 1e9), environment_sha256=digest, error=answer.error)
        others = tuple(one for one in self.now.parts if one.name != part)
        self.now = dataclasses.replace(self.now, parts=(*others, done))
        self._commit()
        self._observer.part_ended(part, seconds, answer.error)

    def _answer(self, part: str, prepare: bool) -> Answer:
        child = self._ahead or self._start(part != "board")
        self._ahead = self._start(True) if prepare and self.plan.is_gpu else None
        job = job_of(self.plan.device, self.plan.pci_bus_id, str(self.plan.salt), self.plan.settings)
        expected = 0.0 if part == "twin" else self._expected(part)
        return child.answer(part, job, 60.0 + 2 * expected)

    def _pairs(self) -> Answer:
        """The A/A pairs, each on disk as it is finished; within a pair the order is drawn."""
        done, last = self._whole_pairs(), Answer(None, None, None, None)
        for pair in range(len(done) // 2, self.plan.settings.pairs):
            if self._until is not None and self._clock() + self._pair_seconds > self._until:
                self.reasons["resolution"] = f"the budget ended after {pair} of {self.plan.settings.pairs} pairs"
                self._observer.part_left_out("resolution", self.reasons["resolution"])
                break
            twins = ["A", "B"]
            random.Random(f"{self.now.calibration_id}:{pair}").shuffle(twins)  # noqa: S311  # a recorded shuffle
            for twin in twins:
                is_last = pair == self.plan.settings.pairs - 1 and twin == twins[-1]
                last = self._answer("twin", prepare=not is_last)
                if last.error is not None:
                    return last
                self._joined(last.environment)
                done = (*done, TwinProcess(pair=pair, twin=twin, order=len(done), ns=tuple(last.plain)))
            self.folder.readings["resolution"] = ResolutionReadings(processes=done)
            self._commit()
        return last

    @property
    def _pair_seconds(self) -> float:
        return self._expected("resolution") / max(1, self.plan.settings.pairs)

    def _expected(self, part: str) -> float:
        return expected_seconds(part, self.plan.settings, self.plan.is_gpu)

    def _joined(self, environment: Environment | None) -> str:
        """Keep the pins of a process; the first ones stand for the calibration, and all others must equal them."""
        if environment is None:
            return ""
        compared, device = json_form.digest(environment.key), device_hash(environment)
        if self.now.compare_sha256 and (compared, device) != (self.now.compare_sha256, self.now.device_hash):
            raise ChronicleError(
                "the machine is not as it was when this calibration was begun: its pins or its device differ",
                hint="begin again with --new",
            )
        digest = self.folder.keep_environment(environment)
        if not self.now.compare_sha256:
            self.now = dataclasses.replace(self.now, environment_sha256=digest, compare_sha256=compared, device_hash=device)
        return digest

    def _commit(self) -> None:
        failed = {one.name: f"the part failed: {one.error}" for one in self.now.parts if one.error}
        cpu = {part: "the device is the CPU: it has no such sensor that we read" for part in _GPU_ONLY if not self.plan.is_gpu}
        why = {**cpu, **self.reasons, **failed}
        absent = {part: why.get(part, "not yet taken") for part in READINGS_OF if part not in self.folder.readings}
        findings = self._analyse(self.folder.readings, absent)
        left_out = tuple(Missing(path=part, reason=reason) for part, reason in self.reasons.items())
        self.now = self.folder.keep(dataclasses.replace(self.now, findings=findings, left_out=left_out))


def device_hash(environment: Environment) -> str | None:
    """The salted hash of the device's identity, where the driver tells one."""
    found = environment.informative.get("gpu", {}).get("device_hash")
    return None if found is None else str(found)


def _continued(plan: Plan, observer: Observer, start: Callable[[bool], Taker]) -> tuple[CalibrationFolder, Calibration] | None:
    """The newest calibration of this device under this stack: one that holds, or one that can be gone on with."""
    known = [] if plan.is_new else [one for one in earlier(plan.results, plan.machine) if _is_same_work(plan, one[1])]
    if not known:
        return None
    pins = (
        Child(needs_torch=True)
        .answer("pins", job_of(plan.device, plan.pci_bus_id, str(plan.salt), plan.settings), 120.0)
        .environment
    )
    if pins is None:
        return None
    same = (json_form.digest(pins.key), device_hash(pins))
    for folder, found in known:
        if (found.compare_sha256, found.device_hash) == same:
            if not is_sealed(folder):
                observer.resumed(folder.path, tuple(folder.readings))
            return folder, found
    return None


def _is_same_work(plan: Plan, found: Calibration) -> bool:
    age = datetime.now(UTC) - datetime.fromisoformat(found.created_utc)
    return (
        age < timedelta(days=MOST_DAYS)
        and (found.method_version, found.harness_version) == (METHOD_VERSION, __version__)
        and found.settings == plan.settings
        and found.source.revision == plan.source.revision
    )


def _begun(plan: Plan) -> tuple[CalibrationFolder, Calibration]:
    stamp = datetime.now(UTC)
    name = f"{stamp:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    begun = Calibration(
        calibration_id=name,
        machine=plan.machine,
        device=plan.title,
        device_hash=None,
        created_utc=stamp.isoformat(timespec="seconds"),
        source=plan.source,
        harness_version=__version__,
        settings=plan.settings,
        environment_sha256="",
        compare_sha256="",
        parts=(),
        findings=Findings(),
    )
    return CalibrationFolder(plan.results / plan.machine / CALIBRATIONS / name), begun
