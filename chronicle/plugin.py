"""The MkDocs plugin ``chronicle``: lays the site's tree beside the project and mounts it; the work is done in ``site``."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urljoin

from jinja2 import Environment
from mkdocs.config import base
from mkdocs.config import config_options as c
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from chronicle.documents.listings import VOICES
from chronicle.errors import ChronicleError
from chronicle.inputs import Inputs
from chronicle.memory import Memory
from chronicle.pages.entry import is_leaf, lists_above
from chronicle.pages.guard import EXTENSION
from chronicle.pages.heads import Heads, HostPage
from chronicle.pages.imprint import CANONICAL_VARIABLE, VERSION_VARIABLE, Imprint
from chronicle.pages.look import SCRIPTS, STYLES, THEME, VOICES_STYLE
from chronicle.refresh import Placed, refresh

log = get_plugin_logger(__name__)

STATE = ".chronicle"
"""Folder beside ``mkdocs.yml`` that holds the tree and the caches; never committed, safe to delete."""

SYNTAX = ("admonition", "attr_list", "md_in_html", "tables", "pymdownx.details")
"""Extensions of Python-Markdown that generated pages are written for, added where a site does not list them."""


class Options(base.Config):  # type: ignore[no-untyped-call]  # MkDocs leaves `__init_subclass__` without types
    """Options of the plugin in ``mkdocs.yml``; paths are relative to that file."""

    repositories = c.DictOfItems(c.Type(str), default={})
    """The git repositories that are mined, by the name that pages call them; without any, the project's own."""

    bench = c.Type(str, default="bench")
    """The folder of suites and of recorded runs, in `results/` below it."""

    evidence_max_age_days = c.Optional(c.Type(int))
    """The days after which a record counts as aged; nothing ages by its date where this is left out."""


class Chronicle(BasePlugin[Options]):  # type: ignore[no-untyped-call]  # as above
    """Mounts generated pages as files with a real path, so that other plugins, edit links and ``--dirty`` work on them."""

    heads = Heads()
    ours: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    memory: Memory | None = None

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Begin to remember: having this hook keeps the plugin over the rebuilds of ``serve``."""
        self.memory = Memory()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Watch the bench folder, add the syntax of our pages and the guard of authored ones, and load their look."""
        bench = str(self.inputs(config).bench)
        config.watch.extend([bench] if Path(bench).is_dir() and bench not in config.watch else [])
        styles = (*STYLES, *([VOICES_STYLE] if (Path(config.docs_dir) / VOICES).is_file() else []))
        config.extra_css.extend(style for style in styles if style not in config.extra_css)
        config.markdown_extensions.extend(one for one in (*SYNTAX, EXTENSION) if one not in config.markdown_extensions)
        config.extra_javascript.extend(script for script in SCRIPTS if script not in config.extra_javascript)
        return versioned(config, os.environ.get(VERSION_VARIABLE))

    @event_priority(50)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Build the tree and mount it before the plugins that read pages."""
        folder = Path(config.config_file_path).parent / STATE
        try:
            tree = refresh(self.inputs(config), folder, self.memory)
        except ChronicleError as failure:
            raise PluginError(str(failure)) from failure
        for problem in tree.problems:
            (log.error if problem.severity == "error" else log.warning)(str(problem))
        if tree.errors:
            raise PluginError(f"{len(tree.errors)} records contradict themselves; nothing was built")
        if config.strict and tree.problems and not log.isEnabledFor(logging.WARNING):
            raise PluginError(f"a quiet build hides what was found ({len(tree.problems)}); `chronicle check` lists it")
        for note in tree.notes:
            log.info(note)
        lists = frozenset(entry.uri for entry in tree.entries if entry.renders is None)
        for entry in tree.entries:
            mount(entry, folder / "stage", files, config, lists)
        self.heads = tree.heads
        self.ours = frozenset(entry.uri for entry in tree.entries)
        return files

    @event_priority(-100)
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Remember what the nav names, once every other plugin has had its say."""
        self.named = frozenset(page.file.src_uri for page in nav.pages)
        return nav

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Hang our pages that no nav names below their lists; titles are known by now."""
        loose = self.ours - self.named
        hang([file.page for file in files.documentation_pages() if file.page and file.src_uri in loose], files)
        return env

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Put linked data, the social card and the feeds into the head of a page."""
        return self.heads.into(HostPage(page.title or "", page.canonical_url, page.meta), output)

    def inputs(self, config: MkDocsConfig) -> Inputs:
        """What the site is built from, read from the host's configuration."""
        root = Path(config.config_file_path).parent
        named: dict[str, Any] = dict(self.config.repositories) or {_name_of(config): "."}
        first = next(iter(named))
        return Inputs(
            root=root,
            docs=Path(config.docs_dir),
            repositories={name: root / path for name, path in named.items()},
            bench=root / self.config.bench,
            cache=root / STATE / "cache",
            web={first: config.repo_url} if config.repo_url else {},
            imprint=Imprint(
                name=config.site_name,
                description=config.site_description or "",
                site_url=config.site_url or None,
                version=os.environ.get(VERSION_VARIABLE),
                has_folders=config.use_directory_urls,
            ),
            evidence_max_age_days=self.config.evidence_max_age_days,
        )


