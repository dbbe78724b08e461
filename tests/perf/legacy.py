"""How long importing and building a legacy corpus takes, beside a plain Material build of the same imported Markdown.

Run it by hand: ``PYTHONPATH=.:tests python tests/perf/legacy.py``. It also compares every page with a CommonMark
reading of its source, which the test suite does for a sample.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from commonmark import by_commonmark, by_the_site, lost
from legacy_corpus import Sample, make_episodes, make_reports

from chronicle.documents.front_matter import split
from chronicle.documents.legacy.corpus import import_episodes, import_reports
from chronicle.documents.legacy.encoding import decode

EXTENSIONS = (
    "[admonition, attr_list, footnotes, md_in_html, tables, toc, pymdownx.details, pymdownx.highlight, pymdownx.superfences]"
)
PLAIN = f"site_name: x\ntheme: {{name: material, font: false}}\nplugins: [search]\nmarkdown_extensions: {EXTENSIONS}\n"


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--episodes", type=int, default=300)
    options.add_argument("--reports", type=int, default=75)
    chosen = options.parse_args()
    corpus = {"episodes": make_episodes(chosen.episodes), "reports": make_reports(chosen.reports)}
    print(f"lost blocks: {compared(corpus)} in {sum(map(len, corpus.values()))} files")
    with tempfile.TemporaryDirectory() as folder:
        measured(Path(folder), corpus)


def compared(corpus: dict[str, list[Sample]]) -> dict[str, dict[str, int]]:
    """What any page lacks of what CommonMark finds in its source."""
    missing = {}
    for kind, samples in corpus.items():
        sources = {sample.path: sample.source for sample in samples}
        imported = import_episodes(sources) if kind == "episodes" else import_reports(sources)
        for page in imported.pages:
            read = decode(sources[page.model.path])
            assert read is not None
            gone = lost(by_commonmark(read.text), by_the_site(split(page.page.decode()).body))
            missing |= {page.model.path: gone} if gone else {}
    return missing


def measured(folder: Path, corpus: dict[str, list[Sample]]) -> None:
    ours, plain = folder / "ours", folder / "plain"
    (ours / "docs").mkdir(parents=True)
    (ours / "docs/index.md").write_text("# Home\n")
    (ours / "mkdocs.yml").write_text(PLAIN.replace("[search]", "[search, chronicle]"))
    subprocess.run(["git", "init", "-q", str(ours)], check=True)
    for kind, samples in corpus.items():
        for sample in samples:
            place = folder / kind / sample.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(sample.source)
    imports = sum(
        clocked(ours, "chronicle", "import", kind, str(folder / kind), "--to", str(ours / "docs" / kind)) for kind in corpus
    )
    plain.mkdir()
    subprocess.run(["cp", "-r", str(ours / "docs"), str(plain / "docs")], check=True)
    (plain / "mkdocs.yml").write_text(PLAIN)
    theirs = clocked(plain, "mkdocs", "build", "-q")
    built = clocked(ours, "mkdocs", "build", "-q", "--strict")
    again = clocked(ours, "mkdocs", "build", "-q", "--strict")
    print(f"import {imports:.1f} s, build {built:.1f} s (again {again:.1f} s), plain build {theirs:.1f} s")
    print(f"ratio of import and build to a plain build: {(imports + built) / theirs:.2f}")


def clocked(place: Path, *words: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", *words], cwd=place, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
