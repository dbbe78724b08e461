"""A built site over loopback HTTP, and what a page asked for and complained about.

The server sends a strict content policy with every reply, so a page that needs more than its own host fails here. Build a
site with ``site_url`` equal to the origin it is served from: with another one Material loads whole pages, and a test of
instant navigation proves nothing.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

BROWSERS = ("chromium-headless-shell", "chromium")
"""Either is the Chromium of Debian; the first has no window, and opens a page with half the work of the second."""

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


def browser_path() -> str | None:
    """The Chromium to drive; None where none is on PATH."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


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
