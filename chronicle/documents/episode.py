"""An episode: what happened, told, and bound to the commits it tells of."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from chronicle.documents import front_matter
from chronicle.documents.front_matter import Authored, FrontMatter
from chronicle.documents.roundtable import SpokenLine
from chronicle.documents.stated import JudgedStatement, Stated, StatedVerdict, judge_stated, stated_contradictions
from chronicle.errors import Problem
from chronicle.facts.commit_metrics import CommitMetrics


def _a_name(written: Any) -> Any:
    if isinstance(written, int | float):
        raise ValueError("a hash of digits alone in quotes, since YAML takes it for a number")
    return written


Cited = Annotated[str, BeforeValidator(_a_name)]


class EpisodeFront(FrontMatter):
    """Front matter of an episode.

    ``commits`` is a range ``a..b``, a revision, or a list of them; ``commits_more`` counts those that an imported header
    only counts. ``date`` is a day or a range ``2026-11-20..2026-11-23``, and missing where nobody knows it. ``key`` names the
    episode for good: it outlives a change of its number and of its path. ``imported_from`` is the legacy file it was made of;
    only such an episode may have no series, and its commits may be out of reach.
    """

    kind: Literal["episode"]
    imported_from: Annotated[str, StringConstraints(max_length=500)] = ""
    series: Annotated[str, StringConstraints(max_length=80), Field(validate_default=True)] = ""
    season: Annotated[int, Field(ge=0, le=999)] | None = None
    number: Annotated[int, Field(ge=0, le=99999)]
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][\w.:-]{0,99}$")] | None = None
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    type: Annotated[str, StringConstraints(max_length=80)] = "meta"
    date: datetime.date | None = None
    date_end: datetime.date | None = None
    time: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$")] | None = None
    timezone: Annotated[str, StringConstraints(pattern=r"^[+-]\d{2}:\d{2}$")] | None = None
    repository: str | None = None
    commits: tuple[Cited, ...] = ()
    commits_more: Annotated[int, Field(ge=0)] = 0
    phase: str | None = None
    tagline: str = ""
    stated: Stated = Stated()

    @model_validator(mode="before")
    @classmethod
    def _range_of_days(cls, written: Any) -> Any:
        """``date: a..b`` is the same as ``date: a`` and ``date_end: b``."""
        if isinstance(written, dict) and isinstance(written.get("date"), str) and ".." in written["date"]:
            first, _, last = written["date"].partition("..")
            return {**written, "date": first.strip(), "date_end": written.get("date_end", last.strip())}
        return written

    @field_validator("commits", mode="before")
    @classmethod
    def _one_is_a_list_of_one(cls, written: Any) -> Any:
        return [written] if isinstance(written, str | int | float) else written

    @field_validator("series")
    @classmethod
    def _is_in_a_series(cls, series: str, others: ValidationInfo) -> str:
        if not series and not others.data.get("imported_from"):
            raise PydanticCustomError("missing", "Field required")
        return series

    @field_validator("date_end")
    @classmethod
    def _after_its_beginning(cls, end: datetime.date | None, others: ValidationInfo) -> datetime.date | None:
        begin = others.data.get("date")
        if end is not None and begin is not None and end < begin:
            raise ValueError(f"a day not before {begin.isoformat()}, where the episode begins")
        return end


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode with its resolved commits, newest first, what they changed, and how what it states of them stands.

    ``why_not`` says why the metrics do not cover what is cited; it is empty where they do. ``lines`` are those of its
    roundtable.
    """

    authored: Authored
    front: EpisodeFront
    repository: str | None
    revisions: tuple[str, ...]
    metrics: CommitMetrics | None
    why_not: str = ""
    lines: tuple[SpokenLine, ...] = ()

    @property
    def order(self) -> tuple[str, int, int, str]:
        """Where the episode stands: series, season, number, and its path to tell namesakes apart."""
        return (self.front.series, self.front.season or 0, self.front.number, self.authored.uri)

    @property
    def statements(self) -> tuple[JudgedStatement, ...]:
        """What it states of its commits, each with a verdict."""
        return judge_stated(self.front.stated, self.metrics, self.why_not)


def parse_episode(authored: Authored) -> tuple[EpisodeFront | None, tuple[Problem, ...]]:
    """Read an episode's front matter; None and the problems where it cannot be read."""
    return front_matter.read(authored, EpisodeFront)


