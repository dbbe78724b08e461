"""What held the clocks back over a window: a lane for each reason, named in words, filled where it acted.

A bar is as thick as the part of its stretch that the reason acted in, so a reason that comes and goes is thinner and not paler.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chronicle.charts.compose import heading, lane_y, on
from chronicle.charts.table import Row, grouped, read

if TYPE_CHECKING:
    from altair import Chart as Layer
    from pandas import DataFrame

COLUMNS = ("reason", "start_seconds", "end_seconds", "share")
MOST_BARS = 400
_GAP, _HEAD, _LANE, _THICK = 18, 22, 32, 10
_ALWAYS = 0.995


@dataclass(frozen=True)
class HeldLanes:
    """The reasons that acted, each with its stretches; ``rows`` is None where nobody knows."""

    rows: tuple[Row, ...] | None
    seconds: float

    @property
    def is_known(self) -> bool:
        return self.rows is not None

    @property
    def reasons(self) -> dict[str, list[Row]]:
        return grouped(self.rows or (), (row["reason"] for row in self.rows or ()))

    @property
    def height(self) -> int:
        """Px below the panels."""
        return _GAP + _HEAD + max(1, len(self.reasons)) * _LANE if self.is_known else 0

    @property
    def sentence(self) -> str:
        if self.rows is None:
            return "What held the clocks back was not recorded."
        said = [f"{reason} for {self._part(own):.0%} of the time" for reason, own in self.reasons.items()]
        return f"Clocks held back by {'; '.join(said)}." if said else "Nothing held the clocks back."

    @property
    def table(self) -> list[tuple[str, ...]]:
        """A row a reason, in the columns of the quantities: its part of the time stands as the mean."""
        return [
            (f"Held back: {reason}", f"{self._part(own):.1%} of the time", "", "", "", "")
            for reason, own in self.reasons.items()
        ]

    def at(self, seconds: float) -> Row:
        """The part of its stretch that each reason acted in at a moment."""
        return {
            f"held_{reason.replace(' ', '_')}": max(
                (row["share"] for row in own if row["start_seconds"] <= seconds < row["end_seconds"]), default=0.0
            )
            for reason, own in self.reasons.items()
        }

    def words(self, seconds: float) -> str:
        """The reasons that act at a moment."""
        acting = [
            reason
            for reason, own in self.reasons.items()
            if any(row["start_seconds"] <= seconds < row["end_seconds"] and row["share"] > 0 for row in own)
        ]
        return ", ".join(acting) or "nothing"

    def layers(self, top: int, x: Any, height: int) -> list[Layer]:
        """The lanes below ``top`` px, each under its name with its part of the time."""
        import altair

        if not self.is_known:
            return []
        drawn: list[Layer] = [heading("clocks held back by", top + _GAP + 10)]
        if not self.reasons:
            return [*drawn, heading("nothing", top + _GAP + _HEAD + 12)]
        for place, (reason, own) in enumerate(self.reasons.items()):
            begin = top + _GAP + _HEAD + place * _LANE
            middle = begin + 22
            bars = [
                row | {"above": middle - _THICK * row["share"] / 2, "below": middle + _THICK * row["share"] / 2}
                for row in own[: MOST_BARS // len(self.reasons)]
            ]
            start = altair.X("start_seconds", type="quantitative", axis=x["axis"], scale=x["scale"])
            y = lane_y("above", height)
            drawn += [
                heading(f"{reason}, {self._part(own):.0%} of the time", begin + 10),
                on(bars).mark_rect(style="held").encode(x=start, x2="end_seconds:Q", y=y, y2="below:Q"),
            ]
        return drawn

    def _part(self, own: Sequence[Row]) -> float:
        return float(sum((row["end_seconds"] - row["start_seconds"]) * row["share"] for row in own) / self.seconds)


def held_lanes(held: DataFrame | None, start: float, end: float) -> HeldLanes:
    """The stretches of a table within a window, neighbours of one share joined."""
    seconds = max(end - start, 1e-9)
    if held is None:
        return HeldLanes(None, seconds)
    rows = [] if held.empty else read(held, "telemetry", COLUMNS)
    found: list[Row] = []
    for own in grouped(rows, (str(row["reason"]) for row in rows)).values():
        found += _joined([row | {"reason": str(row["reason"])} for row in own if float(row["share"]) > 0])
    return HeldLanes(tuple(found), seconds)


def _joined(rows: list[Row]) -> list[Row]:
    joined: list[Row] = []
    for row in rows:
        share = 1.0 if row["share"] > _ALWAYS else round(float(row["share"]), 1) or 0.1
        last = joined[-1] if joined else None
        if last and last["share"] == share and abs(last["end_seconds"] - row["start_seconds"]) < 1e-6:
            last["end_seconds"] = row["end_seconds"]
        else:
            joined.append(row | {"share": share})
    return joined
