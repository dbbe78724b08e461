"""What the earlier versions of a report say: when each claim was first made, what was changed since, and what was published.

The versions come from git, so nobody can move a threshold after the data and not be seen to. Two versions are told apart by
their front matter alone; a commit that edits only the prose changes nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from chronicle.documents.front_matter import stated

ADDED = "claim added"

_SHOWN = {
    "says": "words",
    "holds": "predicate",
    "margin": "margin",
    "varies": "pins that vary",
    "presents": "told as",
}


@dataclass(frozen=True, slots=True)
class Version:
    """The text of an authored file at a revision that changed it, and when that was committed."""

    revision: str
    committed: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What the front matter of one version states: its number, its status, and its claims by id, each as plain texts.

    ``is_readable`` is False where the front matter is not what YAML reads; its words were committed all the same.
    """

    revision: str
    committed: datetime
    number: str
    status: str
    claims: Mapping[str, Mapping[str, str]]
    text: str = field(repr=False, default="")
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a version changed; ``claim`` is the id where it concerns one, ``before`` and ``after`` may be empty."""

    revision: str
    committed: datetime
    number: str
    what: str
    claim: str = ""
    before: str = ""
    after: str = ""


def editions(versions: Iterable[Version]) -> tuple[Edition, ...]:
    """The versions read, oldest first; what cannot be read in an old one is empty."""
    return tuple(map(_edition, versions))


def first_made(claim: Mapping[str, str], found: Sequence[Edition]) -> Edition | None:
    """The earliest edition that makes this very claim, words, predicate, margin and varying pins; its id may be another.

    In an edition that YAML cannot read, the words and the predicate must stand verbatim.
    """
    return next((one for one in found if _makes(one, claim)), None)


def changes(found: Sequence[Edition]) -> tuple[Change, ...]:
    """Everything that changed in front matter from one edition to the next, the first one first."""
    found = [one for one in found if one.is_readable]
    if not found:
        return ()
    first = found[0]
    begun = Change(first.revision, first.committed, first.number, "first committed", after=_counted(len(first.claims)))
    return (begun, *(change for before, after in pairwise(found) for change in _between(before, after)))


def superseded_editions(found: Sequence[Edition], now: str) -> tuple[Edition, ...]:
    """The last edition of each version number other than the present one, oldest first: what readers had before."""
    last = {one.number: one for one in found if one.is_readable}
    return tuple(one for one in last.values() if one.number != now and one.number)


def _edition(version: Version) -> Edition:
    front = stated(version.text)
    listed = front.get("claims")
    claims = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return Edition(
        version.revision,
        version.committed,
        _folded(front.get("version", "1.0")),
        _folded(front.get("status", "")),
        {_folded(one.get("id", "")): {name: _folded(one[name]) for name in _SHOWN if name in one} for one in claims},
        version.text,
        bool(front),
    )


def _between(before: Edition, after: Edition) -> Iterator[Change]:
    def change(what: str, claim: str = "", old: str = "", new: str = "") -> Change:
        return Change(after.revision, after.committed, after.number, what, claim, old, new)

    if before.number != after.number:
        yield change("version", old=before.number, new=after.number)
    if before.status != after.status:
        yield change("status", old=before.status, new=after.status)
    for name in (one for one in after.claims if one not in before.claims):
        yield change(ADDED, name, new=after.claims[name].get("holds", ""))
    for name in (one for one in before.claims if one not in after.claims):
        yield change("claim removed", name, old=before.claims[name].get("holds", ""))
    for name in (one for one in after.claims if one in before.claims):
        for key, words in _SHOWN.items():
            old, new = (one.claims[name].get(key, "") for one in (before, after))
            if old != new:
                yield change(words, name, old, new)


def _makes(edition: Edition, claim: Mapping[str, str]) -> bool:
    if edition.is_readable:
        return any(_essence(other) == _essence(claim) for other in edition.claims.values())
    text = _folded(edition.text)
    return all(words in text for words in _essence(claim))


def _essence(claim: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(claim.get(name, "") for name in ("says", "holds", "margin", "varies"))


def _counted(claims: int) -> str:
    return f"{claims} claim{'' if claims == 1 else 's'}"


def _folded(value: Any) -> str:
    return " ".join(str(value).split())
