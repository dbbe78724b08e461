"""The reports of this project against its records: each verdict is told as it is, and falls with the run it was read from."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from runs import RESULTS, ROOT

from chronicle.documents.claims import contradictions
from chronicle.documents.front_matter import Authored
from chronicle.documents.library import Library
from chronicle.documents.report import Report, parse_report
from chronicle.errors import Problem
from chronicle.evidence.runs import read_runs
from chronicle.facts.freshness import Present
from chronicle.facts.ledger import Ledger
from chronicle.facts.measurements import measurements
from chronicle.facts.physics import peaks_of
from chronicle.facts.predicates import Verdict
from chronicle.pages import evidence_blocks
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.prose import answered
from chronicle.pages.published import plain
from chronicle.pages.quoted import answers
from chronicle.records.run import CONTROL
from chronicle.sources import source_digest

REPORTS = sorted((ROOT / "docs" / "reports").glob("*.md"))


@cache
def whole() -> Ledger:
    """All records of the repository, with the suites as they are today."""
    runs = read_runs(RESULTS).runs
    found = [fact for one in runs for fact in measurements(one.run_at_its_end, one.samples, one.environment)]
    controls = [fact for one in runs for fact in measurements(one.run_at_its_end, one.samples, one.environment, CONTROL)]
    sources = {path.stem: source_digest(path) for path in (ROOT / "bench").glob("*.py")}
    return Ledger(tuple(found), {one.key: peaks_of(one.environment) for one in runs}, Present(sources), tuple(controls))


def without(run_key: str) -> Ledger:
    kept, controls = ([one for one in side if one.run_key != run_key] for side in (whole().measurements, whole().controls))
    return Ledger(tuple(kept), whole().peaks, whole().present, tuple(controls))


def judged(path: Path, ledger: Ledger) -> Report:
    report, problems = parse_report(Authored(f"reports/{path.name}", f"docs/reports/{path.name}", path.read_text()), ledger)
    assert report is not None, problems
    return report


def fed() -> list[tuple[Path, str, str]]:
    """Every claim of a published report that a record decides, with each run that feeds it."""
    found = []
    for path in REPORTS:
        report = judged(path, whole())
        decided = (one for one in report.claims if one.verdict is not Verdict.NOT_RUN)
        for claim in decided if report.front.status == "published" else ():
            operands = claim.judgement.finding.operands if claim.judgement.finding else ()
            found += [(path, claim.claim.id, key) for key in sorted({one.run_key for one in operands})]
    return found


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_a_report_tells_what_its_records_say(path: Path) -> None:
    report = judged(path, whole())

    assert report.front.status == "draft" or list(contradictions(report.claims)) == []


def falls(path: Path, claim_id: str, run_key: str) -> bool:
    """Whether a claim without a run is *not run* and a finding, or is read from another run of the same cases."""
    [claim] = [one for one in judged(path, without(run_key)).claims if one.claim.id == claim_id]
    operands = claim.judgement.finding.operands if claim.judgement.finding else ()
    if claim.verdict is Verdict.NOT_RUN:
        return [problem.rule for problem in contradictions([claim])] == ["claim-not-run"]
    return run_key not in {one.run_key for one in operands}


def test_a_claim_loses_its_verdict_with_the_run_that_it_was_read_from() -> None:
    rests = fed()

    assert len(rests) >= 30
    assert [one for one in rests if not falls(*one)] == []


def test_the_directives_that_the_guide_shows_are_answered_by_the_records() -> None:
    guide = (ROOT / "docs/guides/writing-reports.md").read_text(encoding="utf-8")
    shown = "".join(one for one in re.findall(r"^```text\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL) if "{{" in one)
    problems: list[Problem] = []
    desk = Desk(Library((), (), whole(), (), ()), make_always)
    copy, crossover = answered(Authored("x.md", "x.md", shown), answers(desk, "x.md"), problems)[:2]

    assert problems == []
    assert "TB/s" in plain(copy)
    assert re.match(r"They meet at 2\d,\d{3} \(2\d,\d{3}–2\d,\d{3}\) tokens\.", plain(crossover))


def test_a_table_without_a_metric_shows_all_that_a_case_has_which_is_not_timed() -> None:
    asked = '{{ results(where={"benchmark": "step", "suite": "sensors", "machine": "h200-sxm"}) }}'
    problems: list[Problem] = []
    desk = Desk(Library((), (), whole(), (), ()), make_always)
    [shown] = answered(Authored("x.md", "x.md", asked), evidence_blocks.answers(desk, "x.md"), problems)[:1]

    assert problems == []
    assert [word for word in ("| Metric |", "instant rise seconds", "average rise seconds") if word not in plain(shown)] == []
