"""The stop rules of a run: how many blocks are asked for, and when precision is enough.

A rule may look at precision and never at a verdict: stopping at the first significant difference decides wrongly in one
case of four instead of one in twenty.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from chronicle.errors import ChronicleError
from chronicle.records.run import Run

_COUNTED = re.compile(r"(fixed|explore)\((\d{1,3})\)")
_PRECISE = re.compile(r"precision\(P_min=(\d{1,3}),P_max=(\d{1,3}),h=(\d{1,2}(?:\.\d{1,3})?)%\)")
_FEWEST = 6


@dataclass(frozen=True, slots=True)
class Rule:
    """At least ``least`` blocks and at most ``most``; in between a run ends at the log-t half-width ``half_width``."""

    name: str
    least: int
    most: int
    half_width: float | None = None

    @property
    def is_exploratory(self) -> bool:
        return self.name.startswith("explore")


def rule_of(text: str) -> Rule:
    """The rule of that name: ``fixed(12)``, ``explore(3)`` or ``precision(P_min=10,P_max=20,h=0.5%)``.

    Raises :class:`ChronicleError` for a rule there is not.
    """
    plain = "".join(text.split())
    if (match := _COUNTED.fullmatch(plain)) and int(match[2]) >= 1:
        return Rule(plain, int(match[2]), int(match[2]))
    if match := _PRECISE.fullmatch(plain):
        least, most, half_width = int(match[1]), int(match[2]), float(match[3]) / 100
        if _FEWEST <= least <= most and half_width > 0:
            return Rule(plain, least, most, half_width)
    raise ChronicleError(
        f"no stop rule {text!r}", hint="use fixed(12), fixed(6) …, explore(3), or precision(P_min=10,P_max=20,h=0.5%)"
    )


def is_precise(now: Run, rule: Rule) -> bool:
    """Whether every case that measured anything is known to the rule's half-width, in enough blocks."""
    if rule.half_width is None or now.design.blocks_done < rule.least:
        return False
    seen = [case.summary.log_t for case in now.cases if case.summary is not None]
    return bool(seen) and all(
        one.lo is not None and one.hi is not None and math.log(one.hi / one.lo) / 2 <= rule.half_width for one in seen
    )
