"""Everything that a page may depend on besides its own words, the evidence and the options, as one hash.

A page shows its neighbours, the lists of others, and who names it; of other documents that takes what their front matter says,
what is spoken in them, which places they link to and how many of their numbers are bound, and never the rest of their bodies.
"""

from __future__ import annotations

import hashlib

from chronicle.documents.front_matter import Authored, split
from chronicle.documents.library import Library
from chronicle.pages.mentions import Mentions


def circumstances(library: Library, mentions: Mentions) -> str:
    """A hash that is equal for two libraries over the same evidence where only words in bodies differ."""
    found = hashlib.sha256()
    in_part = [*(one.authored for one in library.reports), *(one.authored for one in library.plain)]
    in_full = [*(one.authored for one in (*library.roadmaps, *library.questions)), *(one.authored for one in library.incidents)]
    for part in (
        [(one.authored.uri, _head(one.authored), one.lines) for one in library.episodes],
        [(one.uri, _head(one)) for one in in_part],
        in_full,
        [one.guards for one in library.incidents],
        [authored for authored, _ in library.broken],
        [sorted(library.uris), library.home, library.cast, library.radar],
        sorted(mentions.items()),
        [sum(one.bound for one in library.reviews), sum(one.waived for one in library.reviews)],
        sum(len(one.unbound) for one in library.reviews),
    ):
        written = repr(part).encode(errors="surrogatepass")
        found.update(b"%d " % len(written) + written)
    return found.hexdigest()


def _head(authored: Authored) -> str:
    return split(authored.text).yaml
