"""The forms of records, and of the JSON that a site ships beside its pages."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
from collections.abc import Iterator

from chronicle.records import calibration, circumstances, files, readings, run
from chronicle.records.calibration import CALIBRATION_SCHEMA, Calibration
from chronicle.records.run import ENVIRONMENT_SCHEMA, RUN_SCHEMA, Environment, Run
from chronicle.records.schema import SCHEMA_NAME
from reference.markdown import ROOT, code, page, plain, said, table

RECORDS = {RUN_SCHEMA: Run, ENVIRONMENT_SCHEMA: Environment, CALIBRATION_SCHEMA: Calibration}
_SCHEMA = re.compile(r"chronicle\.[a-z_-]+/\d+")
_NAMES = {
    name: one
    for module in (run, circumstances, files, readings, calibration)
    for name, one in vars(module).items()
    if dataclasses.is_dataclass(one) and inspect.isclass(one)
}


def recorded_forms_page() -> str:
    """The record types from the top down, then every form of JSON by its name."""
    done: set[str] = set()
    return page(
        "Records and JSON",
        "What the harness records, field by field, and what a site ships for programs. `chronicle bench schema` prints "
        f"the form of a run as a JSON Schema, which a site with runs ships as `schemas/{SCHEMA_NAME}`. Numbers are in the "
        "units that their names end in.",
        *(block for name, record in RECORDS.items() for block in _record(name, record, done)),
        "## JSON of a site",
        "Each carries its name and version in `schema`. A field that joins later does not change the version; one that "
        "changes its meaning does.",
        table(("form", "of", "holds"), forms()),
    )


def _record(name: str, record: type, done: set[str]) -> Iterator[str]:
    yield f"## {name}"
    pending = [record]
    while pending:
        one = pending.pop(0)
        if one.__name__ in done:
            continue
        done.add(one.__name__)
        if one is not record:
            yield f"### {one.__name__}"
        yield said(one) if not (one.__doc__ or "").startswith(f"{one.__name__}(") else ""
        yield table(("field", "holds"), [_field(field) for field in dataclasses.fields(one)])
        pending += [
            _NAMES[word] for field in dataclasses.fields(one) for word in re.findall(r"\w+", str(field.type)) if word in _NAMES
        ]


def _field(field: dataclasses.Field[object]) -> tuple[str, str]:
    optional = "" if field.default is field.default_factory is dataclasses.MISSING else ", left out where it holds its default"
    return code(field.name), code(str(field.type).replace(" | None", "?")) + (optional if field.metadata else "")


def forms() -> list[tuple[str, str, str]]:
    """Every form that a module of the layers names: its name, the first words of that module, and the keys written there."""
    found: dict[str, tuple[str, set[str]]] = {}
    for path in sorted((ROOT / "chronicle").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            node.targets[0].id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Dict) and (name := _schema_of(node, constants)) and name not in RECORDS:
                keys = {key.value for key in node.keys if isinstance(key, ast.Constant)} - {"schema"}
                of = plain((ast.get_docstring(tree) or "").split("\n\n")[0]).rstrip(".")
                found.setdefault(name, (of, set()))[1].update(keys)
    return [(code(name), of, ", ".join(map(code, sorted(keys)))) for name, (of, keys) in sorted(found.items())]


def _schema_of(node: ast.Dict, constants: dict[str, object]) -> str:
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == "schema":
            name = value.value if isinstance(value, ast.Constant) else constants.get(getattr(value, "id", ""), "")
            return str(name) if _SCHEMA.fullmatch(str(name)) else ""
    return ""
