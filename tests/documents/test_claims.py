"""Claims: judged as one family, registered where their words first stood, and held against what the prose says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ledgers import SOURCE, ledger_of, measured
from pydantic import ValidationError

from chronicle.documents.claims import Claim, JudgedClaim, contradictions, judge_claims
from chronicle.documents.front_matter import Authored
from chronicle.documents.registration import Edition
from chronicle.documents.standing import EvidenceState
from chronicle.facts.ledger import Unread
from chronicle.facts.predicates import Verdict

TEXT = "---\nkind: report\nclaims:\n  - id: fast\n    says: It is fast.\n  - id: other\n    says: x\n---\n"
AUTHORED = Authored("reports/a.md", "docs/reports/a.md", TEXT)


RATIO = 'ratio("call_seconds", of={"n": 1}, to={"n": 2}) >= 1'


def claim(holds: str = 'median("call_seconds") <= 2', **changes: Any) -> Claim:
    return Claim.model_validate({"id": "fast", "says": "It is fast.", "holds": holds} | changes)


def judged(one: Claim, *, others: int = 0, sources: dict[str, str] | None = None) -> JudgedClaim:
    ledger = ledger_of(measured(values=[1.0] * 12), sources=sources or {"tiny": SOURCE})
    return judge_claims("TR1", [one, *[claim(id=f"c{place}") for place in range(others)]], ledger, AUTHORED, [])[0]


def test_a_claim_has_its_verdict_its_line_and_its_name() -> None:
    one = judged(claim())

    assert (one.id, one.verdict, one.line, one.file) == ("TR1#fast", Verdict.SUPPORTED, 4, "docs/reports/a.md")


@pytest.mark.parametrize(("others", "level"), [(0, 0.95), (4, 0.99)])
def test_the_more_claims_a_report_makes_the_surer_each_must_be(others: int, level: float) -> None:
    assert judged(claim(), others=others).judgement.level == pytest.approx(level)


@pytest.mark.parametrize("holds", ["1 + 1", "median('x')", "median('x') == 1", "__import__('os') >= 1", "(", "x" * 2000])
def test_what_is_no_predicate_is_refused_when_it_is_read(holds: str) -> None:
    with pytest.raises(ValidationError):
        claim(holds)


def test_a_slip_in_the_name_of_an_estimate_is_told_with_what_was_meant() -> None:
    with pytest.raises(ValidationError, match=r"did you mean median\?"):
        claim('medain("call_seconds") <= 1')


@pytest.mark.parametrize("name", ["", "Fast", "a b", "-a", "a" * 65, "a_b", "ä"])
def test_an_id_that_makes_no_anchor_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        claim(id=name)


def test_a_claim_whose_prose_says_what_the_evidence_says_is_no_problem() -> None:
    false = claim('median("call_seconds") >= 2', presents="refuted")

    assert judged(false).verdict is Verdict.REFUTED
    assert list(contradictions([judged(claim()), judged(false)])) == []


@pytest.mark.parametrize(
    ("holds", "verdict", "rule"),
    [
        ('median("call_seconds") >= 2', "refuted", "claim-refuted"),
        ('median("call_seconds", where={"machine": "gone"}) >= 2', "not run", "claim-not-run"),
        ('median("nothing") >= 2', "not run", "claim-not-run"),
    ],
)
def test_prose_that_says_more_than_the_evidence_is_a_problem_with_its_line(holds: str, verdict: str, rule: str) -> None:
    (problem,) = contradictions([judged(claim(holds))])

    assert (problem.file, problem.line, problem.rule) == ("docs/reports/a.md", 4, rule)
    assert f"claim TR1#fast is {verdict}" in problem.found
    assert f"`presents: {verdict}`" in problem.hint


def test_a_claim_on_aged_records_is_stale_and_a_problem() -> None:
    one = judged(claim(), sources={"tiny": "another"})

    assert (one.verdict, one.state) == (Verdict.SUPPORTED, EvidenceState.STALE)
    assert [problem.rule for problem in contradictions([one])] == ["claim-stale"]


@pytest.mark.parametrize("changes", [{"margin": 0.02}, {"varies": ["gpu"]}])
def test_a_margin_or_a_varying_pin_belongs_to_a_ratio(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="belong to a claim about a ratio"):
        claim(**changes)


@pytest.mark.parametrize("margin", [0, -0.1, 1.5, float("nan"), "much"])
def test_a_margin_is_a_share_above_nothing(margin: object) -> None:
    with pytest.raises(ValidationError):
        claim(RATIO, margin=margin)


def test_comparative_words_on_a_claim_that_compares_nothing_are_a_problem_with_their_line() -> None:
    (problem,) = contradictions([judged(claim(says="It is much faster."))])

    assert (problem.line, problem.rule) == (4, "claim-words")
    assert "says 'faster'" in problem.found


def test_where_its_record_cannot_be_read_a_claim_is_no_problem_of_its_own() -> None:
    ledger = ledger_of(unread=(Unread("dev", "20260101T000000Z-tiny-0000000", "bench/results/x/record.json"),))

    judged_claims = judge_claims("TR1", [claim()], ledger, AUTHORED, [])

    assert judged_claims[0].verdict is Verdict.NOT_RUN
    assert list(contradictions(judged_claims)) == []


@pytest.mark.parametrize("evidence", ["tiny", "tiny@dev", "20261123T000000Z-tiny-0000000", "dev/20261123T000000Z-tiny-0000000"])
def test_a_claim_chooses_among_the_evidence_of_its_report_whatever_another_suite_records(evidence: str) -> None:
    other = measured(values=[3.0] * 12, suite="later", run_id="20261124T000000Z-later-0000000")
    ledger = ledger_of(measured(values=[1.0] * 12), other)

    (of_all,) = judge_claims("TR1", [claim()], ledger, AUTHORED, [])
    (of_its_own,) = judge_claims("TR1", [claim()], ledger, AUTHORED, [], [evidence])

    assert (of_all.verdict, of_its_own.verdict) == (Verdict.NOT_RUN, Verdict.SUPPORTED)
    assert "say which one" in of_all.judgement.reason


@pytest.mark.parametrize(
    ("first", "order"),
    [("2026-11-23T00:00:00+00:00", "written after"), ("2026-11-25T00:00:00+00:00", "predicted before")],
)
def test_a_claim_is_held_against_the_first_run_that_holds_its_case_and_not_the_one_that_answers(first: str, order: str) -> None:
    starts = {("dev", "tiny", "total[n=100]"): first, ("dev", "tiny", "other"): "2026-01-01T00:00:00+00:00"}
    edition = Edition("a" * 40, datetime(2026, 11, 24, tzinfo=UTC), "1.0", "draft", {"fast": claim().as_stated})

    (one,) = judge_claims("TR1", [claim()], ledger_of(measured(), starts=starts), AUTHORED, [edition])

    assert (one.data_began, one.order) == (first, order)


def test_of_a_claim_that_no_record_answers_nothing_is_said_about_data_that_may_have_been_taken() -> None:
    edition = Edition("a" * 40, datetime(2026, 11, 24, tzinfo=UTC), "1.0", "draft", {"fast": claim().as_stated})

    (one,) = judge_claims("TR1", [claim()], ledger_of(), AUTHORED, [edition])

    assert one.order == "nothing decides it yet"


def test_a_claim_told_as_not_run_that_no_run_can_decide_is_a_problem_with_its_line() -> None:
    misnamed = claim('median("call_seconds", where={"benchmark": "total", "nn": 100}) <= 2', presents="not run")
    ledger = ledger_of(measured(parameters={"n": 100, "nnn": 1}))

    (problem,) = contradictions(judge_claims("TR1", [misnamed], ledger, AUTHORED, [], ["tiny"]))

    assert (problem.line, problem.rule) == (4, "claim-misnamed")
    assert "no case has an axis 'nn'; the axes are n, nnn; did you mean 'nnn'?" in problem.found
