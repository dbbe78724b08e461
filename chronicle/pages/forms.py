"""Measurements and comparisons as plain JSON values, as Markdown, and as the sentence that a comparison is read out in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from chronicle.facts.compare import Comparison
from chronicle.facts.measurements import Measurement
from chronicle.facts.readings import CONTROL_RATIO, ENERGY_RATIO
from chronicle.pages.card_links import card_link
from chronicle.pages.writing import Markdown, badge, code, table
from chronicle.records.run import Estimate
from chronicle.units import Quantity, percent_of

METRIC_WORDS = {
    "call_seconds": "time of a call",
    "bandwidth_bytes_per_second": "bandwidth",
    "throughput_flop_per_second": "throughput",
    "energy_joules_per_call": "energy of a call",
    "power_watts": "board power",
}

RATES = ("throughput_flop_per_second", "bandwidth_bytes_per_second")
"""The metrics that a computed peak bounds."""

_HEADLINES = ("decode_seconds_per_token", *RATES, "call_seconds")

_WORDS = METRIC_WORDS | {
    "decode_seconds_per_token": "time of a token",
    "energy_joules_per_token": "energy of a token",
    CONTROL_RATIO: "time of the control over that of its case",
    ENERGY_RATIO: "energy by the counter over the integral of the power",
}
_PEER = "_call_seconds_ratio"

_SAID = {"same": "B is the same", "less": "B has less", "more": "B has more"}


def headline_of(metrics: Iterable[str]) -> str:
    """The metric that stands for a benchmark: a token, a rate where its work is declared, the time of a call, or its first."""
    known = list(dict.fromkeys(metrics))
    return next((name for name in _HEADLINES if name in known), known[0])


def metric_words(metric: str) -> str:
    """A metric's name as a reader says it."""
    if metric.endswith(_PEER) and metric not in _WORDS:
        return f"time of a call over {metric.removesuffix(_PEER)}'s"
    return _WORDS.get(metric, metric.replace("_", " "))


def shared_level(found: Iterable[Measurement]) -> str:
    """``96.1 %``, where all intervals of these have that level; empty where they differ, and where there is none."""
    levels = {percent_of(one.level) for one in found if one.level}
    return f"{levels.pop()} %" if len(levels) == 1 else ""


def measurement_plain(one: Measurement) -> dict[str, Any]:
    """A measurement in SI units, with the gates that were tripped and those that could not be asked."""
    return {
        "schema": "chronicle.measurement/1",
        "machine": one.machine,
        "run": one.run_id,
        "case": one.case,
        "parameters": one.parameters,
        "metric": one.metric,
        "unit": one.quantity.unit,
        "value": one.estimate.value,
        "lo": one.estimate.lo,
        "hi": one.estimate.hi,
        "level": one.estimate.level,
        "log_t": {"value": one.second.value, "lo": one.second.lo, "hi": one.second.hi, "level": one.second.level},
        "spread": {"within": one.spread.within, "between": one.spread.between} if one.spread else None,
        "n_processes": one.n_processes,
        "n_left_out": one.n_left_out,
        "values": list(one.values),
        "verdict": one.verdict,
        "gates": list(one.labels),
        "unchecked": dict(one.unchecked),
        "label": one.label,
    }


def comparison_plain(one: Comparison) -> dict[str, Any]:
    """A comparison with both readings of the ratio B over A, and the two measurements it rests on."""
    return {
        "schema": "chronicle.comparison/1",
        "metric": one.a.metric,
        "verdict": one.verdict,
        "reason": one.reason,
        "margin": one.margin,
        "resolution": one.resolution,
        "paired": one.is_paired,
        "ratio": _ratio_plain(one.order),
        "log_t": _ratio_plain(one.second),
        "differing": list(one.differing),
        "remarks": list(one.remarks),
        "a": measurement_plain(one.a),
        "b": measurement_plain(one.b),
    }


def comparison_row(one: Comparison, page: str) -> tuple[object, ...]:
    """Case, machine, metric, both values, the ratio and the verdict of a comparison, for a table on ``page``."""
    return (
        card_link(code(one.b.case), [one.b, one.a], page),
        one.b.machine,
        metric_words(one.b.metric),
        one.a.quantity.text,
        one.b.quantity.text,
        ratio_text(one.order),
        badge(one.verdict),
    )


def comparison_table(comparisons: Sequence[Comparison]) -> Markdown:
    """One row a comparison, for a comment under a change; the sentence below says how to read it."""
    rows = [
        (
            code(one.a.case) if one.a.case == one.b.case else Markdown(f"{code(one.a.case)}, {code(one.b.case)}"),
            metric_words(one.a.metric),
            Markdown(str(one.a.quantity)),
            Markdown(str(one.b.quantity)),
            Markdown(ratio_text(one.order)),
            Markdown(ratio_text(one.second)),
            _count(one),
            one.verdict if not one.reason else f"{one.verdict}: {one.reason}",
        )
        for one in comparisons
    ]
    heads = ("Case", "Metric", "A", "B", "B over A", Markdown("log-t"), "Blocks", "B is")
    return Markdown(f"{table(heads, rows, 'llrrrrr')}\n\n{how_to_read(comparisons)}\n")


def how_to_read(comparisons: Sequence[Comparison]) -> str:
    """What the words of a verdict stand for, with the margin that was asked for."""
    margin = f"{100 * comparisons[0].margin:.3g} %" if comparisons else "the margin"
    return (
        f"A word stands only where both intervals lie beyond {margin}, and *same* only where both lie within it. "
        "Paired comparisons are taken block by block within a run; others by Welch's method, unpaired."
    )


def ratio_text(one: Estimate | None) -> str:
    """``1.0203 (1.0198–1.0207)``, or a dash where no ratio may be taken."""
    return "–" if one is None else str(Quantity(one.value, "", one.lo, one.hi))


def comparison_words(one: Comparison) -> str:
    """``B is slower: 1.020 (1.018–1.022) times A, 12 paired blocks; margin 1 %, A/A control 0.3 %``."""
    if one.order is None:
        return f"{one.verdict}: {one.reason}"
    control = "no A/A control" if one.resolution is None else f"A/A control {100 * one.resolution:.2g} %"
    said = _SAID.get(one.verdict, f"B is {one.verdict}") if one.verdict != "undecided" else f"undecided, {one.reason}"
    return f"{said}: {ratio_text(one.order)} times A, {_count(one)}; margin {100 * one.margin:.3g} %, {control}"


def _count(one: Comparison) -> str:
    if one.order is None:
        return "–"
    return f"{one.order.n_processes} paired blocks" if one.is_paired else f"{one.order.n_processes} processes, unpaired"


def _ratio_plain(one: Estimate | None) -> dict[str, Any] | None:
    return None if one is None else {"value": one.value, "lo": one.lo, "hi": one.hi, "level": one.level, "n": one.n_processes}
