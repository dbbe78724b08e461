"""The picture in the README: the built site's home page, taken by ``make picture``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from loopback import serving
from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking", "--no-first-run"]


def main(site: Path, picture: Path) -> None:
    """Serve ``site`` on the loopback and write what its report on the machines looks like to ``picture``."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    with serving(site) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), headless=True, args=FLAGS)
        page = browser.new_context(viewport={"width": 1280, "height": 860}, color_scheme="light").new_page()
        page.goto(f"{base}reports/tr100-ceilings/")
        page.locator("#claims").scroll_into_view_if_needed()
        page.evaluate("window.scrollTo(0, document.querySelector('#short-answer').offsetTop - 60)")
        page.wait_for_timeout(800)
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
