"""Scripts, styles and licences that the pages need, served from the site itself."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from chronicle.pages.addresses import ASSETS
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry

STYLES = tuple(f"{ASSETS}/{name}.css" for name in ("chronicle", "tables", "facts", "stories", "charts", "cards", "print"))
"""In the order a page loads them: the colours and the frame first, what changes them on paper last."""
VOICES_STYLE = f"{ASSETS}/voices.css"
SCRIPTS = tuple(f"{ASSETS}/{name}.js" for name in ("charts", "cards", "reach"))
THEME = Path(__file__).parent / "theme"
"""Templates that complete those of Material in a site of several versions."""


def asset_entries(desk: Desk) -> Iterator[Entry]:
    """The files of this package's ``assets`` folder."""
    for source in sorted(files("chronicle.pages").joinpath("assets").iterdir(), key=lambda one: one.name):
        if source.is_file():
            yield Entry(f"{ASSETS}/{source.name}", source.read_bytes())


def chart_library(desk: Desk) -> Iterator[Entry]:
    """The script that brings charts to life, where the pages written by now left a chart behind."""
    if desk.figures:
        yield Entry(f"{ASSETS}/vega.bundle.js", desk.bundle())
