"""What stands in the head of a page beyond the theme's: linked data, the social card, and where the feeds are.

Pages of the tree carry the first two in their front matter, as ``linked_data`` and ``social_card``, so that any host can
write them with a template alone. The plugin puts them in place itself, with nothing asked of the theme.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chronicle.pages.cards import SITE_CARD, SIZE, card_uri
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry, is_inside
from chronicle.pages.feeds import Feed, feeds
from chronicle.pages.imprint import NOWHERE, Imprint
from chronicle.pages.linked import Linked, linked_data, site_data
from chronicle.pages.writing import Markdown, front

_OPENING = b"---\n"


@dataclass(frozen=True, slots=True)
class HostPage:
    """A page as its host knows it: the title (which may hold entities), its canonical address, and its front matter."""

    title: str
    address: str | None
    meta: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heads:
    """What the heads of all pages share."""

    imprint: Imprint = NOWHERE
    feeds: tuple[Feed, ...] = ()

    def into(self, page: HostPage, written: str) -> str:
        """The HTML of a page with its head completed; as it is where it has no head."""
        is_home = page.address is not None and page.address.rstrip("/") == (self.imprint.address or "").rstrip("/")
        linked = site_data(self.imprint) if is_home else _object(page.meta.get("linked_data"))
        lines = [
            *([f'<script type="application/ld+json">{embeddable(linked)}</script>'] if linked else []),
            *map(_tag, self._card(page, is_home, linked)),
            *map(self._found, self.feeds),
        ]
        return written.replace("</head>", "".join(lines) + "</head>", 1) if lines else written

    def _card(self, page: HostPage, is_home: bool, linked: Linked) -> Iterable[tuple[str, str, str]]:
        """The properties of the Open Graph, and the one that says how large the picture is to be shown."""
        named = page.meta.get("social_card")
        own = named if isinstance(named, str) and is_inside(named) else None
        picture = self.imprint.file(own or SITE_CARD)
        if picture is None or page.address is None:
            return
        about = page.meta.get("description") or (linked.get("description") if own else None)
        title = self.imprint.name if is_home else html.unescape(page.title)
        yield "property", "og:type", "article" if own else "website"
        yield "property", "og:site_name", self.imprint.name
        yield "property", "og:title", title
        yield "property", "og:description", about if isinstance(about, str) and about else self.imprint.description
        yield "property", "og:url", page.address
        yield "property", "og:image", picture
        yield "property", "og:image:type", "image/png"
        yield "property", "og:image:width", str(SIZE[0])
        yield "property", "og:image:height", str(SIZE[1])
        yield "property", "og:image:alt", title
        yield "name", "twitter:card", "summary_large_image"

    def _found(self, feed: Feed) -> str:
        """Where a feed is, in the one form that every reader of feeds knows."""
        title, address = html.escape(feed.title), html.escape(self.imprint.file(feed.uri("atom")) or "")
        return f'<link rel="alternate" type="application/atom+xml" title="{title}" href="{address}">'


def heads_of(desk: Desk) -> Heads:
    """What the heads of a site's pages share."""
    return Heads(desk.imprint, feeds(desk))


def with_heads(entries: Iterable[Entry], desk: Desk) -> list[Entry]:
    """The entries, each page with what is said of it in its front matter."""
    written = list(entries)
    there, linked = {entry.uri for entry in written}, linked_data(desk)
    return [_headed(entry, linked.get(entry.uri), there) if entry.uri.endswith(".md") else entry for entry in written]


def embeddable(plain: object) -> str:
    """JSON that may stand inside a script element: ASCII, and the characters of markup as escapes of JSON itself."""
    written = json.dumps(plain, ensure_ascii=True, sort_keys=True)
    return written.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def _headed(entry: Entry, linked: object, there: set[str]) -> Entry:
    own = {"linked_data": Markdown(embeddable(linked))} if linked else {}
    own |= {"social_card": Markdown(card)} if (card := card_uri(entry.uri)) in there and card != SITE_CARD else {}
    if not own:
        return entry
    lines, body = front(**own).encode(), entry.body
    return replace(
        entry, body=lines.removesuffix(_OPENING) + body.removeprefix(_OPENING) if body.startswith(_OPENING) else lines + body
    )


def _object(linked: object) -> Linked:
    """The linked data of a front matter, which must be the text of a JSON object; else nothing."""
    try:
        plain = json.loads(linked) if isinstance(linked, str) else None
    except ValueError:
        return {}
    return plain if isinstance(plain, dict) else {}


def _tag(one: tuple[str, str, str]) -> str:
    kind, name, content = one
    return f'<meta {kind}="{name}" content="{html.escape(" ".join(content.split()))}">'
