"""The level of an interval stands with it: in the head of its column where all share it, else with each of them."""

from __future__ import annotations

import html
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledgers import ledger_of, measured
from recorded import record, suite

from chronicle.cli import cli
from chronicle.documents.library import Library
from chronicle.facts.measurements import Measurement
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.evidence_blocks import results_table

EIGHT = tuple(1 + n / 1000 for n in range(8))
NINE = (*EIGHT, 1.1)


def table_of(*values: tuple[float, ...]) -> list[str]:
    found = [measured(one, case=f"total[n={place}]", parameters={"n": place}) for place, one in enumerate(values)]
    return table(*found)


def table(*found: Measurement) -> list[str]:
    desk = Desk(Library((), (), ledger_of(*found), (), ()), make_always)
    return results_table(found, desk, "a.md").split("\n")


def show(bench: Path, name: str) -> list[str]:
    return CliRunner().invoke(cli, ["bench", "show", name, "--bench", str(bench)]).output.splitlines()


@pytest.mark.parametrize(("values", "level"), [(EIGHT, "99.2"), (NINE, "96.1")])
def test_a_column_of_intervals_of_one_level_has_it_in_its_head(values: tuple[float, ...], level: str) -> None:
    head = table_of(values, values)[0]

    assert f"| {level} %<br>interval |" in html.unescape(head)


def test_a_column_of_intervals_of_several_levels_names_none_in_its_head_and_each_at_its_interval() -> None:
    head, _, first, second = table_of(EIGHT, NINE)[:4]

    assert "| Interval |" in head
    assert 'title="at 99.2 %"' in first
    assert 'title="at 96.1 %"' in second


def test_what_has_no_interval_or_is_exact_says_nothing_of_a_level() -> None:
    one = measured((1.0, 1.0, 1.0))
    exact = measured((1.0,) * 9, label="derived", case="total[n=2]")

    head, *_ = table(one, exact)

    assert "| Interval |" in head
    assert "title=" not in "".join(table(one, exact))


def test_a_run_in_the_terminal_names_the_level_once_where_its_cases_share_it(tmp_path: Path) -> None:
    suite(tmp_path / "bench", "tiny")
    name = record(tmp_path / "bench", "tiny", "dev", {"eager": 2.0, "graph": 1.0})

    head, *rows = show(tmp_path / "bench", name)

    assert head.endswith(": median of process medians, 96.1 % interval")
    assert "%" not in " ".join(row for row in rows if "call_seconds" in row)


def test_a_run_in_the_terminal_names_each_level_where_they_differ(tmp_path: Path) -> None:
    suite(tmp_path / "bench", "tiny")
    times = {"eager": [1000 * one for one in EIGHT], "graph": [1000 * one for one in NINE]}
    name = record(tmp_path / "bench", "tiny", "dev", times)

    head, *rows = show(tmp_path / "bench", name)

    assert head.endswith(": median of process medians and its interval")
    levels = [row.partition("processes, ")[2] for row in rows if "call_seconds" in row]
    assert levels == ["99.2 % interval", "96.1 % interval"]
