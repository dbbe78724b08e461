"""The reports and episodes of a site with the numbers and the comparative words typed into them reviewed."""

from __future__ import annotations

from dataclasses import replace

from chronicle.documents.backed import Evidence
from chronicle.documents.library import Library
from chronicle.documents.review import review


def with_reviews(library: Library) -> Library:
    """The library with its reviews and what they found.

    A draft may state anything, and a document that was imported states what others typed long ago: of these a build tells
    nothing. Their reviews are kept, and whoever checks the site reads them.
    """
    evidence = Evidence(library.ledger, {claim.id: claim for claim in library.claims})
    reviews = [
        review(one.authored, [claim.claim.says for claim in one.claims], replace(evidence, own=one.claims))
        for one in library.reports
    ]
    reviews += [review(one.authored, evidence=evidence) for one in library.episodes]
    free = {one.authored.uri for one in library.reports if one.front.status == "draft" or one.front.imported_from}
    free |= {one.authored.uri for one in library.episodes if one.front.imported_from}
    found = [problem for one in reviews if one.uri not in free for problem in one.in_a_build]
    return replace(library, reviews=tuple(reviews), problems=(*library.problems, *found))
