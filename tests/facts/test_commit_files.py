"""Files that change often, and the people they are spread over."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import RepositoryBuilder, lines

from chronicle.facts.commits import commit_table
from chronicle.facts.files import hot_files, ownership


@pytest.fixture
def builder(tmp_path: Path) -> RepositoryBuilder:
    made = RepositoryBuilder(tmp_path / "sample")
    made.commit("one", {"src/a.py": lines(40), "README.md": "x\n"})
    made.commit("two", {"src/a.py": lines(41)}, GIT_AUTHOR_NAME="Bob", GIT_AUTHOR_EMAIL="bob@x")
    made.git("mv", "src/a.py", "src/b.py")
    made.commit("three", {"src/b.py": lines(42)})
    made.commit("four", {"src/a.py": "another file\n"})
    made.git("rm", "-q", "README.md")
    made.commit("five")
    return made


def test_a_file_keeps_its_changes_when_it_is_renamed(builder: RepositoryBuilder) -> None:
    history = builder.history()

    found = hot_files(history, commit_table(history)).set_index("path")

    assert found.loc["src/b.py", ["commits", "authors", "lines_added", "top_author"]].tolist() == [3, 2, 42, "Ada"]
    assert found.loc["src/b.py", "top_share"] == pytest.approx(2 / 3)
    assert found.loc["src/a.py", "commits"] == 1
    assert found["is_deleted"].to_dict() == {"src/b.py": False, "README.md": True, "src/a.py": False}
    assert found.loc["README.md", ["area", "language"]].tolist() == ["docs", "Markdown"]


def test_ownership_counts_the_people_who_made_half_of_the_commits(builder: RepositoryBuilder) -> None:
    history = builder.history()

    found = ownership(history, commit_table(history)).set_index("path")

    assert found.loc["src", ["commits", "authors", "authors_for_half"]].tolist() == [4, 2, 1]
    assert found.loc["", ["commits", "authors", "authors_for_half"]].tolist() == [2, 1, 1]


def test_a_repository_without_commits_has_neither(tmp_path: Path) -> None:
    history = RepositoryBuilder(tmp_path / "empty").history()
    table = commit_table(history)

    assert hot_files(history, table).empty and ownership(history, table).empty
