"""``chart("burn_up")``: the boxes of a roadmap that were ticked, out of those there were."""

from __future__ import annotations

from chronicle.charts.chart import Chart
from chronicle.charts.history import burn_up
from chronicle.documents.library import JudgedPage
from chronicle.pages.figures.asked import Asked, Drawn
from chronicle.pages.prose import UnanswerableError
from chronicle.pages.writing import slug


def burn_up_figure(asked: Asked) -> Drawn:
    """The roadmap at the path ``of``, or the first one."""
    known = {page.authored.uri: page for page in asked.desk.library.roadmaps}
    page = known.get(str(asked.of)) if asked.of else next(iter(known.values()), None)
    if page is None:
        raise UnanswerableError(f"no roadmap {asked.of!r}; there is {', '.join(known) or 'none'}")
    chart = burn_up_chart(page, asked.title)
    if chart is None:
        raise UnanswerableError(f"no item of {page.authored.uri} was committed yet")
    return chart, []


def burn_up_chart(page: JudgedPage, title: str = "") -> Chart | None:
    """Ticked boxes and all boxes of a roadmap over its commits; None where nothing was committed."""
    import pandas as pd

    steps = page.history.steps
    if not steps or not any(step.total for step in steps):
        return None
    frame = pd.DataFrame([{"date": step.change.committed, "done": step.ticked, "total": step.total} for step in steps])
    id = slug(f"burn-up-{page.authored.uri.removesuffix('.md')}-{title}")
    return burn_up(id, title or "Boxes ticked, out of items on the roadmap", frame, "ticked")
