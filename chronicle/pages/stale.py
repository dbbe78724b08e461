"""How a page says that evidence has aged: in words, with the input that aged it, wherever a number or a verdict rests on it."""

from __future__ import annotations

from collections.abc import Iterable

from chronicle.documents.library import Library
from chronicle.documents.standing import EvidenceState
from chronicle.facts.freshness import Input, worst
from chronicle.facts.ledger import Ledger
from chronicle.facts.measurements import Measurement
from chronicle.pages.writing import SEAL, Markdown, badge, text


def stale_badge(decides: Input, in_row: bool = False) -> Markdown:
    """``stale: code changed`` with its reason as a hint; in a row of a table ``stale``, and all else in the hint."""
    state = str(decides.state)
    said, reasons = ("stale", (state, decides.reason)) if in_row else (f"stale: {state}", (decides.reason,))
    hint = f' title="{text(": ".join(filter(None, reasons)))}"' if any(reasons) else ""
    return Markdown(f'<span class="{SEAL} verdict verdict--stale"{hint}>{text(said)}</span>')


def aged(words: Markdown, decides: Input, in_row: bool = False) -> Markdown:
    """A number or the badge of a verdict, and behind it the badge of the evidence where that has aged."""
    return Markdown(f"{words} {stale_badge(decides, in_row)}") if decides.state.is_stale else words


def freshness_badge(decides: Input, in_row: bool = False) -> Markdown:
    """How fresh evidence is; that of nothing recorded is not fresh but none."""
    if not decides.name:
        return text("none recorded")
    return stale_badge(decides, in_row) if decides.state.is_stale else badge(decides.state.value)


def state_badge(evidence: str, state: EvidenceState, library: Library) -> Markdown:
    """How a piece of evidence stands, by its id; a stale one says which of its inputs aged."""
    decides = library.inputs.get(evidence)
    return stale_badge(decides) if state is EvidenceState.STALE and decides is not None else badge(state.value)


def stale_note(found: Iterable[Measurement], ledger: Ledger) -> Markdown:
    """A line for below a figure or a table: which state its worst evidence is in; nothing where all is fresh."""
    decides = worst(map(ledger.freshness, found))
    if not decides.state.is_stale:
        return Markdown("")
    return Markdown(f"\n\n{stale_badge(decides)} {text(decides.reason)}.")
