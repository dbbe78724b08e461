"""A technical report: what was measured, which claims it makes, how the evidence judges them, and what came before it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from chronicle.documents import front_matter
from chronicle.documents.claims import Claim, JudgedClaim, judge_claims
from chronicle.documents.front_matter import Authored, FrontMatter, line_of
from chronicle.documents.registration import Edition, Version, editions
from chronicle.documents.standing import EvidenceState, combine
from chronicle.errors import Problem
from chronicle.facts.freshness import Input, worst
from chronicle.facts.ledger import Ledger, is_among, why_unusable

REPORT_ID = r"^[A-Za-z][\w.-]{0,31}$"
"""What the id of a report may be."""


class ReportFront(FrontMatter):
    """Front matter of a report. Only a draft may have no date; ``imported_from`` is the legacy file it was made of, and
    ``metadata`` what the table at its head stated."""

    kind: Literal["report"]
    id: Annotated[str, StringConstraints(pattern=REPORT_ID)]
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    version: Annotated[str, StringConstraints(pattern=r"^\w[\w.+-]{0,31}$")] = "1.0"
    status: Literal["draft", "published", "superseded", "withdrawn"]
    reason: Annotated[str, StringConstraints(max_length=500), Field(validate_default=True)] = ""
    date: Annotated[datetime.date | None, Field(validate_default=True)] = None
    imported_from: Annotated[str, StringConstraints(max_length=500)] = ""
    metadata: Mapping[str, str] = Field(default_factory=dict)
    authors: tuple[Annotated[str, StringConstraints(min_length=1, max_length=200)], ...] = ()
    supersedes: str | None = None
    answers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()

    @field_validator("date")
    @classmethod
    def _is_dated(cls, date: datetime.date | None, others: ValidationInfo) -> datetime.date | None:
        if date is None and others.data.get("status") != "draft":
            raise PydanticCustomError("missing", "Field required")
        return date

    @field_validator("reason")
    @classmethod
    def _says_why_it_was_withdrawn(cls, reason: str, others: ValidationInfo) -> str:
        if not reason and others.data.get("status") == "withdrawn":
            raise ValueError("the reason for which it was withdrawn, told to its readers")
        return reason

    def rests_on(self, suite: str, machine: str, run_id: str) -> bool:
        """Whether a run is among the ``evidence``."""
        return is_among(self.evidence, suite, machine, run_id)


@dataclass(frozen=True, slots=True)
class Report:
    """A report with its judged claims; ``decides`` is the input of its evidence that says how fresh it is.

    ``editions`` are its earlier versions as git holds them, oldest first.
    """

    authored: Authored
    front: ReportFront
    claims: tuple[JudgedClaim, ...]
    decides: Input
    editions: tuple[Edition, ...] = ()

    @property
    def state(self) -> EvidenceState:
        """How the report stands as evidence: *not run* as a draft, withdrawn or without claims, else as its claims do.

        A refuted claim that the prose presents as refuted is an answer, so it does not refute the report.
        """
        if self.front.status in ("draft", "withdrawn"):
            return EvidenceState.NOT_RUN
        return combine(_as_answered(claim) for claim in self.claims)


def parse_report(
    authored: Authored, ledger: Ledger, versions: Sequence[Version] = ()
) -> tuple[Report | None, tuple[Problem, ...]]:
    """Read a report and judge its claims; None and the problems where its front matter cannot be read."""
    front, problems = front_matter.read(authored, ReportFront)
    problems = (*problems, *_repeated_claims(authored))
    if front is None or problems:
        return None, problems
    before = editions(versions)
    claims = judge_claims(front.id, front.claims, ledger, authored, before, front.evidence, front.as_of)
    usable = [one for one in ledger.fitting({}) if why_unusable(one) is None]
    named = [one for one in usable if front.rests_on(one.suite, one.machine, one.run_id)]
    latest = {(one.machine, one.suite, one.case): one for one in named}
    decides = worst((*(claim.decides for claim in claims), *map(ledger.freshness, latest.values())))
    return Report(authored, front, claims, decides, before), ()


def _repeated_claims(authored: Authored) -> Iterator[Problem]:
    """A problem for each claim whose id one before it has, whatever else is wrong with either."""
    claims = front_matter.stated(authored.text).get("claims")
    seen: dict[str, int] = {}
    for place, claim in enumerate(claims if isinstance(claims, list) else ()):
        name = str(claim.get("id") or "").strip() if isinstance(claim, dict) else ""
        if name and (first := seen.setdefault(name, place)) != place:
            before, line = (line_of(authored.text, ("claims", one, "id")) for one in (first, place))
            found, expected = f"the claim id {name!r} again", f"an id of its own; the claim of line {before} has this one"
            yield Problem(authored.file, line, found, expected, "give one of the two another id", "front-matter")


def successor_of(report: Report, reports: Sequence[Report]) -> Report | None:
    """The published report that takes the place of this one; the latest where several do."""
    found = [one for one in reports if one.front.supersedes == report.front.id and one.front.status != "draft"]
    return max(found, key=lambda one: (str(one.front.date or ""), one.front.id), default=None)


def lineage_problems(reports: Sequence[Report]) -> Iterator[Problem]:
    """Reports that supersede what is not there or themselves, and superseded ones that nothing has superseded."""
    known = {report.front.id for report in reports}
    for report in reports:
        front, file = report.front, report.authored.file
        if front.supersedes is not None and front.supersedes not in known - {front.id}:
            close = get_close_matches(front.supersedes, sorted(known - {front.id}), 1)
            hint = f"did you mean {close[0]!r}?" if close else "name a report of this site, or remove the key"
            line = line_of(report.authored.text, ("supersedes",))
            yield Problem(file, line, f"`supersedes: {front.supersedes}`", "the id of another report", hint, "report-lineage")
        if front.status == "superseded" and successor_of(report, reports) is None:
            hint = f"write `supersedes: {front.id}` into the report that takes its place"
            line = line_of(report.authored.text, ("status",))
            yield Problem(file, line, "a superseded report", "a published one that supersedes it", hint, "report-lineage")


def _as_answered(claim: JudgedClaim) -> EvidenceState:
    is_told = claim.verdict == claim.claim.presents
    return EvidenceState.SUPPORTED if claim.state is EvidenceState.REFUTED and is_told else claim.state
