"""The technologies a project looks at, listed in ``docs/technologies.yml``: how close it is to each, since when, and why.

The rings say what the project does with a technology: it *uses* it, *tries* it out, *watches* it from afar, or *drops* it. A
report or an episode that touched one is named, and must be there; a move from ring to ring is mined from the file's versions.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

from chronicle.documents.front_matter import Authored, line_of, read_listing
from chronicle.documents.item_history import Change
from chronicle.documents.listings import TECHNOLOGIES
from chronicle.documents.registration import Version
from chronicle.errors import Problem

MOST = 500
"""Technologies that are read; a radar of more of them shows nothing."""

Category = Literal["inference", "optimization", "infrastructure", "research"]
Ring = Literal["use", "try", "watch", "drop"]
CATEGORIES: tuple[Category, ...] = get_args(Category)
RINGS: tuple[Ring, ...] = get_args(Ring)


class Technology(BaseModel):
    """A technology as its line of the file states it; ``reports`` are ids, ``episodes`` paths below the docs folder."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    category: Category
    ring: Ring
    since: datetime.date
    why: Annotated[str, StringConstraints(min_length=1, max_length=600)]
    reports: tuple[str, ...] = ()
    episodes: tuple[str, ...] = ()


class Technologies(BaseModel):
    """The whole of ``technologies.yml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    technologies: tuple[Technology, ...]

    @field_validator("technologies")
    @classmethod
    def _are_some(cls, several: tuple[Technology, ...]) -> tuple[Technology, ...]:
        if not 1 <= len(several) <= MOST:
            raise ValueError(f"from one to {MOST} technologies")
        return several


@dataclass(frozen=True, slots=True)
class Blip:
    """A technology with its number on the radar, and the commit that moved it last, with the ring it came from."""

    technology: Technology
    number: int
    line: int
    added: Change | None = None
    moved: Change | None = None
    moved_from: Ring | None = None


@dataclass(frozen=True, slots=True)
class Radar:
    """All technologies, numbered by category, ring and name."""

    authored: Authored
    blips: tuple[Blip, ...]


def parse_radar(
    listing: Authored, versions: Sequence[Version], reports: Collection[str], episodes: Collection[str]
) -> tuple[Radar | None, tuple[Problem, ...]]:
    """The radar, or None and every problem at its line. ``reports`` and ``episodes`` are those there are."""
    found, problems = read_listing(listing, Technologies, "technologies")
    if found is None:
        return None, problems
    places = {one.name: place for place, one in enumerate(found.technologies)}
    wrong = (*_repeated(listing, found.technologies), *_unknown(listing, found.technologies, reports, episodes))
    moves = ring_moves(versions)
    ordered = sorted(found.technologies, key=_order)
    blips = [
        Blip(one, number, _line(listing.text, places[one.name], "name"), *moves.get(one.name.casefold(), ()))
        for number, one in enumerate(ordered, 1)
    ]
    return Radar(listing, tuple(blips)), wrong


def ring_moves(versions: Sequence[Version]) -> dict[str, tuple[Change, Change | None, Ring | None]]:
    """For each name, folded: what added it, and what moved it last from which ring; versions that cannot be read are passed."""
    moves: dict[str, tuple[Change, Change | None, Ring | None]] = {}
    rings: dict[str, Ring] = {}
    for version in versions:
        change = Change(version.revision, version.committed)
        found, _ = read_listing(Authored(TECHNOLOGIES, TECHNOLOGIES, version.text), Technologies, "technologies")
        for one in found.technologies if found else ():
            name = one.name.casefold()
            before = rings.setdefault(name, one.ring)
            moves.setdefault(name, (change, None, None))
            if before != one.ring:
                moves[name] = (moves[name][0], change, before)
                rings[name] = one.ring
    return moves


def _order(one: Technology) -> tuple[int, int, str]:
    return CATEGORIES.index(one.category), RINGS.index(one.ring), one.name.casefold()


def _repeated(listing: Authored, several: Sequence[Technology]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for place, one in enumerate(several):
        first = seen.setdefault(one.name.casefold(), place)
        if first != place:
            found = f"the technology {one.name!r}, which line {_line(listing.text, first, 'name')} has already"
            yield _problem(listing, place, "name", found, "each technology once", "remove one of the two")


def _unknown(
    listing: Authored, several: Sequence[Technology], reports: Collection[str], episodes: Collection[str]
) -> Iterator[Problem]:
    """The reports and episodes that are said to have touched a technology and are not there."""
    for place, one in enumerate(several):
        for key, names, known, kind in (
            ("reports", one.reports, reports, "the id of a report"),
            ("episodes", one.episodes, episodes, "the path of an episode below the docs folder"),
        ):
            for name in names:
                if name not in known:
                    close = get_close_matches(name, known, 1)
                    hint = f"did you mean {close[0]!r}?" if close else "name it once it is there"
                    yield _problem(listing, place, key, f"{key[:-1]} {name!r} of {one.name!r}", f"{kind} that there is", hint)


def _problem(listing: Authored, place: int, key: str, found: str, expected: str, hint: str) -> Problem:
    return Problem(listing.file, _line(listing.text, place, key), found, expected, hint, "technologies")


def _line(text: str, place: int, key: str) -> int:
    """The line of a key of the technology at that place in the file."""
    return line_of(f"---\n{text}\n---\n", ("technologies", place, key)) - 1
