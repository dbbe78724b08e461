"""The method page, written from the protocol, the gates and the formulas in the code, so it cannot fall behind them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator

from chronicle.facts.changes import RUNS_NEEDED
from chronicle.facts.compare import MARGIN
from chronicle.facts.estimates import LEVEL, PROCESSES_FOR_AN_INTERVAL, order_level, order_ranks
from chronicle.facts.gates.evidence import Gate
from chronicle.facts.gates.pairs import PAIR_GATES, PairGate
from chronicle.facts.gates.results import PRECISION_LIMITS
from chronicle.facts.gates.table import GATES
from chronicle.facts.measurements import MOST_LEFT_OUT
from chronicle.facts.proportions import values_for
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.writing import Markdown, badge, code, link, table, text, twin, write
from chronicle.records.run import METHOD_VERSION, STANDARD
from chronicle.records.schema import SCHEMA_NAME

_COUNTS = range(PROCESSES_FOR_AN_INTERVAL, 21)
_FAMILIES = (1, 2, 7, 20, 102)
_TAILS = (0.95, 0.99, 0.999)

_PROTOCOL_WORDS = {
    "warmup_calls": ("Warm-up, calls at least", ""),
    "warmup_seconds": ("Warm-up, device time at least", "s"),
    "warmup_window_seconds": ("Warm-up, length of a window", "s"),
    "warmup_tolerance": ("Warm-up, medians of the last two windows within", "%"),
    "warmup_clock_tolerance": ("Warm-up, mean clocks of the last two windows within", "%"),
    "warmup_cap_seconds": ("Warm-up, at most", "s"),
    "samples_min": ("Samples at least", ""),
    "seconds_min": ("Samples, device time at least", "s"),
    "settled_tolerance": ("Samples, running median moved over the last half by at most", "%"),
    "samples_cap": ("Samples at most", ""),
    "seconds_cap": ("Samples, device time at most", "s"),
    "energy_seconds": ("Energy window", "s"),
    "cool_celsius": ("Cool-down to within this of the block's first start", "°C"),
    "cool_seconds": ("Cool-down at most", "s"),
    "process_timeout_seconds": ("A process at most", "s"),
}

_PART_WORDS = {"all": "all", "time": "time", "energy": "energy"}


def method_page(desk: Desk) -> Iterator[Entry]:
    """How a number on this site is obtained; nothing where the site has no runs."""
    if not desk.library.runs or addresses.METHOD in desk.library.uris:
        return
    body = write(
        "method.md",
        version=METHOD_VERSION,
        protocol=table(("Rule", "Value"), _protocol_rows(), "lr"),
        gates=_gates_table(),
        n_gates=len({gate.number for gate in GATES} | {gate.number for gate in PAIR_GATES}),
        most_left_out=f"{100 * MOST_LEFT_OUT:g} %",
        precisions=table(
            ("Arithmetic", "Error at most"), [(code(name), f"{limit:g}") for name, limit in PRECISION_LIMITS.items()], "lr"
        ),
        ranks=_ranks_table(),
        tails=table(
            ("Percentile", "Values at least"), [(f"p{100 * tail:g}", f"{values_for(tail):,}") for tail in _TAILS], "lr"
        ),
        fewest=PROCESSES_FOR_AN_INTERVAL,
        margin=f"{100 * MARGIN:g} %",
        runs_needed=RUNS_NEEDED,
        schema=link(code(SCHEMA_NAME), f"{addresses.SCHEMAS}/{SCHEMA_NAME}"),
    )
    yield Entry(addresses.METHOD, body.encode())
    yield Entry("method.json", twin(_plain()))


def _plain() -> dict[str, object]:
    """The same rules as values, for whoever wants to apply them."""
    every: list[Gate | PairGate] = sorted((*GATES, *PAIR_GATES), key=lambda gate: gate.number)
    names = ("number", "name", "effect", "threshold", "meaning")
    return {
        "schema": "chronicle.method/1",
        "version": METHOD_VERSION,
        "protocol": dataclasses.asdict(STANDARD),
        "margin": MARGIN,
        "level": LEVEL,
        "fewest_processes": PROCESSES_FOR_AN_INTERVAL,
        "most_left_out": MOST_LEFT_OUT,
        "ranks": {str(n): ranks for n in _COUNTS if (ranks := order_ranks(n, LEVEL))},
        "gates": [{name: getattr(gate, name) for name in names} | {"reach": _reach(gate)} for gate in every],
    }


def _protocol_rows() -> Iterator[tuple[str, str]]:
    for name, value in dataclasses.asdict(STANDARD).items():
        words, unit = _PROTOCOL_WORDS[name]
        shown = 100 * value if unit == "%" else value
        yield words, f"{shown:,g} {unit}".rstrip()


def _gates_table() -> Markdown:
    every: list[Gate | PairGate] = sorted((*GATES, *PAIR_GATES), key=lambda gate: gate.number)
    rows = [(gate.number, _named(gate), _explained(gate)) for gate in every]
    return table(("No.", "Gate, and what it acts on", "What it finds, and where it trips"), rows, "rll")


def _named(gate: Gate | PairGate) -> Markdown:
    return Markdown(f'<code class="short">{gate.name}</code><br>{badge(gate.effect)}<br><small>{text(_reach(gate))}</small>')


def _explained(gate: Gate | PairGate) -> Markdown:
    return Markdown(f"{text(gate.meaning[0].upper() + gate.meaning[1:])}.<br><small>{text(gate.threshold)}</small>")


def _reach(gate: Gate | PairGate) -> str:
    """The numbers a gate acts on: those of a process, of its whole case, or of a comparison."""
    if isinstance(gate, PairGate):
        return "the comparison" if gate.effect != "invalid" else "the build"
    whose = "every process of the case" if gate.reach == "case" else "its process"
    return whose if gate.part == "all" else f"{_PART_WORDS[gate.part]} of {whose}"


def _ranks_table() -> Markdown:
    heads = ("Processes", *("one claim" if n == 1 else f"{n} claims" for n in _FAMILIES))
    return table(heads, [(n, *(_rank_cell(n, claims) for claims in _FAMILIES)) for n in _COUNTS], "r" * len(heads))


def _rank_cell(n: int, claims: int) -> str | None:
    """``3–10 (96.14 %)``: the ranks whose interval reaches the level of one of so many claims, or nothing."""
    ranks = order_ranks(n, 1 - (1 - LEVEL) / claims)
    return f"{ranks[0]}–{ranks[1]} ({math.floor(1e4 * order_level(n, ranks[0])) / 100:.2f} %)" if ranks else None
