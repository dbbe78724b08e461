"""The draft of an episode: what git holds of its commits in its front matter and in a remark, and headings to tell it under.

Nothing is invented: the title says which episode it is, the type is one that the commits declare, and every number the page
will show comes from a directive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chronicle.documents.drafts.form import front_matter, one_line, remark
from chronicle.documents.episode import Episode
from chronicle.documents.library import Chronicle
from chronicle.facts.commit_metrics import CommitMetrics, Tally

MOST_SUBJECTS = 60
"""Subjects listed in the remark; of a longer range the rest is counted."""

_BODY = """
# {title}

{remark}

## Why it matters

<!-- What was wrong or missing before, and for whom. -->

## Technical analysis

{{{{ metrics() }}}}

{{{{ commits() }}}}

## What we carry forward

<!-- What stays, what is owed, and what did not work. -->

## Next time
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an episode stands: its series, its season where the series has any, and its number."""

    series: str
    season: int | None
    number: int

    @property
    def title(self) -> str:
        return f"Episode {self.number}"

    @property
    def stem(self) -> str:
        """How its file name begins: ``s2e03``."""
        return f"{'' if self.season is None else f's{self.season}'}e{self.number:02d}"


@dataclass(frozen=True, slots=True)
class Told:
    """What was observed of the commits that an episode is to tell of; ``cited`` is how its front matter names them."""

    repository: str
    cited: tuple[str, ...]
    metrics: CommitMetrics
    authors: tuple[str, ...]
    subjects: tuple[str, ...]
    releases: tuple[str, ...]
    runs: tuple[str, ...]


def next_place(episodes: Sequence[Episode], series: str | None, season: int | None, fallback: str) -> Place:
    """The place after the last episode of the series and season; the series is that of the latest episode unless given."""
    latest = max(episodes, key=lambda one: (str(one.front.date or ""), one.order), default=None)
    name = series or (latest.front.series if latest else fallback)
    of_series = [one for one in episodes if one.front.series == name]
    if season is None:
        season = max((one.front.season for one in of_series if one.front.season is not None), default=None)
    numbers = [one.front.number for one in of_series if one.front.season == season]
    return Place(name, season, max(numbers, default=0) + 1)


def told_until(episodes: Sequence[Episode], chronicle: Chronicle) -> str | None:
    """The newest commit of a repository that an episode tells of; None where none does."""
    told = {revision for one in episodes if one.repository == chronicle.name for revision in one.revisions}
    return next((revision for revision in chronicle.history.commits["revision"] if revision in told), None)


def released_until(chronicle: Chronicle) -> str | None:
    """The newest tagged commit below HEAD; None where there is none."""
    tagged = {tag.revision for tag in chronicle.history.tags} - {chronicle.history.head}
    rows = chronicle.history.commits
    return next(
        (one for one, on_head in zip(rows["revision"], rows["is_on_head"], strict=True) if on_head and one in tagged), None
    )


def episode_draft(place: Place, told: Told, *, title: str | None = None, phase: str | None = None) -> str:
    """The draft as a file."""
    metrics = told.metrics
    first, last = (moment.date() if moment else None for moment in (metrics.first, metrics.last))
    words = one_line(title or place.title)
    head = front_matter(
        {
            "kind": "episode",
            "series": place.series,
            "season": place.season,
            "number": place.number,
            "title": words,
            "type": _type(metrics),
            "date": first,
            "date_end": last if last != first else None,
            "phase": phase,
            "repository": told.repository,
            "commits": told.cited,
        }
    )
    heading = words.replace("{", "&#123;").replace("<", "&lt;")
    return head + _BODY.format(title=heading, remark=remark(_remarks(told)))


def _type(metrics: CommitMetrics) -> str:
    """The type that most commits have, where any declares one; an episode of several kinds of work is ``meta``."""
    named = [tally for tally in metrics.types if tally.name not in ("undeclared", "merge")]
    return named[0].name if metrics.declared_types and named else "meta"


def _remarks(told: Told) -> list[str]:
    metrics = told.metrics
    rows = {
        "Commits": f"{metrics.commits:,}" + (f", {metrics.merges:,} of them merges" if metrics.merges else ""),
        "Authors": ", ".join(told.authors),
        "Files changed": f"{metrics.files_changed:,} ({metrics.change_mix_text})",
        "Files by kind": _tallied(metrics.areas),
        "Lines": f"{metrics.lines_added:,} added, {metrics.lines_removed:,} removed",
        "Tests touched": f"by {metrics.commits_with_tests:,} of {metrics.commits:,} commits",
        "Docs touched": f"by {metrics.commits_with_docs:,} of {metrics.commits:,} commits",
        "Types": _tallied(metrics.types),
        "Releases crossed": ", ".join(told.releases) or "none",
        "Runs at these revisions": "; ".join(told.runs) or "none",
    }
    more = len(told.subjects) - MOST_SUBJECTS
    return [
        "What git holds of these commits, to tell from. The page computes it anew; delete this remark when it is told.",
        "",
        *(f"{label}: {value}" for label, value in rows.items()),
        "",
        *(f"* {subject}" for subject in told.subjects[:MOST_SUBJECTS]),
        *([f"* and {more:,} more"] if more > 0 else []),
    ]


def _tallied(tallies: Sequence[Tally]) -> str:
    return ", ".join(f"{tally.name} {tally.count:,}" for tally in tallies) or "none"
