"""Fields that joined a record's form after the first records were written, without breaking those."""

from __future__ import annotations

from dataclasses import MISSING, Field, field
from typing import Any

_MARK = "later"


def later(default: Any = None) -> Any:
    """A dataclass field that old records lack: it then holds ``default``, and is not written while it does."""
    if isinstance(default, dict):
        return field(default_factory=dict, metadata={_MARK: True})
    return field(default=default, metadata={_MARK: True})


def is_left_out(one: Field[Any], held: Any) -> bool:
    """Whether a field is to be left out of the JSON form, holding what it would hold anyway."""
    default = one.default if one.default is not MISSING else {}
    return bool(one.metadata.get(_MARK)) and held == default and type(held) is type(default)
