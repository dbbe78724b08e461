"""``chart("distribution")``: every process of the measurements that fit."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from chronicle.charts.processes import distribution
from chronicle.facts.measurements import Measurement
from chronicle.pages.case_names import names_of_measured
from chronicle.pages.figures.asked import Asked, Drawn, chart_id


def distribution_figure(asked: Asked) -> Drawn:
    """A lane for each case and machine."""
    found = asked.ledger.select(asked.metric, asked.where)
    if not found:
        asked.ledger.one(asked.metric, asked.where)
    words = asked.title or f"{asked.metric}, process by process"
    id = chart_id("distribution", asked.metric, asked.title, asked.where)
    return distribution(id, words, processes(found), found[0].quantity.unit), found


def processes(found: Sequence[Measurement]) -> pd.DataFrame:
    """One row a used process of each measurement, as :func:`chronicle.charts.processes.distribution` wants it.

    What is drawn in the place of a case leaves out what all share: parameters where names are long, and the machine.
    """
    names, is_shared = names_of_measured(found), len({one.machine for one in found}) == 1
    return pd.DataFrame(
        [
            {
                "case": f"{one.case} · {one.machine}",
                "name": names.drawn(one.case) if is_shared else f"{names.drawn(one.case)} · {one.machine}",
                "block": block,
                "value": value,
                "is_valid": True,
                "estimate": one.estimate.value,
                "lo": one.estimate.lo,
                "hi": one.estimate.hi,
            }
            for one in found
            for block, value in zip(one.blocks, one.values, strict=True)
        ]
    )
