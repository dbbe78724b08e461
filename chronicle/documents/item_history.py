"""What became of each item of a roadmap over the versions of its file: added, reworded, ticked, removed.

Items are followed from version to version by their id, then by their words, then by the closest wording among those that are
left, so that an item survives a change of its text and of its place. Only boxes are read here: how the evidence stood at an
earlier date is not known, and is not said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from typing import TypeVar

from chronicle.documents.registration import Version
from chronicle.documents.roadmap import Item, Roadmap, parse_roadmap

_T = TypeVar("_T")

_ALIKE = 0.6
"""Likeness of two wordings, 0 to 1, from which one is taken for a rewording of the other."""
_MOST_PAIRS = 5_000
"""Comparisons of wordings between two versions; beyond it an item without an id counts as removed and another as added."""


@dataclass(frozen=True, slots=True)
class Change:
    """The commit that changed an item."""

    revision: str
    committed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """An item as last seen and the commits that changed it.

    ``added`` is None for one that is not committed yet, ``ticked`` for one whose box is empty or was ticked since the last
    commit; ``removed`` is None while it stands in the file.
    """

    item: Item
    period: str
    added: Change | None
    ticked: Change | None = None
    reworded: tuple[Change, ...] = ()
    removed: Change | None = None
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """The boxes of the file at a commit."""

    change: Change
    ticked: int
    total: int


@dataclass(frozen=True, slots=True)
class RoadmapHistory:
    """Every item there ever was, and the count of boxes at each commit that changed it; both empty without a history."""

    tracks: tuple[Track, ...] = ()
    steps: tuple[Step, ...] = ()

    def of(self, item: Item) -> Track | None:
        """The track of an item of the present file."""
        return next((one for one in self.tracks if not one.is_gone and one.item.lines == item.lines), None)

    @property
    def removed(self) -> tuple[Track, ...]:
        """Items that stood in the file once and do no longer, in the order they came."""
        return tuple(one for one in self.tracks if one.is_gone)


NO_HISTORY = RoadmapHistory()


def roadmap_history(versions: Sequence[Version], now: Roadmap) -> RoadmapHistory:
    """The history of ``now`` from the ``versions`` of its file, oldest first."""
    tracks: list[Track] = []
    steps: list[Step] = []
    for version in versions:
        change = Change(version.revision, version.committed)
        roadmap, _ = parse_roadmap(version.text, file=now.file)
        tracks = _advanced(tracks, roadmap, change)
        step = Step(change, sum(item.is_ticked for item in roadmap.items), len(roadmap.items))
        if not steps or (steps[-1].ticked, steps[-1].total) != (step.ticked, step.total):
            steps.append(step)
    return RoadmapHistory(tuple(_advanced(tracks, now, None)), tuple(steps))


def _advanced(tracks: list[Track], roadmap: Roadmap, change: Change | None) -> list[Track]:
    """The tracks with one more version; ``change`` is None for the file as it lies there, not committed."""
    places = [(period.title, item) for period in roadmap.periods for item in period.items]
    pairs = _matched(tracks, [item for _, item in places])
    advanced = [
        _followed(track, *places[pairs[place]], change) if place in pairs else _removed(track, change)
        for place, track in enumerate(tracks)
    ]
    known = set(pairs.values())
    return advanced + [_begun(*place, change) for number, place in enumerate(places) if number not in known]


def _followed(track: Track, period: str, item: Item, change: Change | None) -> Track:
    is_reworded = change is not None and _folded(item) != _folded(track.item)
    ticked = track.ticked if item.is_ticked else None
    if item.is_ticked and not track.item.is_ticked:
        ticked = change
    reworded = (*track.reworded, change) if is_reworded and change else track.reworded
    return replace(track, item=item, period=period, ticked=ticked, reworded=reworded, removed=None, is_gone=False)


def _begun(period: str, item: Item, change: Change | None) -> Track:
    return Track(item=item, period=period, added=change, ticked=change if item.is_ticked else None)


def _removed(track: Track, change: Change | None) -> Track:
    return track if track.is_gone else replace(track, removed=change, is_gone=True)


def _matched(tracks: Sequence[Track], items: Sequence[Item]) -> dict[int, int]:
    """Which track goes on as which item: by id, by words, by the closest wording; an item that came back is the old one."""
    pairs: dict[int, int] = {}
    for key_of in (_id, _folded):
        standing: dict[str, list[int]] = {}
        for place, track in sorted(_left(tracks, pairs), key=lambda one: one[1].is_gone):
            standing.setdefault(key_of(track.item), []).append(place)
        standing.pop("", None)
        for number, item in list(_left(items, pairs.values())):
            places = standing.get(key_of(item), [])
            chosen = next((place for place in places if not _are_two(tracks[place].item, item)), None)
            if chosen is not None:
                pairs[chosen] = number
                places.remove(chosen)
    for _, place, number in sorted(_alike(tracks, items, pairs), key=lambda one: -one[0]):
        if place not in pairs and number not in pairs.values():
            pairs[place] = number
    return pairs


def _alike(tracks: Sequence[Track], items: Sequence[Item], pairs: dict[int, int]) -> Iterator[tuple[float, int, int]]:
    """Likeness of wording, track and item, of those that no id and no equal words bind."""
    free = [(place, track.item) for place, track in _left(tracks, pairs) if not track.is_gone]
    new = list(_left(items, pairs.values()))
    if len(free) * len(new) > _MOST_PAIRS:
        return
    for place, old in free:
        for number, item in new:
            likeness = SequenceMatcher(None, _folded(old), _folded(item), autojunk=False).ratio()
            if likeness >= _ALIKE and not _are_two(old, item):
                yield likeness, place, number


def _left(several: Sequence[_T], used: Collection[int]) -> Iterator[tuple[int, _T]]:
    taken = set(used)
    return ((number, one) for number, one in enumerate(several) if number not in taken)


def _are_two(old: Item, new: Item) -> bool:
    """Whether their ids tell two items apart."""
    return None not in (old.id, new.id) and old.id != new.id


def _id(item: Item) -> str:
    return item.id or ""


def _folded(item: Item) -> str:
    return " ".join(item.text.split())
