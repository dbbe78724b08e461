"""``chart("telemetry")``: what the board reported during the energy window of a case."""

from __future__ import annotations

import pandas as pd

from chronicle.charts.energy import telemetry
from chronicle.facts.throttling import held_back
from chronicle.pages.figures.asked import Asked, Drawn, chart_id
from chronicle.pages.prose import UnanswerableError
from chronicle.records.recorded import RecordedRun


def telemetry_figure(asked: Asked) -> Drawn:
    """The sensors over the first energy window of a case."""
    one = asked.ledger.one("energy_joules_per_call", asked.where)
    recorded = asked.desk.library.run(one.run_key)
    line = next((j.process.energy.telemetry_line for j in one.judged if j.process.energy is not None), None)
    if line is None:
        raise UnanswerableError(f"no telemetry was kept for {one.case}")
    words = asked.title or f"The board during {one.case}"
    id = chart_id("telemetry", one.case, asked.title, asked.where)
    return telemetry(id, words, _readings(recorded, line), _held(recorded, line)), [one]


def _held(recorded: RecordedRun, line: int) -> pd.DataFrame | None:
    """What held the clocks back, stretch by stretch; None where that was not recorded."""
    found = held_back(recorded.telemetry[line])
    names = ("reason", "start_seconds", "end_seconds", "share")
    return (
        None if found is None else pd.DataFrame([[getattr(one, name) for name in names] for one in found], columns=list(names))
    )


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
