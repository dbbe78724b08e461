"""``chronicle init`` as a newcomer meets it: what is written, what is left alone, and what is said about it."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from repositories import RepositoryBuilder, lines

from chronicle.cli import cli
from chronicle.documents.drafts.beginnings import values_of
from chronicle.documents.front_matter import split
from chronicle.errors import ChronicleError, ProblemsFound

FILES = ["mkdocs.yml", "docs/index.md", "bench/waiting.py", "bench/copying.py", ".gitignore", ".github/workflows/chronicle.yml"]


def init(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["init", str(folder), *options])


def states(done: Result) -> dict[str, str]:
    return {one["path"]: one["state"] for one in json.loads(done.stdout)}


def held(folder: Path) -> dict[str, str]:
    """Every file of a folder but git's own, with a digest of its bytes."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and ".git" not in path.relative_to(folder).parts]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def empty(tmp_path: Path) -> RepositoryBuilder:
    return RepositoryBuilder(tmp_path / "empty")


def test_an_empty_repository_gets_every_file_and_each_is_told_with_what_it_is_for(empty: RepositoryBuilder) -> None:
    done = init(empty.path)

    assert done.exit_code == 0, done.output
    assert sorted(held(empty.path)) == sorted(FILES)
    told = [line.split("  ") for line in done.output.splitlines() if line.startswith("new ")]
    assert [line[-1] != "" for line in told] == [True] * len(FILES)
    assert "the repository has no commit yet" in done.output
    assert "mkdocs serve --open" in done.output.partition("Next:")[2]


def test_a_second_call_changes_no_byte_and_says_of_each_file_that_it_is_there(empty: RepositoryBuilder) -> None:
    init(empty.path)
    before = held(empty.path)

    again = init(empty.path, "--json")

    assert held(empty.path) == before
    assert states(again) == {**dict.fromkeys(FILES, "there already"), "docs/episodes": "not yet"}


def test_a_dry_run_prints_what_a_call_would_do_and_writes_nothing(empty: RepositoryBuilder) -> None:
    empty.write("docs/index.md", "# Ours\n")
    empty.write("mkdocs.yml", "site_name: Ours # by hand\nplugins: [search]\n")
    before = held(empty.path)

    done = init(empty.path, "--dry-run")

    assert done.exit_code == 0
    assert held(empty.path) == before
    assert "+plugins: [search, {chronicle: {repositories: {empty: .}}}]" in done.output


def test_a_folder_that_is_no_repository_is_named_and_made_one_only_when_asked(tmp_path: Path) -> None:
    refused, tried = init(tmp_path), init(tmp_path, "--git", "--dry-run")
    assert "is in no git repository" in str(refused.exception)
    assert "chronicle init --git" in str(refused.exception)
    assert tried.exit_code == 0 and held(tmp_path) == {} and not (tmp_path / ".git").exists()

    done = init(tmp_path, "--git")

    assert done.exit_code == 0, done.output
    assert sorted(held(tmp_path)) == sorted(FILES)
    assert (tmp_path / ".git" / "HEAD").is_file()


def test_the_first_episode_tells_of_the_last_release(tmp_path: Path) -> None:
    project = RepositoryBuilder(tmp_path / "released")
    project.commit("feat: begin", {"a.py": lines(3)})
    project.git("tag", "v1.0")
    project.commit("fix: mend", {"a.py": lines(4)})
    project.git("tag", "v1.1")
    project.commit("feat: go on", {"a.py": lines(5)})

    init(project.path)

    (draft,) = (project.path / "docs" / "episodes").iterdir()
    keys = yaml.safe_load(split(draft.read_text()).yaml)
    assert draft.name == "e01-release-v1-1.md"
    assert (keys["title"], keys["series"], keys["repository"]) == ("Release v1.1", "released", "released")
    assert keys["commits"] == [f"{project.git('rev-parse', 'v1.0')[:12]}..{project.git('rev-parse', 'v1.1')[:12]}"]


def test_without_a_release_it_tells_of_the_first_commits_and_no_more(tmp_path: Path) -> None:
    project = RepositoryBuilder(tmp_path / "long")
    made = [project.commit(f"feat: step {number}") for number in range(23)]

    init(project.path)

    (draft,) = (project.path / "docs" / "episodes").iterdir()
    keys = yaml.safe_load(split(draft.read_text()).yaml)
    assert keys["commits"] == [made[0][:12], f"{made[0][:12]}..{made[19][:12]}"]


