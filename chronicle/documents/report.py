"""A technical report: what was measured, which claims it makes, and how the evidence judges them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from chronicle.documents import front_matter
from chronicle.documents.claims import Claim, JudgedClaim, Version, judge_claims
from chronicle.documents.front_matter import Authored, FrontMatter
from chronicle.documents.standing import EvidenceState, combine
from chronicle.errors import Problem
from chronicle.facts.ledger import Ledger


class ReportFront(FrontMatter):
    """Front matter of a report. Only a draft may have no date; ``imported_from`` is the legacy file it was made of, and
    ``metadata`` what the table at its head stated."""

    kind: Literal["report"]
    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][\w.-]{0,31}$")]
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    version: str = "1.0"
    status: Literal["draft", "published", "superseded", "withdrawn"]
    date: Annotated[datetime.date | None, Field(validate_default=True)] = None
    imported_from: Annotated[str, StringConstraints(max_length=500)] = ""
    metadata: Mapping[str, str] = Field(default_factory=dict)
    authors: tuple[str, ...] = ()
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

    @field_validator("claims")
    @classmethod
    def _have_ids_of_their_own(cls, claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
        ids = [claim.id for claim in claims]
        if repeated := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(f"the claim id {repeated[0]!r} occurs more than once")
        return claims


@dataclass(frozen=True, slots=True)
class Report:
    """A report with its judged claims; ``body`` is Markdown with directives, beginning at line ``body_line``."""

    authored: Authored
    front: ReportFront
    claims: tuple[JudgedClaim, ...]

    @property
    def state(self) -> EvidenceState:
        """How the report stands as evidence: *not run* as a draft or without claims; else decided once each claim is.

        A refuted claim that the prose presents as refuted is an answer, so it does not refute the report.
        """
        if self.front.status == "draft":
            return EvidenceState.NOT_RUN
        return combine(_as_answered(claim) for claim in self.claims)


def parse_report(
    authored: Authored, ledger: Ledger, versions: Sequence[Version] = ()
) -> tuple[Report | None, tuple[Problem, ...]]:
    """Read a report and judge its claims; None and the problems where its front matter cannot be read."""
    front, problems = front_matter.read(authored, ReportFront)
    if front is None:
        return None, problems
    return Report(authored, front, judge_claims(front.id, front.claims, ledger, authored, versions)), ()


def _as_answered(claim: JudgedClaim) -> EvidenceState:
    is_told = claim.verdict == claim.claim.presents
    return EvidenceState.SUPPORTED if claim.state is EvidenceState.REFUTED and is_told else claim.state
