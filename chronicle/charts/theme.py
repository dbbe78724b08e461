"""What a chart looks like: one accent, one font, four greys, in a light and a dark scheme.

``config(scheme)`` is the only place that knows a colour of a chart. The still pictures are converted with it and the live
ones receive it from the bundle, so a chart does not change its looks when it comes alive. ``chronicle.css`` states the same
palette for the rest of the page; a test keeps the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif"

SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
"""Shapes in the order they are given to series; a chart must be readable without colour."""

SIGNS = ("●", "■", "▲", "◆", "▼", "✚")
"""The shapes as characters, for names beside them."""

DASHES = ([1, 0], [6, 3], [2, 2], [9, 3, 2, 3], [12, 3], [4, 2, 1, 2])
"""Dashes in the same order; the first is a solid line."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a scheme: text in ``ink`` and ``muted``, things to see in ``accent`` and ``quiet``, lines in ``line``.

    ``paper`` is the page behind the chart. It is never painted; contrast is measured against it.
    """

    accent: str
    ink: str
    muted: str
    quiet: str
    line: str
    paper: str


PALETTES: dict[Scheme, Palette] = {
    "light": Palette(accent="#0b6475", ink="#1d2429", muted="#56626b", quiet="#7b868e", line="#dde2e5", paper="#ffffff"),
    "dark": Palette(accent="#6cc7d6", ink="#e4e9ec", muted="#a3afb7", quiet="#84919a", line="#38424a", paper="#14191d"),
}


def config(scheme: Scheme) -> dict[str, Any]:
    """The Vega-Lite configuration of a scheme; the background stays that of the page."""
    colours = PALETTES[scheme]
    return {
        "background": None,
        "font": FONT,
        "padding": 4,
        "mark": {"color": colours.accent},
        "view": {"stroke": None},
        "title": _title(colours),
        "axis": _axis(colours),
        "style": _marks(colours) | _texts(colours),
    }


def _title(colours: Palette) -> dict[str, Any]:
    return {
        "anchor": "start",
        "frame": "bounds",
        "color": colours.ink,
        "fontSize": 15,
        "fontWeight": 600,
        "lineHeight": 20,
        "subtitleColor": colours.muted,
        "subtitleFontSize": 12,
        "subtitleLineHeight": 17,
        "subtitlePadding": 5,
        "offset": 16,
    }


def _axis(colours: Palette) -> dict[str, Any]:
    return {
        "domain": False,
        "ticks": False,
        "gridColor": colours.line,
        "gridWidth": 1,
        "labelColor": colours.muted,
        "labelFontSize": 12,
        "labelPadding": 8,
        "titleColor": colours.muted,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 10,
    }


def _marks(colours: Palette) -> dict[str, dict[str, Any]]:
    """Vega-Lite reads ``color`` of a style, and never its ``fill`` or ``stroke``, for the side that it draws itself."""
    return {
        "dot": {"color": colours.accent, "filled": True, "fillOpacity": 0.65, "size": 44},
        "dot-invalid": {"color": colours.quiet, "filled": False, "strokeWidth": 1.5, "size": 40},
        "estimate": {"color": colours.ink, "thickness": 2.5},
        "interval": {"color": colours.ink, "strokeWidth": 1.5},
        "share": {"color": colours.accent, "strokeWidth": 3},
        "share-point": {"color": colours.accent, "filled": True, "stroke": colours.paper, "strokeWidth": 1.5, "size": 70},
        "share-interval": {"color": colours.accent, "strokeWidth": 10, "strokeOpacity": 0.4},
        "track": {"color": colours.line, "strokeWidth": 3},
        "ceiling": {"color": colours.ink, "strokeWidth": 2},
        "roof": {"color": colours.ink, "strokeWidth": 2, "strokeJoin": "miter"},
        "separator": {"color": colours.line, "strokeWidth": 1},
        "point": {"color": colours.accent, "filled": True, "stroke": colours.paper, "strokeWidth": 1, "size": 64},
        "bar": {"color": colours.accent},
        "held": {"color": colours.muted},
        "bar-quiet": {"color": colours.quiet},
        "series": {"color": colours.accent, "strokeWidth": 2, "strokeJoin": "round"},
        "series-quiet": {"color": colours.muted, "strokeWidth": 1.5, "strokeDash": [5, 3]},
        "band": {"color": colours.accent, "fillOpacity": 0.14},
        "break": {"color": colours.quiet, "strokeWidth": 1, "strokeDash": [3, 3]},
        "shift": {"color": colours.ink, "strokeWidth": 1.5},
        "pointed-at": {"color": colours.quiet},
        "phase-0": {"color": colours.line, "fillOpacity": 0.45},
        "phase-1": {"color": colours.accent, "fillOpacity": 0.14},
        "phase-2": {"color": colours.accent, "fillOpacity": 0.26},
        "phase-3": {"color": colours.accent, "fillOpacity": 0.38},
        "ring": {"color": colours.line, "filled": False, "strokeWidth": 1},
        "radar-mark": {"color": colours.accent, "filled": True, "stroke": colours.paper, "strokeWidth": 1, "size": 90},
    }


def _texts(colours: Palette) -> dict[str, dict[str, Any]]:
    text: dict[str, Any] = {"fontSize": 13, "baseline": "alphabetic", "color": colours.ink}
    return {
        "name": text | {"align": "left"},
        "value": text | {"align": "right", "fontWeight": 600},
        "note": text | {"align": "left", "fontSize": 12, "color": colours.muted},
        "line-name": text | {"align": "left", "fontSize": 12, "baseline": "middle"},
        "point-name": text | {"fontSize": 12, "baseline": "middle"},
        "break-name": text | {"fontSize": 11, "color": colours.muted},
        "shift-name": text | {"align": "center", "fontSize": 12, "fontWeight": 600},
        "series-name": text | {"align": "right", "fontSize": 12, "color": colours.accent, "fontWeight": 600},
        "phase-sign": text | {"align": "center", "fontSize": 12, "baseline": "middle"},
        "radar-number": text | {"fontSize": 12, "fontWeight": 600},
        "series-quiet-name": text | {"align": "right", "fontSize": 12, "color": colours.muted},
    }
