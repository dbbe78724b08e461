"""``chronicle write``: the site's tree as plain files, for any host; and what a configuration says a site is built from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chronicle.errors import FINDING, ChronicleError

if TYPE_CHECKING:
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
    for note in site.notes:
        click.echo(note, err=True)
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
    config = host_config(config_file)
    inputs: Inputs = config.plugins["chronicle"].inputs(config)
    return inputs


def host_config(config_file: Path) -> Any:
    """The host's configuration, which uses our plugin."""
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
    if "chronicle" not in config.plugins:
        raise ChronicleError(f"{config_file} does not use the plugin", hint="add `- chronicle` below `plugins:`")
    return config
