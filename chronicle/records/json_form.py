"""The JSON form of a record: byte-stable out, checked field by field in.

Out: UTF-8, sorted keys, one space of indent (a line-based diff stays readable), a final newline, and no NaN. In: every
field present, of its type, and no other; all problems of a file at once, each with the path of its field.

A field that joined a form after its first records were written is :func:`~chronicle.records.later.later`: it is left out where
it holds its default, so that an older record is written again byte for byte.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from chronicle.errors import Problem, ProblemsFound
from chronicle.records.later import is_left_out

Record = TypeVar("Record")

_MOST_DIGITS = 300


def to_bytes(record: Any) -> bytes:
    """The record, or a plain JSON value, as bytes that depend on nothing but its content."""
    text = json.dumps(_plain(record), sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((one, getattr(value, one.name)) for one in dataclasses.fields(value))
        return {one.name: _plain(held) for one, held in fields if not is_left_out(one, held)}
    if isinstance(value, Mapping):
        return {name: _plain(held) for name, held in value.items()}
    return [_plain(held) for held in value] if isinstance(value, list | tuple) else value


def digest(record: Any) -> str:
    """SHA-256 over :func:`to_bytes`, in hex."""
    return hashlib.sha256(to_bytes(record)).hexdigest()


def from_bytes(kind: type[Record], raw: bytes, *, file: str, schema: str | None = None) -> Record:
    """Read ``raw`` as a ``kind`` whose ``schema`` field is the given one.

    Raises :class:`ProblemsFound` naming ``file``, and for each problem the line of a syntax error or the path of a field.
    """
    try:
        plain = json.loads(raw, parse_int=_integer)
    except (ValueError, RecursionError) as failure:
        line = getattr(failure, "lineno", None)
        raise ProblemsFound([_problem(file, line, f"not JSON ({failure})", "a JSON object")]) from None
    if schema is not None and (found := plain.get("schema") if isinstance(plain, Mapping) else None) != schema:
        raise ProblemsFound([_other_form(file, found, schema)])
    return _validated(kind, raw, file)


def _integer(digits: str) -> int:
    """A longer one is beyond every float: it could be read, and not divided later."""
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _validated(kind: type[Record], raw: bytes, file: str) -> Record:
    from pydantic import ConfigDict, TypeAdapter, ValidationError

    kind.__pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)  # type: ignore[attr-defined]  # pydantic's own hook
    try:
        return TypeAdapter(kind).validate_json(raw, strict=True)
    except ValidationError as failure:
        raise ProblemsFound(
            _problem(file, None, f"`{'.'.join(map(str, error['loc']))}` {_found(error['type'], error['input'])}", error["msg"])
            for error in failure.errors()
        ) from None


def _found(kind: str, value: Any) -> str:
    return "is not there" if kind.startswith("missing") else f"is {value!r:.80}"


def _other_form(file: str, found: Any, schema: str) -> Problem:
    """A version that this reader does not know is not a damaged file: another release of the program wrote it."""
    problem = _problem(file, None, f"schema {found!r}", f"schema {schema!r}")
    name, _, version = str(found).partition("/")
    if name != schema.partition("/")[0] or not version.isdecimal():
        return problem
    hint = "it was written by a later release: pip install --upgrade chimera-chronicle"
    return replace(problem, hint=hint)


def _problem(file: str, line: int | None, found: str, expected: str) -> Problem:
    return Problem(
        file=file,
        line=line,
        found=found,
        expected=expected,
        hint="restore the file from git: records are written by the harness and never edited",
        rule="record-form",
        severity="error",
    )
