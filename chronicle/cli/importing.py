"""``chronicle import``: folders of legacy episodes and reports as pages in front-matter form, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chronicle.errors import FINDING, Problem

if TYPE_CHECKING:
    from chronicle.cli.keeping import Kept
    from chronicle.documents.legacy.corpus import Imported, Page
    from chronicle.documents.legacy.finding import Finding

SOURCE = click.argument("source", metavar="SRC", type=click.Path(path_type=Path))
REPLACE = click.option("--replace", is_flag=True, help="Write over files of DIR that differ from what the import makes.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print the model as JSON; without --to nothing is written.")


def _to(default: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(
        "--to",
        "target",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        help=f"Where to; by default {default}.",
    )


@click.group("import")
def importing() -> None:
    """Turn a folder of legacy files, or one of them, into pages in front-matter form.

    Exit code 0 when every file was imported, what is wrong in it being listed; 1 when a file was refused.
    """


@importing.command()
@SOURCE
@_to("docs/episodes")
@JSON
@REPLACE
def episodes(source: Path, target: Path | None, as_json: bool, replace: bool) -> None:
    """Import episodes whose header is Markdown: title, type, tagline, date, commits, metrics, voices."""
    from chronicle.documents.legacy.corpus import import_episodes

    _run(source, target, as_json, replace, "episodes", import_episodes)


@importing.command()
@SOURCE
@_to("docs/reports")
@JSON
@REPLACE
def reports(source: Path, target: Path | None, as_json: bool, replace: bool) -> None:
    """Import reports whose metadata is a table of fields and values."""
    from chronicle.documents.legacy.corpus import import_reports

    _run(source, target, as_json, replace, "reports", import_reports)


def _run(source: Path, target: Path | None, as_json: bool, replace: bool, name: str, imports: Callable[..., Imported]) -> None:
    from chronicle.cli.keeping import keep
    from chronicle.evidence.legacy_files import pages_beside, read_folder

    place = target or Path("docs") / name
    folder = read_folder(source, place)
    imported = imports(folder.sources, folder.others, pages_beside(place))
    kept = None if as_json and target is None else keep(imported, folder, place, replace=replace)
    refused = (*folder.refused, *imported.refused, *(kept.refused if kept else ()))
    if as_json:
        model = {name: [page.model.as_json(page.lint) for page in imported.pages]}
        click.echo(json.dumps(model, indent=1, ensure_ascii=False))
    for line in _report(imported, len(folder.sources), refused, kept, place):
        click.echo("".join(character if character.isprintable() else "\ufffd" for character in line), err=as_json)
    if refused:
        raise SystemExit(FINDING)


def _report(imported: Imported, read: int, refused: Sequence[Problem], kept: Kept | None, place: Path) -> Iterable[str]:
    """What was read, repaired, not known, wrong and refused, by file and line."""
    yield from _section("repaired", [line for page in imported.pages for line in _grouped(page)])
    yield from _section("not known, left empty", [line for page in imported.pages for line in _lines(page, page.unknown)])
    yield from _section("wrong in the source", [line for page in imported.pages for line in _lines(page, page.lint)])
    yield from _section("refused", [str(problem) for problem in refused])
    found = sum(len(page.lint) for page in imported.pages)
    yield f"{read} files read, {len(imported.pages)} imported, {found} findings, {len(refused)} refused"
    if kept is not None:
        yield f"{kept.written} files written, {kept.unchanged} unchanged in {place}/; sources are kept in {place}/.source/"


def _section(title: str, lines: Sequence[str]) -> Iterable[str]:
    if lines:
        yield f"{title}:"
        yield from (f"  {line}" for line in lines)


def _lines(page: Page, findings: Iterable[Finding]) -> Iterable[str]:
    return (f"{page.model.path}:{one.line}: {one.message} [{one.rule}]" for one in findings)


def _grouped(page: Page) -> Iterable[str]:
    """A line for each thing that was mended in a file, with the lines it was mended on."""
    for (rule, message), group in groupby(
        sorted(page.repaired, key=lambda one: (one.rule, one.message, one.line)), key=lambda one: (one.rule, one.message)
    ):
        lines = ", ".join(str(line) for line in dict.fromkeys(one.line for one in group))
        yield f"{page.model.path}: {message} [{rule}]: {lines}"
