"""Seasons: where their pages are, what stands on them, and that nothing a stranger wrote does more than stand there."""

from __future__ import annotations

import json

import pytest
from hostile import VECTORS, Seen, rendered
from hypothesis import given, settings
from hypothesis import strategies as st
from repositories import RepositoryBuilder, lines

from chronicle.documents.episode import Episode, EpisodeFront, bound
from chronicle.documents.front_matter import Authored, split
from chronicle.documents.library import Chronicle, Library
from chronicle.documents.seasons import seasons_of, series_keys
from chronicle.facts.commit_metrics import range_metrics
from chronicle.facts.commits import commit_table
from chronicle.facts.ledger import Ledger
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.entry import Entry, is_inside
from chronicle.pages.episodes import episode_pages
from chronicle.pages.seasons import season_pages

HOSTILE = st.one_of(st.sampled_from(VECTORS), st.text(min_size=1, max_size=60))


def episode(number: int, **keys: object) -> Episode:
    uri = f"episodes/e{number}.md"
    words = {"kind": "episode", "series": "A tale", "number": number, "title": f"Part {number}", "date": "2026-11-23"}
    front = EpisodeFront.model_validate(words | keys)
    return Episode(Authored(uri, f"docs/{uri}", "---\nkind: episode\n---\n# T\n"), front, None, (), None)


def pages(*episodes: Episode, chronicles: tuple[Chronicle, ...] = ()) -> dict[str, str]:
    desk = Desk(Library(chronicles, (), Ledger(()), episodes, ()), make_always)
    entries: list[Entry] = [*episode_pages(desk), *season_pages(desk)]
    return {entry.uri: entry.body.decode() for entry in entries}


def read(body: str) -> Seen:
    return Seen(rendered(split(body).body, is_guarded=False)[0])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A season of two phases that cites two of three commits, one of them twice."""
    repository = RepositoryBuilder(tmp_path_factory.mktemp("seasons") / "ours")
    revisions = [repository.commit(f"feat: {place}", {f"{place}.py": lines(place)}) for place in (1, 20, 300)]
    history = repository.history()
    chronicle = Chronicle(history, commit_table(history), None)
    cited = [(1, "begin", revisions[:1]), (2, "go on", revisions[:2]), (3, "begin", [])]
    episodes = []
    for number, phase, several in cited:
        one = episode(number, season=2, phase=phase, commits=several)
        metrics = range_metrics(history, several, table=chronicle.table)
        episodes.append(bound(one.authored, one.front, history.name, tuple(several), metrics) if several else one)
    return pages(*episodes, chronicles=(chronicle,))


def test_a_season_counts_each_commit_that_it_cites_once(told: dict[str, str]) -> None:
    season = json.loads(told["episodes/a-tale/season-2.json"])

    assert (season["commits"], season["lines_added"], season["lines_removed"]) == (2, 21, 0)
    assert "2 commits, 21 lines added, 0 removed" in " ".join(told["episodes/a-tale/season-2.md"].replace("&#44;", ",").split())


def test_its_episodes_stand_under_their_phases_in_the_order_in_which_those_were_told(told: dict[str, str]) -> None:
    season = json.loads(told["episodes/a-tale/season-2.json"])
    page = told["episodes/a-tale/season-2.md"]

    assert [(one["phase"], one["episodes"]) for one in season["phases"]] == [
        ("begin", ["episodes/e1.md", "episodes/e3.md"]),
        ("go on", ["episodes/e2.md"]),
    ]
    assert page.index("## Begin") < page.index("e3.md") < page.index("## Go on") < page.index("e2.md")
    assert "a-tale/season-2.md#phase-2" in told["episodes/e2.md"]


def test_an_episode_leads_to_its_neighbours_and_holds_what_its_author_did_not_place(told: dict[str, str]) -> None:
    assert "e1.md" in told["episodes/e2.md"] and "e3.md" in told["episodes/e2.md"]
    assert "## What the commits hold" in told["episodes/e2.md"]
    assert "Files by kind" in told["episodes/e2.md"]
    assert "## What the commits hold" not in told["episodes/e3.md"]


def test_the_list_of_episodes_names_every_season_and_the_newest_episode_first(told: dict[str, str]) -> None:
    page = told["episodes/index.md"]

    assert "a-tale/season-2.md" in page
    assert page.index("e3.md") < page.index("e2.md") < page.index("e1.md")


def test_a_series_without_seasons_or_phases_is_one_list() -> None:
    found = pages(episode(1), episode(2))

    assert "## Episodes { #phase-1 }" in found["episodes/a-tale/index.md"]


def test_series_that_would_share_an_address_are_told_apart() -> None:
    keys = series_keys(["A tale", "a-tale", "名", "", "Another"])

    assert keys["Another"] == "another"
    assert len(set(keys.values())) == 5


@settings(max_examples=60)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_any_series_phase_and_title_is_text_below_an_address_inside_the_site(series: str, phase: str, title: str) -> None:
    words = {"series": series.strip()[:80] or "x", "phase": phase, "title": title.strip()[:200] or "x"}
    found = pages(episode(1, season=1, **words), episode(2, season=1))

    markdown = {uri: body for uri, body in found.items() if uri.endswith(".md") and not uri.startswith("episodes/e")}
    assert all(is_inside(uri) for uri in found)
    assert [read(body).dangers for body in markdown.values()] == [[]] * len(markdown)
    assert len({season.series_key for season in seasons_of([episode(1, **words)])}) == 1
