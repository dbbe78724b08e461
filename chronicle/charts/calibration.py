"""How a machine's power sensors behave: what they read over steps of load, and how long a window of energy has to be.

The stretches of load stand behind the curves as bands, so that a delay can be seen and not only read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chronicle.charts.chart import Chart
from chronicle.charts.compose import LEFT, label_count, on, specification, tooltip
from chronicle.charts.recipe import keyed
from chronicle.charts.table import Row, counted, grouped, number, read

if TYPE_CHECKING:
    from altair import Chart as Layer
    from pandas import DataFrame

STEP_COLUMNS = ("seconds", "source", "power_w")
LOAD_COLUMNS = ("start_seconds", "end_seconds")
ERROR_COLUMNS = ("window_seconds", "kind", "error", "windows")
_HEIGHT = 230
_STYLES = ("series", "series-quiet")


@keyed
def step_response(id: str, title: str, readings: DataFrame, load: DataFrame) -> Chart:
    """Power by two fields over seconds, with the stretches of load behind.

    ``readings`` has one row per change: ``seconds``, ``source`` (what the curve is called), ``power_w``. ``load`` has one row
    per stretch: ``start_seconds``, ``end_seconds``.
    """
    rows = [row | {"power_w": number(row["power_w"])} for row in read(readings, "step_response", STEP_COLUMNS)]
    bands = read(load, "step_response", LOAD_COLUMNS)
    curves = grouped(rows, (str(row["source"]) for row in rows))
    summary = _step_summary(title, curves, bands)
    key = f"The line is {'; dashed: '.join(curves)}. A band is a stretch of load."
    return Chart(
        id=id,
        title=title,
        summary=summary,
        sketch=lambda: specification(_step_layers(curves, bands), title=title, key=key, summary=summary, height=_HEIGHT),
        columns=("Sensor", "Readings", "Lowest", "Highest"),
        rows=tuple(
            (source, f"{len(own)}", *(f"{of(_powers(own)):.0f} W" for of in (min, max))) for source, own in curves.items()
        ),
        source=tuple(rows),
    )


def _step_layers(curves: dict[str, list[Row]], bands: list[Row]) -> list[Layer]:
    import altair

    every = [row for own in curves.values() for row in own]
    last = max(row["seconds"] for row in every)
    axis = altair.Axis(title="seconds", grid=False, tickCount=label_count(), labelFlush=True)
    scale = altair.Scale(domain=[min(row["seconds"] for row in every), last], nice=False)

    def x(field: str) -> Any:
        return altair.X(field, type="quantitative", axis=axis, scale=scale)

    y = altair.Y(
        "power_w",
        type="quantitative",
        scale=altair.Scale(domainMin=0, domainMax=1.12 * max(_powers(every)), nice=False),
        axis=altair.Axis(title="watts", grid=True, tickCount=4, minExtent=LEFT, maxExtent=LEFT),
    )
    told = [band | _during(band, curves) for band in bands]
    words = tooltip(when="Load", **{f"most_{place}": f"Most by {source}" for place, source in enumerate(curves)})
    drawn: list[Layer] = [
        on(told)
        .mark_rect(style="band")
        .encode(x=x("start_seconds"), x2="end_seconds:Q", y=altair.value(0), y2=altair.value(_HEIGHT), tooltip=words)
    ]
    for style, own in zip(_STYLES, curves.values(), strict=False):
        held = [*own, own[-1] | {"seconds": last}]
        drawn.append(on(held).mark_line(style=style, interpolate="step-after").encode(x=x("seconds"), y=y))
    return drawn


def _during(band: Row, curves: dict[str, list[Row]]) -> Row:
    """A stretch of load in words, with the most that each field read in it."""
    said: Row = {"when": f"from {band['start_seconds']:.1f} to {band['end_seconds']:.1f} s"}
    for place, own in enumerate(curves.values()):
        found = _powers([row for row in own if band["start_seconds"] <= row["seconds"] <= band["end_seconds"]])
        said[f"most_{place}"] = f"{max(found):.0f} W" if found else "nothing"
    return said


def _step_summary(title: str, curves: dict[str, list[Row]], bands: list[Row]) -> str:
    said = [f"{source} between {min(_powers(own)):.0f} and {max(_powers(own)):.0f} W" for source, own in curves.items()]
    return f"{title}: {'; '.join(said)}, over {counted(len(bands), 'stretch', 'stretches')} of load."


def _powers(rows: list[Row]) -> list[float]:
    return [row["power_w"] for row in rows if row["power_w"] is not None]


@keyed
def window_error(id: str, title: str, frame: DataFrame, limit: float) -> Chart:
    """The error of the energy of a call against the length of the window, both on logarithmic scales.

    ``frame`` has one row per length and kind: ``window_seconds``, ``kind`` (how the window was placed), ``error`` (a share),
    ``windows`` (how many were tried). ``limit`` is the error up to which energy may be claimed.
    """
    rows = [
        row | {"error": number(row["error"]), "shown": _floor(row["error"])}
        for row in read(frame, "window_error", ERROR_COLUMNS)
    ]
    curves = grouped(rows, (str(row["kind"]) for row in rows))
    summary = _error_summary(title, curves, limit)
    named = "; dashed: ".join(curves)
    key = f"95th percentile of the error. The line is {named}. Below the rule at {limit:.0%} energy may be claimed."
    return Chart(
        id=id,
        title=title,
        summary=summary,
        sketch=lambda: specification(_error_layers(curves, limit), title=title, key=key, summary=summary, height=_HEIGHT),
        columns=("Window", "Placed", "Error", "Windows"),
        rows=tuple(
            (f"{row['window_seconds']:g} s", str(row["kind"]), f"{row['error']:.2%}", f"{row['windows']}") for row in rows
        ),
        source=tuple({name: row[name] for name in ERROR_COLUMNS} for row in rows),
    )


def _floor(error: Any) -> float:
    """A logarithm needs a number above 0; nothing here is known better than a hundredth of a percent."""
    return max(1e-4, float(error))


def _error_layers(curves: dict[str, list[Row]], limit: float) -> list[Layer]:
    import altair

    every = [row for own in curves.values() for row in own]
    lengths = sorted({row["window_seconds"] for row in every})
    x = altair.X(
        "window_seconds",
        type="quantitative",
        scale=altair.Scale(type="log", domain=[lengths[0] / 1.2, lengths[-1] * 1.2], nice=False),
        axis=altair.Axis(title="length of the window, seconds", grid=False, values=lengths, format="~g"),
    )
    y = altair.Y(
        "shown",
        type="quantitative",
        scale=altair.Scale(type="log", domain=[min(row["shown"] for row in every) / 1.5, 1], nice=False),
        axis=altair.Axis(
            title=None, format="~%", grid=True, minExtent=LEFT, maxExtent=LEFT, values=[0.0001, 0.001, 0.01, 0.1, 1]
        ),
    )
    drawn: list[Layer] = [on([{"shown": limit}]).mark_rule(style="ceiling").encode(y=y)]
    for style, own in zip(_STYLES, curves.values(), strict=False):
        points = "dot" if style == "series" else "dot-invalid"
        told = [row | {"says": f"{row['error']:.2%}", "long": f"{row['window_seconds']:g} s"} for row in own]
        words = tooltip(long="Window", kind="Placed", says="Error")
        drawn.append(on(own).mark_line(style=style).encode(x=x, y=y))
        drawn.append(on(told).mark_point(style=points).encode(x=x, y=y, tooltip=words))
    return drawn


def _error_summary(title: str, curves: dict[str, list[Row]], limit: float) -> str:
    said = []
    for kind, own in curves.items():
        enough = [row["window_seconds"] for row in own if row["error"] <= limit]
        said.append(f"{kind} within {limit:.0%} from {min(enough):g} s" if enough else f"{kind} never within {limit:.0%}")
    return f"{title}: {'; '.join(said)}."
