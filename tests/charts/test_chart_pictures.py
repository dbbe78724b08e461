"""Pictures: stable bytes, readable colours, nothing a stranger wrote is executed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import chart_examples as examples
import pandas as pd
import pytest

from chronicle.charts import Chart, activity, burn_up
from chronicle.charts.draw import bundle, converter_key, size, svg
from chronicle.charts.theme import PALETTES, SCHEMES, Palette, Scheme

TESTS = Path(__file__).parents[1]
EVERY_KIND = examples.every_kind()
STYLES = TESTS.parent / "chronicle" / "pages" / "assets" / "chronicle.css"


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.fixture(scope="module")
def drawn() -> dict[tuple[str, str], bytes]:
    """The picture of every kind in both schemes, by the chart's id and the scheme."""
    return {(chart.id, scheme): svg(chart, scheme) for chart in EVERY_KIND for scheme in SCHEMES}


def digests(hash_seed: str) -> list[str]:
    """A digest of what each kind of chart is in a process of its own."""
    program = (
        "import hashlib, chart_examples as e; from chronicle.charts.draw import svg\n"
        "for c in e.every_kind():\n"
        "    print(hashlib.sha256(c.spec_json + c.source_csv + svg(c, 'light') + svg(c, 'dark')).hexdigest())"
    )
    environment = {"PYTHONPATH": f"{TESTS}:{TESTS.parent}", "PYTHONHASHSEED": hash_seed, "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    return done.stdout.splitlines()


def test_another_process_with_another_hash_seed_gives_the_same_specifications_and_pictures(
    drawn: dict[tuple[str, str], bytes],
) -> None:
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"

    here = [one.spec_json + one.source_csv + drawn[one.id, "light"] + drawn[one.id, "dark"] for one in EVERY_KIND]

    assert digests(seed) == [hashlib.sha256(one).hexdigest() for one in here]


def test_drawing_a_chart_twice_in_one_process_gives_the_same_bytes() -> None:
    chart = examples.bandwidth()

    assert svg(chart, "light") == svg(chart, "light")


@pytest.mark.parametrize("chart", EVERY_KIND, ids=lambda chart: chart.id)
def test_both_pictures_are_720_wide_and_equally_high(drawn: dict[tuple[str, str], bytes], chart: Chart) -> None:
    light, dark = (size(drawn[chart.id, scheme]) for scheme in SCHEMES)

    assert light == dark
    assert light[0] == 720


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("chart", EVERY_KIND, ids=lambda chart: chart.id)
def test_every_text_of_a_picture_has_contrast(drawn: dict[tuple[str, str], bytes], chart: Chart, scheme: Scheme) -> None:
    picture = ElementTree.fromstring(drawn[chart.id, scheme])
    texts = [element for element in picture.iter() if element.tag.endswith("}text")]
    colours = {element.attrib["fill"] for element in texts}

    assert colours
    assert all(contrast(colour, PALETTES[scheme].paper) >= 4.5 for colour in colours)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_marks_stand_out_from_the_page(palette: Palette) -> None:
    assert contrast(palette.accent, palette.paper) >= 4.5
    assert contrast(palette.quiet, palette.paper) >= 3


def test_a_picture_has_no_ground_of_its_own() -> None:
    root = ElementTree.fromstring(svg(examples.bandwidth(), "dark"))

    assert not [element for element in root if element.tag.endswith("}rect")]


def test_clip_ids_start_at_one_in_every_picture() -> None:
    found = set(re.findall(rb"\bclip\d+\b", svg(examples.bandwidth(), "light")))

    assert found <= {b"clip%d" % number for number in range(1, len(found) + 1)}


def test_a_title_of_a_stranger_stays_text() -> None:
    picture = ElementTree.fromstring(svg(examples.bandwidth(title=examples.HOSTILE), "light"))
    texts = "".join(picture.itertext())

    assert not [element for element in picture.iter() if element.tag.endswith("}script")]
    assert "<script>alert(1)</script>" in texts


def test_the_size_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="states no width and height"):
        size(b"<html></html>")


def test_the_bundle_brings_the_library_and_the_theme() -> None:
    script = bundle()

    assert b"window.chronicleThemes" in script
    assert PALETTES["dark"].accent.encode() in script
    assert b"https://cdn" not in script


def test_the_converter_key_names_the_versions_and_the_theme() -> None:
    assert re.fullmatch(r"vl-convert [\d.]+\w*, vega [\d.]+, vega-lite [\d.]+, theme [0-9a-f]{12}", converter_key())


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_and_the_charts_state_the_same_palette(scheme: Scheme) -> None:
    css_scheme = {"light": "default", "dark": "slate"}[scheme]
    [block] = re.findall(
        rf'\[data-md-color-scheme="{css_scheme}"\] {{\n(  --chronicle-accent.*?)}}', STYLES.read_text(), re.DOTALL
    )
    stated = dict(re.findall(r"--chronicle-(\w+): (#\w+);", block))
    palette = PALETTES[scheme]

    assert {name: stated[name] for name in palette.__slots__} == {name: getattr(palette, name) for name in palette.__slots__}


def test_the_script_for_a_page_opened_from_disk_holds_the_same_specification() -> None:
    chart = examples.bandwidth()

    head, _, body = chart.spec_script(chart.spec_json).partition(b" = ")

    assert head == b"(window.chronicleSpecs ??= {})[" + json.dumps(chart.id).encode() + b"]"
    assert json.loads(body.rstrip(b";\n")) == chart.spec


@pytest.mark.parametrize("most", [0, 1, 2, 3, 4, 5, 7])
def test_an_axis_of_counts_names_whole_numbers_alone(most: int) -> None:
    day = {"day": examples.FIRST_DAY, "commits": max(1, most), "lines_added": most, "lines_removed": most // 2}
    items = [{"date": examples.FIRST_DAY, "done": 0, "total": most}]

    charts = [activity("a", "A", pd.DataFrame([day])), burn_up("a", "A", pd.DataFrame(items))]

    named = [text for chart in charts for text in re.findall(rb">(?:\d+m|\d*\.\d+)</text>", svg(chart, "light"))]
    assert named == []
    assert all(b">0</text>" in svg(chart, "light") for chart in charts)
