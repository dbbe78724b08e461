"""``chronicle publish``: a version of the site on the branch that a host serves, by means of mike."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chronicle.cli.site import CONFIG, host_config
from chronicle.errors import FINDING, ChronicleError
from chronicle.pages.imprint import CANONICAL_VARIABLE, VERSION_VARIABLE

if TYPE_CHECKING:
    from chronicle.cli.publication import Publication


class NotBuiltError(ChronicleError):
    """The site has something wrong with it, so nothing was published."""

    exit_code = FINDING


@click.command()
@click.argument("version", required=False)
@click.option("--title", metavar="TEXT", help="What the version selector shows in place of the name.")
@click.option(
    "--alias", "aliases", multiple=True, help="Another name of the version; `latest` for a release that is the newest."
)
@click.option("--default", "leads_to", metavar="NAME", help="The version or alias that the root of the site leads to.")
@click.option("--branch", metavar="NAME", help="The branch that holds the versions; else `remote_branch` of the configuration.")
@click.option("--remote", metavar="NAME", help="The remote to push to; else `remote_name` of the configuration.")
@click.option(
    "--push", "is_pushed", is_flag=True, help="Push the branch; where the remote refuses, nothing changes here either."
)
@click.option("--replace", "replaces", is_flag=True, help="Write a release again that is published already.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@CONFIG
def publish(version: str | None, config_file: Path, *, dry_run: bool, **asked: Any) -> None:
    """Publish this revision as VERSION beside those that are published already.

    VERSION is the tag of the revision without its v, or `dev` where it has none. The site is built strictly from a clean work
    tree; only then is the branch written, in one step. Exit code 1 where the site cannot be built, 2 where something stands
    in the way.
    """
    _require_mike()
    from chronicle.cli.publication import Wanted, planned, words
    from chronicle.cli.published_branch import deploy

    config = host_config(config_file)
    mike = config.plugins.get("mike")
    asked["branch"] = asked["branch"] or config.remote_branch
    asked["remote"] = asked["remote"] or config.remote_name
    asked["aliases"] = tuple(dict.fromkeys(asked["aliases"]))
    alias_type = mike.config["alias_type"] if mike else "symlink"
    if mike and (unknown := [name for name in ("deploy_prefix", "redirect_template") if mike.config[name]]):
        raise ChronicleError(f"the plugin mike sets {unknown[0]}, which is not supported", hint=f"remove it from {config_file}")
    plan = planned(Wanted(version=version, alias_type=alias_type, **asked), config_file.resolve().parent)
    for line in words(plan):
        click.echo(line)
    if dry_run:
        click.echo("Nothing was done: this was a dry run.")
        return
    with tempfile.TemporaryDirectory(prefix="chronicle-publish-") as folder:
        site = Path(folder) / "site"
        _build(plan, config_file, site)
        revision = deploy(plan, site, has_folders=config.use_directory_urls)
    pushed = f", pushed to {plan.remote}" if plan.remote else ""
    click.echo(f"Published {plan.version} as {revision[:12]} on {plan.branch.name}{pushed}.")


def _require_mike() -> None:
    try:
        import mike  # noqa: F401  # only whether it is there
    except ImportError:
        raise ChronicleError(
            "mike is not installed, which keeps the versions of a site", hint="pip install 'chimera-chronicle[publish]'"
        ) from None


def _build(plan: Publication, config_file: Path, site: Path) -> None:
    """Build the site strictly into ``site``, by the MkDocs of this environment; what it says is shown as it says it."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(config_file.resolve())]
    versioned = {VERSION_VARIABLE: plan.version, CANONICAL_VARIABLE: plan.canonical}
    environment = os.environ | versioned | {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    done = subprocess.run([*command, "--site-dir", str(site)], env=environment)
    if done.returncode:
        hint = f"mend what it says above; the branch {plan.branch.name} is as it was"
        raise NotBuiltError(f"{plan.version} was not published: a strict build of {config_file} fails", hint=hint)
