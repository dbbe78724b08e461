"""A headless Chromium, and a loopback server for a built site.

The server sends a strict content policy with every reply, so a page that needs more than its own host fails here. Build a
site with ``site_url`` equal to the origin it is served from: with another one Material loads whole pages, and a test of
instant navigation proves nothing.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

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
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "worker-src 'self' blob:"
)


class _QuietHandler(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The origin, with a trailing slash, under which ``folder`` is served; it may be filled later."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietHandler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Visit:
    """A page and everything it asked for and complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def foreign(self) -> list[str]:
        """Requests that left this machine."""
        return [url for url in self.requests if urlsplit(url).hostname not in ("127.0.0.1", None)]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, started once per test process."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("chromium is not on PATH: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """A function that opens a page in a fresh context and listens to it from the first request on.

    ``blocked`` names a part of an address that is refused; other options are those of a browser context.
    """
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
        page.on("console", lambda message: seen.complaints.append(message.text) if message.type == "error" else None)
        if blocked is not None:
            page.route(lambda address: blocked in address, lambda route: route.abort())
        page.goto(url)
        return seen

    yield opened
    for context in contexts:
        context.close()
