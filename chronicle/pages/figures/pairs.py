"""``chart("paired")``: one case against another, block by block."""

from __future__ import annotations

import math

import pandas as pd

from chronicle.charts.pairs import Reading, paired
from chronicle.facts.compare import MARGIN, SIDES, Operand, compare, operands
from chronicle.facts.gates.pairs import log_ratios
from chronicle.facts.ledger import Where
from chronicle.facts.measurements import Measurement
from chronicle.pages.case_names import names_of_measured
from chronicle.pages.figures.asked import Asked, Drawn, chart_id
from chronicle.pages.prose import UnanswerableError, plain_where


def paired_figure(asked: Asked) -> Drawn:
    """The case ``to`` against the case ``of`` of one run, at the margin that counts."""
    if not isinstance(asked.of, dict) or not asked.to:
        raise UnanswerableError('a paired chart takes the two cases: of={"impl": "eager"}, to={"impl": "graph"}')
    a, b = (_one(asked, side) for side in (plain_where(asked.of), asked.to))
    if a.run_key != b.run_key:
        raise UnanswerableError(f"{a.case} and {b.case} are of different runs, so no block has both: {a.run_id}, {b.run_id}")
    margin = MARGIN if asked.margin is None else asked.margin
    sides = _operands(asked, a, b)
    found = compare(*sides, margin=margin)
    if found.order is None:
        raise UnanswerableError(f"{a.case} and {b.case} cannot be compared: {found.reason}")
    names = names_of_measured([a, b])
    reading = Reading(
        a.case,
        b.case,
        found.order.value,
        found.order.lo,
        found.order.hi,
        margin,
        found.resolution,
        found.verdict,
        *SIDES.get(a.metric, ("less", "more")),
        drawn=(names.drawn(a.case), names.drawn(b.case)),
    )
    id = chart_id("paired", "-".join([asked.metric, a.case, b.case]), asked.title, asked.where)
    title = asked.title or f"{asked.metric}: {b.case} against {a.case}, block by block"
    return paired(id, title, _frame(sides), reading), [a, b]


def _one(asked: Asked, side: Where) -> Measurement:
    return asked.ledger.one(asked.metric, {**asked.where, **side})


def _operands(asked: Asked, a: Measurement, b: Measurement) -> tuple[Operand, Operand]:
    """The two with their pins and controls, from the record of their run."""
    known = {(one.measurement.case, one.measurement.metric): one for one in operands(asked.desk.library.run(a.run_key))}
    return known[a.case, a.metric], known[b.case, b.metric]


def _frame(sides: tuple[Operand, Operand]) -> pd.DataFrame:
    """The ratio of each block, and that of the first control in it that speaks for one of the two."""
    a, b = sides
    ratios = log_ratios(a.measurement, b.measurement)
    pair = next((pair for side in sides for pair in side.controls), None)
    again = log_ratios(pair.case, pair.again) if pair else {}
    return pd.DataFrame(
        [
            {"block": block, "ratio": math.exp(log), "control": math.exp(again[block]) if block in again else None}
            for block, log in ratios.items()
        ],
        columns=["block", "ratio", "control"],
    )
