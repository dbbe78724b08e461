"""A page in front-matter form: a block of YAML in a fixed order, and below it the body."""

from __future__ import annotations

from collections.abc import Mapping

import yaml


def stated_keys(front: Mapping[str, object]) -> dict[str, object]:
    """The keys that say something: those whose value is neither None nor empty."""
    return {key: value for key, value in front.items() if value not in (None, "", [], {}, ())}


def page(front: Mapping[str, object], body: str) -> bytes:
    """The bytes of a page."""
    block = "".join(_line(key, value) for key, value in stated_keys(front).items())
    return f"---\n{block}---\n\n{body}".encode(errors="replace")


def _line(key: str, value: object) -> str:
    """One key on a line of its own; a list or a mapping stands in brackets behind it."""
    flow = None if isinstance(value, list | tuple | dict) else False
    return yaml.safe_dump({key: value}, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=flow)
