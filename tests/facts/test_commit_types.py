"""The type of a commit, and above all where it is known from."""

from __future__ import annotations

import pytest

from chronicle.facts.commit_types import commit_type, suggest_house_prefixes


@pytest.mark.parametrize(
    ("subject", "name", "scope", "is_breaking"),
    [
        ("feat: add", "feat", "", False),
        ("feat(parser): add", "feat", "parser", False),
        ("Fix(a, b)!: mend", "fix", "a, b", True),
        ("refactor!: drop", "refactor", "", True),
        ("✨ feat: add", "feat", "", False),
        (":bug: fix(ui): mend", "fix", "ui", False),
        ("hotfix: mend", "fix", "", False),
        ("deps: bump", "build", "", False),
        ("wip: later", "wip", "", False),
        ("docs:", "docs", "", False),
    ],
)
def test_a_conventional_subject_declares_its_type(subject: str, name: str, scope: str, is_breaking: bool) -> None:
    found = commit_type(subject, "")

    assert (found.name, found.source, found.scope, found.is_breaking) == (name, "declared", scope, is_breaking)


@pytest.mark.parametrize(
    "subject", ["parser: add", "revision.c: mend", "http://fix: x", "feat add", "featx: y", "a feat: y", "feat :x"]
)
def test_a_subsystem_before_a_colon_is_no_type(subject: str) -> None:
    assert commit_type(subject, "").name == "undeclared"


@pytest.mark.parametrize("footer", ["BREAKING CHANGE: gone", "BREAKING-CHANGE: gone", "text\n\nBREAKING CHANGE: gone"])
def test_a_breaking_footer_is_found_though_it_is_no_git_trailer(footer: str) -> None:
    assert commit_type("fix: x", footer).is_breaking
    assert not commit_type("fix: x", footer.lower()).is_breaking


def test_house_prefixes_are_told_apart_from_declared_types() -> None:
    assert [(t.name, t.source) for t in (commit_type(s, "") for s in ("BUG: x", "[MNT] y", "ENH, DOC: z"))] == [
        ("fix", "house"),
        ("chore", "house"),
        ("feat", "house"),
    ]
    assert commit_type("BUG: x", "", house={}).source == "none"


@pytest.mark.parametrize(
    ("subject", "is_merge", "name"),
    [
        ('Revert "x"', False, "revert"),
        ('Reapply "x"', False, "revert"),
        ("Merge branch 'x'", True, "merge"),
        ("Release 1.2.3", False, "release"),
        ("v2.0.1", False, "release"),
        ("Bump version to 3.1", False, "release"),
    ],
)
def test_the_form_of_a_subject_tells_reverts_merges_and_releases(subject: str, is_merge: bool, name: str) -> None:
    found = commit_type(subject, "", is_merge=is_merge)

    assert (found.name, found.source) == (name, "structural")


def test_only_two_guesses_are_made_and_both_say_so() -> None:
    docs = commit_type("Improve wording", "", areas=("docs",))
    fix = commit_type("Prevent a crash", "", areas=("code", "tests"))

    assert (docs.name, docs.is_inferred, fix.name, fix.is_inferred) == ("docs", True, "fix", True)


@pytest.mark.parametrize("subject", ["Add a thing", "Remove a thing", "Update x", "Make it faster", "", "Prefix the name"])
def test_everything_else_is_undeclared(subject: str) -> None:
    found = commit_type(subject, "", areas=("code",))

    assert (found.name, found.source, found.is_inferred) == ("undeclared", "none", False)


def test_a_project_is_offered_the_prefixes_it_uses() -> None:
    assert suggest_house_prefixes(["BUG: a", "BUG: b", "[MNT] c", "plain"]) == {"BUG": 2, "MNT": 1}
