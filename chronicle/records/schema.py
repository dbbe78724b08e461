"""The published form of a run's record as a JSON Schema, made from the record types so that it cannot fall behind them."""

from __future__ import annotations

from functools import cache
from typing import Any

from chronicle.records.run import RUN_SCHEMA, Run

SCHEMA_NAME = f"{RUN_SCHEMA.replace('/', '.')}.json"
"""``chronicle.run.1.json``: a file of its own for every version of the form."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def run_schema() -> dict[str, Any]:
    """The schema of ``record.json``. Fields that joined the form later are optional, and unknown ones are refused."""
    from pydantic import ConfigDict, TypeAdapter

    Run.__pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)  # type: ignore[attr-defined]  # pydantic's own hook
    found = TypeAdapter(Run).json_schema()
    found["properties"]["schema"] = {"const": RUN_SCHEMA}
    found["required"] = sorted({*found["required"], "schema"})
    return {"$schema": _DIALECT, "$id": SCHEMA_NAME, **found}
