"""Slips in what a predicate asks by, where records show that no run will ever have such an axis.

A predicate may be written before its data, so a name that nothing has is mostly one that is yet to come. It is a slip where the
benchmark it names was recorded as its source is today, no case has the axis, and one has an axis that is nearly called so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from chronicle.facts.grammar import Call
from chronicle.facts.ledger import Ledger, is_among, no_axis
from chronicle.facts.measurements import Measurement

_CLOSE = "; did you mean "


def slip(call: Call, ledger: Ledger, evidence: Collection[str]) -> str | None:
    """What to say of the first axis that a call misnames; None where it names them well, or nobody can tell.

    ``ledger`` holds the measurements of the ``evidence`` alone.
    """
    for where in _selections(call):
        axes = [*where, *(str(call.options[name]) for name in ("x", "beside") if name in call.options)]
        cases = _recorded(where, ledger, evidence)
        for axis in axes:
            said = no_axis(axis, cases) if cases else None
            if said and _CLOSE in said:
                return said
    return None


def _selections(call: Call) -> Iterator[dict[str, Any]]:
    """What each side of a call asks for."""
    sides = [call.options[name] for name in ("of", "to", "against") if isinstance(call.options.get(name), dict)]
    for side in sides or [{}]:
        yield {**call.options.get("where", {}), **side}


def _recorded(where: dict[str, Any], ledger: Ledger, evidence: Collection[str]) -> list[Measurement]:
    """The cases of the benchmark that is asked for; empty where it may be that of a suite yet to run, or has changed since."""
    benchmark, suite = where.get("benchmark"), where.get("suite")
    if ledger.unread or not isinstance(benchmark, str):
        return []
    if suite is None and not (evidence and all(_has_record(name, ledger) for name in evidence)):
        return []
    found = [one for one in ledger.measurements if one.benchmark == benchmark and suite in (None, one.suite)]
    return found if any(ledger.present.sources.get(one.suite) == one.source_sha256 for one in found) else []


def _has_record(name: str, ledger: Ledger) -> bool:
    return any(is_among([name], one.suite, one.machine, one.run_id) for one in ledger.measurements)
