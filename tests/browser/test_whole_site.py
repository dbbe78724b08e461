"""The site of this repository, built strictly by both hosts, and read in a real browser as a visitor would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import parse

import axe
import pytest
from loopback import Visit, serving
from playwright.sync_api import Page, expect
from twins import complaints

ROOT = Path(__file__).parents[2]
PROPERDOCS = ROOT / ".venv-properdocs" / "bin" / "properdocs"
TOGGLE = "form[data-md-component=palette] label:not([hidden])"
FOLLOW = """address => {
    const link = document.body.appendChild(document.createElement("a"));
    link.href = address;
    link.click();
    link.remove();
}"""
LIVE = ".is-live .chart-live svg.marks"
Open = Callable[..., Visit]


@dataclass(frozen=True)
class Site:
    """The built site: its folder, and the address it was built for and is served from."""

    folder: Path
    origin: str

    def addresses(self) -> set[str]:
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()}


def build(command: list[str], folder: Path, origin: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "CHRONICLE_SITE_URL": origin,
        "CHRONICLE_STRICT": "true",
        "CHRONICLE_REPO_URL": "",
        "NO_MKDOCS_2_WARNING": "1",
        "DISABLE_MKDOCS_2_WARNING": "true",
    }
    whole = [*command, "build", "--strict", "--site-dir", str(folder)]
    return subprocess.run(whole, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("whole") / "site"
    folder.mkdir()
    with serving(folder) as origin:
        done = build([sys.executable, "-m", "mkdocs"], folder, origin)
        assert done.returncode == 0, done.stderr
        yield Site(folder, origin)


@pytest.fixture(scope="module")
def report(site: Site) -> str:
    """The address of a report with a chart and with facts."""
    pages = sorted(site.folder.glob("reports/*/index.html"))
    chosen = next(page for page in pages if 'class="chart"' in (text := page.read_text()) and 'class="fact"' in text)
    return site.origin + chosen.parent.relative_to(site.folder).as_posix() + "/"


@pytest.fixture(scope="module")
def pages(site: Site, report: str) -> dict[str, str]:
    run = sorted(site.folder.glob("runs/*/*/index.html"))[0].parent.relative_to(site.folder).as_posix()
    names = {"home": "", "timeline": "timeline/", "roadmap": "roadmap/", "claims": "claims/", "run": f"{run}/"}
    return {name: site.origin + path for name, path in names.items()} | {"report": report}


def test_a_strict_build_of_this_repository_passes_and_holds_what_it_is_for(site: Site) -> None:
    assert site.addresses() >= {
        "index.html",
        "timeline/index.html",
        "roadmap/index.html",
        "questions/index.html",
        "technologies/index.html",
        "incidents/index.html",
        "claims/index.html",
        "claims.json",
        "machines/h100-sxm/index.html",
        "method/index.html",
        "assets/chronicle/vega.bundle.js",
    }


def test_properdocs_builds_the_same_addresses_strictly(site: Site, tmp_path: Path) -> None:
    if not PROPERDOCS.exists():
        assert not os.environ.get("CI"), "no .venv-properdocs: `make test` makes it"
        pytest.skip("no .venv-properdocs: `make test` makes it")

    done = build([str(PROPERDOCS)], tmp_path / "site", site.origin)

    assert done.returncode == 0, done.stderr
    theirs = Site(tmp_path / "site", site.origin).addresses()
    assert {one for one in theirs ^ site.addresses() if not one.startswith("assets/")} == set()


def test_every_json_file_of_the_site_is_as_its_schema_says(site: Site) -> None:
    assert list(complaints((uri, (site.folder / uri).read_bytes()) for uri in sorted(site.addresses()))) == []


def test_the_sitemap_lists_each_page_by_its_canonical_address_and_nothing_else(site: Site) -> None:
    listed = {one.text for one in parse(site.folder / "sitemap.xml").iter() if one.tag.endswith("}loc")}
    pages = {path: path.read_text() for path in site.folder.rglob("*.html") if path.name != "404.html"}
    canonical = {re.search(r'<link rel="canonical" href="([^"]+)"', page)[1] for page in pages.values()}  # type: ignore[index]

    assert listed == canonical
    assert canonical == {site.origin + path.relative_to(site.folder).as_posix().removesuffix("index.html") for path in pages}


@pytest.mark.browser
@pytest.mark.parametrize("name", ["home", "timeline", "report", "roadmap", "claims", "run"])
def test_a_page_is_quiet_keeps_to_its_host_and_fits_a_phone_and_a_desk_in_both_schemes(
    pages: dict[str, str], visit: Open, name: str
) -> None:
    seen = visit(pages[name], viewport={"width": 390, "height": 900})
    for scheme in ("default", "slate"):
        for width in (390, 1440):
            seen.page.set_viewport_size({"width": width, "height": 900})
            seen.page.mouse.wheel(0, 100_000)
            seen.page.wait_for_load_state("networkidle")

            assert seen.page.evaluate("document.body.dataset.mdColorScheme") == scheme
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        seen.page.locator(TOGGLE).first.click()

    assert seen.page.locator("h1").count() == 1
    assert seen.complaints == []
    assert seen.foreign == []


@pytest.mark.browser
def test_every_derived_list_fits_a_phone_and_is_quiet(site: Site, visit: Open) -> None:
    seen = visit(site.origin, viewport={"width": 390, "height": 900}, color_scheme="dark")
    for path in ("benchmarks/", "benchmarks/ceilings/copy/", "evidence/", "contributors/", "runs/"):
        seen.page.goto(site.origin + path)
        seen.page.wait_for_load_state("networkidle")

        assert seen.page.evaluate("document.body.dataset.mdColorScheme") == "slate"
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert seen.page.locator(".provenance-footer").count() == 1
        assert (seen.complaints, seen.foreign) == ([], [])


@pytest.mark.browser
def test_on_a_phone_hashes_and_drawings_break_and_a_piece_of_evidence_keeps_its_state(
    site: Site, pages: dict[str, str], visit: Open
) -> None:
    size = {"width": 390, "height": 900}
    fits = "parts => parts.every(one => one.scrollWidth <= one.clientWidth)"

    assert (
        visit(pages["run"], viewport=size)
        .page.locator(".md-typeset__scrollwrap")
        .first.evaluate("one => one.scrollWidth <= one.clientWidth")
    )
    assert visit(f"{site.origin}project/architecture/", viewport=size).page.locator("article pre code").evaluate_all(fits)
    assert (
        visit(pages["roadmap"], viewport=size)
        .page.locator(".standing")
        .evaluate_all("parts => parts.every(one => one.offsetHeight < 40 && /[^\\s,]/.test(one.innerText))")
    )


@pytest.mark.browser
def test_on_a_phone_findings_claims_pins_and_versions_are_read_without_scrolling_and_no_row_fills_the_screen(
    site: Site, report: str, visit: Open
) -> None:
    size = {"width": 390, "height": 900}
    machine = visit(f"{site.origin}machines/h100-sxm/", viewport=size).page
    told = visit(report, viewport=size).page
    wraps = ".md-typeset__scrollwrap"
    fits = "parts => parts.length > 0 && parts.every(one => one.scrollWidth <= one.clientWidth)"

    assert machine.locator(f".findings {wraps}").evaluate_all(fits)
    assert machine.locator(".findings tr").evaluate_all("rows => rows.every(one => one.offsetHeight < 250)")
    assert all(told.locator(f".{one} {wraps}").evaluate_all(fits) for one in ("pins", "claims", "changes"))
    assert told.locator(".claims tr").evaluate_all("rows => rows.every(one => one.offsetHeight < 300)")


@pytest.mark.browser
def test_on_a_desk_pins_and_versions_are_read_without_scrolling_and_before_stands_beside_after(site: Site, visit: Open) -> None:
    reports = sorted(site.folder.glob("reports/*/index.html"))
    fits = "one => one.scrollWidth <= one.clientWidth"
    beside = "cells => cells[0].getBoundingClientRect().top === cells[1].getBoundingClientRect().top"
    long = max(reports, key=lambda one: one.read_text().count(": predicate</td>")).parent.relative_to(site.folder).as_posix()

    told = visit(f"{site.origin}{long}/", viewport={"width": 1440, "height": 900}).page

    assert all(told.locator(f".{one} .md-typeset__scrollwrap").evaluate(fits) for one in ("pins", "changes"))
    assert told.locator(".changes tbody tr:last-child td:nth-child(n + 5)").evaluate_all(beside)


def test_no_page_but_a_report_is_heavier_than_400_kilobytes(site: Site) -> None:
    heavy = [one for one in site.folder.rglob("*.html") if one.stat().st_size > 400_000]

    assert [one for one in heavy if "reports" not in one.relative_to(site.folder).parts] == []


@pytest.mark.browser
def test_a_chart_of_a_report_comes_alive_and_takes_the_other_palette(report: str, visit: Open) -> None:
    seen = visit(report)
    chart = seen.page.locator("img.chart:visible").first
    chart.scroll_into_view_if_needed()
    seen.page.wait_for_selector(LIVE)

    seen.page.locator(TOGGLE).first.click()

    seen.page.wait_for_selector(".chart-live[data-scheme=dark] svg.marks")
    assert seen.complaints == []


@pytest.mark.browser
def test_a_fact_opens_its_provenance_card_by_keyboard_and_gets_the_focus_back(report: str, visit: Open) -> None:
    seen = visit(report)
    fact = seen.page.locator("article a.fact").first
    fact.focus()

    seen.page.keyboard.press("Enter")

    card = seen.page.locator(".chronicle-card")
    expect(card).to_be_focused()
    expect(card).to_contain_text("git checkout")
    assert card.locator("dt").all_inner_texts()[-7:] == ["Scope", "Machine", "Revision", "Run", "Rule", "Pins", "Record"]
    seen.page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(fact).to_be_focused()
    assert (seen.complaints, seen.foreign, seen.page.url) == ([], [], report)


@pytest.mark.browser
def test_a_card_copies_its_command_and_leads_to_the_page_of_its_run(report: str, visit: Open) -> None:
    page = visit(report, permissions=["clipboard-read", "clipboard-write"]).page
    page.evaluate("window.sameDocument = true")
    page.locator("article a.fact").first.click()
    card = page.locator(".chronicle-card")

    card.get_by_role("button", name="Copy the commands").first.click()

    expect(card.get_by_role("status").first).to_have_text("Copied")
    assert "chronicle bench run" in page.evaluate("navigator.clipboard.readText()")
    card.get_by_role("link", name="The whole card").click()
    page.wait_for_url("**/runs/**")
    anchor = page.url.partition("#")[2]
    assert anchor.startswith("case-")
    expect(page.locator(f"#{anchor}")).to_be_in_viewport()
    expect(page.locator(f"#{anchor} ~ .provenance").first).to_contain_text("Processes")
    assert page.evaluate("window.sameDocument") is True


@pytest.mark.browser
def test_a_claim_opens_what_decides_it(report: str, visit: Open) -> None:
    page = visit(report).page

    page.locator("article a[data-claim]").first.click()

    expect(page.locator(".chronicle-card")).to_contain_text("What decides this claim")
    expect(page.locator(".chronicle-card").locator("dt", has_text="Registered")).to_be_visible()
    expect(page.locator(".chronicle-card").get_by_text("git checkout").first).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize("options", [{"java_script_enabled": False}, {"blocked": "cards.json"}], ids=["no script", "no file"])
def test_without_a_card_a_fact_leads_to_where_its_card_stands(report: str, visit: Open, options: dict[str, Any]) -> None:
    page = visit(report, **options).page

    page.locator("article a.fact").first.click()

    page.wait_for_url("**/runs/**#case-*")


@pytest.mark.browser
def test_navigation_is_instant_there_and_back(pages: dict[str, str], visit: Open) -> None:
    seen = visit(pages["home"])
    page: Page = seen.page
    page.evaluate("window.sameDocument = true")

    page.locator(".md-tabs a", has_text="Reports").click()
    page.wait_for_selector("h1:has-text('Reports')")
    page.locator(".md-tabs a", has_text="Evidence").click()
    page.wait_for_selector("h1:has-text('Timeline')")
    page.go_back()
    page.wait_for_selector("h1:has-text('Reports')")

    assert page.evaluate("window.sameDocument") is True
    assert seen.complaints == []


@pytest.mark.browser
def test_the_way_to_a_page_that_no_nav_names_follows_instant_navigation(pages: dict[str, str], visit: Open) -> None:
    page = visit(pages["run"]).page
    page.evaluate("window.sameDocument = true")
    way, tab = page.locator(".md-path__link"), page.locator(".md-tabs__item--active")

    assert [words.strip() for words in way.all_inner_texts()] == ["Home", "Evidence", "Runs"]
    way.last.click()
    page.wait_for_selector("h1:has-text('Runs')")
    page.locator(".md-tabs a", has_text="Reports").click()
    page.wait_for_selector("h1:has-text('Reports')")
    page.locator("article td a").first.click()
    expect(way).to_have_text([re.compile("Home"), re.compile("Reports")])
    expect(tab).to_have_text(re.compile("Reports"))

    assert page.evaluate("window.sameDocument") is True


@pytest.mark.browser
@pytest.mark.parametrize("name", ["home", "timeline", "report", "roadmap", "claims", "run"])
def test_every_page_is_readable_without_scripts(pages: dict[str, str], visit: Open, name: str) -> None:
    page = visit(pages[name], java_script_enabled=False).page

    expect(page.locator("article h1")).to_be_visible()
    assert len(page.locator("article").inner_text()) > 100
    pictures = page.locator("img.chart:visible")
    assert all(picture.get_attribute("src") for picture in pictures.all())
    assert page.locator(".chart-live").count() == 0


@pytest.mark.browser
def test_search_finds_a_report_by_a_word_of_its_body(site: Site, visit: Open) -> None:
    page = visit(site.origin).page
    page.locator("input[name=query]").click()

    page.locator("input[name=query]").press_sequentially("rhythm duty cycles")

    result = page.locator(".md-search-result__item a").first
    expect(result).to_have_attribute("href", re.compile("reports/tr101-instruments/"), timeout=30_000)


@pytest.mark.browser
def test_a_page_of_each_type_is_quiet_and_axe_finds_nothing_that_the_theme_alone_does_not(
    site: Site, visit: Open, tmp_path: Path
) -> None:
    with serving(tmp_path / "site") as origin:
        axe.build_plain(tmp_path, origin, ROOT / "mkdocs.yml")
        theme = axe.findings(visit(origin).page)
    seen = visit(site.origin)
    seen.page.evaluate("document$.subscribe(() => { window.arrivedAt = location.href })")

    found = {path: read_closely(seen.page, site.origin + path) - theme for path in axe.of_each_type(site.folder)}

    assert {path: sorted(here) for path, here in found.items() if here} == {}
    assert len(found) > 20
    assert (seen.complaints, seen.foreign) == ([], [])


def read_closely(page: Page, address: str) -> set[axe.Finding]:
    """What axe finds in light, then by the rules of colours in dark, with the first charts of the page alive.

    The page is reached as by a link of the one before, so that axe itself is read once.
    """
    page.evaluate("document.body.setAttribute('data-md-color-scheme', 'default')")
    page.evaluate(FOLLOW, address)
    page.wait_for_function("address => window.arrivedAt === address", arg=address)
    for chart in page.locator(".chart-host").all()[:3]:
        chart.scroll_into_view_if_needed()
        chart.locator("svg.marks").wait_for()
    page.evaluate(axe.ONLY_THE_BEGINNING)
    in_light = axe.findings(page)
    page.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
    return in_light | axe.findings(page, axe.OF_COLOURS)


@pytest.mark.browser
def test_a_page_opened_from_disk_shows_its_charts_and_asks_no_host_for_anything(site: Site, report: str, visit: Open) -> None:
    seen = visit((site.folder / report.removeprefix(site.origin) / "index.html").as_uri())
    seen.page.locator("img.chart:visible").first.scroll_into_view_if_needed()

    seen.page.wait_for_selector(LIVE)

    assert {address for address in seen.requests if not address.startswith(("file:", "data:"))} == set()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_print_is_black_on_white_and_leaves_out_what_is_there_to_be_clicked(report: str, visit: Open, scheme: str) -> None:
    page = visit(report, color_scheme=scheme).page

    page.emulate_media(media="print")

    colours = page.evaluate(
        "[getComputedStyle(document.querySelector('article p')).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    for selector in (".md-header", ".md-tabs", ".md-sidebar", ".headerlink", ".md-content__button", ".md-clipboard"):
        assert page.locator(f"{selector}:visible").count() == 0
