"""An incident: what went wrong, told, with the commits of its window and the guards that now prevent it.

A guard is a file of the repository (a test, most often; ``tests/test_x.py::test_y`` names one in it), a report, a claim, or an
item of the roadmap (``R:its-id``). One that is not there is a finding: an incident whose guard was deleted can come back.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from chronicle.documents import front_matter
from chronicle.documents.front_matter import Authored, FrontMatter, line_of
from chronicle.errors import Problem

ITEM = "R:"
"""What the id of a roadmap's item begins with where a guard names one."""

IN_PLACE, MISSING = "in place", "missing"

_Revision = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\s.~^:,][^\s:,]*$")]


class IncidentFront(FrontMatter):
    """Front matter of an incident. ``from`` and ``to`` are the first and the last commit of its window, both included."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    kind: Literal["incident"]
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    date: datetime.date
    date_end: datetime.date | None = None
    repository: str | None = None
    first: _Revision | None = Field(None, alias="from")
    last: _Revision | None = Field(None, alias="to")
    guards: tuple[Annotated[str, StringConstraints(min_length=1, max_length=300)], ...] = ()

    @model_validator(mode="after")
    def _has_a_whole_window(self) -> IncidentFront:
        if (self.first is None) != (self.last is None):
            raise ValueError("`from` and `to` go together: the first and the last commit of the window")
        if self.date_end is not None and self.date_end < self.date:
            raise ValueError("`date_end` lies before `date`")
        return self

    @property
    def window(self) -> str | None:
        """The window as git reads it: the first commit, and what the last one has and the first has not."""
        return f"{self.first} {self.first}..{self.last}" if self.first else None


@dataclass(frozen=True, slots=True)
class Guard:
    """Something that prevents an incident from coming back; ``state`` is *in place*, *missing*, or how evidence stands."""

    name: str
    kind: Literal["file", "report", "claim", "roadmap item"]
    state: str


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident with the commits of its window, newest first, and its guards."""

    authored: Authored
    front: IncidentFront
    repository: str | None
    revisions: tuple[str, ...]
    guards: tuple[Guard, ...]

    @property
    def state(self) -> str:
        """*guarded* while a guard is in place, and each of the others is there too."""
        states = {guard.state for guard in self.guards}
        return "guarded" if IN_PLACE in states and MISSING not in states else "unguarded"


def parse_incident(authored: Authored) -> tuple[IncidentFront | None, tuple[Problem, ...]]:
    """Read an incident's front matter; None and the problems where it cannot be read."""
    return front_matter.read(authored, IncidentFront)


def judge_guards(
    authored: Authored, names: Iterable[str], known: Mapping[str, tuple[str, str]], has_file: Callable[[str], bool]
) -> tuple[tuple[Guard, ...], tuple[Problem, ...]]:
    """How each guard stands. ``known`` gives kind and state of reports, claims and items; any other name is a file's path."""
    guards = tuple(_guard(name, known, has_file) for name in names)
    return guards, tuple(_missing(authored, guards, known))


def unresolved(authored: Authored, why: str) -> Problem:
    """The problem of an incident whose window nobody can find."""
    return Problem(
        file=authored.file,
        line=line_of(authored.text, ("from",)),
        found=f"a window of commits that cannot be resolved ({why})",
        expected="`from` and `to`: two revisions or tags of the incident's repository",
        hint="check the names with `git log --oneline`, and that the clone is not shallow",
        rule="incident-commits",
    )


def _guard(name: str, known: Mapping[str, tuple[str, str]], has_file: Callable[[str], bool]) -> Guard:
    if name in known:
        kind, state = known[name]
        return Guard(name, kind, state)  # type: ignore[arg-type]  # the three words come from `guard_states`
    if name.startswith(ITEM):
        return Guard(name, "roadmap item", MISSING)
    return Guard(name, "file", IN_PLACE if has_file(name) else MISSING)


def _missing(authored: Authored, guards: Iterable[Guard], known: Iterable[str]) -> Iterator[Problem]:
    for place, guard in enumerate(guards):
        if guard.state == MISSING:
            close = get_close_matches(guard.name, list(known), 1)
            yield Problem(
                file=authored.file,
                line=line_of(authored.text, ("guards", place)),
                found=f"the guard {guard.name!r}, which is not there",
                expected="a file of the repository as path or path::name, a report, a claim, or an item R:its-id",
                hint=f"did you mean {close[0]!r}?" if close else "correct the path, or bring the guard back",
                rule="guard-missing",
            )
