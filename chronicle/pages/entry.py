"""One file of the site: where it goes, its bytes, and the authored page it stands in for, if any."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the stage tree.

    uri       path inside the site, with slashes, never absolute and never climbing
    body      its bytes
    renders   the authored file this is the rendered form of, below the docs folder
    edit_uri  where the edit button leads, relative to the docs folder; None for none
    """

    uri: str
    body: bytes
    renders: str | None = None
    edit_uri: str | None = None

    def __post_init__(self) -> None:
        if not is_inside(self.uri):
            raise ValueError(f"not a path inside the site: {self.uri!r}")


def is_inside(uri: str) -> bool:
    """Whether this is a path inside the site, in its one spelling."""
    return not ("\\" in uri or "\0" in uri or any(part in ("", ".", "..") for part in uri.split("/")))


def is_leaf(uri: str) -> bool:
    """Whether a page is one of many, such as a run or a month: a list leads to it, and a nav names the list."""
    folder, _, name = uri.rpartition("/")
    return bool(folder) and ("/" in folder or name != "index.md")


def lists_above(uri: str) -> Iterator[str]:
    """The lists that may lead to a page, the nearest first: those of the folders it lies in; for a commit, the timeline."""
    folder = posixpath.dirname(uri)
    while folder:
        yield from (one for one in (f"{folder}/index.md", f"{folder}.md") if one != uri)
        folder = posixpath.dirname(folder)
    if uri.startswith("commits/"):
        yield "timeline/index.md"
