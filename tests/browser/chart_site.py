"""A small Material site with charts: a page without any, one with one, a long one, one with every kind, one with markup."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import chart_examples as examples

from chronicle.charts import Chart, chart_markdown
from chronicle.charts.draw import bundle, size, svg
from chronicle.charts.theme import SCHEMES
from chronicle.pages.look import STYLES

ASSETS = Path(__file__).parents[2] / "chronicle" / "pages" / "assets"
LONG = 7
CONFIGURATION = """
site_name: Charts
site_url: {origin}
site_dir: {site}
theme:
  name: material
  font: false
  features: [navigation.instant, navigation.prune]
  palette:
    - {{media: "(prefers-color-scheme: light)", scheme: default, toggle: {{icon: material/weather-night, name: Dark}}}}
    - {{media: "(prefers-color-scheme: dark)", scheme: slate, toggle: {{icon: material/weather-sunny, name: Light}}}}
plugins: [search]
extra_javascript: [assets/chronicle/charts.js]
extra_css: {styles}
markdown_extensions: [admonition, attr_list, md_in_html, tables, pymdownx.details, pymdownx.superfences]
"""
LOOK = """# The look of a page

<p class="lede">A paragraph that opens a page and says what it is about.</p>

The copy moves <a class="fact" href="#card">2.951 TB/s <span class="fact__interval">(2.938–2.956)</span></a>, which is
<a class="fact fact--stale" href="#card">88.1 %</a> of the ceiling. The claim is
<span class="verdict verdict--supported">supported</span>, another <span class="verdict verdict--refuted">refuted</span>,
a third <span class="verdict verdict--undecided">undecided</span>, then <span class="verdict verdict--stale">stale</span>,
<span class="verdict verdict--planned">planned</span> and <span class="verdict verdict--in-progress">in progress</span>.

<ul class="headline"><li><strong>2.951 TB/s</strong>device copy</li><li><strong>88.1 %</strong>of the data sheet</li>
<li><strong>36</strong>processes</li></ul>

| Claim | Verdict | Value |
| --- | --- | ---: |
| copy-reaches-85 | <span class="verdict verdict--supported">supported</span> | 88.1 % |
| launch-under-2us | <span class="verdict verdict--refuted">refuted</span> | 2.10 µs |

<aside class="provenance" id="card"><p class="provenance__title">Device copy</p>
<dl><dt>label</dt><dd>measured</dd><dt>machine</dt><dd>h100-sxm</dd><dt>revision</dt><dd><code>6bc66ea9d0b4</code></dd>
<dt>processes</dt><dd>12, one invalid</dd><dt>interval</dt><dd>95 %, order statistics</dd></dl></aside>

<ol class="timeline"><li><a href="#">Name the records of a run</a>
<span class="timeline__about">23 Nov · +3,970 lines</span></li>
<li class="timeline__mark"><a href="#">Two commands set everything up</a><span class="timeline__about">24 Nov</span></li></ol>

<ul class="conversation"><li class="conversation__line"><span class="conversation__glyph" aria-hidden="true">B</span>
<div class="conversation__says"><p class="conversation__name">Banterpacks<span class="conversation__role">developer</span></p>
<p>It copies memory. We measured how fast.</p></div></li><li class="conversation__line">
<span class="conversation__glyph" aria-hidden="true">C</span>
<div class="conversation__says"><p class="conversation__name">Claude
<span class="conversation__role">analyst</span></p><p>Twelve processes, one of them throttled.</p></div></li></ul>

<footer class="provenance-footer">Derived from two records.</footer>
"""


def build(folder: Path, origin: str) -> None:
    """Write the site's source beside ``folder/site`` and build it there with MkDocs, strictly."""
    docs, site = folder / "docs", folder / "site"
    write_assets(docs / "assets" / "chronicle")
    copies = [examples.bandwidth(f"copy-{place}", f"Bandwidth, copy {place}") for place in range(LONG)]
    pages = {
        "one": [examples.bandwidth()],
        "kinds": examples.every_kind(),
        "long": copies,
        "what-if": [examples.million_tokens()],
    }
    for name, charts in pages.items():
        blocks = [f"## Section {place}\n\n{on_page(chart, docs / 'charts')}" for place, chart in enumerate(charts)]
        (docs / f"{name}.md").write_text(f"# Page {name}\n\n" + "\n".join(blocks) + "\n[Home](index.md)\n")
    (docs / "index.md").write_text(
        "# Home\n\n[One](one.md) [Long](long.md) [Kinds](kinds.md) [Look](look.md) [What if](what-if.md)\n"
    )
    (docs / "look.md").write_text(LOOK)
    configuration = folder / "mkdocs.yml"
    configuration.write_text(CONFIGURATION.format(origin=origin, site=site, styles=list(STYLES)))
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(configuration)]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"})


def write_assets(folder: Path) -> None:
    folder.mkdir(parents=True)
    for asset in ASSETS.iterdir():
        (folder / asset.name).write_bytes(asset.read_bytes())
    (folder / "vega.bundle.js").write_bytes(bundle())


def on_page(chart: Chart, folder: Path) -> str:
    """The chart's files in ``folder`` and its Markdown for a page one level above."""
    folder.mkdir(exist_ok=True)
    pictures = {scheme: svg(chart, scheme) for scheme in SCHEMES}
    for scheme, picture in pictures.items():
        (folder / f"{chart.id}.{scheme}.svg").write_bytes(picture)
    (folder / f"{chart.id}.vl.json").write_bytes(chart.spec_json)
    (folder / f"{chart.id}.csv").write_bytes(chart.source_csv)
    (folder / f"{chart.id}.json").write_bytes(chart.source_json)
    return chart_markdown(chart, up="charts", sizes={scheme: size(picture) for scheme, picture in pictures.items()})
