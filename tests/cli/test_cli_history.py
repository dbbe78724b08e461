"""``chronicle mine`` and ``chronicle metrics`` as a user meets them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import chronicle, chronicle_process
from repositories import RepositoryBuilder, lines


@pytest.fixture
def builder(tmp_path: Path) -> RepositoryBuilder:
    made = RepositoryBuilder(tmp_path / "sample")
    made.commit("feat: one", {"a.py": lines(10)})
    made.git("tag", "v1.0")
    made.commit("fix: two", {"a.py": lines(12), "docs/a.md": "x\n"})
    return made


def test_mine_says_what_it_read_and_then_that_nothing_is_new(builder: RepositoryBuilder, tmp_path: Path) -> None:
    first = chronicle(tmp_path, "mine", str(builder.path))
    second = chronicle(tmp_path, "mine", "-C", f"engine={builder.path}")

    assert (first.returncode, second.returncode) == (0, 0)
    assert f"sample@{builder.head[:12]}: 2 commits read" in first.stdout and "a second" in first.stdout
    assert f"engine@{builder.head[:12]}: nothing new, 2 commits known" in second.stdout
    assert list((tmp_path / ".chronicle" / "cache").rglob("*.sqlite"))


def test_mine_reads_the_others_and_fails_when_a_repository_is_missing(builder: RepositoryBuilder, tmp_path: Path) -> None:
    done = chronicle_process(tmp_path, "mine", str(tmp_path / "gone"), str(builder.path))

    assert done.returncode == 1
    assert "no such folder" in done.stderr and "2 commits read" in done.stdout


def test_mine_says_what_it_could_not_read(builder: RepositoryBuilder, tmp_path: Path) -> None:
    blob = builder.git("rev-parse", "HEAD:docs/a.md")
    (builder.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    first, second = (chronicle(tmp_path, "mine", str(builder.path)) for _ in range(2))

    assert first.returncode == second.returncode == 1
    assert "1 commit" in first.stderr and blob in first.stderr
    assert first.stderr == second.stderr


def test_mine_on_a_terminal_shows_a_bar_with_its_rate(builder: RepositoryBuilder, tmp_path: Path) -> None:
    ours, theirs = os.openpty()

    done = subprocess.run(
        [sys.executable, "-m", "chronicle", "mine", f"[b]x\x1b[31m={builder.path}"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    )
    os.close(theirs)

    shown = os.read(ours, 100_000).decode()
    assert done.returncode == 0 and "2 commits read" in done.stdout
    assert "commits/s" in shown and "[b]x" in shown and "Traceback" not in shown
    assert "\x1b[31m=" not in done.stdout


def test_mine_of_an_empty_repository_is_no_failure(tmp_path: Path) -> None:
    RepositoryBuilder(tmp_path / "empty")

    done = chronicle(tmp_path / "empty", "mine")

    assert (done.returncode, done.stdout.strip()) == (0, "empty: no commits yet")


def test_fresh_forgets_what_is_kept(builder: RepositoryBuilder, tmp_path: Path) -> None:
    chronicle(tmp_path, "mine", str(builder.path))

    assert "2 commits read" in chronicle(tmp_path, "mine", "--fresh", str(builder.path)).stdout


def test_metrics_of_a_range_as_a_table(builder: RepositoryBuilder) -> None:
    done = chronicle(builder.path, "metrics", "v1.0..HEAD", "--no-cache")

    assert done.returncode == 0
    assert "Lines added        3" in done.stdout
    assert "Change mix         A:1, M:1, D:0" in done.stdout
    assert not (builder.path / ".chronicle").exists()


def test_metrics_as_json_hold_every_number(builder: RepositoryBuilder, tmp_path: Path) -> None:
    done = chronicle_process(tmp_path, "metrics", "v1.0..", "-C", str(builder.path), "--format", "json", "--name", "engine")

    found = json.loads(done.stdout)
    assert (found["repository"], found["commits"], found["lines_added"], found["net_lines"]) == ("engine", 1, 3, 3)
    assert found["change_mix"] == {"A": 1, "M": 1, "D": 0, "R": 0, "C": 0, "T": 0}
    assert found["revisions"] == [builder.head]


def test_metrics_as_markdown_are_a_table_that_no_name_can_break(builder: RepositoryBuilder) -> None:
    done = chronicle(builder.path, "metrics", "--no-cache", "--format", "markdown", "--name", "a|b <i>*")

    rows = [line for line in done.stdout.splitlines() if line.startswith("|")]
    assert rows[:2] == ["| Metric | Value |", "|---|---|"]
    assert all(line.count("|") == 3 for line in rows)
    assert "<i>" not in done.stdout and "a\\|b" in done.stdout


def test_metrics_of_a_branch_beside_head_are_read_too(builder: RepositoryBuilder, tmp_path: Path) -> None:
    builder.git("checkout", "-q", "-b", "side")
    builder.commit("side", {"side.py": lines(7)})
    builder.git("checkout", "-q", "main")

    done = chronicle(tmp_path, "metrics", "main..side", "-C", str(builder.path), "--format", "json")

    assert json.loads(done.stdout)["lines_added"] == 7


@pytest.mark.parametrize("range_", ["nowhere..HEAD", "HEAD...v1.0", "a b c"])
def test_metrics_of_an_unknown_range_say_what_to_write(builder: RepositoryBuilder, range_: str) -> None:
    done = chronicle(builder.path, "metrics", "--no-cache", "--", range_)

    assert done.returncode == 2
    assert done.stderr.startswith("chronicle: ") and "\n  " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_range_that_looks_like_an_option_writes_no_file(builder: RepositoryBuilder) -> None:
    done = chronicle(builder.path, "metrics", "--no-cache", "--", "--output=stolen")

    assert done.returncode == 2
    assert not (builder.path / "stolen").exists()


def test_metrics_in_a_repository_without_commits_say_so(tmp_path: Path) -> None:
    RepositoryBuilder(tmp_path / "empty")

    done = chronicle(tmp_path / "empty", "metrics", "--no-cache")

    assert done.returncode == 2
    assert "names no commit" in done.stderr
