"""``calibrated(machine, what)``: a number of a machine's calibration in a sentence, linked to where it is found."""

from __future__ import annotations

import html
from datetime import date
from pathlib import Path

import pytest
from calibrations import write_calibration
from runs import RESULTS

from chronicle.documents.directives import Directive
from chronicle.documents.front_matter import Authored
from chronicle.documents.library import Library
from chronicle.documents.review import review
from chronicle.errors import Problem
from chronicle.evidence.calibrations import read_calibrations
from chronicle.evidence.runs import read_runs
from chronicle.facts.calibrated import standings
from chronicle.facts.ledger import Ledger
from chronicle.pages import calibrated_blocks
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.machines import machine_pages
from chronicle.pages.prose import answer_to
from chronicle.pages.published import plain
from chronicle.pages.writing import SEAL

PAGE = Authored("reports/a.md", "docs/reports/a.md", "")


def desk(results: Path = RESULTS, today: date | None = None) -> Desk:
    held = standings(read_calibrations(results).calibrations, {}, today)
    return Desk(Library((), (), Ledger((), calibrations=held), (), ()), make_always)


def asked(machine: str, what: str, at: Desk) -> tuple[str, list[Problem]]:
    """What stands in place of the directive on line 3 of a page, and the findings."""
    problems: list[Problem] = []
    directive = Directive("calibrated", (machine, what), line=3)
    words = answer_to(directive, PAGE, calibrated_blocks.answers(at, PAGE.uri), problems)
    return html.unescape(words), problems


@pytest.mark.parametrize(
    ("what", "words", "anchor"),
    [
        ("energy_gap", "1.01 %", "calibration-energy"),
        ("idle_watts", "70.3 W", "calibration-idle-power"),
        ("counter_period", "100.0 ms", "calibration-sensors"),
        ("claimable_window", "1.00 s", "calibration-energy"),
        ("resolution", "0.08 %", "calibration-timers-and-launches"),
    ],
)
def test_a_number_links_to_the_group_of_the_machine_s_page_that_holds_it(what: str, words: str, anchor: str) -> None:
    at = desk()
    shown, problems = asked("h100-sxm", what, at)
    (page,) = [one.body.decode() for one in machine_pages(at) if one.uri == "machines/h100-sxm.md"]

    assert problems == []
    assert f'">[{words}](../machines/h100-sxm.md#{anchor} ' in shown
    assert shown.endswith(f'calibrated on 2026-11-28"){{ .{SEAL} .fact }}</span>')
    assert [text for _, text in at.published.words.values() if text == words]
    assert f"{{ #{anchor} }}" in page
    assert words in html.unescape(page).replace("\xa0", " ")


def test_every_number_is_named_in_the_guide() -> None:
    guide = (RESULTS.parents[1] / "docs/guides/benchmarks.md").read_text(encoding="utf-8")

    assert [one for one in calibrated_blocks.VALUES if f"| `{one}` |" not in guide] == []


def test_an_expired_calibration_still_answers_and_says_so() -> None:
    shown, problems = asked("h100-sxm", "energy_gap", desk(today=date(2027, 1, 31)))

    assert problems == []
    assert plain(shown) == "1.01 %"
    assert ">expired</sup>" in shown
    assert "This calibration no longer holds: it is 64 days old, and holds for 30" in shown


def test_what_is_not_there_is_a_finding_that_says_what_there_is(tmp_path: Path) -> None:
    at = desk()
    write_calibration(tmp_path, left_out=("energy",))
    cases = {
        ("h300", "energy_gap"): (at, "no machine 'h300'; calibrated are h100-sxm, h200-sxm"),
        ("h100-sxm", "gap"): (
            at,
            "no number 'gap' of a calibration; there are energy_gap, idle_watts, counter_period, claimable_window, resolution",
        ),
        ("h100-sxm", "energy_gap"): (desk(tmp_path), "the calibration of h100-sxm did not find its energy_gap"),
    }
    for (machine, what), (held, says) in cases.items():
        shown, (problem,) = asked(machine, what, held)

        assert "unknown: calibrated" in shown
        assert problem.found.endswith(says)
        assert (problem.file, problem.line, problem.rule) == ("docs/reports/a.md", 3, "unknown-fact")
        assert problem.hint.endswith(f"calibrate the machine: `chronicle bench calibrate --machine {machine}`")


def test_the_hint_repeats_no_word_that_names_no_machine() -> None:
    _, (problem,) = asked("x`; rm -rf ~", "energy_gap", desk())

    assert problem.hint.endswith("`chronicle bench calibrate --machine NAME`")


def test_a_machine_with_runs_and_no_calibration_is_told_how_to_take_one() -> None:
    runs = read_runs(RESULTS, "bench/results").runs
    at = Desk(Library((), runs[:1], Ledger(()), (), ()), make_always)
    _, (problem,) = asked(runs[0].run.machine, "energy_gap", at)

    assert "no calibration of" in problem.found
    assert "`chronicle bench calibrate` takes one" in problem.found


def test_such_a_number_counts_as_bound() -> None:
    page = Authored("a.md", "a.md", '# A\n\nThey part by {{ calibrated("h100-sxm", "energy_gap") }} at most.\n')

    assert (review(page).bound, review(page).unbound) == (1, ())
