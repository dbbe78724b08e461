"""The words of a block written so that what an author meant as text stays text: money, placeholders, braces.

Code spans, links, addresses in angle brackets and the HTML that a page may hold are left as they are. A placeholder such as
``<your-name>`` is a tag to every Markdown; a brace begins an attribute list or a directive here and nothing in CommonMark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

_CODE = r"(?<![\\`])(?P<ticks>`{1,20})(?!`)(?:.*?)(?<!`)(?P=ticks)(?!`)"
_ADDRESS = r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}://[^\s<>]*|mailto:[^\s<>]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)>"
_VALUE = r"(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+)"
_ATTRIBUTE = rf"(?:\s+(?:[A-Za-z_:][\w:.-]*\s*=\s*{_VALUE}|(?:open|checked|disabled|hidden|reversed|markdown)\b))"
_TAG = rf"</?(?P<tag>[A-Za-z][A-Za-z0-9]*)(?P<attributes>{_ATTRIBUTE}*)\s*/?>"
_COMMENT = r"<!--(?:(?!-->).)*-->"
_TARGET = r"(?<=\])\((?:<[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
_URL = r"\bhttps?://[^\s<>()\[\]|]+"
_PIECES = re.compile("|".join(f"(?:{piece})" for piece in (_CODE, _ADDRESS, _COMMENT, _TAG, _TARGET, _URL)), re.DOTALL)
_NO_COMMENTS = re.compile("|".join(f"(?:{piece})" for piece in (_CODE, _ADDRESS, _TAG, _TARGET, _URL)), re.DOTALL)
_MOST_COMMENTS = 200

VOID = frozenset({"br", "hr", "img", "wbr", "input"})
_PAIRED = """
    a abbr b blockquote caption cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 i ins kbd li mark
    ol p pre q s samp section small span strong sub summary sup table tbody td tfoot th thead tr u ul var
"""
PAIRED = frozenset(_PAIRED.split())

_MONEY = re.compile(r"\$(?=\s?[+~-]?\d)|(?<=\d)\$(?![\w{])")
_MATHEMATICS = re.compile(r"(\$(?:(?![\s\d])|(?=\d*[\\^_]))[^$\n]*[\\^_][^$\n]*(?<!\s)\$(?!\d))")


def kept_tags(text: str) -> frozenset[str]:
    """The tags that are meant as HTML in a text: those that need no end, and those that are closed as well as opened."""
    names = [found["tag"].lower() for found in _pieces(text) if found["tag"] and not found[0].startswith("</")]
    closed = {found[1].lower() for found in re.finditer(r"</([A-Za-z][A-Za-z0-9]*)\s*>", text)}
    return frozenset(name for name in names if name in VOID or (name in PAIRED and name in closed))


def mended_words(text: str, tags: Collection[str]) -> tuple[str, set[str]]:
    """The words of one block, and what was mended: ``money``, ``placeholder``, ``brace``. ``tags`` are meant as HTML."""
    mended: set[str] = set()
    parts, place = [], 0
    for piece in _pieces(text):
        parts += [_words(text[place : piece.start()], mended), _piece(piece, tags, mended)]
        place = piece.end()
    return "".join(parts) + _words(text[place:], mended), mended


def unescaped(text: str) -> str:
    """Words that :func:`mended_words` wrote, as they were before."""
    return text.replace("&#36;", "$").replace("&lt;", "<").replace("\\{", "{")


def _pieces(text: str) -> Iterator[re.Match[str]]:
    """What is left as it is; where comments begin more often than an author writes them, they are words."""
    return (_PIECES if text.count("<!--") <= _MOST_COMMENTS else _NO_COMMENTS).finditer(text)


def _piece(piece: re.Match[str], tags: Collection[str], mended: set[str]) -> str:
    """Code and comments as they are, a tag that is none as text, an address without braces."""
    text = piece[0]
    if piece["ticks"] or text.startswith("<!--"):
        return text
    if piece["tag"] is None:
        return text.replace("{", "%7B").replace("}", "%7D") if "{" in text else text
    if piece["tag"].lower() in tags:
        return text
    mended.add("placeholder")
    return "&lt;" + _words(text[1:], mended)


def _words(text: str, mended: set[str]) -> str:
    text = _replaced(text, re.compile(r"<(?=[A-Za-z/!?])"), lambda _: "&lt;", "placeholder", mended)
    if "$" in text:
        parts = _MATHEMATICS.split(text)
        parts[::2] = [_replaced(part, _MONEY, lambda _: "&#36;", "money", mended) for part in parts[::2]]
        text = "".join(parts)
    return _replaced(text, re.compile(r"(?<!\\)[{]"), lambda _: "\\{", "brace", mended)


def _replaced(text: str, what: re.Pattern[str], by: Callable[[re.Match[str]], str], name: str, mended: set[str]) -> str:
    after, count = what.subn(by, text)
    if count:
        mended.add(name)
    return after
