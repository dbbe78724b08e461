"""Stories of ``chronicle check``: all findings of all files at once, for a person, a program and a code host."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from projects import CONFIGURATION, Project, copied

from chronicle.cli import cli
from chronicle.cli.check import annotation
from chronicle.errors import Problem

EPISODE = """\
---
kind: episode
series: A series
number: 7
title: Numbers typed by hand
date: 2026-11-23
commits: first..HEAD
---
# Numbers typed by hand

It was 3.4 ms, and twice as fast as before.

The board drew 700 W. <!-- chronicle: waive from the vendor's sheet -->

See [the report](../report/one.md), [another](../reports/one.md#answer) and ![a picture](gone.png).

<!-- chronicle: waive -->
"""


def run(project: Project, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["check", "-f", str(project.root / "mkdocs.yml"), *arguments])


def named(project: Project) -> list[str]:
    """The two files that are wrong on purpose; the project's own episode holds links that are meant to be refused."""
    return [str(project.root / "docs" / path) for path in ("episodes/typed.md", "plain.md")]


def tree(folder: Path) -> dict[str, float]:
    return {str(path): path.stat().st_mtime_ns for path in sorted(folder.rglob("*")) if ".git/" not in str(path)}


@pytest.fixture(scope="module")
def wrong(original: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with an episode that holds one of each; not to be edited."""
    project = copied(original, tmp_path_factory.mktemp("checks") / "project")
    project.write("mkdocs.yml", CONFIGURATION)
    project.write("docs/episodes/typed.md", EPISODE)
    project.write("docs/plain.md", "# Plain, 3 ms\n\n[gone](gone.md)\n")
    return project


@pytest.fixture(scope="module")
def listed(wrong: Project) -> list[dict[str, Any]]:
    said = run(wrong, "--json", *named(wrong))
    assert said.exit_code == 1
    return json.loads(said.output)  # type: ignore[no-any-return]


def test_every_finding_of_every_file_is_told_at_once_in_order(listed: list[dict[str, Any]]) -> None:
    assert [(one["file"], one["line"], one.get("column"), one["rule"]) for one in listed] == [
        ("docs/episodes/typed.md", 11, 8, "unbound-number"),
        ("docs/episodes/typed.md", 11, 20, "unbound-number"),
        ("docs/episodes/typed.md", 15, 5, "dead-link"),
        ("docs/episodes/typed.md", 15, 37, "dead-anchor"),
        ("docs/episodes/typed.md", 15, 77, "dead-image"),
        ("docs/episodes/typed.md", 17, None, "waiver"),
        ("docs/plain.md", 3, 1, "dead-link"),
    ]


def test_a_finding_in_json_has_the_names_that_are_documented(listed: list[dict[str, Any]]) -> None:
    names = {"file", "line", "rule", "severity", "found", "expected", "hint"}

    assert {frozenset(one) - {"column"} for one in listed} == {frozenset(names)}
    assert listed[2]["hint"] == "did you mean ../reports/one.md?"


def test_a_person_reads_findings_below_their_file_and_a_count_and_nothing_is_written(wrong: Project) -> None:
    before = tree(wrong.root)
    lines = run(wrong, *named(wrong)).output.splitlines()

    assert tree(wrong.root) == before
    assert lines[0] == "docs/episodes/typed.md"
    assert lines[1].strip() == "11:8  '3.4 ms', a time, typed by hand [unbound-number]"
    assert lines[-1].startswith("7 findings in 2 files (1 dead-anchor, 1 dead-image, 2 dead-link, 2 unbound-number, 1 waiver);")
    assert lines[-1].endswith("2 numbers bound to evidence, 1 waived with a reason")


def test_a_file_that_was_named_passes_whatever_is_wrong_with_others(wrong: Project) -> None:
    said = run(wrong, str(wrong.root / "docs" / "reports"))

    assert (said.exit_code, said.output.count("\n")) == (0, 1)
    assert said.output.startswith("no findings; ")


def test_an_annotation_for_a_code_host_is_one_line_each(wrong: Project) -> None:
    lines = run(wrong, "--github", str(wrong.root / "docs" / "plain.md")).output.splitlines()

    assert len(lines) == 1
    assert lines[0].startswith("::error file=docs/plain.md,line=3,col=1,title=dead-link::gone.md, which leads to no file")


def test_nothing_that_ends_or_splits_an_annotation_is_left_in_its_words() -> None:
    said = annotation(Problem("a:b,c%.md", 1, "x\r\n::error::y %", "e", "h", "r"))

    assert said == "::error file=a%3Ab%2Cc%25.md,line=1,title=r::x%0D%0A::error::y %25; expected e; h"


def test_no_configuration_and_no_such_path_are_wrong_calls(wrong: Project, tmp_path: Path) -> None:
    lost = CliRunner().invoke(cli, ["check", "-f", str(tmp_path / "mkdocs.yml")])

    assert getattr(lost.exception, "exit_code", None) == 2
    assert run(wrong, "gone.md").exit_code == 2


def test_a_build_tells_typed_numbers_in_one_warning_a_page(wrong: Project) -> None:
    problems = [one for one in wrong.derive().problems if one.rule == "unbound-number"]

    assert [(one.file, one.line, one.severity) for one in problems] == [("docs/episodes/typed.md", 11, "warning")]
    assert "2 in all" in problems[0].found


def test_a_page_that_quotes_aged_evidence_is_found(project: Project) -> None:
    project.write("mkdocs.yml", CONFIGURATION)
    project.write("bench/ceilings.py", (project.root / "bench/ceilings.py").read_text() + "\n# edited\n")

    found = {(one["file"], one["rule"]) for one in json.loads(run(project, "--json").output)}

    assert {("docs/reports/one.md", "stale-fact"), ("docs/reports/one.md", "claim-stale")} <= found


def test_a_draft_may_state_anything_in_a_build_and_a_check_lists_it(project: Project) -> None:
    project.write("mkdocs.yml", CONFIGURATION)
    project.replace("docs/reports/one.md", "status: published", "status: draft")
    project.replace("docs/reports/one.md", "It takes", "It takes 4 ms, not")

    assert "unbound-number" not in {rule for _, _, rule in project.found()}
    assert "unbound-number" in run(project, str(project.root / "docs/reports")).output
