"""The reports and episodes of a site with the numbers and the comparative words typed into them reviewed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from chronicle.documents.backed import Evidence
from chronicle.documents.front_matter import split
from chronicle.documents.library import Library
from chronicle.documents.report import Report
from chronicle.documents.review import Review, review
from chronicle.memory import Memory


def with_reviews(library: Library, memory: Memory) -> Library:
    """The library with its reviews and what they found.

    A draft may state anything, and a document that was imported states what others typed long ago: of these a build tells
    nothing. Their reviews are kept, and whoever checks the site reads them. A review follows from the page's words, the
    evidence, and the claims, which follow from the front matter of the reports.
    """
    evidence = Evidence(library.ledger, {claim.id: claim for claim in library.claims})
    reports, episodes = library.reports, library.episodes
    stated = tuple(split(one.authored.text).yaml for one in reports)

    def of_report(one: Report) -> Review:
        own = replace(evidence, ledger=library.ledger.within(one.front.evidence), own=one.claims, day=one.front.as_of)
        return review(one.authored, [claim.claim.says for claim in one.claims], own)

    reviews = [memory(("review", one.authored, stated), partial(of_report, one)) for one in reports]
    reviews += [
        memory(("review", one.authored, stated), partial(review, one.authored, evidence=replace(evidence, day=one.front.as_of)))
        for one in episodes
    ]
    free = {one.authored.uri for one in library.reports if one.front.status == "draft" or one.front.imported_from}
    free |= {one.authored.uri for one in library.episodes if one.front.imported_from}
    found = [problem for one in reviews if one.uri not in free for problem in one.in_a_build]
    return replace(library, reviews=tuple(reviews), problems=(*library.problems, *found))
