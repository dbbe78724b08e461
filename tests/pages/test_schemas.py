"""The schemas of published JSON: valid, complete, closed, and one for every form that the code names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from documented import SUPPORTED, a_desk, a_report, an_episode
from jsonschema import Draft202012Validator
from twins import complaints

from chronicle.pages.schemas import Form, forms, schema_entries

PACKAGE = Path(__file__).parents[2] / "chronicle"
ELSEWHERE = {"chronicle.run/1", "chronicle.calibration/1"}
"""Records, whose schemas are made from their types."""


def objects(schema: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every part of a schema with where it stands."""
    if isinstance(schema, dict):
        yield place, schema
        for name, value in schema.items():
            yield from objects(value, f"{place}/{name}")
    elif isinstance(schema, list):
        for number, value in enumerate(schema):
            yield from objects(value, f"{place}/{number}")


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.name)
def test_a_schema_is_one_says_what_each_property_is_and_allows_no_other(form: Form) -> None:
    Draft202012Validator.check_schema(form.schema)
    parts = list(objects(form.schema, form.name))
    closed = [part for _, part in parts if isinstance(part.get("properties"), dict) and "required" in part]
    silent = [
        f"{place}/{name}"
        for place, part in parts
        for name, value in part.get("properties", {}).items()
        if "required" in part and not {"description", "const", "$ref"} & value.keys()
    ]

    assert form.schema["title"] and form.schema["description"]
    assert silent == []
    assert closed and all(part["additionalProperties"] is False for part in closed)


def test_what_a_schema_refers_to_is_served_beside_it() -> None:
    served = {entry.uri.rpartition("/")[2] for entry in schema_entries(a_desk())}
    named = {part["$ref"] for form in forms() for _, part in objects(form.schema, form.name) if "$ref" in part}

    assert named and named <= served


def test_every_form_that_the_code_names_has_a_schema() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    named = set(re.findall(r'"(chronicle\.[a-z-]+/\d+)"', source))

    assert named - ELSEWHERE == {f"chronicle.{form.name}" for form in forms() if "schema" in form.schema.get("properties", {})}


def test_a_form_that_grows_or_loses_a_property_is_found() -> None:
    badge = {"schemaVersion": 1, "label": "claims", "message": "supported", "color": "#1a7f37"}
    right, more, less = badge, badge | {"link": "x"}, {**badge, "label": None}

    said = [list(complaints([("badges/claims.json", json.dumps(one).encode())])) for one in (right, more, less)]

    assert [len(one) for one in said] == [0, 1, 1]
    assert list(complaints([("strange.json", b'{"schema": "chronicle.strange/1"}')])) != []


def test_the_page_of_files_lists_every_form_and_every_feed() -> None:
    entries = {entry.uri: entry.body.decode() for entry in schema_entries(a_desk(a_report(claims=[SUPPORTED]), an_episode()))}
    page = entries["schemas/index.md"]

    assert [form.name for form in forms() if f"(chronicle.{form.name.replace('/', '.')}.json)" not in page] == []
    assert all(f"(../{name}.{form}.xml)" in page for name in ("reports", "episodes") for form in ("atom", "rss"))
    assert "## Feeds" not in next(entry.body.decode() for entry in schema_entries(a_desk()) if entry.uri.endswith(".md"))
