"""What an estimate gives on the evidence: each call of the language by the function that answers it, in claims and in prose."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from chronicle.facts import laws
from chronicle.facts.estimates import LEVEL
from chronicle.facts.grammar import Call
from chronicle.facts.ledger import Finding, Ledger
from chronicle.facts.trends import count, fit, spread

OUT_OF_NUMBERS = "the arithmetic leads out of the numbers"
"""What is said where an estimate or its scaling divides by nothing, or overflows."""


def evaluated(call: Call, ledger: Ledger, level: float = LEVEL, varies: Collection[str] = ()) -> Finding:
    """The finding of a call, with intervals at ``level``; ``varies`` are the pins of a ratio that are meant to differ.

    Raises :class:`NotFoundError` where the evidence gives none, and what arithmetic raises where that leads out of the numbers.
    """
    if call.name == "ratio":
        return ledger.ratio(call.subject, **call.options, level=level, varies=varies)
    if call.name == "count":
        return count(ledger, call.subject, **call.options)
    estimates: dict[str, Callable[..., Finding]] = {
        "median": ledger.median,
        "share": ledger.share,
        "fit": partial(laws.partial if "beside" in call.options else fit, ledger),
        "explained": partial(laws.explained, ledger),
        "crossover": partial(laws.crossover, ledger),
        "spread": partial(spread, ledger),
    }
    return estimates[call.name](call.subject, **call.options, level=level)
