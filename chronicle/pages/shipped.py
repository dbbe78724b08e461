"""Scripts, styles and licences that the pages need, served from the site itself."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.look import ASSETS


def asset_entries(desk: Desk) -> Iterator[Entry]:
    """The files of this package's ``assets`` folder."""
    for source in sorted(files("chronicle.pages").joinpath("assets").iterdir(), key=lambda one: one.name):
        if source.is_file():
            yield Entry(f"{ASSETS}/{source.name}", source.read_bytes())


def chart_library(desk: Desk) -> Iterator[Entry]:
    """The script that brings charts to life, where the pages written by now left a chart behind."""
    if desk.figures:
        yield Entry(f"{ASSETS}/vega.bundle.js", desk.bundle())
