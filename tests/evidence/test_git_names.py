"""Names become full hashes, or a message that says what to write instead; nothing a user writes is an option to git."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import RepositoryBuilder

from chronicle.errors import ChronicleError
from chronicle.evidence.git import Repository


@pytest.fixture
def three(tmp_path: Path) -> RepositoryBuilder:
    builder = RepositoryBuilder(tmp_path / "three")
    for name in ("one", "two", "three"):
        builder.commit(name, {name: name})
    return builder


def test_a_folder_without_a_repository_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ChronicleError, match="not in a git repository") as failure:
        Repository.open(tmp_path)

    assert "init" in failure.value.hint


def test_a_missing_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(ChronicleError, match="no such folder"):
        Repository.open(tmp_path / "nowhere")


def test_a_repository_without_commits_has_no_head_and_an_empty_history(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path / "empty")

    history = builder.history()

    assert Repository.open(builder.path).head is None
    assert history.is_empty and history.files.empty and history.head is None


def test_a_subfolder_a_worktree_and_a_bare_clone_lead_to_the_same_head(three: RepositoryBuilder, tmp_path: Path) -> None:
    three.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    three.git("clone", "-q", "--bare", str(three.path), str(tmp_path / "bare.git"))
    (three.path / "sub").mkdir()

    places = [three.path, three.path / "sub", tmp_path / "linked", tmp_path / "bare.git"]

    assert {Repository.open(place).head for place in places} == {three.head}
    assert Repository.open(tmp_path / "linked").common_dir == Repository.open(three.path).common_dir


def test_a_detached_head_is_the_commit_it_stands_on(three: RepositoryBuilder) -> None:
    first = three.git("rev-parse", "HEAD~2")
    three.git("checkout", "-q", first)

    assert Repository.open(three.path).head == first
    assert len(three.history().commits) == 1


def test_names_of_every_kind_resolve_to_the_full_hash(three: RepositoryBuilder) -> None:
    three.git("tag", "v1", "HEAD~1")
    three.git("tag", "-a", "-m", "release", "v2")
    repository = Repository.open(three.path)
    head, before = three.head, three.git("rev-parse", "HEAD~1")

    assert [repository.resolve(name) for name in ("HEAD", "main", "v2", head, head[:8])] == [head] * 5
    assert [repository.resolve(name) for name in ("v1", "HEAD~1", "main^")] == [before] * 3


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "--output=stolen", "-p", "^main", "nonsense", ":/one", "main@{1}", "HEAD^{/one}", "main..HEAD", "a\nb", "a\0b",
        "HEAD:one", "HEAD^{tree}", "--all", "--exec-path=/tmp",
    ],
)  # fmt: skip
def test_what_is_no_name_of_a_commit_is_refused_and_writes_nothing(three: RepositoryBuilder, text: str) -> None:
    before = sorted(p.name for p in three.path.iterdir())

    with pytest.raises(ChronicleError):
        Repository.open(three.path).resolve(text)

    assert sorted(p.name for p in three.path.iterdir()) == before


def test_a_branch_whose_name_begins_with_a_dash_is_a_name(three: RepositoryBuilder) -> None:
    three.git("update-ref", "refs/heads/-dash", "HEAD~1")

    assert Repository.open(three.path).resolve("-dash") == three.git("rev-parse", "HEAD~1")


def test_a_tag_named_as_a_branch_is_ambiguous_and_says_how_to_name_it(three: RepositoryBuilder) -> None:
    three.git("tag", "main", "HEAD~1")
    repository = Repository.open(three.path)

    with pytest.raises(ChronicleError, match="several commits") as failure:
        repository.resolve("main")

    assert "refs/heads/main" in failure.value.hint
    assert repository.resolve("refs/heads/main") == three.head


def test_a_branch_called_head_does_not_move_head(three: RepositoryBuilder) -> None:
    three.git("update-ref", "refs/heads/HEAD", "HEAD~2")

    assert Repository.open(three.path).head == three.git("rev-parse", "refs/heads/main")


def test_ranges_lists_and_single_names_give_each_hash_once_and_newest_first(three: RepositoryBuilder) -> None:
    repository = Repository.open(three.path)
    third, second, first = three.git("rev-list", "HEAD").split()

    assert repository.range(f"{first[:10]}..HEAD") == (third, second)
    assert repository.range(f"{first[:10]}..") == (third, second)
    assert repository.range("main") == (third,)
    assert repository.range(f"{first}, HEAD {first}") == (first, third)
    assert repository.range("HEAD..HEAD") == ()


@pytest.mark.parametrize("text", ["", " , ", "HEAD...HEAD~1", "--output=x..HEAD", "..nowhere"])
def test_what_is_no_range_is_refused(three: RepositoryBuilder, text: str) -> None:
    with pytest.raises(ChronicleError):
        Repository.open(three.path).range(text)


def test_only_tags_that_lead_to_a_commit_are_tags_of_releases(three: RepositoryBuilder) -> None:
    three.git("tag", "light")
    three.git("tag", "-a", "-m", "a", "annotated")
    three.git("tag", "-a", "-m", "b", "nested", "annotated")
    three.git("tag", "-a", "-m", "c", "deep", "nested")
    three.git("tag", "blob", "HEAD:one")
    three.git("tag", "tree", "HEAD^{tree}")
    three.git("tag", "-a", "-m", "d", "annotated-tree", "HEAD^{tree}")

    tags = Repository.open(three.path).tags()

    assert {tag.name: tag.revision for tag in tags} == dict.fromkeys(["light", "annotated", "nested", "deep"], three.head)
    assert [tag.name for tag in tags if not tag.is_annotated] == ["light"]


def test_git_run_from_inside_a_hook_of_another_repository_answers_for_ours(
    three: RepositoryBuilder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = RepositoryBuilder(tmp_path / "other")
    other.commit("other", {"other": "x"})
    for name, text in {
        "GIT_DIR": str(other.path / ".git"),
        "GIT_INDEX_FILE": str(other.path / ".git" / "index"),
        "GIT_WORK_TREE": str(other.path),
        "GIT_OBJECT_DIRECTORY": str(other.path / ".git" / "objects"),
        "GIT_COMMON_DIR": str(other.path / ".git"),
        "GIT_NAMESPACE": "elsewhere",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "log.showRoot",
        "GIT_CONFIG_VALUE_0": "false",
        "GIT_CONFIG_PARAMETERS": "'diff.renames'='false'",
        "GIT_EXEC_PATH": "/nowhere",
        "GIT_TRACE": str(tmp_path / "trace"),
        "GIT_ATTR_SOURCE": "nonsense",
        "GIT_EXTERNAL_DIFF": "/bin/false",
        "GIT_DIFF_OPTS": "--unified=7",
        "GIT_PAGER": "/bin/false",
        "GIT_REPLACE_REF_BASE": "refs/heads/",
        "GIT_LITERAL_PATHSPECS": "1",
    }.items():
        monkeypatch.setenv(name, text)

    history = three.history()

    assert list(history.commits["message"]) == ["three", "two", "one"]
    assert len(history.files) == 3
