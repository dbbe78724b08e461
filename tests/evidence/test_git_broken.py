"""Stores with holes, commits too large to read, workers that die: what can be read is read, and the rest is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from repositories import RepositoryBuilder, lines, rows

from chronicle.errors import ChronicleError
from chronicle.evidence import git_launch, git_workers
from chronicle.evidence.history import read_histories, read_history
from chronicle.facts.commit_metrics import range_metrics
from chronicle.facts.commits import commit_table


@pytest.fixture
def builder(tmp_path: Path) -> RepositoryBuilder:
    made = RepositoryBuilder(tmp_path / "sample")
    for number in range(6):
        made.commit(f"commit {number}", {"a": lines(20 + number), f"b{number}": f"b{number}\n"})
    return made


def install_git(tmp_path: Path, builder: RepositoryBuilder, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a git on PATH that runs the shell code ``first`` and then, if still there, the real one."""
    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "git").write_text(f'#!/bin/sh\n{first}\nexec {builder.git("--exec-path")}/git "$@"\n')
    (fake / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake}{os.pathsep}{os.environ['PATH']}")


def remove_object(builder: RepositoryBuilder, name: str) -> None:
    place = builder.path / ".git" / "objects" / name[:2] / name[2:]
    place.chmod(0o644)
    place.unlink()


def test_a_missing_blob_costs_the_lines_of_its_commits_and_nothing_else(builder: RepositoryBuilder) -> None:
    third = builder.git("rev-parse", "HEAD~3")
    remove_object(builder, builder.git("rev-parse", "HEAD~3:b2"))

    history = builder.history()

    assert len(history.commits) == 6
    assert [row[0] for row in rows(history, third)] == ["M", "A"]
    assert list(history.files.loc[history.files["revision"] == third, "uncounted"]) == ["unreadable"] * 2
    assert history.files["uncounted"].eq("").sum() == 10
    assert "without line counts" in history.skipped[0].found and third[:12] in history.skipped[0].found


def test_facts_of_an_unread_commit_say_so_instead_of_being_zero(builder: RepositoryBuilder) -> None:
    third = builder.git("rev-parse", "HEAD~3")
    remove_object(builder, builder.git("rev-parse", "HEAD~3:b2"))
    history = builder.history()

    row = commit_table(history).set_index("revision").loc[third]

    assert (row["unreadable_files"], row["complexity_reason"]) == (2, "not read in full")
    assert range_metrics(history, [third]).unreadable_files == 2


def test_an_object_that_comes_back_is_read_at_the_next_change(builder: RepositoryBuilder, tmp_path: Path) -> None:
    blob = builder.git("rev-parse", "HEAD~3:b2")
    remove_object(builder, blob)
    builder.history(cache=tmp_path / "cache")
    builder.git("hash-object", "-w", "--stdin", stdin=b"b2\n")
    builder.commit("next", {"c": "c\n"})

    history = builder.history(cache=tmp_path / "cache")

    assert history.skipped == ()
    assert not history.files["uncounted"].any()


def test_a_missing_tree_costs_the_files_of_its_commits(builder: RepositoryBuilder) -> None:
    remove_object(builder, builder.git("rev-parse", "HEAD~3^{tree}"))

    history = builder.history()

    assert len(history.commits) == 6
    assert sorted(history.commits["unread"]) == ["", "", "", "", "files", "files"]


def test_a_missing_commit_is_an_error_and_not_a_shorter_history(builder: RepositoryBuilder) -> None:
    remove_object(builder, builder.git("rev-parse", "HEAD~3"))

    with pytest.raises(ChronicleError, match="git") as failure:
        builder.history()

    assert "missing" in failure.value.hint


def test_a_clone_without_blobs_is_read_without_the_network(builder: RepositoryBuilder, tmp_path: Path) -> None:
    builder.git("config", "uploadpack.allowFilter", "true")
    builder.git("clone", "-q", "--bare", "--filter=blob:none", f"file://{builder.path}", str(tmp_path / "partial.git"))
    before = sum(1 for _ in (tmp_path / "partial.git").rglob("*"))

    history = read_history(tmp_path / "partial.git", name="partial", cache=None)

    assert len(history.commits) == 6 and len(history.files) == 12 - 1 + 1
    assert set(history.files["uncounted"]) == {"unreadable"}
    assert history.skipped
    assert sum(1 for _ in (tmp_path / "partial.git").rglob("*")) == before


def test_a_commit_of_countless_paths_ends_at_the_memory_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_launch, "MEMORY_LIMIT_BYTES", 64 << 20)
    builder = RepositoryBuilder(tmp_path / "bomb")
    builder.commit("before", {"a": "a\n"})
    inner = builder.git("hash-object", "-w", "--stdin", stdin=b"x")
    kind = "blob"
    for _ in range(10):
        entries = "".join(f"{'100644' if kind == 'blob' else '040000'} {kind} {inner}\tn{i}\n" for i in range(10))
        inner, kind = builder.git("mktree", stdin=entries.encode()), "tree"
    bomb = builder.git("commit-tree", inner, "-p", "HEAD", "-m", "bomb")
    builder.git("update-ref", "refs/heads/main", bomb)
    builder.git("symbolic-ref", "HEAD", "refs/heads/main")

    history = builder.history()

    assert dict(zip(history.commits["message"], history.commits["unread"], strict=True)) == {"bomb\n": "files", "before": ""}
    assert "files are unknown" in history.skipped[0].found


def test_a_git_that_prints_nothing_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    builder = RepositoryBuilder(tmp_path / "one")
    builder.commit("one", {"a": "a\n"})
    install_git(tmp_path, builder, 'case "$*" in *--numstat*) exec sleep 60;; esac', monkeypatch)
    monkeypatch.setattr(git_workers, "STALL_SECONDS", 1.0)

    history = builder.history()

    assert list(history.files["uncounted"]) == ["unreadable"]
    assert "printed nothing" in history.skipped[0].found


def test_a_worker_that_fails_fails_the_mine(
    builder: RepositoryBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_git(tmp_path, builder, 'case "$*" in *--no-walk*) echo "fatal: broken" >&2; exit 128;; esac', monkeypatch)

    with pytest.raises(ChronicleError, match="broken"):
        builder.history()


def test_a_git_killed_from_outside_is_asked_again(
    builder: RepositoryBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = f"if [ ! -e {tmp_path}/died ]; then touch {tmp_path}/died; kill -9 $$; fi"
    install_git(tmp_path, builder, f'case "$*" in *--numstat*) {once};; esac', monkeypatch)

    history = builder.history()

    assert history.skipped == ()
    assert (len(history.commits), len(history.files)) == (6, 12)


def test_output_larger_than_a_block_is_read_in_pieces(builder: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_workers, "BLOCK_BYTES", 600)

    history = builder.history()

    assert (len(history.commits), len(history.files), history.skipped) == (6, 12, ())


def test_a_missing_repository_is_reported_and_the_others_are_read(builder: RepositoryBuilder, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    places = {"sample": builder.path, "gone": tmp_path / "nowhere", "plain": tmp_path / "plain"}

    histories, problems = read_histories(places, cache=tmp_path / "cache")

    assert [history.cite(history.head or "") for history in histories] == [f"sample@{builder.head}"]
    assert [problem.file for problem in problems] == ["gone", "plain"]
    assert all(problem.hint for problem in problems)


def test_a_missing_git_says_what_to_install(builder: RepositoryBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(ChronicleError, match="git was not found"):
        builder.history()
