"""The files a project begins with: its settings, its home page, two sample suites, a workflow, and what git is to ignore.

The texts lie in the folder ``begin`` beside this module as the files they become, with ``@names@`` where something is put in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import yaml

from chronicle.documents.drafts.form import one_line, written
from chronicle.documents.drafts.settings import Item, unreadable
from chronicle.errors import ProblemsFound

PLUGIN = "chronicle"
IGNORED = (".chronicle/", "site/", "__pycache__/")
"""What builds and runs leave beside the sources; the last two only where there was no site yet."""

_HOLE = re.compile(r"@([a-z_]+)@")


class _Reader(yaml.SafeLoader):
    """Reads settings as plain values; what a tag of MkDocs or of Python makes is not known here, and reads as None."""


_Reader.add_multi_constructor("", lambda loader, suffix, node: None)


def values_of(text: str, file: str = "mkdocs.yml") -> dict[str, Any]:
    """The values of a file of settings. Raises :class:`ProblemsFound` for YAML that is well formed and makes no values."""
    try:
        found = yaml.load(text, Loader=_Reader)  # noqa: S506  # a SafeLoader that makes nothing of a tag
    except (yaml.YAMLError, ValueError, RecursionError) as failure:
        raise ProblemsFound([unreadable(failure, file)]) from None
    return found if isinstance(found, dict) else {}


def names_in(listing: Any) -> list[str]:
    """The names in a list of plugins, in each of the forms that MkDocs accepts."""
    items = listing if isinstance(listing, list | dict) else []
    names = [next(iter(one), None) if isinstance(one, dict) else one for one in items]
    return [name for name in names if isinstance(name, str)]


def options_in(listing: Any) -> dict[str, Any]:
    """The options of our plugin, where a list of plugins has it with some."""
    items = [listing] if isinstance(listing, dict) else listing if isinstance(listing, list) else []
    found = next((one[PLUGIN] for one in items if isinstance(one, dict) and PLUGIN in one), None)
    return found if isinstance(found, dict) else {}


def plugin_item(name: str, bench: str) -> Item:
    """Our plugin with the repository it tells of, and the folder of its suites where that is not ``bench``."""
    folder = f", bench: {written(bench)}" if bench != "bench" else ""
    block = (
        f"{PLUGIN}: # pages made of git's history and of recorded runs",
        "  repositories: # by name: folders, relative to this file",
        f"    {written(name)}: .",
        *([f"  bench: {written(bench)} # the suites, and below them the recorded runs"] if folder else []),
    )
    return Item("plugins", block, f"{{{PLUGIN}: {{repositories: {{{written(name)}: .}}{folder}}}}}", beside=("search",))


def nav_item(lists: Mapping[str, str]) -> Item:
    """A section of a nav that leads to our lists, by their titles."""
    block = ("Chronicle:", *(f"  - {title}: {uri}" for title, uri in lists.items()))
    return Item("nav", block, f"{{Chronicle: [{', '.join(f'{{{title}: {uri}}}' for title, uri in lists.items())}]}}")


def settings_text(name: str, plugin: Item, *, docs: str, web: str, site_url: str) -> str:
    """The settings of a project that had no site."""
    head, *rest = plugin.block
    known = [f"repo_url: {written(web)}"] if web else []
    known += [f"docs_dir: {written(docs)} # the pages that people write"] if docs != "docs" else []
    return _filled(
        "mkdocs.yml",
        site_name=written(name),
        site_url=written(site_url),
        known="".join(f"{line}\n" for line in known),
        plugin="\n".join([f"  - {head}", *(f"    {line}" for line in rest)]),
    )


def home_text(name: str) -> str:
    """The home page of a project that had none."""
    words = one_line(name)
    return _filled("index.md", heading=words.replace("{", "&#123;").replace("<", "&lt;"))


def suite_text(name: str) -> str:
    """A sample suite: ``waiting``, which any machine runs, or ``copying``, which needs torch."""
    return _filled(f"{name}.py.txt")


def workflow_text(branch: str, packages: Sequence[str], below: str) -> str:
    """The workflow that publishes; ``below`` is where the settings lie below the top of the repository, or empty."""
    defaults = f"\ndefaults:\n  run:\n    working-directory: {written(below)}\n" if below else ""
    artifact = written(f"{below}/site" if below else "site")
    return _filled("workflow.yml", branch=written(branch), packages=" ".join(packages), defaults=defaults, artifact=artifact)


def with_ignored(text: str, names: Sequence[str]) -> str:
    """A ``.gitignore`` that ignores these names too; the same text where it does already."""
    known = {line.strip().strip("/") for line in text.splitlines()}
    missing = [name for name in names if name.strip("/") not in known]
    if not missing:
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text or text.endswith("\n") else newline
    return text + gap + "".join(f"{line}{newline}" for line in ("# what builds of the site leave", *missing))


def _filled(file: str, **values: str) -> str:
    text = files("chronicle.documents.drafts").joinpath("begin", file).read_text(encoding="utf-8")
    return _HOLE.sub(lambda hole: values[hole[1]], text)
