"""``chronicle new episode`` as an author meets it: a draft that holds what git holds, and builds at once."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from hostile import VECTORS, Seen, rendered
from hypothesis import given, settings
from hypothesis import strategies as st
from repositories import RepositoryBuilder, lines

from chronicle.cli import cli
from chronicle.documents.drafts.form import front_matter, remark
from chronicle.documents.front_matter import split
from chronicle.errors import ChronicleError

CONFIGURATION = "site_name: A project\ntheme: {name: material}\nplugins: [chronicle: {repositories: {ours: .}}]\n"


@pytest.fixture
def project(tmp_path: Path) -> RepositoryBuilder:
    """Three commits, the second of them released."""
    made = RepositoryBuilder(tmp_path / "project")
    made.commit("feat: begin", {"mkdocs.yml": CONFIGURATION, "docs/index.md": "# Home\n", ".gitignore": ".chronicle/\n"})
    other = {"GIT_AUTHOR_NAME": "Grace --> script", "GIT_AUTHOR_EMAIL": "grace@example.org"}
    made.commit("fix: mend <b>it</b> --> {{ x() }}", {"src/a.py": lines(3)}, **other)
    made.git("tag", "v1.0")
    made.commit("test: try it", {"tests/test_a.py": lines(5)})
    return made


def run(project: RepositoryBuilder, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "-f", str(project.path / "mkdocs.yml")])


def draft(project: RepositoryBuilder, name: str) -> str:
    return (project.path / "docs" / "episodes" / name).read_text(encoding="utf-8")


def keys(text: str) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load(split(text).yaml)
    return found


def test_a_first_episode_tells_of_what_came_since_the_last_tag(project: RepositoryBuilder) -> None:
    done = run(project, "new", "episode")

    assert done.exit_code == 0, done.output
    head, tagged = project.head, project.git("rev-parse", "v1.0")
    assert keys(draft(project, "e01.md")) == {
        "kind": "episode",
        "series": "ours",
        "number": 1,
        "title": "Episode 1",
        "type": "test",
        "date": keys(draft(project, "e01.md"))["date"],
        "repository": "ours",
        "commits": [f"{tagged[:12]}..{head[:12]}"],
    }
    assert "Files by kind: tests 1" in draft(project, "e01.md")
    assert "Tests touched: by 1 of 1 commits" in draft(project, "e01.md")


def test_the_next_episode_follows_the_last_in_number_and_in_commits_and_both_build(project: RepositoryBuilder) -> None:
    first = run(
        project, "new", "episode", "v1.0", "--series", "A tale: told", "--season", "2", "--title", "The <i>first</i> {{ x }}"
    )
    second = run(project, "new", "episode")

    text = draft(project, "s2e02.md")
    checked = run(project, "check")
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert (keys(text)["series"], keys(text)["season"], keys(text)["number"]) == ("A tale: told", 2, 2)
    assert keys(text)["commits"] == [f"{project.git('rev-parse', 'v1.0')[:12]}..{project.head[:12]}"]
    assert (checked.exit_code, checked.output.partition(";")[0]) == (0, "no findings")


def test_a_draft_of_the_whole_history_names_its_authors_releases_and_subjects(project: RepositoryBuilder) -> None:
    root = project.git("rev-list", "--max-parents=0", "HEAD")

    done = run(project, "new", "episode", f"{root},{root}..HEAD", "--title", "All of it")

    text = draft(project, "e01-all-of-it.md")
    assert done.exit_code == 0, done.output
    assert keys(text)["commits"] == [root[:12], f"{root[:12]}..{project.head[:12]}"]
    assert "Authors: Ada, Grace - - script" in text
    assert "Releases crossed: v1.0" in text
    assert "* fix: mend <b>it</b> - -> {{ x() }}" in text
    assert text.count("-->") == text.count("<!--")


def test_a_file_that_is_there_is_not_overwritten(project: RepositoryBuilder) -> None:
    project.write("docs/episodes/e01.md", "mine\n")

    done = run(project, "new", "episode")

    assert isinstance(done.exception, ChronicleError)
    assert "e01.md is there already" in str(done.exception)
    assert draft(project, "e01.md") == "mine\n"


@pytest.mark.parametrize(
    ("range_", "found"),
    [
        ("gone..HEAD", "'gone' names no commit"),
        ("HEAD..v1.0", "holds no commit"),
        ("a...b", "three dots"),
        ("--upload-pack=x", "No such option"),
    ],
)
def test_a_bad_range_is_named_and_writes_nothing(project: RepositoryBuilder, range_: str, found: str) -> None:
    done = run(project, "new", "episode", range_)

    assert done.exit_code != 0
    assert found in done.output + str(done.exception)
    assert not (project.path / "docs" / "episodes").exists()


def test_a_repository_without_a_commit_and_one_that_is_not_configured_are_named(tmp_path: Path) -> None:
    empty = RepositoryBuilder(tmp_path / "empty")
    empty.write("mkdocs.yml", CONFIGURATION)
    empty.write("docs/index.md", "# Home\n")

    done, other = run(empty, "new", "episode"), run(empty, "new", "episode", "--repository", "theirs")

    assert "ours has no commit yet" in str(done.exception)
    assert "no repository 'theirs' is configured" in str(other.exception)


def test_the_cut_end_of_a_shallow_clone_is_not_told_as_if_it_were_whole(project: RepositoryBuilder, tmp_path: Path) -> None:
    project.git("clone", "-q", "--depth", "2", f"file://{project.path}", str(tmp_path / "clone"))
    clone = RepositoryBuilder(tmp_path / "clone")

    whole = run(clone, "new", "episode", "HEAD~1,HEAD")
    inside = run(clone, "new", "episode", "HEAD~1..HEAD")

    assert "shallow clone" in str(whole.exception)
    assert inside.exit_code == 0, inside.output


@settings(max_examples=60)
@given(st.one_of(st.sampled_from(VECTORS), st.text(max_size=40)))
def test_any_text_in_front_matter_reads_back_and_none_leaves_a_remark(words: str) -> None:
    shown = "".join(one for one in " ".join(words.split()) if one.isprintable())

    assert yaml.safe_load(front_matter({"title": words}).strip("-\n"))["title"] == shown
    assert Seen(rendered(f"# T\n\n{remark([words])}\n\nafter", is_guarded=False)[0]).dangers == []
