"""Histories of every shape: merges, roots, cut, replaced and empty ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import RepositoryBuilder, lines, rows


@pytest.fixture
def builder(tmp_path: Path) -> RepositoryBuilder:
    return RepositoryBuilder(tmp_path / "sample")


def parents_of(builder: RepositoryBuilder, revision: str) -> tuple[str, ...]:
    commits = builder.history().commits
    return next(iter(commits.loc[commits["revision"] == revision, "parents"]))


def test_a_merge_is_one_commit_without_files(builder: RepositoryBuilder) -> None:
    builder.commit("base", {"a": "a\n"})
    builder.git("checkout", "-q", "-b", "side")
    side = builder.commit("side", {"b": "b\n"})
    builder.git("checkout", "-q", "main")
    main = builder.commit("main", {"c": "c\n"})
    builder.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    merge = builder.head

    history = builder.history()

    assert len(history.commits) == 4
    assert rows(history, merge) == []
    assert parents_of(builder, merge) == (main, side)


def test_a_change_made_in_the_merge_itself_is_not_counted_twice(builder: RepositoryBuilder) -> None:
    builder.commit("base", {"a": "a\n"})
    builder.git("checkout", "-q", "-b", "side")
    builder.commit("side", {"b": "b\n"})
    builder.git("checkout", "-q", "main")
    builder.commit("main", {"c": "c\n"})
    builder.git("merge", "-q", "--no-commit", "--no-ff", "side")
    evil = builder.commit("merge", {"evil": "x\n"})

    history = builder.history()

    assert rows(history, evil) == []
    assert sorted(history.files["path"]) == ["a", "b", "c"]


def test_an_octopus_and_several_roots_keep_all_parents(builder: RepositoryBuilder) -> None:
    builder.commit("base", {"a": "a\n"})
    tips = []
    for name in ("one", "two"):
        builder.git("checkout", "-q", "-b", name, "main")
        tips.append(builder.commit(name, {name: "x\n"}))
    builder.git("checkout", "-q", "--orphan", "island")
    builder.git("rm", "-rfq", ".")
    tips.append(builder.commit("island", {"island": "x\n"}))
    builder.git("checkout", "-q", "main")
    builder.git("commit-tree", "-h", check=False)
    arguments = [word for tip in [builder.head, *tips] for word in ("-p", tip)]
    octopus = builder.git("commit-tree", builder.tree, *arguments, "-m", "octopus")
    builder.git("update-ref", "refs/heads/main", octopus)

    commits = builder.history().commits

    assert len(parents_of(builder, octopus)) == 4
    assert sum(len(several) == 0 for several in commits["parents"]) == 2


def test_a_root_adds_its_files_whatever_the_configuration_says(builder: RepositoryBuilder) -> None:
    builder.git("config", "log.showRoot", "false")
    root = builder.commit("root", {"a": lines(3)})

    assert rows(builder.history(), root) == [("A", "a", 3, 0)]


def test_an_empty_commit_between_two_full_ones_has_no_files(builder: RepositoryBuilder) -> None:
    first = builder.commit("first", {"a": "1\n"})
    empty = builder.commit("nothing")
    last = builder.commit("last", {"a": "2\n"})

    history = builder.history()

    assert [len(rows(history, revision)) for revision in (first, empty, last)] == [1, 0, 1]


def test_a_shallow_clone_says_where_it_is_cut_and_invents_no_lines(builder: RepositoryBuilder, tmp_path: Path) -> None:
    for number in range(4):
        builder.commit(f"commit {number}", {"a": lines(50 + number)})
    builder.git("clone", "-q", "--depth", "2", f"file://{builder.path}", str(tmp_path / "cut"))
    clone = RepositoryBuilder(tmp_path / "cut")

    history = clone.history()

    assert history.is_cut
    assert list(history.commits["is_boundary"]) == [False, True]
    assert [int(n) for n in history.files["added"]] == [1]


def test_a_deepened_clone_gains_the_files_that_its_boundary_hid(builder: RepositoryBuilder, tmp_path: Path) -> None:
    for number in range(4):
        builder.commit(f"commit {number}", {"a": lines(50 + number)})
    builder.git("clone", "-q", "--depth", "2", f"file://{builder.path}", str(tmp_path / "cut"))
    clone = RepositoryBuilder(tmp_path / "cut")
    clone.history(cache=tmp_path / "cache")
    clone.git("fetch", "-q", "--unshallow")

    history = clone.history(cache=tmp_path / "cache")

    assert not history.is_cut
    assert list(history.files["added"]) == [1, 1, 1, 50]


def test_replace_refs_and_grafts_change_nothing(builder: RepositoryBuilder) -> None:
    for number in range(4):
        builder.commit(f"commit {number}", {"a": lines(number)})
    hashes = builder.git("rev-list", "HEAD").split()
    builder.git("replace", hashes[1], hashes[3])
    builder.write(".git/info/grafts", f"{hashes[0]}\n")

    assert list(builder.history().commits["revision"]) == hashes


def test_wrong_clocks_do_not_put_a_commit_behind_its_parents(builder: RepositoryBuilder) -> None:
    dates = ("1500000000 +0000", "1300000000 +0000", "1900000000 +0000", "1400000000 +0000", "1400000000 +0000")
    made = [builder.commit(date, {"a": f"{i}\n"}, GIT_COMMITTER_DATE=date) for i, date in enumerate(dates)]

    history = builder.history()

    assert list(history.commits["revision"]) == made[::-1]
    assert len(history.files) == 5


def test_sha256_repositories_are_read_as_any_other(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path / "long", "--object-format=sha256")
    builder.commit("one", {"a": lines(30)})
    builder.git("mv", "a", "b")
    revision = builder.commit("two", {"c": "c\n"})

    history = builder.history(cache=tmp_path / "cache")

    assert len(revision) == 64 and history.head == revision
    assert rows(history, revision) == [("R", "b", 0, 0), ("A", "c", 1, 0)]
    assert len(builder.history(cache=tmp_path / "cache").commits) == 2


def test_a_squash_merge_is_an_ordinary_commit(builder: RepositoryBuilder) -> None:
    builder.commit("base", {"a": "a\n"})
    builder.git("checkout", "-q", "-b", "side")
    builder.commit("one", {"b": "b\n"})
    builder.commit("two", {"b": "b\nc\n"})
    builder.git("checkout", "-q", "main")
    builder.git("merge", "-q", "--squash", "side")
    builder.git("commit", "-q", "--no-edit")

    assert rows(builder.history(), builder.head) == [("A", "b", 2, 0)]
