"""An episode: what happened, told, and bound to the commits it tells of."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chronicle.documents import front_matter
from chronicle.documents.front_matter import Authored, FrontMatter
from chronicle.errors import Problem
from chronicle.facts.commit_metrics import CommitMetrics


class EpisodeFront(FrontMatter):
    """Front matter of an episode. ``commits`` is a range ``a..b``, a revision, or a list of them."""

    kind: Literal["episode"]
    series: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    season: Annotated[int, Field(ge=0, le=999)] | None = None
    number: Annotated[int, Field(ge=0, le=99999)]
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    type: str = "meta"
    date: datetime.date
    date_end: datetime.date | None = None
    repository: str | None = None
    commits: str | tuple[str, ...] = ()
    phase: str | None = None
    tagline: str = ""

    @property
    def cited(self) -> tuple[str, ...]:
        """The cited ranges and revisions as the author wrote them."""
        return (self.commits,) if isinstance(self.commits, str) else self.commits


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode with its resolved commits, newest first, and what they changed; both empty where none are cited."""

    authored: Authored
    front: EpisodeFront
    repository: str | None
    revisions: tuple[str, ...]
    metrics: CommitMetrics | None

    @property
    def order(self) -> tuple[str, int, int, str]:
        """Where the episode stands: series, season, number, and its path to tell namesakes apart."""
        return (self.front.series, self.front.season or 0, self.front.number, self.authored.uri)


def parse_episode(authored: Authored) -> tuple[EpisodeFront | None, tuple[Problem, ...]]:
    """Read an episode's front matter; None and the problems where it cannot be read."""
    return front_matter.read(authored, EpisodeFront)


def unresolved(authored: Authored, why: str) -> Problem:
    """The problem of an episode that cites commits nobody can find."""
    return Problem(
        file=authored.file,
        line=front_matter.line_of(authored.text, ("commits",)),
        found=f"commits that cannot be resolved ({why})",
        expected="a range a..b, a revision, a tag, or a list of them, in the episode's repository",
        hint="check the names with `git log --oneline`, and that the clone is not shallow",
        rule="episode-commits",
    )
