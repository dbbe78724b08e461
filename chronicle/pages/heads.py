"""What stands in the head of a page beyond the theme's: linked data, the social card, and where the feeds are.

Pages of the tree carry the first two in their front matter, as ``linked_data`` and ``social_card``, so that any host can
write them with a template alone. The plugin puts them in place itself, with nothing asked of the theme. A build that derives
nothing needs this module alone, so it imports none that reads or draws.
"""

from __future__ import annotations

import html
import json
import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chronicle.pages.entry import is_inside
from chronicle.pages.imprint import NOWHERE, Imprint

CARDS = "cards"
SITE_CARD = f"{CARDS}/index.png"
CARD_SIZE = (1200, 630)
CONTEXT = "https://schema.org"

Linked = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HostPage:
    """A page as its host knows it: the title (which may hold entities), its canonical address, and its front matter."""

    title: str
    address: str | None
    meta: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Alternate:
    """A feed as a head names it: its title, and where its file is."""

    title: str
    uri: str


@dataclass(frozen=True, slots=True)
class Heads:
    """What the heads of all pages share."""

    imprint: Imprint = NOWHERE
    feeds: tuple[Alternate, ...] = ()

    def into(self, page: HostPage, written: str) -> str:
        """The HTML of a page with its head completed; as it is where it has no head."""
        is_home = page.address is not None and page.address.rstrip("/") == (self.imprint.address or "").rstrip("/")
        linked = site_data(self.imprint) if is_home else _object(page.meta.get("linked_data"))
        lines = [
            *([f'<script type="application/ld+json">{embeddable(linked)}</script>'] if linked else []),
            *map(_tag, self._card(page, is_home, linked)),
            *(self._found(feed, page) for feed in self.feeds),
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
        yield "property", "og:image:width", str(CARD_SIZE[0])
        yield "property", "og:image:height", str(CARD_SIZE[1])
        yield "property", "og:image:alt", title
        yield "name", "twitter:card", "summary_large_image"

    def _found(self, feed: Alternate, page: HostPage) -> str:
        """Where a feed is, in the one form that every reader of feeds knows.

        It is told from where the page lies: a copy of the site at another address asks nothing of the first.
        """
        above, site = self.imprint.file(feed.uri) or "", self.imprint.address
        if page.address is not None and site and page.address.startswith(site):
            above = posixpath.relpath(feed.uri, posixpath.dirname(page.address.removeprefix(site)) or ".")
        title, address = html.escape(feed.title), html.escape(above)
        return f'<link rel="alternate" type="application/atom+xml" title="{title}" href="{address}">'


def card_uri(uri: str) -> str:
    """Where the card of a document lies."""
    return f"{CARDS}/{uri.removesuffix('.md')}.png"


def site_data(imprint: Imprint) -> Linked:
    """The home page stands for the whole ``WebSite``; what its host does not say is left out."""
    plain = {"@type": "WebSite", "name": imprint.name, "description": imprint.description, "url": imprint.address}
    return {"@context": CONTEXT} | {name: value for name, value in plain.items() if value}


def embeddable(plain: object) -> str:
    """JSON that may stand inside a script element: ASCII, and the characters of markup as escapes of JSON itself."""
    written = json.dumps(plain, ensure_ascii=True, sort_keys=True)
    return written.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


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
