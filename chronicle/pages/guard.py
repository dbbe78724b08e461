"""A Python-Markdown extension that keeps the text of an authored page from running anything in a reader's browser.

A stranger's pull request may carry an episode, and whoever merges it should have to judge its words only. What Markdown makes
of a text is known once it is made: attribute lists attach to what stands before them, references are resolved from anywhere in
the file, entities in an address are decoded by the browser alone, and raw HTML is found by rules that no look at the source
repeats faithfully. So the page is marked while its text is put together, and judged as HTML, after all else has run:

1. a preprocessor, the first of all, takes the mark away and so learns that the page is authored;
2. a treeprocessor drops attributes before the table of contents takes ids and labels, which hosts print as they are; a link or
   a picture whose address may not stay becomes its words, since a host relies on each of them having an address;
3. a postprocessor, the last of all, writes the HTML anew with :func:`chronicle.pages.harmless.harmless`.

The plugin appends it to the host's extensions. A host without the plugin lists ``chronicle.pages.guard`` itself. A page
without the mark passes through untouched, and a mark that an author writes guards a page, which harms nobody.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from markdown.extensions import Extension  # type: ignore[import-untyped]  # the library comes without types

from chronicle.pages.harmless import harmless, may_keep
from chronicle.pages.writing import SEAL

EXTENSION = "chronicle.pages.guard"
MARK = f"<!-- chronicle: authored {SEAL} -->"
_MARK = re.compile(r"<!-- chronicle: authored (\S+) -->")

_FIRST, _BETWEEN_ATTRIBUTES_AND_CONTENTS, _LAST = 10_000, 6, -10_000


def marked(body: str) -> str:
    """The body of a page, marked so that a host with this extension guards it."""
    return f"{MARK}\n\n{body}"


def sealed(page: bytes) -> bytes:
    """A page of Markdown, ready to be written: :data:`SEAL` becomes a word that nobody who writes on the page can know.

    It is a digest of the page, so an author who wrote it there would change it. A page that carries no mark is all our own and
    needs none.
    """
    seal = SEAL.encode()
    if MARK.encode() not in page:
        return page.replace(b"." + seal + b" ", b"").replace(seal + b" ", b"")
    return page.replace(seal, b"s" + hashlib.sha256(page).hexdigest()[:16].encode())


class Guard(Extension):  # type: ignore[misc]  # as above
    """Guards the pages that carry the mark; ``is_on`` tells whether the page at hand does."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.is_on = False
        self.seal = ""

    def extendMarkdown(self, md: Any) -> None:  # noqa: N802  # the name that Python-Markdown calls
        """Register the three steps."""
        md.preprocessors.register(_Step(self._without_mark), "chronicle_mark", _FIRST)
        md.treeprocessors.register(_Step(self._clean_tree), "chronicle_tree", _BETWEEN_ATTRIBUTES_AND_CONTENTS)
        md.postprocessors.register(_Step(self._clean_page), "chronicle_page", _LAST)

    def _without_mark(self, lines: list[str]) -> list[str]:
        first = next((place for place, line in enumerate(lines) if line.strip()), 0)
        mark = _MARK.fullmatch(lines[first].strip()) if lines else None
        self.is_on, self.seal = mark is not None, mark[1] if mark else ""
        return lines[first + 1 :] if self.is_on else lines

    def _clean_tree(self, root: Element) -> None:
        for element in root.iter() if self.is_on else ():
            if not _has_lasting_address(element):
                element.tag, element.text = "span", element.text or element.get("alt")
            for name, value in list(element.attrib.items()):
                if not _may_stand(str(element.tag), name, str(value)):
                    del element.attrib[name]

    def _clean_page(self, page: str) -> str:
        return harmless(page, self.seal) if self.is_on else page


@dataclass(frozen=True)
class _Step:
    """What Python-Markdown runs in a list of processors."""

    run: Callable[[Any], Any]


def _has_lasting_address(element: Element) -> bool:
    """Whether the address of a link or a picture may stay; true of all other elements."""
    tag = str(element.tag)
    name = {"a": "href", "img": "src"}.get(tag)
    return name is None or may_keep(tag, name, str(element.get(name, "")))


def _may_stand(tag: str, name: str, value: str) -> bool:
    """Whether an attribute may stay in the tree; labels of the table of contents end there and are judged as text."""
    return not set(value) & set("<>&\"'") if name == "data-toc-label" else may_keep(tag, name, value)


def makeExtension(**options: Any) -> Guard:  # noqa: N802  # the name that Python-Markdown looks for
    """The extension, for a host's list of extensions."""
    return Guard(**options)
