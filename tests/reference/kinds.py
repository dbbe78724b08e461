"""The kinds of pages and the files beside them: every key of each, from the models that read them."""

from __future__ import annotations

import datetime
import importlib
import inspect
import pkgutil
import re
import types
import typing
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from chronicle import documents
from chronicle.documents.front_matter import FrontMatter
from reference.markdown import code, either, guide_tables, page, said, table

PLAIN = {str: "text", int: "whole number", float: "number", bool: "`true` or `false`", datetime.date: "day"}

_GUIDES = {
    "EpisodeFront": ("writing-episodes.md", 0),
    "ReportFront": ("writing-reports.md", 0),
    "Claim": ("writing-reports.md", 1),
}
"""The guides with a table of the keys of a model, and which of its tables of keys it is."""


def kinds_page() -> str:
    """The kinds first, then the models that stand inside them or in files of their own."""
    found = list(models())
    kinds = [one for one in found if issubclass(one, FrontMatter) and one is not FrontMatter]
    others = [one for one in found if not issubclass(one, FrontMatter)]
    return page(
        "Kinds and their keys",
        "A page has a kind if its front matter says so with `kind`. These are the keys that each kind may hold, and "
        "those of the lists in files of their own. A key that is not listed is a finding, with the nearest one that is. "
        "The guides to [reports](../guides/writing-reports.md), [episodes](../guides/writing-episodes.md) and "
        "[plans](../guides/writing-plans.md) say what to write in them.",
        "## Every kind",
        _keys(FrontMatter, without=("kind",)),
        *(block for model in (*kinds, *others) for block in _blocks(model)),
    )


def models() -> Iterator[type[BaseModel]]:
    """Every model of the layer of documents, by its module and in the order in which it stands there."""
    for one in sorted(pkgutil.walk_packages(documents.__path__, "chronicle.documents."), key=lambda found: found.name):
        module = importlib.import_module(one.name)
        own = [value for value in vars(module).values() if inspect.isclass(value) and value.__module__ == one.name]
        yield from (value for value in own if issubclass(value, BaseModel))


def _blocks(model: type[BaseModel]) -> Iterator[str]:
    yield f"## {title(model)}"
    yield said(model)
    shared = set(FrontMatter.model_fields) if issubclass(model, FrontMatter) else set()
    stricter = {name for name in shared & set(model.__annotations__) if name != "kind"}
    yield _keys(model, without=shared - stricter)


def title(model: type[BaseModel]) -> str:
    """``kind: report``, or the plain name of a model that is no kind."""
    if issubclass(model, FrontMatter):
        return ", ".join(f"kind: {name}" for name in get_args(model.model_fields["kind"].annotation))
    return re.sub(r"(?<!^)(?=[A-Z])", " ", model.__name__).capitalize()


def _keys(model: type[BaseModel], without: typing.Collection[str]) -> str:
    meanings = _meanings(model)
    rows = [
        (code(name), holds(field.annotation, field.metadata), _default(field), meanings.get(name, ""))
        for name, field in ((one.alias or name, one) for name, one in model.model_fields.items() if name not in without)
    ]
    if not meanings:
        return table(("key", "holds", "default"), [row[:3] for row in rows])
    return table(("key", "holds", "default", "says"), rows)


def _meanings(model: type[BaseModel]) -> dict[str, str]:
    """What a guide says of each key; nothing where no guide has a table of this model's keys."""
    if model.__name__ not in _GUIDES:
        return {}
    guide, place = _GUIDES[model.__name__]
    rows = guide_tables(guide, "key")[place]
    return {key: cells[1] for cells in rows if "see below" not in cells[1] for key in re.findall(r"`(\w+)`", cells[0])}


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    return "" if value in (None, "", (), {}) or isinstance(value, BaseModel) else code(value)


def holds(annotation: Any, metadata: typing.Sequence[Any] = ()) -> str:
    """What a key holds, in words, with its limits."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return holds(inner[0], [*inner[1:], *metadata])
    if origin in (typing.Union, types.UnionType):
        return " or ".join(dict.fromkeys(holds(one, metadata) for one in inner if one is not type(None)))
    if origin is Literal:
        return either(inner)
    if origin is tuple:
        return f"list, each {holds(inner[0])}"
    if origin is not None and issubclass(origin, Mapping):
        return "names, each with text"
    if inspect.isclass(annotation) and issubclass(annotation, StrEnum):
        return either(annotation)
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return f"[{title(annotation).lower()}](#{title(annotation).lower().replace(' ', '-')})"
    return PLAIN.get(annotation, "number as a person states it") + _limits(metadata)


def _limits(metadata: typing.Sequence[Any]) -> str:
    found: dict[str, Any] = {}
    for one in metadata:
        limits = vars(one) if isinstance(one, StringConstraints) else {name: getattr(one, name, None) for name in _BOUNDS}
        found |= {name: value for name, value in limits.items() if value is not None}
    words = [
        *(f"{said_as} {found[name]}" for name, said_as in _BOUNDS.items() if name in found),
        *([f"not empty, at most {found['max_length']} characters"] if _is_bounded(found) else []),
        *([f"at most {found['max_length']} characters"] if "max_length" in found and not found.get("min_length") else []),
        *([f"of the form {code(found['pattern'])}"] if "pattern" in found else []),
    ]
    return "".join(f", {word}" for word in words)


def _is_bounded(found: Mapping[str, Any]) -> bool:
    return bool(found.get("min_length")) and "max_length" in found


_BOUNDS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
