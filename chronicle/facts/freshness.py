"""Whether a measurement still speaks of the present: every input it rests on, and the worst of them decides.

A measurement rests on the source of its suite (with the local modules it imports), the pins of its machine, the tables it read
with the dates they are of, its own age, and the revision that holds its source. Each input stands in one of the states of
:class:`Freshness`; the worst state is that of the measurement, and within it the oldest input gives the reason.

There is no clock here: *today* is the date of the site, which is that of the last commit, so that the same evidence gives the
same words tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from chronicle.facts.measurements import Measurement
from chronicle.facts.pins import Difference, changes, has_ranks
from chronicle.records.run import Environment


class Freshness(StrEnum):
    """How an input stands, from the best to the worst."""

    FRESH = "fresh"
    AGED = "aged"
    ENVIRONMENT_CHANGED = "environment changed"
    CODE_CHANGED = "code changed"
    ORPHANED = "orphaned revision"

    @property
    def is_stale(self) -> bool:
        return self is not Freshness.FRESH


_ORDER = tuple(Freshness)
_METHOD = "method.method_version"


@dataclass(frozen=True, slots=True)
class Input:
    """Something a measurement rests on: its name, the day it is from (None where unknown), its state, and why."""

    name: str
    dated: date | None
    state: Freshness
    reason: str = ""

    def is_overtaken(self, day: date | None) -> bool:
        """Whether it has aged for a page that speaks of that day; what was there by then has not, if its revision still is."""
        was_there = day is not None and self.dated is not None and self.dated <= day
        return self.state.is_stale and not (was_there and self.state is not Freshness.ORPHANED)


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and on which machine a run was begun, and with which pins."""

    machine: str
    began: date
    order: str
    environment: Environment


@dataclass(frozen=True, slots=True)
class Present:
    """What a site holds of the present, to hold its evidence against.

    ``sources`` is today's source hash of each suite; ``today`` the site's date, None where it has no history; ``occasions`` are
    all runs by key; ``orphaned`` the keys of runs whose revision no configured repository holds; ``tables`` the dated files
    that a run read, by its key.
    """

    sources: Mapping[str, str] = field(default_factory=dict)
    today: date | None = None
    max_age_days: int | None = None
    occasions: Mapping[str, Occasion] = field(default_factory=dict)
    orphaned: frozenset[str] = frozenset()
    tables: Mapping[str, tuple[tuple[str, date], ...]] = field(default_factory=dict)


def inputs_of(one: Measurement, present: Present) -> tuple[Input, ...]:
    """Everything a measurement rests on, as it stands now."""
    occasion = present.occasions.get(one.run_key)
    began = occasion.began if occasion else None
    return (
        _source(one, present, began),
        *_pins(one, present),
        *(_dated(name, day, present, "table") for name, day in present.tables.get(one.run_key, ())),
        *([_dated(one.run_id, began, present, "run")] if began else []),
        *_revision(one, present, began),
    )


def worst(inputs: Iterable[Input]) -> Input:
    """The input that decides: of the worst state, and among those the oldest."""
    found = sorted(inputs, key=lambda one: (-_ORDER.index(one.state), one.dated or date.max, one.name))
    return found[0] if found else Input("", None, Freshness.FRESH)


def _source(one: Measurement, present: Present, began: date | None) -> Input:
    name, now = f"{one.suite}.py", present.sources.get(one.suite)
    if now == one.source_sha256:
        return Input(name, began, Freshness.FRESH)
    reason = f"{name} is gone" if now is None else f"{name}, or local code it imports, changed since the run"
    return Input(name, began, Freshness.CODE_CHANGED, reason)


def _pins(one: Measurement, present: Present) -> Iterator[Input]:
    occasion = present.occasions.get(one.run_key)
    if occasion is None:
        return
    later = [o for o in present.occasions.values() if o.machine == one.machine and o.order > occasion.order]
    newest = max(later, key=lambda o: o.order, default=occasion)
    changed = changes(occasion.environment.key, newest.environment.key, several=has_ranks(one.parameters))
    state = Freshness.ENVIRONMENT_CHANGED if changed else Freshness.FRESH
    reason = _moved(one.machine, changed, newest.began) if changed else ""
    yield Input(f"pins of {one.machine}", occasion.began, state, reason)


def _moved(machine: str, changed: Sequence[Difference], since: date) -> str:
    """What about a machine, or about how it is measured, is another than at the time of the run."""
    first, *others = changed
    more = f" and {len(others)} more" if others else ""
    if first.pin != _METHOD:
        return f"{machine} has another {first}{more} since {since}"
    more = f", and {len(others)} more of its pins changed" if others else ""
    return f"runs on {machine} follow version {first.other} of the method since {since}, earlier ones version {first.one}{more}"


def _dated(name: str, day: date, present: Present, what: str) -> Input:
    days = (present.today - day).days if present.today else 0
    if present.max_age_days is None or days <= present.max_age_days:
        return Input(name, day, Freshness.FRESH)
    return Input(
        name, day, Freshness.AGED, f"the {what} is of {day}, {days} days before the site; {present.max_age_days} are allowed"
    )


def _revision(one: Measurement, present: Present, began: date | None) -> Iterator[Input]:
    if one.run_key in present.orphaned:
        yield Input("revision", began, Freshness.ORPHANED, "no configured repository holds the revision of the run any more")
