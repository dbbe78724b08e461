"""Derived pages of a small project: releases, commits with a page of their own, contributors, footers and twins."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from hostile import Seen, rendered
from recorded import record, suite
from repositories import RepositoryBuilder
from twins import complaints

from chronicle import site
from chronicle.documents.front_matter import split
from chronicle.pages.footer import twin_of
from chronicle.pages.imprint import NOWHERE

HOSTILE = "<script>alert(1)</script>[x](javascript:alert(1))"
ADA = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org"}
TYPIST = {"GIT_AUTHOR_NAME": f"typist@example.org {HOSTILE}", "GIT_AUTHOR_EMAIL": "typist@example.org"}
BOT = {"GIT_AUTHOR_NAME": "dependabot[bot]", "GIT_AUTHOR_EMAIL": "49699333+dependabot[bot]@users.noreply.github.com"}
EPISODE = """\
---
kind: episode
series: A series
season: 1
number: 1
title: "Told {hostile}"
commits: [{single}, first..{last}]
---
# Told
"""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> site.Inputs:
    """A project of eight commits with a release and a later one, a bot, two comparable runs, and an episode."""
    root = tmp_path_factory.mktemp("derived")
    repository = RepositoryBuilder(root)
    repository.commit("first", {".gitignore": ".chronicle/\n", ".mailmap": "Ada L <ada@example.org>\n"}, **ADA)
    repository.git("tag", "first")
    suite(root / "bench", "tiny")
    slow = repository.commit("feat: a decoder", {"decode.py": "x = 1\n"}, **ADA)
    repository.git("tag", "-a", "v1.0", "-m", "one")
    message = f"fix: {HOSTILE}\n\nBecause {HOSTILE}\n\nCo-authored-by: Eve <eve@example.org>"
    single = repository.commit(message, {"a.py": "y\n"}, **TYPIST)
    quick = repository.commit("perf: a faster decoder", {"decode.py": "x = 2\n"}, **ADA)
    repository.git("tag", "v1.1rc1")
    last = repository.commit("build: bump", {"lock.txt": "2\n"}, **BOT)
    record(root / "bench", "tiny", "dev", {"eager": 10.0, "graph": 6.0}, revision=slow, day="2026-01-02")
    record(root / "bench", "tiny", "dev", {"eager": 5.0, "graph": 6.0}, revision=quick, day="2026-01-03")
    (root / "docs" / "episodes").mkdir(parents=True)
    told = EPISODE.replace("{hostile}", HOSTILE).replace("{single}", single[:9]).replace("{last}", last[:9])
    (root / "docs" / "episodes" / "one.md").write_text(told, encoding="utf-8")
    repository.commit("docs: tell it", **ADA)
    return site.Inputs(root, root / "docs", {"project": root}, root / "bench", root / "cache", {})


@pytest.fixture(scope="module")
def entries(inputs: site.Inputs) -> dict[str, str]:
    """Every page and twin of the project's site; pictures are not drawn."""
    arranged = site.arrange(site.library_of(inputs), lambda key, make: b'<svg width="1" height="1"/>', NOWHERE)
    return {one.uri: one.body.decode() for one in arranged.entries if one.uri.endswith((".md", ".json"))}


def _log(root: Path) -> dict[str, str]:
    import subprocess

    said = subprocess.run(["git", "-C", str(root), "log", "--format=%H %s"], capture_output=True, text=True, check=True)
    return {line[41:]: line[:40] for line in said.stdout.splitlines()}


