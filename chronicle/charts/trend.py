"""A metric from run to run: a line with its interval as a band, cut where what was measured is no longer the same.

Runs stand at equal steps, oldest first, because they are made in bursts and a time axis would pile them up. Where the
machine's pins or the source of the benchmark changed, nothing connects the two sides and the break is named. A lasting change
is a solid rule with its size. Runs that no claim may use are hollow and on no line.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chronicle.charts.chart import Chart
from chronicle.charts.compose import specification
from chronicle.charts.recipe import keyed
from chronicle.charts.scales import Bound, Extent, extent
from chronicle.charts.table import Row, counted, grouped, listed, number, read, stated
from chronicle.charts.trend_layers import HEIGHT, Point, layers, shift_text

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS = ("run", "when", "value", "lo", "hi", "verdict", "breaks", "break_name", "shift")
MOST_POINTS = 200
USABLE = ("valid", "degraded")
_CEILING_IN_SIGHT = 2.0


@dataclass(frozen=True)
class _Run:
    """A run of the series; ``piece`` counts the environments, ``shift`` is the ratio of a lasting change that begins here."""

    run: str
    when: str
    value: float
    lo: float | None
    hi: float | None
    verdict: str
    breaks: str
    break_name: str
    shift: float | None
    piece: int

    @property
    def is_usable(self) -> bool:
        return self.verdict in USABLE


@keyed
def trend(
    id: str,
    title: str,
    frame: DataFrame,
    unit: str,
    *,
    ceiling: float | None = None,
    ceiling_name: str = "ceiling",
    note: str = "",
) -> Chart:
    """One case over its runs, oldest first.

    ``frame`` has one row per run: ``run`` (its name), ``when`` (a day in ISO form), ``value``, ``lo`` and ``hi`` in the SI
    ``unit``, ``verdict`` (``valid``, ``degraded``, or a word for why no claim may use it), ``breaks`` (what changed before this
    run, in words, missing where nothing did), ``break_name`` (the same in a word or two), ``shift`` (the ratio of a lasting
    change that begins with this run, missing elsewhere). ``ceiling`` is a bound of the metric, ``note`` a sentence to add.
    """
    runs = _runs(read(frame, "trend", COLUMNS))
    points = _points(runs)
    axis = _axis(runs, unit, ceiling)
    bound = None if ceiling is None else Bound(ceiling, f"{ceiling_name} {stated(ceiling, unit)}", axis)
    summary = _summary(title, runs, unit, bound, note)
    return Chart(
        id=id,
        title=title,
        summary=summary,
        sketch=lambda: specification(
            layers(points, axis, unit, bound),
            title=title,
            key=_key(runs, points, bound),
            summary=summary,
            height=HEIGHT,
            panels=True,
        ),
        columns=("Run", "When", "Value", "Verdict", "Changed before it", "Lasting change"),
        rows=tuple(_table_row(run, unit) for run in runs),
        source=tuple(_source_row(run, unit) for run in runs),
    )


def _runs(rows: list[Row]) -> list[_Run]:
    found: list[_Run] = []
    piece = 0
    for row in rows:
        value = number(row["value"])
        if value is None:
            continue
        breaks = str(row["breaks"] or "")
        piece += bool(breaks)
        bounds = (number(row["lo"]), number(row["hi"]), str(row["verdict"]))
        name = str(row["break_name"] or "environment") if breaks else ""
        found.append(_Run(str(row["run"]), str(row["when"] or ""), value, *bounds, breaks, name, number(row["shift"]), piece))
    if not found:
        raise ValueError("trend: no run has a value, so there is nothing to draw")
    return found


def _points(runs: list[_Run]) -> list[Point]:
    """A point a run; of a long series, a point for a few successive runs of one environment between two lasting changes."""
    size = math.ceil(len(runs) / MOST_POINTS)
    groups: list[list[_Run]] = []
    for run in runs:
        is_new = not groups or bool(run.breaks) or run.shift is not None or len(groups[-1]) == size
        if is_new:
            groups.append([])
        groups[-1].append(run)
    latest = groups[-MOST_POINTS:]
    return [point for place, members in enumerate(latest) for point in _gathered(members, place)]


def _gathered(members: list[_Run], place: int) -> list[Point]:
    """The median of the usable runs of a group with the widest interval, and that of the others as a hollow point."""
    points = []
    for is_usable, some in grouped(members, (run.is_usable for run in members)).items():
        los, his = ([one for one in bounds if one is not None] for bounds in zip(*((r.lo, r.hi) for r in some), strict=True))
        first, last = some[0], some[-1]
        points.append(
            Point(
                place=place,
                piece=first.piece,
                run=first.run if first is last else f"{first.run} to {last.run}",
                when=first.when if first.when == last.when else f"{first.when} to {last.when}",
                value=statistics.median(run.value for run in some),
                lo=min(los) if los else None,
                hi=max(his) if his else None,
                verdict=first.verdict if len({run.verdict for run in some}) == 1 else "several",
                is_usable=is_usable,
                breaks=members[0].breaks,
                break_name=members[0].break_name,
                shift=members[0].shift,
            )
        )
    return points


def _axis(runs: list[_Run], unit: str, ceiling: float | None) -> Extent:
    """Around all values and intervals, and around the ceiling where that is not so far off that the line would be flat."""
    values = [value for run in runs for value in (run.value, run.lo, run.hi) if value is not None]
    if ceiling is not None and max(values) / _CEILING_IN_SIGHT <= ceiling <= max(min(values), 0) * _CEILING_IN_SIGHT:
        values.append(ceiling)
    return extent(values, unit)


def _key(runs: list[_Run], points: list[Point], bound: Bound | None) -> str:
    key = "One point per run, oldest first; the band is the interval."
    if (shown := max(point.place for point in points) + 1) < len(runs):
        key = f"{len(runs):,} runs in {shown} points, oldest first, all in the table; the band is the widest interval."
    if any(run.breaks for run in runs):
        key += " Dashed: what was measured changed, and nothing is compared across."
    if any(run.shift is not None for run in runs):
        key += " Solid rule: a lasting change."
    if any(not run.is_usable for run in runs):
        key += " Hollow: not to be used."
    return f"{key} {bound.remark}".rstrip() if bound else key


def _summary(title: str, runs: list[_Run], unit: str, bound: Bound | None, note: str) -> str:
    usable = [run for run in runs if run.is_usable]
    said = f"{title}: {counted(len(runs), 'run')}"
    said += f" from {runs[0].when} to {runs[-1].when}. " if len(runs) > 1 else f" of {runs[0].when}. "
    if usable:
        first, last = usable[0], usable[-1]
        said += f"Latest {_words(last, unit)}"
        said += f", first {_words(first, unit)}. " if first is not last else ". "
    if len(usable) < len(runs):
        said += f"{counted(len(runs) - len(usable), 'run')} not to be used, drawn hollow. "
    if breaks := [f"before {run.run} ({run.breaks})" for run in runs if run.breaks]:
        said += f"Not comparable across {counted(len(breaks), 'break')}: {listed(breaks, 3)}. "
    if shifts := [f"{shift_text(run.shift)} from {run.run} on" for run in runs if run.shift is not None]:
        said += f"Lasting changes: {listed(shifts, 4)}. "
    return " ".join(part for part in (said.strip(), bound.sentence if bound else "", note) if part)


def _words(run: _Run, unit: str) -> str:
    return stated(run.value, unit, run.lo, run.hi)


def _table_row(run: _Run, unit: str) -> tuple[str, ...]:
    return (run.run, run.when, _words(run, unit), run.verdict, run.breaks, shift_text(run.shift))


def _source_row(run: _Run, unit: str) -> Row:
    return {
        "run": run.run,
        "when": run.when,
        "value": run.value,
        "lo": run.lo,
        "hi": run.hi,
        "unit": unit,
        "verdict": run.verdict,
        "breaks": run.breaks,
        "shift": run.shift,
    }