@pytest.mark.parametrize(("depth", "found"), [(1, []), (2, ["e01-the-latest-commits.md"])])
def test_a_shallow_clone_is_told_only_as_far_as_it_reaches(tmp_path: Path, depth: int, found: list[str]) -> None:
    project = RepositoryBuilder(tmp_path / "whole")
    for number in range(4):
        project.commit(f"feat: step {number}", {"a.py": lines(number)})
    project.git("clone", "-q", "--depth", str(depth), f"file://{project.path}", str(tmp_path / "clone"))

    done = init(tmp_path / "clone")

    assert done.exit_code == 0, done.output
    assert [path.name for path in (tmp_path / "clone/docs").glob("episodes/*")] == found
    assert ("git fetch --unshallow" in done.output) is not found


def test_an_author_s_files_keep_every_byte_and_the_site_tells_of_them(tmp_path: Path) -> None:
    project = RepositoryBuilder(tmp_path / "theirs")
    theirs = {
        "docs/README.md": "# Mine\n",
        "docs/episodes/a.md": "---\nkind: episode\n---\n",
        "bench/own.py": "import chronicle\n",
    }
    theirs |= {
        ".github/workflows/docs.yml": "jobs: {a: {steps: [{run: mkdocs gh-deploy}]}}\n",
        "mkdocs.yml": "site_name: Mine\n",
    }
    project.commit("docs: mine", {**theirs, ".gitignore": "*.o\r\n"})
    before = held(project.path)

    done = init(project.path, "--json")

    after = held(project.path)
    assert {path for path in after if before.get(path) != after[path]} == {"mkdocs.yml", ".gitignore"}
    assert (project.path / ".gitignore").read_bytes().startswith(b"*.o\r\n")
    assert "fetch-depth: 0" in done.stdout
    assert set(states(done).values()) == {"there already", "extended"}


def test_settings_that_cannot_be_extended_safely_stay_and_the_lines_are_printed(empty: RepositoryBuilder) -> None:
    empty.write("mkdocs.yml", "INHERIT: base.yml\nsite_name: Ours\n")

    done = init(empty.path)

    assert done.exit_code == 1
    assert (empty.path / "mkdocs.yml").read_text() == "INHERIT: base.yml\nsite_name: Ours\n"
    assert [line.strip() for line in done.output.splitlines() if "repositories:" in line or "empty: ." in line]
    assert "- search" in done.output
    assert (empty.path / "bench" / "waiting.py").is_file()


@pytest.mark.parametrize("name", ["mkdocs.yml", "mkdocs.yaml"])
def test_broken_settings_stop_everything_with_their_line(empty: RepositoryBuilder, name: str) -> None:
    empty.write(name, "site_name: [\n")

    done = init(empty.path)

    assert isinstance(done.exception, ProblemsFound)
    assert str(done.exception).startswith(f"{name}:2: ")
    assert sorted(held(empty.path)) == [name]


def test_settings_that_are_no_text_are_named_with_their_line(empty: RepositoryBuilder) -> None:
    empty.write("mkdocs.yml", b"site_name: x\n# caf\xe9\n")

    done = init(empty.path)

    assert "mkdocs.yml:2: bytes that are not UTF-8" in str(done.exception)


def test_settings_that_mkdocs_refuses_are_extended_and_its_words_are_told(empty: RepositoryBuilder) -> None:
    empty.write("docs/index.md", "# Ours\n")
    empty.write("mkdocs.yml", "site_name: Ours\nplugins:\n  - search\n  - not-installed\n")

    done = init(empty.path)

    assert done.exit_code == 1
    assert 'The "not-installed" plugin is not installed' in done.output
    assert values_of((empty.path / "mkdocs.yml").read_text())["plugins"][:2] == ["search", "not-installed"]


def test_pages_that_sphinx_builds_are_left_to_it(empty: RepositoryBuilder) -> None:
    empty.write("docs/conf.py", "project = 'theirs'\n")

    refused, apart = init(empty.path), init(empty.path, "--docs", "journal", "--json")

    assert "is built by Sphinx" in str(refused.exception)
    assert states(apart)["journal/index.md"] == "new"
    assert values_of((empty.path / "mkdocs.yml").read_text())["docs_dir"] == "journal"


def test_a_bare_repository_is_refused(tmp_path: Path) -> None:
    bare = RepositoryBuilder(tmp_path / "bare.git", "--bare")

    assert "is a bare repository" in str(init(bare.path).exception)


