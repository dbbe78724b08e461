"""Social cards: the picture that another site shows beside a link, 1200 by 630 px, drawn here and now.

A card is a template filled with text, so its text is its key: a second build draws nothing. The converter is the one that
draws the charts; no font and no service is asked for over a network.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chronicle.charts import draw
from chronicle.charts.theme import PALETTES
from chronicle.documents.episode import Episode
from chronicle.documents.incident import Incident
from chronicle.documents.library import JudgedPage
from chronicle.documents.questions import QuestionFront
from chronicle.documents.report import Report
from chronicle.pages.claim_blocks import standing_counts
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.episodes import days_words, place_words
from chronicle.pages.heads import SITE_CARD, card_uri
from chronicle.pages.lettering import lines, width
from chronicle.pages.markup import fill
from chronicle.units import signed

_LEFT, _ROOM, _TOP = 96, 1010, 160
_BOLD, _LEADING = 1.12, 1.18
_PNG_HEADER = 8
_TITLE_SIZES = ((68, 3), (56, 4), (46, 5))
"""Type sizes for a title and how many lines of each fit; the first that holds the whole title is taken."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says: above the title which document it is, below it how it stands, each in few words.

    ``about`` is a sentence of its author, shown where a short title leaves room.
    """

    above: str
    title: str
    below: tuple[str, ...]
    about: str = ""


def card_entries(desk: Desk) -> Iterator[Entry]:
    """A card for the site and one for each document; none where the site has no address, since nobody could point at them."""
    if desk.imprint.address is None:
        return
    told = {uri: card for page, card in _cards(desk) if (uri := card_uri(page)) != SITE_CARD}
    for uri, card in told.items():
        yield Entry(uri, _drawn(card, desk.imprint.name, desk))
    host = desk.imprint.address.partition("://")[2].rstrip("/")
    yield Entry(SITE_CARD, _drawn(Card("", desk.imprint.name, (), desk.imprint.description), host, desk))


def picture(card: Card, foot: str) -> bytes:
    """The card as an SVG; ``foot`` says which site it is of."""
    size, title = _title(card.title)
    first = _TOP + size
    after = first + round(len(title) * size * _LEADING)
    return fill(
        "card.svg",
        colours=PALETTES["dark"],
        card=card,
        foot=lines(foot, 30, _ROOM, 1)[0],
        above=lines(card.above, 34 * _BOLD, 860, 1)[0],
        title=[(line, first + round(place * size * _LEADING)) for place, line in enumerate(title)],
        about=[(line, after + place * 44) for place, line in enumerate(lines(card.about, 34, _ROOM, 2))]
        if len(title) < 3
        else [],
        size=size,
        pills=list(_pills(card.below)),
    )


def _drawn(card: Card, foot: str, desk: Desk) -> bytes:
    import vl_convert

    drawing = picture(card, foot)
    key = hashlib.sha256(drawing).hexdigest()
    return desk.keep(f"card {key} {draw.converter_key()}", lambda: _packed(vl_convert.svg_to_png(drawing.decode())))


def _packed(picture: bytes) -> bytes:
    """The same PNG, its pixels compressed for good: the converter is quick and leaves three times the size."""
    at, chunks = _PNG_HEADER, []
    while at < len(picture):
        length = int.from_bytes(picture[at : at + 4])
        chunks.append((picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]))
        at += 12 + length
    pixels = zlib.compress(zlib.decompress(b"".join(held for name, held in chunks if name == b"IDAT")), 6)
    head, *tail = [(name, held) for name, held in chunks if name != b"IDAT"]
    return picture[:_PNG_HEADER] + b"".join(map(_chunk, [head, *tail[:-1], (b"IDAT", pixels), tail[-1]]))


def _chunk(one: tuple[bytes, bytes]) -> bytes:
    name, held = one
    return len(held).to_bytes(4) + name + held + zlib.crc32(name + held).to_bytes(4)


def _title(words: str) -> tuple[int, list[str]]:
    for size, most in _TITLE_SIZES:
        found = lines(words, size * _BOLD, _ROOM, most)
        if not found[-1].endswith("…"):
            break
    return size, found


def _pills(below: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Place, width and words of each thing said below the title; what finds no room is left out."""
    left = _LEFT
    for words in below:
        wide = round(width(words, 28)) + 44
        if words and left + wide <= _LEFT + _ROOM:
            yield left, wide, words
            left += wide + 16


def _cards(desk: Desk) -> Iterator[tuple[str, Card]]:
    library = desk.library
    yield from ((one.authored.uri, _report(one)) for one in library.reports)
    yield from ((one.authored.uri, _episode(one)) for one in library.episodes)
    yield from ((one.authored.uri, _incident(one)) for one in library.incidents)
    yield from ((one.authored.uri, _question(one)) for one in library.questions if isinstance(one.front, QuestionFront))


def _report(report: Report) -> Card:
    front = report.front
    said = [f"{count} {word}" for word, count in standing_counts(report.claims).items()]
    day = [front.date.isoformat()] if front.date else []
    return Card(
        f"Report {front.id}",
        front.title,
        (*([front.status] if front.status != "published" else []), *said, *day),
        front.description,
    )


def _episode(episode: Episode) -> Card:
    metrics = episode.metrics
    held = (
        [
            f"{metrics.commits:,} {'commit' if metrics.commits == 1 else 'commits'}",
            f"{signed(metrics.lines_added)} {signed(-metrics.lines_removed)} lines",
        ]
        if metrics
        else []
    )
    where = place_words(episode)
    return Card(where[:1].upper() + where[1:], episode.front.title, (*held, days_words(episode) or ""), episode.front.tagline)


def _incident(incident: Incident) -> Card:
    front = incident.front
    return Card("Incident", front.title, (incident.state, front.date.isoformat()), front.description)


def _question(page: JudgedPage) -> Card:
    (one,) = page.questions
    verdict = one.verdict.value if one.verdict else ""
    return Card(f"Open question: {one.question.theme}", one.question.title, (one.state.value, verdict))
