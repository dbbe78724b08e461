"""The tree on disk: written where it differs, cleaned where it shrank, and never over a file of somebody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronicle.errors import ChronicleError
from chronicle.pages.entry import Entry
from chronicle.stage import MANIFEST, Cache, lay

ONE, TWO, DEEP = Entry("a.md", b"one"), Entry("b.md", b"two"), Entry("x/y/z.md", b"deep")


def held(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_tree_holds_exactly_its_entries(tmp_path: Path) -> None:
    laid = lay([ONE, DEEP], tmp_path / "tree")

    assert held(tmp_path / "tree") == {"a.md": b"one", "x/y/z.md": b"deep"}
    assert (laid.written, laid.kept, laid.deleted) == (2, 0, 0)


def test_only_what_differs_is_written_again(tmp_path: Path) -> None:
    lay([ONE, TWO], tmp_path)
    before = (tmp_path / "a.md").stat().st_mtime_ns

    laid = lay([ONE, Entry("b.md", b"2")], tmp_path)

    assert (laid.written, laid.kept, laid.deleted) == (1, 1, 0)
    assert (tmp_path / "a.md").stat().st_mtime_ns == before
    assert (tmp_path / "b.md").read_bytes() == b"2"


def test_what_an_earlier_tree_held_is_deleted_with_the_folders_it_leaves_empty(tmp_path: Path) -> None:
    lay([ONE, DEEP], tmp_path)

    laid = lay([ONE], tmp_path)

    assert laid.deleted == 1
    assert held(tmp_path) == {"a.md": b"one"}
    assert not (tmp_path / "x").exists()


def test_a_file_of_somebody_else_stays_and_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "b.md").write_text("mine too")
    lay([ONE], tmp_path)

    with pytest.raises(ChronicleError, match="which no earlier tree wrote"):
        lay([ONE, TWO], tmp_path)

    assert held(tmp_path) == {"a.md": b"one", "mine.txt": b"mine", "b.md": b"mine too"}


@pytest.mark.parametrize("listing", [b"", b"{}", b"[1]", b"not JSON", b'"a.md"'])
def test_a_damaged_listing_owns_nothing(tmp_path: Path, listing: bytes) -> None:
    lay([ONE, TWO], tmp_path)
    (tmp_path / MANIFEST).write_bytes(listing)

    lay([ONE], tmp_path)

    assert held(tmp_path) == {"a.md": b"one", "b.md": b"two"}


@pytest.mark.parametrize("uri", ["../outside.md", "/outside.md", "a/../../outside.md", "..", ""])
def test_a_listing_that_names_a_place_outside_deletes_nothing_there(tmp_path: Path, uri: str) -> None:
    (tmp_path / "outside.md").write_text("stays")
    lay([ONE], tmp_path / "tree")
    (tmp_path / "tree" / MANIFEST).write_text(f'["{uri}", "a.md"]')

    lay([ONE], tmp_path / "tree")

    assert (tmp_path / "outside.md").read_text() == "stays"


def test_a_link_that_leads_out_of_the_tree_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "x").symlink_to(tmp_path / "outside")

    with pytest.raises(ChronicleError, match="lies outside"):
        lay([Entry("x/a.md", b"a")], tmp_path / "tree")

    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize("uri", ["", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a\\b", "a\0b"])
def test_an_entry_never_leaves_its_site(uri: str) -> None:
    with pytest.raises(ValueError, match="not a path inside the site"):
        Entry(uri, b"")


def test_a_file_becomes_a_folder_and_a_folder_a_file(tmp_path: Path) -> None:
    lay([Entry("a", b"file")], tmp_path)
    lay([Entry("a/b", b"below")], tmp_path)
    lay([Entry("a", b"file")], tmp_path)

    assert held(tmp_path) == {"a": b"file"}


def test_a_folder_or_a_file_of_somebody_else_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").write_text("mine")

    with pytest.raises(ChronicleError, match="is in the way"):
        lay([Entry("a", b"file")], tmp_path)
    with pytest.raises(ChronicleError, match="is in the way"):
        lay([Entry("b/c", b"below")], tmp_path)


def test_a_cache_makes_a_thing_once(tmp_path: Path) -> None:
    cache, made = Cache(tmp_path / "cache"), []

    bodies = [cache("key", lambda: made.append(1) or b"body") for _ in range(3)]  # type: ignore[func-returns-value]

    assert (bodies, len(made)) == ([b"body"] * 3, 1)


@given(damage=st.binary(max_size=80))
def test_a_damaged_cache_only_costs_time(tmp_path_factory: pytest.TempPathFactory, damage: bytes) -> None:
    cache = Cache(tmp_path_factory.mktemp("cache"))
    cache("key", lambda: b"body")
    (kept,) = cache.folder.iterdir()
    kept.write_bytes(damage)

    assert cache("key", lambda: b"again") == b"again"


def test_a_cache_keeps_any_bytes(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache("key", lambda: b"\n\n\x00")

    assert cache("key", lambda: b"other") == b"\n\n\x00"
