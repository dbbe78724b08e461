"""A table of results says once what all its rows share, and in each row what they do not."""

from __future__ import annotations

from dataclasses import replace

from ledgers import ledger_of, measured
from runs import H100, RESULTS

from chronicle.documents.library import Library
from chronicle.evidence.runs import read_run
from chronicle.facts.measurements import Measurement
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.evidence_blocks import results_table, runs_table

SECONDS = measured((1.0,) * 6)
RATE = replace(SECONDS, metric="throughput_flop_per_second")


def head_of(*found: Measurement) -> list[str]:
    desk = Desk(Library((), (), ledger_of(*found), (), ()), make_always)
    return [one.strip() for one in results_table(found, desk, "a.md").split("\n")[0].strip("|").split("|")]


def test_a_metric_that_all_rows_share_heads_their_values() -> None:
    other = replace(SECONDS, case="total[n=2]", parameters={"n": 2})

    assert head_of(SECONDS, other)[:2] == ["Case", "Time of a call"]


def test_metrics_and_machines_that_differ_have_columns_of_their_own() -> None:
    assert head_of(SECONDS, RATE)[:3] == ["Case", "Metric", "Value"]
    assert head_of(SECONDS, replace(RATE, machine="other"))[:4] == ["Case", "Machine", "Metric", "Value"]


def test_a_run_that_was_cut_off_is_not_finished_and_never_in_progress() -> None:
    recorded = read_run(H100, RESULTS)
    desk = Desk(Library((), (), ledger_of(), (), ()), make_always)

    told = runs_table([recorded, replace(recorded, is_sealed=False)], desk, "a.md")

    assert 'verdict--complete">complete<' in told.split("\n")[2]
    assert 'verdict--not-finished">not finished<' in told.split("\n")[3]
