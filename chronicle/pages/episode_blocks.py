"""What an episode's commits amount to: metrics beside those that are stated, files by kind, the commits, runs at them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd

from chronicle.charts.files import kinds
from chronicle.documents.episode import Episode
from chronicle.documents.library import Chronicle
from chronicle.documents.stated import JudgedStatement
from chronicle.facts.commit_metrics import CommitMetrics
from chronicle.pages import addresses
from chronicle.pages.chart_sources import mined_line
from chronicle.pages.cited import SUMMED
from chronicle.pages.desk import Desk
from chronicle.pages.prose import Answer, UnanswerableError
from chronicle.pages.published import Published
from chronicle.pages.timeline import month_of
from chronicle.pages.writing import Markdown, badge, code, link, relative, slug, table, tally, text, write
from chronicle.records.recorded import RecordedRun
from chronicle.units import signed

MOST_COMMITS = 100
"""Rows of a ``commits()`` block; an episode that cites more says how many."""

MINED = {
    name: {"net_change": "net_lines"}.get(name, name)
    for name in [
        "commits",
        "merges",
        "authors",
        "files_changed",
        "lines_added",
        "lines_removed",
        "net_change",
        "directories",
        "commits_with_tests",
        "commits_with_docs",
    ]
}
"""What ``mined()`` can say, and the field of the commit metrics that says it."""

_NOTHING_FOUND = Markdown("*The cited range holds no commit that could be found.*")
_UNCITED = "the episode cites no commits: add `commits: a..b` to its front matter"


def answers(episode: Episode, desk: Desk) -> dict[str, Answer]:
    """The directives that only an episode has."""

    def metrics() -> Markdown:
        if episode.metrics is None and not episode.statements and not episode.front.commits:
            raise UnanswerableError(_UNCITED)
        return metrics_block(episode, desk.published)

    def files(title: str = "") -> Markdown:
        _check_found(episode)
        return files_block(episode, desk, title) if episode.revisions else _not_found(episode)

    def commits() -> Markdown:
        _check_found(episode)
        return commits_block(episode, desk) if episode.revisions else _not_found(episode)

    def verdicts() -> Markdown:
        return verdicts_block(runs_at(episode, desk), desk, episode.authored.uri)

    def mined(metric: str) -> Markdown:
        _check_found(episode)
        return mined_words(episode, metric, desk.published) if episode.metrics else _not_found(episode)

    return {"metrics": metrics, "mined": mined, "files": files, "commits": commits, "verdicts": verdicts}


def added(episode: Episode, desk: Desk, placed: Collection[str]) -> Markdown | None:
    """The blocks that the author did not place, under a heading of their own; None where nothing is known to add."""
    parts: list[Markdown] = []
    if "metrics" not in placed and (episode.metrics is not None or episode.statements):
        parts.append(metrics_block(episode, desk.published))
    if "files" not in placed and episode.metrics is not None and episode.metrics.areas:
        parts.append(files_block(episode, desk))
    if "verdicts" not in placed and (runs := runs_at(episode, desk)):
        parts.append(verdicts_block(runs, desk, episode.authored.uri))
    return Markdown("\n\n".join([Markdown("## What the commits hold { #mined }"), *parts])) if parts else None


def metrics_block(episode: Episode, published: Published) -> Markdown:
    """What the commits changed, the headline first, and beside it what the episode states of them."""
    metrics, why = episode.metrics, episode.why_not
    stated = _stated_table(episode.statements)
    if metrics is None:
        nothing = Markdown(f"*No commits to count: {text(why)}.*") if why else _NOTHING_FOUND
        return Markdown(f"{nothing}\n\n{stated}") if stated else nothing
    return write(
        "metrics.md",
        metrics=metrics,
        commits=_summed(episode, "commits", f"{metrics.commits:,}", published),
        authors=f"{metrics.authors:,}",
        files=_summed(episode, "files_changed", f"{metrics.files_changed:,}", published),
        lines=f"{signed(metrics.lines_added)} {signed(-metrics.lines_removed)}",
        details=table(("Metric", "Mined from git"), _metric_rows(episode, metrics, published)),
        why_not=why,
        stated=stated,
    )


def mined_words(episode: Episode, metric: str, published: Published) -> Markdown:
    """One number of the cited commits, for a sentence."""
    metrics = episode.metrics
    if metric not in MINED or metrics is None:
        raise UnanswerableError(f"no mined metric {metric!r}; there are {', '.join(MINED)}")
    number = int(getattr(metrics, MINED[metric]))
    words = signed(number) if metric == "net_change" else f"{number:,}"
    shown = _summed(episode, metric, words, published) if metric in SUMMED else words
    return Markdown(f'<span class="number">{shown}</span>')


def files_block(episode: Episode, desk: Desk, title: str = "") -> Markdown:
    """The files that the commits touched, by kind, as a chart."""
    metrics = episode.metrics
    if metrics is None or not metrics.areas:
        raise UnanswerableError("the cited commits change no file")
    frame = pd.DataFrame(
        [(one.name, one.count, one.lines_added, one.lines_removed) for one in metrics.areas],
        columns=["kind", "files", "lines_added", "lines_removed"],
    )
    uri = episode.authored.uri
    figure = desk.figure(kinds(slug(f"files {uri.removesuffix('.md')}"), title or "Files by kind", frame), uri)
    mined = [one for one in desk.library.chronicles if one.name == episode.repository]
    return Markdown(figure + (mined_line(mined) if mined else ""))


def commits_block(episode: Episode, desk: Desk) -> Markdown:
    """The cited commits in the order of history, newest first."""
    chronicle = next(one for one in desk.library.chronicles if one.name == episode.repository)
    chosen = chronicle.table[chronicle.table["revision"].isin(set(episode.revisions))]
    rows = [
        _commit_row(chronicle, row, month, episode.authored.uri, desk)
        for row, month in zip(chosen.to_dict("records"), month_of(chosen), strict=True)
    ]
    shown = table(("Commit", "Subject", "Files", "Lines"), rows[:MOST_COMMITS], "llrr")
    more = len(rows) - MOST_COMMITS
    return Markdown(f"{shown}\n\nAnd {more:,} more.") if more > 0 else shown


def runs_at(episode: Episode, desk: Desk) -> tuple[RecordedRun, ...]:
    """The recorded runs of the revisions that an episode cites."""
    revisions = set(episode.revisions)
    return tuple(one for one in desk.library.runs if one.run.source.revision in revisions)


def verdicts_block(runs: Sequence[RecordedRun], desk: Desk, page: str) -> Markdown:
    """One row a run: what was measured at which revision, and how its measurements came out."""
    if not runs:
        return Markdown("*No run is recorded at these revisions.*")
    return table(("Run", "Suite", "Machine", "Revision", "Measurements"), [_run_row(one, desk, page) for one in runs])


def verdict_counts(recorded: RecordedRun, desk: Desk) -> dict[str, int]:
    """How many measurements of a run have which verdict."""
    counts: dict[str, int] = {}
    for one in desk.library.ledger.measurements:
        if one.run_key == recorded.key:
            counts[one.verdict] = counts.get(one.verdict, 0) + 1
    return counts


def _check_found(episode: Episode) -> None:
    if not episode.front.commits:
        raise UnanswerableError(_UNCITED)


def _not_found(episode: Episode) -> Markdown:
    return Markdown(f"*No commits to show: {text(episode.why_not)}.*") if episode.why_not else _NOTHING_FOUND


def _summed(episode: Episode, name: str, words: str, published: Published) -> Markdown:
    """A number that can be added up again from the rows of the episode's commits."""
    return published.mark({"kind": "commits", "episode": episode.authored.uri, "show": name}, words)


