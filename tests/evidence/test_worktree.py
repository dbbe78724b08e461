"""The revision a run is recorded under, and whether what was measured is really that revision."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import RepositoryBuilder

from chronicle.errors import ChronicleError
from chronicle.evidence.worktree import holds, read_worktree


@pytest.fixture
def repository(tmp_path: Path) -> RepositoryBuilder:
    builder = RepositoryBuilder(tmp_path / "project")
    builder.commit(
        "begin", {"bench/decode.py": "x = 1\n", "bench/results/m/r/record.json": "{}", "src/results/x.py": "y = 1\n"}
    )
    return builder


def test_a_clean_tree_is_at_its_revision(repository: RepositoryBuilder) -> None:
    found = read_worktree(repository.path / "bench")

    assert (found.revision, found.is_dirty) == (repository.head, False)
    assert found.root == repository.path


@pytest.mark.parametrize("path", ["bench/decode.py", "src/results/x.py"])
def test_a_changed_file_makes_it_dirty(repository: RepositoryBuilder, path: str) -> None:
    repository.write(path, "changed\n")

    assert read_worktree(repository.path / "bench").is_dirty


@pytest.mark.parametrize("path", ["bench/new.py", "bench/lab/model.py"])
def test_code_that_is_measured_and_not_tracked_makes_it_dirty(repository: RepositoryBuilder, path: str) -> None:
    repository.write(path, "x = 1\n")

    assert read_worktree(repository.path / "bench").is_dirty


@pytest.mark.parametrize(
    "path", ["bench/results/m/r/record.json", "bench/results/m/new/record.json", "notes.txt", "scratch.py"]
)
def test_recorded_runs_and_unrelated_new_files_do_not(repository: RepositoryBuilder, path: str) -> None:
    repository.write(path, "changed\n")

    assert not read_worktree(repository.path / "bench").is_dirty


def test_a_folder_in_no_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ChronicleError, match="in no git work tree with a commit"):
        read_worktree(tmp_path)


def test_a_repository_without_a_commit_is_refused(tmp_path: Path) -> None:
    empty = RepositoryBuilder(tmp_path / "empty")

    with pytest.raises(ChronicleError, match="in no git work tree with a commit"):
        read_worktree(empty.path)


@pytest.mark.parametrize(
    ("name", "is_there"),
    [
        ("tests/test_it.py", True),
        ("tests/test_it.py::test_one", True),
        ("tests/test_it.py::Suite::test_two[3-a]", True),
        ("tests/test_it.py::test_on", False),
        ("tests/test_it.py::(?:", False),
        ("tests", False),
        ("tests/gone.py", False),
        ("../outside.py", False),
        ("tests/../../outside.py", False),
        ("tests/./test_it.py", False),
        ("tests\\test_it.py", False),
        ("tests/link.py", False),
        ("bytes.bin::test_one", False),
        ("\0", False),
        ("", False),
        ("x" * 5000, False),
    ],
)
def test_a_guard_is_a_file_below_the_work_tree_and_a_definition_in_it(tmp_path: Path, name: str, is_there: bool) -> None:
    root = tmp_path / "root"
    (root / "tests").mkdir(parents=True)
    (root / "tests" / "test_it.py").write_text("def test_one(): ...\nclass Suite:\n    def test_two(self): ...\n")
    (root / "bytes.bin").write_bytes(b"\xff def test_one")
    (tmp_path / "outside.py").write_text("def test_one(): ...\n")
    (root / "tests" / "link.py").symlink_to(tmp_path / "outside.py")

    assert holds(root, name) is is_there
    assert not holds(root, str(root / "tests" / "test_it.py"))
