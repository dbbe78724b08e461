"""A page a commit that is tagged, cited or measured: what it says, what it changed, and what its runs say of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from chronicle.documents.episode import Episode
from chronicle.documents.library import Chronicle
from chronicle.facts.bots import public_name, without_addresses
from chronicle.facts.compare import Comparison
from chronicle.facts.effects import Effects, ancestors
from chronicle.facts.releases import releases
from chronicle.pages import addresses
from chronicle.pages.commit_rows import plain_commit, records, size_words
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.evidence_blocks import runs_table
from chronicle.pages.forms import comparison_plain, comparison_row
from chronicle.pages.repository import score_words
from chronicle.pages.told_commits import cites
from chronicle.pages.writing import Markdown, badge, code, link, listing, relative, slug, table, text, twin, web_address, write
from chronicle.records.recorded import RecordedRun
from chronicle.units import signed

MOST_FILES = 100
"""Files on a commit's page; of a larger commit the page says how many there are."""

MOST_PARAGRAPHS = 30


def commit_pages(desk: Desk) -> Iterator[Entry]:
    """A page with a twin for each such commit; none of them is in the navigation."""
    effects = Effects(desk.library.ledger, {one.key: one for one in desk.library.runs})
    for chronicle in desk.library.chronicles:
        told = desk.told[chronicle.name]
        if not told:
            continue
        chosen = chronicle.table.reset_index(drop=True)
        rows = {row["revision"]: (place, row) for place, row in _chosen(chosen, told)}
        files = chronicle.history.files
        of_commit = dict(iter(files[files["commit"].isin([place for place, _ in rows.values()])].groupby("commit")))
        released = {revision: one.name for one in releases(chronicle.history) for revision in one.revisions}
        for revision, (place, row) in rows.items():
            row |= {"why": told[revision], "released": released.get(revision)}
            yield from _page(chronicle, row, of_commit.get(place), effects, desk)


def _chosen(commits: pd.DataFrame, told: Mapping[str, object]) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = commits[commits["revision"].isin(set(told))]
    return zip(rows.index, records(rows), strict=True)


def _page(
    chronicle: Chronicle, row: dict[str, Any], files: pd.DataFrame | None, effects: Effects, desk: Desk
) -> Iterator[Entry]:
    revision = row["revision"]
    uri = addresses.commit_page(slug(chronicle.name), revision)
    runs = [one for one in desk.library.runs if one.run.source.revision == revision]
    compared = list(_compared(chronicle, revision, runs, effects)) if runs else []
    episodes = [one for one in desk.library.episodes if one.repository == chronicle.name and revision in one.revisions]
    web = web_address(f"{chronicle.web.rstrip('/')}/commit/{revision}") if chronicle.web else None
    body = write(
        "commit.md",
        name=f"{chronicle.name} {revision[:9]}",
        subject=row["subject"] or "(no message)",
        why=Markdown(" ".join(badge(word) for word in row["why"])),
        up=_up(row, uri),
        web=link("On its host", web) if web else None,
        about=listing(_about(chronicle, row, episodes, uri)),
        paragraphs=_paragraphs(row["body"]),
        files=_files_table(files) if files is not None and len(files) else None,
        more_files=max(0, (0 if files is None else len(files)) - MOST_FILES),
        runs=runs_table(runs, desk, uri) if runs else None,
        effects=_effects_table(compared, uri) if compared else None,
        command=Markdown(f"```sh\n{chronicle.history.check_command(revision)}\n```"),
    )
    yield Entry(uri, body.encode(errors="replace"))
    plain = plain_commit(chronicle, row) | {
        "schema": "chronicle.commit/2",
        "why": list(row["why"]),
        "tags": [_printable(tag.name) for tag in chronicle.history.tags if tag.revision == revision],
        "episodes": [one.authored.uri for one in episodes],
        "runs": [one.key for one in runs],
        "effects": [comparison_plain(one) for one in compared],
    }
    yield Entry(uri.removesuffix(".md") + ".json", twin(plain))


