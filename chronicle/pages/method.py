"""The method page, written from the protocol, the gates and the formulas in the code, so it cannot fall behind them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from chronicle.facts.estimates import PROCESSES_FOR_AN_INTERVAL, order_level, order_ranks
from chronicle.facts.gates.table import GATES
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.writing import badge, code, table, write
from chronicle.records.run import METHOD_VERSION, Protocol

_COUNTS = (6, 8, 10, 12, 15, 20)


def method_page(desk: Desk) -> Iterator[Entry]:
    """How a number on this site is obtained; nothing where the site has no runs."""
    if not desk.library.runs or addresses.METHOD in desk.library.uris:
        return
    protocol = [(code(name), value) for name, value in dataclasses.asdict(Protocol()).items()]
    gates = [(code(gate.name), badge(gate.effect), gate.meaning) for gate in GATES]
    body = write(
        "method.md",
        version=METHOD_VERSION,
        protocol=table(("Rule", "Value"), protocol, "lr"),
        gates=table(("Gate", "Effect", "What it finds"), gates),
        ranks=table(("Processes", "Ranks", "Level"), [_rank_row(n) for n in _COUNTS], "rrr"),
        fewest=PROCESSES_FOR_AN_INTERVAL,
    )
    yield Entry(addresses.METHOD, body.encode())


def _rank_row(n: int) -> tuple[object, ...]:
    ranks = order_ranks(n)
    return (n, None, None) if ranks is None else (n, f"{ranks[0]} and {ranks[1]}", f"{100 * order_level(n, ranks[0]):.1f} %")
