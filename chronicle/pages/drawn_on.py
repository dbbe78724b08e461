"""Which runs and cases a report shows by its own directives: in facts, tables, charts and models.

The directives are asked again, of a ledger that notes what it chooses and a desk that draws nothing: what a page rests on is
told at its head, before its words are answered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, fields
from typing import Any

from chronicle.charts.chart import Chart
from chronicle.documents.directives import find_directives
from chronicle.documents.library import Library
from chronicle.documents.report import Report
from chronicle.facts.ledger import Ledger, Where
from chronicle.facts.measurements import Measurement
from chronicle.pages import evidence_blocks, figures, quoted, time_blocks
from chronicle.pages.desk import Desk
from chronicle.pages.prose import Answer, answer_to
from chronicle.pages.writing import Markdown
from chronicle.records.recorded import RecordedRun

Place = tuple[str, str]
"""The key of a run, and a case of it; no case where a number is of the run as a whole."""


def drawn_on(report: Report, desk: Desk) -> frozenset[Place]:
    """What the numbers and the charts of the report's page are of."""
    return desk.memory(("drawn on", report.authored, desk.circumstances), lambda: _asked_again(report, desk))


def _asked_again(report: Report, desk: Desk) -> frozenset[Place]:
    noted: set[Place] = set()
    within = desk.within(report.front.evidence)
    library = _NotingLibrary(**_fields_of(within.library) | {"ledger": _noting(within.library.ledger, noted)}, noted=noted)
    answers = _answers(_Blank(library, within.keep, within.imprint), report.authored.uri)
    for directive in find_directives(report.authored.text, report.authored.file)[0]:
        if directive.name in answers:
            answer_to(directive, report.authored, answers, [])
    return frozenset(noted)


def _answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directives that take numbers from runs; ``runs`` lists them and takes none."""
    groups = (quoted, figures, evidence_blocks, time_blocks)
    found = {name: answer for group in groups for name, answer in group.answers(desk, page).items()}
    return {name: answer for name, answer in found.items() if name != "runs"}


@dataclass(frozen=True)
class _NotingLedger(Ledger):
    """A ledger that notes each measurement that it chooses."""

    plain: Ledger = field(default_factory=lambda: Ledger(()))
    noted: set[Place] = field(default_factory=set)

    def within(self, evidence: Collection[str]) -> Ledger:
        return _noting(self.plain.within(evidence), self.noted)

    def select(self, metric: str, where: Where) -> tuple[Measurement, ...]:
        return self._note(self.plain.select(metric, where))

    def every(self, metric: str, where: Where) -> tuple[Measurement, ...]:
        return self._note(self.plain.every(metric, where))

    def _note(self, found: tuple[Measurement, ...]) -> tuple[Measurement, ...]:
        self.noted.update((one.run_key, one.case) for one in found)
        return found


@dataclass(frozen=True)
class _NotingLibrary(Library):
    """A library that notes each run that it chooses, and gives a ledger that notes too."""

    noted: set[Place] = field(default_factory=set)

    def chosen(self, fits: Callable[[RecordedRun], bool]) -> tuple[RecordedRun, ...]:
        found = super().chosen(fits)
        self.noted.update((one.key, "") for one in found)
        return found


class _Blank(Desk):
    """A desk that leaves no figure."""

    def figure(self, chart: Chart, page: str) -> Markdown:
        return Markdown("")


def _noting(plain: Ledger, noted: set[Place]) -> Ledger:
    return _NotingLedger(**_fields_of(plain), plain=plain, noted=noted)


def _fields_of(one: Ledger | Library) -> dict[str, Any]:
    return {each.name: getattr(one, each.name) for each in fields(one)}
