"""``chronicle write``: the site's tree as plain files, for any host; and what a configuration says a site is built from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chronicle.errors import FINDING, ChronicleError

if TYPE_CHECKING:
    from chronicle.site import Inputs, Site

DEFAULT = Path("mkdocs.yml")

CONFIG = click.option(
    "-f",
    "--config-file",
    type=click.Path(path_type=Path),
    default=DEFAULT,
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


def refusals(config_file: Path) -> tuple[str, ...]:
    """What MkDocs says against a configuration, in its own words; nothing where it can use it."""
    import logging

    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    said: list[str] = []
    listener = logging.Handler(logging.ERROR)
    listener.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]  # a whole class for one line
    log = logging.getLogger("mkdocs")
    log.addHandler(listener)
    log.propagate = False
    try:
        load_config(str(config_file))
    except MkDocsException as failure:
        return tuple(said) or (str(failure),)
    except Exception as failure:  # a hook or a plugin of the author's own that fails when it is loaded
        return (f"{type(failure).__name__}: {failure}",)
    finally:
        log.removeHandler(listener)
        log.propagate = True
    return ()


def plugin_inputs(config_file: Path) -> Inputs:
    """What the site of a configuration is built from."""
    config = host_config(config_file)
    inputs: Inputs = config.plugins["chronicle"].inputs(config)
    return inputs


def host_config(config_file: Path) -> Any:
    """The host's configuration, which uses our plugin; ``mkdocs.yaml`` where the file of the default name is not there."""
    other = config_file.with_suffix(".yaml")
    config_file = other if config_file == DEFAULT and not config_file.is_file() and other.is_file() else config_file
    if not config_file.is_file():
        raise ChronicleError(
            f"no {config_file}", hint="run it beside mkdocs.yml, name the file with -f, or let `chronicle init` write one"
        )
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    try:
        config = load_config(str(config_file))
    except MkDocsException as failure:
        raise ChronicleError(f"{config_file} cannot be used: {failure}", hint="correct it; `mkdocs build` says more") from None
    if "chronicle" not in config.plugins:
        raise ChronicleError(
            f"{config_file} does not use the plugin", hint="`chronicle init` adds it, or add `- chronicle` below `plugins:`"
        )
    return config
