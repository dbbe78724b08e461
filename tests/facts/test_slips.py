"""Slips in what a predicate asks by: told where the records show them, and never where a run may still prove them right."""

from __future__ import annotations

from typing import Any

import pytest
from ledgers import ledger_of, measured

from chronicle.facts.grammar import parse
from chronicle.facts.ledger import Unread
from chronicle.facts.slips import slip

RECORDED = measured(parameters={"strategy": "eager", "layers": 4})
MISNAMED = 'median("call_seconds", where={"benchmark": "total", "strategi": "eager"}) <= 1'


def found(holds: str, *evidence: str, **changes: Any) -> str | None:
    return slip(parse(holds).call, ledger_of(RECORDED, **changes), evidence)


@pytest.mark.parametrize(
    "holds",
    [
        MISNAMED,
        'ratio("call_seconds", of={"strategi": 1}, to={"strategy": 2}, where={"benchmark": "total"}) >= 1',
        'ratio("call_seconds", of={"strategy": 1}, to={"strategi": 2}, where={"benchmark": "total"}) >= 1',
        'fit("call_seconds", x="strategi", where={"benchmark": "total"}) >= 1',
    ],
)
def test_an_axis_that_the_recorded_benchmark_does_not_have_is_told_with_what_was_meant(holds: str) -> None:
    assert found(holds, "tiny") == "no case has an axis 'strategi'; the axes are layers, strategy; did you mean 'strategy'?"


def test_where_the_suite_is_named_its_records_alone_tell() -> None:
    assert found(MISNAMED.replace("{", '{"suite": "tiny", '), "tiny", "yet-to-run")


@pytest.mark.parametrize(
    ("holds", "evidence", "changes"),
    [
        (MISNAMED.replace("strategi", "strategy"), ["tiny"], {}),
        (MISNAMED.replace("strategi", "batch"), ["tiny"], {}),
        (MISNAMED.replace('"benchmark": "total", ', ""), ["tiny"], {}),
        (MISNAMED.replace("total", "later"), ["tiny"], {}),
        (MISNAMED, [], {}),
        (MISNAMED, ["tiny", "yet-to-run"], {}),
        (MISNAMED, ["tiny"], {"sources": {"tiny": "changed since"}}),
        (MISNAMED, ["tiny"], {"unread": (Unread("dev", "20260101T000000Z-tiny-0000000", "record.json"),)}),
    ],
)
def test_what_a_run_may_still_prove_right_is_no_slip(holds: str, evidence: list[str], changes: dict[str, Any]) -> None:
    assert found(holds, *evidence, **changes) is None
