"""``{{ chart("…") }}`` and ``{{ what_if("…") }}``: which facts each kind of chart is drawn from, a module a concern."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from chronicle.charts.chart import Chart
from chronicle.documents.library import Chronicle
from chronicle.pages.chart_sources import measured_line, mined_line
from chronicle.pages.desk import Desk
from chronicle.pages.figures.asked import Asked, Maker
from chronicle.pages.figures.board import telemetry_figure
from chronicle.pages.figures.ceilings import shares_figure
from chronicle.pages.figures.over_runs import trend_figure
from chronicle.pages.figures.pairs import paired_figure
from chronicle.pages.figures.plans import burn_up_figure
from chronicle.pages.figures.processes import distribution_figure
from chronicle.pages.figures.repository import activity_figure, histories
from chronicle.pages.figures.studies import phases_figure, tornado_figure
from chronicle.pages.figures.sweeps import sweep_figure
from chronicle.pages.figures.trade_offs import pareto_figure, roofline_figure
from chronicle.pages.figures.what_if import what_if_block
from chronicle.pages.prose import Answer, UnanswerableError, Where, plain_where
from chronicle.pages.stale import stale_note
from chronicle.pages.writing import Markdown, slug

MAKERS: dict[str, Maker] = {
    "trend": trend_figure,
    "sweep": sweep_figure,
    "distribution": distribution_figure,
    "paired": paired_figure,
    "pareto": pareto_figure,
    "roofline": roofline_figure,
    "shares": shares_figure,
    "telemetry": telemetry_figure,
    "activity": activity_figure,
    "phases": phases_figure,
    "tornado": tornado_figure,
    "burn_up": burn_up_figure,
}
"""Every kind that an author can ask for by name."""


def answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directives ``chart`` and ``what_if`` for the page at ``page``."""

    def chart(
        kind: str,
        metric: str = "",
        title: str = "",
        where: Where | None = None,
        of: str | Where = "",
        to: Where | None = None,
        x: str = "",
        by: str = "",
        margin: float | None = None,
    ) -> Markdown:
        make = MAKERS.get(kind)
        if make is None:
            raise UnanswerableError(f"no chart {kind!r}; there are {', '.join(MAKERS)}")
        asked = Asked(desk, metric, title, plain_where(where), of, plain_where(to), x, by, margin)
        drawn, shown = make(asked)
        drawn = _of_report(drawn, desk, page) if shown and desk.library.evidence else drawn
        source = measured_line(shown, desk, page) if shown else mined_line(_mined(kind, asked))
        return Markdown(desk.figure(drawn, page) + source + stale_note(shown, desk.library.ledger))

    def what_if(name: str, of: str = "") -> Markdown:
        return what_if_block(desk, page, name, of)

    return {"chart": chart, "what_if": what_if}


def _of_report(drawn: Chart, desk: Desk, page: str) -> Chart:
    """The chart under the name of the report whose evidence it chose among: other pages may ask the same of all.

    Where the ids of two reports give one name, which is a finding, the later one's page tells them apart.
    """
    own = next(one for one in desk.library.reports if one.authored.uri == page)
    name = slug(own.front.id)
    first = next(one for one in desk.library.reports if slug(one.front.id) == name)
    words = name if first is own else f"{name}-{hashlib.sha256(page.encode()).hexdigest()[:6]}"
    return replace(drawn, id=f"{drawn.id}-{words}")


def _mined(kind: str, asked: Asked) -> list[Chronicle]:
    """The history that a chart without measurements was drawn from: a repository's, or that of the documents."""
    home = asked.desk.library.home_chronicle
    return histories(asked.desk, asked.of) if kind == "activity" else [home] if home else []
