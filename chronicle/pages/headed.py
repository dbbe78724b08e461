"""Gives each page of the tree what its head is to say, as front matter, and the host what the heads of all pages share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.feeds import feeds
from chronicle.pages.heads import SITE_CARD, Alternate, Heads, card_uri, embeddable
from chronicle.pages.linked import linked_data
from chronicle.pages.writing import Markdown, front

_OPENING = b"---\n"


def heads_of(desk: Desk) -> Heads:
    """What the heads of a site's pages share."""
    return Heads(desk.imprint, tuple(Alternate(feed.title, feed.uri("atom")) for feed in feeds(desk)))


def with_heads(entries: Iterable[Entry], desk: Desk) -> list[Entry]:
    """The entries, each page with what is said of it in its front matter."""
    written = list(entries)
    there, linked = {entry.uri for entry in written}, linked_data(desk)
    return [_headed(entry, linked.get(entry.uri), there) if entry.uri.endswith(".md") else entry for entry in written]


def _headed(entry: Entry, linked: object, there: set[str]) -> Entry:
    own = {"linked_data": Markdown(embeddable(linked))} if linked else {}
    own |= {"social_card": Markdown(card)} if (card := card_uri(entry.uri)) in there and card != SITE_CARD else {}
    if not own:
        return entry
    lines, body = front(**own).encode(), entry.body
    return replace(
        entry, body=lines.removesuffix(_OPENING) + body.removeprefix(_OPENING) if body.startswith(_OPENING) else lines + body
    )
