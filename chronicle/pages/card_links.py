"""Links that lead to where a number, a run or a claim is accounted for, and say which card a script may show in place.

The address is where the card stands without a script. ``data-cards`` names cards by run, case and metric, ``data-claim`` a
claim by its id: places from the root of the site, whatever the host makes of the address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chronicle.facts.measurements import Measurement
from chronicle.pages import addresses
from chronicle.pages.writing import CARD, Markdown, link, relative
from chronicle.records.recorded import RecordedRun

_KEY = re.compile(CARD, re.ASCII)


def card_link(label: object, ones: Sequence[Measurement], page: str, title: str = "") -> Markdown:
    """A number, or a case, as a link to its provenance card: it leads to the first of ``ones``, its card shows them all."""
    keys = [f"{one.run_key}#{addresses.case_anchor(one.case)}:{one.metric}" for one in ones]
    return link(label, relative(page, addresses.card(ones[0])), "fact", title, **_cards(keys))


def run_link(label: object, recorded: RecordedRun, page: str) -> Markdown:
    """A run as a link to its page and to the card of what holds for all of it."""
    run = recorded.run
    return link(label, relative(page, addresses.run_page(run.machine, run.run_id)), "fact", **_cards([recorded.key]))


def claim_link(label: object, claim_id: str, page: str) -> Markdown:
    """A claim as a link to its card on the page of all claims; on that page it leads there and nowhere else."""
    address = relative(page, f"{addresses.CLAIMS}#{addresses.claim_anchor(claim_id)}")
    return link(label, address) if page == addresses.CLAIMS else link(label, address, "claim", claim=claim_id)


def _cards(keys: Sequence[str]) -> dict[str, str]:
    """The cards to show; none where a name holds what no name of ours does, since the link alone then leads there."""
    return {"cards": " ".join(keys)} if all(map(_KEY.fullmatch, keys)) else {}
