"""Words of the code as Markdown: pages, tables, code in a cell, the sentences of a docstring, rows of a guide."""

from __future__ import annotations

import ast
import html
import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs" / "guides"


def page(title: str, lede: str, *blocks: str) -> str:
    """A whole page under its title, with a note for whoever would mend it by hand."""
    note = "<!-- Written from the code by `make reference`; change the code, then run it again. -->"
    return "\n\n".join([note, f"# {title}", lede, *(block for block in blocks if block)]) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a bar in a cell is written so that it ends no cell. Without rows there is none."""
    lines = ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *lines]) if lines else ""


def _cell(words: str) -> str:
    """A cell; code that holds a bar is written as HTML, since hosts do not agree on a bar between backquotes."""

    def as_html(span: re.Match[str]) -> str:
        return f"<code>{html.escape(span[1]).replace('|', '&#124;')}</code>" if "|" in span[1] else span[0]

    return re.sub(r"`([^`]*)`", as_html, words).replace("|", "\\|")


def code(words: object) -> str:
    """Words in code type, whatever backquotes they hold."""
    shown = str(words)
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


def either(words: Iterable[object]) -> str:
    """``a`` or ``b``, in code."""
    shown = [code(word) for word in words]
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def said(documented: Any) -> str:
    """The docstring of something as Markdown."""
    return plain(inspect.getdoc(documented) or "")


def plain(docstring: str) -> str:
    """A docstring as Markdown: double backquotes become single ones, names of roles go, each paragraph is one line."""
    words = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", docstring).replace("``", "`")
    return "\n\n".join(" ".join(part.split()) for part in words.split("\n\n"))


def first(documented: Any) -> str:
    """The first sentence of a docstring."""
    return said(documented).split("\n\n")[0]


def attribute_words(module: ModuleType, owner: str = "") -> dict[str, str]:
    """What the text below each assignment of a module, or of a class in it, says of the name."""
    tree = ast.parse(inspect.getsource(module))
    body = next((node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == owner), tree.body)
    found = {}
    for assigned, below in pairwise(body):
        target = assigned.targets[0] if isinstance(assigned, ast.Assign) else getattr(assigned, "target", None)
        if isinstance(target, ast.Name) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            found[target.id] = plain(str(below.value.value))
    return found


def guide_tables(guide: str, head: str) -> list[list[list[str]]]:
    """The rows of cells of every table of a guide whose first head is this; its links lead from the reference."""
    source = re.sub(r"\]\((?=[\w-]+\.md)", "](../guides/", (GUIDES / guide).read_text(encoding="utf-8"))
    parts = source.replace("](#", f"](../guides/{guide}#").split(f"\n| {head} |")[1:]
    tables = [part.split("\n\n")[0].splitlines()[2:] for part in parts]
    return [[[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows] for rows in tables]


def guide_rows(guide: str, head: str) -> list[list[str]]:
    """The rows of all those tables."""
    return [row for rows in guide_tables(guide, head) for row in rows]


def glossed(words: Iterable[str], meanings: Mapping[str, str]) -> str:
    """A list of words, each with what it means where a guide says so."""
    return "\n".join(f"- *{word}*" + (f": {meanings[word]}" if word in meanings else "") for word in words)
