"""``chart("phases")`` and ``chart("tornado")``: what a study found best where, and what moves its result."""

from __future__ import annotations

import pandas as pd

from chronicle.charts.phases import phases
from chronicle.charts.tornado import tornado
from chronicle.facts.ledger import axis_value
from chronicle.facts.measurements import Measurement
from chronicle.pages.figures.asked import Asked, Drawn, chart_id
from chronicle.pages.prose import UnanswerableError


def phases_figure(asked: Asked) -> Drawn:
    """The cases that fit, as cells over ``x`` and ``by``; ``of`` names the phase that each value of the metric stands for."""
    names = asked.of if isinstance(asked.of, dict) else {}
    if not (asked.x and asked.by and names):
        raise UnanswerableError('phases takes x=, by= and of={"0": "a name", …}, a name for each value of the metric')
    found = _found(asked, asked.metric)
    absent = sorted({f"{one.estimate.value:g}" for one in found} - set(names))
    if absent:
        raise UnanswerableError(f"of={{…}} names no phase for {', '.join(absent[:6])}")
    order = {value: place for place, value in enumerate(names)}
    frame = pd.DataFrame(
        [
            {"x": _place(one, asked.x), "y": _place(one, asked.by), "phase": str(names[f"{one.estimate.value:g}"])}
            for one in sorted(found, key=lambda one: order[f"{one.estimate.value:g}"])
        ]
    )
    id = chart_id("phases", asked.metric, asked.title, asked.where)
    title = asked.title or f"{asked.metric} over {asked.x} and {asked.by}"
    try:
        return phases(id, title, frame, x=asked.x, y=asked.by), found
    except ValueError as failure:
        raise UnanswerableError(str(failure)) from None


def tornado_figure(asked: Asked) -> Drawn:
    """``low_``, ``usual_`` and ``high_`` of the metric for each value of the axis ``x``, or of the axis ``input``."""
    axis, sides = asked.x or "input", ("low", "usual", "high")
    found = {side: {_place(one, axis): one for one in _found(asked, f"{side}_{asked.metric}")} for side in sides}
    rows = [
        {"input": str(name).replace("_", " ")} | {side: found[side][name].estimate.value for side in sides}
        for name in found["usual"]
        if all(name in found[side] for side in sides)
    ]
    unit = next(iter(found["usual"].values())).quantity.unit
    drawn = tornado(
        chart_id("tornado", asked.metric, asked.title, asked.where), asked.title or asked.metric, pd.DataFrame(rows), unit
    )
    return drawn, [one for side in sides for one in found[side].values()]


def _found(asked: Asked, metric: str) -> tuple[Measurement, ...]:
    return asked.ledger.select(metric, asked.where) or (asked.ledger.one(metric, asked.where),)


def _place(one: Measurement, axis: str) -> object:
    value = axis_value(one, axis)
    if value is None:
        raise UnanswerableError(f"{one.case} has no axis {axis!r}; it has {', '.join(one.parameters) or 'none'}")
    return value
