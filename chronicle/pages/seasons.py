"""Season pages: the episodes of a season by phase with a chart of its commits; and the list of all episodes."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from chronicle.charts.history import activity
from chronicle.documents.seasons import Season, seasons_of
from chronicle.facts.activity import by_day
from chronicle.pages import addresses
from chronicle.pages.chart_sources import mined_line
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.episodes import days_words, episodes_table, plain_episode
from chronicle.pages.feeds import feed_links
from chronicle.pages.writing import Markdown, link, relative, table, text, twin, write
from chronicle.units import signed

MOST_EPISODES = 100
"""Rows of the list of all episodes; a longer chronicle has the rest on the pages of its seasons."""


def season_pages(desk: Desk) -> Iterator[Entry]:
    """The list of episodes, and a page with a twin for each season."""
    seasons = seasons_of(desk.library.episodes)
    for place, season in enumerate(seasons):
        yield from _page(season, seasons[place - 1] if place else None, next(iter(seasons[place + 1 :]), None), desk)
    if seasons and addresses.EPISODES not in desk.library.uris:
        yield _index(seasons, desk)


def _index(seasons: tuple[Season, ...], desk: Desk) -> Entry:
    uri = addresses.EPISODES
    newest = sorted((one for season in seasons for one in season.episodes), key=lambda one: one.order, reverse=True)
    rows = [_season_row(season, uri, desk) for season in reversed(seasons)]
    body = write(
        "episodes.md",
        seasons=table(("Season", "Episodes", "From", "Until", "Commits", "Lines"), rows, "lrllrr"),
        episodes=episodes_table(newest[:MOST_EPISODES], uri),
        more=len(newest) - MOST_EPISODES,
        feeds=feed_links(desk, "episodes", uri),
    )
    return Entry(uri, body.encode(errors="replace"))


def _season_row(season: Season, uri: str, desk: Desk) -> tuple[object, ...]:
    commits = _commits(season, desk)
    days = _days(season)
    return (
        link(season.title, relative(uri, addresses.season_page(season))),
        f"{len(season.episodes):,}",
        days[0] if days else None,
        days[-1] if days else None,
        f"{len(commits):,}",
        _lines(commits),
    )


def _page(season: Season, before: Season | None, after: Season | None, desk: Desk) -> Iterator[Entry]:
    uri = addresses.season_page(season)
    commits = _commits(season, desk)
    days = _days(season)
    body = write(
        "season.md",
        title=season.title,
        count=len(season.episodes),
        days=" to ".join(dict.fromkeys([days[0], days[-1]])) if days else None,
        commits=len(commits),
        lines=_lines(commits),
        authors=int(commits["author_email"].str.lower().nunique()),
        figure=_figure(season, commits, desk),
        sections=_sections(season, uri),
        up=link("All episodes", relative(uri, addresses.EPISODES)),
        before=link(f"← {before.title}", relative(uri, addresses.season_page(before))) if before else None,
        after=link(f"{after.title} →", relative(uri, addresses.season_page(after))) if after else None,
    )
    yield Entry(uri, body.encode(errors="replace"))
    yield Entry(uri.removesuffix(".md") + ".json", twin(_plain(season, commits, desk)))


def _sections(season: Season, uri: str) -> list[Markdown]:
    """A section a phase with its episodes as they were told; a season without phases is one list."""
    sections = []
    for phase, episodes in season.phases:
        rows = [
            (
                str(one.front.number),
                link(one.front.title, relative(uri, one.authored.uri)),
                one.front.type,
                days_words(one),
                f"{one.metrics.commits:,}" if one.metrics else None,
                f"{signed(one.metrics.lines_added)} {signed(-one.metrics.lines_removed)}" if one.metrics else None,
            )
            for one in episodes
        ]
        listing = table(("Episode", "Title", "Type", "Date", "Commits", "Lines"), rows, "rlllrr")
        heading = text(phase[:1].upper() + phase[1:]) if phase else "Without a phase"
        is_one_list = len(season.phases) == 1 and phase is None
        title = "Episodes" if is_one_list else heading
        sections.append(Markdown(f"## {title} {{ #{season.phase_anchor(phase)} }}\n\n{listing}"))
    return sections


def _commits(season: Season, desk: Desk) -> pd.DataFrame:
    """The commits that the season's episodes cite, each once, from all their repositories."""
    chosen = []
    for chronicle in desk.library.chronicles:
        cited = {revision for one in season.episodes if one.repository == chronicle.name for revision in one.revisions}
        chosen.append(chronicle.table[chronicle.table["revision"].isin(cited)])
    found = [one for one in chosen if len(one)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(_COLUMNS)).astype(_COLUMNS)


_COLUMNS = {"author_email": "str", "committed": "datetime64[s, UTC]", "lines_added": "int64", "lines_removed": "int64"}


def _figure(season: Season, commits: pd.DataFrame, desk: Desk) -> Markdown | None:
    """The season's commits and lines by day; None where none has a date."""
    if not commits["committed"].notna().any():
        return None
    name = "all" if season.number is None else str(season.number)
    title = f"{season.title}: its commits and lines by day"
    named = {one.repository for one in season.episodes}
    mined = [one for one in desk.library.chronicles if one.name in named]
    chart = activity(f"season-{season.series_key}-{name}", title, by_day(commits))
    return Markdown(desk.figure(chart, addresses.season_page(season)) + (mined_line(mined) if mined else ""))


def _days(season: Season) -> list[str]:
    dates = {day for one in season.episodes for day in (one.front.date, one.front.date_end) if day}
    return sorted(day.isoformat() for day in dates)


def _lines(commits: pd.DataFrame) -> str:
    return f"{signed(int(commits['lines_added'].sum()))} {signed(-int(commits['lines_removed'].sum()))}"


def _plain(season: Season, commits: pd.DataFrame, desk: Desk) -> dict[str, object]:
    return {
        "schema": "chronicle.season/1",
        "series": season.series,
        "season": season.number,
        "commits": len(commits),
        "lines_added": int(commits["lines_added"].sum()),
        "lines_removed": int(commits["lines_removed"].sum()),
        "phases": [{"phase": phase, "episodes": [one.authored.uri for one in episodes]} for phase, episodes in season.phases],
        "episodes": [plain_episode(one, desk) for one in season.episodes],
    }
