"""axe-core run in a page, a page of each type of a site, and a page of the theme alone to compare with.

The script lies in the package ``axe-playwright-python``; nothing is fetched when a test runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml
from playwright.sync_api import Page

from chronicle.plugin import STATE

OF_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules whose answer depends on the scheme."""

ONLY_THE_BEGINNING = """document.querySelectorAll(
    'article > :nth-child(n+40), article tbody > :nth-child(n+10), article li:nth-child(n+10)'
).forEach(one => one.remove())"""
"""Cuts a long page after some screens and a list or a table after some rows: they are alike, and axe reads each."""

PLAIN = """# A page

A sentence with a [link](index.md) and `code` in it.[^1]

| a | b |
|---|---|
| 1 | 2 |

```python
print(1)
```

```text
again
```

- [ ] a box
- [x] another

!!! note

    A note.

??? note "More"

    More.

[^1]: A footnote.
"""
"""What any page may hold, written as it would be without this project."""

Finding = tuple[str, str]
"""A rule of axe and the element that breaks it."""


@cache
def script() -> str:
    """The source of axe-core."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def findings(page: Page, rules: tuple[str, ...] = ()) -> set[Finding]:
    """What axe finds on the page as it stands, by all of its rules or by these."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(script())
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = page.evaluate("options => axe.run(document, options)", {"resultTypes": ["violations"], **only})
    return {(one["id"], " ".join(map(str, node["target"]))) for one in found["violations"] for node in one["nodes"]}


def of_each_type(folder: Path) -> list[str]:
    """An address of each type of page: the smallest of those that share their first folder and their depth."""
    pages = sorted(folder.rglob("index.html"), key=lambda path: (-path.stat().st_size, path))
    places = [path.parent.relative_to(folder).parts for path in pages]
    smallest = {(parts[0] if parts else "", len(parts)): parts for parts in places}
    return sorted("".join(f"{part}/" for part in parts) for parts in smallest.values())


def build_plain(folder: Path, origin: str, configuration: Path) -> None:
    """A site of one plain page with the theme and the extensions of ``configuration``, and without our plugin."""
    settings = yaml.load(configuration.read_text(encoding="utf-8").replace("!ENV", ""), yaml.SafeLoader)
    theme = {name: value for name, value in settings["theme"].items() if name not in ("logo", "favicon", "custom_dir")}
    docs = folder / "docs"
    docs.mkdir(parents=True)
    (docs / "index.md").write_text(PLAIN, encoding="utf-8")
    plain = {"site_name": "Plain", "site_url": origin, "site_dir": str(folder / "site"), "theme": theme, "plugins": ["search"]}
    plain |= {"markdown_extensions": settings["markdown_extensions"]}
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(plain), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--config-file", str(folder / "mkdocs.yml")]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"})
    assert not (folder / STATE).exists()
