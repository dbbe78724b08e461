"""The earlier versions of an authored file, mined from a real repository."""

from __future__ import annotations

from pathlib import Path

from repositories import RepositoryBuilder

from chronicle.evidence.authored import read_versions
from chronicle.evidence.git import Repository


def versions(builder: RepositoryBuilder, path: str) -> list[tuple[str, str]]:
    """Revision and text of each version, oldest first."""
    return [(one.revision, one.text) for one in read_versions(Repository.open(builder.path), builder.history(), path)]


def test_the_versions_of_a_file_are_read_across_its_renames_and_those_of_others_are_not(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path)
    text = "# Roadmap\n\n" + "".join(f"- [ ] item {number}\n" for number in range(9))
    first = builder.commit("plan", {"PLAN.md": text})
    builder.commit("another", {"docs/other file.md": "# Other\n"})
    builder.git("mv", "PLAN.md", "docs/a plan.md")
    renamed = builder.commit("move", {"docs/a plan.md": text + "- [ ] more\n"})
    builder.commit("a new file under the old name", {"PLAN.md": "# Not the roadmap\n"})
    last = builder.commit("tick", {"docs/a plan.md": text.replace("[ ] item 0", "[x] item 0")})

    found = versions(builder, "docs/a plan.md")

    assert [revision for revision, _ in found] == [first, renamed, last]
    assert [body.count("- [") for _, body in found] == [9, 10, 9]
    assert "[x] item 0" in found[-1][1]


def test_a_version_that_was_a_link_or_was_deleted_is_no_version(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path)
    (tmp_path / "a.md").symlink_to("b.md")
    builder.commit("link")
    (tmp_path / "a.md").unlink()
    written = builder.commit("file", {"a.md": "words\n"})
    (tmp_path / "a.md").unlink()
    builder.commit("gone")

    assert versions(builder, "a.md") == [(written, "words\n")]


def test_a_file_that_was_never_committed_has_no_version(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path)
    builder.commit("first", {"a.md": "words\n"})

    assert versions(builder, "docs/roadmap.md") == []
