"""Links and pictures of authored pages, and where they would lead: found in the source, judged against the files of the site.

No page is rendered and no network is asked. A relative address is read as the host reads it: in Markdown against the folder
of the source file, in raw HTML and for an address of a directory against the folder of the page that is served. Anchors are
those of headings, of attribute lists, of raw HTML and of notes.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Literal
from urllib.parse import unquote, urlsplit

from chronicle.documents.front_matter import Authored
from chronicle.documents.visible import OPAQUE, Visible
from chronicle.errors import Problem

SCHEMES = ("http", "https", "mailto")
Form = Literal["markdown", "html", "name"]

_OPENING = re.compile(r"\]\(\s*(?:<(?P<angle>[^<>\n]*)>|(?P<plain>(?:[^()\n]|\([^()\n]*\))*)\))")
_TITLE = re.compile(r"\s+(?:\"[^\"]*\"|'[^']*')\s*$")
_NAMED = re.compile(r"(?<![\w\]\\])!?\[(?P<label>[^\[\]\n]+)\]\[(?P<name>[^\[\]\n]*)\]")
_NOTED = re.compile(r"(?<![\w\\])\[\^(?P<name>[^\]\n]+)\](?!:)")
_DEFINITION = re.compile(r"^ {0,3}\[(?P<name>[^\^\]\n][^\]\n]*)\]:[ \t]*(?:<(?P<angle>[^<>\n]*)>|(?P<plain>\S+))", re.MULTILINE)
_NOTE = re.compile(r"^ {0,3}\[\^(?P<name>[^\]\n]+)\]:", re.MULTILINE)
_TAG = re.compile(r"<(?P<tag>a|img)\s[^<>]*?(?:href|src)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<text>[^\r\n]*?)[ \t]*#*[ \t]*$", re.MULTILINE)
_UNDERLINED = re.compile(r"^(?![ \t]*(?:[-*+>|#]|\d+[.)][ \t]))(?P<text>[^\r\n]*\S)[ \t]*\r?\n(?:=+|-+)[ \t]*$", re.MULTILINE)
_LISTED_ID = re.compile(r"\{:?[^{}\n]*?#([^\s{}#.\"'=]+)[^{}\n]*\}")
_HTML_ID = re.compile(r"<[A-Za-z][^<>]*?\s(?:id|name)\s*=\s*[\"']?([^\s\"'<>]+)")
_MARKUP = (
    (re.compile(r"\{:?[ \t]*[#.\w][^{}\n]*\}\s*$"), ""),
    (re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])"), ""),
    (re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])"), r"\1"),
    (re.compile(r"<[^<>]*>"), ""),
    (re.compile(r"(`+)(.+?)\1"), r"\2"),
    (re.compile(r"(\*{1,3})(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"\\([\\`*_{}\[\]()>#+.!-])"), r"\1"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """An address as it is written, where it stands, and whether it is a picture; ``form`` says how it is read."""

    address: str
    line: int
    column: int
    is_picture: bool
    form: Form


@dataclass(frozen=True)
class Places:
    """Everything a link may lead to: the paths of all files of the site, and the Markdown of its pages.

    ``prefix`` is the path below which the site is served; ``has_folders`` whether ``a/b.md`` is served as ``a/b/``.
    """

    files: frozenset[str]
    pages: Mapping[str, str]
    prefix: str = "/"
    has_folders: bool = True
    _anchors: dict[str, frozenset[str]] = field(default_factory=dict)

    def anchors(self, uri: str) -> frozenset[str]:
        """The anchors of a page, found once."""
        if uri not in self._anchors:
            self._anchors[uri] = frozenset(anchors_of(self.pages.get(uri, "")))
        return self._anchors[uri]


def dead_links(authored: Authored, places: Places) -> Iterator[Problem]:
    """A problem for each link or picture of a page that leads nowhere."""
    page = Visible(authored.text)
    for link in links_of(page):
        if wrong := _wrong(link, authored.uri, places):
            found, expected, hint, rule = wrong
            yield Problem(authored.file, link.line, found, expected, hint, rule, column=link.column)


def refused_addresses(authored: Authored) -> Iterator[Problem]:
    """A problem for each address of a page whose scheme never reaches a reader; no other file need be known for it."""
    page = Visible(authored.text)
    for link in links_of(page):
        if link.form != "name" and (wrong := _refused(link.address)):
            found, expected, hint, rule = wrong
            yield Problem(authored.file, link.line, found, expected, hint, rule, column=link.column)


def links_of(page: Visible) -> Iterator[Link]:
    """Every link and picture of a page in order of its forms; a name that nothing defines is a link of the form ``name``."""
    text = page.linked
    defined = {_folded(found["name"]) for found in _DEFINITION.finditer(text)}
    noted = {found["name"] for found in _NOTE.finditer(text)}
    for found in _OPENING.finditer(text):
        start = _opened(text, found.start())
        address = found["angle"] if found["angle"] is not None else _TITLE.sub("", found["plain"]).strip()
        if start is not None and address and OPAQUE not in address:
            yield Link(address, *page.place(start), text[start] == "!", "markdown")
    for found in _DEFINITION.finditer(text):
        yield Link(found["angle"] or found["plain"], *page.place(found.start("name") - 1), False, "markdown")
    for found in _NAMED.finditer(text):
        name = found["name"] or found["label"]
        if OPAQUE not in name and not name.startswith("^") and _folded(name) not in defined:
            yield Link(f"[{name}]", *page.place(found.start()), found[0][0] == "!", "name")
    for found in _NOTED.finditer(text):
        if found["name"] not in noted:
            yield Link(f"[^{found['name']}]", *page.place(found.start()), False, "name")
    for found in _TAG.finditer(text):
        address = html.unescape(found["double"] if found["double"] is not None else found["single"])
        if address and OPAQUE not in address:
            yield Link(address, *page.place(found.start()), found["tag"].lower() == "img", "html")


def anchors_of(source: str) -> Iterator[str]:
    """The anchors that the host gives a page with this Markdown."""
    page = Visible(source)
    text = page.linked
    yield from _LISTED_ID.findall(text)
    yield from _HTML_ID.findall(text)
    seen: set[str] = set()
    offsets = sorted(
        (found.start("text"), found.end("text")) for one in (_HEADING, _UNDERLINED) for found in one.finditer(text)
    )
    for start, end in offsets:
        yield (anchor := _unique(slug_of(source[start:end]), seen))
        seen.add(anchor)
    for found in _NOTE.finditer(text):
        yield f"fn:{found['name']}"
        yield f"fnref:{found['name']}"


def slug_of(heading: str) -> str:
    """The anchor of a heading as Python-Markdown's table of contents makes it."""
    from markdown.extensions.toc import slugify  # type: ignore[import-untyped]  # the library comes without types

    for pattern, kept in _MARKUP:
        heading = pattern.sub(kept, heading)
    return str(slugify(html.unescape(heading), "-"))


