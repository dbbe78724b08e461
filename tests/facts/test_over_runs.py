"""One case over its runs: what changed before each, and nothing said across a change."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import pytest
from ledgers import SOURCE, ledger_of, measured

from chronicle.facts.bounds import Ceiling, ceiling_of
from chronicle.facts.changes import series_of
from chronicle.facts.freshness import Occasion, Present
from chronicle.facts.ledger import Ledger, NotFoundError
from chronicle.facts.measurements import Measurement
from chronicle.facts.over_runs import AtRun, over_runs, searched
from chronicle.facts.physics import Peaks
from chronicle.records.run import Environment

OLD, NEW = "1" * 64, "2" * 64


def a_run(place: int, value: float = 1.0, **changes: Any) -> Measurement:
    return measured([value * (1 + 0.0001 * block) for block in range(12)], run_id=f"{place:02}", **changes)


def ledger_with_pins(*runs: Measurement, drivers: dict[str, str]) -> Ledger:
    """A ledger in which the run of a name had that driver, and began on the day of its number."""
    occasions = {
        one.run_key: Occasion(
            one.machine,
            datetime.date(2026, 1, 1 + int(one.run_id)),
            one.run_id,
            Environment(key={"driver": {"driver": drivers[one.compare_sha256]}}, informative={}),
        )
        for one in runs
    }
    return ledger_of(*runs, present=Present({"tiny": SOURCE}, occasions=occasions))


def told(*runs: Measurement) -> tuple[AtRun, ...]:
    return over_runs(ledger_with_pins(*runs, drivers={OLD: "570", NEW: "580"}), "call_seconds", {})


def test_a_change_of_a_pin_is_a_break_that_names_the_pin_and_both_values() -> None:
    first, second = told(a_run(0, compare_sha256=OLD), a_run(1, compare_sha256=NEW))

    assert (first.changed, first.groups) == ((), ())
    assert second.changed == ("driver.driver: 570, then 580",)
    assert second.groups == ("driver",)
    assert second.began == datetime.date(2026, 1, 2)


def test_a_change_of_the_source_is_a_break() -> None:
    _, second = told(a_run(0, compare_sha256=OLD), a_run(1, compare_sha256=OLD, source_sha256="6" * 64))

    assert (second.changed, second.groups) == (("benchmark source",), ("source",))


def test_without_pins_of_both_runs_a_break_still_stands() -> None:
    ledger = ledger_of(a_run(0, compare_sha256=OLD), a_run(1, compare_sha256=NEW))

    assert over_runs(ledger, "call_seconds", {})[1].changed == ("key pins",)


def test_a_run_that_may_not_be_used_breaks_nothing_and_says_why() -> None:
    first, exploring, last = told(
        a_run(0, compare_sha256=OLD), a_run(1, compare_sha256=NEW, rule="explore(2)"), a_run(2, compare_sha256=OLD)
    )

    assert exploring.unusable is not None
    assert (first.changed, exploring.changed, last.changed) == ((), (), ())


def test_breaks_stand_exactly_where_the_search_for_changes_is_cut() -> None:
    keys = [OLD, OLD, NEW, NEW, OLD, NEW, NEW]
    runs = [
        a_run(place, compare_sha256=key, rule="explore(2)" if place == 5 else "fixed(12)") for place, key in enumerate(keys)
    ]

    cut = [place for place, one in enumerate(told(*runs)) if one.changed]

    starts = [int(series.measurements[0].run_id) for series in series_of(runs)]
    assert [0, *cut] == starts


def test_a_lasting_change_begins_at_its_run() -> None:
    runs = [a_run(place, 1.0 if place < 5 else 1.1, compare_sha256=OLD) for place in range(10)]

    found = told(*runs)

    assert [one.measurement.run_id for one in found if one.change] == ["05"]
    assert searched(found) == ""


def test_the_same_step_at_a_break_is_no_lasting_change() -> None:
    runs = [a_run(place, 1.0 if place < 5 else 1.1, compare_sha256=OLD if place < 5 else NEW) for place in range(10)]

    found = told(*runs)

    assert not [one for one in found if one.change]
    assert searched(found) == "Lasting changes are looked for from 8 comparable runs on."


def test_a_long_series_without_a_change_is_said_to_have_none() -> None:
    found = told(*(a_run(place, 1 + 0.001 * (place % 3), compare_sha256=OLD) for place in range(9)))

    assert searched(found) == "No lasting change was found."


def test_a_trend_of_several_cases_asks_which_one() -> None:
    ledger = ledger_of(a_run(0), a_run(0, case="total[n=1000]", parameters={"n": 1000}))

    with pytest.raises(NotFoundError, match=r"2 cases of call_seconds fit: total\[n=100\] on dev"):
        over_runs(ledger, "call_seconds", {})


def test_a_metric_that_nobody_recorded_is_named_with_what_there_is() -> None:
    with pytest.raises(NotFoundError, match="no metric 'cal_seconds'; recorded are call_seconds; did you mean 'call_seconds'"):
        over_runs(ledger_of(a_run(0)), "cal_seconds", {})


def test_every_measurement_of_a_case_is_found_and_not_the_latest_alone() -> None:
    ledger = ledger_of(*(a_run(place) for place in range(3)))

    pairs = itertools.pairwise(one.run_id for one in ledger.every("call_seconds", {"machine": "dev"}))
    assert list(pairs) == [("00", "01"), ("01", "02")]


def test_a_bandwidth_is_bounded_by_the_computed_peak_where_no_calibration_speaks() -> None:
    one = measured(metric="bandwidth_bytes_per_second")
    other = measured(metric="throughput_flop_per_second", parameters={"dtype": "bf16"})
    peaks = {one.run_key: Peaks(memory_bytes_per_second=4.0)}

    ledger = ledger_of(one, other, peaks=peaks)

    assert ceiling_of(one, ledger) == Ceiling(4.0, "computed peak")
    assert ceiling_of(other, ledger) is None
    assert ceiling_of(measured(), ledger) is None
