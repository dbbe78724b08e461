"""Episode pages: the commits an episode cites, what they changed, and its neighbours in the series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from chronicle.documents.episode import Episode
from chronicle.documents.library import Chronicle
from chronicle.facts.commit_metrics import CommitMetrics
from chronicle.pages import addresses
from chronicle.pages.authored import authored_entry, common_answers
from chronicle.pages.conversation import conversation
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.prose import Answer, UnanswerableError
from chronicle.pages.timeline import month_of
from chronicle.pages.writing import Markdown, badge, link, relative, table, twin, write
from chronicle.units import signed

_NOTHING_FOUND = Markdown("*The cited range holds no commit that could be found.*")

MOST_COMMITS = 100
"""Rows of a ``commits()`` block; an episode that cites more says how many."""


def episode_pages(desk: Desk) -> Iterator[Entry]:
    """A page an episode, the list of episodes, and ``episodes.json``."""
    episodes = sorted(desk.library.episodes, key=lambda one: one.order)
    for place, episode in enumerate(episodes):
        before = episodes[place - 1] if place else None
        after = episodes[place + 1] if place + 1 < len(episodes) else None
        yield _page(episode, before, after, desk)
    if not episodes:
        return
    if addresses.EPISODES not in desk.library.uris:
        yield Entry(addresses.EPISODES, write("episodes.md", episodes=episodes_table(episodes, addresses.EPISODES)).encode())
    yield Entry("episodes.json", twin([_plain(episode) for episode in episodes]))


def episodes_table(episodes: Sequence[Episode], page: str) -> Markdown:
    """One row an episode, the newest first."""
    rows = [
        (
            link(place_words(one), relative(page, one.authored.uri)),
            one.front.title,
            one.front.date.isoformat() if one.front.date else None,
            f"{one.metrics.commits:,}" if one.metrics else None,
            f"{signed(one.metrics.lines_added)} {signed(-one.metrics.lines_removed)}" if one.metrics else None,
        )
        for one in sorted(episodes, key=lambda one: one.order, reverse=True)
    ]
    return table(("Episode", "Title", "Date", "Commits", "Lines"), rows, "lllrr")


def _page(episode: Episode, before: Episode | None, after: Episode | None, desk: Desk) -> Entry:
    uri, front = episode.authored.uri, episode.front
    head = write(
        "episode_head.md",
        front_matter=front,
        kind=badge(front.type),
        place=place_words(episode),
        repository=episode.repository,
        before=link(f"← {before.front.title}", relative(uri, before.authored.uri)) if before else None,
        after=link(f"{after.front.title} →", relative(uri, after.authored.uri)) if after else None,
    )
    answers = {**common_answers(desk, uri), **_answers(episode, desk)}
    return authored_entry(
        desk, episode.authored, front, answers, above=head, title=front.title, told=conversation(episode.lines, uri)
    )


def _answers(episode: Episode, desk: Desk) -> dict[str, Answer]:
    chronicle = next((one for one in desk.library.chronicles if one.name == episode.repository), None)

    def metrics() -> Markdown:
        if episode.front.cited and not episode.revisions:
            return _NOTHING_FOUND
        if episode.metrics is None:
            raise UnanswerableError("the episode cites no commits: add `commits: a..b` to its front matter")
        return metrics_block(episode.metrics)

    def commits() -> Markdown:
        if episode.front.cited and not episode.revisions:
            return _NOTHING_FOUND
        if chronicle is None or not episode.revisions:
            raise UnanswerableError("the episode cites no commits: add `commits: a..b` to its front matter")
        return commits_table(chronicle, episode.revisions, episode.authored.uri)

    return {"metrics": metrics, "commits": commits}


def metrics_block(metrics: CommitMetrics) -> Markdown:
    """What the commits changed: the headline numbers, then the parts that explain them."""
    rows = [
        ("Files changed", f"{metrics.files_changed:,} ({metrics.file_changes:,} changes of files)"),
        ("Lines added", f"{metrics.lines_added:,}"),
        ("Lines removed", f"{metrics.lines_removed:,}"),
        ("Net change", signed(metrics.net_lines)),
        ("Change mix", metrics.change_mix_text),
        ("Binary and generated files", f"{metrics.binary_files:,} and {metrics.generated_files:,}, not counted by lines"),
        (
            "Commits with tests, with docs",
            f"{metrics.commits_with_tests:,} and {metrics.commits_with_docs:,} of {metrics.commits:,}",
        ),
        ("Where", ", ".join(f"{tally.name} {tally.count:,}" for tally in metrics.areas)),
        ("Change complexity", _complexity(metrics)),
    ]
    return write(
        "metrics.md",
        commits=f"{metrics.commits:,}",
        authors=f"{metrics.authors:,}",
        files=f"{metrics.files_changed:,}",
        lines=f"{signed(metrics.lines_added)} {signed(-metrics.lines_removed)}",
        details=table(("Metric", "Mined from git"), rows),
        missing=len(metrics.missing),
    )


def _complexity(metrics: CommitMetrics) -> str | None:
    if metrics.complexity_median is None:
        return None
    return f"median {metrics.complexity_median:g}, highest {metrics.complexity_max} over {metrics.scored_commits:,} commits"


def commits_table(chronicle: Chronicle, revisions: Sequence[str], page: str) -> Markdown:
    """The cited commits in the order of history, newest first."""
    chosen = chronicle.table[chronicle.table["revision"].isin(set(revisions))]
    months = month_of(chosen)
    rows = [_commit_row(chronicle, row, month, page) for row, month in zip(chosen.to_dict("records"), months, strict=True)]
    shown = table(("Commit", "Subject", "Files", "Lines"), rows[:MOST_COMMITS], "llrr")
    more = len(rows) - MOST_COMMITS
    return Markdown(f"{shown}\n\nAnd {more:,} more.") if more > 0 else shown


def _commit_row(chronicle: Chronicle, row: dict[Any, Any], month: str, page: str) -> tuple[object, ...]:
    lines = "merge" if row["is_merge"] else f"{signed(row['lines_added'])} {signed(-row['lines_removed'])}"
    return (
        addresses.commit_link(chronicle, row["revision"], page, month),
        row["subject"],
        f"{row['files_changed']:,}",
        lines,
    )


def place_words(episode: Episode) -> str:
    """Where an episode stands: its series, its season and its number."""
    front = episode.front
    season = "" if front.season is None else f"season {front.season}, "
    series = f"{front.series}, " if front.series else ""
    return f"{series}{season}episode {front.number}"


def _plain(episode: Episode) -> dict[str, object]:
    front, metrics = episode.front, episode.metrics
    return {
        "schema": "chronicle.episode/1",
        "uri": episode.authored.uri,
        "series": front.series,
        "season": front.season,
        "number": front.number,
        "title": front.title,
        "type": front.type,
        "key": front.key,
        "date": front.date.isoformat() if front.date else None,
        "repository": episode.repository,
        "commits": list(episode.revisions),
        "metrics": None
        if metrics is None
        else {
            "files_changed": metrics.files_changed,
            "lines_added": metrics.lines_added,
            "lines_removed": metrics.lines_removed,
            "net_change": metrics.net_lines,
            "change_mix": metrics.change_mix_text,
        },
    }
