"""Every kind of chart in a real browser: drawn, recoloured, reached by a keyboard, and whole without scripts."""

from __future__ import annotations

from collections.abc import Callable

import chart_examples as examples
import pytest
from loopback import Visit
from playwright.sync_api import Page, expect

from chronicle.charts import Chart
from chronicle.charts.theme import PALETTES

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LIVE = ".chart-host.is-live .chart-live:not(.is-waiting) svg.marks"
KINDS = examples.every_kind()
Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def live(charts: str, visit_all: Open) -> Visit:
    """The page of all kinds, every one of them drawn."""
    seen = visit_all(f"{charts}kinds/", viewport={"width": 1440, "height": 14_000})
    expect(seen.page.locator(LIVE)).to_have_count(len(KINDS), timeout=60_000)
    return seen


def colours(page: Page, chart: Chart) -> set[str]:
    """The colours of the texts of a live chart, as the palette writes them."""
    return set(
        page.locator(f'[id="chart-{chart.id}"] .chart-live svg.marks text').evaluate_all(
            "texts => texts.map(text => text.getAttribute('fill'))"
        )
    )


@pytest.mark.parametrize("chart", KINDS, ids=lambda chart: chart.id)
def test_a_kind_is_drawn_in_the_colours_of_the_page(live: Visit, chart: Chart) -> None:
    found = colours(live.page, chart)

    assert found
    assert found <= {getattr(PALETTES["light"], name) for name in PALETTES["light"].__slots__}


@pytest.mark.parametrize("chart", KINDS, ids=lambda chart: chart.id)
def test_a_kind_is_walked_through_by_arrow_keys(live: Visit, chart: Chart) -> None:
    host = live.page.locator(f'[id="chart-{chart.id}"]')
    host.locator(".chart-live").focus()

    live.page.keyboard.press("ArrowRight")
    first = host.locator(".chart-voice").inner_text()
    live.page.keyboard.press("End")
    last = host.locator(".chart-voice").inner_text()
    live.page.keyboard.press("Escape")

    assert first.startswith("1 of ")
    assert "undefined" not in first + last
    assert last.split(":")[0].split(" of ")[0] == last.split(":")[0].split(" of ")[1]
    expect(live.page.locator("#vg-tooltip-element.visible")).to_have_count(0)


@pytest.mark.parametrize(
    ("kind", "share", "says"), [("activity", 0.95, "Lines added"), ("burn-up", 0.95, "9"), ("telemetry", 0.25, "1980 MHz")]
)
def test_pointing_into_a_chart_over_time_shows_what_was_there(live: Visit, kind: str, share: float, says: str) -> None:
    place = live.page.locator(f'[id="chart-{kind}"] .chart-live').bounding_box()
    assert place is not None

    live.page.mouse.move(place["x"] + place["width"] * share, place["y"] + 120)

    expect(live.page.locator("#vg-tooltip-element.visible")).to_contain_text(says)
    expect(live.page.locator("#vg-tooltip-element")).not_to_contain_text("undefined")


def test_no_kind_complained_or_asked_another_host(live: Visit) -> None:
    assert live.complaints == []
    assert live.foreign == []


def test_every_kind_takes_the_colours_of_the_other_palette(live: Visit) -> None:
    live.page.evaluate("document.querySelector('form[data-md-component=palette] label:not([hidden])').click()")
    expect(live.page.locator(".chart-live[data-scheme=dark]:not(.is-waiting)")).to_have_count(len(KINDS), timeout=60_000)

    dark = {getattr(PALETTES["dark"], name) for name in PALETTES["dark"].__slots__}
    assert all(colours(live.page, chart) <= dark for chart in KINDS)


def test_without_scripts_every_kind_has_its_picture_its_table_and_its_files(charts: str, visit: Open) -> None:
    page = visit(f"{charts}kinds/", java_script_enabled=False).page

    expect(page.locator("img.chart:visible")).to_have_count(len(KINDS))
    for chart in KINDS:
        block = page.locator(f'[id="chart-{chart.id}"] + details')
        assert block.locator("table tbody tr").count() == min(30, len(chart.rows)), chart.id
        links = block.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        assert [link.rpartition("/")[2] for link in links] == [
            f"{chart.id}.csv",
            f"{chart.id}.json",
            f"{chart.id}.vl.json",
            f"#chart-{chart.id}",
        ]


def test_an_address_of_a_chart_leads_to_it(charts: str, visit: Open) -> None:
    page = visit(f"{charts}long/#chart-copy-6", viewport={"width": 1280, "height": 500}).page

    expect(page.locator('[id="chart-copy-6"]')).to_be_in_viewport()
