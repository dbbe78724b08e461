"""The radar of technologies: a picture keyed to a table, on a page of its own or where an author places it."""

from __future__ import annotations

from collections.abc import Iterator

from chronicle.charts.radar import SHAPE_SIGNS, radar
from chronicle.documents.technologies import CATEGORIES, RINGS, Blip, Radar
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.mentions import plain_mentions
from chronicle.pages.writing import Markdown, badge, link, relative, table, text, twin, write

TITLE = "Technologies, by what we do with them"


def technology_pages(desk: Desk) -> Iterator[Entry]:
    """The page and its twin ``technologies.json``; nothing where no technology is listed."""
    if desk.library.radar is None:
        return
    if addresses.is_free(addresses.TECHNOLOGIES, desk.library):
        block = radar_block(desk.library.radar, desk, addresses.TECHNOLOGIES)
        yield Entry(addresses.TECHNOLOGIES, write("technologies.md", radar=block).encode())
    yield Entry("technologies.json", twin([_plain(one, desk) for one in desk.library.radar.blips]))


def radar_block(found: Radar, desk: Desk, page: str) -> Markdown:
    """The picture and the table."""
    import pandas as pd

    frame = pd.DataFrame(
        [
            {"number": one.number, "name": about.name, "category": about.category, "ring": about.ring}
            for one in found.blips
            for about in [one.technology]
        ]
    )
    figure = desk.figure(radar("technologies", TITLE, frame, CATEGORIES, RINGS), page)
    listings = [_listing(sign, category, found, desk, page) for sign, category in zip(SHAPE_SIGNS, CATEGORIES, strict=True)]
    return Markdown("\n\n".join([figure, *(one for one in listings if one)]))


def _listing(sign: str, category: str, found: Radar, desk: Desk, page: str) -> Markdown:
    """The table of a category under its name and its shape; nothing where it is empty."""
    blips = [one for one in found.blips if one.technology.category == category]
    rows = [(one.number, _name(one, desk, page), _ring(one, desk, page)) for one in blips]
    listing = table(("No.", "Technology", "Ring"), rows, "rll")
    return Markdown(f"**{sign} {text(category.capitalize())}**\n\n{listing}" if rows else "")


def _name(one: Blip, desk: Desk, page: str) -> Markdown:
    """A technology with why it stands where it stands, and what touched it."""
    about, touched = one.technology, _touched(one, desk, page)
    why = f"{text(about.why)}<br>touched by {touched}" if touched else text(about.why)
    return Markdown(
        f'<span id="{addresses.technology_anchor(about.name)}"></span><strong>{text(about.name)}</strong>'
        f'<br><span class="timeline__about" markdown="span">{why}</span>'
    )


def _ring(one: Blip, desk: Desk, page: str) -> Markdown:
    since = f"since {one.technology.since.isoformat()}"
    if one.moved is not None:
        since += (
            f"<br>moved from {text(one.moved_from)}, {addresses.change_words(one.moved, desk.library.home_chronicle, page)}"
        )
    return Markdown(
        f'{badge(one.technology.ring)}<br><span class="timeline__about radar__since" markdown="span">{since}</span>'
    )


def _touched(one: Blip, desk: Desk, page: str) -> Markdown:
    """The reports and episodes that touched it, as links where they are there."""
    reports = {report.front.id: report.authored.uri for report in desk.library.reports}
    titles = {episode.authored.uri: episode.front.title for episode in desk.library.episodes}
    links = [link(name, relative(page, reports[name])) for name in one.technology.reports if name in reports]
    links += [link(titles[uri], relative(page, uri)) for uri in one.technology.episodes if uri in titles]
    return Markdown(", ".join(links))


def _plain(one: Blip, desk: Desk) -> dict[str, object]:
    about = one.technology
    return {
        "schema": "chronicle.technology/1",
        "number": one.number,
        "name": about.name,
        "category": about.category,
        "ring": about.ring,
        "since": about.since.isoformat(),
        "why": about.why,
        "reports": list(about.reports),
        "episodes": list(about.episodes),
        "added_revision": one.added.revision if one.added else None,
        "moved_revision": one.moved.revision if one.moved else None,
        "moved_from": one.moved_from,
        "named_by": plain_mentions(desk.named_by(addresses.technology_place(about.name, desk.library))),
    }
