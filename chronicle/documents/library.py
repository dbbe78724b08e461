"""Everything the pages of a site may refer to, bound together: documents, their evidence, and how each piece stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd

from chronicle.documents.claims import JudgedClaim
from chronicle.documents.episode import Episode
from chronicle.documents.front_matter import Authored, FrontMatter
from chronicle.documents.incident import IN_PLACE, ITEM, Incident
from chronicle.documents.item_history import NO_HISTORY, RoadmapHistory
from chronicle.documents.questions import JudgedQuestion
from chronicle.documents.report import Report
from chronicle.documents.review import Review
from chronicle.documents.roadmap import ItemState, JudgedPeriod
from chronicle.documents.standing import EvidenceState, combine
from chronicle.documents.technologies import Radar
from chronicle.documents.voices import Cast
from chronicle.documents.what_if import WhatIf
from chronicle.errors import Problem
from chronicle.facts.freshness import Input, worst
from chronicle.facts.ledger import Ledger, OutsideError, is_among
from chronicle.facts.predicates import Verdict
from chronicle.records.history import History
from chronicle.records.recorded import RecordedRun


@dataclass(frozen=True, slots=True)
class Chronicle:
    """A repository's history with its commit table; ``web`` is the address commits are linked below, if any."""

    history: History
    table: pd.DataFrame
    web: str | None

    @property
    def name(self) -> str:
        return self.history.name


@dataclass(frozen=True, slots=True)
class JudgedPage:
    """An authored page with the roadmap's periods or the questions where it has them, one where it is a question's own."""

    authored: Authored
    front: FrontMatter
    periods: tuple[JudgedPeriod, ...] = ()
    questions: tuple[JudgedQuestion, ...] = ()
    history: RoadmapHistory = NO_HISTORY


@dataclass(frozen=True)
class Library:
    """What a site is made of, all of it read and judged.

    ``plain`` are authored pages that use directives and are of no richer kind. ``broken`` are files that could not be
    read: their pages say so. ``cast`` is None where the site lists no voices. ``problems`` is everything found so far.
    ``home`` names the repository that the documents lie in, if one does. ``evidence`` is what a page chooses among, by the
    names that a report gives it; all there is where it is empty.
    """

    chronicles: tuple[Chronicle, ...]
    runs: tuple[RecordedRun, ...]
    ledger: Ledger
    episodes: tuple[Episode, ...]
    reports: tuple[Report, ...]
    roadmaps: tuple[JudgedPage, ...] = ()
    questions: tuple[JudgedPage, ...] = ()
    cast: Cast | None = None
    incidents: tuple[Incident, ...] = ()
    radar: Radar | None = None
    plain: tuple[JudgedPage, ...] = ()
    broken: tuple[tuple[Authored, tuple[Problem, ...]], ...] = ()
    uris: frozenset[str] = frozenset()
    home: str | None = None
    reviews: tuple[Review, ...] = ()
    problems: tuple[Problem, ...] = field(default_factory=tuple)
    evidence: tuple[str, ...] = ()

    def within(self, evidence: tuple[str, ...]) -> Library:
        """The same, to choose measurements and runs among this evidence; among all where none is named."""
        return replace(self, ledger=self.ledger.within(evidence), evidence=evidence)

    @property
    def claims(self) -> tuple[JudgedClaim, ...]:
        return tuple(claim for report in self.reports for claim in report.claims)

    @property
    def pages(self) -> tuple[Report | Episode | JudgedPage | Incident, ...]:
        """Every authored page of a kind."""
        return (*self.reports, *self.episodes, *self.incidents, *self.plain, *self.roadmaps, *self.questions)

    @cached_property
    def models(self) -> Mapping[str, Mapping[str, WhatIf]]:
        """The models that each page of a kind declares, by the path of the page."""
        return {page.authored.uri: page.front.what_if for page in self.pages if page.front.what_if}

    @cached_property
    def inputs(self) -> Mapping[str, Input]:
        """The input that says how fresh each piece of evidence is, by the id of a report, a claim or a benchmark."""
        return evidence_inputs(self.reports, self.ledger)

    @property
    def home_chronicle(self) -> Chronicle | None:
        """The history of the repository that the documents lie in."""
        return next((one for one in self.chronicles if one.name == self.home), None)

    @property
    def machines(self) -> tuple[str, ...]:
        return tuple(sorted({*(one.run.machine for one in self.runs), *self.ledger.calibrations}))

    def chosen(self, fits: Callable[[RecordedRun], bool]) -> tuple[RecordedRun, ...]:
        """The runs of the evidence that fit. Raises :class:`OutsideError` where only others do."""
        found = [one for one in self.runs if fits(one)]
        among = tuple(one for one in found if not self.evidence or is_among(self.evidence, *_names(one)))
        if found and not among:
            raise OutsideError(found[-1].run.suite.name, found[-1].key)
        return among

    def run(self, key: str) -> RecordedRun:
        """The recorded run of that key (``machine/run_id``); every key in the ledger has one."""
        return next(one for one in self.runs if one.key == key)


