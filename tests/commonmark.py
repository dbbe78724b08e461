"""What two renderers make of a Markdown text, counted: CommonMark with tables, and Python-Markdown as this site uses it."""

from __future__ import annotations

from collections import Counter
from functools import cache
from html.parser import HTMLParser
from typing import Any

from hostile import ROOT
from markdown import Markdown
from markdown_it import MarkdownIt
from mkdocs.config import load_config


class Blocks(HTMLParser):
    """The list items, the tables with their rows and the blocks of code of a page, the code by its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.count = {"li": 0, "table": 0, "tr": 0}
        self.code: list[str] = []
        self._inside = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.count:
            self.count[tag] += 1
        if tag == "pre":
            self._inside += 1
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag == "pre"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.code[-1] += data

    @property
    def listings(self) -> list[str]:
        return [code.strip("\n").expandtabs(4) for code in self.code]


def by_commonmark(text: str) -> Blocks:
    return Blocks(MarkdownIt("commonmark").enable("table").render(text))


def by_the_site(text: str) -> Blocks:
    markdown = _markdown()
    markdown.reset()
    return Blocks(markdown.convert(text))


def lost(expected: Blocks, found: Blocks) -> dict[str, int]:
    """How many of the expected blocks are missing, by kind; nothing where none is."""
    missing = {kind: count - found.count[kind] for kind, count in expected.count.items()}
    missing["pre"] = sum((Counter(expected.listings) - Counter(found.listings)).values())
    return {kind: count for kind, count in missing.items() if count > 0}


@cache
def _markdown() -> Any:
    config = load_config(str(ROOT / "mkdocs.yml"))
    return Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs)
