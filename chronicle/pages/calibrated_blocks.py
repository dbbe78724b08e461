"""A number of a machine's calibration inside a sentence, as a link to the group of its page where it is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chronicle.documents.library import Library
from chronicle.facts.calibrated import ENERGY_WINDOW_NS, Standing, calibrated_gap, idle_watts, resolution, update_period_ns
from chronicle.facts.calibration_table import CLOCKS, ENERGY, IDLE, SENSORS, percent, seconds, watts
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.marks import EXPIRED, mark
from chronicle.pages.prose import Answer, UnanswerableError
from chronicle.pages.writing import Markdown, link, relative
from chronicle.records.recorded import RecordedCalibration


@dataclass(frozen=True, slots=True)
class _Value:
    """What a word of the directive stands for: how it is found, how it is written, where it stands, and what it is."""

    find: Callable[[RecordedCalibration], float | None]
    write: Callable[[float], str]
    group: str
    says: str


def _energy_gap(recorded: RecordedCalibration) -> float | None:
    gap = calibrated_gap(recorded, ENERGY_WINDOW_NS)
    return None if gap is None else gap.most


VALUES: Mapping[str, _Value] = {
    "energy_gap": _Value(
        _energy_gap,
        percent,
        ENERGY,
        f"how far counter and integral of power may part in {ENERGY_WINDOW_NS / 1e9:.0f} s",
    ),
    "idle_watts": _Value(
        lambda one: idle_watts(one.calibration.findings, "idle_cold"), watts, IDLE, "idle power, no context in any process"
    ),
    "counter_period": _Value(
        lambda one: update_period_ns(one.calibration.findings, "energy"),
        seconds,
        SENSORS,
        "how long the energy counter keeps a value under load",
    ),
    "claimable_window": _Value(
        lambda one: one.calibration.findings.claimable_window_ns,
        seconds,
        ENERGY,
        "the shortest window, tick to tick, from which on the energy of a call is known to 2 %",
    ),
    "resolution": _Value(
        lambda one: resolution(one.calibration.findings), percent, CLOCKS, "the smallest difference that is told apart"
    ),
}
"""What may be asked for; the words are part of what authors write, and stay."""


def answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directive ``calibrated`` for the page at ``page``."""

    def calibrated(machine: str, what: str) -> Markdown:
        standing, value = _standing(desk.library, machine), VALUES.get(what)
        if value is None:
            raise UnanswerableError(f"no number {what!r} of a calibration; there are {', '.join(VALUES)}")
        found = value.find(standing.recorded)
        if found is None:
            raise UnanswerableError(f"the calibration of {machine} did not find its {what}")
        where = f"{relative(page, addresses.machine_page(machine))}#{addresses.calibration_anchor(value.group)}"
        hover = f"{value.says}; calibrated on {standing.recorded.calibration.created_utc[:10]}"
        return Markdown(link(value.write(found), where, "fact", hover) + _mark(standing))

    return {"calibrated": desk.published.answering(calibrated)}


def _standing(library: Library, machine: str) -> Standing:
    """The calibration that speaks for a machine."""
    known = library.ledger.calibrations
    if machine in known:
        return known[machine]
    if machine in library.machines:
        raise UnanswerableError(f"no calibration of {machine} is recorded; `chronicle bench calibrate` takes one")
    raise UnanswerableError(f"no machine {machine!r}; calibrated are {', '.join(sorted(known)) or 'none'}")


def _mark(standing: Standing) -> Markdown:
    """``expired``, with the reasons as a hint; nothing while the calibration holds."""
    hint = f"This calibration no longer holds: {'; '.join(standing.expired)}"
    return mark([EXPIRED] if standing.expired else [], hint)
