"""The page of contributors: everybody who wrote a commit or is named as its co-author, people first and programs apart.

People are told apart by address through each repository's mailmap, and over repositories by that address. No address is shown,
and nobody is ranked by lines: the order is that of commits, and the columns say what was counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from chronicle.facts.bots import is_bot, public_name
from chronicle.facts.people import contributors
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.writing import Markdown, link, relative, slug, table, twin, write
from chronicle.units import signed

MOST_PEOPLE = 200
"""Rows of the page; the twin holds all."""


@dataclass(frozen=True, slots=True)
class _Contributor:
    """A person or a program over all repositories. ``name`` is that of the newest commit, without an address."""

    name: str
    is_bot: bool
    repositories: tuple[str, ...]
    commits: int
    co_authored: int
    lines_added: int
    lines_removed: int
    first: Any
    last: Any

    @property
    def plain(self) -> dict[str, object]:
        days = {name: None if pd.isna(day) else f"{day:%Y-%m-%d}" for name, day in (("first", self.first), ("last", self.last))}
        return {
            "schema": "chronicle.contributors/1",
            "name": self.name.encode(errors="replace").decode(),
            "is_bot": self.is_bot,
            "repositories": list(self.repositories),
            "commits": self.commits,
            "co_authored": self.co_authored,
            "lines_added": self.lines_added,
            "lines_removed": self.lines_removed,
            **days,
        }


def contributors_page(desk: Desk) -> Iterator[Entry]:
    """The page and its twin ``contributors.json``; nothing where no repository has a commit."""
    everybody = _everybody(desk)
    if not everybody:
        return
    people = [one for one in everybody if not one.is_bot]
    bots = [one for one in everybody if one.is_bot]
    if addresses.is_free(addresses.CONTRIBUTORS, desk.library):
        body = write(
            "contributors.md",
            count=len(people),
            people=_table(people[:MOST_PEOPLE], desk),
            more=max(0, len(people) - MOST_PEOPLE),
            bots=_table(bots[:MOST_PEOPLE], desk) if bots else None,
            cut=[one.name for one in desk.library.chronicles if not one.table.empty and one.history.is_cut],
            counting=link("How commits are counted", relative(addresses.CONTRIBUTORS, f"{addresses.REPOSITORIES}#counting")),
        )
        yield Entry(addresses.CONTRIBUTORS, body.encode(errors="replace"))
    yield Entry("contributors.json", twin([one.plain for one in everybody]))


def _everybody(desk: Desk) -> list[_Contributor]:
    """One entry an identity, most commits first; what an identity did in several repositories is added up."""
    parts = [contributors(one.table).assign(repository=one.name) for one in desk.library.chronicles if not one.table.empty]
    if not parts:
        return []
    together = pd.concat(parts).sort_values("last", ascending=False, kind="stable")
    found = [_of(str(key), group) for key, group in together.groupby("identity", sort=False)]
    return sorted(found, key=lambda one: (-one.commits, -one.co_authored, one.name))


def _of(identity: str, rows: pd.DataFrame) -> _Contributor:
    name = str(rows["name"].iloc[0])
    return _Contributor(
        name=public_name(name),
        is_bot=is_bot(name, identity),
        repositories=tuple(dict.fromkeys(rows["repository"])),
        commits=int(rows["commits"].sum()),
        co_authored=int(rows["co_authored"].sum()),
        lines_added=int(rows["lines_added"].sum()),
        lines_removed=int(rows["lines_removed"].sum()),
        first=rows["first"].min(),
        last=rows["last"].max(),
    )


def _table(chosen: Sequence[_Contributor], desk: Desk) -> Markdown:
    several = len(desk.library.chronicles) > 1
    rows = [
        (
            one.name,
            f"{one.commits:,}",
            f"{one.co_authored:,}",
            f"{signed(one.lines_added)} {signed(-one.lines_removed)}",
            None if pd.isna(one.first) else f"{one.first:%Y-%m-%d}",
            None if pd.isna(one.last) else f"{one.last:%Y-%m-%d}",
            *((_repositories(one),) if several else ()),
        )
        for one in chosen
    ]
    heads = ("Name", "Commits", "Co-authored", "Lines", "First", "Last", *(("Repositories",) if several else ()))
    return table(heads, rows, "lrrrlll")


def _repositories(one: _Contributor) -> Markdown:
    page = addresses.CONTRIBUTORS
    return Markdown(", ".join(link(name, relative(page, addresses.repository_page(slug(name)))) for name in one.repositories))
