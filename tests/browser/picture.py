"""The pictures in the README, one for each scheme: a report of the built site, taken by ``make picture``."""

from __future__ import annotations

import sys
from pathlib import Path

from loopback import browser_path, serving
from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-background-networking", "--no-first-run"]
SCREEN = {"width": 1280, "height": 900}
SCALE = 0.8
REPORT = "reports/tr102-agreement"
PICTURES = {"light": "home.png", "dark": "home.dark.png"}


def main(site: Path, folder: Path) -> None:
    """Serve ``site`` on the loopback and write to ``folder`` what its report on the harness looks like."""
    folder.mkdir(parents=True, exist_ok=True)
    report = next(path for path in (site / f"{REPORT}.html", site / REPORT / "index.html") if path.is_file())
    with serving(site) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), headless=True, args=FLAGS)
        for scheme, name in PICTURES.items():
            context = browser.new_context(viewport=SCREEN, device_scale_factor=SCALE, color_scheme=scheme)
            page = context.new_page()
            page.goto(f"{base}{report.relative_to(site).as_posix()}")
            page.evaluate("scrollTo(0, document.querySelector('#short-answer').offsetTop - 60)")
            page.wait_for_timeout(800)
            page.screenshot(path=folder / name)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
