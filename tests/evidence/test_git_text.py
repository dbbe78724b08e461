"""Messages, people and dates as strangers write them, byte for byte where git keeps them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from repositories import RepositoryBuilder

from chronicle.evidence.git_stream import TruncatedError, read_commits
from chronicle.evidence.history_columns import Columns, pack
from chronicle.evidence.history_tables import build_tables
from chronicle.facts.commits import commit_table
from chronicle.records.commit import Commit, FileChange, Moment, Person


@pytest.fixture
def builder(tmp_path: Path) -> RepositoryBuilder:
    made = RepositoryBuilder(tmp_path / "sample")
    made.commit("base", {"a": "a\n"})
    return made


def raw_commit(builder: RepositoryBuilder, *, people: bytes = b"", message: bytes = b"odd\n", headers: bytes = b"") -> str:
    who = people or b"author A <a@b> 1700000000 +0000\ncommitter A <a@b> 1700000000 +0000\n"
    parent = f"parent {builder.head}\n".encode()
    return builder.commit_object(b"tree " + builder.tree.encode() + b"\n" + parent + who + headers + b"\n" + message)


def column(builder: RepositoryBuilder, name: str, revision: str) -> object:
    commits = builder.history().commits
    return commits.loc[commits["revision"] == revision, name].item()


def test_a_message_ends_at_a_nul_and_the_next_commit_is_whole(builder: RepositoryBuilder) -> None:
    odd = raw_commit(builder, message=b"subject nul\0hidden :100644 100644 M\0\n")
    builder.commit("after", {"a": "b\n"})

    history = builder.history()

    assert column(builder, "message", odd) == "subject nul"
    assert [len(history.commits), len(history.files)] == [3, 2]


def test_control_characters_and_markup_stay_raw_text(builder: RepositoryBuilder) -> None:
    text = "\x01\x1e\x1f\x1b[31m <script>alert(1)</script> {{ 7*7 }} | `x` ‮\n\n:100644 100644 a b M\tx\n\x1ccommit\n"
    revision = builder.commit(text)

    assert column(builder, "message", revision) == text


def test_odd_subjects_follow_gits_own_rule(builder: RepositoryBuilder) -> None:
    messages = [
        "\n\n leading\n",
        "wrapped\nsubject\n\nbody\n\nmore\n",
        "",
        "cr\r\nlines\r\n\r\nbody\r\n",
        "only\n",
        "a\n \nb\n",
    ]
    revisions = [builder.commit(message) for message in messages]

    table = commit_table(builder.history()).set_index("revision")

    for revision in revisions:
        assert table.loc[revision, "subject"] == " ".join(builder.git("log", "-1", "--format=%s", revision).split())
    assert table.loc[revisions[1], "body"] == "body\n\nmore"
    assert table.loc[revisions[2], "subject"] == ""
    assert table.loc[revisions[3], "body"] == "body"


def test_declared_undeclared_and_wrong_encodings_are_readable(builder: RepositoryBuilder) -> None:
    latin = raw_commit(builder, headers=b"encoding ISO-8859-1\n", message=b"\xfcber\n")
    unknown = raw_commit(builder, headers=b"encoding NOPE-42\n", message=b"\xfcber\n")
    undeclared = raw_commit(builder, message=b"\xfcber\n")

    assert column(builder, "message", latin) == "über\n"
    assert column(builder, "encoding", latin) == "ISO-8859-1"
    assert column(builder, "message", unknown) == "\N{REPLACEMENT CHARACTER}ber\n"
    assert column(builder, "message", undeclared) == "\N{REPLACEMENT CHARACTER}ber\n"


@pytest.mark.parametrize(
    ("date", "expected", "minutes"),
    [
        ("1 -1359", "1970-01-01T00:00:01Z", -839),
        ("1700000000 +9999", "2023-11-14T22:13:20Z", 6039),
        ("1700000000 +51800", "2023-11-14T22:13:20Z", 31080),
        ("99999999999 +0000", "5138-11-16T09:46:39Z", 0),
        ("18446744073709551615 +0000", "9999-12-30T00:00:00Z", 0),
        ("99999999999999 +0000", "9999-12-30T00:00:00Z", 0),
        ("nonsense", None, 0),
        ("", None, 0),
    ],
)
def test_a_strange_date_neither_stops_the_stream_nor_the_calendar(
    builder: RepositoryBuilder, date: str, expected: str | None, minutes: int
) -> None:
    line = f"A <a@b> {date}\n".encode()
    revision = raw_commit(builder, people=b"author " + line + b"committer " + line)
    builder.commit("after")

    history = builder.history()
    found = history.commits.set_index("revision").loc[revision]

    assert len(history.commits) == 3
    assert (found["authored"] == pd.Timestamp(expected)) if expected else pd.isna(found["authored"])
    assert found["authored_zone_minutes"] == minutes
    assert len(commit_table(history)) == 3


def test_broken_identities_are_kept_as_they_are(builder: RepositoryBuilder) -> None:
    shapes = {b"<only@mail>": ("", "only@mail"), b"Nobody <>": ("Nobody", ""), b"<>": ("", ""), b"A <a b> <c@d>": None}

    for shape, expected in shapes.items():
        line = shape + b" 1700000000 +0000\n"
        revision = raw_commit(builder, people=b"author " + line + b"committer " + line)
        found = (column(builder, "author_name", revision), column(builder, "author_email", revision))
        assert expected is None or found == expected


def test_a_commit_with_two_author_lines_is_read(builder: RepositoryBuilder) -> None:
    people = b"author A <a@b> 1 +0000\nauthor B <b@b> 2 +0000\ncommitter C <c@b> 1700000000 +0000\n"
    revision = raw_commit(builder, people=people)

    assert column(builder, "author_name", revision) == builder.git("log", "-1", "--format=%an", revision)


def test_author_and_committer_keep_their_own_dates_and_zones(builder: RepositoryBuilder) -> None:
    revision = builder.commit("x", GIT_AUTHOR_DATE="1600000000 +0530", GIT_COMMITTER_DATE="1650000000 -0800")

    assert column(builder, "authored", revision) == pd.Timestamp(1600000000, unit="s", tz="UTC")
    assert column(builder, "committed", revision) == pd.Timestamp(1650000000, unit="s", tz="UTC")
    assert (column(builder, "authored_zone_minutes", revision), column(builder, "committed_zone_minutes", revision)) == (
        330,
        -480,
    )


def test_a_mailmap_is_read_at_head_as_a_file_and_not_through_a_link(builder: RepositoryBuilder) -> None:
    builder.commit("map", {".mailmap": "Ada Lovelace <ada@example.org>\n"})
    assert set(commit_table(builder.history())["author_name"]) == {"Ada Lovelace"}

    (builder.path / ".mailmap").unlink()
    (builder.path / "elsewhere").write_text("Eve <ada@example.org>\n")
    (builder.path / ".mailmap").symlink_to("elsewhere")
    builder.commit("link")

    assert set(commit_table(builder.history())["author_name"]) == {"Ada"}


def test_a_new_mailmap_renames_people_without_reading_history_again(builder: RepositoryBuilder, tmp_path: Path) -> None:
    builder.history(cache=tmp_path / "cache")
    builder.commit("map", {".mailmap": "Countess <ada@example.org>\n"})

    read: list[int] = []
    from chronicle.evidence.history import read_history

    history = read_history(builder.path, name="x", cache=tmp_path / "cache", progress=lambda done, total: read.append(total))

    assert set(commit_table(history)["author_name"]) == {"Countess"}
    assert set(read) == {1}


def test_notes_and_signatures_are_never_asked_for(builder: RepositoryBuilder, tmp_path: Path) -> None:
    alarm = tmp_path / "alarm"
    builder.write("../gpg", f"#!/bin/sh\ntouch {alarm}\n")
    (tmp_path / "gpg").chmod(0o755)
    for setting in (("gpg.program", str(tmp_path / "gpg")), ("log.showSignature", "true"), ("notes.displayRef", "*")):
        builder.git("config", *setting)
    raw_commit(builder, headers=b"gpgsig -----BEGIN PGP SIGNATURE-----\n x\n -----END PGP SIGNATURE-----\n")
    builder.git("notes", "add", "-m", "a note")

    assert len(builder.history().commits) == 2
    assert not alarm.exists()


git_text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
paths = (
    st.binary(min_size=1, max_size=12)
    .filter(lambda raw: b"\0" not in raw)
    .map(lambda raw: raw.decode("utf-8", "surrogateescape"))
)
counts = st.integers(0, 2**40)
changes = st.builds(FileChange, st.sampled_from("AMDT"), paths, counts, counts, st.none(), st.just("100644"), st.just("100755"))
people = st.builds(Person, git_text, git_text)
moments = st.builds(Moment, st.none() | st.integers(-(2**62), 2**62), st.integers(-99999, 99999))
commits = st.builds(
    Commit,
    st.integers(0, 16**40 - 1).map(lambda n: f"{n:040x}"),
    st.just(()),
    st.just("0" * 40),
    people,
    moments,
    people,
    moments,
    git_text,
    st.lists(changes, max_size=4).map(tuple),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(commits, max_size=4), max_size=3))
def test_whatever_is_packed_comes_back_as_the_same_rows(blocks: list[list[Commit]]) -> None:
    once = {commit.revision: commit for block in reversed(blocks) for commit in reversed(block)}

    table, files = build_tables(Columns([pack(block) for block in blocks]), None)

    assert sorted(table["revision"]) == sorted(once)
    for row in table.itertuples():
        commit = once[row.revision]
        own = files[files["commit"] == row.Index]
        assert (row.author_name, row.author_email, row.message) == (commit.author.name, commit.author.email, commit.message)
        assert pd.isna(row.authored) == (commit.authored.seconds is None)
        assert list(own["path"]) == [change.path for change in commit.files]
        assert list(own["added"]) == [change.added for change in commit.files]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_stream_cut_anywhere_gives_whole_commits_and_no_more(data: st.DataObject) -> None:
    fields = ["f" * 40, "", "e" * 40, "A", "a@b", "1", "1 +0000", "A", "a@b", "1", "1 +0000", "", "text\n"]
    head = "\0".join(["MARK", *fields, ""]).encode()
    rows = b"\n:100644 100644 a b M\0p\0:100644 100644 a b R100\0old\0new\0" + b"1\t2\tp\0" + b"3\t4\t\0old\0new\0"
    whole = (head + rows) * 3
    cut = data.draw(st.integers(0, len(whole)))

    found = []
    with suppress(TruncatedError):
        found += read_commits(whole[:cut], "MARK", "lines")

    complete = cut // len(head + rows)
    # A record cut exactly behind its message reads like a commit without files (the exit status of git tells it apart), and
    # half a mark behind a record makes that record doubtful.
    assert len(found) in (complete - 1, complete, complete + 1)
    assert all(len(commit.files) == 2 for commit in found[:complete])
