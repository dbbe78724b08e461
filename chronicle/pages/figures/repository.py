"""``chart("activity")``: the commits and lines of a repository by day."""

from __future__ import annotations

from chronicle.charts.chart import Chart
from chronicle.charts.history import activity
from chronicle.documents.library import Chronicle
from chronicle.facts.activity import by_day
from chronicle.pages.desk import Desk
from chronicle.pages.figures.asked import Asked, Drawn, chart_id
from chronicle.pages.prose import UnanswerableError, Where


def activity_figure(asked: Asked) -> Drawn:
    """The repository named by ``of``, or the first one."""
    chosen = histories(asked.desk, asked.of)
    if not chosen or chosen[0].table.empty:
        raise UnanswerableError(f"no repository {asked.of!r} with a commit")
    return activity_chart(chosen[0], asked.title), []


def histories(desk: Desk, of: str | Where) -> list[Chronicle]:
    """The repository of that name, or the first one; none where there is none."""
    return [one for one in desk.library.chronicles if of in ("", one.name)][:1]


def activity_chart(chronicle: Chronicle, title: str = "") -> Chart:
    """Commits and lines by day of a repository."""
    days = by_day(chronicle.table)
    return activity(
        chart_id("activity", chronicle.name, title, {}), title or f"{chronicle.name}: commits and lines by day", days
    )
