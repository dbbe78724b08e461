"""The reports and episodes of a site with the numbers typed into them reviewed."""

from __future__ import annotations

from dataclasses import replace

from chronicle.documents.library import Library
from chronicle.documents.review import review


def with_reviews(library: Library) -> Library:
    """The library with its reviews and what they found; a draft may state anything, so of drafts nothing is told."""
    reviews = [review(one.authored, [claim.claim.says for claim in one.claims]) for one in library.reports]
    reviews += [review(one.authored) for one in library.episodes]
    drafts = {one.authored.uri for one in library.reports if one.front.status == "draft"}
    found = [problem for one in reviews if one.uri not in drafts for problem in one.in_a_build]
    return replace(library, reviews=tuple(reviews), problems=(*library.problems, *found))
