"""A key for a chart that is known before it is drawn: what its maker was called with, and the code of all makers.

Most of the time of a chart goes into its specification and its pictures. Both follow from the arguments of the maker alone, so
what was made once for the same arguments need not be made again.
"""

from __future__ import annotations

import csv
import dataclasses
import functools
import hashlib
import re
from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Any, ParamSpec

from chronicle.charts.chart import Chart

if TYPE_CHECKING:
    from pandas import DataFrame

P = ParamSpec("P")

_ADDRESS = re.compile(r" at 0x[0-9a-f]+>")


def keyed(make: Callable[P, Chart]) -> Callable[P, Chart]:
    """A maker whose charts know their key; its arguments are tables, and values that print as what they are."""

    @functools.wraps(make)
    def made(*arguments: P.args, **options: P.kwargs) -> Chart:
        told = [make.__module__, make.__qualname__, code_key()]
        told += [_written(one) for one in (*arguments, *(value for item in sorted(options.items()) for value in item))]
        key = hashlib.sha256("".join(f"{len(one)} {one}" for one in told).encode(errors="surrogatepass")).hexdigest()
        return dataclasses.replace(make(*arguments, **options), key=key)

    return made


@functools.cache
def code_key() -> str:
    """A hash over the code that charts are made by: the makers and the theme, formulas, and how quantities print."""
    package = files("chronicle")
    makers = sorted((package / "charts").iterdir(), key=lambda one: one.name)
    code = [*makers, package / "facts" / "formulas.py", package / "units.py"]
    return hashlib.sha256(b"".join(one.read_bytes() for one in code if one.name.endswith(".py"))).hexdigest()


def _written(value: Any) -> str:
    """A value as text that no other value has: tables with their columns, numbers with all their digits."""
    if hasattr(value, "to_csv"):
        return _table(value)
    written = repr(value)
    if _ADDRESS.search(written):
        raise TypeError(f"a chart is made from tables and plain values, not from {written}")
    return written


def _table(frame: DataFrame) -> str:
    kinds = ",".join(map(str, frame.dtypes))
    return f"{kinds}\n{frame.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC)}"
