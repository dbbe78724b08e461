"""A recorded run with everything that lies beside its record: samples, telemetry, pins, and the files as bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from chronicle.errors import Problem
from chronicle.records.calibration import Calibration
from chronicle.records.readings import Readings
from chronicle.records.run import Environment, Run

DEADLINE, CLOSED = "deadline", "closed"
"""How a run ended that did not reach the end of its rule, and how it counts once it is sealed. A deadline sees no result."""


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A run with its samples (nanoseconds by line), its telemetry (columns by line), its pins, and its files as bytes.

    ``shown`` is the folder as messages and pages name it; ``is_sealed`` says whether the run was completed. ``is_confirmed``
    says whether git holds, at the run's revision, the very source its record names; None where nobody can tell.
    ``pins`` are the files of pins that the run and its processes name, by their digests.
    """

    run: Run
    folder: Path
    shown: str
    samples: Mapping[int, Sequence[int]]
    telemetry: Mapping[int, Mapping[str, Sequence[int | None]]]
    environment: Environment
    is_sealed: bool
    files: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    is_confirmed: bool | None = None
    pins: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The run among those of all machines: ``machine/run_id``."""
        return f"{self.run.machine}/{self.run.run_id}"

    @property
    def run_at_its_end(self) -> Run:
        """The run as estimates see it: one that a deadline ended and its seal closed is over, with the blocks it has."""
        if self.is_sealed and self.run.design.stop == DEADLINE:
            return replace(self.run, design=replace(self.run.design, stop=CLOSED))
        return self.run


@dataclass(frozen=True, slots=True)
class RecordedRuns:
    """All readable runs of a results folder, oldest first, and what is wrong with any of them."""

    runs: tuple[RecordedRun, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class RecordedCalibration:
    """A calibration with its readings by part, its pins, and its files as bytes.

    ``is_sealed`` says whether every part of it was taken; ``pins`` are the files of pins that it and its parts name, by their
    digests.
    """

    calibration: Calibration
    folder: Path
    shown: str
    readings: Mapping[str, Readings]
    environment: Environment
    is_sealed: bool
    files: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    pins: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The calibration among those of all machines: ``machine/calibration_id``."""
        return f"{self.calibration.machine}/{self.calibration.calibration_id}"


@dataclass(frozen=True, slots=True)
class RecordedCalibrations:
    """All readable calibrations of a results folder, oldest first, and what is wrong with any of them."""

    calibrations: tuple[RecordedCalibration, ...]
    problems: tuple[Problem, ...]
