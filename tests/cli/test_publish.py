"""``chronicle publish`` before anything is built: what it plans, what it refuses, and that neither leaves a trace."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from repositories import RepositoryBuilder

from chronicle.cli import cli
from chronicle.cli.published_branch import git
from chronicle.errors import ChronicleError

CONFIGURATION = "site_name: A project\nsite_url: https://example.org/project/\ntheme: mkdocs\nplugins: [chronicle]\n"
VERSIONS = '[{"version": "1.0", "title": "1.0", "aliases": ["latest"]}]'


@pytest.fixture
def project(tmp_path: Path) -> RepositoryBuilder:
    """A project with one commit, whose remote is a bare repository and holds the version 1.0."""
    repository = RepositoryBuilder(tmp_path / "project")
    repository.git("config", "user.name", "Ada")
    repository.git("config", "user.email", "ada@example.org")
    repository.git("init", "-q", "--bare", str(tmp_path / "remote.git"))
    repository.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    repository.git("checkout", "-q", "--orphan", "gh-pages")
    repository.commit("publish", {"versions.json": VERSIONS, "1.0/index.html": "as it was", "index.html": "to latest"})
    repository.git("push", "-q", "origin", "gh-pages")
    repository.git("checkout", "-q", "--orphan", "main")
    repository.git("rm", "-rqf", ".")
    repository.commit("begin", {"mkdocs.yml": CONFIGURATION, "docs/index.md": "# Home\n", ".gitignore": ".chronicle/\n"})
    return repository


def publish(project: RepositoryBuilder, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["publish", "-f", str(project.path / "mkdocs.yml"), *arguments])


def refused(project: RepositoryBuilder, *arguments: str) -> ChronicleError:
    """The error of a call that is refused; neither the branch nor the remote may have moved."""
    before = git(project.path, "show-ref")
    failure = publish(project, *arguments).exception
    assert isinstance(failure, ChronicleError), failure
    assert git(project.path, "show-ref") == before
    return failure


def test_a_dry_run_says_each_step_and_does_none(project: RepositoryBuilder) -> None:
    before = git(project.path, "show-ref")

    answer = publish(project, "1.1", "--title", "1.1 (H100)", "--push", "--dry-run")

    assert answer.exit_code == 0
    assert answer.output.splitlines()[1:] == [
        "  build  strictly, beside the project",
        "  write  1.1/ (new)",
        "  alias  latest -> 1.1 (until now 1.0)",
        "  keep   1.0",
        "  push   to origin",
        "Nothing was done: this was a dry run.",
    ]
    assert answer.output.startswith('publish 1.1 "1.1 (H100)" from ')
    assert git(project.path, "show-ref") == before


@pytest.mark.parametrize(
    ("tags", "version", "aliases"),
    [([], "dev", []), (["v1.2"], "1.2", ["latest"]), (["0.9"], "0.9", []), (["nightly"], "dev", [])],
)
def test_a_version_is_named_by_its_tag_and_the_newest_release_is_the_latest(
    project: RepositoryBuilder, tags: list[str], version: str, aliases: list[str]
) -> None:
    for tag in tags:
        project.git("tag", tag)

    said = publish(project, "--dry-run").output

    assert said.startswith(f"publish {version} from ")
    assert [line.split()[1] for line in said.splitlines() if line.startswith("  alias")] == aliases


def test_the_root_leads_to_the_first_version_there_is_and_elsewhere_only_when_told(project: RepositoryBuilder) -> None:
    first = publish(project, "dev", "--branch", "pages", "--dry-run").output
    later, told = publish(project, "dev", "--dry-run").output, publish(project, "dev", "--default", "dev", "--dry-run").output

    assert ["leads to dev/" in said for said in (first, later, told)] == [True, False, True]


def test_a_dirty_work_tree_is_refused_and_the_files_are_named(project: RepositoryBuilder) -> None:
    (project.path / "docs" / "new page.md").write_text("# New\n", encoding="utf-8")
    (project.path / "docs" / "index.md").write_text("# Home, changed\n", encoding="utf-8")

    failure = refused(project, "dev")

    assert "docs/index.md" in failure.found and "docs/new page.md" in failure.found
    assert "git stash --include-untracked" in failure.hint
    assert failure.exit_code == 2


def test_git_must_know_who_publishes(project: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    project.git("config", "--unset", "user.email")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.delenv("GIT_COMMITTER_EMAIL", raising=False)

    failure = refused(project, "dev")

    assert "user.email is not set" in failure.found
    assert "git config user.email" in failure.hint


def test_a_release_is_frozen_until_somebody_says_otherwise(project: RepositoryBuilder) -> None:
    failure = refused(project, "1.0")

    assert "a release is frozen" in failure.found
    assert "1.0/ (in place of what is there)" in publish(project, "1.0", "--replace", "--dry-run").output


def test_a_version_with_a_tag_is_published_from_that_tag_alone(project: RepositoryBuilder) -> None:
    project.git("tag", "v2.0")
    project.commit("go on", {"docs/index.md": "# Home, later\n"})

    failure = refused(project, "2.0")

    assert (failure.found, failure.hint) == (
        "the tag v2.0 names another revision than the one checked out",
        "git checkout v2.0",
    )


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["a/b"], "not a name for a version"),
        ([".."], "not a name for a version"),
        (["latest"], "latest is an alias of 1.0"),
        (["2.0", "--alias", "1.0"], "the alias 1.0 is a version of its own"),
        (["2.0", "--alias", "../x"], "not a name for a version"),
        (["2.0", "--default", "stable"], "the root cannot lead to stable"),
        (["dev", "--branch", "main"], "the branch main is checked out here"),
        (["dev", "--remote", "nowhere", "--push"], "git ls-remote failed"),
    ],
)
def test_a_name_that_cannot_be_published_is_refused(project: RepositoryBuilder, arguments: list[str], found: str) -> None:
    assert found in str(refused(project, *arguments))


def test_two_tags_of_one_revision_leave_the_choice_to_the_caller(project: RepositoryBuilder) -> None:
    project.git("tag", "v2.0")
    project.git("tag", "v2.0.1")

    assert "has the tags v2.0, v2.0.1" in refused(project).found
    assert publish(project, "2.0.1", "--dry-run").exit_code == 0


def test_branches_that_went_different_ways_are_not_mended_by_guessing(project: RepositoryBuilder) -> None:
    tree, parent = git(project.path, "rev-parse", "gh-pages^{tree}", "gh-pages").splitlines()
    for ref in ("refs/heads/gh-pages", "refs/remotes/origin/gh-pages"):
        project.git("update-ref", ref, git(project.path, "commit-tree", tree, "-p", parent, "-m", ref))

    assert "have gone different ways" in refused(project, "dev").found


def test_what_the_remote_has_and_this_clone_has_not_is_published_upon(project: RepositoryBuilder) -> None:
    project.git("update-ref", "-d", "refs/heads/gh-pages")
    project.git("update-ref", "-d", "refs/remotes/origin/gh-pages")

    assert "keep   1.0" not in publish(project, "dev", "--dry-run").output
    assert "keep   1.0" in publish(project, "dev", "--push", "--dry-run").output


def test_without_mike_it_says_what_is_missing_and_how_to_get_it(
    project: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mike", None)

    failure = refused(project, "dev")

    assert "mike is not installed" in failure.found
    assert failure.hint == "pip install 'chimera-chronicle[publish]'"
    assert failure.exit_code == 2


def test_a_setting_of_the_plugin_mike_that_would_be_passed_over_is_refused(project: RepositoryBuilder) -> None:
    setting = CONFIGURATION.replace("[chronicle]", "[chronicle, mike: {deploy_prefix: docs}]")
    project.commit("set", {"mkdocs.yml": setting})

    assert "sets deploy_prefix, which is not supported" in refused(project, "dev").found


def test_a_folder_that_is_in_no_repository_is_refused(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(CONFIGURATION, encoding="utf-8")

    failure = CliRunner().invoke(cli, ["publish", "-f", str(tmp_path / "mkdocs.yml")]).exception

    assert "is in no git repository with a commit" in str(failure)
