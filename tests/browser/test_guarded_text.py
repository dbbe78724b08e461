"""A real browser reads what the guard lets through, and finds nothing in it that runs."""

from __future__ import annotations

import pytest
from hostile import RUNNING, VECTORS, rendered
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

LOOK = """() => [...document.querySelectorAll("main *")].flatMap(one => [
    [one.localName, "", ""], ...[...one.attributes].map(each => [one.localName, each.localName, each.value])])"""
LEADS_TO = """() => [...document.querySelectorAll("main [href], main [src]")].map(
    one => new URL(one.getAttribute("href") ?? one.getAttribute("src"), "https://site.example/").protocol)"""


def test_chromium_runs_nothing_and_finds_no_address_that_would(chromium: Browser) -> None:
    page = chromium.new_context().new_page()
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.route("**/*", lambda route: route.abort())

    page.set_content("<main>" + "\n<hr>\n".join(rendered(text)[0] for text in VECTORS) + "</main><p id=after>")
    found = page.evaluate(LOOK)

    assert said == []
    assert page.evaluate("document.querySelector('#after').parentElement.localName") == "body"
    assert [one for one in found if one[0] in RUNNING or one[1].startswith("on")] == []
    assert set(page.evaluate(LEADS_TO)) <= {"http:", "https:", "mailto:"}
    page.context.close()
