"""How to cite a report: BibTeX, a CITATION.cff, and the schema.org object that search engines read.

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


def citations(report: Report, site_url: str | None) -> Markdown:
    """Both forms as code blocks that can be copied."""
    return Markdown(f"```bibtex\n{bibtex(report, site_url)}\n```\n\n```yaml\n{citation_cff(report, site_url)}\n```")


def bibtex(report: Report, site_url: str | None) -> str:
    """A ``@techreport`` entry; every value is escaped for TeX, names and the title are kept as they are written."""
    front = report.front
    fields = {
        "title": f"{{{_tex(front.title)}}}",
        "author": " and ".join(f"{{{_tex(name)}}}" for name in front.authors),
        "year": str(front.date.year) if front.date else "",
        "month": str(front.date.month) if front.date else "",
        "number": _tex(f"{front.id}, version {front.version}"),
        "note": _tex(front.status) if front.status != "published" else "",
        "url": _address(report, site_url) or "",
    }
    key = re.sub(r"[^a-z0-9]", "", f"{front.id.lower()}v{front.version}")
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@techreport{{{key},", *lines, "}"])


def citation_cff(report: Report, site_url: str | None) -> str:
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
    return "\n".join([*lines, *([f"url: {_quoted(address)}"] if (address := _address(report, site_url)) else [])])


def linked_data(report: Report, site_url: str | None) -> str:
    """The schema.org ``Report`` as JSON in ASCII, with no character that could end the element it stands in."""
    front = report.front
    plain: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Report",
        "identifier": front.id,
        "reportNumber": front.id,
        "name": front.title,
        "version": front.version,
        "datePublished": front.date.isoformat() if front.date else None,
        "creativeWorkStatus": front.status,
        "author": [{"@type": "Person", "name": name} for name in front.authors],
    }
    if address := _address(report, site_url):
        plain["url"] = address
    return embeddable(plain)


def embeddable(plain: object) -> str:
    """JSON that may stand inside a script element: ASCII, and the characters of markup as escapes of JSON itself."""
    written = json.dumps(plain, ensure_ascii=True, sort_keys=True)
    return written.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def with_linked_data(page: str, linked: object) -> str:
    """The HTML of a page with its linked data in its head; as it is where there is none, or no JSON object."""
    try:
        plain = json.loads(linked) if isinstance(linked, str) else None
    except ValueError:
        plain = None
    if not isinstance(plain, dict) or "</head>" not in page:
        return page
    return page.replace("</head>", f'<script type="application/ld+json">{embeddable(plain)}</script></head>', 1)


def _address(report: Report, site_url: str | None) -> str | None:
    if not site_url:
        return None
    place = report.authored.uri.removesuffix(".md").removesuffix("index")
    return f"{site_url.rstrip('/')}/{place.rstrip('/')}/"


def _tex(words: str) -> str:
    return "".join(_TEX.get(letter, letter) for letter in " ".join(words.split()))


def _quoted(words: str) -> str:
    return json.dumps(" ".join(words.split()), ensure_ascii=False)
