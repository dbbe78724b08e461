"""What a table of numbers says of itself: the day its numbers hold for, where they are from, and how sure its author is.

A JSON file says it in the keys ``as_of``, ``source`` and ``confidence`` of its object; any other text in lines before the
first that is none of them, ``# as_of: 2026-05-30``. A number without these three is an opinion, so such a file is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from chronicle.errors import ChronicleError
from chronicle.records.files import CONFIDENCES, Table
from chronicle.sources import local_tables, table_digest

_STATED = ("as_of", "source", "confidence")


def tables_of(suite: Path) -> tuple[Table, ...]:
    """The tables that the studies of a suite read. Raises :class:`ChronicleError` for one that does not say what it is."""
    root = suite.resolve().parent
    return tuple(read_table(path, path.relative_to(root).as_posix()) for path in local_tables(suite))


def read_table(path: Path, name: str) -> Table:
    """One table, as ``name``."""
    body = path.read_bytes()
    stated = _stated(body, name)
    if gaps := [one for one in _STATED if not stated.get(one)]:
        raise ChronicleError(f"{name} does not state its {gaps[0]}", hint=_hint(path))
    if stated["confidence"] not in CONFIDENCES:
        raise ChronicleError(
            f"{name} states the confidence {stated['confidence']!r:.40}", hint=f"one of {', '.join(CONFIDENCES)}"
        )
    if not _is_day(stated["as_of"]):
        raise ChronicleError(f"{name} states as_of {stated['as_of']!r:.40}", hint="the day its numbers hold for: 2026-05-30")
    return Table(path=name, sha256=table_digest(body), **stated)


def _stated(body: bytes, name: str) -> dict[str, str]:
    try:
        text = body.decode()
        found = json.loads(text) if name.endswith(".json") else _heading(text)
    except ValueError as failure:
        raise ChronicleError(f"{name} cannot be read: {failure}", hint="a table is a text in UTF-8, JSON or other") from None
    if not isinstance(found, Mapping):
        return {}
    return {one: value.strip() for one in _STATED if isinstance(value := found.get(one), str)}


def _heading(text: str) -> dict[str, str]:
    """``# key: value`` lines at the top."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        key, _, value = line.lstrip("# ").partition(":")
        found[key.strip()] = value
    return found


def _hint(path: Path) -> str:
    if path.suffix == ".json":
        return 'its top level is an object with "as_of", "source" and "confidence"'
    return "begin it with the lines `# as_of: 2026-05-30`, `# source: …` and `# confidence: high`"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
