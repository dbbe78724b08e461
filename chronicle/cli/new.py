"""``chronicle new``: drafts of documents, filled in from what git and the recorded runs hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date as date_
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chronicle.cli.site import CONFIG, plugin_inputs
from chronicle.errors import ChronicleError

if TYPE_CHECKING:
    from chronicle.documents.drafts.plans import Window
    from chronicle.documents.library import Chronicle, Library
    from chronicle.site import Inputs


@click.group()
def new() -> None:
    """Write the draft of a document, filled in from evidence. An existing file is never overwritten."""


@new.command()
@click.argument("range_", metavar="[A..B]", default="")
@CONFIG
@click.option("--series", help="The series it belongs to; by default that of the latest episode, or the repository's name.")
@click.option("--season", type=click.IntRange(0, 999), help="Its season; by default the last one of the series.")
@click.option("--title", help="Its title; by default its number.")
@click.option("--phase", help="The phase of the season it stands in.")
@click.option("--repository", "name", help="The configured repository whose commits it tells of; by default the first.")
def episode(
    range_: str,
    config_file: Path,
    series: str | None,
    season: int | None,
    title: str | None,
    phase: str | None,
    name: str | None,
) -> None:
    """Draft an episode from the commits A..B.

    A..B is what B has and A has not; a commit, a tag, or a list separated by commas, works too. Without it: what came
    since the last episode, or the last tag, or the beginning.
    """
    from chronicle.cli.telling import cited_range, told
    from chronicle.documents.drafts.episode import episode_draft, next_place
    from chronicle.evidence.git import Repository
    from chronicle.pages.writing import slug
    from chronicle.site import library_of

    inputs = plugin_inputs(config_file)
    library = library_of(inputs)
    chronicle = _chronicle(library, inputs, name)
    place = next_place(library.episodes, series, season, fallback=chronicle.name)
    repository = Repository.open(inputs.repositories[chronicle.name])
    cited = cited_range(range_, repository, chronicle, library.episodes)
    draft = episode_draft(place, told(cited, repository, chronicle, library), title=title, phase=phase)
    stem = f"{place.stem}-{slug(title)}" if title else place.stem
    shown = save(draft, inputs.docs / "episodes" / f"{stem}.md")
    click.echo(f"{shown} is {place.series}, {place.title.lower()}: write what its commits mean")


@new.command()
@click.argument("name", metavar="ID")
@CONFIG
@click.option("--title", help="Its title; by default its id.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="Its date; by default today.")
def report(name: str, config_file: Path, title: str | None, date: datetime | None) -> None:
    """Draft the report ID, such as TR123."""
    from chronicle.documents.drafts.plans import report_draft
    from chronicle.documents.report import REPORT_ID
    from chronicle.pages.writing import slug
    from chronicle.site import library_of

    _check_id(name, REPORT_ID, "TR123")
    inputs = plugin_inputs(config_file)
    library = library_of(inputs)
    _refuse(name, {one.front.id: one.authored.file for one in library.reports})
    suites = sorted({one.run.suite.name for one in library.runs})
    draft = report_draft(name, title or name, _day(date), suites)
    stem = f"{slug(name)}-{slug(title)}" if title else slug(name)
    click.echo(f"{save(draft, inputs.docs / 'reports' / f'{stem}.md')} is a draft: nothing rests on it until it is published")


@new.command()
@click.argument("name", metavar="ID")
@CONFIG
@click.option("--title", help="The question; by default its id.")
@click.option("--theme", help="Its theme; by default the id without the number at its end.")
@click.option("--hypothesis", help="What you expect, before it is measured.")
@click.option("--decides", help="What would decide it, either way.")
def question(
    name: str, config_file: Path, title: str | None, theme: str | None, hypothesis: str | None, decides: str | None
) -> None:
    """Draft the question ID, such as performance-4, in a file of its own."""
    from chronicle.documents.drafts.plans import UNWRITTEN, question_draft
    from chronicle.documents.standing import ANCHOR
    from chronicle.site import library_of

    _check_id(name, ANCHOR, "performance-4")
    inputs = plugin_inputs(config_file)
    library = library_of(inputs)
    _refuse(name, {one.question.id: one.question.file for page in library.questions for one in page.questions})
    theme = theme or re.sub(r"[-_.]*\d*$", "", name).capitalize()
    draft = question_draft(name, title or name, theme, hypothesis or UNWRITTEN, decides or UNWRITTEN)
    click.echo(f"{save(draft, inputs.docs / 'questions' / f'{name}.md')} asks: say what you expect, and what would decide it")


@new.command()
@click.argument("name", metavar="SLUG")
@CONFIG
@click.option("--from", "first", help="The first commit of its window.")
@click.option("--to", "last", help="The last commit of its window; by default HEAD.")
@click.option("--title", help="Its title; by default the words of SLUG.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="Its date; by default that of the first commit, else today.")
@click.option("--repository", "repository", help="The configured repository the commits are in; by default the first.")
def incident(
    name: str,
    config_file: Path,
    first: str | None,
    last: str | None,
    title: str | None,
    date: datetime | None,
    repository: str | None,
) -> None:
    """Draft the incident SLUG, such as a-cold-cache, with the commits of its window."""
    from chronicle.documents.drafts.plans import incident_draft
    from chronicle.site import library_of

    _check_id(name, r"^[a-z0-9][a-z0-9-]{0,79}$", "a-cold-cache")
    if last and not first:
        raise ChronicleError("--to without --from", hint="name the first commit of the window too")
    inputs = plugin_inputs(config_file)
    library = library_of(inputs)
    window = _window(first, last or "HEAD", library, inputs, repository) if first else None
    began = date.date() if date else None
    draft = incident_draft(title or name.replace("-", " ").capitalize(), began, _day(None), window, repository)
    click.echo(f"{save(draft, inputs.docs / 'incidents' / f'{name}.md')} is unguarded: tell it, and name what prevents it")


def _check_id(name: str, pattern: str, example: str) -> None:
    if not re.fullmatch(pattern, name):
        raise ChronicleError(f"{name!r} cannot be an address", hint=f"use letters, digits and dashes, like {example}")


def _refuse(name: str, known: Mapping[str, str]) -> None:
    if name in known:
        raise ChronicleError(f"{name} is there already, in {known[name]}", hint="edit it, or give another id")


def _day(date: datetime | None) -> date_:
    return (date or datetime.now()).date()


def _window(first: str, last: str, library: Library, inputs: Inputs, name: str | None) -> Window:
    """The commits of a window by name, the oldest first; refused where some of it would be missing."""
    from chronicle.cli.telling import check_told
    from chronicle.documents.drafts.plans import Window
    from chronicle.evidence.git import Repository

    chronicle = _chronicle(library, inputs, name or library.home)
    repository = Repository.open(inputs.repositories[chronicle.name])
    begin, end = repository.resolve(first), repository.resolve(last)
    revisions = repository.range(f"{begin} {begin}..{end}")
    chosen = chronicle.table[chronicle.table["revision"].isin(set(revisions))].iloc[::-1]
    check_told(chronicle, (f"{first}..{last}",), len(revisions), len(revisions) - len(chosen), False)
    dates = chosen["committed"].dropna()
    moments = chosen["committed"].dt.strftime("%Y-%m-%d %H:%M UTC").fillna("undated")
    rows = zip(moments, chosen["revision"], chosen["subject"], strict=True)
    lines = tuple(f"{moment} {revision[:9]} {subject}" for moment, revision, subject in rows)
    return Window(begin[:12], end[:12], None if dates.empty else dates.min().date(), lines)


def save(draft: str, path: Path) -> Path:
    """Write a draft to a file that is not there yet; the path as the author would type it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(draft)
    except FileExistsError:
        raise ChronicleError(f"{path} is there already", hint="edit it, or give another name") from None
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _chronicle(library: Library, inputs: Inputs, name: str | None) -> Chronicle:
    """The history to tell of, with at least one commit."""
    from chronicle.evidence.git import Repository

    wanted = name or next(iter(inputs.repositories))
    if wanted not in inputs.repositories:
        raise ChronicleError(f"no repository {wanted!r} is configured", hint=f"there are {', '.join(inputs.repositories)}")
    if Repository.open(inputs.repositories[wanted]).head is None:
        raise ChronicleError(f"{wanted} has no commit yet", hint="commit something, then tell of it")
    found = next((one for one in library.chronicles if one.name == wanted), None)
    if found is None:
        raise ChronicleError(f"the history of {wanted} cannot be read", hint="`chronicle mine` says why")
    return found
