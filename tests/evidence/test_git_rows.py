"""What a row of a commit says, whatever the repository, its user and its work tree are set to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from repositories import RepositoryBuilder, lines, rows

from chronicle.facts.commits import commit_table


@pytest.fixture
def builder(tmp_path: Path) -> RepositoryBuilder:
    made = RepositoryBuilder(tmp_path / "sample")
    made.commit("base", {"a b.txt": lines(100), "bin": b"\0\1\2", "script": "#!/bin/sh\n"})
    return made


def row(builder: RepositoryBuilder, revision: str, column: str) -> list[object]:
    files = builder.history().files
    return list(files.loc[files["revision"] == revision, column])


def test_a_rename_with_an_edit_and_a_mode_and_a_space_is_one_row(builder: RepositoryBuilder) -> None:
    builder.git("config", "diff.renames", "false")
    builder.git("mv", "a b.txt", "c d => e.txt")
    builder.write("c d => e.txt", lines(100) + "more\n")
    (builder.path / "c d => e.txt").chmod(0o755)
    revision = builder.commit("move")

    assert rows(builder.history(), revision) == [("R", "c d => e.txt", 1, 0)]
    assert row(builder, revision, "old_path") == ["a b.txt"]
    assert (row(builder, revision, "old_mode"), row(builder, revision, "new_mode")) == ([0o100644], [0o100755])


def test_a_copy_is_an_added_file(builder: RepositoryBuilder) -> None:
    revision = builder.commit("copy", {"copy.txt": lines(100)})

    assert rows(builder.history(), revision) == [("A", "copy.txt", 100, 0)]


def test_a_binary_has_no_line_counts_and_says_why(builder: RepositoryBuilder) -> None:
    revision = builder.commit("bin", {"bin": b"\0\1\3", "wide.txt": "wide\n".encode("utf-16")})

    assert rows(builder.history(), revision) == [("M", "bin", None, None), ("A", "wide.txt", None, None)]
    assert row(builder, revision, "uncounted") == ["binary", "binary"]


def test_attributes_of_the_checked_out_tree_change_no_stored_row(builder: RepositoryBuilder) -> None:
    before = rows(builder.history(), builder.head)
    builder.commit("attributes", {".gitattributes": "bin diff\n*.txt -diff\n* text eol=crlf\n"})
    builder.write(".git/info/attributes", "*.txt -diff\n")

    after = rows(builder.history(), builder.git("rev-parse", "HEAD~1"))

    assert after == before == [("A", "a b.txt", 100, 0), ("A", "bin", None, None), ("A", "script", 1, 0)]


def test_files_that_programs_write_are_listed_and_not_counted(builder: RepositoryBuilder) -> None:
    revision = builder.commit(
        "lock", {"web/package-lock.json": lines(500), "po/de.po": lines(9), "x/node_modules/y/z.js": "1\n"}
    )

    assert [added for _, _, added, _ in rows(builder.history(), revision)] == [None, None, None]
    assert row(builder, revision, "uncounted") == ["generated"] * 3


@pytest.mark.parametrize(
    "setting",
    [
        "diff.context=10", "diff.interHunkContext=9", "diff.algorithm=patience", "diff.renameLimit=1", "diff.renames=copies",
        "diff.relative=true", "diff.ignoreSubmodules=all", "diff.noprefix=true", "log.showRoot=false", "log.diffMerges=m",
        "core.bigFileThreshold=1", "core.quotePath=true", "core.autocrlf=true", "core.ignoreCase=true", "core.fileMode=false",
        "core.precomposeUnicode=true", "log.mailmap=true", "log.follow=true", "format.pretty=%H", "color.ui=always",
        "i18n.logOutputEncoding=latin1", "core.abbrev=4", "diff.orderFile=order", "diff.wordRegex=.", "log.date=iso",
        "log.decorate=full", "diff.statGraphWidth=1", "core.whitespace=cr-at-eol", "diff.submodule=log",
    ],
)  # fmt: skip
def test_no_setting_of_the_repository_changes_a_row(builder: RepositoryBuilder, setting: str) -> None:
    builder.write("order", "script\nbin\n")
    builder.git("mv", "a b.txt", "ä.txt")
    revision = builder.commit("move", {"ä.txt": lines(99), "script": "#!/bin/sh\r\n", "new": "a\nb"})
    builder.git("config", *setting.split("=", 1))

    assert sorted(rows(builder.history(), revision)) == [
        ("A", "new", 2, 0),
        ("A", "order", 2, 0),
        ("M", "script", 1, 1),
        ("R", "ä.txt", 0, 1),
    ]


def test_a_submodule_is_seen_even_where_the_tree_hides_it(builder: RepositoryBuilder) -> None:
    other = "1" * 40
    builder.commit("hide", {".gitmodules": '[submodule "m"]\n\tpath = m\n\turl = ext::touch ran\n\tignore = all\n'})
    builder.git("update-index", "--add", "--cacheinfo", f"160000,{other},m")
    builder.git("commit", "-q", "-m", "add")
    added = builder.head
    builder.git("update-index", "--cacheinfo", f"160000,{'2' * 40},m")
    builder.git("commit", "-q", "-m", "bump")

    history = builder.history()

    assert rows(history, added) == [("A", "m", 1, 0)]
    assert rows(history, builder.head) == [("M", "m", 1, 1)]
    assert row(builder, builder.head, "new_mode") == [0o160000]


def test_a_symbolic_link_a_type_change_and_a_mode_change_are_told_apart(builder: RepositoryBuilder) -> None:
    (builder.path / "link").symlink_to("script")
    (builder.path / "bin").unlink()
    (builder.path / "bin").symlink_to("script")
    (builder.path / "script").chmod(0o755)
    revision = builder.commit("types")

    assert rows(builder.history(), revision) == [("T", "bin", None, None), ("A", "link", 1, 0), ("M", "script", 0, 0)]
    assert row(builder, revision, "new_mode") == [0o120000, 0o120000, 0o100755]


def test_line_endings_count_as_git_counts_them(builder: RepositoryBuilder) -> None:
    builder.commit("lf", {"t": "a\nb\n"})
    crlf = builder.commit("crlf", {"t": "a\r\nb\r\n"})
    last = builder.commit("no newline", {"t": "a\r\nb"})
    mac = builder.commit("cr", {"mac": "a\rb\rc"})

    history = builder.history()

    assert [rows(history, revision)[0][2:] for revision in (crlf, last)] == [(2, 2), (1, 1)]
    assert rows(history, mac) == [("A", "mac", 1, 0)]


def test_every_byte_of_a_path_survives(builder: RepositoryBuilder, tmp_path: Path) -> None:
    names = [b"\xfcber", b"new\nline", b"tab\tstop", b'quo"te', b"\x1b[31mred", b"-dash", "‮evil".encode(), b" lead"]
    for name in names:
        (Path(os.fsdecode(os.fsencode(builder.path) + b"/" + name))).write_text("x\n")
    revision = builder.commit("names")

    for history in (builder.history(), builder.history(cache=tmp_path / "c"), builder.history(cache=tmp_path / "c")):
        paths = history.files.loc[history.files["revision"] == revision, "path"]
        assert sorted(os.fsencode(path) for path in paths) == sorted(names)


def test_renames_beyond_the_limit_stay_additions_and_deletions(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path / "many")
    builder.commit("many", {f"old/{n}/file": f"{n} {'x' * 30}\n" * 3 for n in range(1100)})
    for n in range(1100):
        (builder.path / f"old/{n}/file").unlink()
    revision = builder.commit("moved", {f"new/{n}/moved": f"{n} {'x' * 30}\n" * 3 + "y\n" for n in range(1100)})

    history = builder.history()
    kinds = [kind for kind, *_ in rows(history, revision)]

    assert (kinds.count("A"), kinds.count("D")) == (1100, 1100)
    assert list(commit_table(history)["renames_skipped"]) == [True, False]
