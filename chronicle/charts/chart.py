"""One chart in its three forms: a picture to draw, a sentence to read aloud, a table to check.

The specification holds no colour. Marks name a style (``dot``, ``interval``, ``ceiling``) and the theme says what the style
looks like in a scheme, so one specification serves both schemes, the still picture and the live one.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class Chart:
    """A chart that is ready to be drawn, described and listed.

    id        file stem of its files; letters, digits, ``-``, ``_`` and ``.``
    title     what is shown, in a few words
    summary   what is plotted and what it shows, in words: the text alternative of the picture
    sketch    makes :attr:`spec`; called where no picture of the chart is kept
    columns   heads of the table under the picture
    rows      its cells, formatted for a reader
    source    the rows that were plotted, unformatted in SI units, for the download
    key       what the chart follows from, as :func:`chronicle.charts.recipe.keyed` writes it; empty for one that is not kept
    """

    id: str
    title: str
    summary: str
    sketch: Callable[[], dict[str, Any]]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    source: tuple[Mapping[str, Scalar], ...] = ()
    key: str = ""

    def __post_init__(self) -> None:
        if not self.id or self.id.startswith(".") or not all(c.isascii() and (c.isalnum() or c in "-_.") for c in self.id):
            raise ValueError(f"a chart id becomes a file name: letters, digits, '-', '_' and '.', not {self.id!r}")

    @cached_property
    def spec(self) -> dict[str, Any]:
        """Vega-Lite, ``width: "container"``, without colours.

        Altair would hold each part against the schema as it is made, two thirds of the time; the tests do so for every maker.
        """
        from altair.utils import schemapi

        with schemapi.debug_mode(False):
            return self.sketch()

    @cached_property
    def spec_json(self) -> bytes:
        """The bytes of ``ID.vl.json``: the same specification always gives the same bytes."""
        text = json.dumps(self.spec, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return f"{text}\n".encode()

    def spec_script(self, spec_json: bytes) -> bytes:
        """The bytes of ``ID.vl.js``: the same specification for a page opened from disk, where a browser forbids to fetch."""
        return b"(window.chronicleSpecs ??= {})[%s] = %s;\n" % (json.dumps(self.id).encode(), spec_json.rstrip())

    @property
    def source_json(self) -> bytes:
        """The bytes of ``ID.json``: :attr:`source`, or the table's text where there is none, with what it shows in words."""
        rows = [dict(row) for row in self.source] or [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        plain = {"schema": "chronicle.chart/1", "id": self.id, "title": self.title, "summary": self.summary, "rows": rows}
        return f"{json.dumps(plain, ensure_ascii=False, indent=1, allow_nan=False)}\n".encode()

    @property
    def source_csv(self) -> bytes:
        """The bytes of ``ID.csv``: :attr:`source` under its column names, or the table's text where there is none."""
        text = io.StringIO()
        write = csv.writer(text, lineterminator="\n")
        if self.source:
            write.writerow(self.source[0])
            write.writerows(row.values() for row in self.source)
        else:
            write.writerow(self.columns)
            write.writerows(self.rows)
        return text.getvalue().encode()