def words(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", page))


def test_every_derived_page_ends_with_where_it_comes_from_and_a_twin_that_is_there(entries: dict[str, str]) -> None:
    derived = {uri: page for uri, page in entries.items() if uri.endswith(".md") and not uri.startswith("episodes/one")}
    unsigned = [uri for uri, page in derived.items() if "Derived by chronicle" not in page.rstrip().splitlines()[-1]]
    alone = [uri for uri in derived if twin_of(uri, entries.keys()) is None]

    assert len(derived) > 12
    assert (unsigned, alone) == ([], [])


def test_the_footer_is_the_same_on_every_page_and_follows_the_evidence_alone(
    inputs: site.Inputs, entries: dict[str, str]
) -> None:
    line = re.compile(r"Derived by chronicle .*?evidence <code[^<]*</code>")
    said = {found[0] for page in entries.values() if (found := line.search(page))}

    assert len(said) == 1
    assert _log(inputs.root)["docs: tell it"][:9] in said.pop()


def test_a_release_tells_what_it_brought_and_what_comes_after_it_is_unreleased(entries: dict[str, str]) -> None:
    first, later = (json.loads(entries[f"timeline/project/{name}.json"]) for name in ("v1-0", "v1-1rc1"))
    unreleased = json.loads(entries["timeline/project/unreleased.json"])

    assert [commit["subject"] for commit in first["commits"]] == ["feat: a decoder", "first"]
    assert [later["previous"], later["is_prerelease"], len(later["commits"])] == ["v1.0", True, 2]
    assert [commit["subject"] for commit in unreleased["commits"]] == ["docs: tell it", "build: bump"]
    assert "[v1&#46;0](project/v1-0.md)" in entries["timeline/index.md"]


def test_only_commits_that_are_tagged_cited_alone_or_measured_have_a_page(inputs: site.Inputs, entries: dict[str, str]) -> None:
    log = _log(inputs.root)
    own = {uri.rpartition("/")[2].removesuffix(".md") for uri in entries if uri.startswith("commits/") and uri.endswith(".md")}

    assert own == {log[subject][:12] for subject in log if subject not in ("build: bump", "docs: tell it")}


def test_a_commit_names_its_tags_its_episodes_and_its_release(inputs: site.Inputs, entries: dict[str, str]) -> None:
    page = words(entries[f"commits/project/{_log(inputs.root)['feat: a decoder'][:12]}.md"])

    assert "Tags\nv1.0" in page
    assert "First released in\nv1.0" in page
    assert "Told of in" in page


def test_a_measured_commit_says_what_it_changed_against_the_revision_it_rests_on(
    inputs: site.Inputs, entries: dict[str, str]
) -> None:
    log = _log(inputs.root)
    quick = json.loads(entries[f"commits/project/{log['perf: a faster decoder'][:12]}.json"])
    slow = json.loads(entries[f"commits/project/{log['feat: a decoder'][:12]}.json"])

    assert {one["b"]["case"]: one["verdict"] for one in quick["effects"]} == {
        "decode[impl=eager]": "faster",
        "decode[impl=graph]": "same",
    }
    assert slow["effects"] == []


def test_contributors_are_people_and_programs_by_their_mailmap_and_without_addresses(entries: dict[str, str]) -> None:
    told = json.loads(entries["contributors.json"])

    assert (told[0]["name"], told[0]["is_bot"], told[0]["commits"], told[0]["co_authored"]) == ("Ada L", False, 4, 0)
    assert [one["name"] for one in told if one["is_bot"]] == ["dependabot[bot]"]
    assert ("Eve", 0, 1) in [(one["name"], one["commits"], one["co_authored"]) for one in told]
    assert "## Programs" in entries["contributors/index.md"]


def test_no_page_and_no_twin_shows_an_address_of_anybody(entries: dict[str, str]) -> None:
    derived = {uri: page for uri, page in entries.items() if not uri.startswith("episodes")}

    assert [uri for uri, page in derived.items() if "example.org" in html.unescape(page)] == []


def test_what_strangers_wrote_is_text_on_every_derived_page(entries: dict[str, str]) -> None:
    pages = {uri: rendered(split(page).body, is_guarded=False)[0] for uri, page in entries.items() if uri.endswith(".md")}

    assert {uri: seen for uri, page in pages.items() if (seen := Seen(page).dangers)} == {}
    assert sum("alert(1)" in html.unescape(page) for page in pages.values()) > 3


def test_every_twin_has_the_form_that_its_schema_states(entries: dict[str, str]) -> None:
    assert list(complaints((uri, body.encode()) for uri, body in entries.items() if uri.endswith(".json"))) == []
