"""The guide to charts shows every kind, and every example of it stands drawn below its code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chronicle.documents.directives import Directive, find_directives
from chronicle.documents.front_matter import Authored, PageFront, read, split
from chronicle.documents.library import JudgedPage, Library
from chronicle.evidence.runs import read_runs
from chronicle.facts.ledger import Ledger
from chronicle.facts.measurements import measurements
from chronicle.facts.physics import peaks_of
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.figures import MAKERS, answers
from chronicle.pages.prose import answer_to
from chronicle.records.run import CONTROL

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs/guides/charts.md").read_text(encoding="utf-8")
PAGE = Authored("guides/charts.md", "docs/guides/charts.md", GUIDE)
DRAWN = find_directives(GUIDE, "charts.md")[0]
CHARTS = [one for one in DRAWN if one.name == "chart"]
OF_HISTORY = {"activity", "burn_up"}
"""Kinds that are drawn from git, which the strict build of this repository's own site draws."""


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The recorded runs of this repository."""
    runs = read_runs(ROOT / "bench" / "results", "bench/results").runs
    found = [m for one in runs for m in measurements(one.run_at_its_end, one.samples, one.environment)]
    controls = [m for one in runs for m in measurements(one.run_at_its_end, one.samples, one.environment, CONTROL)]
    peaks = {one.key: peaks_of(one.environment) for one in runs}
    ledger = Ledger(tuple(found), peaks, controls=tuple(controls))
    front, problems = read(PAGE, PageFront)
    assert front is not None and problems == ()
    return Desk(Library((), runs, ledger, (), (), plain=(JudgedPage(PAGE, front),)), make_always)


def test_the_guide_shows_every_kind_of_chart_and_no_other() -> None:
    headings = re.findall(r"^## (.+)$", GUIDE, re.MULTILINE)
    kinds = re.findall(r'^```text\n\{\{ chart\("(\w+)"', GUIDE, re.MULTILINE)[1:]

    assert set(kinds) == set(MAKERS)
    assert {directive.arguments[0] for directive in CHARTS} == set(MAKERS)
    assert [heading.lower().replace(" ", "_") for heading in headings if heading.lower().replace(" ", "_") in MAKERS] == list(
        dict.fromkeys(kinds)
    )


def test_the_code_of_every_example_is_what_is_drawn_below_it() -> None:
    shown = re.findall(r"^```text\n(\{\{.*\}\})\n```\n\n(.*)$", GUIDE, re.MULTILINE)

    assert len(shown) == len(DRAWN) + 1
    assert [code for code, below in shown[1:] if code != below] == []


def test_the_model_that_the_guide_shows_is_the_one_it_declares() -> None:
    (shown,) = re.findall(r"^```yaml\n(what_if:.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)

    assert shown in split(GUIDE).yaml


@pytest.mark.parametrize("directive", [one for one in DRAWN if one.arguments[0] not in OF_HISTORY], ids=str)
def test_every_example_is_drawn_from_the_records(desk: Desk, directive: Directive) -> None:
    problems: list[object] = []

    shown = answer_to(directive, PAGE, answers(desk, PAGE.uri), problems)  # type: ignore[arg-type]

    assert problems == []
    assert ".light.svg#only-light" in shown
