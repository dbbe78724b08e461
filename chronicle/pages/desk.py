"""What a page is written with: the library, the place it goes to, and the figures it leaves behind.

Drawing is slow and depends on nothing but the chart, so it goes through ``keep``, which may remember; the pages
themselves stay functions of the library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from chronicle.charts import draw
from chronicle.charts.chart import Chart
from chronicle.charts.markdown import chart_markdown
from chronicle.charts.theme import SCHEMES
from chronicle.documents.library import Chronicle, Library
from chronicle.errors import Problem
from chronicle.memory import Memory
from chronicle.pages.addresses import CHARTS, commit_link, commit_page
from chronicle.pages.circumstances import circumstances
from chronicle.pages.entry import Entry
from chronicle.pages.imprint import NOWHERE, Imprint
from chronicle.pages.mentions import Mention, Mentions, mentions
from chronicle.pages.published import Published
from chronicle.pages.told_commits import Told, told_commits
from chronicle.pages.writing import Markdown, code, link, relative, slug

Keep = Callable[[str, Callable[[], bytes]], bytes]
"""Gives the bytes of a key, making them if they are not kept; see :class:`chronicle.stage.Cache`."""


def make_always(key: str, make: Callable[[], bytes]) -> bytes:
    """A ``keep`` that remembers nothing."""
    return make()


@dataclass(frozen=True)
class Desk:
    """Shared by all pages of one build; ``figures``, ``problems`` and ``published`` grow while pages are written."""

    library: Library
    keep: Keep
    imprint: Imprint = NOWHERE
    figures: dict[str, Entry] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    published: Published = field(default_factory=Published)
    memory: Memory = field(default_factory=Memory)

    def written(self, key: Hashable, write: Callable[[Desk], Iterable[Entry]]) -> tuple[Entry, ...]:
        """The entries of a page with all that they leave behind, from memory where they would come out the same.

        ``key`` holds the page's own words; what others say of it is in the circumstances, which are added here.
        """

        def made() -> tuple[tuple[Entry, ...], Desk]:
            own = self._with(figures={}, problems=[], published=Published())
            return tuple(write(own)), own

        entries, left = self.memory(("written", key, self.circumstances), made)
        for entry in left.figures.values():
            self._leave(entry)
        self.problems.extend(left.problems)
        self.published.words.update(left.published.words)
        return entries

    def within(self, evidence: tuple[str, ...]) -> Desk:
        """A desk whose directives choose among this evidence, among all where none is named; what they leave is left here."""
        return self._with(library=self.library.within(evidence)) if evidence else self

    def _with(self, **changes: Any) -> Desk:
        """The same with changes that leave what the whole site says of a page as it is."""
        own = replace(self, **changes)
        own.__dict__.update(_mentions=self._mentions, told=self.told, circumstances=self.circumstances)
        return own

    @cached_property
    def circumstances(self) -> tuple[str, Imprint]:
        """What a page depends on besides its own words and the evidence."""
        return circumstances(self.library, self._mentions), self.imprint

    def named_by(self, place: str) -> tuple[Mention, ...]:
        """What names a place of the site: a page's path, with an anchor for a part of one."""
        return self._mentions.get(place, ())

    @cached_property
    def _mentions(self) -> Mentions:
        return mentions(self.library, self.memory)

    @cached_property
    def told(self) -> Told:
        """The commits that have a page of their own."""
        return told_commits(self.library)

    def commit_link(self, chronicle: Chronicle, revision: str, page: str, month: str | None) -> Markdown:
        """A short hash that leads to the commit's own page where it has one, else to its host or its row on the timeline."""
        if revision not in self.told.get(chronicle.name, {}):
            return commit_link(chronicle, revision, page, month)
        own = relative(page, commit_page(slug(chronicle.name), revision))
        return link(code(revision[:9]), own, title=chronicle.history.cite(revision))

    def figure(self, chart: Chart, page: str) -> Markdown:
        """Leave the files of a chart and give the Markdown that shows it on ``page``."""
        key = f"{chart.key or hashlib.sha256(chart.spec_json).hexdigest()} {draw.converter_key()}"
        spec = self.keep(f"spec {key}", lambda: chart.spec_json)
        sizes = {}
        for scheme in SCHEMES:
            picture = self.keep(f"svg {scheme} {key}", lambda scheme=scheme: draw.svg(chart, scheme))  # type: ignore[misc]
            sizes[scheme] = draw.size(picture)
            self._leave(Entry(f"{CHARTS}/{chart.id}.{scheme}.svg", picture))
        self._leave(Entry(f"{CHARTS}/{chart.id}.vl.json", spec))
        self._leave(Entry(f"{CHARTS}/{chart.id}.vl.js", chart.spec_script(spec)))
        self._leave(Entry(f"{CHARTS}/{chart.id}.csv", chart.source_csv))
        self._leave(Entry(f"{CHARTS}/{chart.id}.json", chart.source_json))
        return Markdown(chart_markdown(chart, up=relative(page, CHARTS), sizes=sizes))

    def bundle(self) -> bytes:
        """The script that brings charts to life."""
        return self.keep(f"bundle {draw.converter_key()}", draw.bundle)

    def _leave(self, entry: Entry) -> None:
        known = self.figures.setdefault(entry.uri, entry)
        if known.body != entry.body:
            self.problems.append(_two_charts(entry.uri))


def _two_charts(uri: str) -> Problem:
    """The problem of a file of a chart that another chart has; it stops the build, since one page would show the other's."""
    return Problem(
        file=uri.partition(".")[0],
        line=None,
        found="two different charts that want this path",
        expected="a path for each",
        hint="give one of the two a `title=`, or rename a case, a suite, a model or a page that differs only in signs",
        rule="path-clash",
        severity="error",
    )
