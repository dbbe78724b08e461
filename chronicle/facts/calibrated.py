"""Which calibration speaks for a machine, whether it holds and agrees with its readings, and what others take from it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from chronicle.errors import Problem
from chronicle.facts.calibration import findings
from chronicle.facts.energy_windows import load_ratio, sampling_error
from chronicle.facts.integrity import differences
from chronicle.records.calibration import Findings
from chronicle.records.readings import READINGS_OF, EnergyReadings
from chronicle.records.recorded import RecordedCalibration
from chronicle.records.run import STANDARD, Environment

SAMPLED = "instant"
"""The power field whose readings do not overlap, and whose integral is therefore a sample of the power."""

ENERGY_WINDOW_NS = STANDARD.energy_seconds * 1e9
"""The window over which a process of a run takes its energy."""

MOST_DAYS = 30
"""A calibration holds for so long; a new driver or VBIOS ends it at once."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The calibration that speaks for a machine; ``expired`` says why it no longer holds, and is empty while it does."""

    recorded: RecordedCalibration
    expired: tuple[str, ...]

    @property
    def findings(self) -> Findings:
        return self.recorded.calibration.findings


def standings(
    calibrations: Iterable[RecordedCalibration], newest: Mapping[str, Environment], today: date | None
) -> dict[str, Standing]:
    """For each machine its newest calibration that holds, or its newest. ``newest`` are the pins of each machine's last run."""
    found: dict[str, Standing] = {}
    for one in sorted(calibrations, key=lambda one: (one.calibration.created_utc, one.key)):
        machine = one.calibration.machine
        standing = Standing(one, expiries(one, newest.get(machine), today))
        if machine not in found or not standing.expired or found[machine].expired:
            found[machine] = standing
    return found


def expiries(found: RecordedCalibration, newest: Environment | None, today: date | None) -> tuple[str, ...]:
    """Why a calibration no longer holds; ``today`` is the day the site speaks of, None where nobody knows."""
    reasons = []
    for group, name, words in (("driver", "driver", "driver"), ("gpu", "vbios", "VBIOS")):
        then = found.environment.key.get(group, {}).get(name)
        now = newest.key.get(group, {}).get(name) if newest else None
        if then is not None and now is not None and then != now:
            reasons.append(f"the {words} is {now} in the newest run, and was {then}")
    taken = datetime.fromisoformat(found.calibration.created_utc).date()
    age = None if today is None else (today - taken).days
    if age is not None and age > MOST_DAYS:
        reasons.append(f"it is {age} days old, and holds for {MOST_DAYS}")
    return tuple(reasons)


def finding_problems(recorded: RecordedCalibration) -> Iterator[Problem]:
    """A problem for every finding that differs from the one computed again from the readings."""
    stated = recorded.calibration.findings
    absent = {one.path: one.reason for one in stated.missing if one.path in READINGS_OF and one.path not in recorded.readings}
    again = findings(recorded.readings, absent)
    for path, old, new in differences(dataclasses.asdict(stated), dataclasses.asdict(again), "findings"):
        yield Problem(
            file=f"{recorded.shown}/record.json",
            line=None,
            found=f"`{path}` is {old!r:.80}",
            expected=f"{new!r:.80}, computed from its readings",
            hint="restore the file from git: calibrations are written by the harness and never edited",
            rule="record-integrity",
            severity="error",
        )


def idle_watts(found: Findings, state: str) -> float | None:
    """Idle power of a state, read without polling: ``idle_cold``, ``idle_warm``, ``idle_hot`` or ``spin``."""
    return next((one.power_w for one in found.idle_power if one.state == state and not one.is_polled), None)


def update_period_ns(found: Findings, source: str) -> float | None:
    """How long a sensor keeps its value under load, between two changes: ``energy``, ``instant``, ``average``."""
    periods = (one.period_ns for one in found.update_periods if one.source == source and one.state == "load")
    return next((one.median for one in periods), None)


def copy_bytes_per_second(found: Findings) -> float | None:
    """What a copy moved, to state a share of measured bandwidth."""
    rates = [one.bytes_per_second for one in found.ceilings if one.name == "copy"]
    return rates[0].median if rates and rates[0] else None


@dataclass(frozen=True, slots=True)
class Gap:
    """How far the energy counter and the integral of the instant field may part in one window of steady load, as shares of 1.

    ``deviation`` is what the two parted by over the whole load of the calibration, ``load_ns`` long. Both the window and that
    load know power by readings only: ``sampling`` is what this allows a window of the length asked for, ``load_sampling`` what
    it allows the load, each at about 95 %. ``most`` predicts one window from the one load: ``deviation`` plus the root of the
    sum of their squares, which holds as far as the errors of the two are independent and power scatters in the window as it
    did under the load (see :func:`~chronicle.facts.energy_windows.sampling_error`).
    """

    deviation: float
    load_ns: int
    sampling: float
    load_sampling: float

    @property
    def most(self) -> float:
        return self.deviation + math.hypot(self.sampling, self.load_sampling)


def calibrated_gap(recorded: RecordedCalibration, window_ns: float) -> Gap | None:
    """The gap of a window of that length; None where the readings lack the load, the counter or enough of the field."""
    readings = recorded.readings.get("energy")
    if not isinstance(readings, EnergyReadings):
        return None
    ratio, sampling = load_ratio(readings, SAMPLED), sampling_error(readings, SAMPLED, window_ns)
    if ratio is None or sampling is None:
        return None
    over_load, load_ns = ratio
    return Gap(abs(over_load - 1), load_ns, sampling, load_sampling=sampling * math.sqrt(window_ns / load_ns))


def resolution(found: Findings) -> float | None:
    """The smallest relative difference between two things that this machine tells apart."""
    return found.resolution.resolution if found.resolution else None
