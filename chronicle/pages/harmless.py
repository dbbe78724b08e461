"""HTML written anew so that nothing in it can run: known tags with known attributes stay, all else becomes text.

The markup is cut into tags, comments and text, and each piece is written again. What comes out holds no element whose
content a browser reads as anything but markup (no script, style, template, iframe or textarea), each attribute value stands in
quotes with ``<``, ``>``, ``&`` and quotes as entities, every other ``<`` is an entity, and tags are balanced. A browser must
therefore cut the output where this module did. Whatever trick of parsing the input plays, with quotes, comments or unclosed
tags, does not survive being written again, so the cutting itself need not be that of a browser.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from urllib.parse import unquote

from chronicle.pages.writing import CARD

SCHEMES = ("http", "https", "mailto")
"""What a link or a picture may lead to, besides places on the site itself."""

_VOID = frozenset({"br", "col", "hr", "img", "input", "wbr"})
_NAMES = (
    "a abbr b bdi blockquote caption cite code colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 "
    "h4 h5 h6 i ins kbd label li mark ol p path pre progress q s samp small span strong sub summary sup svg table "
    "tbody td tfoot th thead time tr u ul var"
)
_TAGS = _VOID | frozenset(_NAMES.split())
_TOKEN = re.compile(
    r"""<!--.*?-->
    | <(?P<end>/?)(?P<name>[A-Za-z][\w-]*+)
      (?P<attributes>(?:\s++[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+)*+)\s*+(?P<slash>/?)>""",
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'=<>`]++)))?+""")

_ANY = r"[^\x00-\x08\x0e-\x1f]*"
_NUMBER = r"-?\d{1,6}(?:\.\d{1,6})?%?"
_WORDS = r"[\w -]{0,100}"
_OURS = r"__(?:codelineno|span|tabbed)[\w-]*"
_EVERYWHERE = {
    "class": _ANY,
    "id": rf"(?!__)[^\s\"'<>&`\x00-\x1f]{{1,200}}|{_OURS}",
    "title": _ANY,
    "lang": _WORDS,
    "dir": "ltr|rtl|auto",
    "role": _WORDS,
    "aria-label": _ANY,
    "aria-hidden": "true|false",
    "aria-labelledby": _WORDS,
    "aria-describedby": _WORDS,
    "data-fact": r"[0-9a-f]{16}",
    "data-search-exclude": _WORDS,
    "data-linenos": r"[\d ]*",
    "data-tabs": r"[\d:]*",
}
_CELL = {"align": "left|right|center", "style": r"text-align: (?:left|right|center);", "colspan": _NUMBER, "rowspan": _NUMBER}
_ON_TAG: dict[str, dict[str, str]] = {
    "a": {"href": _ANY, "name": _OURS, "target": "_blank|_self", "rel": _WORDS, "download": _WORDS}
    | {"data-cards": rf"(?a:{CARD}(?: {CARD})*)", "data-claim": r"[\w.-]{1,100}#[\w-]{1,100}"},
    "img": {"src": _ANY, "alt": _ANY, "width": _NUMBER, "height": _NUMBER, "loading": "lazy|eager", "align": "left|right"},
    "input": {"type": "checkbox|radio", "checked": "(?:checked)?", "disabled": "(?:disabled)?", "name": _OURS},
    "label": {"for": _OURS},
    "details": {"open": "(?:open)?"},
    "ol": {"start": _NUMBER, "type": "[1aAiI]", "reversed": "(?:reversed)?"},
    "li": {"value": _NUMBER},
    "progress": {"value": _NUMBER, "max": _NUMBER},
    "td": _CELL,
    "th": _CELL | {"scope": "row|col|rowgroup|colgroup", "abbr": _ANY},
    "time": {"datetime": r"[\w:.+ -]*"},
    "svg": {"xmlns": re.escape("http://www.w3.org/2000/svg"), "viewbox": r"[\d. -]*", "width": _NUMBER, "height": _NUMBER},
    "path": {"d": r"[\w\s.,+-]*", "fill": r"#?\w*", "fill-rule": r"\w*"},
}
_MOST_REMEMBERED = 10_000
"""Tags and attributes that are judged once: most of a site's are alike, such as a cell of a table or a badge."""

_ADDRESSES = ("href", "src")
_SEALED = ("data-fact", "data-cards", "data-claim")
"""What leads to evidence, and stays on our own elements only."""


