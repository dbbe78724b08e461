"""A report: what its front matter must hold, and how it stands as evidence for others."""

from __future__ import annotations

import dataclasses

import pytest
from ledgers import ledger_of, measured

from chronicle.documents.front_matter import Authored
from chronicle.documents.report import Report, parse_report
from chronicle.documents.standing import EvidenceState
from chronicle.facts.freshness import Present

FRONT = "kind: report\nid: TR1\ntitle: A title\nstatus: published\ndate: 2026-11-23\n"
CLAIM = "  - id: {id}\n    says: It is fast.\n    holds: 'median(\"call_seconds\") {holds}'\n    presents: {presents}\n"
LEDGER = ledger_of(measured([1.0 + place / 100 for place in range(12)]))


def authored(keys: str) -> Authored:
    return Authored("reports/a.md", "docs/reports/a.md", f"---\n{keys}---\n# A title\n")


def report(*claims: tuple[str, str], front: str = FRONT, is_aged: bool = False) -> Report:
    """A published report with claims, each a comparison and the verdict that its prose tells."""
    lines = "".join(CLAIM.format(id=f"c{n}", holds=holds, presents=told) for n, (holds, told) in enumerate(claims))
    ledger = dataclasses.replace(LEDGER, present=Present()) if is_aged else LEDGER
    found, problems = parse_report(authored(front + ("claims:\n" + lines if claims else "")), ledger)
    assert found is not None, problems
    return found


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("id: TR1", "id: 1TR", 3),
        ("id: TR1", "id: 'TR 1'", 3),
        ("id: TR1", f"id: T{'R' * 32}", 3),
        ("status: published", "status: final", 5),
        ("title: A title", "title: ''", 4),
        ("date: 2026-11-23", "date: soon", 6),
    ],
)
def test_a_field_of_another_form_is_a_problem_with_its_line(old: str, new: str, line: int) -> None:
    found, problems = parse_report(authored(FRONT.replace(old, new)), LEDGER)

    assert found is None
    assert [(problem.line, problem.rule) for problem in problems] == [(line, "front-matter")]


def test_two_claims_of_one_id_are_a_problem() -> None:
    twice = CLAIM.format(id="c", holds="<= 2", presents="supported") * 2

    found, problems = parse_report(authored(f"{FRONT}claims:\n{twice}"), LEDGER)

    assert found is None
    assert [(one.line, one.found) for one in problems] == [(12, "the claim id 'c' again")]
    assert "the claim of line 8 has this one" in problems[0].expected


def test_a_wrong_claim_does_not_hide_that_another_has_its_id() -> None:
    claims = CLAIM.format(id="c", holds="<= 2", presents="supported") + CLAIM.format(id="c", holds="<= (2", presents="no")

    _, problems = parse_report(authored(f"{FRONT}claims:\n{claims}"), LEDGER)

    assert [(one.line, one.found.split(":")[0]) for one in problems] == [
        (14, "claims.1.holds"),
        (15, "claims.1.presents"),
        (12, "the claim id 'c' again"),
    ]


def test_what_is_no_predicate_is_told_what_one_is() -> None:
    wrong = CLAIM.format(id="a", holds="<= (2", presents="supported")

    _, problems = parse_report(authored(f"{FRONT}claims:\n{wrong}"), LEDGER)

    assert problems[0].expected.startswith('a predicate, such as median("call_seconds") <= 0.003 (not an expression: ')


def test_a_withdrawn_report_without_a_reason_is_told_beside_whatever_else_is_wrong() -> None:
    keys = FRONT.replace("published", "withdrawn").replace("title: A title", "named: A title")

    _, problems = parse_report(authored(keys), LEDGER)

    assert [one.found for one in problems] == ["no 'title'", "reason: ''", "unknown key 'named'"]


def test_a_claim_that_is_no_predicate_is_a_problem_at_its_own_line() -> None:
    wrong = CLAIM.format(id="a", holds="<= 2", presents="supported") + CLAIM.format(id="b", holds="== 2", presents="supported")

    _, problems = parse_report(authored(f"{FRONT}claims:\n{wrong}"), LEDGER)

    assert [problem.line for problem in problems] == [14]


@pytest.mark.parametrize(
    ("claims", "state"),
    [
        ([], EvidenceState.NOT_RUN),
        ([("<= 2", "supported")], EvidenceState.SUPPORTED),
        ([("<= 2", "supported"), (">= 2", "refuted")], EvidenceState.SUPPORTED),
        ([("<= 2", "supported"), (">= 2", "supported")], EvidenceState.REFUTED),
        ([("<= 2", "supported"), ("<= 1.05", "undecided")], EvidenceState.UNDECIDED),
    ],
)
def test_a_report_stands_as_its_claims_do_and_a_refutation_told_is_an_answer(
    claims: list[tuple[str, str]], state: EvidenceState
) -> None:
    assert report(*claims).state is state


def test_a_report_on_aged_records_is_stale_and_a_draft_is_not_run() -> None:
    assert report(("<= 2", "supported"), is_aged=True).state is EvidenceState.STALE
    assert report(("<= 2", "supported"), front=FRONT.replace("published", "draft")).state is EvidenceState.NOT_RUN