def _metric_rows(episode: Episode, metrics: CommitMetrics, published: Published) -> list[tuple[str, str | None]]:
    def summed(name: str, words: str) -> Markdown:
        return _summed(episode, name, words, published)

    changes = summed("file_changes", f"{metrics.file_changes:,}")
    return [
        ("Files changed", Markdown(f"{summed('files_changed', f'{metrics.files_changed:,}')} ({changes} changes of files)")),
        ("Lines added", summed("lines_added", f"{metrics.lines_added:,}")),
        ("Lines removed", summed("lines_removed", f"{metrics.lines_removed:,}")),
        ("Net change", summed("net_change", signed(metrics.net_lines))),
        ("Change mix", summed("change_mix", metrics.change_mix_text)),
        ("Binary and generated files", f"{metrics.binary_files:,} and {metrics.generated_files:,}, not counted by lines"),
        ("Tests touched", f"by {metrics.commits_with_tests:,} of {metrics.commits:,} commits"),
        ("Docs touched", f"by {metrics.commits_with_docs:,} of {metrics.commits:,} commits"),
        ("Where", ", ".join(f"{tally.name} {tally.count:,}" for tally in metrics.areas)),
        ("Change complexity", _complexity(metrics)),
    ]


def _complexity(metrics: CommitMetrics) -> str | None:
    if metrics.complexity_median is None:
        return None
    return f"median {metrics.complexity_median:g}, highest {metrics.complexity_max} over {metrics.scored_commits:,} commits"


def _stated_table(statements: Sequence[JudgedStatement]) -> Markdown | None:
    """What is stated beside what is mined; None where nothing is stated."""
    if not statements:
        return None
    rows = [
        (one.metric.replace("_", " ").capitalize(), one.stated, one.mined, badge(one.verdict.value), one.reason)
        for one in statements
    ]
    return table(("Stated metric", "Stated", "Mined from git", "Verdict", "Why"), rows)


def _commit_row(chronicle: Chronicle, row: dict[Any, Any], month: str, page: str, desk: Desk) -> tuple[object, ...]:
    lines = "merge" if row["is_merge"] else f"{signed(row['lines_added'])} {signed(-row['lines_removed'])}"
    commit = desk.commit_link(chronicle, row["revision"], page, month)
    return (commit, row["subject"], f"{row['files_changed']:,}", lines)


def _run_row(recorded: RecordedRun, desk: Desk, page: str) -> tuple[object, ...]:
    run = recorded.run
    counts = verdict_counts(recorded, desk)
    return (
        link(code(run.run_id), relative(page, addresses.run_page(run.machine, run.run_id))),
        run.suite.name,
        link(run.machine, relative(page, addresses.machine_page(run.machine))),
        code((run.source.revision or "unknown")[:9]),
        tally(counts),
    )
