"""``chart("trend")``: one case from run to run."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from chronicle.charts.chart import Chart
from chronicle.charts.trend import trend
from chronicle.facts.bounds import ceiling_of
from chronicle.facts.ledger import Ledger
from chronicle.facts.over_runs import AtRun, over_runs, searched
from chronicle.pages.figures.asked import Asked, Drawn, chart_id


def trend_figure(asked: Asked) -> Drawn:
    """The one case that fits; its freshness is that of its latest run."""
    told = over_runs(asked.ledger, asked.metric, asked.where)
    latest = told[-1].measurement
    id = chart_id("trend", asked.metric, asked.title, asked.where)
    title = asked.title or f"{asked.metric} of {latest.case} on {latest.machine}, run by run"
    return trend_chart(id, title, told, asked.ledger), [latest]


def trend_chart(id: str, title: str, told: Sequence[AtRun], ledger: Ledger) -> Chart:
    """The runs of one case, with the ceiling of its metric where there is one."""
    latest = told[-1].measurement
    ceiling = ceiling_of(latest, ledger)
    bound = {"ceiling": ceiling.value, "ceiling_name": ceiling.name} if ceiling else {}
    frame = pd.DataFrame([_row(one) for one in told])
    return trend(id, title, frame, latest.quantity.unit, note=searched(told), **bound)  # type: ignore[arg-type]


def _row(one: AtRun) -> dict[str, object]:
    measured = one.measurement
    return {
        "run": measured.run_id,
        "when": one.began.isoformat() if one.began else "",
        "value": measured.estimate.value,
        "lo": measured.estimate.lo,
        "hi": measured.estimate.hi,
        "verdict": _verdict(one),
        "breaks": "; ".join(one.changed) or None,
        "break_name": ", ".join(one.groups) or None,
        "shift": one.change.ratio if one.change else None,
    }


def _verdict(one: AtRun) -> str:
    """The verdict on the run's own evidence, or the word for why it does not count."""
    measured = one.measurement
    if one.unusable is None or measured.verdict == "invalid":
        return measured.verdict
    return "exploratory" if measured.is_exploratory else "not finished"
