"""The directive ``chart``: each kind from the facts it is for, and a hint where they do not suffice."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from ledgers import ledger_of, measured

from chronicle.documents.front_matter import Authored
from chronicle.documents.library import Library
from chronicle.facts.measurements import Measurement
from chronicle.pages import figures
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.prose import answered


def grid(values: dict[tuple[int, str], float], **changes: Any) -> list[Measurement]:
    """A case for each size and implementation, all of one run."""
    return [
        measured(
            [value * (1 + 0.001 * block) for block in range(12)],
            case=f"total[impl={impl},n={n}]",
            parameters={"n": n, "impl": impl},
            **changes,
        )
        for (n, impl), value in values.items()
    ]


TWO_AXES = grid({(n, impl): n * share for impl, share in (("eager", 1e-6), ("graph", 4e-7)) for n in (1, 10, 100)})


def written(directive: str, *found: Measurement) -> tuple[Desk, str, list[str]]:
    """The desk after a page with that directive, the page, and what was wrong with it."""
    desk = Desk(Library((), (), ledger_of(*found), (), ()), make_always)
    problems: list[Any] = []
    page = "".join(answered(Authored("a.md", "a.md", directive), figures.answers(desk, "a.md"), problems))
    return desk, page, [problem.found for problem in problems]


def rows(desk: Desk) -> list[dict[str, str]]:
    (table,) = [entry.body.decode() for uri, entry in desk.figures.items() if uri.endswith(".csv")]
    return list(csv.DictReader(table.splitlines()))


def test_a_trend_shows_every_run_of_a_case_with_its_breaks() -> None:
    runs = [measured([1.0] * 12, run_id=f"{place:02}", source_sha256=f"{place // 2}" * 64) for place in range(4)]

    desk, page, problems = written('{{ chart("trend", "call_seconds", where={"benchmark": "total"}) }}', *runs)

    assert problems == []
    assert [row["breaks"] for row in rows(desk)] == ["", "", "benchmark source", ""]
    assert "4 runs" in page


def test_a_sweep_finds_its_axes_by_what_varies() -> None:
    desk, page, problems = written('{{ chart("sweep", "call_seconds") }}', *TWO_AXES)

    assert problems == []
    assert [(row["n"], row["impl"]) for row in rows(desk)][:4] == [
        ("1", "eager"),
        ("10", "eager"),
        ("100", "eager"),
        ("1", "graph"),
    ]
    assert "6 cases in 2 lines" in page


def test_a_sweep_takes_the_axes_it_is_told() -> None:
    desk, _, problems = written('{{ chart("sweep", "call_seconds", x="impl", by="n") }}', *TWO_AXES)

    assert problems == []
    assert rows(desk)[0].keys() >= {"impl", "n"}


@pytest.mark.parametrize(
    ("directive", "said"),
    [
        ('{{ chart("sweeep", "call_seconds") }}', "no chart 'sweeep'; there are trend, sweep"),
        ('{{ chart("sweep", "call_seconds", x="nn") }}', "has no axis 'nn'; did you mean 'n'?"),
        ('{{ chart("sweep", "call_seconds", x="n") }}', "2 cases stand in one place"),
        ('{{ chart("sweep", "call_seconds", where={"n": 1, "impl": "eager"}) }}', "a sweep takes one or two axes"),
        ('{{ chart("trend", "call_seconds") }}', "6 cases of call_seconds fit"),
        ('{{ chart("trend", "cal_seconds") }}', "did you mean 'call_seconds'"),
    ],
)
def test_a_chart_that_cannot_be_drawn_says_what_there_is(directive: str, said: str) -> None:
    _, page, problems = written(directive, *TWO_AXES)

    assert len(problems) == 1
    assert said in problems[0]
    assert "unknown: chart" in page
