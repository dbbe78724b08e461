"""A whole corpus of legacy files: every field right, the damage listed by line, no block lost, the result in the model."""

from __future__ import annotations

import re
import time
from functools import cache
from pathlib import Path

import pytest
from commonmark import by_commonmark, by_the_site, lost
from hypothesis import given, settings
from hypothesis import strategies as st
from legacy_corpus import Sample, make_episodes, make_reports

from chronicle.documents.directives import find_directives
from chronicle.documents.episode import parse_episode
from chronicle.documents.front_matter import Authored, kind_of, read, split
from chronicle.documents.legacy import corpus
from chronicle.documents.legacy.corpus import Imported, Page, import_episodes, import_reports
from chronicle.documents.legacy.encoding import decode
from chronicle.documents.report import ReportFront

EPISODES = make_episodes(300)
REPORTS = make_reports(75)
TITLE = '# Chimera - Episode {0}: "A"\n### 📅 2025-01-01\n### 🔗 Commit: `abcdef1`\n\ntext\n'


@cache
def imported(kind: str) -> Imported:
    return import_episodes(sources(EPISODES)) if kind == "episodes" else import_reports(sources(REPORTS))


def sources(samples: list[Sample]) -> dict[str, bytes]:
    return {sample.path: sample.source for sample in samples}


def pages(kind: str) -> dict[str, Page]:
    return {page.model.path: page for page in imported(kind).pages}


def lint(page: Page) -> set[tuple[str, int]]:
    return {(one.rule, one.line) for one in page.lint}


CASES = [("episodes", EPISODES), ("reports", REPORTS)]


@pytest.mark.parametrize(("kind", "samples"), CASES)
def test_a_whole_corpus_is_read_with_every_field_right(kind: str, samples: list[Sample]) -> None:
    found = {path: page.model.as_json(page.lint) for path, page in pages(kind).items()}
    stated = {sample.path: sample.fields for sample in samples}

    assert imported(kind).refused == ()
    assert {path: {name: found[path][name] for name in fields} for path, fields in stated.items()} == stated


@pytest.mark.parametrize(("kind", "samples"), CASES)
def test_the_damage_of_a_corpus_is_listed_by_file_and_line_and_nothing_else(kind: str, samples: list[Sample]) -> None:
    assert {path: lint(page) for path, page in pages(kind).items()} == {sample.path: sample.lint for sample in samples}


@pytest.mark.parametrize(("kind", "samples"), [("episodes", EPISODES[:12]), ("reports", REPORTS[:3])])
def test_no_item_table_or_code_of_a_corpus_is_lost(kind: str, samples: list[Sample]) -> None:
    read = {sample.path: decode(sample.source) for sample in samples}
    written = {path: split(pages(kind)[path].page.decode()).body for path in read}

    assert {path: lost(by_commonmark(one.text), by_the_site(written[path])) for path, one in read.items() if one} == {
        path: {} for path in read
    }


def test_every_imported_page_is_one_of_its_kind_without_directives() -> None:
    texts = [
        Authored(page.target, page.target, page.page.decode())
        for kind in ("episodes", "reports")
        for page in pages(kind).values()
    ]

    assert {kind_of(text) for text in texts[:300]} == {"episode"}
    assert {kind_of(text) for text in texts[300:]} == {"report"}
    assert [problem for text in texts[:60] for problem in parse_episode(text)[1]] == []
    assert [problem for text in texts[300:320] for problem in read(text, ReportFront)[1]] == []
    assert [text.uri for text in texts if find_directives(text.text, text.file) != ((), ())] == []


def test_both_forms_of_an_episode_give_the_same_model() -> None:
    legacy = imported("episodes").pages[:60]
    again = import_episodes({page.target: page.page for page in legacy}).pages

    assert [page.model.as_json(()) for page in again] == [page.model.as_json(()) for page in legacy]
    assert [page.page for page in again] == [page.page for page in legacy]
    assert [_of_fields(page) for page in again] == [_of_fields(page) for page in legacy]


