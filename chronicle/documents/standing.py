"""How a piece of evidence stands, in one word that the roadmap and the questions both understand.

A document names evidence by an id: a report (``TR122``), one of its claims (``TR122#copy-near-peak``), a benchmark
(``bench:ceilings``) or a question (``Q:performance-1``). Whoever knows the records says how each stands; the
documents only draw conclusions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum

from chronicle.errors import Problem

_EVIDENCE_ID = re.compile(r"(?:bench:|Q:)[\w.-]+|[A-Za-z][\w.-]*(?:#[\w.-]+)?", re.ASCII)

ANCHOR = r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$"
"""What an id of a question, of an item or of a technology may be: it becomes an anchor of a page and a part of a path."""

ANCHOR_WORDS = "a letter, then letters, digits, dots, dashes and underscores, 64 in all at most"

_HINT = "a report is TR122, a claim TR122#its-id, a benchmark bench:its-name, a question Q:its-id; correct the id"


class EvidenceState(StrEnum):
    """The verdict on one piece of evidence, *supported* and *refuted* meaning with fresh records."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    UNDECIDED = "undecided"
    NOT_COMPARABLE = "not comparable"
    STALE = "stale"
    NOT_RUN = "not run"
    UNKNOWN = "unknown"

    @property
    def is_decided(self) -> bool:
        return self in (EvidenceState.SUPPORTED, EvidenceState.REFUTED)

    @property
    def has_records(self) -> bool:
        return self not in (EvidenceState.NOT_RUN, EvidenceState.UNKNOWN)


def combine(states: Iterable[EvidenceState]) -> EvidenceState:
    """How a whole stands whose parts stand like this, a report by its claims for one; nothing at all is *not run*.

    A refuted part refutes, an aged part ages, and a part without a verdict leaves the whole undecided.
    """
    parts = set(states)
    if not any(part.has_records for part in parts):
        return EvidenceState.UNKNOWN if EvidenceState.UNKNOWN in parts else EvidenceState.NOT_RUN
    for word in (EvidenceState.REFUTED, EvidenceState.STALE, EvidenceState.NOT_COMPARABLE):
        if word in parts:
            return word
    return EvidenceState.SUPPORTED if parts == {EvidenceState.SUPPORTED} else EvidenceState.UNDECIDED


def state_of(evidence: str, states: Mapping[str, EvidenceState]) -> EvidenceState:
    """How the evidence of this id stands.

    What nobody has heard of is *not run*: a plan may name reports and benchmarks that are yet to come. It is
    *unknown*, a slip of the pen, where it cannot be yet to come: an id of no known form, a question that is not
    asked, a claim that its report does not make.
    """
    if evidence in states:
        return states[evidence]
    if not _EVIDENCE_ID.fullmatch(evidence) or evidence.startswith("Q:"):
        return EvidenceState.UNKNOWN
    report, has_claim, _ = evidence.partition("#")
    return EvidenceState.UNKNOWN if has_claim and report in states else EvidenceState.NOT_RUN


def unknown_evidence(evidence: Iterable[tuple[str, EvidenceState]], file: str, line: int) -> Iterator[Problem]:
    """A problem for each id among ``evidence`` that names nothing."""
    for name, state in evidence:
        if state is EvidenceState.UNKNOWN:
            expected = "a report, claim, benchmark or question that is known"
            yield Problem(file, line, f"the evidence {name!r}", expected, _HINT, "unknown-evidence")


def listed(words: Collection[str]) -> str:
    """Words for a sentence: ``a``, ``a and b``, ``a, b and c``."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
