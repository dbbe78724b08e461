"""The kinds of charts: those that a directive draws, and those that derived pages draw."""

from __future__ import annotations

import ast
import inspect

from chronicle import charts
from chronicle.pages.figures import MAKERS
from reference.markdown import code, first, page, table


def charts_page() -> str:
    """Two tables: what can be asked for by name, and every maker of charts with the columns it reads."""
    asked = [(code(name), first(make)) for name, make in sorted(MAKERS.items())]
    makers = [(code(name), first(getattr(charts, name)), _columns(name)) for name in sorted(charts.__all__) if _is_maker(name)]
    return page(
        "Charts",
        "The [guide](../guides/charts.md) shows each chart drawn from records of this repository.",
        "## By directive",
        '`{{ chart("KIND", …) }}` draws one of these on any page of a kind.',
        table(("kind", "draws"), asked),
        "## Makers",
        "Functions of `chronicle.charts`. Each takes a table with these columns and gives a specification, a summary in "
        "words, and the same numbers as rows. Derived pages draw the others by them.",
        table(("maker", "draws", "columns"), makers),
    )


def _is_maker(name: str) -> bool:
    return inspect.isfunction(getattr(charts, name)) and name != "chart_markdown"


def _columns(name: str) -> str:
    """The tuple ``COLUMNS`` of a maker's module, or its columns named by another constant that the function reads."""
    module = inspect.getmodule(getattr(charts, name))
    tree = ast.parse(inspect.getsource(getattr(charts, name)))
    read = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and "COLUMNS" in node.id]
    columns = getattr(module, read[0], ()) if read else ()
    return ", ".join(map(code, columns))
