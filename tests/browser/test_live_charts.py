"""Charts in a real browser: a picture first, alive when near, and a picture again where anything is missing."""

from __future__ import annotations

import re
from collections.abc import Callable

import chart_site
import pytest
from loopback import Visit
from playwright.sync_api import Page, expect

from chronicle.charts.theme import PALETTES

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LIVE = ".chart-host.is-live .chart-live:not(.is-waiting) svg.marks"
Open = Callable[..., Visit]


@pytest.fixture
def site(charts: str) -> str:
    return charts


def toggle(page: Page) -> None:
    """What a click on the palette button does, without the pointer leaving the chart."""
    page.evaluate("document.querySelector('form[data-md-component=palette] label:not([hidden])').click()")


def dot_colour(page: Page) -> str:
    return page.locator(".chart-live:not(.is-waiting) .mark-symbol path").first.get_attribute("fill") or ""


def test_a_chart_is_a_picture_in_the_page_and_becomes_live(site: str, visit: Open) -> None:
    seen = visit(site + "one/")

    expect(seen.page.locator("img.chart")).to_have_count(2)
    expect(seen.page.locator(LIVE)).to_have_count(1)
    expect(seen.page.locator("img.chart").first).to_be_hidden()
    assert dot_colour(seen.page) == PALETTES["light"].accent


def test_the_live_chart_has_the_words_of_the_picture(site: str, visit: Open) -> None:
    page = visit(site + "one/").page
    page.wait_for_selector(LIVE)

    expect(page.get_by_role("img", name=re.compile("36 processes of 3 cases"))).to_have_count(1)


