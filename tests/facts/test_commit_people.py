"""Mailmap, trailers and contributors."""

from __future__ import annotations

from pathlib import Path

import pytest
from repositories import RepositoryBuilder

from chronicle.facts.commits import commit_table
from chronicle.facts.people import Mailmap, co_authors, contributors, trailers
from chronicle.records.commit import Person

MAILMAP = """
# a comment
Proper Name <commit@email>
<proper@email> <old@email>
Both Proper <both@email> <Bot@Email>
Named Proper <named@email> Only This <shared@email>  # tail
not a rule
"""


@pytest.mark.parametrize(
    ("written", "proper"),
    [
        (Person("any", "COMMIT@email"), Person("Proper Name", "COMMIT@email")),
        (Person("any", "old@email"), Person("any", "proper@email")),
        (Person("any", "bot@email"), Person("Both Proper", "both@email")),
        (Person("only this", "shared@EMAIL"), Person("Named Proper", "named@email")),
        (Person("another", "shared@email"), Person("another", "shared@email")),
        (Person("", ""), Person("", "")),
    ],
)
def test_a_mailmap_gives_the_proper_name_and_address(written: Person, proper: Person) -> None:
    assert Mailmap.read(MAILMAP).resolve(written) == proper


def test_our_mailmap_says_what_git_says(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path / "sample")
    builder.commit("map", {".mailmap": MAILMAP})
    people = [
        ("a", "commit@email"),
        ("b", "old@email"),
        ("c", "bot@email"),
        ("Only This", "shared@email"),
        ("d", "shared@email"),
    ]
    for name, email in people:
        builder.commit(name, GIT_AUTHOR_NAME=name, GIT_AUTHOR_EMAIL=email)

    table = commit_table(builder.history())

    ours = [f"{name} <{email}>" for name, email in zip(table["author_name"], table["author_email"], strict=True)]
    assert ours == builder.git("-c", "log.mailmap=true", "log", "--format=%aN <%aE>").splitlines()


@pytest.mark.parametrize(
    "message",
    [
        "s\n\nCo-authored-by: A <a@x>\nSigned-off-by: B <b@x>\n",
        "s\n\nco-AUTHORED-by: A <a@x>\n",
        "s\n\nCo-authored-by: A long\n  name <a@x>\n",
        "s\n\nbody\nCo-authored-by: A <a@x>\n",
        "s\n\nCo-authored-by: A <a@x>\n\nlast paragraph\n",
        "Co-authored-by: A <a@x>\n",
        "s\n\ntext\nmore text\nSigned-off-by: B <b@x>\nCo-authored-by: A <a@x>\n",
        "s\n\nCo-authored-by:A <a@x>\nCo-authored-by : B <b@x>\n",
        "s\r\n\r\nCo-authored-by: A <a@x>\r\n",
        "s\n\nCo-authored-by: A <a@x>\n(cherry picked from commit 1234)\n",
    ],
)
def test_trailers_are_those_that_git_reads(tmp_path: Path, message: str) -> None:
    builder = RepositoryBuilder(tmp_path / "sample")
    builder.commit(message)

    ours = [value for token, value in trailers(message) if token.lower() == "co-authored-by"]

    theirs = builder.git("log", "-1", "--format=%(trailers:key=Co-authored-by,valueonly,unfold)").splitlines()
    assert ours == [line.strip() for line in theirs if line.strip()]


def test_co_authors_are_counted_once_without_the_author() -> None:
    message = "s\n\nCo-authored-by: A <a@x>\nCo-authored-by: Again <A@X>\nCo-authored-by: Me <me@x>\nCo-authored-by: nonsense\n"

    assert co_authors(message, Person("Me", "ME@x"), Mailmap()) == (Person("A", "a@x"),)


def test_contributors_are_people_and_not_names(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path / "sample")
    builder.commit("one", {"a": "1\n2\n"}, GIT_AUTHOR_NAME="Ada L.")
    builder.commit("two\n\nCo-authored-by: Bob <bob@x>\n", {"a": "1\n"}, GIT_AUTHOR_EMAIL="ADA@example.org")
    builder.commit("three", {"b": "1\n"}, GIT_AUTHOR_NAME="Bob", GIT_AUTHOR_EMAIL="bob@x")

    found = contributors(commit_table(builder.history())).set_index("identity")

    assert list(found.index) == ["ada@example.org", "bob@x"]
    assert found.loc["ada@example.org", ["name", "commits", "co_authored", "lines_added", "lines_removed"]].tolist() == [
        "Ada",
        2,
        0,
        2,
        1,
    ]
    assert found.loc["bob@x", ["name", "commits", "co_authored", "lines_added"]].tolist() == ["Bob", 1, 1, 1]
