"""What is kept between builds: refreshed at the cost of what is new, and never able to make a build wrong."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
from repositories import RepositoryBuilder, lines

from chronicle.evidence import history_store
from chronicle.evidence.history import read_history
from chronicle.records.history import History


@pytest.fixture
def builder(tmp_path: Path) -> RepositoryBuilder:
    made = RepositoryBuilder(tmp_path / "sample")
    for number in range(5):
        made.commit(f"commit {number}", {"a": lines(10 + number), f"f{number % 3}": lines(number)})
    return made


@pytest.fixture(scope="module")
def long_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three thousand commits with files large enough that reading them takes a second."""
    path = tmp_path_factory.mktemp("long") / "long.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], check=True)
    subprocess.run(["git", "-C", str(path), "fast-import", "--quiet"], input=b"".join(long_stream()), check=True)
    return path


def long_stream() -> list[bytes]:
    rng = random.Random(3)
    texts = [[f"{rng.random()}" for _ in range(400)] for _ in range(6)]
    stream = []
    for number in range(1, 3001):
        which = number % 6
        texts[which][rng.randrange(400)] = f"{rng.random()}"
        text = "\n".join(texts[which]).encode()
        head = f"commit refs/heads/main\nmark :{number}\ncommitter A <a@b> {1_600_000_000 + number * 60} +0000\ndata 1\nx\n"
        stream += [head.encode(), f"M 100644 inline f{which}\ndata {len(text)}\n".encode(), text, b"\n"]
    return stream


@pytest.fixture(scope="module")
def long_history(long_repository: Path) -> History:
    """What that repository holds, read without a cache."""
    return read_history(long_repository, name="x", cache=None)


def mining(repository: Path, cache: Path) -> list[str]:
    return [sys.executable, "-m", "chronicle", "mine", str(repository), "--cache", str(cache)]


