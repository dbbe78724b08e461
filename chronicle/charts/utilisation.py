"""How much of a physical ceiling was reached: a track from nothing to the ceiling per case and machine.

The ceiling is the end of every track, so a share is a length and its distance to the end is what is left to win. Machines
differ by the shape of their point and are named on their line; colour says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chronicle.charts.chart import Chart
from chronicle.charts.compose import estimate_at, lane_y, on, specification, text_at, tooltip
from chronicle.charts.recipe import keyed
from chronicle.charts.table import Row, counted, grouped, listed, number, read, stated
from chronicle.charts.theme import SHAPES

if TYPE_CHECKING:
    from altair import Chart as Layer
    from pandas import DataFrame

COLUMNS = ("label", "machine", "share", "lo", "hi", "of")
MOST_TRACKS = 60
_HEAD, _TRACK, _GAP = 22, 36, 8


@dataclass(frozen=True)
class _Share:
    label: str
    machine: str
    share: float | None
    lo: float | None
    hi: float | None
    of: str
    case: str

    @property
    def text(self) -> str:
        """The share in percent with its interval."""
        percent = [None if value is None else value * 100 for value in (self.share, self.lo, self.hi)]
        return stated(percent[0], "%", percent[1], percent[2])

    @property
    def value(self) -> str:
        """The share alone, as finely as its interval allows."""
        return self.text.partition(" (")[0]

    @property
    def words(self) -> str:
        return f"{self.label} on {self.machine}: {self.text} of {self.of}"


@keyed
def shares(id: str, title: str, frame: DataFrame) -> Chart:
    """Fractions of a ceiling with their intervals, grouped by ``label`` in order of appearance.

    ``frame`` has one row per case and machine: ``label``, ``machine``, ``share`` (1 is the ceiling), ``lo``, ``hi`` (missing
    without an interval) and ``of``, the ceiling in words. A column ``case`` gives the whole name of what a label is short for.
    """
    items = [_share(row) for row in read(frame, "shares", COLUMNS, ("case",))]
    shown = items[:MOST_TRACKS]
    tracks, heads, height = _placed(shown)
    summary = f"{title}: {counted(len(items), 'fraction')} of a ceiling. {listed([item.words for item in items])}."
    return Chart(
        id=id,
        title=title,
        summary=summary,
        sketch=lambda: specification(
            _layers(tracks, heads, height, shown), title=title, key=_key(items, shown), summary=summary, height=height
        ),
        columns=("Case", "Machine", "Share", "Of"),
        rows=tuple((item.case, item.machine, item.text, item.of) for item in items),
        source=tuple(
            {"label": i.case, "machine": i.machine, "share": i.share, "lo": i.lo, "hi": i.hi, "of": i.of} for i in items
        ),
    )


def _share(row: Row) -> _Share:
    share, lo, hi = (number(row[name]) for name in ("share", "lo", "hi"))
    label, of = str(row["label"]), "its ceiling" if row["of"] is None else str(row["of"])
    return _Share(label, str(row["machine"]), share, lo, hi, of, str(row["case"] or label))


def _placed(items: list[_Share]) -> tuple[list[Row], list[Row], int]:
    """Tracks and headings with their heights in px; one machine alone needs no line of its own under the label."""
    is_alone = len({item.machine for item in items}) == 1
    tracks: list[Row] = []
    heads: list[Row] = []
    top = 0
    for label, members in grouped(items, (item.label for item in items)).items():
        if not is_alone:
            heads.append({"label": label, "y": top + 15})
            top += _HEAD
        for member in members:
            tracks.append(_track(member, top, member.label if is_alone else member.machine))
            top += _TRACK
        top += _GAP
    return tracks, heads, top


def _track(item: _Share, top: int, name: str) -> Row:
    row: Row = {
        "name": name,
        "label": item.label,
        "machine": item.machine,
        "of": item.of,
        "says": item.text,
        "value": item.value,
    }
    row |= {"text": top + 15, "y": top + 26, "above": top + 20, "below": top + 32, "none": 0, "ceiling": 1}
    if item.share is not None:
        row["share"] = item.share
        if item.lo is not None and item.hi is not None:
            row |= {"lo": item.lo, "hi": item.hi}
    return row


def _layers(tracks: list[Row], heads: list[Row], height: int, items: list[_Share]) -> list[Layer]:
    import altair

    y, text, above = lane_y("y", height), lane_y("text", height), lane_y("above", height)
    name_style = "note" if heads else "name"
    measured = [track for track in tracks if "share" in track]
    about = tooltip(label="Case", machine="Machine", says="Share", of="Of")
    return [
        text_at(heads, "name", "label").encode(x=altair.value(0), y=y),
        text_at(tracks, name_style, "name", 0.56).encode(x=altair.value(0), y=text),
        estimate_at(tracks).encode(y=text),
        on(tracks).mark_rule(style="track").encode(x=_x(items, "none"), x2="ceiling:Q", y=y),
        on(measured).mark_rule(style="share").encode(x=_x(items, "none"), x2="share:Q", y=y),
        on([track for track in measured if "lo" in track])
        .mark_rule(style="share-interval")
        .encode(x=_x(items, "lo"), x2="hi:Q", y=y),
        on(tracks).mark_rule(style="ceiling").encode(x=_x(items, "ceiling"), y=above, y2="below:Q"),
        on(measured).mark_point(style="share-point").encode(x=_x(items, "share"), y=y, shape=_shape(items), tooltip=about),
    ]


def _x(items: list[_Share], field: str) -> Any:
    import altair

    highest = max([1.0, *(value for item in items for value in (item.share, item.hi) if value is not None)])
    axis = altair.Axis(
        title=None,
        values=[0, 0.25, 0.5, 0.75, 1],
        labelExpr="datum.value == 1 ? 'ceiling' : format(datum.value * 100, 'd') + ' %'",
        labelFlush=True,
        labelOverlap=False,
        grid=False,
    )
    return altair.X(field, type="quantitative", axis=axis, scale=altair.Scale(domain=[0, highest], nice=False))


def _shape(items: list[_Share]) -> Any:
    import altair

    machines = list(dict.fromkeys(item.machine for item in items))
    shapes = [SHAPES[place % len(SHAPES)] for place in range(len(machines))]
    return altair.Shape("machine", type="nominal", legend=None, scale=altair.Scale(domain=machines, range=shapes))


def _key(items: list[_Share], shown: list[_Share]) -> str:
    machines = list(dict.fromkeys(item.machine for item in items))
    ceilings = list(dict.fromkeys(item.of for item in items))
    key = f"Share of {ceilings[0] if len(ceilings) == 1 else 'the ceiling'}"
    key += f" on {machines[0]}" if len(machines) == 1 else ", one point per machine"
    key += "; the wide part is the interval."
    if len(shown) < len(items):
        key += f" First {len(shown)} of {len(items)}; all are in the table."
    return key
