"""Stories of evidence that changes under a site: what the build says, and whether it comes to its end."""

from __future__ import annotations

import json
import logging
import shutil

import pytest
from projects import Project
from runs import H100, tamper, tamper_samples

RECORD = f"bench/results/h100-sxm/{H100.name}/record.json"
TRUE = "<= 0.003'"
FALSE = "<= 0.002'"


def _set_median(record: dict[str, list[dict[str, list[dict[str, dict[str, int]]]]]]) -> None:
    record["cases"][0]["processes"][0]["time"]["median_ns"] += 1


@pytest.mark.parametrize("is_sealed", [True, False], ids=["sealed", "not sealed"])
def test_a_sample_derived_number_changed_by_hand_stops_any_build_and_says_file_field_and_page(
    project: Project, is_sealed: bool
) -> None:
    tamper(project.run, _set_median, is_sealed=is_sealed)

    built = project.mkdocs(strict=False)

    said = "\n".join(built.said)
    assert not built.is_done
    assert f"{RECORD}: `copy[mebibytes=4096].processes.0.time.median_ns` is 2836161" in said
    assert "expected 2836160, computed from the samples" in said
    assert f"the page runs/h100-sxm/{H100.name}/ shows it" in said
    assert not (project.root / "site" / "index.html").exists()


def test_a_summary_changed_by_hand_is_an_error_with_file_field_and_page(project: Project) -> None:
    tamper(project.run, lambda record: record["cases"][0]["summary"]["order_statistic"].update(value=0.001))

    errors = project.derive().errors

    assert [error.file for error in errors if "`cases.0.summary.order_statistic.value` is 0.001" in error.found] == [RECORD]
    assert all(f"the page runs/h100-sxm/{H100.name}/ shows it" in error.hint for error in errors)


def test_a_byte_changed_in_the_samples_is_an_error_with_file_and_page(project: Project) -> None:
    tamper_samples(project.run, lambda lines: lines.__setitem__(0, lines[0].replace("2", "3", 1)))

    errors = project.derive().errors

    assert {error.file.rpartition("/")[2] for error in errors} >= {"samples.jsonl.gz"}
    assert all(f"runs/h100-sxm/{H100.name}/" in error.hint for error in errors)


@pytest.mark.parametrize("name", ["record.json", "samples.jsonl.gz", "telemetry.jsonl.gz"])
def test_a_damaged_file_of_a_run_is_an_error(project: Project, name: str) -> None:
    raw = (project.run / name).read_bytes()
    (project.run / name).write_bytes(raw[: len(raw) // 2])

    assert {error.file for error in project.derive().errors} == {f"bench/results/h100-sxm/{H100.name}/{name}"}


def test_a_quiet_strict_build_fails_of_what_it_does_not_show(project: Project) -> None:
    log = logging.getLogger("mkdocs")
    project.replace("docs/reports/one.md", TRUE, FALSE)
    before = log.level
    log.setLevel(logging.ERROR)
    built = project.mkdocs(strict=True)
    log.setLevel(before)

    assert not built.is_done
    assert any("`chronicle check` lists it" in line for line in built.said)


def test_a_false_claim_is_refuted_and_fails_a_strict_build_and_told_honestly_it_passes(project: Project) -> None:
    project.replace("docs/reports/one.md", TRUE, FALSE)
    told_as_true = project.mkdocs(strict=True)
    project.replace("docs/reports/one.md", FALSE, FALSE + "\n    presents: refuted")
    told_honestly = project.mkdocs(strict=True)

    assert not told_as_true.is_done
    assert any("docs/reports/one.md:11: claim TR1#copy-is-quick is refuted" in line for line in told_as_true.said)
    assert told_honestly.is_done, told_honestly.said
    assert "verdict--refuted" in told_honestly.page("reports/one/index.html")
    assert json.loads(told_honestly.page("claims.json"))[0]["verdict"] == "refuted"


def test_without_records_claims_are_not_run_and_facts_are_unknown(project: Project) -> None:
    shutil.rmtree(project.root / "bench" / "results")

    built = project.derive()

    claims = json.loads(next(entry.body for entry in built.entries if entry.uri == "claims.json"))
    report = next(entry.body.decode() for entry in built.entries if entry.uri == "reports/one.md")
    rules = {(problem.file, problem.line, problem.rule) for problem in built.problems}
    assert [claim["verdict"] for claim in claims] == ["not run"]
    assert "unknown: fact" in report
    assert rules >= {
        ("docs/reports/one.md", 11, "claim-not-run"),
        ("docs/reports/one.md", 17, "unknown-fact"),
        ("docs/reports/one.md", 18, "unknown-fact"),
        ("docs/roadmap.md", 8, "box-disagrees"),
    }


def test_an_edit_of_the_benchmark_makes_claims_and_facts_stale(project: Project) -> None:
    project.write("bench/ceilings.py", (project.root / "bench/ceilings.py").read_text() + "\n# edited\n")

    built = project.derive()

    report = next(entry.body.decode() for entry in built.entries if entry.uri == "reports/one.md")
    assert [(problem.line, problem.rule) for problem in built.problems if problem.file == "docs/reports/one.md"] == [
        (11, "claim-stale")
    ]
    assert 'fact__mark">stale&#58; code changed</sup>' in report
    assert "verdict--stale" in report
    assert built.errors == ()


def test_a_record_that_cannot_be_read_is_reported_once_and_not_again_by_what_rests_on_it(project: Project) -> None:
    (project.run / "record.json").write_text("{")

    built = project.derive()

    report = next(entry.body.decode() for entry in built.entries if entry.uri == "reports/one.md")
    assert {error.file for error in built.errors} == {RECORD}
    assert [problem.rule for problem in built.problems if problem.file == "docs/reports/one.md"] == []
    assert "its record cannot be read" in report
