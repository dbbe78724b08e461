"""The published JSON Schema: committed records fit it, and what the reader refuses does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from gated import complete
from runs import RESULTS, a_run, case

from chronicle.records import json_form
from chronicle.records.schema import calibration_schema, run_schema

RECORDS = sorted(RESULTS.glob("*/*/record.json"))
CHECKER = jsonschema.Draft202012Validator(run_schema())


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(run_schema())


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.parent.name)
def test_every_committed_record_fits_the_published_form(path: Any) -> None:
    assert [error.message for error in CHECKER.iter_errors(json.loads(path.read_bytes()))] == []


@pytest.mark.parametrize("path", sorted(RESULTS.glob("*/calibration/*/record.json")), ids=lambda path: path.parent.name)
def test_every_committed_calibration_fits_its_published_form(path: Any) -> None:
    checker, plain = jsonschema.Draft202012Validator(calibration_schema()), json.loads(path.read_bytes())
    errors = [error.message for error in checker.iter_errors(plain)]
    plain["findings"]["resolution"]["beauty"] = 1

    assert errors == []
    assert list(checker.iter_errors(plain))


def test_a_record_with_every_part_a_process_can_have_fits_the_published_form() -> None:
    plain = json.loads(json_form.to_bytes(a_run(case([complete()]))))

    assert [error.message for error in CHECKER.iter_errors(plain)] == []


def _process(plain: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = plain["cases"][0]["processes"][0]
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain.pop("schema"),
        lambda plain: plain.update(schema="chronicle.run/2"),
        lambda plain: plain.update(verdict="valid"),
        lambda plain: plain.pop("machine"),
        lambda plain: _process(plain)["time"].update(median_ns="fast"),
        lambda plain: _process(plain)["time"].update(mode=1),
        lambda plain: _process(plain)["energy"].update(counter_mj=[1]),
    ],
    ids=["no schema", "later schema", "a verdict", "no machine", "a word", "another field", "half a pair"],
)
def test_what_the_reader_refuses_does_not_fit_the_published_form(change: Callable[[dict[str, Any]], object]) -> None:
    plain = json.loads(json_form.to_bytes(a_run(case([complete()]))))
    change(plain)

    assert list(CHECKER.iter_errors(plain))
