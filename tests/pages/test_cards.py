"""Social cards: drawn here, of the size that other sites expect, and once for each text."""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Callable
from xml.etree.ElementTree import fromstring

from documented import IMPRINT, SUPPORTED, a_desk, a_report, an_episode
from hypothesis import given, settings
from hypothesis import strategies as st

from chronicle.pages.cards import Card, card_entries, picture
from chronicle.pages.imprint import NOWHERE
from chronicle.pages.lettering import lines, width

SVG = "{http://www.w3.org/2000/svg}"


def shown(card: Card) -> list[str]:
    return [one.text or "" for one in fromstring(picture(card, "A project")).iter(f"{SVG}text")]


def test_a_card_is_a_picture_of_1200_by_630_for_the_site_and_for_each_document() -> None:
    found = {entry.uri: entry.body for entry in card_entries(a_desk(a_report(claims=[SUPPORTED]), an_episode()))}

    assert set(found) == {"cards/index.png", "cards/reports/a.png", "cards/episodes/a.png"}
    assert {struct.unpack(">II", body[16:24]) for body in found.values()} == {(1200, 630)}
    assert all(len(body) < 60_000 for body in found.values())


def test_a_card_is_drawn_again_only_when_its_text_changes() -> None:
    kept: dict[str, bytes] = {}

    def keep(key: str, make: Callable[[], bytes]) -> bytes:
        return kept.setdefault(key, b"drawn")

    for title in ("A title", "A title", "Another"):
        list(card_entries(dataclasses.replace(a_desk(a_report(title=title)), keep=keep)))

    assert len(kept) == 3


def test_a_site_without_an_address_draws_no_card() -> None:
    assert list(card_entries(a_desk(a_report(), imprint=NOWHERE))) == []


def test_a_card_says_which_document_it_is_and_how_it_stands() -> None:
    card = Card("Report TR1", "A title", ("1 supported", "", "2026-11-23"), "Of speed.")

    assert shown(card) == ["Report TR1", "A title", "Of speed.", "1 supported", "2026-11-23", "A project"]


def test_a_long_title_is_set_smaller_and_ends_in_an_ellipsis_where_even_that_does_not_fit() -> None:
    short, long, endless = (shown(Card("", "word " * count, ())) for count in (3, 30, 300))

    assert len(short) < len(long) <= len(endless)
    assert not any("…" in line for line in long)
    assert endless[-2].endswith("…")


@given(st.text(max_size=300))
@settings(max_examples=60)
def test_whatever_a_title_holds_the_picture_is_one_and_only_shows_it(title: str) -> None:
    drawn = fromstring(picture(Card(title, title, (title,), title), title))

    assert {one.tag.removeprefix(SVG) for one in drawn.iter()} <= {"svg", "rect", "g", "path", "circle", "text"}


@given(st.text(max_size=200), st.integers(1, 5))
def test_no_line_is_wider_than_its_room(words: str, most: int) -> None:
    found = lines(words, 20, 300, most)

    assert len(found) <= most
    assert all(width(line, 20) <= 300 for line in found)


def test_the_site_is_named_by_its_address_on_its_own_card() -> None:
    drawn: list[str] = []

    def keep(key: str, make: Callable[[], bytes]) -> bytes:
        drawn.append(key)
        return make()

    one = list(card_entries(dataclasses.replace(a_desk(), keep=keep)))
    other = list(
        card_entries(
            dataclasses.replace(a_desk(imprint=dataclasses.replace(IMPRINT, site_url="https://b.example/")), keep=keep)
        )
    )

    assert one != other
    assert len(set(drawn)) == 2
