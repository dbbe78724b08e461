"""The ledger of quoted numbers and the blocks of a home page, over a small project whose records are written by hand."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import pytest
from recorded import record, suite
from repositories import RepositoryBuilder
from twins import complaints

from chronicle import site
from chronicle.documents.library import Library
from chronicle.facts.ledger import Ledger
from chronicle.pages import home
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.imprint import Imprint
from chronicle.pages.prose import UnanswerableError

HOME = """\
---
kind: page
title: Home
---
# Home

{{ overview() }}

{{ standing() }}

{{ lately() }}

{{ start() }}
"""
REPORT = """\
---
kind: report
id: TR1
title: "<b>Quick</b>"
status: published
date: 2026-01-05
evidence: [tiny]
claims:
  - id: graph-is-quick
    says: A graph takes less than 7 ms.
    holds: 'median("call_seconds", where={"impl": "graph"}) <= 0.007'
---
# Quick

{{ fact("call_seconds", where={"impl": "graph"}) }}, again {{ fact("call_seconds", where={"impl": "graph"}) }}, and
{{ fact("call_seconds", where={"impl": "graph"}, show="interval") }};
{{ ratio("call_seconds", of={"impl": "eager"}, to={"impl": "graph"}) }}.

{{ results("call_seconds") }}

{{ claims() }}
"""
PUBLISHED = Imprint(name="A site", site_url="https://example.org/site/")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> site.Inputs:
    root = tmp_path_factory.mktemp("ledger")
    repository = RepositoryBuilder(root)
    repository.commit("first", {".gitignore": "cache/\n"})
    suite(root / "bench", "tiny")
    record(root / "bench", "tiny", "dev", {"eager": 10.0, "graph": 6.0}, revision=repository.head)
    for name, words in {"index.md": HOME, "reports/one.md": REPORT}.items():
        repository.write(f"docs/{name}", words)
    repository.commit("docs: quote it")
    repository.git("tag", "v1.0")
    return site.Inputs(
        root, root / "docs", {"project": root}, root / "bench", root / "cache", {"project": "https://host.example/p"}
    )


@pytest.fixture(scope="module")
def library(inputs: site.Inputs) -> Library:
    return site.library_of(inputs)


@pytest.fixture(scope="module")
def entries(library: Library) -> dict[str, str]:
    arranged = site.arrange(library, lambda key, make: b'<svg width="1" height="1"/>', PUBLISHED)
    assert [problem for problem in arranged.problems if problem.rule.startswith("directive")] == []
    return {one.uri: one.body.decode() for one in arranged.entries if one.uri.endswith((".md", ".json"))}


def plain(markdown: str) -> str:
    """What a reader sees of our Markdown, near enough to be searched."""
    return html.unescape(re.sub(r"\[([^\]]*)\]\([^)]*\)(?:\{[^}]*\})?", r"\1", re.sub(r"<[^>]*>", "", markdown)))


def test_the_ledger_holds_each_quoted_number_once_with_its_label_and_who_quotes_it(entries: dict[str, str]) -> None:
    told = json.loads(entries["evidence.json"])

    assert sorted((one["what"], one["label"], one["quoted"]) for one in told) == [
        ("claim TR1#graph-is-quick", "measured", {"reports/one.md": 1}),
        ("ratio of call seconds, decode[impl=eager] over decode[impl=graph]", "derived", {"reports/one.md": 1}),
        ("time of a call of decode[impl=eager]", "measured", {"reports/one.md": 1}),
        ("time of a call of decode[impl=graph]", "measured", {"reports/one.md": 2}),
    ]


def test_a_number_of_the_ledger_has_its_interval_its_runs_and_its_freshness(entries: dict[str, str]) -> None:
    ratio = next(one for one in json.loads(entries["evidence.json"]) if one["label"] == "derived")

    assert ratio["lo"] < 10 / 6 < ratio["hi"]
    assert [(one["machine"], one["case"]) for one in ratio["evidence"]] == [
        ("dev", "decode[impl=eager]"),
        ("dev", "decode[impl=graph]"),
    ]
    assert ratio["freshness"] == "fresh"


def test_the_page_of_the_ledger_links_cards_and_pages(entries: dict[str, str]) -> None:
    page = entries["evidence/index.md"]

    assert page.count("data-cards=") == 4
    assert "[TR1](../reports/one.md) ×2" in page
    assert 'data-claim="TR1#graph-is-quick"' in page


def test_a_site_that_quotes_nothing_has_no_ledger(library: Library) -> None:
    bare = replace(library, reports=(), plain=(), reviews=())

    uris = {one.uri for one in site.arrange(bare, lambda key, make: b'<svg width="1" height="1"/>', PUBLISHED).entries}

    assert uris & {"evidence/index.md", "evidence.json"} == set()
    assert "runs/index.md" in uris


def test_the_home_page_counts_what_there_is_and_how_it_stands(entries: dict[str, str]) -> None:
    said = plain(entries["index.md"])

    assert [line for line in said.splitlines() if line in ("1 report", "1 claim", "1 run", "1 machine", "2 commits")] == [
        *("1 report", "1 claim", "1 run", "1 machine", "2 commits"),
    ]
    assert "Claims: 1 supported" in said
    assert "Latest measurements: 2 fresh" in said
    assert "Processes: 24 recorded, none left out" in said


def test_the_home_page_tells_what_happened_lately_newest_first(entries: dict[str, str]) -> None:
    rows = re.findall(r'<li markdown="span"><strong>\[(.*?)\].*?timeline__about">(\w+) · ([\d-]+)', entries["index.md"])

    assert [(kind, day) for _, kind, day in rows] == [
        ("report", "2026-01-05"),
        ("run", "2026-01-02"),
        ("release", "2023-11-14"),
    ]
    assert html.unescape(rows[0][0]) == "TR1: <b>Quick</b>"


def test_the_home_page_says_how_to_start_with_commands_to_paste(entries: dict[str, str]) -> None:
    page = entries["index.md"]

    assert "git clone https://host.example/p" in page
    assert "chronicle verify https://example.org/site/" in page
    assert "chronicle bench run tiny" in page


def test_runs_of_a_day_on_a_machine_are_one_piece_of_news(library: Library) -> None:
    again = replace(library.runs[0], run=replace(library.runs[0].run, run_id="20260102T010000Z-tiny-0000000"))
    busy = replace(library, runs=(*library.runs, again))

    said = home.answers(Desk(busy, make_always), "index.md")["lately"](8)

    assert "[tiny on dev](machines/dev.md#runs)</strong>" in said
    assert "2 runs · 2026-01-02" in said


@pytest.mark.parametrize("most", [0, -1, 51])
def test_a_count_that_is_none_is_refused(library: Library, most: int) -> None:
    lately = home.answers(Desk(library, make_always), "index.md")["lately"]

    with pytest.raises(UnanswerableError):
        lately(most)


def test_the_blocks_of_an_empty_site_say_that_it_is_empty() -> None:
    answers = home.answers(Desk(Library((), (), Ledger(()), (), ()), make_always), "index.md")

    assert [answers[name]() for name in ("overview", "standing", "lately")] == [
        "*Nothing is recorded yet.*",
        "*Nothing is claimed or measured yet.*",
        "*Nothing that has a date yet.*",
    ]
    with pytest.raises(UnanswerableError):
        answers["start"]()


def test_every_twin_has_the_form_that_its_schema_states(entries: dict[str, str]) -> None:
    assert list(complaints((uri, body.encode()) for uri, body in entries.items() if uri.endswith(".json"))) == []
