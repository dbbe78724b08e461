"""A stated revision is believed only where git holds the recorded source there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from repositories import RepositoryBuilder

from chronicle.evidence.confirmation import confirmed
from chronicle.evidence.git import Repository
from chronicle.evidence.runs import read_run
from chronicle.records.recorded import RecordedRun
from chronicle.sources import source_digest

RESULTS = Path(__file__).parents[2] / "bench" / "results"


@pytest.fixture
def measured(tmp_path: Path) -> tuple[RecordedRun, RepositoryBuilder]:
    """A run of a suite with a local module, at the first commit of a repository that has changed the module since."""
    project = RepositoryBuilder(tmp_path)
    revision = project.commit("suite", {"bench/s.py": "import lab\n", "bench/lab.py": "SIZE = 1\n"})
    record = next(iter(sorted(RESULTS.glob("*/*/record.json"))))
    recorded = read_run(record.parent, RESULTS)
    suite = replace(
        recorded.run.suite,
        name="s",
        file="bench/s.py",
        source_sha256=source_digest(tmp_path / "bench/s.py"),
        sources=("bench/lab.py", "bench/s.py"),
    )
    source = replace(recorded.run.source, revision=revision, dirty=None, stated_by="option")
    project.commit("another size", {"bench/lab.py": "SIZE = 2\n"})
    return replace(recorded, run=replace(recorded.run, suite=suite, source=source)), project


def test_a_revision_that_holds_the_source_is_confirmed(measured: tuple[RecordedRun, RepositoryBuilder]) -> None:
    recorded, project = measured

    (found,), problems = confirmed([recorded], project.path / "bench", {"sample": project.path})

    assert found.is_confirmed is True
    assert problems == ()


def test_a_revision_that_holds_another_source_is_a_problem(measured: tuple[RecordedRun, RepositoryBuilder]) -> None:
    recorded, project = measured
    wrong = replace(recorded, run=replace(recorded.run, source=replace(recorded.run.source, revision=project.head)))

    (found,), (problem,) = confirmed([wrong], project.path / "bench", {"sample": project.path})

    assert found.is_confirmed is False
    assert problem.rule == "record-revision"
    assert project.head[:12] in problem.found


def test_a_run_of_what_was_not_committed_is_a_problem_so_that_no_strict_build_publishes_it(
    measured: tuple[RecordedRun, RepositoryBuilder],
) -> None:
    recorded, project = measured
    dirty = replace(recorded, run=replace(recorded.run, source=replace(recorded.run.source, dirty=True)))

    (found,), (problem,) = confirmed([dirty], project.path / "bench", {"sample": project.path})

    assert found.is_confirmed is None
    assert (problem.rule, problem.severity) == ("record-dirty", "warning")
    assert problem.file.endswith("/record.json")


@pytest.mark.parametrize("change", [{"revision": None}, {"revision": "f" * 40}])
def test_nothing_is_said_of_a_run_nobody_can_look_up(
    measured: tuple[RecordedRun, RepositoryBuilder], change: dict[str, object]
) -> None:
    recorded, project = measured
    run = replace(recorded.run, source=replace(recorded.run.source, **change))  # type: ignore[arg-type]

    (found,), problems = confirmed([replace(recorded, run=run)], project.path / "bench", {"sample": project.path})

    assert found.is_confirmed is None
    assert problems == ()


def test_a_project_in_a_subfolder_of_its_repository_is_confirmed(measured: tuple[RecordedRun, RepositoryBuilder]) -> None:
    recorded, project = measured
    bench = project.path / "docs" / "bench"
    revision = project.commit("below", {"docs/bench/s.py": "import lab\n", "docs/bench/lab.py": "SIZE = 1\n"})
    run = replace(recorded.run, source=replace(recorded.run.source, revision=revision))

    (found,), problems = confirmed([replace(recorded, run=run)], bench, {"sample": project.path / "docs"})

    assert (found.is_confirmed, problems) == (True, ())


def test_nothing_is_said_where_a_source_is_not_in_git(measured: tuple[RecordedRun, RepositoryBuilder]) -> None:
    recorded, project = measured
    (project.path / "bench" / "lab.py").unlink()
    revision = project.commit("without its module")
    run = replace(recorded.run, source=replace(recorded.run.source, revision=revision))

    (found,), problems = confirmed([replace(recorded, run=run)], project.path / "bench", {"sample": project.path})

    assert (found.is_confirmed, problems) == (None, ())


def test_a_source_that_is_not_utf_8_is_confirmed_by_its_bytes(measured: tuple[RecordedRun, RepositoryBuilder]) -> None:
    recorded, project = measured
    body = b"# -*- coding: latin-1 -*-\nNAME = '\xe9'\n"
    revision = project.commit("another coding", {"bench/lab.py": body})
    suite = replace(recorded.run.suite, source_sha256=source_digest(project.path / "bench/s.py"))
    run = replace(recorded.run, suite=suite, source=replace(recorded.run.source, revision=revision))

    (found,), _ = confirmed([replace(recorded, run=run)], project.path / "bench", {"sample": project.path})

    assert found.is_confirmed is True


def test_the_top_of_a_work_tree_is_where_git_lies(tmp_path: Path) -> None:
    project, bare = RepositoryBuilder(tmp_path / "work"), RepositoryBuilder(tmp_path / "bare", "--bare")
    project.commit("first", {"docs/a.md": "a"})
    project.git("worktree", "add", "-q", str(tmp_path / "linked"))

    assert Repository.open(project.path / "docs").top == project.path
    assert Repository.open(tmp_path / "linked" / "docs").top == tmp_path / "linked"
    assert Repository.open(bare.path).top is None
