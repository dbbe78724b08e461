"""Evidence that a report names: what has such a name, what may have one later, and what never will."""

from __future__ import annotations

import pytest
from documented import a_report

from chronicle.documents.named_evidence import RunName, unknown_names

RUNS = [RunName("dev", "folding", "20261123T000000Z-folding-0000000"), RunName("other", "old", "20261122T000000Z-old-0000000")]
SUITES, MACHINES = ["folding", "drafted"], ["dev", "other"]


@pytest.mark.parametrize(
    "name",
    [
        "folding",
        "folding@dev",
        "folding@other",
        "20261123T000000Z-folding-0000000",
        "dev/20261123T000000Z-folding-0000000",
        "old",
        "old@other",
        "drafted",
        "drafted@a-machine-to-come",
    ],
)
def test_what_was_recorded_and_what_a_suite_may_still_record_is_evidence(name: str) -> None:
    assert list(unknown_names([a_report(evidence=[name])], RUNS, SUITES, MACHINES)) == []


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("fodling", "did you mean 'folding'?"),
        ("folding@dve", "did you mean 'folding@dev'?"),
        ("old@dev", "did you mean 'old@other'?"),
        ("20261123T000000Z-folding-0000001", "did you mean '20261123T000000Z-folding-0000000'?"),
        ("x", "correct the name, or write the suite that has it"),
    ],
)
def test_a_name_that_nothing_has_is_told_at_its_own_line_with_what_was_meant(name: str, hint: str) -> None:
    report = a_report(evidence=["folding", name])

    (problem,) = unknown_names([report], RUNS, SUITES, MACHINES)

    assert report.authored.text.splitlines()[problem.line - 1].strip() == f"- {name}"  # type: ignore[operator]
    assert (problem.file, problem.found, problem.hint) == ("docs/reports/a.md", f"the evidence {name!r}", hint)
    assert problem.rule == "unknown-evidence"
