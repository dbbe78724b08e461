"""Writes the reference: ``make reference``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reference import PAGES
from reference.drawing import drawings
from reference.markdown import ROOT

FOLDER = ROOT / "docs" / "reference"
PICTURES = ROOT / "docs" / "assets" / "images"


def main() -> None:
    """Write every file whose bytes differ, and say which."""
    FOLDER.mkdir(exist_ok=True)
    for path, written in files():
        if not path.exists() or path.read_text(encoding="utf-8") != written:
            path.write_text(written, encoding="utf-8")
            print(path.relative_to(ROOT))


def files() -> Iterator[tuple[Path, str]]:
    """Every file that is written from the code, with what the code gives."""
    yield from ((FOLDER / name, page()) for name, page in PAGES.items())
    yield from ((PICTURES / name, drawing) for name, drawing in drawings().items())


if __name__ == "__main__":
    main()
