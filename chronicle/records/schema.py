"""The published forms of records as JSON Schemas, made from the record types so that they cannot fall behind them."""

from __future__ import annotations

from functools import cache
from typing import Any

from chronicle.records.calibration import CALIBRATION_SCHEMA, Calibration
from chronicle.records.run import RUN_SCHEMA, Run

SCHEMA_NAME = f"{RUN_SCHEMA.replace('/', '.')}.json"
"""``chronicle.run.1.json``: a file of its own for every version of the form."""

CALIBRATION_SCHEMA_NAME = f"{CALIBRATION_SCHEMA.replace('/', '.')}.json"

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def run_schema() -> dict[str, Any]:
    """The schema of a run's ``record.json``. Fields that joined the form later are optional, and unknown ones are refused."""
    return _schema(Run, RUN_SCHEMA, SCHEMA_NAME)


@cache
def calibration_schema() -> dict[str, Any]:
    """The same for the ``record.json`` of a calibration."""
    return _schema(Calibration, CALIBRATION_SCHEMA, CALIBRATION_SCHEMA_NAME)


def _schema(record: Any, form: str, name: str) -> dict[str, Any]:
    from pydantic import ConfigDict, TypeAdapter

    record.__pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)
    found = TypeAdapter(record).json_schema()
    found["properties"]["schema"] = {"const": form}
    found["required"] = sorted({*found["required"], "schema"})
    return {"$schema": _DIALECT, "$id": name, **found}
