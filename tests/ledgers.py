"""Ledgers for tests, from measurements written down by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from runs import process

from chronicle.facts.estimates import log_t, order_statistic
from chronicle.facts.freshness import Present
from chronicle.facts.ledger import Ledger
from chronicle.facts.measurements import Judged, Measurement
from chronicle.facts.physics import Peaks

SOURCE = "5" * 64


def measured(values: Sequence[float] = (1.0,) * 12, **changes: Any) -> Measurement:
    """The time of a call of ``sum[n=100]`` on ``dev``, one value a block."""
    plain = Measurement(
        machine="dev",
        run_id="20261123T000000Z-tiny-0000000",
        suite="tiny",
        benchmark="total",
        case="total[n=100]",
        title="Sum of a list",
        parameters={"n": 100},
        metric="call_seconds",
        estimate=order_statistic(values),
        second=log_t(values),
        values=tuple(values),
        blocks=tuple(range(len(values))),
        judged=tuple(Judged(process(block), ()) for block in range(len(values))),
        label="measured",
        rule="fixed(12)",
        stop="rule",
        compare_sha256="c" * 64,
        source_sha256=SOURCE,
    )
    return dataclasses.replace(plain, **changes)


def ledger_of(*measurements: Measurement, sources: dict[str, str] | None = None, **changes: Any) -> Ledger:
    """A ledger whose suites are as they were when they ran; the memory of ``dev`` moves 4 bytes a second at most."""
    plain = Ledger(
        measurements,
        peaks={one.run_key: Peaks(memory_bytes_per_second=4.0) for one in measurements},
        present=Present({one.suite: SOURCE for one in measurements} if sources is None else sources),
    )
    return dataclasses.replace(plain, **changes)