def _of_fields(page: Page) -> set[str]:
    """The rules of the lint that a page's front matter tells of as its source did."""
    return {one.rule for one in page.lint} & {"net-change", "change-mix", "impossible-hash", "reused-hash"}


def test_a_corpus_is_imported_in_seconds() -> None:
    begun = time.process_time()
    import_episodes(sources(make_episodes(300, seed=2)))

    assert time.process_time() - begun < 15


def test_a_key_outlives_a_change_of_number_and_of_file_name() -> None:
    before = import_episodes({"one.md": TITLE.format(1).encode(), "x.md": TITLE.format(9).replace("text", "more").encode()})
    after = import_episodes({"two.md": TITLE.format(2).encode(), "a.md": TITLE.format(9).replace("text", "more").encode()})

    assert {page.model.key for page in before.pages} == {page.model.key for page in after.pages}  # type: ignore[union-attr]
    assert len({page.model.key for page in before.pages}) == 2  # type: ignore[union-attr]


def test_episodes_of_one_number_and_hashes_of_several_are_told_on_the_later_ones() -> None:
    found = import_episodes({"a.md": TITLE.format(1).encode(), "b.md": TITLE.format(1).encode()})

    assert [lint(page) for page in found.pages] == [set(), {("duplicate-key", 1), ("reused-hash", 3)}]


@pytest.mark.parametrize(
    ("files", "refused"),
    [
        ({"a.md": b"# Readme\n"}, ["a.md"]),
        ({"a.md": b""}, ["a.md"]),
        ({"a.md": b"\0\1"}, ["a.md"]),
        ({"a.md": b"---\nkind: report\n---\n"}, ["a.md"]),
        ({"a.md": b"---\nkind: episode\ntitle: [\n"}, ["a.md"]),
        ({"a.md": TITLE.format(1).encode(), "a.markdown": TITLE.format(2).encode()}, ["a.md"]),
        ({"A.md": TITLE.format(1).encode(), "a.md": TITLE.format(2).encode()}, ["a.md"]),
        ({"README.md": TITLE.format(1).encode(), "index.md": TITLE.format(2).encode()}, ["index.md"]),
        ({"a.md": TITLE.replace("Chimera", "x" * 81).format(1).encode()}, []),
        ({"a.md": ("---\nslug: x\n---\n" + TITLE.format(1)).encode()}, []),
    ],
)
def test_a_file_that_cannot_be_a_page_is_refused(files: dict[str, bytes], refused: list[str]) -> None:
    assert [problem.file for problem in import_episodes(files).refused] == refused


@settings(max_examples=80, derandomize=True)
@given(st.binary(max_size=200), st.text(max_size=200))
def test_any_bytes_are_imported_or_refused(source: bytes, text: str) -> None:
    found = import_episodes({"a.md": b"# Episode 1: A\n" + source, "b.md": TITLE.format(text).encode(errors="replace")})

    assert len(found.pages) + len(found.refused) == 2
    assert [problem for page in found.pages for problem in parse_episode(_authored(page))[1]] == []
    assert {kind_of(_authored(page)) for page in found.pages} <= {"episode"}


def test_every_finding_is_of_a_known_rule() -> None:
    package = Path(corpus.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in package.glob("*.py"))
    named = set(re.findall(r"Finding\([^\"()]*(?:\([^()]*\))?[^\"()]*\"([a-z0-9-]+)\"", source))

    assert len(named) > 12
    assert named <= corpus.LINT | corpus.REPAIRS | corpus.UNKNOWN


def _authored(page: Page) -> Authored:
    return Authored(page.target, page.target, page.page.decode())


def test_two_reports_of_one_number_get_ids_of_their_own() -> None:
    report = b"# TR120: A\n\n| Field | Value |\n|---|---|\n| Date | 2025-01-01 |\n| Status | Published |\n"
    found = import_reports({"a.md": report, "b.md": report})
    fronts = [read(_authored(page), ReportFront)[0] for page in found.pages]

    assert [(front.id, front.status) for front in fronts if front] == [("TR120", "published"), ("b", "published")]
    assert lint(found.pages[1]) == {("duplicate-key", 1)}
