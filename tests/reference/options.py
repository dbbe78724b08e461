"""The options of the plugin, from the class that MkDocs reads them with."""

from __future__ import annotations

from typing import Any

from mkdocs.config import config_options as c

from chronicle import plugin
from reference.markdown import attribute_words, code, page, table


def options_page() -> str:
    """Each option with its form, its default and what it is for."""
    words = attribute_words(plugin, "Options")
    rows = [(code(name), form(option), _default(option), words[name].rstrip(".")) for name, option in plugin.Options._schema]
    return page(
        "Options",
        "What may stand under `chronicle:` in the `plugins` of `mkdocs.yml`. Paths are relative to that file, and none "
        "is required.",
        table(("option", "holds", "default", "says"), rows),
        "What the plugin keeps lies in `.chronicle/` beside `mkdocs.yml`. Git should ignore it, and it may be deleted at "
        "any time.",
    )


def form(option: Any) -> str:
    """What an option holds, in words."""
    if isinstance(option, c.Optional):
        return f"{form(option.option)}, or nothing"
    if isinstance(option, c.DictOfItems):
        return f"names, each with a {form(option.option_type)}"
    if isinstance(option, c.ListOfItems):
        return f"a list, each {form(option.option_type)}"
    if isinstance(option, c.Choice):
        return " or ".join(map(code, option.choices))
    return {str: "text", int: "whole number", bool: "`true` or `false`", float: "number"}[option._type]


def _default(option: Any) -> str:
    default = getattr(option, "default", None)
    return "" if default is None else "none" if default in ({}, [], ()) else code(default)