def harmless(markup: str, seal: str = "") -> str:
    """``markup`` with nothing in it that runs, loads a document, or reaches into the page around it.

    Classes of verdicts and facts, and marks of numbers, stay on elements that have ``seal`` among their classes, and on no
    other; the seal goes.
    """
    written: list[str] = []
    open_tags: list[str] = []
    place = 0
    for token in _TOKEN.finditer(markup):
        written += [_text(markup[place : token.start()]), _rewritten(token, open_tags, seal)]
        place = token.end()
    written.append(_text(markup[place:]))
    written += [f"</{name}>" for name in reversed(open_tags)]
    return "".join(written)


@lru_cache(maxsize=_MOST_REMEMBERED)
def may_keep(tag: str, name: str, value: str) -> bool:
    """Whether an element may have this attribute; ``value`` is as a browser sees it, entities decoded."""
    allowed = _ON_TAG.get(tag, {}).get(name) or _EVERYWHERE.get(name)
    if allowed is None or re.fullmatch(allowed, value) is None:
        return False
    return name not in _ADDRESSES or leads_nowhere_harmful(value)


def leads_nowhere_harmful(address: str) -> bool:
    """Whether an address stays on the site or has one of :data:`SCHEMES`, however its scheme is spelled.

    Browsers skip white space and control characters in an address; entities and percent codes are decoded as well, for a host
    or another extension that may do so later.
    """
    unescaped = html.unescape(address)
    for reading in {address, unescaped, unquote(unescaped)}:
        plain = "".join(filter(str.isprintable, "".join(reading.split())))
        scheme = re.match(r"([^/?#]*?):", plain)
        if scheme and scheme[1].lower() not in SCHEMES:
            return False
    return True


def _text(words: str) -> str:
    return words.replace("<", "&lt;")


def _rewritten(token: re.Match[str], open_tags: list[str], seal: str) -> str:
    """A tag as it may stand, a tag that may not as text, a comment as nothing; ``open_tags`` is kept in step."""
    if token["name"] is None:
        return ""
    name = token["name"].lower()
    if name not in _TAGS:
        return _text(token[0])
    if token["end"]:
        return _closed(name, open_tags)
    kept = _attributes(name, token["attributes"], seal) if token["attributes"] else ""
    if name == "input" and "type" not in _kept(name, token["attributes"], seal):
        return _text(token[0])
    has_no_end = name in _VOID or (name == "path" and bool(token["slash"]))
    if not has_no_end:
        open_tags.append(name)
    slash = " /" if has_no_end and token["slash"] else ""
    return f"<{name}{kept}{slash}>"


def _closed(name: str, open_tags: list[str]) -> str:
    """The end tag, with those of the elements inside that were left open; nothing where no such element is open."""
    if name not in open_tags:
        return ""
    if open_tags[-1] == name:
        return f"</{open_tags.pop()}>"
    written = ""
    while not written.endswith(f"</{name}>"):
        written += f"</{open_tags.pop()}>"
    return written


@lru_cache(maxsize=_MOST_REMEMBERED)
def _attributes(tag: str, source: str, seal: str) -> str:
    """The attributes of a tag as they may stand."""
    return "".join(map(_attribute, _kept(tag, source, seal).items()))


def _kept(tag: str, source: str, seal: str) -> dict[str, str | None]:
    """The attributes that stay, the first of each name, as a browser takes them; None for one without a value."""
    kept: dict[str, str | None] = {}
    seen: set[str] = set()
    for found in _ATTRIBUTE.finditer(source):
        name, given = found[1].lower(), next((one for one in found.groups()[1:] if one is not None), None)
        value = html.unescape(given or "")
        if name not in seen and may_keep(tag, name, value):
            kept[name] = None if given is None else value
        seen.add(name)
    is_ours = bool(seal) and seal in (kept.get("class") or "").split()
    if not is_ours:
        kept = {name: value for name, value in kept.items() if name not in _SEALED}
    if (classes := kept.get("class")) is not None:
        is_foreign = tag == "img" and re.match(r"\s*(?:[a-z]+:|[/\\]{2})", kept.get("src") or "", re.IGNORECASE) is not None
        named = [one for one in classes.split() if not _acts(one, is_foreign)]
        kept["class"] = " ".join(one for one in named if one != seal and (is_ours or not _is_ours(one)))
    return kept


def _acts(name: str, is_foreign: bool) -> bool:
    """Whether a class makes a script or the theme act: parts of the theme, and charts whose numbers lie elsewhere."""
    return (name.startswith("md-") and not name.startswith("md-button")) or (name == "chart" and is_foreign)


def _is_ours(name: str) -> bool:
    """Whether a class makes words look like a verdict or a fact, which only evidence may."""
    return re.fullmatch(r"(?:verdict|fact)(?:[_-].*)?", name, re.IGNORECASE | re.DOTALL) is not None


def _attribute(item: tuple[str, str | None]) -> str:
    name, value = item
    return f" {name}" if value is None else f' {name}="{html.escape(value)}"'
