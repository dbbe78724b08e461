"""The marks behind a number that tell of its evidence: what a page writes, and what a verifier takes for a mark."""

from __future__ import annotations

from collections.abc import Sequence

from chronicle.facts.freshness import Freshness
from chronicle.facts.measurements import CAVEATS
from chronicle.pages.writing import SEAL, Markdown, text

MARK = "fact__mark"
EXPIRED = "expired"
OF_THE_DAY = frozenset({EXPIRED, *(f"stale: {state}" for state in Freshness if state.is_stale)})
"""The marks that depend on the day of a site and on its code, which no record tells."""
WORDS = OF_THE_DAY | frozenset(CAVEATS)


def mark(words: Sequence[str], hint: str = "") -> Markdown:
    """``stale: code changed, degraded`` above the line, with a hint; nothing where there is nothing to tell."""
    title = f' title="{text(hint)}"' if hint else ""
    return Markdown(f'<sup class="{SEAL} {MARK}"{title}>{text(", ".join(words))}</sup>' if words else "")
