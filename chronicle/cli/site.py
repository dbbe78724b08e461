"""``chronicle check`` and ``chronicle write``: the site's problems without a host, and its tree for any host."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chronicle.errors import FINDING, ChronicleError

if TYPE_CHECKING:
    from chronicle.errors import Problem
    from chronicle.site import Inputs, Site

CONFIG = click.option(
    "-f",
    "--config-file",
    type=click.Path(path_type=Path),
    default=Path("mkdocs.yml"),
    show_default=True,
    help="The MkDocs configuration whose `chronicle` plugin says what to read.",
)


@click.command()
@CONFIG
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="Plain lines, JSON objects, or annotations for GitHub Actions.",
)
def check(config_file: Path, form: str) -> None:
    """Check prose against evidence: every problem of every file at once. Exit code 1 if there is one."""
    site = _built(config_file)
    for line in _lines(site.problems, form):
        click.echo(line)
    if form == "text":
        click.echo(
            f"{len(site.problems)} problems in {len(site.entries)} files of the site" if site.problems else "no problems"
        )
    if site.problems:
        raise SystemExit(FINDING)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@CONFIG
def write(folder: Path, config_file: Path) -> None:
    """Write the derived pages into DIR as plain files, for a host without our plugin. Exit code 1 on a problem."""
    from chronicle.stage import lay

    site = _built(config_file)
    for problem in site.problems:
        click.echo(str(problem), err=True)
    if site.errors:
        raise SystemExit(FINDING)
    laid = lay(site.entries, folder)
    click.echo(f"{laid.written} files written, {laid.kept} unchanged, {laid.deleted} deleted in {folder}/")
    if site.problems:
        raise SystemExit(FINDING)


def _built(config_file: Path) -> Site:
    """The site of a configuration; its plugin says what it is built from, so that both hosts read the same."""
    from chronicle.site import build
    from chronicle.stage import Cache

    inputs = plugin_inputs(config_file)
    return build(inputs, Cache(inputs.cache / "made"))


def plugin_inputs(config_file: Path) -> Inputs:
    """What the site of a configuration is built from."""
    import os

    if not config_file.is_file():
        raise ChronicleError(f"no {config_file}", hint="run it beside mkdocs.yml, or name the file with -f")
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    try:
        config = load_config(str(config_file))
    except MkDocsException as failure:
        raise ChronicleError(f"{config_file} cannot be used: {failure}", hint="correct it; `mkdocs build` says more") from None
    plugin: Any = config.plugins.get("chronicle")
    if plugin is None:
        raise ChronicleError(f"{config_file} does not use the plugin", hint="add `- chronicle` below `plugins:`")
    inputs: Inputs = plugin.inputs(config)
    return inputs


def _lines(problems: tuple[Problem, ...], form: str) -> list[str]:
    if form == "json":
        return [json.dumps([problem.as_json() for problem in problems], indent=1, ensure_ascii=False)]
    return [_annotation(problem) if form == "github" else str(problem) for problem in problems]


def _annotation(problem: Problem) -> str:
    """A workflow command; the characters that end or split one are written as percent codes."""
    words = f"{problem.found}; expected {problem.expected}; {problem.hint}"
    place = f"file={_property(problem.file)}" + (f",line={problem.line}" if problem.line else "")
    return f"::{problem.severity} {place},title={_property(problem.rule)}::{_coded(words)}"


def _coded(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _coded(words).replace(":", "%3A").replace(",", "%2C")