@pytest.mark.parametrize(
    ("file", "option", "folder"), [("bench", "--bench", "measured"), ("bench/compare.py", "--bench", "measured")]
)
def test_a_bench_that_is_not_ours_is_left_alone_and_another_folder_may_be_named(
    empty: RepositoryBuilder, file: str, option: str, folder: str
) -> None:
    empty.write(file, "print('mine')\n")

    done, elsewhere = init(empty.path, "--dry-run"), init(empty.path, option, folder)

    assert done.exit_code == 1 and "chronicle init --bench measurements" in done.output
    assert elsewhere.exit_code == 0, elsewhere.output
    assert (empty.path / "measured" / "waiting.py").is_file()
    assert values_of((empty.path / "mkdocs.yml").read_text())["plugins"][1]["chronicle"]["bench"] == "measured"
    assert f"--machine my-laptop --bench {folder}" in elsewhere.output


def test_a_file_where_a_folder_must_be_and_a_link_that_leads_out_are_named(empty: RepositoryBuilder, tmp_path: Path) -> None:
    empty.write(".github", "a file\n")
    (tmp_path / "outside").mkdir()
    (empty.path / "docs").symlink_to(tmp_path / "outside")

    done = init(empty.path, "--json")

    assert done.exit_code == 1
    assert {path for path, state in states(done).items() if state == "by hand"} == {
        ".github/workflows/chronicle.yml",
        "docs/index.md",
    }
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named_and_stays_as_it_was(empty: RepositoryBuilder) -> None:
    empty.path.chmod(0o555)

    done = init(empty.path)

    empty.path.chmod(0o755)
    assert isinstance(done.exception, ChronicleError)
    assert "cannot be written" in str(done.exception)
    assert held(empty.path) == {}


def test_a_file_that_cannot_be_written_takes_the_others_away_again(empty: RepositoryBuilder, tmp_path: Path) -> None:
    empty.write("bench/results/x", "kept\n")
    (empty.path / "bench" / "copying.py").symlink_to(tmp_path / "nowhere" / "at-all.py")

    done = init(empty.path)

    assert "cannot be written" in str(done.exception)
    assert sorted(held(empty.path)) == ["bench/results/x"]


def test_a_site_below_the_top_of_a_repository_publishes_from_there(empty: RepositoryBuilder) -> None:
    below = empty.path / "the site"
    below.mkdir()

    done = init(below, "--json")

    flow = yaml.safe_load((empty.path / ".github/workflows/chronicle.yml").read_text())
    assert done.exit_code == 0, done.output
    assert {states(done)[path] for path in (".gitignore", "../.github/workflows/chronicle.yml")} == {"new"}
    assert flow["defaults"]["run"]["working-directory"] == "the site"
    assert flow["jobs"]["build"]["steps"][-1]["with"]["path"] == "the site/site"


def test_addresses_come_from_the_remote_without_its_token(empty: RepositoryBuilder) -> None:
    empty.git("remote", "add", "origin", "https://me:secret@github.com/Owner/the-project.git")

    init(empty.path)

    text = (empty.path / "mkdocs.yml").read_text()
    assert "site_name: the-project\n" in text
    assert 'site_url: !ENV [CHRONICLE_SITE_URL, "https://owner.github.io/the-project/"]' in text
    assert 'repo_url: "https://github.com/Owner/the-project"' in text
    assert "secret" not in text


def test_the_workflow_pins_every_action_and_lets_only_publishing_write(empty: RepositoryBuilder) -> None:
    empty.git("checkout", "-q", "-b", "trunk")

    init(empty.path)

    text = (empty.path / ".github/workflows/chronicle.yml").read_text()
    flow = yaml.safe_load(text)
    uses = [line.split("uses: ")[1] for line in text.splitlines() if "uses: " in line]
    assert [len(use.partition("@")[2].split(" # v")[0]) for use in uses] == [40] * 5
    assert flow[True]["push"]["branches"] == ["trunk"]
    assert flow["permissions"] == {"contents": "read"}
    assert {name: job.get("permissions") for name, job in flow["jobs"].items()} == {
        "build": None,
        "publish": {"pages": "write", "id-token": "write"},
    }


def test_the_workflow_installs_what_the_site_s_own_plugins_need(empty: RepositoryBuilder) -> None:
    empty.write("mkdocs.yml", "site_name: x\ntheme: material\nplugins: [search, mike]\n")

    init(empty.path)

    assert "pip install chimera-chronicle mike==" in (empty.path / ".github/workflows/chronicle.yml").read_text()


@pytest.mark.parametrize("option", ["--docs", "--bench"])
@pytest.mark.parametrize("name", ["/tmp/x", "../x", "", "a//b"])
def test_a_folder_outside_the_project_is_refused(empty: RepositoryBuilder, option: str, name: str) -> None:
    done = init(empty.path, option, name)

    assert "no folder inside the project" in str(done.exception)
    assert held(empty.path) == {}