def _compared(chronicle: Chronicle, revision: str, runs: Sequence[RecordedRun], effects: Effects) -> Iterator[Comparison]:
    """Every measurement at the commit against that of the nearest measured revision it rests on, where the two compare."""
    rests_on = ancestors(chronicle.history, revision)
    among = {one.key for one in effects.runs.values() if one.run.source.revision in rests_on}
    keys = {one.key for one in runs}
    for one in effects.ledger.measurements:
        if one.run_key in keys and (found := effects.of(one, among)) is not None:
            yield found


def _effects_table(compared: Sequence[Comparison], page: str) -> Markdown:
    rows = [comparison_row(one, page) for one in compared]
    return table(("Case", "Machine", "Metric", "Before", "Here", "Here over before", "Verdict"), rows, "lllrrrl")


def _up(row: dict[str, Any], uri: str) -> Markdown:
    """The month that the commit stands in."""
    if pd.isna(row["committed"]):
        return link("Timeline", relative(uri, addresses.TIMELINE))
    month = f"{row['committed']:%Y-%m}"
    return link(f"Timeline of {month}", relative(uri, addresses.month_page(month)))


def _about(chronicle: Chronicle, row: dict[str, Any], episodes: Sequence[Episode], uri: str) -> list[tuple[str, object]]:
    others = ", ".join(public_name(person.name or person.email) for person in row["co_authors"])
    tags = [tag.name for tag in chronicle.history.tags if tag.revision == row["revision"]]
    told = [link(one.front.title, relative(uri, one.authored.uri)) for one in episodes if cites(one, row["revision"])]
    within = [link(one.front.title, relative(uri, one.authored.uri)) for one in episodes if not cites(one, row["revision"])]
    return [
        ("Revision", code(row["revision"])),
        ("Author", public_name(row["author_name"]) + (f", with {others}" if others else "")),
        ("Committed", None if pd.isna(row["committed"]) else f"{row['committed']:%Y-%m-%d %H:%M} UTC"),
        ("Size", size_words(row)),
        ("Change mix", row["change_mix"]),
        ("Change complexity", score_words(row)),
        ("Type", f"{row['commit_type']}{', breaking' if row['is_breaking'] else ''}"),
        ("Tags", ", ".join(tags)),
        ("First released in", row["released"]),
        ("Cited by", Markdown(", ".join(told))),
        ("Told of in", Markdown(", ".join(within))),
        ("Reverts", Markdown(", ".join(code(one[:9]) for one in row["reverts"]))),
        ("Reverted by", Markdown(", ".join(code(one[:9]) for one in row["reverted_by"]))),
    ]


def _paragraphs(body: str) -> list[Markdown]:
    """The rest of the message as paragraphs of plain text, without the addresses of its trailers."""
    parts = [part for part in body.replace("\r\n", "\n").split("\n\n") if part.strip()]
    shown = [text(without_addresses(part)) for part in parts[:MOST_PARAGRAPHS]]
    return [*shown, Markdown(f"And {len(parts) - MOST_PARAGRAPHS:,} more paragraphs.")] if len(parts) > len(shown) else shown


def _files_table(files: pd.DataFrame) -> Markdown:
    rows = [
        (code(_printable(row["path"])), row["kind"], row["uncounted"] or _lines(row)) for row in records(files.head(MOST_FILES))
    ]
    return table(("File", "Change", "Lines"), rows, "llr")


def _lines(row: dict[str, Any]) -> str:
    if pd.isna(row["added"]) or pd.isna(row["removed"]):
        return ""
    return f"{signed(int(row['added']))} {signed(-int(row['removed']))}"


def _printable(path: str) -> str:
    """A path whose bytes are not UTF-8 with a mark in place of each such byte."""
    return path.encode(errors="replace").decode()
