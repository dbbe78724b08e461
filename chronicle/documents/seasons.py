"""Seasons: the episodes of a series under the phases in which they were told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chronicle.documents.episode import Episode
from chronicle.documents.keys import digits_of, key_of


@dataclass(frozen=True, slots=True)
class Season:
    """The episodes of one series and season in order; ``number`` is None for those that name no season.

    ``series_key`` is the series as a part of an address, its own among all series of the site.
    """

    series: str
    series_key: str
    number: int | None
    episodes: tuple[Episode, ...]

    @property
    def title(self) -> str:
        series = self.series or "Without a series"
        return series if self.number is None else f"{series}, season {self.number}"

    @property
    def phases(self) -> tuple[tuple[str | None, tuple[Episode, ...]], ...]:
        """Each phase with its episodes, in the order in which the phases are first told of."""
        names = dict.fromkeys(one.front.phase or None for one in self.episodes)
        return tuple((name, tuple(one for one in self.episodes if (one.front.phase or None) == name)) for name in names)

    def phase_anchor(self, phase: str | None) -> str:
        """The anchor of a phase on the season's page: its place, since a name may hold anything."""
        return f"phase-{[name for name, _ in self.phases].index(phase or None) + 1}"


def seasons_of(episodes: Iterable[Episode]) -> tuple[Season, ...]:
    """Every season of a site, in the order of series and season."""
    ordered = sorted(episodes, key=lambda one: one.order)
    keys = series_keys([one.front.series for one in ordered])
    groups: dict[tuple[str, int | None], list[Episode]] = {}
    for one in ordered:
        groups.setdefault((one.front.series, one.front.season), []).append(one)
    return tuple(Season(series, keys[series], number, tuple(group)) for (series, number), group in groups.items())


def series_keys(series: Sequence[str]) -> dict[str, str]:
    """The address of each series; those that would share one bear digits that tell them apart."""
    names = dict.fromkeys(series)
    shared = [key_of(name or "without a series") for name in names]
    return {
        name: key if shared.count(key) == 1 else f"{key}-{digits_of(name)}" for name, key in zip(names, shared, strict=True)
    }