def test_the_live_chart_is_as_wide_as_its_place(site: str, visit: Open) -> None:
    page = visit(site + "one/", viewport={"width": 390, "height": 800}).page
    page.wait_for_selector(LIVE)

    place, drawn = (page.locator(selector).bounding_box() for selector in (".chart-host", LIVE))

    assert place is not None
    assert drawn is not None
    assert place["width"] - 2 <= drawn["width"] <= place["width"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_page_without_charts_does_not_fetch_the_bundle(site: str, visit: Open) -> None:
    seen = visit(site)
    seen.page.wait_for_load_state("networkidle")

    assert not [url for url in seen.requests if "vega.bundle" in url]


def test_on_a_long_page_only_charts_near_the_viewport_are_drawn(site: str, visit: Open) -> None:
    seen = visit(site + "long/", viewport={"width": 1280, "height": 500})
    seen.page.wait_for_selector(LIVE)
    seen.page.wait_for_timeout(500)

    assert seen.page.locator(LIVE).count() < chart_site.LONG // 2
    assert len([url for url in seen.requests if "vega.bundle" in url]) == 1
    seen.page.locator(".chart-host").last.scroll_into_view_if_needed()
    expect(seen.page.locator(".chart-host").last.locator("svg.marks")).to_have_count(1)


def test_a_chart_recolours_with_the_palette(site: str, visit: Open) -> None:
    page = visit(site + "one/").page
    page.wait_for_selector(LIVE)

    toggle(page)
    page.wait_for_selector(".chart-live[data-scheme=dark]:not(.is-waiting)")

    expect(page.locator(LIVE)).to_have_count(1)
    assert dot_colour(page) == PALETTES["dark"].accent


@pytest.mark.parametrize("toggles", [2, 3, 6])
def test_after_quick_toggles_a_chart_ends_in_the_scheme_of_the_page(site: str, visit: Open, toggles: int) -> None:
    seen = visit(site + "one/")
    seen.page.wait_for_selector(LIVE)
    scheme = ("light", "dark")[toggles % 2]

    for _ in range(toggles):
        toggle(seen.page)
    seen.page.wait_for_timeout(800)

    expect(seen.page.locator(".chart-live")).to_have_count(1)
    assert seen.page.locator(".chart-live").get_attribute("data-scheme") == scheme
    assert dot_colour(seen.page) == PALETTES[scheme].accent
    assert seen.complaints == []


def test_a_toggle_while_the_bundle_is_on_its_way_is_not_lost(site: str, visit: Open) -> None:
    page = visit(site).page
    page.route("**/vega.bundle.js", lambda route: (page.wait_for_timeout(300), route.continue_()))

    page.get_by_role("link", name="One", exact=True).first.click()
    page.wait_for_selector(".chart-host")
    toggle(page)

    page.wait_for_selector(".chart-live[data-scheme=dark]:not(.is-waiting)")
    expect(page.locator(".chart-live")).to_have_count(1)


def test_a_chart_reached_after_the_toggle_is_drawn_in_the_new_scheme(site: str, visit: Open) -> None:
    page = visit(site + "long/", viewport={"width": 1280, "height": 500}).page
    page.wait_for_selector(LIVE)
    page.locator(".chart-host").last.scroll_into_view_if_needed()
    expect(page.locator(".chart-host").last.locator("svg.marks")).to_have_count(1)

    toggle(page)
    page.evaluate("scrollTo(0, 0)")

    expect(page.locator(".chart-host").first.locator(".chart-live[data-scheme=dark] svg.marks")).to_have_count(1)


def test_charts_survive_instant_navigation_back_and_forth(site: str, visit: Open) -> None:
    seen = visit(site)
    page = seen.page
    page.evaluate("window.sameDocument = true")

    page.get_by_role("link", name="One", exact=True).first.click()
    page.wait_for_selector(LIVE)
    page.go_back()
    page.wait_for_selector("h1:has-text('Home')")
    left_behind = page.evaluate("chronicleCharts.size")
    page.go_forward()
    page.wait_for_selector(LIVE)

    assert page.evaluate("window.sameDocument") is True
    assert left_behind == 0
    assert len([url for url in seen.requests if "vega.bundle" in url]) == 1
    assert seen.complaints == []


def test_pointing_at_a_process_shows_its_case_and_value(site: str, visit: Open) -> None:
    page = visit(site + "one/").page
    page.wait_for_selector(LIVE)

    page.locator(".chart-live .mark-symbol path").first.hover()

    expect(page.locator("#vg-tooltip-element")).to_contain_text("copy[mebibytes=4096]")


def test_without_scripts_one_picture_per_chart_stands(site: str, visit: Open) -> None:
    page = visit(site + "one/", java_script_enabled=False).page

    expect(page.locator("img.chart:visible")).to_have_count(1)
    expect(page.locator(".chart-live")).to_have_count(0)


def test_with_the_bundle_blocked_the_picture_stands(site: str, visit: Open) -> None:
    seen = visit(site + "one/", blocked="vega.bundle.js")
    seen.page.wait_for_load_state("networkidle")

    expect(seen.page.locator("img.chart:visible")).to_have_count(1)
    expect(seen.page.locator(".is-live")).to_have_count(0)
    assert all("ERR_FAILED" in complaint for complaint in seen.complaints)


def test_with_a_broken_specification_the_picture_stands(site: str, visit: Open) -> None:
    seen = visit(site + "one/", blocked=".vl.json")
    seen.page.wait_for_load_state("networkidle")

    expect(seen.page.locator("img.chart:visible")).to_have_count(1)
    expect(seen.page.locator(".chart-live")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_print_shows_the_light_picture(site: str, visit: Open, scheme: str) -> None:
    page = visit(site + "one/", color_scheme=scheme).page
    page.wait_for_selector(LIVE)

    page.emulate_media(media="print")

    expect(page.locator("img.chart:visible")).to_have_count(1)
    expect(page.locator("img.chart:visible")).to_have_attribute("src", re.compile("light"))
    expect(page.locator(".chart-live")).to_be_hidden()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("name", ["look", "kinds", "long"])
def test_no_page_scrolls_sideways(site: str, visit: Open, width: int, name: str) -> None:
    page = visit(f"{site}{name}/", viewport={"width": width, "height": 900}).page
    page.wait_for_load_state("networkidle")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
