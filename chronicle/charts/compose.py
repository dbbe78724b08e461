"""The parts every chart is put together from: layers over inline rows, a title that wraps, an axis of days.

Charts with several rows or panels are one view with several scales, not a concatenation: only a single view can take the
width of its container, and a page is 390 px wide as often as 1,440.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from chronicle.charts.table import Row

if TYPE_CHECKING:
    from altair import X2, Axis, Chart, DateTime, ExprRef, Scale, Tooltip, X, Y

NARROW = 520
"""Below this width in px a title takes the lines of a phone."""

MOST_MARKS = 1_000
"""Above this a picture grows past 300 KB and a phone stutters; makers aggregate until they stay below."""

LEFT = 52
"""Room for the labels of a y axis, the same in every chart, so that plots on a page line up."""

_TITLE_BREAKS = re.compile(r"(\s+(?!%)|(?<=[^\W\d]{2}-)(?=[^\W\d]{2})|(?<=,)(?=[^\W\d]))")
"""Between words but not before a percent sign, behind a hyphen between them, and before the next parameter of a case."""

MILLISECONDS_OF_DAY = 86_400_000
_EPOCH = date(1970, 1, 1)


def on(rows: Sequence[Row]) -> Chart:
    """An empty Altair chart over inline rows."""
    import altair

    return altair.Chart(altair.InlineData(values=list(rows)))


def specification(
    layers: Sequence[Chart], *, title: str, key: str, summary: str, height: int, panels: bool = False
) -> dict[str, Any]:
    """The Vega-Lite form of ``layers`` on one view as wide as its container, without any configuration.

    ``key`` says how to read the marks and stands under the title. ``panels`` gives each layer a y scale of its own. A layer
    without rows is left out.
    """
    import altair

    drawn = altair.layer(*(layer for layer in layers if _has_rows(layer)))
    resolved = drawn.resolve_scale(y="independent") if panels else drawn
    spec: dict[str, Any] = resolved.properties(width="container", height=height, description=summary).to_dict(validate=False)
    spec.pop("config", None)
    return spec | {"title": {"text": _lines(title, 36, 80), "subtitle": _lines(key, 48, 104)}}


def _has_rows(layer: Chart) -> bool:
    """Whether a layer draws anything: inline rows may be none, what Vega counts up itself is some."""
    return bool(getattr(layer.data, "values", True))


def lane_y(field: str, height: int) -> Y:
    """A vertical position given in pixels from the top."""
    import altair

    scale = altair.Scale(domain=[0, height], range=[0, height], nice=False, zero=False)
    return altair.Y(field, type="quantitative", axis=None, scale=scale)


def text_at(rows: Sequence[Row], style: str, field: str, share: float = 1.0) -> Chart:
    """A text per row, written in ``style`` and cut after a share of the width; its place is encoded by the caller."""
    import altair

    text: Chart = on(rows).mark_text(style=style, limit=share_of_width(share)).encode(text=altair.Text(field, type="nominal"))
    return text


def estimate_at(rows: Sequence[Row]) -> Chart:
    """The estimate of each row at the right edge; where there is no room, without its interval."""
    import altair

    words = altair.ExprRef(f"width < {NARROW} ? datum.value : datum.says")
    text: Chart = (
        on(rows).mark_text(style="value", limit=share_of_width(0.42)).encode(x=altair.value("width"), text=altair.value(words))
    )
    return text


def heading(text: str, y: int) -> Chart:
    """The name of a panel, above its plot at the left edge."""
    import altair

    return text_at([{"text": text}], "note", "text").encode(x=altair.value(0), y=altair.value(y))


def tooltip(**titles: str) -> list[Tooltip]:
    """The fields of a tooltip and what they are called there; texts and numbers print as they stand in the row."""
    import altair

    return [altair.Tooltip(field, type="nominal", title=title) for field, title in titles.items()]


def pointed_at(rows: Sequence[Row], *, x: X, until: str, height: int, words: Sequence[Tooltip]) -> Chart:
    """A strip of full height per row, from ``x`` to the field ``until``, that shows itself and its words under the pointer.

    A strip is found by its own area and not as the nearest mark, which leaves Vega's tooltip without its row.
    """
    import altair

    over = altair.selection_point(name="pointed_at", on="pointerover", clear="pointerout", empty=False, fields=[x.shorthand])
    opacity = altair.when(over).then(altair.value(0.2)).otherwise(altair.value(0))
    place: dict[str, Any] = {"x": x, "x2": end_of(until, x), "y": altair.value(0), "y2": altair.value(height)}
    strips: Chart = (
        on(rows).mark_rect(style="pointed-at").encode(**place, tooltip=list(words), opacity=opacity).add_params(over)
    )
    return strips


def end_of(field: str, x: X) -> X2:
    """The field at which a mark ends that begins at ``x``, of the same type.

    Altair leaves the type of an end out, and Vega-Lite then takes the days of a time axis for values of another kind.
    """
    import altair

    return altair.X2(field=field, type=x["type"])


def label_count() -> ExprRef:
    """As many labels on an axis of numbers as the width has room for."""
    import altair

    return altair.ExprRef("max(3, width / 110)")


def share_of_width(share: float) -> ExprRef:
    """A limit for a text: that share of the picture's width, so two texts on a line cannot meet."""
    import altair

    return altair.ExprRef(f"width * {share}")


