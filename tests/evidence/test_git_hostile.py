"""Repositories made to attack whoever mines them: nothing of theirs runs, nothing of ours is written elsewhere."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from repositories import RepositoryBuilder, lines

from chronicle.errors import ChronicleError
from chronicle.evidence.git import Repository


class Trap(RepositoryBuilder):
    """A repository in which every setting that can name a program names one that leaves a mark in ``log``."""

    def __init__(self, path: Path, log: Path) -> None:
        super().__init__(path)
        self.log = log
        self.commit("one", {"a.txt": lines(30), "b.bin": b"\0\1", ".gitattributes": "* diff=evil filter=evil merge=evil\n"})
        self.git("tag", "-a", "-m", "v1", "v1")
        self.commit("two", {"a.txt": lines(31), "b.bin": b"\0\2"})

    def arm(self) -> None:
        script = self.path / ".git" / "evil.sh"
        script.write_text(f'#!/bin/sh\necho "$0 $*" >> "{self.log}"\ncat\n')
        script.chmod(0o755)
        for setting in self._settings():
            self.git("config", setting, str(script))
        self.git("config", "include.path", "evil.inc")
        self.git("config", "includeIf.gitdir:/.path", "evil.inc")
        (self.path / ".git" / "evil.inc").write_text(f"[core]\n\tfsmonitor = {script}\n[alias]\n\tlog = !{script}\n")
        for hook in ("post-checkout", "reference-transaction", "pre-commit", "post-index-change", "fsmonitor-watchman"):
            place = self.path / ".git" / "hooks" / hook
            place.parent.mkdir(exist_ok=True)
            place.write_text(script.read_text())
            place.chmod(0o755)
        (self.path / ".git" / "info").mkdir(exist_ok=True)
        (self.path / ".git" / "info" / "attributes").write_text("* diff=evil filter=evil\n")

    @staticmethod
    def _settings() -> tuple[str, ...]:
        return (
            "core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "core.gitProxy", "core.hooksPath",
            "diff.external", "diff.evil.command", "diff.evil.textconv", "filter.evil.process", "filter.evil.clean",
            "filter.evil.smudge", "gpg.program", "gpg.ssh.program", "credential.helper", "uploadpack.packObjectsHook",
            "pager.log", "alias.log", "alias.rev-parse", "alias.for-each-ref", "alias.cat-file", "alias.rev-list",
            "merge.evil.driver", "sequence.editor", "interactive.diffFilter", "trailer.evil.cmd", "core.alternateRefsCommand",
            "remote.origin.uploadpack",
        )  # fmt: skip


def test_nothing_runs_in_a_repository_of_hostile_settings(tmp_path: Path) -> None:
    trap = Trap(tmp_path / "trap", tmp_path / "ran")
    trap.git("config", "log.showSignature", "true")
    trap.git("config", "remote.origin.url", "ext::sh -c touch% ran")
    trap.git("config", "remote.origin.promisor", "true")
    trap.git("config", "extensions.partialClone", "origin")
    head = trap.head
    trap.arm()
    before = listing(trap.path)

    history = trap.history(cache=tmp_path / "cache")
    repository = Repository.open(trap.path)
    found = (repository.resolve("HEAD"), repository.range("v1..HEAD"), repository.tags()[0].name)

    assert not (tmp_path / "ran").exists()
    assert found == (head, (head,), "v1")
    assert list(history.files["added"].dropna()) == [1, 1, 30]
    assert listing(trap.path) == before


def test_a_missing_object_is_not_fetched_through_a_hostile_remote(tmp_path: Path) -> None:
    trap = Trap(tmp_path / "trap", tmp_path / "ran")
    blob = trap.git("rev-parse", "HEAD:a.txt")
    (trap.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    trap.git("config", "extensions.partialClone", "origin")
    trap.git("config", "remote.origin.promisor", "true")
    trap.git("config", "remote.origin.url", f"ext::sh -c 'touch {tmp_path / 'ran'}'")
    trap.git("config", "protocol.ext.allow", "always")

    history = trap.history()

    assert len(history.commits) == 2
    assert not (tmp_path / "ran").exists()


def test_the_trap_does_spring_for_a_careless_git(tmp_path: Path) -> None:
    """The test of the tests: the same repository does run its program for a plain ``git diff-tree``."""
    trap = Trap(tmp_path / "trap", tmp_path / "ran")
    trap.arm()

    subprocess.run(["git", "-C", str(trap.path), "diff-tree", "-r", "--stat", "HEAD"], capture_output=True, check=False)

    assert (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "name", ["--output=stolen", "-x", "--upload-pack=touch stolen", "$(touch stolen)", "`touch stolen`", "|x"]
)
def test_a_hostile_branch_name_is_data(tmp_path: Path, name: str) -> None:
    builder = RepositoryBuilder(tmp_path / "sample")
    revision = builder.commit("one", {"a": "a\n"})
    place = builder.path / ".git" / "refs" / "heads" / name
    place.write_text(revision + "\n")
    (builder.path / ".git" / "HEAD").write_text(f"ref: refs/heads/{name}\n")

    repository = Repository.open(builder.path)

    assert repository.head in (revision, None)
    assert resolves_or_refuses(repository, name, revision)
    assert not list(tmp_path.rglob("stolen"))


def resolves_or_refuses(repository: Repository, name: str, revision: str) -> bool:
    try:
        return repository.resolve(name) == revision
    except ChronicleError:
        return True


def test_tag_names_with_markup_and_bidirectional_marks_are_kept_as_text(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path / "sample")
    builder.commit("one", {"a": "a\n"})
    names = ["v1-<script>", "v2-‮evil", "v3-'\"&", "v4-{{x}}"]
    for name in names:
        builder.git("update-ref", f"refs/tags/{name}", builder.head)

    assert [tag.name for tag in Repository.open(builder.path).tags()] == sorted(names)


def test_a_hostile_submodule_url_is_never_followed(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path / "sample")
    modules = (
        f'[submodule "../../x"]\n\tpath = m\n\turl = ext::sh -c "touch {tmp_path}/ran"\n\tupdate = !touch {tmp_path}/ran\n'
    )
    builder.commit("one", {".gitmodules": modules})
    builder.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},m")
    builder.git("commit", "-q", "-m", "two")

    assert len(builder.history().commits) == 2
    assert not (tmp_path / "ran").exists()


def test_a_repository_of_another_owner_is_read_without_a_global_setting(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path / "sample")
    builder.commit("one", {"a": "a\n"})
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    for place in [builder.path, *builder.path.rglob("*")]:
        os.chown(place, 12345, 12345)

    assert len(builder.history().commits) == 1


def test_a_configuration_that_git_cannot_read_gives_a_message(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path / "sample")
    builder.commit("one", {"a": "a\n"})
    (builder.path / ".git" / "config").write_text("[core\n\x1b[31m")

    with pytest.raises(ChronicleError, match="cannot read this repository"):
        builder.history()


def test_objects_borrowed_from_elsewhere_are_shown(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path / "sample")
    builder.commit("one", {"a": "a\n"})
    builder.git("clone", "-q", "--shared", str(builder.path), str(tmp_path / "borrower"))

    assert Repository.open(tmp_path / "borrower").borrowed_from == (str(builder.path / ".git" / "objects"),)


def test_a_forged_commit_graph_is_not_read(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path / "sample")
    for number in range(3):
        builder.commit(f"{number}", {"a": lines(number)})
    builder.git("commit-graph", "write", "--reachable")
    graph = builder.path / ".git" / "objects" / "info" / "commit-graph"
    graph.chmod(0o644)
    graph.write_bytes(graph.read_bytes()[:-40] + b"\0" * 40)

    assert len(builder.history().commits) == 3


def test_a_huge_blob_is_not_held_in_memory(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path / "sample")
    with (builder.path / "huge").open("wb") as huge:
        huge.truncate(200 << 20)
    builder.git("config", "core.compression", "1")
    revision = builder.commit("huge")

    history = builder.history()

    assert list(history.files.loc[history.files["revision"] == revision, "uncounted"]) == ["binary"]


def listing(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(place.relative_to(folder)), place.stat().st_mtime_ns) for place in folder.rglob("*"))
