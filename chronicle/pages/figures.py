"""``{{ chart("…") }}``: which facts each chart is drawn from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import pandas as pd

from chronicle.charts.chart import Chart
from chronicle.charts.energy import telemetry
from chronicle.charts.history import activity
from chronicle.charts.processes import distribution
from chronicle.charts.utilisation import shares
from chronicle.documents.library import Chronicle
from chronicle.facts.activity import by_day
from chronicle.facts.ledger import Finding, Ledger
from chronicle.facts.measurements import Measurement
from chronicle.pages.desk import Desk
from chronicle.pages.prose import Answer, UnanswerableError, Where, plain_where
from chronicle.pages.stale import stale_note
from chronicle.pages.writing import Markdown, slug
from chronicle.records.recorded import RecordedRun
from chronicle.units import Quantity

Drawn = tuple[Chart, Sequence[Measurement]]
"""A chart and the measurements it shows."""

_SHARES = (
    ("copy", "bandwidth_bytes_per_second", "memory"),
    ("read", "bandwidth_bytes_per_second", "memory"),
    ("triad", "bandwidth_bytes_per_second", "memory"),
    ("matmul", "throughput_flop_per_second", "bf16"),
    ("matmul", "throughput_flop_per_second", "fp32"),
)


def answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directive ``chart`` for the page at ``page``."""

    def chart(
        kind: str,
        metric: str = "",
        title: str = "",
        where: Where | None = None,
        of: str = "",
    ) -> Markdown:
        make = _MAKERS.get(kind)
        if make is None:
            raise UnanswerableError(f"no chart {kind!r}; there are {', '.join(_MAKERS)}")
        drawn, shown = make(desk, metric, title, plain_where(where), of)
        return Markdown(desk.figure(drawn, page) + stale_note(shown, desk.library.ledger))

    return {"chart": chart}


def _distribution(desk: Desk, metric: str, title: str, where: Where, of: str) -> Drawn:
    found = desk.library.ledger.select(metric, where)
    if not found:
        desk.library.ledger.one(metric, where)
    words, unit = title or f"{metric}, process by process", found[0].quantity.unit
    return distribution(_id("distribution", metric, title, where), words, processes(found), unit), found


def processes(found: Sequence[Measurement]) -> pd.DataFrame:
    """One row a used process of each measurement, as :func:`chronicle.charts.processes.distribution` wants it."""
    return pd.DataFrame(
        [
            {
                "case": f"{one.case} · {one.machine}",
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


def _shares(desk: Desk, metric: str, title: str, where: Where, of: str) -> Drawn:
    """The share each case reaches of the peak that bounds it, with 95 % intervals."""
    ledger = desk.library.ledger
    metrics = dict.fromkeys(metric for _, metric, _ in _SHARES)
    chosen = [one for metric in metrics for one in ledger.select(metric, where)]
    rows = [(one, _share_rows(ledger, one)) for one in chosen]
    found = [row for _, of_one in rows for row in of_one]
    if not found:
        raise UnanswerableError("no machine here has a computed peak")
    drawn = shares(_id("shares", metric, title, where), title or "Share of the computed peak", pd.DataFrame(found))
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
                "machine": one.machine,
                "share": finding.order.value,
                "lo": finding.order.lo,
                "hi": finding.order.hi,
                "of": f"{peak} peak of {Quantity(bound, unit).text}",
            }
        )
    return rows


def _telemetry(desk: Desk, metric: str, title: str, where: Where, of: str) -> Drawn:
    """The sensors over the first energy window of a case."""
    one = desk.library.ledger.one("energy_joules_per_call", where)
    recorded = desk.library.run(one.run_key)
    line = next((j.process.energy.telemetry_line for j in one.judged if j.process.energy is not None), None)
    if line is None:
        raise UnanswerableError(f"no telemetry was kept for {one.case}")
    words = title or f"The board during {one.case}"
    return telemetry(_id("telemetry", one.case, title, where), words, _readings(recorded, line)), [one]


def _readings(recorded: RecordedRun, line: int) -> pd.DataFrame:
    columns = recorded.telemetry[line]
    start = columns["mono_ns"][0] or 0

    def scaled(name: str, by: float) -> list[float | None]:
        return [None if value is None else value * by for value in columns[name]]

    return pd.DataFrame(
        {
            "seconds": [None if when is None else (when - start) / 1e9 for when in columns["mono_ns"]],
            "power_w": scaled("power_instant_mw", 1e-3),
            "sm_mhz": scaled("sm_mhz", 1),
            "temperature_c": scaled("temperature_c", 1),
        }
    )


def _activity(desk: Desk, metric: str, title: str, where: Where, of: str) -> Drawn:
    chosen = [one for one in desk.library.chronicles if of in ("", one.name)]
    if not chosen or chosen[0].table.empty:
        raise UnanswerableError(f"no repository {of!r} with a commit")
    return activity_chart(chosen[0], title), []


def activity_chart(chronicle: Chronicle, title: str = "") -> Chart:
    """Commits and lines by day of a repository."""
    days = by_day(chronicle.table)
    return activity(_id("activity", chronicle.name, title, {}), title or f"{chronicle.name}: commits and lines by day", days)


def _id(kind: str, metric: str, title: str, where: Where) -> str:
    """A file stem of the chart's own: what it shows, and six digits of its title where it has one."""
    words = slug("-".join([kind, metric, *(f"{name}-{value}" for name, value in sorted(where.items()))]))
    return f"{words[:120]}-{hashlib.sha256(title.encode()).hexdigest()[:6]}" if title else words[:120]


_MAKERS: dict[str, Callable[[Desk, str, str, Where, str], Drawn]] = {
    "distribution": _distribution,
    "shares": _shares,
    "telemetry": _telemetry,
    "activity": _activity,
}
