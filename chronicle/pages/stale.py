"""How a page says that evidence has aged: in words, with the input that aged it, wherever a number or a verdict rests on it."""

from __future__ import annotations

from collections.abc import Iterable

from chronicle.facts.freshness import Input, worst
from chronicle.facts.ledger import Ledger
from chronicle.facts.measurements import Measurement
from chronicle.pages.writing import SEAL, Markdown, text


def stale_badge(decides: Input, verdict: str = "") -> Markdown:
    """``stale: code changed`` with its reason as a hint, after the verdict that stands on it."""
    words = f"{verdict}, stale: {decides.state}" if verdict else f"stale: {decides.state}"
    return Markdown(f'<span class="{SEAL} verdict verdict--stale" title="{text(decides.reason)}">{text(words)}</span>')


def stale_note(found: Iterable[Measurement], ledger: Ledger) -> Markdown:
    """A line for below a figure or a table: which state its worst evidence is in; nothing where all is fresh."""
    decides = worst(map(ledger.freshness, found))
    if not decides.state.is_stale:
        return Markdown("")
    return Markdown(f"\n\n{stale_badge(decides)} {text(decides.reason)}.")
