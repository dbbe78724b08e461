"""A headless Chromium, and pages opened in it that are listened to from their first request on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import chart_site
import pytest
from loopback import Visit, browser_path, serving
from playwright.sync_api import Browser, ConsoleMessage, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--disable-background-networking",
    "--no-first-run",
]


def is_complaint(message: ConsoleMessage) -> bool:
    """Whether a page said that something is wrong: an error, or a warning of the chart library."""
    return message.type == "error" or message.text.startswith("WARN ")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, started once per test process."""
    path = browser_path()
    if path is None:
        pytest.skip("no Chromium is on PATH: apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def charts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a small site with every kind of chart, built once."""
    folder = tmp_path_factory.mktemp("charts")
    (folder / "site").mkdir()
    with serving(folder / "site") as origin:
        chart_site.build(folder, origin)
        yield origin


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """A function that opens a page in a fresh context and listens to it from the first request on.

    ``blocked`` names a part of an address that is refused; other options are those of a browser context.
    """
    yield from visiting(chromium)


@pytest.fixture(scope="module")
def visit_all(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """As :func:`visit`, for a page that several tests of a module look at in turn."""
    yield from visiting(chromium)


def visiting(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """What :func:`visit` gives; the contexts are closed in the end."""
    contexts = []

    def opened(url: str, *, blocked: str | None = None, **options: Any) -> Visit:
        defaults = {
            "viewport": {"width": 1280, "height": 900},
            "reduced_motion": "reduce",
            "color_scheme": "light",
            "locale": "en-US",
            "timezone_id": "UTC",
        }
        context = chromium.new_context(**(defaults | options))
        contexts.append(context)
        page = context.new_page()
        seen = Visit(page)
        page.on("request", lambda request: seen.requests.append(request.url))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.on("console", lambda message: seen.complaints.append(message.text) if is_complaint(message) else None)
        if blocked is not None:
            page.route(lambda address: blocked in address, lambda route: route.abort())
        page.goto(url)
        return seen

    yield opened
    for context in contexts:
        context.close()
