"""A page a release: what it brought, in numbers and commit by commit; and the work that no release has yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from chronicle.documents.library import Chronicle
from chronicle.facts.commit_metrics import CommitMetrics, range_metrics
from chronicle.facts.releases import Release, releases
from chronicle.pages import addresses
from chronicle.pages.commit_rows import MOST_COMMITS, by_days, plain_commit, records
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.writing import Markdown, link, listing, relative, slug, table, twin, write
from chronicle.units import signed

MOST_RELEASES = 100
"""Releases of a repository that have a page, the newest; the page of the repository lists more."""

UNRELEASED = "unreleased"


@dataclass(frozen=True, slots=True)
class _Told:
    """A release, or what comes after the last one, with its page and what its commits amount to."""

    chronicle: Chronicle
    name: str
    uri: str
    revisions: tuple[str, ...]
    metrics: CommitMetrics
    release: Release | None


def release_pages(desk: Desk) -> Iterator[Entry]:
    """A page with a twin for each release, and for what is unreleased; nothing for a repository without a release."""
    for told in map(_told, desk.library.chronicles):
        for place, one in enumerate(told):
            newer = told[place - 1] if place else None
            older = told[place + 1] if place + 1 < len(told) else None
            yield from _page(one, newer, older, desk)


def releases_table(desk: Desk, page: str) -> Markdown | None:
    """One row a release, newest first; None where no tag names a version."""
    several = len(desk.library.chronicles) > 1
    rows = [
        (
            *((one.chronicle.name,) if several else ()),
            link(one.name, relative(page, one.uri)),
            _day(one),
            f"{one.metrics.commits:,}",
            f"{one.metrics.authors:,}",
            f"{signed(one.metrics.lines_added)} {signed(-one.metrics.lines_removed)}",
            one.release.previous if one.release else None,
        )
        for told in map(_told, desk.library.chronicles)
        for one in told
    ]
    heads = (*(("Repository",) if several else ()), "Release", "Date", "Commits", "Authors", "Lines", "After")
    return table(heads, rows, ("l" if several else "") + "llrrrl") if rows else None


def _told(chronicle: Chronicle) -> list[_Told]:
    found = [one for one in releases(chronicle.history) if one.revisions][:MOST_RELEASES]
    if not found:
        return []
    released = {revision for one in found for revision in one.revisions}
    on_head = chronicle.table[chronicle.table["is_on_head"]]["revision"]
    first = list(on_head).index(found[0].revision) if found[0].revision in set(on_head) else 0
    later = tuple(revision for revision in on_head.iloc[:first] if revision not in released)
    names = {UNRELEASED} if later else set()
    told = [_of(chronicle, UNRELEASED, _place(chronicle, UNRELEASED, set()), later, None)] if later else []
    for one in found:
        uri = _place(chronicle, one.name, names)
        told.append(_of(chronicle, one.name, uri, one.revisions, one))
    return told


def _place(chronicle: Chronicle, name: str, taken: set[str]) -> str:
    """The page of a release; two names that give one slug are told apart by a number."""
    own = words = slug(name)
    number = 2
    while own in taken:
        own, number = Markdown(f"{words}-{number}"), number + 1
    taken.add(own)
    return addresses.release_page(slug(chronicle.name), own)


def _of(chronicle: Chronicle, name: str, uri: str, revisions: tuple[str, ...], release: Release | None) -> _Told:
    return _Told(chronicle, name, uri, revisions, range_metrics(chronicle.history, revisions, table=chronicle.table), release)


def _page(one: _Told, newer: _Told | None, older: _Told | None, desk: Desk) -> Iterator[Entry]:
    rows = one.chronicle.table[one.chronicle.table["revision"].isin(set(one.revisions))]
    metrics = one.metrics
    body = write(
        "release.md",
        name=f"{one.chronicle.name} {one.name}",
        up=link("All releases", relative(one.uri, f"{addresses.TIMELINE}#releases")),
        newer=link(f"{newer.name} →", relative(one.uri, newer.uri)) if newer else None,
        older=link(f"← {older.name}", relative(one.uri, older.uri)) if older else None,
        metrics=metrics,
        lines=f"{signed(metrics.lines_added)} {signed(-metrics.lines_removed)}",
        about=listing(_about(one, desk)),
        shown=min(metrics.commits, MOST_COMMITS),
        twin=link("its twin", one.uri.rpartition("/")[2].removesuffix(".md") + ".json"),
        commits=by_days(one.chronicle, rows, one.uri, desk, 3),
    )
    yield Entry(one.uri, body.encode(errors="replace"))
    yield Entry(one.uri.removesuffix(".md") + ".json", twin(_plain(one) | {"commits": _commits(one, rows)}))


def _about(one: _Told, desk: Desk) -> list[tuple[str, object]]:
    release, metrics = one.release, one.metrics
    tip = release.revision if release else one.revisions[0]
    return [
        ("Revision", desk.commit_link(one.chronicle, tip, one.uri, None)),
        ("Date", _day(one) or "unknown"),
        ("After", release.previous if release else "the newest release"),
        ("State", ("pre-release" if release.is_prerelease else "release") if release else "not released yet"),
        ("Change mix", metrics.change_mix_text),
        ("Types", ", ".join(f"{tally.count:,} {tally.name}" for tally in metrics.types)),
        ("Breaking", f"{metrics.breaking_changes:,}" if metrics.breaking_changes else None),
    ]


def _day(one: _Told) -> str | None:
    released = one.release.released.datetime if one.release else one.metrics.last
    return f"{released:%Y-%m-%d}" if released else None


def _plain(one: _Told) -> dict[str, object]:
    metrics = one.metrics
    return {
        "schema": "chronicle.release/1",
        "repository": one.chronicle.name,
        "release": one.name.encode(errors="replace").decode(),
        "revision": one.release.revision if one.release else None,
        "date": _day(one),
        "is_prerelease": one.release.is_prerelease if one.release else None,
        "previous": one.release.previous if one.release else None,
        "files_changed": metrics.files_changed,
        "lines_added": metrics.lines_added,
        "lines_removed": metrics.lines_removed,
        "authors": metrics.authors,
        "breaking_changes": metrics.breaking_changes,
    }


def _commits(one: _Told, rows: pd.DataFrame) -> list[dict[str, object]]:
    return [plain_commit(one.chronicle, row) for row in records(rows)]
