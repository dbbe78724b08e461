"""Freshness: each input of a measurement has its state, the worst decides, and nothing looks at a clock."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest
from ledgers import SOURCE, measured

from chronicle.facts.freshness import Freshness, Occasion, Present, inputs_of, worst
from chronicle.facts.pins import differences
from chronicle.records.run import Environment

ONE = measured()
FIRST = datetime.date(2026, 1, 1)


def pins(**driver: str) -> Environment:
    return Environment(key={"driver": {"driver": "580", **driver}}, informative={})


def by(method_version: str) -> Environment:
    return Environment(key={"method": {"method_version": method_version}}, informative={})


def occasion(day: str = "2026-01-01", machine: str = "dev", environment: Environment | None = None) -> Occasion:
    return Occasion(machine, datetime.date.fromisoformat(day), day, environment or pins())


def present(**changes: Any) -> Present:
    plain: dict[str, Any] = {"sources": {"tiny": SOURCE}, "today": FIRST, "occasions": {ONE.run_key: occasion()}}
    return Present(**plain | changes)


def with_later(**changes: Any) -> Present:
    return present(occasions={ONE.run_key: occasion(), "dev/later": occasion("2026-02-01", **changes)})


LATER = datetime.date(2027, 1, 2)


@pytest.mark.parametrize(
    ("now", "state", "reason"),
    [
        (present(), "fresh", ""),
        (present(sources={"tiny": "x"}), "code changed", "tiny.py, or local code it imports, changed since the run"),
        (present(sources={}), "code changed", "tiny.py is gone"),
        (with_later(environment=pins(driver="581")), "environment changed", "driver.driver (580 against 581)"),
        (with_later(environment=pins(driver="581"), machine="other"), "fresh", ""),
        (
            present(
                occasions={ONE.run_key: occasion(environment=by("1")), "dev/later": occasion("2026-02-01", environment=by("2"))}
            ),
            "environment changed",
            "runs on dev follow version 2 of the method since 2026-02-01, earlier ones version 1",
        ),
        (with_later(environment=pins(triton="3")), "fresh", ""),
        (present(orphaned=frozenset({ONE.run_key})), "orphaned revision", "no configured repository holds"),
        (present(today=LATER), "fresh", ""),
        (present(today=LATER, max_age_days=366), "fresh", ""),
        (present(today=LATER, max_age_days=365), "aged", "of 2026-01-01, 366 days before the site; 365 are allowed"),
        (present(today=None, max_age_days=1), "fresh", ""),
        (
            present(max_age_days=30, tables={ONE.run_key: (("prices/gpu.csv", datetime.date(2025, 6, 1)),)}),
            "aged",
            "the table is of 2025-06-01",
        ),
    ],
)
def test_the_worst_input_decides_and_says_why(now: Present, state: str, reason: str) -> None:
    deciding = worst(inputs_of(ONE, now))

    assert deciding.state.value == state
    assert reason in deciding.reason


@pytest.mark.parametrize(("ranks", "state"), [(1, Freshness.FRESH), (2, Freshness.ENVIRONMENT_CHANGED)])
def test_a_variable_that_ranks_talk_by_ages_no_case_of_one_rank(ranks: int, state: Freshness) -> None:
    without, with_it = pins(), pins()
    with_it.key["environment"] = {"NCCL_NVLS_ENABLE": "0"}
    now = present(
        occasions={ONE.run_key: occasion(environment=without), "dev/later": occasion("2026-02-01", environment=with_it)}
    )
    one = dataclasses.replace(ONE, parameters={**ONE.parameters, "ranks": ranks})

    assert worst(inputs_of(one, now)).state is state


@pytest.mark.parametrize(
    ("variable", "state"),
    [
        ("OMP_WAIT_POLICY", Freshness.FRESH),
        ("MKL_NUM_THREADS", Freshness.FRESH),
        ("OPENBLAS_CORETYPE", Freshness.ENVIRONMENT_CHANGED),
        ("MKL_CBWR", Freshness.ENVIRONMENT_CHANGED),
        ("TRITON_INTERPRET", Freshness.ENVIRONMENT_CHANGED),
    ],
)
def test_how_the_threads_of_a_later_run_waited_is_no_change_of_the_machine(variable: str, state: Freshness) -> None:
    with_it = pins()
    with_it.key["environment"] = {variable: "PASSIVE"}

    assert worst(inputs_of(ONE, with_later(environment=with_it))).state is state
    assert [one.pin for one in differences(pins().key, with_it.key, several=False)] == [f"environment.{variable}"]


def test_of_two_inputs_in_one_state_the_oldest_gives_the_reason() -> None:
    tables = (("new.csv", datetime.date(2025, 3, 1)), ("old.csv", datetime.date(2024, 3, 1)))

    assert worst(inputs_of(ONE, present(max_age_days=1, tables={ONE.run_key: tables}))).name == "old.csv"


def test_a_revision_that_is_gone_weighs_more_than_code_that_changed() -> None:
    both = present(sources={}, orphaned=frozenset({ONE.run_key}))

    assert worst(inputs_of(ONE, both)).state is Freshness.ORPHANED


def test_every_state_but_fresh_is_stale() -> None:
    assert [one for one in Freshness if not one.is_stale] == [Freshness.FRESH]