def versioned(config: MkDocsConfig, version: str | None) -> MkDocsConfig:
    """The configuration of a version of the site: with a selector, a word on old pages, and its address."""
    if version is None:
        return config
    if config.theme.name == "material":  # what the author's own folder holds comes first
        config.theme.dirs.insert(1 if config.theme.custom_dir else 0, str(THEME))
    config.extra["version"] = {"default": "latest", "alias": True, **(config.extra.get("version") or {}), "provider": "mike"}
    if config.site_url and "mike" not in config.plugins:  # it states the address without a slash at its end, and so do we
        config.site_url = urljoin(f"{config.site_url.rstrip('/')}/", os.environ.get(CANONICAL_VARIABLE, version))
    return config


def mount(entry: Placed, folder: Path, files: Files, config: MkDocsConfig, lists: frozenset[str] = frozenset()) -> None:
    """Put an entry among the host's files, in place of the authored page it renders; ``lists`` are the derived pages."""
    authored = files.get_file_from_path(entry.uri)
    is_shown = authored is None or authored.inclusion.value > InclusionLevel.DRAFT.value
    place = InclusionLevel.NOT_IN_NAV if is_shown and _may_be_omitted(entry, config, lists) else InclusionLevel.UNDEFINED
    file = File.generated(config, entry.uri, abs_src_path=str(folder / entry.uri), inclusion=place)
    file.edit_uri = entry.edit_uri
    if authored:
        if entry.renders == authored.src_uri:
            file.edit_uri = authored.edit_uri
        else:
            log.warning("%s is both authored and derived; the derived page wins", entry.uri)
        files.remove(authored)
    files.append(file)


def hang(pages: Iterable[Page], files: Files) -> None:
    """Give each page the list that leads to it as its parent, as the theme's own blog does with its posts.

    The theme then shows the way up and marks the tab. A list that opens a section of its name stands for it.
    """
    for page in pages:
        found = map(files.get_file_from_path, lists_above(page.file.src_uri))
        above = next((file.page for file in found if file and file.page), None)
        if above is not None and page.parent is None:
            section = above.parent
            page.parent = section if section and section.title == above.title else above  # type: ignore[assignment]  # a page is an item as well


def _may_be_omitted(entry: Placed, config: MkDocsConfig, lists: frozenset[str]) -> bool:
    """Whether a nav may do without a page: one of many, to which a list leads, and any of ours where an author wrote it."""
    if entry.renders is None:
        return config.nav is not None or is_leaf(entry.uri)
    return config.nav is not None and f"{entry.uri.partition('/')[0]}/index.md" in lists


def _name_of(config: MkDocsConfig) -> str:
    """The repository's name: the last part of its address, else of the project's folder."""
    address = (config.repo_url or "").rstrip("/").rsplit("/", 1)[-1].removesuffix(".git")
    return address or Path(config.config_file_path).parent.resolve().name
