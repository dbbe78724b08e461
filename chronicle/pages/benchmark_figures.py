"""The charts of a benchmark: over its axes, process by process, against its ceilings, and from run to run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from chronicle.charts.chart import Chart
from chronicle.charts.processes import distribution
from chronicle.charts.utilisation import shares
from chronicle.facts.bounds import ceiling_of
from chronicle.facts.ledger import Ledger
from chronicle.facts.measurements import Measurement
from chronicle.facts.over_runs import history
from chronicle.pages.case_names import names_of_measured
from chronicle.pages.chart_sources import measured_line
from chronicle.pages.desk import Desk
from chronicle.pages.figures.over_runs import trend_chart
from chronicle.pages.figures.processes import processes
from chronicle.pages.figures.sweeps import axes_of, sweep_chart
from chronicle.pages.forms import metric_words
from chronicle.pages.stale import stale_note
from chronicle.pages.writing import Markdown, stem
from chronicle.units import Quantity

MOST_LANES = 12
"""Cases in the chart of processes; those of a longer sweep are on the pages of their runs."""

MOST_TRENDS = 4
MOST_MACHINES = 4


def sweep_figures(latest: Sequence[Measurement], desk: Desk, page: str) -> list[Markdown]:
    """A chart a machine of a metric over the axes that vary; none where nothing varies, or too much."""
    figures: list[Markdown] = []
    for machine in dict.fromkeys(one.machine for one in latest):
        found = [one for one in latest if one.machine == machine]
        axes = axes_of(found)
        if axes is None or len(found) < 2 or len(figures) == MOST_MACHINES:
            continue
        title = f"{found[0].benchmark} on {machine}: {metric_words(found[0].metric)} over {' and '.join(filter(None, axes))}"
        chart = sweep_chart(_id("sweep", found[0], machine), title, found, *axes, desk.library.ledger)
        figures.append(_shown(chart, found, desk, page))
    return figures


def distribution_figures(latest: Sequence[Measurement], desk: Desk, page: str) -> list[Markdown]:
    """A chart a machine of the processes behind each latest number; none where there is one each, or all must be alike."""
    figures: list[Markdown] = []
    for machine in list(dict.fromkeys(one.machine for one in latest))[:MOST_MACHINES]:
        found = [one for one in latest if one.machine == machine and len(one.values) > 1 and not one.is_exact][:MOST_LANES]
        if found:
            title = f"{found[0].benchmark} on {machine}: {metric_words(found[0].metric)}, process by process"
            chart = distribution(_id("distribution", found[0], machine), title, processes(found), found[0].quantity.unit)
            figures.append(_shown(chart, found, desk, page))
    return figures


def shares_figure(rates: Sequence[Measurement], desk: Desk, page: str) -> Markdown | None:
    """How much of its ceiling each rate reaches; None where no ceiling is known."""
    names = names_of_measured(rates)
    rows = [(one, row) for one in rates if (row := _share(one, names.drawn(one.case), desk.library.ledger))]
    if not rows:
        return None
    frame = pd.DataFrame([row for _, row in rows])
    chart = shares(_id("shares", rates[0]), f"{rates[0].benchmark}: share of the ceiling", frame)
    return _shown(chart, [one for one, _ in rows], desk, page)


def trend_figures(several: Sequence[Sequence[Measurement]], desk: Desk, page: str) -> list[Markdown]:
    """A chart for each case that was measured more than once, those of the most runs first."""
    often = sorted((one for one in several if len(one) > 1), key=len, reverse=True)[:MOST_TRENDS]
    names = names_of_measured([one[-1] for one in several])
    return [_trend(found, names.drawn(found[-1].case), desk, page) for found in often]


def _trend(found: Sequence[Measurement], name: str, desk: Desk, page: str) -> Markdown:
    latest = found[-1]
    title = f"{name} on {latest.machine}: {metric_words(latest.metric)}, run by run"
    chart = trend_chart(
        _id("trend", latest, latest.machine, latest.case), title, history(desk.library.ledger, found), desk.library.ledger
    )
    return _shown(chart, found, desk, page)


def _share(one: Measurement, name: str, ledger: Ledger) -> dict[str, object] | None:
    ceiling = ceiling_of(one, ledger)
    if ceiling is None:
        return None
    lo, hi = one.estimate.lo, one.estimate.hi
    return {
        "label": name,
        "case": one.case,
        "machine": one.machine,
        "share": one.estimate.value / ceiling.value,
        "lo": None if lo is None else lo / ceiling.value,
        "hi": None if hi is None else hi / ceiling.value,
        "of": f"{ceiling.name} of {Quantity(ceiling.value, one.quantity.unit).text}",
    }


def _shown(chart: Chart, found: Sequence[Measurement], desk: Desk, page: str) -> Markdown:
    return Markdown(desk.figure(chart, page) + measured_line(found, desk, page) + stale_note(found, desk.library.ledger))


def _id(kind: str, one: Measurement, *more: str) -> str:
    """A file stem of the chart's own, told apart by digits where names are long."""
    return stem(" ".join(["benchmark", one.suite, one.benchmark, kind, *more]))


def by_case(found: Sequence[Measurement]) -> Iterator[list[Measurement]]:
    """The runs of each case of each machine, oldest first."""
    cases: dict[tuple[str, str], list[Measurement]] = {}
    for one in found:
        cases.setdefault((one.machine, one.case), []).append(one)
    yield from cases.values()
