"""``chart("sweep")``: a metric over one axis, or over two."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import pandas as pd

from chronicle.charts.chart import Chart
from chronicle.charts.sweep import sweep
from chronicle.facts.bounds import ceiling_of
from chronicle.facts.ledger import Ledger, axis_value, why_unusable
from chronicle.facts.measurements import Measurement
from chronicle.pages.figures.asked import Asked, Drawn, chart_id
from chronicle.pages.prose import UnanswerableError


def sweep_figure(asked: Asked) -> Drawn:
    """The cases that fit, over the axes named or over those that vary."""
    found = asked.ledger.select(asked.metric, asked.where)
    if not found:
        asked.ledger.one(asked.metric, asked.where)
    x, by = (asked.x, asked.by) if asked.x else _varying(found, asked.by)
    _have(found, x)
    if by:
        _have([one for one in found if axis_value(one, by) is not None] or found, by)
    places: dict[tuple[object, object], list[Measurement]] = {}
    for one, line in zip(found, _lines(found, by), strict=True):
        places.setdefault((axis_value(one, x), line), []).append(one)
    twice = next((several for several in places.values() if len(several) > 1), None)
    if twice:
        names = ", ".join(f"{one.case} on {one.machine}" for one in twice[:4])
        raise UnanswerableError(
            f"{len(twice)} cases stand in one place: {names}; choose with where=, or tell them apart with by="
        )
    id = chart_id("sweep", "-".join([asked.metric, x, by]).strip("-"), asked.title, asked.where)
    title = asked.title or f"{asked.metric} over {x}{' and ' + by if by else ''}"
    return sweep_chart(id, title, found, x, by, asked.ledger), found


def sweep_chart(id: str, title: str, found: Sequence[Measurement], x: str, by: str, ledger: Ledger) -> Chart:
    """Measurements of one metric over the axis ``x``, a line per value of ``by``; the ceiling where all have the same."""
    ceilings = {ceiling_of(one, ledger) for one in found}
    ceiling = ceilings.pop() if len(ceilings) == 1 else None
    bound = {"ceiling": ceiling.value, "ceiling_name": ceiling.name} if ceiling else {}
    frame = pd.DataFrame([_row(one, x, line) for one, line in zip(found, _lines(found, by), strict=True)])
    return sweep(id, title, frame, found[0].quantity.unit, x=x, by=by, **bound)  # type: ignore[arg-type]


def varying(found: Sequence[Measurement]) -> list[str]:
    """The names by which the measurements differ, parameters in their order, then the machine, and the benchmark."""
    names = dict.fromkeys([*(name for one in found for name in one.parameters), "machine", "benchmark"])
    return [name for name in names if len({axis_value(one, name) for one in found}) > 1]


def axes_of(found: Sequence[Measurement]) -> tuple[str, str] | None:
    """The axis to draw along, that of the most numbers, and the one that gives lines; None where none or too many vary."""
    names = varying(found)
    if not names or len(names) > 2:
        return None
    ordered = sorted(names, key=lambda name: _numbers(found, name), reverse=True)
    return ordered[0], ordered[1] if len(ordered) == 2 else ""


def _varying(found: Sequence[Measurement], by: str) -> tuple[str, str]:
    names = [name for name in varying(found) if name != by]
    axes = (names[0], by) if by and len(names) == 1 else axes_of(found) if not by else None
    if axes is None:
        words = ", ".join(names) or "nothing"
        raise UnanswerableError(f"the cases differ by {words}; a sweep takes one or two axes: name x=, and by= for the lines")
    return axes


def _numbers(found: Sequence[Measurement], name: str) -> int:
    values = {axis_value(one, name) for one in found}
    return len(values) if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values) else 0


def _have(found: Sequence[Measurement], name: str) -> None:
    lacking = [one for one in found if axis_value(one, name) is None]
    if lacking:
        known = dict.fromkeys(parameter for one in found for parameter in one.parameters)
        close = get_close_matches(name, known, 1)
        meant = f"; did you mean {close[0]!r}?" if close else f"; the axes are {', '.join(known) or 'none'}"
        raise UnanswerableError(f"{lacking[0].case} has no axis {name!r}{meant}")


def _lines(found: Sequence[Measurement], by: str) -> list[str]:
    """The line of each case: its value of ``by``, or its benchmark's name where only other benchmarks have such an axis.

    A benchmark whose name is a value too is called a benchmark.
    """
    values = [axis_value(one, by) if by else "" for one in found]
    words = {str(value) for value in values if value is not None}
    return [_apart(one.benchmark, words) if value is None else str(value) for one, value in zip(found, values, strict=True)]


def _apart(benchmark: str, words: set[str]) -> str:
    """The name of a benchmark, so that it is none of the words."""
    name = benchmark
    while name in words:
        name = f"{name} (benchmark)"
    return name


def _row(one: Measurement, x: str, line: str) -> dict[str, object]:
    reason = why_unusable(one)
    return {
        "x": axis_value(one, x),
        "line": line,
        "value": one.estimate.value,
        "lo": one.estimate.lo,
        "hi": one.estimate.hi,
        "verdict": one.verdict if reason is None or one.verdict == "invalid" else reason.partition(":")[0],
    }
