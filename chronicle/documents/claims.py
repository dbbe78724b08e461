"""Claims: what a report says, as a predicate over evidence, and what the evidence says back.

The verdict is computed and never typed. A claim may state, in ``presents``, the verdict its prose tells the reader; without
it the prose presents the claim as supported. Prose that tells another verdict than the evidence is a problem.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

from chronicle.documents.front_matter import Authored, line_of
from chronicle.documents.standing import EvidenceState
from chronicle.errors import Problem
from chronicle.facts.estimates import LEVEL
from chronicle.facts.ledger import Ledger
from chronicle.facts.predicates import Judgement, PredicateError, Verdict, judge, parse

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]


class Claim(BaseModel):
    """A claim as its author writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    id: Identifier
    says: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    holds: str
    presents: Verdict = Verdict.SUPPORTED

    @field_validator("holds")
    @classmethod
    def _is_a_predicate(cls, text: str) -> str:
        try:
            parse(text)
        except PredicateError as failure:
            raise ValueError(str(failure)) from None
        return text


@dataclass(frozen=True, slots=True)
class Version:
    """The text of an authored file at a revision that changed it, and when that was committed."""

    revision: str
    committed: datetime
    text: str


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim with its verdict; ``registered`` is the earliest version of the file that already held its words."""

    report: str
    claim: Claim
    judgement: Judgement
    is_stale: bool
    registered: Version | None
    line: int
    file: str

    @property
    def id(self) -> str:
        return f"{self.report}#{self.claim.id}"

    @property
    def verdict(self) -> Verdict:
        return self.judgement.verdict

    @property
    def state(self) -> EvidenceState:
        """The verdict as the roadmap and the questions understand it; a decided verdict on aged records is *stale*."""
        if self.is_stale and self.verdict in (Verdict.SUPPORTED, Verdict.REFUTED):
            return EvidenceState.STALE
        return EvidenceState(self.verdict.value)


def judge_claims(
    report: str, claims: Sequence[Claim], ledger: Ledger, authored: Authored, versions: Sequence[Version]
) -> tuple[JudgedClaim, ...]:
    """Judge a report's claims as one family: each of k claims at level 1 − 0.05/k (Bonferroni)."""
    level = 1 - (1 - LEVEL) / max(1, len(claims))
    judged = []
    for place, claim in enumerate(claims):
        judgement = judge(claim.holds, ledger, level)
        operands = judgement.finding.operands if judgement.finding else ()
        judged.append(
            JudgedClaim(
                report=report,
                claim=claim,
                judgement=judgement,
                is_stale=any(ledger.is_stale(one) for one in operands),
                registered=registered(claim, versions),
                line=line_of(authored.text, ("claims", place, "id")),
                file=authored.file,
            )
        )
    return tuple(judged)


def registered(claim: Claim, versions: Sequence[Version]) -> Version | None:
    """The earliest version, oldest first in ``versions``, that holds the claim's words and predicate verbatim."""
    return next(
        (one for one in versions if _folded(claim.holds) in (text := _folded(one.text)) and _folded(claim.says) in text), None
    )


def contradictions(judged: Sequence[JudgedClaim]) -> Iterator[Problem]:
    """A problem for each claim whose prose tells another verdict than the evidence, or rests on aged evidence."""
    for one in judged:
        if one.verdict != one.claim.presents:
            reason = f" ({one.judgement.reason})" if one.judgement.reason else ""
            yield Problem(
                file=one.file,
                line=one.line,
                found=f"claim {one.id} is {one.verdict}{reason}",
                expected=f"{one.claim.presents}, as its prose presents it",
                hint=f"correct the prose and write `presents: {one.verdict}` beside the claim, or measure again",
                rule=f"claim-{one.verdict.value.replace(' ', '-')}",
            )
        elif one.is_stale:
            yield Problem(
                file=one.file,
                line=one.line,
                found=f"claim {one.id} rests on runs whose benchmark has changed since",
                expected="records of the benchmark as it is now",
                hint="run the suite again, or restore the benchmark's source",
                rule="claim-stale",
            )


def _folded(text: str) -> str:
    return " ".join(text.split())