def _unique(anchor: str, seen: Collection[str]) -> str:
    number = 0
    name = anchor
    while not name or name in seen:
        number += 1
        name = f"{anchor}_{number}"
    return name


def _opened(text: str, closing: int) -> int | None:
    """Where the bracket that ``closing`` closes was opened, its exclamation mark included; None where none was."""
    depth = 0
    for place in range(closing, max(-1, closing - 2000), -1):
        depth += (text[place] == "]") - (text[place] == "[")
        if depth == 0:
            return place - 1 if place and text[place - 1] == "!" else place
    return None


def _wrong(link: Link, uri: str, places: Places) -> tuple[str, str, str, str] | None:
    """Found, expected, hint and rule, where a link is dead; None where it is alive or leads to another site."""
    rule = "dead-image" if link.is_picture else "dead-link"
    if link.form == "name":
        what = "a note" if link.address.startswith("[^") else "an address"
        return f"{link.address}, which the page does not define", f"a line {link.address}: with {what}", "define it", rule
    if _SCHEME.match(link.address):
        return _refused(link.address)
    if link.address.startswith(("//", "\\")):
        return None
    path, _, fragment = link.address.partition("#")
    path, fragment = unquote(path.partition("?")[0]), unquote(fragment)
    target = uri if not path else _target(path, link, uri, places)
    if target is None:
        return (
            f"{link.address}, which leads to no file of the site",
            "a page or a file that is there",
            _near(path, uri, places),
            rule,
        )
    if fragment and target in places.pages and fragment not in places.anchors(target):
        near = get_close_matches(fragment, sorted(places.anchors(target)), 1, 0.6)
        hint = f"did you mean #{near[0]}?" if near else f"the anchors of {target} are those of its headings"
        return f"{link.address}, an anchor that {target} does not have", "an anchor of that page", hint, "dead-anchor"
    return None


