"""Hashes looked up together are what git says of each alone, and whatever is doubtful is left to it."""

from __future__ import annotations

from pathlib import Path

from repositories import RepositoryBuilder

from chronicle.evidence.git import Repository
from chronicle.evidence.git_hashes import full_hashes


def test_hashes_of_any_length_are_found_at_once(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path)
    first, second = builder.commit("one"), builder.commit("two")

    found = full_hashes(Repository.open(tmp_path), [first, second[:7], second[:12]])

    assert found == {first: first, second[:7]: second, second[:12]: second}


def test_what_names_no_commit_is_left_out(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path)
    builder.commit("one", {"a": "a\n"})
    tree, blob = builder.git("rev-parse", "HEAD^{tree}"), builder.git("rev-parse", "HEAD:a")

    assert full_hashes(Repository.open(tmp_path), [tree, blob, "1234567", "0" * 40, "main", "HEAD", "../../../etc", ""]) == {}


def test_a_word_that_is_also_the_name_of_a_tag_is_left_to_git(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path)
    first, second = builder.commit("one"), builder.commit("two")
    builder.git("tag", second[:8], first)

    assert full_hashes(Repository.open(tmp_path), [second[:8], second[:9]]) == {second[:9]: second}
