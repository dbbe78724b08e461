"""Episode pages: where an episode stands, what its author wrote, what its commits hold, and its neighbours in the series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from chronicle.documents.directives import find_directives
from chronicle.documents.episode import Episode
from chronicle.documents.seasons import Season, seasons_of
from chronicle.pages import addresses, episode_blocks
from chronicle.pages.authored import authored_entry, common_answers
from chronicle.pages.conversation import conversation
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.writing import Markdown, badge, link, relative, table, twin, write
from chronicle.units import signed


def episode_pages(desk: Desk) -> Iterator[Entry]:
    """A page an episode, and ``episodes.json``."""
    seasons = seasons_of(desk.library.episodes)
    ordered = [(season, episode) for season in seasons for episode in season.episodes]
    for place, (season, episode) in enumerate(ordered):
        before = ordered[place - 1][1] if place else None
        after = ordered[place + 1][1] if place + 1 < len(ordered) else None
        yield from desk.written(episode.authored, partial(_entries, episode, season, before, after))
    if ordered:
        yield from desk.written("episodes.json", partial(_listed, [episode for _, episode in ordered]))


def _entries(episode: Episode, season: Season, before: Episode | None, after: Episode | None, desk: Desk) -> Iterator[Entry]:
    yield _page(episode, season, before, after, desk)


def _listed(episodes: Sequence[Episode], desk: Desk) -> Iterator[Entry]:
    yield Entry("episodes.json", twin([plain_episode(episode, desk) for episode in episodes]))


def episodes_table(episodes: Sequence[Episode], page: str) -> Markdown:
    """One row an episode, the newest first."""
    rows = [
        (
            link(place_words(one), relative(page, one.authored.uri)),
            one.front.title,
            days_words(one),
            f"{one.metrics.commits:,}" if one.metrics else None,
            f"{signed(one.metrics.lines_added)} {signed(-one.metrics.lines_removed)}" if one.metrics else None,
        )
        for one in sorted(episodes, key=lambda one: one.order, reverse=True)
    ]
    return table(("Episode", "Title", "Date", "Commits", "Lines"), rows, "lllrr")


def place_words(episode: Episode) -> str:
    """Where an episode stands: its series, its season and its number."""
    front = episode.front
    season = "" if front.season is None else f"season {front.season}, "
    series = f"{front.series}, " if front.series else ""
    return f"{series}{season}episode {front.number}"


def days_words(episode: Episode) -> str | None:
    """The day or the days of an episode; None where nobody knows."""
    days = [one.isoformat() for one in (episode.front.date, episode.front.date_end) if one]
    return " – ".join(days) or None


def plain_episode(episode: Episode, desk: Desk) -> dict[str, object]:
    """An episode for the twins: its front matter, what is mined, what is stated, and what is said in it."""
    front, metrics = episode.front, episode.metrics
    mined = (
        {
            "commits": metrics.commits,
            "files_changed": metrics.files_changed,
            "file_changes": metrics.file_changes,
            "lines_added": metrics.lines_added,
            "lines_removed": metrics.lines_removed,
            "net_change": metrics.net_lines,
            "change_mix": metrics.change_mix_text,
            "commits_with_tests": metrics.commits_with_tests,
            "commits_with_docs": metrics.commits_with_docs,
            "files_by_kind": {one.name: one.count for one in metrics.areas},
        }
        if metrics
        else None
    )
    return {
        "schema": "chronicle.episode/1",
        "uri": episode.authored.uri,
        "key": front.key,
        "series": front.series,
        "season": front.season,
        "number": front.number,
        "phase": front.phase,
        "title": front.title,
        "type": front.type,
        "date": front.date.isoformat() if front.date else None,
        "date_end": front.date_end.isoformat() if front.date_end else None,
        "repository": episode.repository,
        "commits": list(episode.revisions),
        "metrics": mined,
        "stated": [
            {"metric": one.metric, "stated": one.stated, "mined": one.mined, "verdict": one.verdict.value, "reason": one.reason}
            for one in episode.statements
        ],
        "runs": {one.key: episode_blocks.verdict_counts(one, desk) for one in episode_blocks.runs_at(episode, desk)},
        "voices": [{"name": one.voice.name, "text": one.text, "stage": one.stage} for one in episode.lines],
    }


def _page(episode: Episode, season: Season, before: Episode | None, after: Episode | None, desk: Desk) -> Entry:
    uri, front = episode.authored.uri, episode.front
    where = addresses.season_page(season)
    phase = link(front.phase, relative(uri, f"{where}#{season.phase_anchor(front.phase)}")) if front.phase else None
    head = write(
        "episode_head.md",
        front_matter=front,
        kind=badge(front.type),
        days=days_words(episode) or "date unknown",
        season=link(season.title, relative(uri, where)),
        phase=phase,
        repository=episode.repository,
    )
    placed = {one.name for one in find_directives(episode.authored.text, episode.authored.file)[0]}
    tail = write(
        "episode_tail.md",
        added=episode_blocks.added(episode, desk, placed),
        before=link(f"← {before.front.title}", relative(uri, before.authored.uri)) if before else None,
        after=link(f"{after.front.title} →", relative(uri, after.authored.uri)) if after else None,
    )
    return authored_entry(
        desk,
        episode.authored,
        front,
        {**common_answers(desk, uri), **episode_blocks.answers(episode, desk)},
        above=head,
        below=tail if tail.strip() else None,
        title=front.title,
        told=conversation(episode.lines, uri),
    )
