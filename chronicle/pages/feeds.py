"""Feeds of reports and of episodes, as Atom and as RSS: what is new, for programs that read many sites.

An entry's id is made from what names a document for good, so a new path or a new title is no new entry. Its date is that of
the document; one without a date is left out, and so is a draft. No clock is asked: a feed is as new as its newest entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime

from chronicle.documents.claims import JudgedClaim
from chronicle.documents.episode import Episode
from chronicle.documents.report import Report
from chronicle.pages import addresses
from chronicle.pages.claim_blocks import as_of_words, standing_counts
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.imprint import Imprint
from chronicle.pages.markup import fill
from chronicle.pages.writing import Markdown, link, relative
from chronicle.units import signed

MOST_ENTRIES = 50
"""Entries of a feed, the newest first; the JSON files list everything."""

FORMATS = {"atom": "Atom", "rss": "RSS"}
NO_ADDRESS = "no `site_url`, so no feeds and no social cards: both need absolute addresses"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A document as a feed tells of it: plain text throughout, ``when`` with a time zone."""

    id: str
    title: str
    address: str
    when: datetime
    summary: str
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    @property
    def rfc822(self) -> str:
        """The date as RSS writes it."""
        return format_datetime(self.when)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: ``name`` is that of its files, ``page`` the address of the page that lists the same."""

    name: str
    title: str
    id: str
    page: str
    entries: tuple[FeedEntry, ...]

    def uri(self, form: str) -> str:
        """Its file, beside the sitemap: Material looks for one beside whatever a page names as an alternate."""
        return f"{self.name}.{form}.xml"


def feed_entries(desk: Desk) -> Iterator[Entry]:
    """The files of all feeds; none where the site has no address, or nothing to tell of."""
    for feed in feeds(desk):
        for form in FORMATS:
            own = desk.imprint.file(feed.uri(form))
            yield Entry(feed.uri(form), fill(f"{form}.xml", feed=feed, own=own, imprint=desk.imprint))


def feeds(desk: Desk) -> tuple[Feed, ...]:
    """The feeds of a site."""
    told = (
        ("reports", "Reports", addresses.REPORTS, _reports(desk.library.reports, desk.imprint)),
        ("episodes", "Episodes", addresses.EPISODES, _episodes(desk.library.episodes, desk.imprint)),
    )
    return tuple(
        Feed(name, f"{desk.imprint.name}: {title}", desk.imprint.identity("feed", name), page, newest)
        for name, title, uri, found in told
        if (newest := tuple(sorted(found, key=lambda one: (one.when, one.id), reverse=True)[:MOST_ENTRIES]))
        and (page := desk.imprint.page(uri))
    )


def feed_links(desk: Desk, name: str, page: str) -> Markdown | None:
    """Links to the forms of a feed, for a line of ``page``; None where there is no such feed."""
    found = next((one for one in feeds(desk) if one.name == name), None)
    if found is None:
        return None
    return Markdown(" or ".join(str(link(words, relative(page, found.uri(form)))) for form, words in FORMATS.items()))


def _reports(reports: Iterable[Report], imprint: Imprint) -> Iterator[FeedEntry]:
    for one in reports:
        address = imprint.page(one.authored.uri)
        if address and one.front.date and one.front.status != "draft":
            yield FeedEntry(
                id=imprint.identity("report", one.front.id),
                title=f"{one.front.id}: {one.front.title}",
                address=address,
                when=_moment(one.front.date),
                summary=report_summary(one),
                authors=one.front.authors,
                categories=(one.front.status, *one.front.tags),
            )


def _episodes(episodes: Iterable[Episode], imprint: Imprint) -> Iterator[FeedEntry]:
    names: set[str] = set()
    for one in sorted(episodes, key=lambda one: one.order):
        front, address = one.front, imprint.page(one.authored.uri)
        name = front.key or f"{front.series}/{front.season}/{front.number}"
        name = f"{name}/{one.authored.uri}" if name in names else name
        names.add(name)
        if day := (front.date_end or front.date) if address else None:
            yield FeedEntry(
                id=imprint.identity("episode", name),
                title=front.title,
                address=address or "",
                when=_moment(day, front.time, front.timezone),
                summary=episode_summary(one),
                categories=(front.type, *front.tags),
            )


def report_summary(report: Report) -> str:
    """How a report stands, in a line of plain text, after what its author says it is about."""
    claims = claims_words(report.claims)
    standing = f"{report.front.status.capitalize()}, version {report.front.version}." + (
        f" Claims: {claims}{as_of_words(report.front.as_of)}." if claims else ""
    )
    return " ".join(part for part in (_sentence(report.front.description), standing) if part)


def claims_words(claims: Iterable[JudgedClaim]) -> str:
    """How many claims stand how: ``5 supported, 1 refuted``; nothing where there are none."""
    return ", ".join(f"{count} {word}" for word, count in standing_counts(claims).items())


def episode_summary(episode: Episode) -> str:
    """What an episode is about and what its commits hold, in a line of plain text."""
    metrics = episode.metrics
    held = ""
    if metrics:
        lines = f"{signed(metrics.lines_added)} and {signed(-metrics.lines_removed)} lines"
        held = f"{metrics.commits:,} {'commit' if metrics.commits == 1 else 'commits'}, {lines}."
    return " ".join(part for part in (_sentence(episode.front.tagline or episode.front.description), held) if part)


def _sentence(words: str) -> str:
    words = " ".join(words.split())
    return words if not words or words[-1] in ".!?…" else f"{words}."


def _moment(day: date, clock: str | None = None, zone: str | None = None) -> datetime:
    """A day with its time where the document states one; midnight and UTC where it does not."""
    at = datetime.combine(day, time.fromisoformat(clock or "00:00"))
    return at.replace(tzinfo=datetime.fromisoformat(f"2000-01-01T00:00:00{zone}").tzinfo if zone else UTC)
