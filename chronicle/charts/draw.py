"""From a specification to bytes: the still picture in a scheme, and the library that brings it to life.

The converter runs the same Vega that the bundle holds, so the still and the live picture agree, and neither needs npm or a
network. The same chart gives the same bytes in every process on a machine; text is measured with the fonts that are installed.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from functools import cache
from importlib.metadata import version
from typing import Any

from chronicle.charts.chart import Chart
from chronicle.charts.theme import SCHEMES, Scheme, config

VEGA_LITE = "6.4"
"""The Vega-Lite version of the specifications, as the converter names it."""

STILL_WIDTH = 720
"""Width in px of a still picture; the converter would read ``container`` as 300."""

_CLIP = re.compile(rb"\bclip\d+\b")
_ROOT = re.compile(rb'<svg\b[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')


def svg(chart: Chart, scheme: Scheme) -> bytes:
    """The still picture of a chart on a transparent ground, :data:`STILL_WIDTH` px wide."""
    import vl_convert

    spec = copy.deepcopy(chart.spec) | {"width": STILL_WIDTH, "autosize": {"type": "fit-x", "contains": "padding"}}
    drawn: str = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, config=_still(scheme), allowed_base_urls=[])
    return _renumbered(drawn.encode())


def size(svg: bytes) -> tuple[int, int]:
    """Width and height in px of a picture, from its root element."""
    root = _ROOT.search(svg)
    if root is None:
        raise ValueError("not a picture of ours: its root element states no width and height")
    return round(float(root[1])), round(float(root[2]))


@cache
def bundle() -> bytes:
    """Vega, Vega-Lite and vega-embed as one script, with the theme of both schemes as ``chronicleThemes``.

    About 880 KB, 300 KB gzipped; takes some seconds the first time.
    """
    import vl_convert

    themes = json.dumps({scheme: config(scheme) for scheme in SCHEMES}, sort_keys=True)
    script: str = vl_convert.javascript_bundle(
        snippet=f"window.vegaEmbed = vegaEmbed; window.chronicleThemes = {themes};", vl_version=VEGA_LITE
    )
    return script.encode()


@cache
def converter_key() -> str:
    """What a drawn picture depends on besides its specification: converter, libraries and theme. For cache keys."""
    import vl_convert

    theme = hashlib.sha256(json.dumps([_still(scheme) for scheme in SCHEMES], sort_keys=True).encode()).hexdigest()
    converter, vega = version("vl-convert-python"), vl_convert.get_vega_version()
    return f"vl-convert {converter}, vega {vega}, vega-lite {VEGA_LITE}, theme {theme[:12]}"


def _still(scheme: Scheme) -> dict[str, Any]:
    """The theme without a label for each mark: in a picture nobody hears them, and their dates tell the builder's time zone."""
    return {**config(scheme), "aria": False}


def _renumbered(svg: bytes) -> bytes:
    """Clip ids count up within a process: start at 1 in every file."""
    numbers: dict[bytes, bytes] = {}
    return _CLIP.sub(lambda found: numbers.setdefault(found[0], b"clip%d" % (len(numbers) + 1)), svg)
