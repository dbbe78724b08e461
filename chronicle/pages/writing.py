"""Templates to Markdown: whatever a template prints is escaped, unless it was made by these pages.

A text that a stranger wrote (a commit message, a name, a path, a parameter) reaches the page as the characters it has: all
that Markdown, HTML, a template or an extension could read is written as a numeric entity.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from chronicle.charts.markdown import escaped
from chronicle.units import signed

_SHORT = 12
"""Characters that are never broken over two lines: a shortened hash, a name."""

_LONGEST_STEM = 120
"""Characters that a file is called by, without what it ends in."""

_DAY = re.compile(r"\b\d{4}&#45;\d\d&#45;\d\d\b")
"""An ISO date in text that was escaped."""

SEAL = "\ufdd0"
"""Stands in the classes of what only these pages may say: verdicts and facts. No text of a stranger keeps this character, and
:func:`chronicle.pages.guard.sealed` makes it a word of the page's own, without which the guard takes such classes away."""


CARD = r"[\w.-]{1,200}/[\w.-]{1,200}(?:#[\w-]{1,400}:\w{1,200})?"
"""The card of a link: a run, or a case of it and one of its metrics, ``machine/run#case-copy-mebibytes-4096:call_seconds``."""


class Markdown(str):
    """Text that is Markdown already and is printed as it is."""

    __slots__ = ()


def text(value: Any) -> Markdown:
    """Any value as Markdown that shows exactly its characters on one line; None is nothing."""
    if isinstance(value, Markdown):
        return value
    return Markdown("" if value is None else escaped(str(value).replace(SEAL, "")))


def code(value: Any) -> Markdown:
    """A value set in code type, safe in a table cell: as HTML, since backquotes cannot hold entities.

    A list without spaces, as the axes of a case are, may break behind a comma.
    """
    words = ",<wbr>".join(re.split(r"(?:,|&#44;)(?! |$)", escaped(str(value))))
    return Markdown(f'<code class="short">{words}</code>' if len(str(value)) <= _SHORT else f"<code>{words}</code>")


def short(value: Any) -> Markdown:
    """A short name in a cell: its column takes no more room than the name, also on a phone."""
    return Markdown(f'<span class="short">{text(value)}</span>')


def link(label: Any, address: str, classes: str = "", title: str = "", **given: str) -> Markdown:
    """A Markdown link, so that the host checks and rewrites it. ``address`` is ours, or passed :func:`web_address`.

    ``given`` are ``data-`` attributes, plain names of ours, for a link that has a class.
    """
    hover = f' "{escaped(title)}"' if title else ""
    data = "".join(f' data-{name}="{value}"' for name, value in given.items())
    attributes = f"{{ .{SEAL} .{classes.replace(' ', ' .')}{data} }}" if classes else ""
    return Markdown(f"[{text(label)}]({address}{hover}){attributes}")


def badge(word: str) -> Markdown:
    """A verdict or a state as a word in a box whose shape and colour its class gives."""
    slug = re.sub(r"[^a-z]+", "-", word.lower()).strip("-")
    return Markdown(f'<span class="{SEAL} verdict verdict--{slug}">{escaped(word)}</span>')


def tally(counts: Mapping[str, int]) -> Markdown:
    """``5 supported 1 refuted``: each count with its word as a badge, never torn apart; a count of zero is left out."""
    pairs = (f'<span class="tally">{number} {badge(word)}</span>' for word, number in counts.items() if number)
    return Markdown(" ".join(pairs))


def relative(source: str, target: str) -> str:
    """The path from the page ``source`` to ``target``, both inside the site; a fragment of the target is kept."""
    path, mark, fragment = target.partition("#")
    here, there = source.split("/")[:-1], path.split("/")
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return "/".join([".."] * (len(here) - shared) + there[shared:]) + mark + fragment


def web_address(address: str | None) -> str | None:
    """An address that may stand in a link: http or https, and no character that could end it; else None."""
    return address if address and re.fullmatch(r"https?://[\w.~:/?#@!$&*+,;=%-]+", address) else None


def front(**fields: Any) -> Markdown:
    """A front-matter block; texts are escaped for HTML as well, since hosts print a title as it stands.

    What is Markdown already is kept as it is.
    """
    plain = {
        name: html.escape(value) if isinstance(value, str) and not isinstance(value, Markdown) else value
        for name, value in fields.items()
    }
    lines = [f"{name}: {json.dumps(value)}" for name, value in plain.items()]
    return Markdown("---\n" + "\n".join(lines) + "\n---\n")


def slug(words: str) -> Markdown:
    """An anchor or a path part: lower-case letters, digits and single dashes; a value below zero is told from its opposite."""
    signed = re.sub(r"(?<==)-(?=[\d.])", "minus-", words.lower())
    return Markdown(re.sub(r"[^a-z0-9]+", "-", signed).strip("-") or "x")


def stem(words: str) -> Markdown:
    """A slug that a file can be called by, told apart by eight digits where it is long."""
    whole = slug(words)
    if len(whole) <= _LONGEST_STEM:
        return whole
    return Markdown(f"{whole[: _LONGEST_STEM - 10]}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}")


def twin(plain: Any) -> bytes:
    """The JSON twin of a page: sorted keys, readable, no NaN."""
    return json.dumps(plain, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def table(heads: Iterable[str], rows: Iterable[Iterable[Any]], align: str = "") -> Markdown:
    """A Markdown table; ``align`` has a letter a column, ``r`` for numbers and ``l`` for text. An empty cell is a dash.

    A day in a cell is marked as one, so that it is not broken over two lines.
    """
    heads = list(heads)
    marks = [" ---: " if place < len(align) and align[place] == "r" else " --- " for place in range(len(heads))]
    lines = ["| " + " | ".join(text(head) or "&nbsp;" for head in heads) + " |", "|" + "|".join(marks) + "|"]
    lines += ["| " + " | ".join(_cell(cell) or "–" for cell in row) + " |" for row in rows]
    return Markdown("\n".join(lines))


def listing(rows: Iterable[tuple[Any, Any]]) -> Markdown:
    """Names and what stands for each, as a list of definitions; one that stands for nothing is left out."""
    lines = [f'<dt>{text(name)}</dt>\n<dd markdown="span">{text(words)}</dd>' for name, words in rows if text(words)]
    return Markdown('<dl markdown="1">\n' + "\n".join(lines) + "\n</dl>")


def _cell(value: Any) -> str:
    return value if isinstance(value, Markdown) else _DAY.sub(r"<time>\g<0></time>", text(value))


def write(template: str, **values: Any) -> Markdown:
    """Fill a template of this package."""
    return Markdown(_templates().get_template(template).render(**values))


def _indented(block: Markdown) -> Markdown:
    """A block of Markdown set into a container such as ``??? note``."""
    return Markdown("".join(f"    {line}\n" if line else "\n" for line in block.split("\n")))


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("chronicle.pages"),
        autoescape=False,  # noqa: S701  # finalize escapes for Markdown, which autoescape cannot
        finalize=text,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "signed": signed,
        "code": code,
        "slug": slug,
        "count": lambda number: f"{number:,}",
        "indented": _indented,
    }
    environment.globals |= {"link": link, "badge": badge, "table": table, "relative": relative, "front": front}
    return environment
