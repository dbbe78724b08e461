"""Claims: what a report says, as a predicate over evidence, and what the evidence says back.

The verdict is computed and never typed. A claim may state, in ``presents``, the verdict its prose tells the reader; without
it the prose presents the claim as supported. Prose that tells another verdict than the evidence is a problem.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from chronicle.documents.comparing import unbacked_words
from chronicle.documents.front_matter import Authored, line_of
from chronicle.documents.registration import ADDED, Change, Edition, changes, first_made
from chronicle.documents.standing import EvidenceState
from chronicle.errors import Problem
from chronicle.facts.estimates import LEVEL
from chronicle.facts.freshness import Freshness, Input, worst
from chronicle.facts.grammar import PredicateError, parse
from chronicle.facts.ledger import Ledger
from chronicle.facts.measurements import Measurement
from chronicle.facts.predicates import Judgement, Verdict, judge
from chronicle.facts.slips import slip

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
PinName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.\w+)?$")]


class Claim(BaseModel):
    """A claim as its author writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    id: Identifier
    says: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    holds: str
    margin: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] | None = None
    varies: tuple[PinName, ...] = ()
    presents: Verdict = Verdict.SUPPORTED

    @field_validator("holds")
    @classmethod
    def _is_a_predicate(cls, text: str) -> str:
        try:
            parse(text)
        except PredicateError as failure:
            raise ValueError(f'a predicate, such as median("call_seconds") <= 0.003 ({failure})') from None
        return text

    @model_validator(mode="after")
    def _compares_where_it_says_how(self) -> Self:
        if (self.margin is not None or self.varies) and parse(self.holds).call.name != "ratio":
            raise ValueError("margin and varies belong to a claim about a ratio()")
        return self

    @property
    def as_stated(self) -> dict[str, str]:
        """What makes it this claim and no other, as plain texts: the form in which an old version is read."""
        stated = {"says": self.says, "holds": self.holds}
        stated |= {"margin": str(self.margin)} if self.margin is not None else {}
        stated |= {"varies": str(list(self.varies))} if self.varies else {}
        return {name: " ".join(words.split()) for name, words in stated.items()}


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim with its verdict.

    ``decides`` is the input of its evidence that says how fresh it is; ``registered`` the earliest edition of the report that
    made this very claim, and ``history`` what later ones changed about it. ``as_of`` is the day of which the report
    speaks, where it says one. ``data_began`` is when the first process of its cases started, in the first run that holds one
    of them and not in the one that answers now, as ISO text in UTC; None where nothing answers. ``slip`` says what its
    predicate misnames so that no run can ever decide it.
    """

    report: str
    claim: Claim
    judgement: Judgement
    decides: Input
    registered: Edition | None
    history: tuple[Change, ...]
    line: int
    file: str
    as_of: date | None = None
    data_began: str | None = None
    slip: str | None = None

    @property
    def id(self) -> str:
        return f"{self.report}#{self.claim.id}"

    @property
    def verdict(self) -> Verdict:
        return self.judgement.verdict

    @property
    def freshness(self) -> Freshness:
        return self.decides.state

    @property
    def is_stale(self) -> bool:
        """Whether it rests on aged evidence; where there is no verdict, nothing can age."""
        return self.freshness.is_stale and self._was_read

    @property
    def degrading(self) -> dict[str, str]:
        """The gates that degrade the measurements its verdict was read from, each with what it found; a count reads none."""
        if not self._was_read or parse(self.claim.holds).call.name == "count":
            return {}
        found: dict[str, str] = {}
        for trip in (trip for operand in self.operands for trip in operand.degrading):
            found.setdefault(trip.gate, trip.meaning)
        return found

    @property
    def _was_read(self) -> bool:
        """Whether an estimate was held against the bounds."""
        return self.verdict in (Verdict.SUPPORTED, Verdict.REFUTED, Verdict.UNDECIDED)

    @property
    def is_overtaken(self) -> bool:
        """Whether it rests on aged evidence and its report does not speak of the day when that was fresh."""
        return self.is_stale and self.decides.is_overtaken(self.as_of)

    @property
    def state(self) -> EvidenceState:
        """The verdict as the roadmap and the questions understand it; a decided verdict on aged records is *stale*."""
        if self.is_stale and self.verdict in (Verdict.SUPPORTED, Verdict.REFUTED):
            return EvidenceState.STALE
        return EvidenceState(self.verdict.value)

    @property
    def operands(self) -> tuple[Measurement, ...]:
        """The measurements that its estimate was taken from."""
        return self.judgement.finding.operands if self.judgement.finding else ()

    @property
    def is_of_a_later_run(self) -> bool:
        """Whether its cases had been begun in a run before those that its estimate was taken from."""
        own = [one.process.start_utc for operand in self.operands for one in operand.judged]
        return self.data_began is not None and self.data_began < min(own, default="")

    @property
    def order(self) -> str:
        """Whether it was *predicted before* any data of its cases were taken or *written after* the first of them."""
        if self.registered is None:
            return "not committed yet"
        if self.data_began is None:
            return "nothing decides it yet"
        is_before = f"{self.registered.committed:%Y-%m-%dT%H:%M:%S}" < self.data_began[:19]
        return "predicted before" if is_before else "written after"


def judge_claims(
    report: str,
    claims: Sequence[Claim],
    ledger: Ledger,
    authored: Authored,
    editions: Sequence[Edition],
    evidence: Collection[str] = (),
    as_of: date | None = None,
) -> tuple[JudgedClaim, ...]:
    """Judge a report's claims as one family: each of k claims at level 1 − 0.05/k (Bonferroni).

    They choose among the ``evidence`` that the report names, so that what another suite records later does not get in their
    way; where it names none, among all there is.
    """
    ledger = ledger.within(evidence)
    level = 1 - (1 - LEVEL) / max(1, len(claims))
    changed = changes(editions)
    judged = []
    for place, claim in enumerate(claims):
        judgement = judge(claim.holds, ledger, level, claim.margin, claim.varies)
        operands = judgement.finding.operands if judgement.finding else ()
        judged.append(
            JudgedClaim(
                report=report,
                claim=claim,
                judgement=judgement,
                decides=worst(ledger.freshness(one) for one in operands),
                registered=first_made(claim.as_stated, editions),
                history=tuple(one for one in changed if one.claim == claim.id and one.what != ADDED),
                line=line_of(authored.text, ("claims", place, "id")),
                file=authored.file,
                as_of=as_of,
                data_began=ledger.began(operands),
                slip=None if operands else slip(parse(claim.holds).call, ledger, evidence),
            )
        )
    return tuple(judged)


def contradictions(judged: Sequence[JudgedClaim]) -> Iterator[Problem]:
    """A problem for each claim whose prose tells another verdict than the evidence, rests on aged evidence, or overstates.

    Where a record cannot be read, the problem is the record's and is not told again.
    """
    for one in judged:
        if one.verdict != one.claim.presents and not one.judgement.is_unread:
            yield _contradicted(one)
        elif one.is_overtaken:
            yield _stale(one)
        elif one.slip:
            yield _misnamed(one, one.slip)
        for word, wanted in unbacked_words(one.claim.says, one.claim.holds):
            yield _unbacked(one, word, wanted)


def _contradicted(one: JudgedClaim) -> Problem:
    reason = f" ({one.judgement.reason})" if one.judgement.reason else ""
    return Problem(
        file=one.file,
        line=one.line,
        found=f"claim {one.id} is {one.verdict}{reason}",
        expected=f"{one.claim.presents}, as its prose presents it",
        hint=f"correct the prose and write `presents: {one.verdict}` beside the claim, or measure again",
        rule=f"claim-{one.verdict.value.replace(' ', '-')}",
    )


def _misnamed(one: JudgedClaim, slip: str) -> Problem:
    return Problem(
        file=one.file,
        line=one.line,
        found=f"claim {one.id} asks by what its benchmark does not have ({slip})",
        expected="a predicate that a run can decide",
        hint="correct the name in `holds`",
        rule="claim-misnamed",
    )


def _stale(one: JudgedClaim) -> Problem:
    return Problem(
        file=one.file,
        line=one.line,
        found=f"claim {one.id} rests on stale evidence, {one.freshness}: {one.decides.reason}",
        expected="evidence of the benchmark and the machine as they are now",
        hint=_REMEDIES[one.freshness],
        rule="claim-stale",
    )


_OF_A_DAY = "; a report that speaks of a day says `as_of: DATE`"
_REMEDIES = {
    Freshness.CODE_CHANGED: f"run the suite again, or restore the benchmark's source{_OF_A_DAY}",
    Freshness.ENVIRONMENT_CHANGED: f"run the suite again on the machine as it is now{_OF_A_DAY}",
    Freshness.AGED: f"run the suite again, or raise `evidence_max_age_days` in mkdocs.yml{_OF_A_DAY}",
    Freshness.ORPHANED: "bring the revision back into the history, or run the suite again",
}


def _unbacked(one: JudgedClaim, word: str, wanted: str) -> Problem:
    return Problem(
        file=one.file,
        line=one.line,
        found=f"claim {one.id} says {word!r} of what compares nothing of the kind",
        expected=wanted,
        hint="say what the predicate holds, or compare what the words compare",
        rule="claim-words",
    )