def _names(one: RecordedRun) -> tuple[str, str, str]:
    return one.run.suite.name, one.run.machine, one.run.run_id


def evidence_inputs(reports: Sequence[Report], ledger: Ledger) -> dict[str, Input]:
    """The input that decides how fresh each report, claim and benchmark is, under the same ids as their states."""
    found: dict[str, Input] = {}
    for report in reports:
        found[report.front.id] = report.decides
        found |= {claim.id: claim.decides for claim in report.claims}
    for suite in {one.suite for one in ledger.measurements}:
        found[f"bench:{suite}"] = worst(map(ledger.freshness, ledger.cases({"suite": suite})))
    return found


def evidence_states(reports: Sequence[Report], ledger: Ledger) -> dict[str, EvidenceState]:
    """How each report, claim and benchmark stands, under the ids the roadmap and the questions use."""
    states: dict[str, EvidenceState] = {}
    for report in reports:
        states[report.front.id] = report.state
        states |= {claim.id: claim.state for claim in report.claims}
    suites = {one.suite for one in ledger.measurements}
    for suite in suites:
        states[f"bench:{suite}"] = combine(_measured(suite, ledger))
    return states


def guard_states(library: Library) -> dict[str, tuple[str, str]]:
    """Kind and state of whatever may guard against an incident besides files: *in place* once evidence bears it out."""
    states: dict[str, tuple[str, str]] = {}
    for report in library.reports:
        is_published = report.front.status == "published"
        states[report.front.id] = ("report", IN_PLACE if is_published else report.front.status)
        for claim in report.claims:
            states[claim.id] = ("claim", IN_PLACE if claim.state is EvidenceState.SUPPORTED else claim.state.value)
    for item in (one for page in library.roadmaps for period in page.periods for one in period.items):
        if item.item.id:
            states[ITEM + item.item.id] = ("roadmap item", IN_PLACE if item.state is ItemState.DONE else item.state.value)
    return states


def overturned(reports: Sequence[Report]) -> frozenset[str]:
    """The ids of published answers that no longer hold: withdrawn reports, and claims told one way and judged the other."""
    found: set[str] = set()
    for report in reports:
        is_withdrawn = report.front.status == "withdrawn"
        claims = [one for one in report.claims if is_withdrawn or _is_contradicted(one)]
        if report.front.status != "draft" and (is_withdrawn or claims):
            found |= {report.front.id, *(one.id for one in claims)}
    return frozenset(found)


def _is_contradicted(claim: JudgedClaim) -> bool:
    return {claim.verdict, claim.claim.presents} == {Verdict.SUPPORTED, Verdict.REFUTED}


def _measured(suite: str, ledger: Ledger) -> Mapping[EvidenceState, None]:
    """The states of a suite's latest measurements; exploratory and invalid ones are no evidence."""
    found: dict[EvidenceState, None] = {}
    for one in ledger.cases({"suite": suite}):
        if one.is_finished and not one.is_exploratory and one.verdict != "invalid":
            is_stale = ledger.freshness(one).state.is_stale
            found[EvidenceState.STALE if is_stale else EvidenceState.SUPPORTED] = None
    return found