@pytest.fixture(scope="module")
def mining_seconds(long_repository: Path, tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long the command takes to mine that repository."""
    began = time.monotonic()
    subprocess.run(mining(long_repository, tmp_path_factory.mktemp("whole")), check=True, capture_output=True)
    return time.monotonic() - began


def counted(builder: RepositoryBuilder, cache: Path) -> tuple[History, int]:
    """The history, and how many commits were read for it."""
    totals: list[int] = [0]
    history = read_history(builder.path, name="sample", cache=cache, progress=lambda done, total: totals.append(total))
    return history, max(totals)


def assert_same(one: History, other: History) -> None:
    pd.testing.assert_frame_equal(one.commits, other.commits)
    pd.testing.assert_frame_equal(one.files, other.files)


def test_a_second_build_reads_nothing_and_says_the_same(builder: RepositoryBuilder, tmp_path: Path) -> None:
    first, read_first = counted(builder, tmp_path / "cache")
    second, read_second = counted(builder, tmp_path / "cache")

    assert (read_first, read_second) == (5, 0)
    assert_same(first, second)


def test_a_refresh_reads_what_is_new_and_equals_a_fresh_mine(builder: RepositoryBuilder, tmp_path: Path) -> None:
    counted(builder, tmp_path / "cache")
    builder.git("checkout", "-q", "-b", "side", "HEAD~3")
    builder.commit("side", {"side": "x\n"})
    builder.git("checkout", "-q", "main")
    builder.git("merge", "-q", "--no-ff", "-m", "merge", "side")

    history, read = counted(builder, tmp_path / "cache")

    assert read == 2
    assert_same(history, builder.history())


def test_a_rewritten_history_is_noticed_and_what_it_left_is_kept_and_marked(builder: RepositoryBuilder, tmp_path: Path) -> None:
    old = builder.head
    counted(builder, tmp_path / "cache")
    builder.git("reset", "-q", "--hard", "HEAD~1")
    new = builder.commit("instead", {"a": "new\n"})

    history, read = counted(builder, tmp_path / "cache")

    assert read == 1
    assert history.head == new
    assert list(history.commits.loc[~history.commits["is_on_head"], "revision"]) == [old]


def test_a_tip_that_was_collected_is_no_reason_to_stop(builder: RepositoryBuilder, tmp_path: Path) -> None:
    old = builder.head
    counted(builder, tmp_path / "cache")
    builder.git("reset", "-q", "--hard", "HEAD~1")
    builder.commit("instead", {"a": "new\n"})
    builder.git("reflog", "expire", "--expire=now", "--all")
    builder.git("gc", "-q", "--prune=now")

    history, read = counted(builder, tmp_path / "cache")

    assert read == 1
    assert list(history.commits.loc[~history.commits["is_on_head"], "revision"]) == [old]


def test_a_tip_that_comes_back_is_on_head_again(builder: RepositoryBuilder, tmp_path: Path) -> None:
    old = builder.head
    counted(builder, tmp_path / "cache")
    builder.git("reset", "-q", "--hard", "HEAD~1")
    counted(builder, tmp_path / "cache")
    builder.git("reset", "-q", "--hard", old)

    history, read = counted(builder, tmp_path / "cache")

    assert read == 0
    assert history.commits["is_on_head"].all()


def test_commits_of_another_branch_are_read_when_asked_for(builder: RepositoryBuilder, tmp_path: Path) -> None:
    builder.git("checkout", "-q", "-b", "side")
    side = builder.commit("side", {"side": "x\n"})
    builder.git("checkout", "-q", "main")

    history = read_history(builder.path, name="sample", cache=tmp_path / "cache", tips=[side])

    assert list(history.commits.loc[~history.commits["is_on_head"], "revision"]) == [side]


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_cache_is_rebuilt_without_a_word(builder: RepositoryBuilder, tmp_path: Path, damage: bytes) -> None:
    expected, _ = counted(builder, tmp_path / "cache")
    (file,) = (tmp_path / "cache").rglob("*.sqlite")
    file.write_bytes(damage)

    history, read = counted(builder, tmp_path / "cache")

    assert read == 5
    assert_same(history, expected)


def test_a_cache_damaged_in_the_middle_is_rebuilt(builder: RepositoryBuilder, tmp_path: Path) -> None:
    expected, _ = counted(builder, tmp_path / "cache")
    (file,) = (tmp_path / "cache").rglob("*.sqlite")
    database = sqlite3.connect(file)
    database.execute("UPDATE block SET columns = substr(columns, 1, length(columns) - 9)")
    database.commit()
    database.close()

    assert_same(counted(builder, tmp_path / "cache")[0], expected)


def test_pages_of_the_cache_overwritten_anywhere_never_change_a_table(builder: RepositoryBuilder, tmp_path: Path) -> None:
    expected, _ = counted(builder, tmp_path / "cache")
    (file,) = (tmp_path / "cache").rglob("*.sqlite")
    whole = file.read_bytes()

    for page in range(0, len(whole), 4096):
        file.write_bytes(whole[:page] + b"\x5a" * 4096 + whole[page + 4096 :])
        assert_same(counted(builder, tmp_path / "cache")[0], expected)


def test_other_settings_read_everything_again(
    builder: RepositoryBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(builder, tmp_path / "cache")
    monkeypatch.setattr(history_store, "PINNED_SETTINGS", ("diff.algorithm=patience",))

    assert counted(builder, tmp_path / "cache")[1] == 5


def test_a_cache_that_cannot_be_written_is_done_without(builder: RepositoryBuilder, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")

    assert len(counted(builder, tmp_path / "cache")[0].commits) == 5


def test_a_cache_that_someone_holds_is_done_without(
    builder: RepositoryBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_store, "_WAIT_SECONDS", 0.05)
    expected, _ = counted(builder, tmp_path / "cache")
    (file,) = (tmp_path / "cache").rglob("*.sqlite")
    holder = sqlite3.connect(file, isolation_level=None)

    holder.execute("BEGIN IMMEDIATE")
    waiting, _ = counted(builder, tmp_path / "cache")
    builder.commit("more", {"new": "x\n"})
    newer, _ = counted(builder, tmp_path / "cache")
    holder.execute("ROLLBACK")

    assert_same(waiting, expected)
    assert len(newer.commits) == 6
    assert counted(builder, tmp_path / "cache")[1] == 1


def test_two_builds_at_once_give_the_same_tables(long_repository: Path, long_history: History, tmp_path: Path) -> None:
    found: list[History] = []

    def build() -> None:
        found.append(read_history(long_repository, name="x", cache=tmp_path / "cache"))

    builds = [threading.Thread(target=build) for _ in range(2)]
    for thread in builds:
        thread.start()
    for thread in builds:
        thread.join()

    assert len(found) == 2
    for history in [*found, read_history(long_repository, name="x", cache=tmp_path / "cache")]:
        assert_same(history, long_history)


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.15, 0.45, 0.7, 0.9])
def test_a_mine_killed_at_any_moment_is_finished_by_the_next(
    long_repository: Path, long_history: History, mining_seconds: float, tmp_path: Path, share: float
) -> None:
    killed = subprocess.Popen(
        mining(long_repository, tmp_path / "cache"),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(mining_seconds * share)

    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()

    assert_same(read_history(long_repository, name="x", cache=tmp_path / "cache"), long_history)
    assert_same(read_history(long_repository, name="x", cache=tmp_path / "cache"), long_history)
