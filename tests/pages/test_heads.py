"""The head of a page: linked data that ends where it should, the card, and where the feeds are."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from documented import ADDRESS, IMPRINT, SUPPORTED, a_desk, a_report, an_episode
from hostile import VECTORS, Seen
from hypothesis import given
from hypothesis import strategies as st

from chronicle.documents.front_matter import split
from chronicle.pages.cards import card_entries
from chronicle.pages.claims import claims_page
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.headed import heads_of, with_heads
from chronicle.pages.heads import HostPage, embeddable
from chronicle.pages.imprint import NOWHERE, Imprint, served
from chronicle.pages.linked import linked_data
from chronicle.pages.seasons import season_pages

HEAD = "<html><head><title>x</title></head><body></body></html>"


def headed(desk: Desk, **meta: Any) -> str:
    """A page of the host with its head completed."""
    return heads_of(desk).into(HostPage(meta.pop("title", "A page"), meta.pop("address", f"{ADDRESS}a/"), meta), HEAD)


def properties(page: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:property|name)="([^"]*)" content="([^"]*)">', page))


@given(st.one_of(st.sampled_from(VECTORS), st.text(max_size=60)))
def test_whatever_linked_data_holds_it_ends_where_it_should_and_is_itself_again(words: str) -> None:
    written = embeddable({"name": words})

    assert not set(written) & set("<>&")
    assert json.loads(written) == {"name": words}


@pytest.mark.parametrize("words", VECTORS)
def test_nothing_in_a_title_or_a_description_runs_in_the_head(words: str) -> None:
    seen = Seen(headed(a_desk(a_report()), title=words, description=words))

    assert {tag for tag, name, _ in seen.found if not name} <= {"html", "head", "title", "body", "meta", "link"}
    assert [name for _, name, _ in seen.found if name.startswith("on")] == []


@pytest.mark.parametrize("linked", ["[1]", "no json", None, 7, "null"])
def test_linked_data_that_is_no_object_is_left_out(linked: object) -> None:
    assert "ld+json" not in headed(a_desk(imprint=NOWHERE), linked_data=linked)


def test_a_site_without_an_address_writes_linked_data_alone() -> None:
    page = headed(a_desk(a_report(), imprint=NOWHERE), linked_data='{"@type": "Report"}')

    assert page.count("<script") == 1
    assert "<meta" not in page and "<link" not in page


def test_a_page_has_its_own_card_or_that_of_the_site_and_one_that_leads_out_is_not_its_own() -> None:
    desk = a_desk(a_report())
    pictures = [properties(headed(desk, social_card=card))["og:image"] for card in ("cards/reports/a.png", None, "../../x.png")]

    assert pictures == [f"{ADDRESS}cards/reports/a.png", f"{ADDRESS}cards/index.png", f"{ADDRESS}cards/index.png"]


@pytest.mark.parametrize(
    ("address", "above"),
    [
        (ADDRESS, ""),
        (f"{ADDRESS}reports/a/", "../../"),
        (f"{ADDRESS}reports/a.html", "../"),
        ("https://elsewhere.example/a/", ADDRESS),
        (None, ADDRESS),
    ],
)
def test_every_page_says_where_the_feeds_are_from_where_it_lies_itself(address: str | None, above: str) -> None:
    page = headed(a_desk(a_report(), an_episode()), address=address)

    assert re.findall(r'<link rel="alternate" type="([^"]*)" title="[^"]*" href="([^"]*)">', page) == [
        ("application/atom+xml", f"{above}reports.atom.xml"),
        ("application/atom+xml", f"{above}episodes.atom.xml"),
    ]


def test_an_entity_in_the_title_of_a_page_is_one_character_in_its_head() -> None:
    assert properties(headed(a_desk(), title="a &amp; b &lt;c&gt;"))["og:title"] == "a &amp; b &lt;c&gt;"


def test_the_home_page_stands_for_the_whole_site() -> None:
    page = headed(a_desk(), address=ADDRESS, title="Home")

    assert '"@type": "WebSite"' in page
    assert properties(page)["og:title"] == "A project"


def test_documents_carry_their_linked_data_and_their_card_in_their_front_matter() -> None:
    desk = a_desk(a_report(), an_episode())
    entries = [Entry("reports/a.md", b"---\ntitle: x\n---\n# T\n"), Entry("episodes/a.md", b"# T\n"), *card_entries(desk)]

    report, episode, *_ = with_heads(entries, desk)

    assert json.loads(_fields(report)["linked_data"])["reportNumber"] == "TR1"
    assert (_fields(report)["title"], _fields(report)["social_card"]) == ("x", "cards/reports/a.png")
    assert json.loads(_fields(episode)["linked_data"])["partOfSeason"]["seasonNumber"] == 1
    assert split(episode.body.decode()).body == "# T\n"


def test_a_page_that_is_of_no_type_is_left_as_it_is() -> None:
    entry = Entry("timeline/index.md", b"---\ntitle: x\n---\n# T\n")

    assert with_heads([entry], a_desk()) == [entry]


def test_seasons_and_claims_are_told_of_and_what_is_not_known_is_left_out() -> None:
    desk = a_desk(a_report(claims=[SUPPORTED]), an_episode(date=None))
    pages = {entry.uri for write in (claims_page, season_pages) for entry in write(desk)}

    found = linked_data(desk)

    (claim,) = found["claims.md"]["itemListElement"]
    assert found.keys() - pages == {"reports/a.md", "episodes/a.md"}
    assert claim["item"]["appearance"] == {"@type": "Report", "reportNumber": "TR1", "url": f"{ADDRESS}reports/a/"}
    assert "datePublished" not in found["episodes/a.md"]
    assert found["episodes/a-tale/season-1.md"]["numberOfEpisodes"] == 1


@pytest.mark.parametrize(
    ("uri", "with_folders", "without"),
    [
        ("index.md", "", "index.html"),
        ("a/index.md", "a/", "a/index.html"),
        ("a/README.md", "a/", "a/index.html"),
        ("a/b.md", "a/b/", "a/b.html"),
    ],
)
def test_a_page_is_served_where_the_host_serves_it(uri: str, with_folders: str, without: str) -> None:
    assert (served(uri, True), served(uri, False)) == (with_folders, without)


@pytest.mark.parametrize(
    ("version", "permalink"),
    [("1.2", f"{ADDRESS}1.2/a/"), ("v2.0", f"{ADDRESS}v2.0/a/"), ("dev", None), (None, None)],
)
def test_only_a_page_of_a_released_version_has_an_address_for_good(version: str | None, permalink: str | None) -> None:
    imprint = Imprint("A project", "", ADDRESS if version is None else f"{ADDRESS}latest", version)

    assert imprint.permalink("a.md") == permalink
    assert imprint.cited("a.md") == (permalink or imprint.page("a.md"))
    assert imprint.root == IMPRINT.root


def _fields(entry: Entry) -> dict[str, Any]:
    fields: dict[str, Any] = yaml.safe_load(split(entry.body.decode()).yaml)
    return fields
