"""Feeds: valid as Atom and as RSS, whatever a stranger wrote; ids that outlive renames, dates that are a document's own."""

from __future__ import annotations

import dataclasses
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, fromstring

import pytest
from documented import ADDRESS, IMPRINT, REFUTED, SUPPORTED, a_desk, a_report, an_episode
from hypothesis import given, settings
from hypothesis import strategies as st

from chronicle.documents.episode import Episode
from chronicle.documents.report import Report
from chronicle.pages.feeds import MOST_ENTRIES, feed_entries, feed_links
from chronicle.pages.imprint import NOWHERE, Imprint

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = ["</title><script>alert(1)</script>", "]]>", "&lt;b&gt; &amp;", "\x1b[31mred\x07", "a\ufffeb", "<!-- \u2028", "\"'"]


def files(*several: Report | Episode, imprint: Imprint = IMPRINT) -> dict[str, Element]:
    """The feeds of a site by their path, each read by a parser of XML."""
    return {entry.uri: fromstring(entry.body) for entry in feed_entries(a_desk(*several, imprint=imprint))}


def atom(*several: Report | Episode, imprint: Imprint = IMPRINT, name: str = "reports") -> Element:
    return files(*several, imprint=imprint)[f"{name}.atom.xml"]


def texts(feed: Element, path: str) -> list[str]:
    return [one.text or "" for one in feed.findall(path)]


def assert_is_atom(feed: Element, own: str) -> None:
    """The rules of RFC 4287 that a feed of ours can break."""
    entries = feed.findall(f"{ATOM}entry")
    for one in (feed, *entries):
        assert [len(one.findall(ATOM + name)) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one.findtext(f"{ATOM}id") or "")
        assert datetime.fromisoformat(one.findtext(f"{ATOM}updated") or "").tzinfo is not None
        assert len([link for link in one.findall(f"{ATOM}link") if link.get("rel") == "alternate"]) == 1
        assert all(urlsplit(link.get("href") or "").scheme == "https" for link in one.findall(f"{ATOM}link"))
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    assert [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"] == [own]
    assert len({one.findtext(f"{ATOM}id") for one in (feed, *entries)}) == 1 + len(entries)


def assert_is_rss(rss: Element, own: str) -> None:
    """The rules of RSS 2.0 that a feed of ours can break."""
    (channel,) = rss.findall("channel")
    assert (rss.tag, rss.get("version")) == ("rss", "2.0")
    assert [len(channel.findall(name)) for name in ("title", "link", "description")] == [1, 1, 1]
    assert [link.get("href") for link in channel.findall(f"{ATOM}link")] == [own]
    for item in channel.findall("item"):
        assert parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo is not None
        assert [guid.get("isPermaLink") for guid in item.findall("guid")] == ["false"]
        assert urlsplit(item.findtext("link") or "").scheme == "https"


@given(st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1, max_size=40)).filter(lambda words: words.strip()))
@settings(max_examples=40)
def test_both_forms_are_valid_whatever_a_title_an_author_and_a_tag_hold(words: str) -> None:
    imprint = dataclasses.replace(IMPRINT, name=words, description=words)
    several = (a_report(title=words, authors=[words], tags=[words], description=words), an_episode(title=words, tagline=words))

    found = files(*several, imprint=imprint)

    assert len(found) == 4
    for uri, feed in found.items():
        (assert_is_atom if uri.endswith("atom.xml") else assert_is_rss)(feed, ADDRESS + uri)


def test_markup_in_a_title_is_text_in_a_feed_and_what_xml_cannot_hold_is_gone() -> None:
    feed = atom(a_report(title="</title><script>alert(1)</script> \x1b[31m"))

    assert texts(feed, f"{ATOM}entry/{ATOM}title") == ["TR1: </title><script>alert(1)</script> [31m"]
    assert feed.findall(".//script") == []


def test_a_feed_has_the_newest_first_and_is_as_new_as_that() -> None:
    feed = atom(a_report("reports/a.md", date="2026-01-02"), a_report("reports/b.md", id="TR2", date="2026-03-04"))

    assert texts(feed, f"{ATOM}entry/{ATOM}title") == ["TR2: A title", "TR1: A title"]
    assert texts(feed, f"{ATOM}updated") == ["2026-03-04T00:00:00+00:00"]


def test_a_draft_and_a_document_without_a_date_are_left_out() -> None:
    drafts = (a_report(status="draft", date=None), a_report(status="draft"), an_episode(date=None))

    assert files(*drafts) == {}


def test_an_episode_is_of_the_day_it_ends_on_at_the_time_it_states() -> None:
    told = an_episode(date="2026-11-20..2026-11-23", time="18:30", timezone="+02:00")

    assert texts(atom(told, name="episodes"), f"{ATOM}entry/{ATOM}updated") == ["2026-11-23T18:30:00+02:00"]


def test_a_site_without_an_address_has_no_feed_and_no_link_to_one() -> None:
    desk = a_desk(a_report(), imprint=NOWHERE)

    assert (list(feed_entries(desk)), feed_links(desk, "reports", "reports/index.md")) == ([], None)


@pytest.mark.parametrize("site_url", ["https://example.org/chronicle", "https://example.org/chronicle/"])
def test_an_address_keeps_its_last_part_with_and_without_a_slash_at_its_end(site_url: str) -> None:
    feed = atom(a_report(), imprint=Imprint("A project", "", site_url))

    assert [one.get("href") for one in feed.findall(f"{ATOM}entry/{ATOM}link")] == [ADDRESS + "reports/a/"]


def test_the_id_of_an_entry_outlives_a_new_path_a_new_title_and_a_new_number() -> None:
    first = atom(a_report()), atom(an_episode(key="a-tale:1"), name="episodes")
    later = (
        atom(a_report("reports/moved/b.md", title="Another")),
        atom(an_episode("told/b.md", key="a-tale:1", number=7, title="Another"), name="episodes"),
    )

    assert [texts(one, f"{ATOM}entry/{ATOM}id") for one in first] == [texts(one, f"{ATOM}entry/{ATOM}id") for one in later]


def test_the_id_of_an_entry_is_the_same_in_every_version_of_a_site() -> None:
    versions = [Imprint("A project", "", f"{ADDRESS}{name}", name) for name in ("1.0", "latest")]
    ids = [texts(atom(a_report(), imprint=one), f".//{ATOM}id") for one in (IMPRINT, *versions)]

    assert ids[0] == ids[1] == ids[2]


def test_two_episodes_of_one_number_have_ids_of_their_own() -> None:
    feed = atom(an_episode("episodes/a.md"), an_episode("episodes/b.md"), name="episodes")

    assert len(set(texts(feed, f"{ATOM}entry/{ATOM}id"))) == 2


def test_the_summary_of_a_report_says_what_it_is_about_and_how_its_claims_stand() -> None:
    report = a_report(description="Of speed", claims=[SUPPORTED, REFUTED | {"presents": "refuted"}])

    (said,) = texts(atom(report), f"{ATOM}entry/{ATOM}summary")

    assert said == "Of speed. Published, version 1.0. Claims: 1 supported, 1 refuted."


def test_a_feed_ends_after_its_newest_entries() -> None:
    several = [a_report(f"reports/{n}.md", id=f"TR{n}") for n in range(MOST_ENTRIES + 3)]

    assert len(atom(*several).findall(f"{ATOM}entry")) == MOST_ENTRIES


def test_a_page_links_to_both_forms_from_where_it_stands() -> None:
    links = feed_links(a_desk(a_report()), "reports", "reports/index.md")

    assert links == "[Atom](../reports.atom.xml) or [RSS](../reports.rss.xml)"
