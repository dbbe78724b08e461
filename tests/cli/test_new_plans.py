"""``chronicle new report``, ``question`` and ``incident``: drafts that build strictly at once, and refusals with a line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from repositories import RepositoryBuilder

from chronicle.cli import cli
from chronicle.documents.front_matter import split

CONFIGURATION = "site_name: A project\ntheme: {name: material}\nplugins: [chronicle: {repositories: {ours: .}}]\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> RepositoryBuilder:
    made = RepositoryBuilder(tmp_path_factory.mktemp("drafts") / "project")
    made.commit("feat: begin", {"mkdocs.yml": CONFIGURATION, "docs/index.md": "# Home\n", ".gitignore": ".chronicle/\n"})
    made.commit("fix: mend <b>it</b> --> {{ x() }}", {"a.py": "x = 1\n"})
    made.git("tag", "v1.0")
    made.commit("test: try it", {"b.py": "x = 1\n"})
    return made


def run(project: RepositoryBuilder, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "-f", str(project.path / "mkdocs.yml")])


def keys(project: RepositoryBuilder, path: str) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load(split((project.path / "docs" / path).read_text(encoding="utf-8")).yaml)
    return found


def test_the_three_drafts_hold_what_is_known_and_build_without_a_problem(project: RepositoryBuilder) -> None:
    done = [
        run(project, "new", "report", "TR9", "--title", "A {{ x() }} <i>title</i>", "--date", "2026-11-24"),
        run(project, "new", "question", "performance-4"),
        run(project, "new", "incident", "a-cold-cache", "--from", "HEAD~1", "--to", "HEAD"),
        run(project, "check"),
    ]

    head, tagged = project.head, project.git("rev-parse", "v1.0")
    assert [one.exit_code for one in done] == [0, 0, 0, 0], [one.output for one in done]
    assert keys(project, "reports/tr9-a-x-i-title-i.md")["status"] == "draft"
    assert "claims" not in keys(project, "reports/tr9-a-x-i-title-i.md")
    assert keys(project, "questions/performance-4.md")["theme"] == "Performance"
    assert keys(project, "incidents/a-cold-cache.md") == {
        "kind": "incident",
        "title": "A cold cache",
        "date": keys(project, "incidents/a-cold-cache.md")["date"],
        "from": tagged[:12],
        "to": head[:12],
    }
    assert str(keys(project, "incidents/a-cold-cache.md")["date"]) == "2023-11-14"
    incident = (project.path / "docs/incidents/a-cold-cache.md").read_text(encoding="utf-8")
    assert f"{tagged[:9]} fix: mend <b>it</b> - -> {{{{ x() }}}}" in incident


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report", "../../etc/passwd"), "'../../etc/passwd' cannot be an address"),
        (("question", "a b"), "'a b' cannot be an address"),
        (("incident", "..."), "'...' cannot be an address"),
        (("incident", "x", "--to", "HEAD"), "--to without --from"),
        (("incident", "x", "--from", "nowhere"), "'nowhere' names no commit"),
        (("incident", "x", "--from=--all"), "'--all' names no commit"),
    ],
)
def test_a_name_that_cannot_be_an_address_or_a_commit_is_refused(
    project: RepositoryBuilder, arguments: tuple[str, ...], said: str
) -> None:
    refused = run(project, "new", *arguments)

    assert said in str(refused.exception)


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    made = RepositoryBuilder(tmp_path)
    written = "---\nkind: incident\ntitle: Mine\ndate: 2026-11-24\n---\n"
    made.commit("begin", {"mkdocs.yml": CONFIGURATION, "docs/index.md": "# Home\n", "docs/incidents/x.md": written})
    asked = "---\nkind: question\nid: a-1\ntitle: A?\ntheme: A\nhypothesis: It is.\ndecides: A run.\n---\n"
    made.write("docs/asked.md", asked)

    refused = [run(made, "new", "incident", "x"), run(made, "new", "question", "a-1")]

    assert [str(one.exception).split("\n")[0].rpartition(" is there already")[2] for one in refused] == [
        "",
        ", in docs/asked.md",
    ]
    assert (tmp_path / "docs/incidents/x.md").read_text() == written
