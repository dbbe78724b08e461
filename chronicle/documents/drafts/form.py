"""The form every draft has: front matter that reads back as it was given, and remarks that no reader of the site sees."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

_PLAIN = re.compile(r"[A-Za-z][\w /.+-]*[\w.+]|[A-Za-z]")

_HYPHENS = re.compile(r"-(?=-)")


def front_matter(keys: Mapping[str, Any]) -> str:
    """A block of ``key: value`` lines; None is left out, a text that YAML might take for something else stands in quotes."""
    lines = [f"{name}: {written(value)}" for name, value in keys.items() if value is not None]
    return "\n".join(["---", *lines, "---"]) + "\n"


def remark(lines: Iterable[str]) -> str:
    """A comment for the author. What strangers wrote cannot end it, and holds nothing that a terminal would obey."""
    return "\n".join(["<!--", *(_HYPHENS.sub("- ", one_line(line)) for line in lines), "-->"])


def one_line(words: str) -> str:
    """The words on one line, without characters that cannot be printed."""
    return "".join(one for one in " ".join(words.split()) if one.isprintable())


def written(value: Any) -> str:
    """A value as YAML on one line."""
    if isinstance(value, str):
        return _text(one_line(value))
    if isinstance(value, list | tuple):
        return f"[{', '.join(written(one) for one in value)}]"
    return value.isoformat() if isinstance(value, datetime.date) else json.dumps(value)


def _text(words: str) -> str:
    is_plain = _PLAIN.fullmatch(words) is not None and yaml.safe_load(words) == words
    return words if is_plain else json.dumps(words, ensure_ascii=False)
