"""Stories of several mistakes at once: all are told in one round, and none only because another is there."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from projects import CONFIGURATION, EPISODE, Project, copied

from chronicle.cli import cli

CLAIM = "  - id: copy-is-quick\n    says: Another.\n    holds: 'median(\"call_seconds\"'\n"
BODY = "# How fast a copy is\n\n{{ fcat() }} {{ claim('copy-is-quick') }} {{ what_if(1, 2, 3) }} 3.4 ms\n"
TALK = "## The Roundtable: one\n\n**Bob:** {{ mined('gone', 2) }}\n"
NAV = """
nav: [index.md, episodes/index.md, reports/index.md, claims.md, checks.md, {Plan: [incidents/index.md, technologies/index.md]}]
"""


@pytest.fixture(scope="module")
def plain(original: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with an episode that holds no hostile links; not to be edited."""
    project = copied(original, tmp_path_factory.mktemp("rounds") / "project")
    project.write("mkdocs.yml", CONFIGURATION)
    project.write("docs/episodes/one.md", EPISODE)
    project.write("docs/voices.yml", "voices:\n  - name: Ada\n")
    assert checked(project) == []
    return project


def checked(project: Project) -> list[tuple[str, int | None, str]]:
    said = CliRunner().invoke(cli, ["check", "-f", str(project.root / "mkdocs.yml"), "--json"])
    return [(one["file"].removeprefix("docs/"), one["line"], one["rule"]) for one in json.loads(said.output)]


@pytest.mark.parametrize(
    ("file", "edits", "told"),
    [
        pytest.param(
            "reports/one.md",
            [("status: published", "status: [published"), ("# How fast a copy is\n", BODY)],
            [(6, "front-matter"), (17, "directive"), (17, "directive"), (17, "unbound-number")],
            id="a report that is no YAML",
        ),
        pytest.param(
            "reports/one.md",
            [("status: published", "state: published"), ("claims:\n", f"claims:\n{CLAIM}")],
            [(2, "front-matter"), (5, "front-matter"), (13, "front-matter"), (14, "front-matter")],
            id="a report with a wrong key, a wrong claim and its id again",
        ),
        pytest.param(
            "episodes/one.md",
            [("number: 1", "number: one"), ("{{ commits() }}", TALK)],
            [(5, "front-matter"), (18, "directive"), (18, "unknown-voice")],
            id="an episode with a wrong number and an unknown voice",
        ),
        pytest.param(
            "incidents/one.md",
            [("title:", "titles:"), ("<img src=x onerror=alert(1)>", "{{ gaurds() }}")],
            [(2, "front-matter"), (3, "front-matter"), (10, "directive")],
            id="an incident with a wrong key",
        ),
        pytest.param(
            "roadmap.md",
            [("kind: roadmap", "kind: roadmap\ntitles: x"), ('evidence="TR2"', "evdence=TR2"), ("## Q1", "{{ x }}\n\n## Q1")],
            [(3, "front-matter"), (7, "directive"), (12, "roadmap-attribute")],
            id="a roadmap with a wrong key",
        ),
        pytest.param(
            "questions.md",
            [("kind: questions", "kind: questions\ntitle: [x"), ("**Hypothesis:**", "**Hypotheses:**")],
            [(4, "front-matter"), (9, "question-field")],
            id="questions that are no YAML",
        ),
        pytest.param("technologies.yml", [("ring: watch", "ring: wach")], [(4, "technologies")], id="technologies"),
        pytest.param("voices.yml", [("- name", "- names")], [(2, "voices"), (2, "voices")], id="voices"),
    ],
)
def test_all_mistakes_are_told_at_once_and_nothing_that_follows_from_them(
    plain: Project, project: Project, file: str, edits: list[tuple[str, str]], told: list[tuple[int, str]]
) -> None:
    for name in ("mkdocs.yml", "docs/episodes/one.md", "docs/voices.yml"):
        project.write(name, (plain.root / name).read_text(encoding="utf-8"))
    for old, new in edits:
        project.replace(f"docs/{file}", old, new)

    assert checked(project) == [(file, *one) for one in told]


def test_a_nav_finds_the_lists_whose_first_page_cannot_be_read(project: Project) -> None:
    project.write("docs/episodes/one.md", EPISODE.replace("number: 1", "number: one"))
    project.replace("docs/reports/one.md", "status: published", "status: no")
    project.replace("docs/incidents/one.md", "title:", "titles:")
    project.replace("docs/technologies.yml", "ring: watch", "ring: wach")

    built = project.mkdocs(configuration=CONFIGURATION + NAV)

    assert sorted({line.split(":")[1].strip() for line in built.said}) == [
        "docs/episodes/one.md",
        "docs/incidents/one.md",
        "docs/reports/one.md",
        "docs/technologies.yml",
    ]
    assert "Nothing to show" in built.page("episodes/index.html")


def test_what_is_wrong_on_another_page_is_told_beside_a_report_that_cannot_be_read(project: Project) -> None:
    project.replace("docs/reports/one.md", "status: published", "status: no")
    project.replace("docs/index.md", "# Home", "# Home\n\n{{ claim('TR1#copy-is-quick') }}, {{ claim('TR9#gone') }}")

    assert [(file, line, rule) for file, line, rule in project.found() if rule != "front-matter"] == [
        ("docs/index.md", 6, "directive")
    ]
