"""The JSON Schemas of everything that a site publishes for programs, served below ``schemas/``, and the page that lists them.

The forms are written in ``twins/``, a file for each, as JSON Schema in YAML with three keys of our own: ``files`` are the paths
that hold the form or a list of it, where authors keep to the usual folders; ``optional`` names the properties that may be
missing, where any other is required; ``has_name: false`` is a form whose objects do not state its name. What is not listed is
refused, so a form that changes without its schema is found by a test.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from chronicle.pages.addresses import SCHEMAS
from chronicle.pages.calibration_files import calibration_files
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.feeds import FORMATS, Feed, feeds
from chronicle.pages.writing import Markdown, code, link, relative, table, twin, write
from chronicle.records.schema import CALIBRATION_SCHEMA_NAME, SCHEMA_NAME, calibration_schema, run_schema

INDEX = f"{SCHEMAS}/index.md"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_FOLDER = Path(__file__).parent / "twins"


@dataclass(frozen=True, slots=True)
class Form:
    """A form of JSON: its name with its version (``report/2``), the files it is in, and its schema."""

    name: str
    files: tuple[str, ...]
    schema: dict[str, Any]

    @property
    def uri(self) -> str:
        return f"{SCHEMAS}/{file_name(self.name)}"


def schema_entries(desk: Desk) -> Iterator[Entry]:
    """Every schema, and the page of them."""
    for form in forms():
        yield Entry(form.uri, twin(form.schema))
    if desk.library.runs:
        yield Entry(f"{SCHEMAS}/{SCHEMA_NAME}", twin(run_schema()))
    calibrated = sorted(calibration_files(desk.library))
    if calibrated:
        yield Entry(f"{SCHEMAS}/{CALIBRATION_SCHEMA_NAME}", twin(calibration_schema()))
    if INDEX not in desk.library.uris:
        told = feeds(desk)
        body = write(
            "files.md",
            forms=_forms_table(),
            feeds=_feeds_table(told) if told else None,
            run=SCHEMA_NAME,
            calibration=CALIBRATION_SCHEMA_NAME,
            calibrated=[link(code(uri), relative(INDEX, uri)) for uri in calibrated],
        )
        yield Entry(INDEX, body.encode())
        yield Entry(INDEX.removesuffix(".md") + ".json", twin([_plain(form) for form in forms()]))


@cache
def forms() -> tuple[Form, ...]:
    """Every form, by name."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # eight times as quick, where libyaml is there
    written = ((path.stem, path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.iterdir()))
    return tuple(_form(stem, yaml.load(text, loader)) for stem, text in written)  # noqa: S506  # both loaders are safe ones


def file_name(name: str) -> str:
    """``report/2`` in the file ``chronicle.report.2.json``."""
    return f"chronicle.{name.replace('/', '.')}.json"


def _form(stem: str, written: dict[str, Any]) -> Form:
    name = "/".join(stem.rsplit(".", 1))
    files, has_name = tuple(written.pop("files")), written.pop("has_name", True)
    schema = _strict(written)
    if has_name:
        schema["properties"] = {"schema": {"const": f"chronicle.{name}"}, **schema["properties"]}
        schema["required"] = ["schema", *schema["required"]]
    return Form(name, files, {"$schema": _DIALECT, "$id": file_name(name), **schema})


def _strict(written: Any) -> Any:
    """The schema in full: every property required unless it is optional, and no other allowed."""
    if isinstance(written, list):
        return [_strict(one) for one in written]
    if not isinstance(written, dict):
        return written
    schema = {key: _strict(value) for key, value in written.items() if key != "optional"}
    if isinstance(written.get("properties"), dict) and ("type" in written or "optional" in written):
        optional = set(written.get("optional", ()))
        schema["properties"] = {name: _strict(value) for name, value in written["properties"].items()}
        schema["required"] = [name for name in written["properties"] if name not in optional]
        schema["additionalProperties"] = False
    return schema


def _plain(form: Form) -> dict[str, object]:
    return {
        "schema": "chronicle.form/1",
        "form": f"chronicle.{form.name}",
        "title": form.schema["title"],
        "description": form.schema["description"],
        "files": list(form.files),
        "uri": form.uri,
    }


def _forms_table() -> Markdown:
    rows = [
        (
            form.schema["title"],
            Markdown(", ".join(code(pattern) for pattern in form.files) or "inside others"),
            form.schema["description"],
            link(f"chronicle.{form.name}", file_name(form.name)),
        )
        for form in forms()
    ]
    return table(("What", "Files", "Holds", "Schema"), rows)


def _feeds_table(told: Sequence[Feed]) -> Markdown:
    rows = [(one.title, *(link(one.uri(form), f"../{one.uri(form)}") for form in FORMATS)) for one in told]
    return table(("Feed", *FORMATS.values()), rows)
