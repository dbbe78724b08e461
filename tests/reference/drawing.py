"""The drawing of the layers, in both schemes: rows and order from the contracts in ``pyproject.toml``, colours from the charts.

What evidence becomes rises from row to row; imports go down. A filled box is kept pure by a contract: no process, no clock,
no environment.
"""

from __future__ import annotations

import html
import tomllib
from collections.abc import Iterator

from chronicle.charts.theme import FONT, PALETTES, SCHEMES, Palette, Scheme
from reference.markdown import ROOT

WORDS = {
    "__main__": "python -m chronicle",
    "cli": "the command line, the plugin",
    "refresh": "builds again only what has changed",
    "check": "findings, the tree on disk, recomputing",
    "site": "the whole build as a list of stages",
    "observed": "reads the world, asks git",
    "inputs": "where what is read lies",
    "pages": "Markdown, JSON, feeds, scripts",
    "documents": "what people write, parsed and judged",
    "charts": "specifications and pictures",
    "facts": "compute, read, measure",
    "sources": "the hash over a suite",
    "records": "what was observed, frozen",
    "errors": "problems, rules, quantities",
}
"""What a row is for, by the first module in it."""

_WIDTH, _TOP, _STEP, _BOX = 790, 64, 42, 32
_LEFT, _BOXES, _GAP = 76, 366, 8


def layers() -> list[list[str]]:
    """The layers from high to low, each with the modules that stand side by side in it."""
    contract = next(one for one in _contracts() if one["type"] == "layers")
    return [[name.strip() for name in layer.split("|")] for layer in contract["layers"]]


def pure_modules() -> set[str]:
    """The modules that a contract keeps free of processes, clocks and the environment."""
    contract = next(one for one in _contracts() if "pure" in one["name"])
    return {name.removeprefix("chronicle.") for name in contract["source_modules"]}


def drawings() -> dict[str, str]:
    """The two drawings by their file names."""
    return {f"architecture.{scheme}.svg": drawing(scheme) for scheme in SCHEMES}


def drawing(scheme: Scheme) -> str:
    """The layers as an SVG of one scheme, on its own paper."""
    rows, colours = layers(), PALETTES[scheme]
    height = _TOP + len(rows) * _STEP + 96
    title = "The layers of chronicle, from high to low"
    told = "; ".join(f"{', '.join(row)}: {WORDS[row[0]]}" for row in rows)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
            f'role="img" aria-labelledby="title about" font-family="{html.escape(FONT)}" font-size="13" fill="{colours.ink}">',
            f'<title id="title">{title}</title>',
            f'<desc id="about">{html.escape(told)}. Imports go down, and what evidence becomes rises.</desc>',
            f'<rect width="{_WIDTH}" height="{height}" rx="6" fill="{colours.paper}"/>',
            *_ends(rows, colours),
            *(line for place, row in enumerate(rows) for line in _row(row, _TOP + place * _STEP, colours)),
            "</svg>\n",
        ]
    )


def _row(row: list[str], top: int, colours: Palette) -> Iterator[str]:
    width = (_BOXES - _GAP * (len(row) - 1)) / len(row)
    pure = pure_modules()
    for place, name in enumerate(row):
        left = _LEFT + place * (width + _GAP)
        fill = f'fill="{colours.accent}" fill-opacity=".14"' if name in pure else 'fill="none"'
        yield f'<rect x="{left:g}" y="{top}" width="{width:g}" height="{_BOX}" rx="4" {fill} stroke="{colours.quiet}"/>'
        yield _text(left + width / 2, top + 21, name, 'text-anchor="middle" font-weight="600"')
    yield _text(_LEFT + _BOXES + 18, top + 21, WORDS[row[0]], f'fill="{colours.muted}"')


def _ends(rows: list[list[str]], colours: Palette) -> Iterator[str]:
    """What stands above and below the rows, the arrow that evidence takes and the one that imports take."""
    bottom = _TOP + len(rows) * _STEP - (_STEP - _BOX)
    middle = _LEFT + _BOXES / 2
    yield _text(middle, 28, "MkDocs, a folder on disk, the terminal", 'text-anchor="middle"')
    yield _text(middle, bottom + 38, "git history, recorded runs, docs/*.md, a GPU", 'text-anchor="middle"')
    yield _text(_LEFT, bottom + 74, "filled: pure, kept so by a contract", f'fill="{colours.muted}" font-size="12"')
    for x, start, end, words in ((44, bottom, _TOP, "evidence rises"), (746, _TOP, bottom, "imports go down")):
        tip = 9 if end > start else -9
        line = f"M{x} {start}V{end}m-5 {-tip}l5 {tip}l5 {-tip}"
        yield f'<path d="{line}" fill="none" stroke="{colours.accent}" stroke-width="2"/>'
        beside, y = (x + 22 if end > start else x - 12), (_TOP + bottom) / 2
        yield _text(beside, y, words, f'text-anchor="middle" fill="{colours.muted}" transform="rotate(-90 {beside} {y:g})"')


def _text(x: float, y: float, words: str, attributes: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" {attributes}>{html.escape(words)}</text>'


def _contracts() -> list[dict[str, object]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return settings["tool"]["importlinter"]["contracts"]
