"""A chart as Markdown: two pictures, one per scheme, and its numbers in a closed block below.

Plain image links, so that the host checks and rewrites them like any other; ``charts.js`` finds the pictures and brings
them to life. Titles and labels may hold text of strangers: every character that Markdown, HTML or a template could read is
written as a numeric entity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chronicle.charts.chart import Chart
from chronicle.charts.theme import SCHEMES, Scheme

MOST_ROWS = 30


def chart_markdown(chart: Chart, *, up: str, sizes: Mapping[Scheme, tuple[int, int]]) -> str:
    """The Markdown of a chart whose files lie in the folder ``up`` (relative to the page, ``..`` allowed, no trailing slash).

    ``sizes`` gives width and height of both pictures, so the page keeps their room before they load.
    """
    pictures = [_picture(chart, f"{up}/{chart.id}.{scheme}.svg#only-{scheme}", sizes[scheme]) for scheme in SCHEMES]
    return "\n".join([*pictures, f"{{: #{anchor(chart)} }}", "", *_listing(chart, up), ""])


def anchor(chart: Chart) -> str:
    """Where a chart stands on its page."""
    return f"chart-{chart.id}"


def escaped(text: str) -> str:
    """``text`` as Markdown that shows exactly its characters, on one line."""
    return "".join(map(_entity, " ".join(text.split())))


def _entity(character: str) -> str:
    is_plain = character.isalnum() or character in " ,;" or not character.isascii()
    if not is_plain and not character.isprintable():
        return ""
    return character if is_plain else f"&#{ord(character)};"


def _picture(chart: Chart, address: str, size: tuple[int, int]) -> str:
    return f"![{escaped(chart.summary)}]({address}){{ .chart loading=lazy width={size[0]} height={size[1]} }}"


def _listing(chart: Chart, up: str) -> Iterable[str]:
    yield '??? note chart-data "Data"'
    yield ""
    yield f"    {_row(chart.columns)}"
    yield f"    {'|' + ' --- |' * len(chart.columns)}"
    for row in chart.rows[:MOST_ROWS]:
        yield f"    {_row(row)}"
    yield ""
    some = f"The first {MOST_ROWS} of {len(chart.rows):,} rows. " if len(chart.rows) > MOST_ROWS else ""
    title, files = escaped(chart.title), f"{up}/{chart.id}"
    links = {
        f"Data of {title} (CSV)": f"{files}.csv",
        f"Data of {title} (JSON)": f"{files}.json",
        f"Specification of {title} (Vega-Lite JSON)": f"{files}.vl.json",
        f"Link to {title}": f"#{anchor(chart)}",
    }
    yield f"    {some}{' · '.join(f'[{words}]({address})' for words, address in links.items())}"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(escaped(cell) or "&nbsp;" for cell in cells) + " |"
