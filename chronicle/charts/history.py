"""A repository and a plan over time: commits and lines per day, and work done out of work known.

Long histories are gathered into weeks, months or years, so that a bar stays wide enough to see and to point at.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from chronicle.charts.chart import Chart
from chronicle.charts.compose import (
    LEFT,
    MILLISECONDS_OF_DAY,
    days_axis,
    days_scale,
    end_of,
    heading,
    milliseconds,
    on,
    pointed_at,
    specification,
    tooltip,
)
from chronicle.charts.recipe import keyed
from chronicle.charts.table import Row, counted, day, read

if TYPE_CHECKING:
    from altair import Axis, Y
    from altair import Chart as Layer
    from pandas import DataFrame

ACTIVITY_COLUMNS = ("day", "commits", "lines_added", "lines_removed")
BURN_UP_COLUMNS = ("date", "done", "total")
MOST_BARS = 180
MOST_STEPS = 300
FEWEST_DAYS = 14
_COMMITS, _LINES, _ACTIVITY_HEIGHT = (22, 100), (144, 236), 244
_BURN_UP_HEIGHT = 200


@keyed
def activity(id: str, title: str, frame: DataFrame) -> Chart:
    """Commits above, lines added and removed below, over a shared axis of days.

    ``frame`` has one row per day with commits: ``day``, ``commits``, ``lines_added``, ``lines_removed``, the last not negative.
    """
    rows = read(frame, "activity", ACTIVITY_COLUMNS)
    dated: list[Row] = [{"day": day(row["day"])} | {name: int(row[name]) for name in ACTIVITY_COLUMNS[1:]} for row in rows]
    days = sorted(dated, key=lambda row: row["day"])
    bars, grain = _gathered(days)
    summary = _activity_summary(title, days)
    return Chart(
        id=id,
        title=title,
        summary=summary,
        sketch=lambda: specification(
            _activity_layers(bars, days[0]["day"], days[-1]["day"]),
            title=title,
            key=f"One bar per {grain}. {_totals(days)}.",
            summary=summary,
            height=_ACTIVITY_HEIGHT,
            panels=True,
        ),
        columns=(grain.capitalize(), "Commits", "Lines added", "Lines removed"),
        rows=tuple((bar["when"], f"{bar['commits']:,}", f"{bar['added']:,}", f"{bar['removed']:,}") for bar in bars),
        source=tuple(row | {"day": row["day"].isoformat()} for row in days),
    )


@keyed
def burn_up(id: str, title: str, frame: DataFrame, word: str = "done") -> Chart:
    """Items done out of items known, as steps over time; ``word`` says what *done* means there, *ticked* for one.

    ``frame`` has one row per change, in any order: ``date``, ``done``, ``total``; the last row of a date stands for it.
    """
    steps = {day(row["date"]): (int(row["done"]), int(row["total"])) for row in read(frame, "burn_up", BURN_UP_COLUMNS)}
    changes = [(when, *steps[when]) for when in sorted(steps)]
    first, last = changes[0], changes[-1]
    summary = (
        f"{title}: {last[1]} of {counted(last[2], 'item')} {word} on {last[0].isoformat()}; "
        f"{first[1]} of {first[2]} on {first[0].isoformat()}."
    )
    return Chart(
        id=id,
        title=title,
        summary=summary,
        sketch=lambda: specification(
            _burn_up_layers(changes, word),
            title=title,
            key=f"{last[1]} of {counted(last[2], 'item')} {word}.",
            summary=summary,
            height=_BURN_UP_HEIGHT,
        ),
        columns=("Date", word.capitalize(), "Total"),
        rows=tuple((when.isoformat(), str(done), str(total)) for when, done, total in changes),
        source=tuple({"date": when.isoformat(), "done": done, "total": total} for when, done, total in changes),
    )


def _gathered(days: list[Row]) -> tuple[list[Row], str]:
    """Days as they are, or summed over the finest grain that keeps the axis under :data:`MOST_BARS` bars."""
    span = (days[-1]["day"] - days[0]["day"]).days + 1
    grain, _, start, after = next((some for some in _GRAINS if span / some[1] <= MOST_BARS), _GRAINS[-1])
    bars: dict[date, Row] = {}
    for row in days:
        begin = start(row["day"])
        bar = bars.setdefault(begin, _empty_bar(begin, after(begin), grain))
        bar["commits"] += row["commits"]
        bar["added"] += row["lines_added"]
        bar["removed"] += row["lines_removed"]
    return [bar | {"below": -bar["removed"]} for bar in bars.values()], grain


_GRAINS: tuple[tuple[str, float, Callable[[date], date], Callable[[date], date]], ...] = (
    ("day", 1, lambda when: when, lambda when: when + timedelta(days=1)),
    ("week", 7, lambda when: when - timedelta(days=when.weekday()), lambda when: when + timedelta(days=7)),
    ("month", 30.4, lambda when: when.replace(day=1), lambda when: (when + timedelta(days=31)).replace(day=1)),
    ("year", 365, lambda when: when.replace(month=1, day=1), lambda when: when.replace(year=when.year + 1)),
)


def _empty_bar(begin: date, end: date, grain: str) -> Row:
    """A bar with a sixth of its time left free on each side; ``start`` and ``end`` in milliseconds."""
    start, length = milliseconds(begin), milliseconds(end) - milliseconds(begin)
    free = length // 6
    shape = {"month": "%Y-%m", "year": "%Y"}.get(grain, "%Y-%m-%d")
    said = begin.strftime(shape)
    return {
        "when": f"week of {said}" if grain == "week" else said,
        "start": start + free,
        "end": start + length - free,
        "all": start,
        "all_end": start + length,
        "commits": 0,
        "added": 0,
        "removed": 0,
        "none": 0,
    }


def _activity_layers(bars: list[Row], first: date, last: date) -> list[Layer]:
    import altair

    x_at = _time_x(first, last)
    x: dict[str, Any] = {"x": x_at("start"), "x2": end_of("end", x_at("start"))}
    most, (low, high) = max(bar["commits"] for bar in bars), _lines_domain(bars)
    lines = altair.Scale(range=[_LINES[1], _LINES[0]], nice=True, domain=[low, high])
    words = tooltip(when="When", commits="Commits", added="Lines added", removed="Lines removed")

    def from_zero(axis: Axis | None) -> Y:
        return altair.Y("none", type="quantitative", scale=lines, axis=axis)

    return [
        on(bars).mark_rect(style="bar").encode(**x, y=_commits_y("none", most), y2="commits:Q"),
        on(bars).mark_rect(style="bar").encode(**x, y=from_zero(_counts_axis(high - low)), y2="added:Q"),
        on(bars).mark_rect(style="bar-quiet").encode(**x, y=from_zero(None), y2="below:Q"),
        heading("commits", 10),
        heading("lines added above, removed below zero", _LINES[0] - 12),
        pointed_at(bars, x=x_at("all"), until="all_end", height=_ACTIVITY_HEIGHT, words=words),
    ]


def _commits_y(field: str, most: int) -> Any:
    import altair

    scale = altair.Scale(range=[_COMMITS[1], _COMMITS[0]], nice=True)
    return altair.Y(field, type="quantitative", scale=scale, axis=_counts_axis(most))


def _lines_domain(bars: list[Row]) -> list[int]:
    """Both signs on one scale; without any line the panel still has a height."""
    return [min(bar["below"] for bar in bars), max(1, *(bar["added"] for bar in bars))]


def _counts_axis(span: int) -> Axis:
    """The left axis of a panel of counts over ``span``; they are sizes, so those below zero print without a sign.

    Vega lets one tick more pass than a least step of 1 has room for, a half; so no more are asked for than there are counts.
    """
    import altair

    room: dict[str, Any] = {"orient": "left", "minExtent": LEFT, "maxExtent": LEFT, "tickCount": max(1, min(3, int(span)))}
    return altair.Axis(title=None, grid=True, labelExpr="format(abs(datum.value), '~s')", **room)


def _time_x(first: date, last: date) -> Callable[[str], Any]:
    import altair

    first = min(first, last - timedelta(days=FEWEST_DAYS - 1))
    axis, scale = days_axis(first, last), days_scale(first, last)
    return lambda field: altair.X(field, type="temporal", axis=axis, scale=scale)


def _totals(days: list[Row]) -> str:
    added, removed = (sum(row[name] for row in days) for name in ("lines_added", "lines_removed"))
    return f"{counted(sum(row['commits'] for row in days), 'commit')}, {added:,} lines added, {removed:,} removed"


def _activity_summary(title: str, days: list[Row]) -> str:
    busiest = max(days, key=lambda row: row["commits"])
    return (
        f"{title}: {_totals(days)} on {counted(len(days), 'day')} between {days[0]['day'].isoformat()} and "
        f"{days[-1]['day'].isoformat()}. Most commits on {busiest['day'].isoformat()}: {busiest['commits']:,}."
    )


def _burn_up_layers(changes: list[tuple[date, int, int]], word: str) -> list[Layer]:
    import altair

    first, last = changes[0][0], changes[-1][0]
    steps: list[Row] = [
        {"t": milliseconds(when), "when": when.isoformat(), "done": done, "total": total}
        for when, done, total in changes[:: -(-len(changes) // MOST_STEPS)]
    ]
    end: Row = {"t": milliseconds(last) + MILLISECONDS_OF_DAY, "done": changes[-1][1], "total": changes[-1][2]}
    line = [*steps, end]
    periods = [step | {"until": after["t"]} for step, after in zip(steps, line[1:], strict=True)]
    x = _time_x(first, last)("t")
    most = max(1, *(total for _, _, total in changes))
    scale = altair.Scale(domainMin=0, domainMax=most * 1.15, nice=False)

    def y(field: str) -> Any:
        return altair.Y(field, type="quantitative", scale=scale, axis=_counts_axis(most))

    words = tooltip(when="From", done=word.capitalize(), total="Total")
    return [
        on(line).mark_area(style="band", interpolate="step-after").encode(x=x, y=y("done")),
        on(line).mark_line(style="series-quiet", interpolate="step-after").encode(x=x, y=y("total")),
        on(line).mark_line(style="series", interpolate="step-after").encode(x=x, y=y("done")),
        *_end_labels(end, x, y, word),
        pointed_at(periods, x=x, until="until", height=_BURN_UP_HEIGHT, words=words),
    ]


def _end_labels(end: Row, x: Any, y: Callable[[str], Any], word: str) -> list[Layer]:
    """The two lines named at their ends; where all is done one name is enough."""

    def label(style: str, words: str, field: str) -> Layer:
        text: Layer = on([end | {"text": words}]).mark_text(style=style, dy=-6, dx=-2).encode(x=x, y=y(field), text="text:N")
        return text

    if end["done"] == end["total"]:
        return [label("series-name", f"all {end['total']} {word}", "total")]
    in_all = label("series-quiet-name", f"{end['total']} in all", "total")
    return [in_all, label("series-name", f"{end['done']} {word}", "done")]
