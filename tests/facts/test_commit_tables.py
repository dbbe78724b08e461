"""The commit table, metrics of ranges, releases, activity and files, from a small history with known numbers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from repositories import RepositoryBuilder, lines

from chronicle.facts.activity import by_day, by_week
from chronicle.facts.commit_metrics import range_metrics
from chronicle.facts.commits import commit_table
from chronicle.facts.paths import area_of, language_of
from chronicle.facts.releases import is_version, releases
from chronicle.records.history import History


@pytest.fixture
def builder(tmp_path: Path) -> RepositoryBuilder:
    return RepositoryBuilder(tmp_path / "sample")


def facts_of(builder: RepositoryBuilder, revision: str) -> pd.Series:
    return commit_table(builder.history()).set_index("revision").loc[revision]


def test_one_commit_has_all_its_metrics(builder: RepositoryBuilder) -> None:
    builder.commit("base", {"src/a.py": lines(20), "src/old.py": lines(30), "img": b"\0", "gone.c": lines(4)})
    builder.git("mv", "src/old.py", "src/new.py")
    builder.git("rm", "-q", "gone.c")
    files = {"src/a.py": lines(22), "tests/test_a.py": lines(5, 100), "docs/x.md": "x\n", "img": b"\0\1", "yarn.lock": lines(9)}
    revision = builder.commit("feat(core)!: more (#12)\n\nwhy\n", files)

    row = facts_of(builder, revision)

    assert (row["files_changed"], row["lines_added"], row["lines_removed"], row["net_lines"]) == (7, 8, 4, 4)
    assert row["change_mix"] == "A:3 M:2 D:1 R:1"
    assert (row["binary_files"], row["generated_files"], row["directories"]) == (1, 1, 4)
    assert row["areas"] == ("code", "tests", "docs", "generated", "other")
    assert (row["tests_touched"], row["docs_touched"], row["is_merge"], row["is_root"]) == (True, True, False, False)
    assert (row["commit_type"], row["type_source"], row["scope"], row["is_breaking"]) == ("feat", "declared", "core", True)
    assert (row["subject"], row["body"], row["pull_request"]) == ("feat(core)!: more (#12)", "why", 12)
    assert row["lines_per_file"] == pytest.approx(12 / 5)
    assert row["complexity"] == sum(row[f"complexity_{part}"] for part in ("size", "spread", "folders", "rework")) > 10


def test_what_has_no_score_says_why(builder: RepositoryBuilder) -> None:
    builder.commit("base", {"a": "a\n"})
    empty = builder.commit("empty")
    lock = builder.commit("lock", {"Cargo.lock": lines(900)})
    builder.git("checkout", "-q", "-b", "side", "HEAD~1")
    builder.commit("side", {"b": "b\n"})
    builder.git("checkout", "-q", "main")
    builder.git("merge", "-q", "--no-ff", "-m", "m", "side")

    table = commit_table(builder.history()).set_index("revision")

    reasons = [table.loc[revision, "complexity_reason"] for revision in (empty, lock, builder.head)]
    assert reasons == ["no files", "generated files only", "merge"]
    assert {table.loc[revision, "complexity"] for revision in (empty, lock, builder.head)} == {1}


def test_a_moved_submodule_is_a_bump_and_no_lines(builder: RepositoryBuilder) -> None:
    builder.commit("base", {"a": "a\n"})
    builder.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},m")
    builder.git("commit", "-q", "-m", "bump")

    row = facts_of(builder, builder.head)

    assert (row["submodule_bumps"], row["lines_added"], row["files_changed"]) == (1, 0, 1)


def test_mode_changes_and_links_are_counted(builder: RepositoryBuilder) -> None:
    builder.commit("base", {"run.sh": "x\n"})
    (builder.path / "run.sh").chmod(0o755)
    (builder.path / "link").symlink_to("run.sh")
    row = facts_of(builder, builder.commit("modes"))

    assert (row["mode_changes"], row["symlinks"], row["files_changed"]) == (1, 1, 2)


def test_reverts_are_linked_by_the_hash_they_name(builder: RepositoryBuilder) -> None:
    builder.commit("base", {"a": "a\n"})
    wrong = builder.commit("wrong", {"a": "b\n"})
    builder.git("revert", "--no-edit", "HEAD")
    undone = builder.head
    builder.git("revert", "--no-edit", "HEAD")
    again = builder.head
    builder.commit(f"short\n\nThis reverts commit {wrong[:10]}.\n")
    builder.commit(f"unknown\n\nThis reverts commit {'1' * 40}.\n")

    table = commit_table(builder.history()).set_index("revision")

    assert table.loc[undone, "reverts"] == (wrong,)
    assert table.loc[again, "reverts"] == (undone,)
    assert table.loc[wrong, "reverted_by"] == (table.index[1], undone)
    assert table.iloc[0]["reverts"] == ()
    assert table.loc[undone, "commit_type"] == "revert"


def test_a_range_sums_its_commits_and_names_those_it_lacks(builder: RepositoryBuilder) -> None:
    builder.commit("base", {"a.py": lines(10)})
    one = builder.commit("fix: one", {"a.py": lines(12), "b/c.rs": lines(3)})
    two = builder.commit("docs: two", {"README.md": lines(2), "a.py": lines(12, 1)}, GIT_AUTHOR_EMAIL="bob@x")
    history = builder.history()

    found = range_metrics(history, [one, two, "f" * 40])

    assert (found.commits, found.authors, found.missing) == (2, 2, ("f" * 40,))
    assert (found.files_changed, found.file_changes, found.change_mix_text) == (3, 4, "A:2, M:2, D:0")
    assert (found.lines_added, found.lines_removed, found.net_lines) == (8, 1, 7)
    assert [(t.name, t.count) for t in found.languages] == [("Python", 1), ("Rust", 1), ("Markdown", 1)]
    assert [(t.name, t.count) for t in found.types] == [("docs", 1), ("fix", 1)]
    assert (found.docs_touched, found.tests_touched, found.declared_types) == (True, False, 2)
    assert found.first is not None and found.first < (found.last or found.first)


def test_a_range_of_nothing_is_zero_and_not_an_error(builder: RepositoryBuilder) -> None:
    builder.commit("base", {"a": "a\n"})

    found = range_metrics(builder.history(), [])

    assert (found.commits, found.first, found.lines_per_file, found.complexity_median) == (0, None, None, None)


def test_every_table_of_an_empty_repository_is_empty(builder: RepositoryBuilder) -> None:
    history = builder.history()
    table = commit_table(history)

    assert table.empty and by_day(table).empty and by_week(table).empty and releases(history) == ()
    assert range_metrics(history, []).commits == 0


def test_activity_has_a_row_for_quiet_days_and_weeks(builder: RepositoryBuilder) -> None:
    for day in ("2024-01-01T23:59:00Z", "2024-01-04T00:01:00Z", "2024-01-16T12:00:00Z"):
        builder.commit(day, {"a": f"{day}\n"}, GIT_COMMITTER_DATE=day)
    table = commit_table(builder.history())

    days, weeks = by_day(table), by_week(table)

    assert list(days["commits"]) == [1, 0, 0, 1, *[0] * 11, 1]
    assert list(weeks["week"].dt.strftime("%Y-%m-%d")) == ["2024-01-01", "2024-01-08", "2024-01-15"]
    assert list(weeks["commits"]) == [2, 0, 1]
    assert weeks["lines_added"].sum() == 3


def test_releases_own_the_commits_that_no_earlier_release_had(builder: RepositoryBuilder) -> None:
    first = builder.commit("one", {"a": "1\n"})
    builder.git("tag", "v1.0")
    second, third = builder.commit("two", {"a": "2\n"}), builder.commit("three", {"a": "3\n"})
    builder.git("tag", "-a", "-m", "x", "v1.1rc1")
    builder.git("tag", "v1.1")
    builder.commit("four", {"a": "4\n"})
    builder.git("tag", "nightly")

    found = {release.name: release for release in releases(builder.history())}

    assert set(found) == {"v1.0", "v1.1", "v1.1rc1"}
    assert found["v1.0"].revisions == (first,)
    assert {found["v1.1"].revisions, found["v1.1rc1"].revisions} == {(third, second), ()}
    assert (found["v1.1rc1"].is_prerelease, found["v1.1"].is_prerelease) == (True, False)
    assert found["v1.0"].previous is None


def test_a_release_branch_keeps_its_own_line(builder: RepositoryBuilder) -> None:
    builder.commit("one", {"a": "1\n"})
    builder.git("tag", "1.0")
    builder.commit("two", {"a": "2\n"})
    builder.git("tag", "2.0")
    builder.git("checkout", "-q", "-b", "old", "1.0")
    builder.commit("mend", {"b": "1\n"})
    builder.git("tag", "1.0.1")
    builder.git("checkout", "-q", "main")

    found = {release.name: release for release in releases(builder.history())}

    assert found["2.0"].previous == "1.0"
    assert found["1.0.1"].revisions == ()


@pytest.mark.parametrize("name", ["v1.2", "1.2.3", "pkg-2.0", "v3", "release/1.0", "v1.0.0-rc.1", "2024.1"])
def test_a_tag_with_a_version_is_a_release(name: str) -> None:
    assert is_version(name)


@pytest.mark.parametrize("name", ["nightly", "backup", "latest", "v", "x86", "build-2024"])
def test_a_tag_without_one_is_not(name: str) -> None:
    assert not is_version(name)


@pytest.mark.parametrize(
    ("path", "area", "language"),
    [
        ("src/a.py", "code", "Python"),
        ("src/test_a.py", "tests", "Python"),
        ("tests/data.json", "tests", "JSON"),
        ("web/a.test.ts", "tests", "TypeScript"),
        ("README", "docs", ""),
        ("docs/conf.py", "docs", "Python"),
        (".github/workflows/ci.yml", "ci", "YAML"),
        ("pyproject.toml", "build", "TOML"),
        ("requirements-dev.txt", "build", ""),
        ("Makefile", "build", "Make"),
        ("package-lock.json", "generated", "JSON"),
        ("logo.png", "other", ""),
        ("kernels/a.cu", "code", "CUDA"),
        (".gitignore", "other", ""),
        ("contest.py", "code", "Python"),
        ("src/changes.py", "code", "Python"),
        ("bench/copying.py", "code", "Python"),
        ("COPYING", "docs", ""),
        ("CHANGES.txt", "docs", ""),
    ],
)
def test_a_path_says_its_area_and_language(path: str, area: str, language: str) -> None:
    assert (area_of(path), language_of(path)) == (area, language)


def test_no_fact_changes_when_history_grows(builder: RepositoryBuilder) -> None:
    first = builder.commit("fix: one", {"a.py": lines(10), "b.py": lines(5)})
    columns = ["complexity", "change_mix", "commit_type", "lines_added", "areas"]
    before = facts_of(builder, first)[columns].tolist()
    for number in range(3):
        builder.commit("more", {"a.py": lines(200 * number)})

    assert facts_of(builder, first)[columns].tolist() == before


def test_a_history_cites_commits_by_name_and_revision(builder: RepositoryBuilder) -> None:
    revision = builder.commit("one", {"a": "1\n"})
    history: History = builder.history()

    assert history.cite(revision) == f"sample@{revision}"
