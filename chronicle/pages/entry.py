"""One file of the site: where it goes, its bytes, and the authored page it stands in for, if any."""

from __future__ import annotations

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
        parts = self.uri.split("/")
        if not self.uri or "\\" in self.uri or "\0" in self.uri or any(part in ("", ".", "..") for part in parts):
            raise ValueError(f"not a path inside the site: {self.uri!r}")