def bound(
    authored: Authored, front: EpisodeFront, repository: str, revisions: tuple[str, ...], metrics: CommitMetrics
) -> Episode:
    """The episode with the commits it cites and what they changed."""
    missing, more = len(metrics.missing), front.commits_more
    lost = f"{missing} of {len(revisions)} cited commits are not in the history of HEAD" if missing else ""
    why_not = lost or (f"{more} more of its commits are counted and not named" if more else "")
    return Episode(authored, front, repository, revisions, metrics, why_not)


def unbound(authored: Authored, front: EpisodeFront, repository: str | None, why: str) -> Episode:
    """The episode without its commits: it keeps its text and loses its metrics."""
    return Episode(authored, front, repository, (), None, why)


def not_here(repository: str) -> str:
    """Why the commits of a repository that the site does not have cannot be judged by."""
    return f"the repository {repository} is not configured"


def misnamed(authored: Authored, front: EpisodeFront, names: Sequence[str]) -> tuple[Problem, ...]:
    """The problem of a ``repository:`` that is a slip of the pen; one that is like none of ours is simply elsewhere."""
    close = get_close_matches(front.repository or "", names, 1)
    if not close:
        return ()
    line = front_matter.line_of(authored.text, ("repository",))
    found, expected = f"no repository {front.repository!r}", f"one of {', '.join(names)}"
    return (Problem(authored.file, line, found, expected, f"did you mean {close[0]!r}?", "episode-commits"),)


def disagreements(episode: Episode) -> Iterator[Problem]:
    """A problem for each statement that git contradicts, at its line."""
    for one in episode.statements:
        if one.verdict is StatedVerdict.DISAGREES:
            yield Problem(
                file=episode.authored.file,
                line=front_matter.line_of(episode.authored.text, ("stated", one.metric)),
                found=f"{one.metric.replace('_', ' ')} stated as {one.stated}",
                expected=f"{one.mined}, mined from the cited commits" + (f" ({one.reason})" if one.reason else ""),
                hint=f"correct `stated.{one.metric}` or the commits, or leave the key out",
                rule="stated-metric",
            )


def self_contradictions(episode: Episode) -> Iterator[Problem]:
    """A problem for each statement that cannot be true beside the others and that git has not contradicted already."""
    disagreeing = {one.metric for one in episode.statements if one.verdict is StatedVerdict.DISAGREES}
    for one in stated_contradictions(episode.front.stated):
        if one.metric not in disagreeing:
            yield Problem(
                file=episode.authored.file,
                line=front_matter.line_of(episode.authored.text, ("stated", one.metric)),
                found=one.stated,
                expected=one.follows,
                hint=f"correct `stated.{one.metric}` or what it is made of; write `~` where a number is only about right",
                rule="stated-metric",
            )


def repeated_keys(episodes: Sequence[Episode]) -> Iterator[Problem]:
    """A problem for each episode whose ``key`` another before it has."""
    for episode, other in _namesakes((one.front.key, one) for one in episodes if one.front.key is not None):
        yield Problem(
            file=episode.authored.file,
            line=front_matter.line_of(episode.authored.text, ("key",)),
            found=f"the key {episode.front.key!r} again",
            expected=f"a key of its own; {other} has this one",
            hint="give one of the two another key",
            rule="duplicate-key",
        )


def repeated_numbers(episodes: Sequence[Episode]) -> Iterator[Problem]:
    """A problem for each episode whose number another of its series and season has; what was imported is as it was."""
    for episode, other in _namesakes((one.order[:3], one) for one in episodes if not one.front.imported_from):
        series, season, number, _ = episode.order
        yield Problem(
            file=episode.authored.file,
            line=front_matter.line_of(episode.authored.text, ("number",)),
            found=f"episode {number} of {series!r}" + (f", season {season}," if season else "") + " again",
            expected=f"a number of its own; {other} has this one",
            hint="give one of the two another number, or another season",
            rule="duplicate-key",
        )


def _namesakes(named: Iterable[tuple[Hashable, Episode]]) -> Iterator[tuple[Episode, str]]:
    """Each episode whose name another before it has, with the file of that one."""
    seen: dict[Hashable, str] = {}
    for name, episode in named:
        if (other := seen.setdefault(name, episode.authored.file)) != episode.authored.file:
            yield episode, other


def unresolved(authored: Authored, why: str) -> Problem:
    """The problem of an episode that cites commits nobody can find."""
    return Problem(
        file=authored.file,
        line=front_matter.line_of(authored.text, ("commits",)),
        found=f"commits that cannot be resolved ({why})",
        expected="a range a..b, a revision, a tag, or a list of them, in the episode's repository",
        hint="check the names with `git log --oneline`, and that the clone is not shallow; "
        "for a repository that this site does not have, name it with `repository:`",
        rule="episode-commits",
    )
