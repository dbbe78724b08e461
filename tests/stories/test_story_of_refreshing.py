"""Stories of a second build: nothing is derived where nothing changed, and whatever may change the site is noticed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from projects import EPISODE, Project, copied
from repositories import RepositoryBuilder

from chronicle import site
from chronicle.errors import ChronicleError
from chronicle.evidence.fingerprint import fingerprint
from chronicle.memory import Memory
from chronicle.pages.imprint import Imprint
from chronicle.refresh import REMEMBERED, Tree, as_it_lies, refresh
from chronicle.stage import Cache

CHANGES: dict[str, Callable[[Project], object]] = {
    "a page": lambda one: one.replace("docs/reports/one.md", "\n# ", "\nMore words.\n\n# "),
    "a page that is new": lambda one: one.write("docs/new.md", "---\nkind: page\n---\n# New\n"),
    "a page that is gone": lambda one: (one.root / "docs/plain.md").unlink(),
    "a record": lambda one: (one.run / "record.json").write_bytes((one.run / "record.json").read_bytes() + b"\n"),
    "a suite": lambda one: one.replace("bench/ceilings.py", "LAUNCHES = 1000", "LAUNCHES = 999"),
    "a tag": lambda one: (one.root / ".git/refs/tags/v1").write_text((one.root / ".git/refs/heads/main").read_text()),
    "a guard": lambda one: (one.root / "README.md").unlink(),
    "the tree": lambda one: (one.root / ".chronicle/stage/checks.md").write_text("somebody else"),
    "what is remembered": lambda one: (one.root / ".chronicle" / REMEMBERED).write_text("{}"),
}


EDITS: tuple[Callable[[Project], object], ...] = (
    lambda one: one.replace("docs/episodes/one.md", "\n# ", "\nMore words, and 3.4 ms typed.\n\n# "),
    lambda one: one.replace("docs/episodes/one.md", "3.4 ms typed", "a [link](../reports/one.md)"),
    lambda one: one.replace("docs/reports/one.md", "\ntitle: ", "\ntitle: Another "),
    lambda one: one.replace("docs/roadmap.md", "- [ ] Later", "- [x] Later"),
    lambda one: one.write("docs/episodes/two.md", EPISODE.replace("number: 1", "number: 2")),
    lambda one: (one.root / "docs/incidents/one.md").unlink(),
    lambda one: one.replace("bench/ceilings.py", "LAUNCHES = 1000", "LAUNCHES = 999"),
)
"""One after another: words, a link, a title, a box, an episode more, an incident less, other code."""


def inputs(project: Project) -> site.Inputs:
    root = project.root
    cache, published = root / ".chronicle/cache", Imprint(name="Told", site_url="https://example.org/")
    return site.Inputs(root, root / "docs", {"project": root}, root / "bench", cache, {}, published)


def kept(project: Project) -> Tree | None:
    return as_it_lies(inputs(project), project.root / ".chronicle")


@pytest.fixture(scope="module")
def laid(original: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose tree was laid; not to be edited."""
    project = copied(original, tmp_path_factory.mktemp("laid") / "project")
    refresh(inputs(project), project.root / ".chronicle")
    return project


def test_where_nothing_changed_the_tree_stays_and_says_what_a_build_would(laid: Project) -> None:
    again = kept(laid)
    built = site.build(inputs(laid), Cache(laid.root / ".chronicle/cache/made"))

    assert again is not None
    assert (again.problems, again.heads, again.notes) == (built.problems, built.heads, built.notes)
    assert [(one.uri, one.renders, one.edit_uri) for one in again.entries] == [
        (one.uri, one.renders, one.edit_uri) for one in built.entries
    ]
    assert {one.uri: (laid.root / ".chronicle/stage" / one.uri).read_bytes() for one in again.entries} == {
        one.uri: one.body for one in built.entries
    }


def test_the_library_that_its_charts_come_alive_with_is_shipped_with_them(laid: Project) -> None:
    stage = laid.root / ".chronicle/stage"

    assert list(stage.glob("charts/*.vl.json"))
    assert b"vegaEmbed" in (stage / "assets/chronicle/vega.bundle.js").read_bytes()


@pytest.mark.parametrize("what", CHANGES)
def test_the_site_is_built_again_after_a_change_of(what: str, laid: Project, tmp_path: Path) -> None:
    project = copied(laid, tmp_path / "project")

    CHANGES[what](project)

    assert kept(project) is None


def test_an_option_of_the_site_counts_as_a_change(laid: Project, tmp_path: Path) -> None:
    project = copied(laid, tmp_path / "project")
    other = dataclasses.replace(inputs(project), evidence_max_age_days=1)

    assert as_it_lies(other, project.root / ".chronicle") is None


def test_a_project_that_was_moved_is_not_built_again(laid: Project, tmp_path: Path) -> None:
    assert kept(copied(laid, tmp_path / "elsewhere")) is not None


def test_a_tree_that_was_committed_is_not_believed(laid: Project, tmp_path: Path) -> None:
    project = copied(laid, tmp_path / "project")
    repository = RepositoryBuilder(project.root)
    repository.git("add", "--force", ".chronicle/stage/checks.md")
    repository.git("commit", "-q", "-m", "trust me")

    with pytest.raises(ChronicleError, match="is committed"):
        refresh(inputs(project), project.root / ".chronicle")


def test_what_is_remembered_from_edit_to_edit_gives_what_a_fresh_build_gives(original: Project, tmp_path: Path) -> None:
    project, memory = copied(original, tmp_path / "project"), Memory()
    keep = Cache(project.root / ".chronicle/cache/made")
    told = []
    for edit in EDITS:
        edit(project)
        now = inputs(project)
        memory.begin(fingerprint(now.docs, now.bench, now.repositories, ()).evidence)
        told.append((site.build(now, keep, memory), site.build(now, keep)))

    assert [kept == fresh for kept, fresh in told] == [True] * len(EDITS)
    assert len({fresh.entries for _, fresh in told}) == len(EDITS)


def test_what_does_not_depend_on_an_edit_is_not_made_again(original: Project, tmp_path: Path) -> None:
    project, memory = copied(original, tmp_path / "project"), Memory()
    memory.begin("the same evidence")
    before = site.library_of(inputs(project), memory)
    project.replace("docs/episodes/one.md", "\n# ", "\nMore words.\n\n# ")
    memory.begin("the same evidence")
    after = site.library_of(inputs(project), memory)

    assert after.ledger is before.ledger and after.chronicles is before.chronicles
    assert [one is other for one, other in zip(after.reports, before.reports, strict=True)] == [True]
    assert [one is other for one, other in zip(after.episodes, before.episodes, strict=True)] == [False]
