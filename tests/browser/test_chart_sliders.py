"""Sliders of a chart that computes: real inputs, values as they are computed elsewhere, and an address that holds them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import chart_examples as examples
import pytest
from loopback import Visit
from playwright.sync_api import Page, expect

from chronicle.facts.formulas import parse

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LIVE = ".chart-host.is-live .chart-live:not(.is-waiting) svg.marks"
RENTED = parse("dollars_per_hour / 3600 / (tokens_per_second * utilisation) * 1e6")
START = {"dollars_per_hour": 3.0, "tokens_per_second": 2500.0, "utilisation": 0.4}
Open = Callable[..., Visit]


def opened(charts: str, visit: Open, query: str = "", **options: object) -> Visit:
    seen = visit(f"{charts}what-if/{query}", **options)
    seen.page.wait_for_selector(LIVE)
    return seen


def outcome(page: Page) -> float:
    """What the live chart has computed for renting by the hour."""
    return float(page.evaluate("[...chronicleCharts.values()][0].view.view.signal('out_0')"))


def set_to(page: Page, label: str, value: float) -> None:
    page.get_by_role("slider", name=label).evaluate(
        "(field, value) => { field.value = value; field.dispatchEvent(new Event('input', { bubbles: true })); }", value
    )


def test_every_input_is_a_slider_with_a_label_that_a_keyboard_moves(charts: str, visit: Open) -> None:
    page = opened(charts, visit).page
    slider = page.get_by_role("slider", name="Price of a GPU hour")
    expect(page.get_by_role("slider")).to_have_count(4)

    slider.focus()
    page.keyboard.press("ArrowRight")

    expect(slider).to_have_attribute("aria-valuetext", "3.1 $/h")
    assert outcome(page) == pytest.approx(RENTED.value({**START, "dollars_per_hour": 3.1}))


def test_the_page_computes_what_the_table_was_computed_with(charts: str, visit: Open) -> None:
    page = opened(charts, visit).page
    curve = page.evaluate(
        "(() => { const view = [...chronicleCharts.values()][0].view.view;"
        " return Object.keys(view.getState({data: () => true}).data).map(name => view.data(name))"
        ".filter(rows => rows.length === 61 && 'step' in rows[0]).map(rows => rows.map(({x, y}) => [x, y])); })()"
    )

    rows = examples.million_tokens().source
    assert len(curve) == 2
    assert all(math.isclose(x, row["utilisation"]) for (x, _), row in zip(curve[0], rows, strict=True))  # type: ignore[arg-type]
    assert all(math.isclose(y, row["Rented by the hour"]) for (_, y), row in zip(curve[0], rows, strict=True))  # type: ignore[arg-type]


def test_what_is_moved_stands_in_the_address_and_comes_back_with_it(charts: str, visit: Open) -> None:
    seen = opened(charts, visit)
    set_to(seen.page, "Price of a GPU hour", 7.5)
    set_to(seen.page, "Part of the hour that is used", 500)
    expect(seen.page).to_have_url(re.compile("utilisation"))
    moved, address = outcome(seen.page), seen.page.url

    again = visit(address).page
    again.wait_for_selector(LIVE)

    assert parse_qs(urlsplit(address).query).keys() == {"what-if.dollars_per_hour", "what-if.utilisation"}
    assert outcome(again) == pytest.approx(moved)
    expect(again.get_by_role("slider", name="Price of a GPU hour")).to_have_value("7.5")
    assert seen.complaints == []


def test_the_link_below_the_chart_holds_the_state_and_the_place(charts: str, visit: Open) -> None:
    page = opened(charts, visit, "?what-if.dollars_per_hour=7.5").page

    page.locator("details.chart-data summary").first.click()
    address = page.get_by_role("link", name="Link to What a million tokens cost").get_attribute("href")

    assert address is not None
    assert address.endswith("/what-if/?what-if.dollars_per_hour=7.5#chart-what-if")
    assert page.locator("#chart-what-if").count() == 1


@pytest.mark.parametrize(("asked", "stands"), [("99", "10"), ("-1", "0.5"), ("x", "3"), ("NaN", "3"), ("<b>", "3")])
def test_an_address_that_asks_for_too_much_gets_the_nearest(charts: str, visit: Open, asked: str, stands: str) -> None:
    seen = opened(charts, visit, f"?what-if.dollars_per_hour={asked}")

    expect(seen.page.get_by_role("slider", name="Price of a GPU hour")).to_have_value(stands)
    assert seen.complaints == []


def test_back_to_where_they_began_clears_the_address(charts: str, visit: Open) -> None:
    page = opened(charts, visit, "?what-if.dollars_per_hour=7.5").page

    page.get_by_role("button", name="Back to where they began").click()

    expect(page).to_have_url(f"{charts}what-if/")
    assert outcome(page) == pytest.approx(RENTED.value(START))
    expect(page.get_by_role("button", name="Back to where they began")).to_be_hidden()


def test_sliders_keep_their_place_when_the_palette_changes(charts: str, visit: Open) -> None:
    page = opened(charts, visit, "?what-if.dollars_per_hour=7.5").page

    page.evaluate("document.querySelector('form[data-md-component=palette] label:not([hidden])').click()")
    page.wait_for_selector(".chart-live[data-scheme=dark]:not(.is-waiting)")

    assert outcome(page) == pytest.approx(RENTED.value({**START, "dollars_per_hour": 7.5}))
    expect(page.get_by_role("slider")).to_have_count(4)


def test_the_state_survives_going_away_and_coming_back(charts: str, visit: Open) -> None:
    seen = opened(charts, visit)
    page = seen.page
    page.evaluate("window.sameDocument = true")
    set_to(page, "Price of a GPU hour", 7.5)
    expect(page).to_have_url(re.compile("dollars"))

    page.get_by_role("link", name="Home", exact=True).last.click()
    page.wait_for_selector("h1:has-text('Home')")
    assert urlsplit(page.url).query == ""
    page.go_back()
    page.wait_for_selector(LIVE)

    assert page.evaluate("window.sameDocument") is True
    expect(page.get_by_role("slider", name="Price of a GPU hour")).to_have_value("7.5")
    assert outcome(page) == pytest.approx(RENTED.value({**START, "dollars_per_hour": 7.5}))
    assert seen.complaints == []


def test_what_the_picture_shows_now_is_said_in_words(charts: str, visit: Open) -> None:
    page = opened(charts, visit).page

    set_to(page, "Price of a GPU hour", 6)

    now = re.compile("Now, with Price of a GPU hour 6 \\$/h")
    expect(page.locator(".chart-live")).to_have_attribute("aria-label", now)
    expect(page.locator(".chart-voice")).to_have_text("Rented by the hour 1.667 $/M tokens; Paid by the token 0.6 $/M tokens")


def test_without_scripts_the_picture_and_the_table_of_the_start_stand(charts: str, visit: Open) -> None:
    page = visit(f"{charts}what-if/", java_script_enabled=False).page

    expect(page.locator("img.chart:visible")).to_have_count(1)
    expect(page.locator("input[type=range]")).to_have_count(0)
    page.locator("details.chart-data summary").first.click()
    expect(page.locator("details.chart-data")).to_contain_text("0.4 (where it begins)")


def test_a_page_whose_charts_do_not_compute_fetches_no_sliders(charts: str, visit: Open) -> None:
    seen = visit(f"{charts}one/")
    seen.page.wait_for_selector(LIVE)

    assert not [url for url in seen.requests if "chart-sliders" in url]


@pytest.mark.parametrize("width", [390, 1440])
def test_sliders_fit_the_screen(charts: str, visit: Open, width: int) -> None:
    page = opened(charts, visit, viewport={"width": width, "height": 900}).page

    assert page.evaluate("document.documentElement.scrollWidth") <= width
