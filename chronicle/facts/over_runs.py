"""One case over its runs, oldest first: what each run says, what changed before it, and whether a lasting change begins there.

A break is where the pins of the machine or the source of the benchmark are no longer those of the usable run before. It is the
same cut as that of :mod:`.changes`, so no test looks across it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chronicle.facts.changes import RUNS_NEEDED, Change, series_of
from chronicle.facts.ledger import Ledger, NotFoundError, Where, why_unusable
from chronicle.facts.measurements import Measurement
from chronicle.facts.pins import differences, has_ranks

SOURCE = "benchmark source"


@dataclass(frozen=True, slots=True)
class AtRun:
    """A run of the case: when it began, why no claim may use it, what changed since the run before, and a change for good.

    ``changed`` is in words, one a pin; ``groups`` names the same in short: ``gpu``, ``driver``, ``source``.
    """

    measurement: Measurement
    began: date | None
    unusable: str | None
    changed: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    change: Change | None = None


def over_runs(ledger: Ledger, metric: str, where: Where) -> tuple[AtRun, ...]:
    """The runs of the one case that fits. Raises :class:`NotFoundError` for none, and for several cases or machines."""
    found = ledger.every(metric, where)
    if not found:
        ledger.one(metric, where)
    cases = dict.fromkeys((one.machine, one.suite, one.case) for one in found)
    if len(cases) > 1:
        named = ", ".join(f"{case} on {machine}" for machine, _, case in list(cases)[:6])
        raise NotFoundError(f"{len(cases)} cases of {metric} fit: {named}; a trend is of one, say which")
    return history(ledger, found)


def history(ledger: Ledger, found: Sequence[Measurement]) -> tuple[AtRun, ...]:
    """The runs of one case of one machine, oldest first, as they are given."""
    begun = {change.run_key: change for series in series_of(found) for change in series.changes}
    told: list[AtRun] = []
    before: Measurement | None = None
    for one in found:
        occasion = ledger.present.occasions.get(one.run_key)
        began, unusable = occasion.began if occasion else None, why_unusable(one)
        if unusable is not None:
            told.append(AtRun(one, began, unusable))
            continue
        changed, groups = _changed(before, one, ledger) if before is not None else ((), ())
        told.append(AtRun(one, began, None, changed, groups, begun.get(one.run_key)))
        before = one
    return tuple(told)


def searched(told: Sequence[AtRun]) -> str:
    """Whether lasting changes were looked for, in a sentence: a series that is too short is not searched."""
    lengths = [len(series.measurements) for series in series_of([one.measurement for one in told])]
    if not any(length >= RUNS_NEEDED for length in lengths):
        return f"Lasting changes are looked for from {RUNS_NEEDED} comparable runs on."
    found = any(one.change is not None for one in told)
    return "" if found else "No lasting change was found."


def _changed(before: Measurement, one: Measurement, ledger: Ledger) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is no longer the same, pin by pin and in short."""
    words: list[str] = []
    groups: list[str] = []
    if before.compare_sha256 != one.compare_sha256:
        pair = [ledger.present.occasions.get(side.run_key) for side in (before, one)]
        if pair[0] is None or pair[1] is None:
            words, groups = ["key pins"], ["pins"]
        else:
            found = differences(pair[0].environment.key, pair[1].environment.key, several=has_ranks(one.parameters))
            words = [f"{each.pin}: {_shown(each.one)}, then {_shown(each.other)}" for each in found]
            groups = [each.pin.partition(".")[0] for each in found]
    if before.source_sha256 != one.source_sha256:
        words.append(SOURCE)
        groups.append("source")
    return tuple(words), tuple(dict.fromkeys(groups))


def _shown(pin: object) -> str:
    return "not there" if pin is None else str(pin)[:60]