def _refused(address: str) -> tuple[str, str, str, str] | None:
    """Found, expected, hint and rule, where an address has a scheme that is none of :data:`SCHEMES`."""
    scheme = _SCHEME.match(address)
    if scheme is None or scheme[0][:-1].lower() in SCHEMES:
        return None
    return f"the address {address[:80]}", f"one of {', '.join(SCHEMES)}", "other schemes never reach the page", "link-scheme"


def _target(path: str, link: Link, uri: str, places: Places) -> str | None:
    """The file of the site that a path leads to; None where there is none, or it lies outside."""
    if path.startswith("/"):
        if not path.startswith(places.prefix):
            return None
        return _existing(path.removeprefix(places.prefix), places)
    at_source = _inside(posixpath.join(posixpath.dirname(uri), path))
    if link.form == "markdown" and at_source in places.files:
        return at_source
    if link.form == "markdown" and path.endswith(".md"):
        return None
    served = _inside(posixpath.join(_served_from(uri, places), path))
    return None if served is None else _existing(served + ("/" if path.endswith("/") else ""), places)


def _existing(path: str, places: Places) -> str | None:
    """The source of the page, or the file, that is served at this path of the site."""
    stem = path.rstrip("/").removesuffix("/index.html").removesuffix("index.html").removesuffix(".html")
    stem = "" if stem in (".", "index") else stem
    candidates = (
        [path.rstrip("/"), f"{stem}.md", f"{stem}/index.md", f"{stem}/README.md"] if stem else ["index.md", "README.md"]
    )
    return next((one for one in candidates if one in places.files), None)


def _served_from(uri: str, places: Places) -> str:
    """The folder against which a browser reads the addresses of a page."""
    folder, name = posixpath.split(uri)
    is_index = name in ("index.md", "README.md")
    return folder if is_index or not places.has_folders else uri.removesuffix(".md")


def _inside(path: str) -> str | None:
    """A path in its one spelling; None where it climbs out of the site."""
    plain = posixpath.normpath(path)
    return None if plain.startswith(("..", "/")) else plain


def _near(path: str, uri: str, places: Places) -> str:
    """The file that was probably meant, as an address from the page."""
    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(uri), path.lstrip("/")))
    names = _by_name(places.files)
    same = [one for name in get_close_matches(posixpath.basename(wanted), sorted(names), 3, 0.8) for one in names[name]]
    near = get_close_matches(wanted, same or sorted(places.files), 1, 0.0 if same else 0.85)
    if not near:
        return "correct the address, or remove the link"
    return f"did you mean {posixpath.relpath(near[0], posixpath.dirname(uri) or '.')}?"


@cache
def _by_name(files: frozenset[str]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for one in sorted(files):
        names.setdefault(posixpath.basename(one), []).append(one)
    return names


def _folded(name: str) -> str:
    return " ".join(name.split()).lower()


def prefix_of(site_url: str | None) -> str:
    """The path below which a site is served, with a slash at its end."""
    path = urlsplit(site_url or "").path
    return f"{path.rstrip('/')}/"
