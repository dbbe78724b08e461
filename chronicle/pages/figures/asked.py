"""What a ``chart`` directive asks for, and what every kind of chart answers it with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chronicle.charts.chart import Chart
from chronicle.facts.ledger import Ledger
from chronicle.facts.measurements import Measurement
from chronicle.pages.desk import Desk
from chronicle.pages.prose import Where
from chronicle.pages.writing import stem

Drawn = tuple[Chart, Sequence[Measurement]]
"""A chart and the measurements it shows."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of the directive, those of no use to a kind of chart left empty."""

    desk: Desk
    metric: str = ""
    title: str = ""
    where: Where = field(default_factory=dict)
    of: str | Where = ""
    to: Where = field(default_factory=dict)
    x: str = ""
    by: str = ""
    margin: float | None = None

    @property
    def ledger(self) -> Ledger:
        return self.desk.library.ledger


Maker = Callable[[Asked], Drawn]


def chart_id(kind: str, metric: str, title: str, where: Where) -> str:
    """A file stem of the chart's own: what it shows, told apart by digits where that is long, and six digits of its title."""
    words = stem("-".join([kind, metric, *(f"{name}={value}" for name, value in sorted(where.items()))]))
    return f"{words}-{hashlib.sha256(title.encode()).hexdigest()[:6]}" if title else words
