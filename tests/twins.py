"""The JSON that a site publishes, held against the schemas that it publishes too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from chronicle.pages.schemas import Form, forms

OTHERS = ("schemas/*", "search/*", "runs/*/record.json", "*.vl.json")
"""JSON that is not ours to describe here: charts as Vega-Lite has them, the schemas, the host's index, and records, whose form
has its own test."""


def is_ours(uri: str) -> bool:
    return uri.endswith(".json") and not any(fnmatchcase(uri, pattern) for pattern in OTHERS)


def complaints(files: Iterable[tuple[str, bytes]]) -> Iterator[str]:
    """What is wrong with each JSON file of a site: no form that is described, or another than its schema allows."""
    for uri, body in files:
        if not is_ours(uri):
            continue
        read = json.loads(body)
        form = form_of(uri, read)
        if form is None:
            yield f"{uri} has no schema: describe its form in chronicle/pages/twins/"
            continue
        several = read if isinstance(read, list) and form.schema["type"] != "array" else [read]
        for one in several:
            for wrong in validator(form.name).iter_errors(one):
                yield f"{uri}: {'/'.join(map(str, wrong.absolute_path))}: {wrong.message[:200]} (chronicle.{form.name})"


def form_of(uri: str, read: Any) -> Form | None:
    """The form that a file names, or that its path says where its objects name none."""
    first = next(iter(read), None) if isinstance(read, list) else read
    named = first.get("schema") if isinstance(first, dict) else None
    if named is not None:
        return next((form for form in forms() if f"chronicle.{form.name}" == named), None)
    return next((form for form in forms() if any(_fits(uri, pattern) for pattern in form.files)), None)


@cache
def validator(name: str) -> Draft202012Validator:
    registry = Registry().with_resources([(form.schema["$id"], Resource.from_contents(form.schema)) for form in forms()])
    (schema,) = [form.schema for form in forms() if form.name == name]
    return Draft202012Validator(schema, registry=registry)


def _fits(uri: str, pattern: str) -> bool:
    return uri.count("/") == pattern.count("/") and fnmatchcase(uri, pattern)
