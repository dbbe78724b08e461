"""Links of a legacy file pointed at the pages that its neighbours became; what leads nowhere is told and becomes text.

Hosts name the anchors of headings in different ways: GitHub keeps each dash, Python-Markdown squeezes them. An address that
has a scheme is no business of ours unless the scheme is none that a page may use.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from chronicle.documents.legacy.finding import Finding

_LABEL = r"(?:\\.|`[^`\n]*`|!\[[^\[\]\n]*\]\([^()\s]*(?:\s+\"[^\"]*\")?\)|[^\[\]\\`]|\[[^\[\]]*\])*?"
_TARGET = (
    r"\(\s*(?:<(?P<angled>[^<>\n]*)>|(?P<bare>[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*))(?P<title>\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
)
LINK = re.compile(rf"(?<!\\)(?P<image>!?)\[(?P<label>{_LABEL})\]{_TARGET}", re.DOTALL)
DEFINITION = re.compile(
    r"^ {0,3}\[(?P<label>[^\]\[^][^\]\[]*)\]:[ \t]*<?(?P<target>[^\s<>]+)>?(?P<title>[ \t]+[\"'(].*)?[ \t]*$"
)
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
_ALLOWED = ("http:", "https:", "mailto:")
_IMAGE_TAG = re.compile(r"<img\b(?P<attributes>[^<>]*)>", re.IGNORECASE)
_ANCHOR_TAG = re.compile(r"<a\s+(?:name|id)=[\"']?(?P<name>[^\s\"'<>]+)[\"']?\s*>\s*</a>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What lies around a file: ``pages`` maps each source to the page it became (both below their folder), ``assets`` are other
    files there, ``beside`` the pages that the target folder's neighbours hold, as seen from the target folder, ``anchors`` the
    anchors of each source's page by the names that links may use."""

    pages: Mapping[str, str] = field(default_factory=dict)
    assets: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    anchors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class Linker:
    """Rewrites the links of the file ``path`` and keeps, in ``used``, the files that it shows or offers."""

    path: str
    neighbours: Neighbours
    findings: list[Finding]
    used: set[str] = field(default_factory=set)

    def rewritten(self, text: str, line: int) -> str:
        """The words of one block, code masked out by the caller, with every link pointed at a page or made text."""
        text = _ANCHOR_TAG.sub(lambda tag: f'<a id="{tag["name"]}"></a>', text)
        text = _IMAGE_TAG.sub(self._image_tag, text)

        def link(found: re.Match[str]) -> str:
            label = self.rewritten(found["label"], line) if "](" in found["label"] else found["label"]
            target = found["angled"] if found["angled"] is not None else found["bare"]
            is_image = bool(found["image"])
            where = self.pointed(target, line + text[: found.start()].count("\n"), is_image=is_image)
            if where is None:
                return _as_text(label, target)
            return f"{found['image']}[{label}]({where}{found['title'] or ''})"

        return LINK.sub(link, text)

    def pointed(self, target: str, line: int, *, is_image: bool = False) -> str | None:
        """Where a link leads on the site, or None, told, where it leads nowhere."""
        target = html.unescape(target.strip())
        if _SCHEME.match(target) or target.startswith("//"):
            if target.lower().startswith(_ALLOWED):
                return target
            self._tell(target, line, is_image)
            return None
        path, _, fragment = target.partition("#")
        path = unquote(path.partition("?")[0]).replace("\\", "/")
        if not path:
            anchor = self._anchor(self.path, fragment)
            if anchor is None:
                self._tell(target, line, is_image)
            return f"#{anchor}" if anchor else None
        source, found = self._found(path)
        if found is None:
            self._tell(target, line, is_image)
            return None
        anchor = self._anchor(source, fragment) if source and fragment else None
        if source and fragment and not anchor:
            self.findings.append(
                Finding(line, "dangling-link", f"there is no section {target[:120]!r}; the link leads to its page")
            )
        return quote(found, safe="/.-_~()!,;=+@&'*") + (f"#{anchor}" if anchor else "")

    def _anchor(self, source: str, fragment: str) -> str | None:
        return self.neighbours.anchors.get(source, {}).get(unquote(fragment))

    def _found(self, path: str) -> tuple[str | None, str | None]:
        """The source that a path means, if it is one, and the address of its page, or of a file, from the page of this file."""
        here = posixpath.dirname(self.neighbours.pages.get(self.path, self.path))
        meant = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), path))
        if not path.startswith("/"):
            for place in (meant, f"{meant}.md", posixpath.join(meant, "index.md"), posixpath.join(meant, "README.md")):
                if place in self.neighbours.pages:
                    return place, posixpath.relpath(self.neighbours.pages[place], here or ".")
            if meant in self.neighbours.assets:
                self.used.add(meant)
                return None, posixpath.relpath(meant, here or ".")
            if meant in self.neighbours.beside:
                return None, posixpath.relpath(meant, here or ".")
        stem = posixpath.basename(path.rstrip("/")).removesuffix(".md").removesuffix(".html")
        alike = [source for source in self.neighbours.pages if posixpath.basename(source).removesuffix(".md") == stem]
        return (alike[0], posixpath.relpath(self.neighbours.pages[alike[0]], here or ".")) if len(alike) == 1 else (None, None)

    def _tell(self, target: str, line: int, is_image: bool) -> None:
        rule, what = ("dead-image", "picture") if is_image else ("dangling-link", "page")
        self.findings.append(Finding(line, rule, f"there is no {what} {target[:120]!r}"))

    def _image_tag(self, found: re.Match[str]) -> str:
        """An HTML picture as a Markdown one, since only those are found again from a page in a folder of its own."""
        source = re.search(r"\bsrc\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", found["attributes"], re.IGNORECASE)
        alt = re.search(r"\balt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", found["attributes"], re.IGNORECASE)
        target = next((one for one in source.groups() if one is not None), "") if source else ""
        words = next((one for one in alt.groups() if one is not None), "") if alt else ""
        return found[0] if not target or re.search(r"[\s()<>]", target) else f"![{re.sub(r'[][]', '', words)}]({target})"


def _as_text(label: str, target: str) -> str:
    shown = target.replace("`", "'").strip()
    if not shown:
        return label
    return f"{label} (`{shown}`)" if label.strip() else f"(`{shown}`)"


def anchors_of(headings: Sequence[str], ids: Sequence[str] = ()) -> dict[str, str]:
    """The anchor of each heading of a page, found by the name GitHub gives it and by the name the page will give it."""
    from markdown.extensions.toc import slugify, unique  # type: ignore[import-untyped]

    found: dict[str, str] = {name: name for name in ids}
    given: set[str] = set(ids)
    seen: dict[str, int] = {}
    ours: dict[str, str] = {}
    for heading in headings:
        words = _plain(heading)
        anchor = str(unique(slugify(words, "-"), given))
        name = re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")
        seen[name] = seen.get(name, -1) + 1
        found.setdefault(f"{name}-{seen[name]}" if seen[name] else name, anchor)
        ours[anchor] = anchor
    return {**ours, **found}


def _plain(heading: str) -> str:
    """A heading as it is read: no marks of emphasis, code or links, no tags, entities as their characters."""
    words = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)", r"\1", heading)
    words = re.sub(r"`+([^`]*)`+", r"\1", words)
    words = re.sub(r"(\*{1,3})(?=\S)(.+?)(?<=\S)\1", r"\2", words)
    words = re.sub(r"(?<!\w)(_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)", r"\2", words)
    words = re.sub(r"<[^<>]+>", "", words)
    return html.unescape(re.sub(r"\\([\\`*_{}\[\]()>#+.!|-])", r"\1", words))
