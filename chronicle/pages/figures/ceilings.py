"""``chart("shares")``: how much of the peak that bounds it each case reaches."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from chronicle.charts.utilisation import shares
from chronicle.facts.ledger import Finding, Ledger
from chronicle.facts.measurements import Measurement
from chronicle.pages.figures.asked import Asked, Drawn, chart_id
from chronicle.pages.prose import UnanswerableError
from chronicle.units import Quantity

_SHARES = (
    ("copy", "bandwidth_bytes_per_second", "memory"),
    ("read", "bandwidth_bytes_per_second", "memory"),
    ("triad", "bandwidth_bytes_per_second", "memory"),
    ("matmul", "throughput_flop_per_second", "bf16"),
    ("matmul", "throughput_flop_per_second", "fp32"),
)


def shares_figure(asked: Asked) -> Drawn:
    """The share each case reaches of the peak that bounds it, with its interval."""
    ledger = asked.ledger
    metrics = dict.fromkeys(metric for _, metric, _ in _SHARES)
    chosen = [one for metric in metrics for one in ledger.select(metric, asked.where)]
    if not chosen:
        raise ledger.nothing(list(metrics), asked.where)
    rows = [(one, _share_rows(ledger, one)) for one in chosen]
    found = [row for _, of_one in rows for row in of_one]
    if not found:
        raise UnanswerableError("no machine here has a computed peak")
    named = Counter((row["label"], row["machine"]) for row in found)
    for row in found:
        case = row.pop("case")
        row["label"] = case if named[row["label"], row["machine"]] > 1 else row["label"]
    id = chart_id("shares", asked.metric, asked.title, asked.where)
    drawn = shares(id, asked.title or "Share of the computed peak", pd.DataFrame(found))
    return drawn, [one for one, of_one in rows if of_one]


def _share_rows(ledger: Ledger, one: Measurement) -> list[dict[str, object]]:
    wanted = [peak for benchmark, metric, peak in _SHARES if (benchmark, metric) == (one.benchmark, one.metric)]
    wanted = [peak for peak in wanted if peak == "memory" or peak == one.parameters.get("dtype")]
    rows = []
    for peak in wanted:
        if (bound := ledger.peaks[one.run_key].of(peak)) is None:
            continue
        finding: Finding = ledger.share(one.metric, peak, {"run": one.run_id, "benchmark": one.benchmark, **one.parameters})
        unit = "B/s" if peak == "memory" else "FLOP/s"
        rows.append(
            {
                "label": one.benchmark if peak == "memory" else f"{one.benchmark} {peak}",
                "case": one.case,
                "machine": one.machine,
                "share": finding.order.value,
                "lo": finding.order.lo,
                "hi": finding.order.hi,
                "of": f"{peak} peak of {Quantity(bound, unit).text}",
            }
        )
    return rows
