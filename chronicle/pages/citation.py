"""How to cite a report: BibTeX and a CITATION.cff.

A title or a name may hold anything; in each form it stands for its own characters and ends nothing.
"""

from __future__ import annotations

import json
import re

from chronicle.documents.report import Report
from chronicle.pages.writing import Markdown

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "`": r"\textasciigrave{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    '"': r"\textquotedbl{}",
}


def citations(report: Report, address: str | None) -> Markdown:
    """Both forms as code blocks that can be copied; ``address`` is where the report is read."""
    return Markdown(f"```bibtex\n{bibtex(report, address)}\n```\n\n```yaml\n{citation_cff(report, address)}\n```")


def bibtex(report: Report, address: str | None) -> str:
    """A ``@techreport`` entry; every value is escaped for TeX, names and the title are kept as they are written."""
    front = report.front
    fields = {
        "title": f"{{{_tex(front.title)}}}",
        "author": " and ".join(f"{{{_tex(name)}}}" for name in front.authors),
        "year": str(front.date.year) if front.date else "",
        "month": str(front.date.month) if front.date else "",
        "number": _tex(f"{front.id}, version {front.version}"),
        "note": _tex(front.status) if front.status != "published" else "",
        "url": address or "",
    }
    key = re.sub(r"[^a-z0-9]", "", f"{front.id.lower()}v{front.version}")
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@techreport{{{key},", *lines, "}"])


def citation_cff(report: Report, address: str | None) -> str:
    """A CITATION.cff of version 1.2.0, texts quoted as JSON, which YAML reads."""
    front = report.front
    authors = [f"  - name: {_quoted(name)}" for name in front.authors] or ["  - name: unknown"]
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this report, please cite it.",
        "type: dataset",
        f"title: {_quoted(f'{front.id}: {front.title}')}",
        f"version: {_quoted(front.version)}",
        *([f"date-released: {front.date.isoformat()}"] if front.date else []),
        "authors:",
        *authors,
    ]
    return "\n".join([*lines, *([f"url: {_quoted(address)}"] if address else [])])


def _tex(words: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in " ".join(words.split()))


def _quoted(words: str) -> str:
    return json.dumps(" ".join(words.split()), ensure_ascii=False)
