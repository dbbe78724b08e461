"""Stories of what an episode states of its commits: each verdict on the page, in the twin, in the exit code and in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hostile import Seen
from projects import CONFIGURATION, Project, copied

from chronicle.cli import cli

EPISODE = """\
---
kind: episode
series: Told
number: {number}
title: It {verdict}
date: 2026-11-23
repository: {repository}
commits: {commits}
stated:
  files_changed: {files}
  lines_added: {lines}
---
# It {verdict}
"""
TOLD = {
    "agrees": {"number": 1, "repository": "project", "commits": "first", "files": 2, "lines": "3"},
    "disagrees": {"number": 2, "repository": "project", "commits": "first", "files": 2, "lines": "~1,200"},
    "untraceable": {"number": 3, "repository": "elsewhere", "commits": "1a2b3c4..5d6e7f8", "files": 8, "lines": "100+"},
}


@pytest.fixture(scope="module")
def told(original: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with an episode for each verdict, built once by MkDocs."""
    project = copied(original, tmp_path_factory.mktemp("told") / "project")
    (project.root / "docs/episodes/one.md").unlink()  # its hostile links are findings of their own
    project.replace("docs/technologies.yml", "episodes/one.md", "episodes/agrees.md")
    for verdict, keys in TOLD.items():
        project.write(f"docs/episodes/{verdict}.md", EPISODE.format(verdict=verdict, **keys))
    assert project.mkdocs(configuration=CONFIGURATION.replace("chronicle]", "chronicle: {repositories: {project: .}}]")).is_done
    return project


def twin(project: Project, verdict: str) -> dict[str, tuple[str, str | None, str]]:
    """What the twin says of each stated metric of an episode."""
    episodes = json.loads((project.root / "site" / "episodes.json").read_text())
    stated = next(one["stated"] for one in episodes if one["uri"] == f"episodes/{verdict}.md")
    return {one["metric"]: (one["stated"], one["mined"], one["verdict"]) for one in stated}


def page(project: Project, verdict: str) -> str:
    return (project.root / "site" / "episodes" / verdict / "index.html").read_text()


def words(project: Project, verdict: str) -> str:
    return " ".join(Seen(page(project, verdict)).text.split())


def test_what_agrees_stands_beside_what_is_mined(told: Project) -> None:
    assert twin(told, "agrees") == {"files_changed": ("2", "2", "agrees"), "lines_added": ("3", "3", "agrees")}
    assert page(told, "agrees").count("verdict--agrees") == 2
    assert "Files changed 2 2 agrees" in words(told, "agrees")


def test_what_disagrees_stands_beside_what_is_mined_and_neither_is_replaced(told: Project) -> None:
    assert twin(told, "disagrees")["lines_added"] == ("~1,200", "3", "disagrees")
    assert "Lines added ~1,200 3 disagrees" in words(told, "disagrees")


def test_what_cannot_be_traced_says_why_and_is_no_finding(told: Project) -> None:
    assert twin(told, "untraceable") == {
        "files_changed": ("8", None, "untraceable"),
        "lines_added": ("100+", None, "untraceable"),
    }
    assert "Files changed 8 – untraceable the repository elsewhere is not configured" in words(told, "untraceable")


def test_only_the_disagreement_is_a_finding_with_its_line_and_its_exit_code(told: Project) -> None:
    done = CliRunner().invoke(cli, ["check", "-f", str(told.root / "mkdocs.yml"), "--json"])
    (found,) = [one for one in json.loads(done.output) if one["rule"] == "stated-metric"]

    assert done.exit_code == 1
    assert (found["file"], found["line"], found["severity"]) == ("docs/episodes/disagrees.md", 11, "warning")
    assert found["found"] == "lines added stated as ~1,200"
    assert found["expected"] == "3, mined from the cited commits"


def test_the_same_project_without_the_disagreement_passes(told: Project, tmp_path: Path) -> None:
    project = copied(told, tmp_path / "project")
    project.replace("docs/episodes/disagrees.md", "~1,200", "~3")

    done = CliRunner().invoke(cli, ["check", "-f", str(project.root / "mkdocs.yml")])

    assert done.exit_code == 0, done.output
