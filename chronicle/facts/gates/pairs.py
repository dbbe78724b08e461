"""Gates over two measurements that are compared: what one carried over to the other, and whether both did the same work."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chronicle.facts.estimates import welch
from chronicle.facts.gates.evidence import Effect
from chronicle.facts.measurements import Judged, Measurement

_ORDER_LEVEL = 0.99
_HEAT_CELSIUS = 3
_FEWEST_A_GROUP = 3
_TOKENS = 0.005


@dataclass(frozen=True, slots=True)
class PairGate:
    """A numbered check of a comparison or of a case, as the method page prints it."""

    number: int
    name: str
    effect: Effect
    threshold: str
    meaning: str


PAIR_GATES = (
    PairGate(
        11,
        "precision",
        "not comparable",
        "a pin of the numerics differs",
        "the two were not asked for the same arithmetic; as any other pin of the key, it may be declared as varied",
    ),
    PairGate(
        25,
        "carry_over",
        "degraded",
        "one begins > 3 °C warmer, or the ratio depends at 99 % on which went first",
        "heat or another state went over from one process to the next",
    ),
    PairGate(
        26,
        "different_work",
        "not comparable",
        "tokens apart > 0.5 %, or rates by different counting rules",
        "the two did not do the same work",
    ),
    PairGate(
        29,
        "convention",
        "invalid",
        "a counting rule without name and version, or a count that its rule contradicts",
        "bytes or operations are counted in a way nobody can check; the build stops",
    ),
)


def log_ratios(a: Measurement, b: Measurement) -> dict[int, float]:
    """ln(b/a) of every block that has both, in the order of A's blocks."""
    other = dict(zip(b.blocks, b.values, strict=True))
    return {block: math.log(other[block] / value) for block, value in zip(a.blocks, a.values, strict=True) if block in other}


def carried_over(a: Measurement, b: Measurement) -> tuple[str, ...]:
    """Gate 25, of two measurements of one run: what was found, in words."""
    if a.run_key != b.run_key:
        return ()
    logs = log_ratios(a, b)
    found = [_warmer(a, b, logs), _by_order(a, b, logs)]
    return tuple(f"carry_over: {one}" for one in found if one)


def _warmer(a: Measurement, b: Measurement, logs: dict[int, float]) -> str:
    starts = [_by_block(side, _start_celsius) for side in (a, b)]
    apart = [starts[1][block] - starts[0][block] for block in logs if all(block in side for side in starts)]
    middle = statistics.median(apart) if apart else 0.0
    return f"B began {abs(middle):.0f} °C {'warmer' if middle > 0 else 'cooler'} than A" if abs(middle) > _HEAT_CELSIUS else ""


def _by_order(a: Measurement, b: Measurement, logs: dict[int, float]) -> str:
    orders = [_by_block(side, lambda one: float(one.process.order)) for side in (a, b)]
    known = [block for block in logs if all(block in side for side in orders)]
    groups = [
        [math.exp(logs[block]) for block in known if (orders[0][block] < orders[1][block]) is is_first]
        for is_first in (True, False)
    ]
    if min(map(len, groups)) < _FEWEST_A_GROUP:
        return ""
    between = welch(groups[0], groups[1], _ORDER_LEVEL)
    if between.lo is None or between.hi is None or between.lo <= 1.0 <= between.hi:
        return ""
    return "the ratio depends on which of the two went first"


def different_work(a: Measurement, b: Measurement) -> str:
    """Gate 26, of two measurements: why they did not do the same work, or nothing."""
    for side in (a, b):
        if any(trip.effect == "not comparable" for one in side.judged for trip in one.trips):
            return f"{side.case} counted other tokens than were asked for"
    served = [_tokens(side.judged) for side in (a, b)]
    if served[0] and served[1] and abs(served[1] / served[0] - 1) > _TOKENS:
        return f"they served {served[0]:.0f} and {served[1]:.0f} tokens"
    return ""


def _by_block(side: Measurement, value_of: Callable[[Judged], float | None]) -> dict[int, float]:
    return {one.process.block: value for one in side.judged if (value := value_of(one)) is not None}


def _start_celsius(one: Judged) -> float | None:
    return one.process.temperature.start_c if one.process.temperature else None


def _tokens(judged: Sequence[Judged]) -> float | None:
    counts = [one.process.serving.client_tokens for one in judged if one.process.serving and one.process.serving.client_tokens]
    return statistics.median(counts) if counts else None