def milliseconds(when: date) -> int:
    """The start of a day in UTC as Vega counts time."""
    return (when - _EPOCH).days * MILLISECONDS_OF_DAY


def days_axis(first: date, last: date) -> Axis:
    """A time axis with four to nine labels, each in the grain of its step: days, months or years."""
    import altair

    days, shape = _ticks(first, last)
    room: dict[str, Any] = {"labelFlush": True, "labelOverlap": "greedy", "labelSeparation": 12}
    return altair.Axis(title=None, format=shape, values=[_start_of(when) for when in days], grid=False, **room)


def days_scale(first: date, last: date) -> Scale:
    """A UTC scale from the start of ``first`` to the end of ``last``."""
    import altair

    return altair.Scale(type="utc", domain=[_start_of(first), _start_of(last + timedelta(days=1))], nice=False)


def _start_of(when: date) -> DateTime:
    """A day for a scale or an axis, spelled out: Vega's interpreter takes a single number for a year."""
    import altair

    return altair.DateTime(year=when.year, month=when.month, date=when.day, utc=True)


def _ticks(first: date, last: date) -> tuple[list[date], str]:
    """The days to label and how: steps of days back from the last one, or first days of months."""
    span = (last - first).days + 1
    for step in (1, 2, 7, 14):
        if span <= 9 * step:
            return [last - timedelta(days=step * place) for place in range((span - 1) // step, -1, -1)], "%-d %b"
    for step in (1, 2, 3, 6):
        if span <= 9 * 30 * step:
            return _months(first, last, step), "%b %Y"
    return _months(first, last, 12 * max(1, round(span / 365 / 7))), "%Y"


def _months(first: date, last: date, step: int) -> list[date]:
    """First days of months between two days, ``step`` months apart, counted from year 0."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    starts = [date(month // 12, month % 12 + 1, 1) for month in months if month % step == 0]
    return [start for start in starts if start >= first]


def wrapped(text: str, letters: int, breaks: re.Pattern[str]) -> list[str]:
    """The lines of a text that may end where ``breaks`` matches; a word that is longer than a line is cut."""
    wrapper = textwrap.TextWrapper(letters, break_on_hyphens=False)
    wrapper.wordsep_simple_re = breaks
    return wrapper.wrap(text) or [""]


def _lines(text: str, narrow: int, wide: int) -> dict[str, str]:
    """An expression that picks the lines for the width; the text is quoted, because strangers write some of it.

    Set past Altair, whose schema allows an expression in a title and not in a subtitle; Vega-Lite compiles both.
    """

    def lines(letters: int) -> str:
        return json.dumps(wrapped(text, letters, _TITLE_BREAKS))

    return {"expr": f"width < {NARROW} ? {lines(narrow)} : {lines(wide)}"}
