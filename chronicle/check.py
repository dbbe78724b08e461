"""``chronicle check``: all that a build finds, and what only an author wants to hear, without a host and without writing.

A build tells the typed numbers of a page in one line and leaves links to its host; here each number and each dead link is a
finding of its own. No picture is drawn, so nothing slow is made and nothing has to be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chronicle import site
from chronicle.documents.episode import self_contradictions
from chronicle.documents.library import Library
from chronicle.documents.links import Places, dead_links, prefix_of
from chronicle.documents.review import UNBOUND, Review
from chronicle.documents.unread import reviews_of_unread
from chronicle.errors import Problem
from chronicle.evidence.authored import file_names
from chronicle.pages.entry import Entry
from chronicle.pages.quoted import STALE_MARK

_NO_PICTURE = b'<svg width="1" height="1" viewBox="0 0 1 1"></svg>'


@dataclass(frozen=True, slots=True)
class Checked:
    """Every finding, sorted by file and line, and how the typed numbers of each page stand."""

    problems: tuple[Problem, ...]
    reviews: tuple[Review, ...]

    @property
    def bound(self) -> int:
        return sum(one.bound for one in self.reviews)

    @property
    def waived(self) -> int:
        return sum(one.waived for one in self.reviews)


def check(inputs: site.Inputs) -> Checked:
    """Check a whole site: everything of every file at once."""
    site.check_names(inputs)
    observed = site.observe(inputs)
    library = site.bind(inputs, observed, site.compute(observed))
    built = site.arrange(library, _unmade, inputs.imprint)
    problems = {
        *(one for one in built.problems if one.rule != UNBOUND),
        *(one for review in library.reviews for one in (*review.unbound, *review.unbacked)),
        *(one for review in reviews_of_unread(library) for one in (*review.unbound, *review.problems)),
        *(one for episode in library.episodes for one in self_contradictions(episode)),
        *_dead_links(inputs, observed, library, built.entries),
        *_stale_facts(library, built.entries),
    }
    return Checked(tuple(sorted(problems, key=_order)), library.reviews)


def _dead_links(
    inputs: site.Inputs, observed: site.Observed, library: Library, entries: tuple[Entry, ...]
) -> Iterator[Problem]:
    """A problem for each link that leads nowhere; which anchors a page will have that cannot be read yet, nobody knows."""
    broken = {authored.uri for authored, _ in library.broken}
    pages = {text.uri: text.text for text in observed.texts}
    pages |= {entry.uri: entry.body.decode() for entry in entries if entry.uri.endswith(".md")}
    pages = {uri: text for uri, text in pages.items() if uri not in broken}
    places = Places(
        files=frozenset({*file_names(inputs.docs), *(entry.uri for entry in entries)}),
        pages=pages,
        prefix=prefix_of(inputs.imprint.site_url),
        has_folders=inputs.imprint.has_folders,
    )
    for text in observed.texts:
        yield from dead_links(text, places)


def _stale_facts(library: Library, entries: tuple[Entry, ...]) -> Iterator[Problem]:
    """A problem for each authored page that quotes aged evidence and speaks of no day; the page marks each such number."""
    files = {page.authored.uri: page.authored.file for page in library.pages if page.front.as_of is None}
    for entry in entries:
        if entry.renders in files and (count := entry.body.decode().count(STALE_MARK)):
            yield Problem(
                file=files[entry.renders],
                line=None,
                found=f"{count} {'number' if count == 1 else 'numbers'} of records whose inputs have changed since",
                expected="records of the benchmark and the machine as they are now",
                hint="run the suite again, or say `as_of: DATE` if the page speaks of a day; the run's page says what changed",
                rule="stale-fact",
            )


def _unmade(key: str, make: Callable[[], bytes]) -> bytes:
    """In place of a picture, which would take long and which nobody looks at here."""
    return _NO_PICTURE


def _order(problem: Problem) -> tuple[str, int, int, str, str]:
    return problem.file, problem.line or 0, problem.column or 0, problem.rule, problem.found
