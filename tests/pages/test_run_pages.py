"""The pages of runs: what gates said and could not be asked, what was discarded, and what changed over time."""

from __future__ import annotations

import dataclasses
import html

import pytest
from ledgers import ledger_of, measured
from runs import H100, RESULTS

from chronicle.documents.library import Library
from chronicle.evidence.runs import read_run
from chronicle.facts.changes import RUNS_NEEDED
from chronicle.facts.ledger import Ledger
from chronicle.facts.measurements import measurements
from chronicle.facts.physics import peaks_of
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.method import method_page
from chronicle.pages.runs import percent_words, run_pages
from chronicle.pages.schemas import schema_entries
from chronicle.pages.series import changes_over_time
from chronicle.records.recorded import RecordedRun
from chronicle.records.run import LeftOut, Process


def desk_of(recorded: RecordedRun) -> Desk:
    found = measurements(recorded.run, recorded.samples, recorded.environment)
    ledger = Ledger(tuple(found), {recorded.key: peaks_of(recorded.environment)})
    return Desk(Library((), (recorded,), ledger, (), ()), make_always)


@pytest.fixture(scope="module")
def recorded() -> RecordedRun:
    return read_run(H100, RESULTS)


@pytest.fixture(scope="module")
def page(recorded: RecordedRun) -> str:
    """The words of the page of the committed run, had every process of its second case failed."""
    cases = list(recorded.run.cases)
    failed = tuple(dataclasses.replace(one, time=None, error="it hung") for one in cases[1].processes)
    cases[1] = dataclasses.replace(cases[1], processes=failed)
    broken = dataclasses.replace(recorded, run=dataclasses.replace(recorded.run, cases=tuple(cases)))
    entries = {entry.uri: entry.body for entry in run_pages(desk_of(broken))}
    return html.unescape(entries[f"runs/h100-sxm/{H100.name}/index.md"].decode())


def test_a_case_that_was_discarded_is_listed_with_its_reason_and_nowhere_else(page: str) -> None:
    _, _, discarded = page.partition("## Discarded")

    assert "12 processes run, none used (it hung)" in discarded.partition("##")[0]
    assert page.count("read[mebibytes=4096]") == 1


@pytest.mark.parametrize(("count", "is_folded"), [(2, False), (177, True)])
def test_many_cases_that_were_left_out_for_one_reason_stand_in_a_fold(
    recorded: RecordedRun, count: int, is_folded: bool
) -> None:
    left_out = tuple(LeftOut(case=f"copy[n={n}]", reason="left out by -p n=0") for n in range(1, count + 1))
    some = dataclasses.replace(recorded, run=dataclasses.replace(recorded.run, left_out=left_out))
    entries = {entry.uri: entry.body for entry in run_pages(desk_of(some))}
    words = html.unescape(entries[f"runs/h100-sxm/{H100.name}/index.md"].decode())

    assert words.count("left out by -p n=0") == 1
    assert words.count("copy[n=") == count
    assert (f"<summary>{count} cases not measured on this machine" in words) == is_folded


def test_the_list_of_runs_counts_the_processes_of_a_case_that_was_discarded(recorded: RecordedRun) -> None:
    first, *others = recorded.run.cases
    first = dataclasses.replace(first, processes=tuple(_failed(each) for each in first.processes))
    run = dataclasses.replace(recorded.run, cases=(first, *others))
    entries = {entry.uri: entry.body for entry in run_pages(desk_of(dataclasses.replace(recorded, run=run)))}

    assert b"| 83 of 96 |" in entries["runs/index.md"]
    assert b'"processes": 96,\n  "processes_left_out": 13,' in entries["runs.json"]


def _failed(one: Process) -> Process:
    return dataclasses.replace(one, time=None, error="it hung")


def test_a_process_that_was_left_out_is_counted_with_its_block_and_gate(page: str) -> None:
    assert "11 of 12 processes used; left out: block 1 (tenant)" in page


def test_gates_that_could_not_be_asked_are_counted_and_grouped_by_what_was_missing(page: str) -> None:
    assert "<summary>12 of 24 gates could not be asked, or not in full</summary>" in page
    assert "- <code>above_ceiling</code>: ceilings: the machine was not calibrated" in page


def test_the_spread_of_a_case_is_told_apart(page: str) -> None:
    assert "Samples within a process spread by 2.4 %, and processes by 0.45 % beyond that." in page


def test_the_method_page_holds_every_gate_and_the_form_of_a_record_is_beside_it(recorded: RecordedRun) -> None:
    desk = desk_of(recorded)
    method, twin = method_page(desk)
    rows = [line for line in method.body.decode().splitlines() if line.startswith("| ") and "verdict--" in line]

    assert [int(line.split(" | ")[0][2:]) for line in rows] == sorted([*range(1, 32), 5, 6, 7, 11, 16, 26])
    assert twin.uri == "method.json"
    assert "chronicle.run.1.json" in {entry.uri.rpartition("/")[2] for entry in schema_entries(desk)}


def over_time(*values: float) -> str | None:
    runs = [measured([value] * 12, run_id=f"{place:02d}") for place, value in enumerate(values)]
    return changes_over_time(Desk(Library((), (), ledger_of(*runs), (), ()), make_always), "runs/index.md")


def test_what_was_measured_once_is_no_series() -> None:
    assert over_time(1.0) is None


def test_a_short_series_says_how_many_runs_it_needs() -> None:
    assert f"too few runs to tell; {RUNS_NEEDED} are needed" in str(over_time(1.0, 1.0))


def test_a_lasting_change_names_its_ratio_and_its_first_run() -> None:
    said = str(over_time(*[1.0] * 4, *[1.05] * 4))

    assert '× 1.05 from [<code class="short">04</code>](dev/04/index.md#' in said
    assert "none found" in str(over_time(*[1.0] * 8))


@pytest.mark.parametrize(("share", "words"), [(0.0031, "0.31 %"), (0.31, "31 %"), (0.997, "100 %"), (1.6, "160 %")])
def test_a_share_is_said_in_two_figures_and_without_an_exponent(share: float, words: str) -> None:
    assert percent_words(share) == words
