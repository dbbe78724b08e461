"""A whole small project, made and derived once per test process; each test edits a copy that has its caches."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import Project, copied, make_project


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project as it should be, derived once so that its caches are warm; not to be edited."""
    project = make_project(tmp_path_factory.mktemp("original") / "project")
    assert project.found() == []
    return project


@pytest.fixture
def project(original: Project, tmp_path: Path) -> Project:
    """A copy of the project, free to be edited."""
    return copied(original, tmp_path / "project")
