"""A run survives its JSON form exactly, and a wrong form is refused with the place of every mistake."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runs import H100, a_run, case, process

from chronicle.errors import ProblemsFound
from chronicle.records import json_form
from chronicle.records.files import Stored
from chronicle.records.run import (
    ENVIRONMENT_SCHEMA,
    RUN_SCHEMA,
    Case,
    Design,
    Energy,
    Environment,
    Process,
    Run,
    Timing,
)

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
COUNTS = st.integers(min_value=0, max_value=2**62)
TEXT = st.text(max_size=20)
st.register_type_strategy(float, FLOATS)

PROCESSES = st.builds(
    Process,
    time=st.none() | st.builds(Timing, median_ns=COUNTS, rho1=st.none() | FLOATS),
    energy=st.none() | st.builds(Energy, counter_mj=st.tuples(COUNTS, COUNTS)),
)
CASES = st.builds(
    Case,
    parameters=st.dictionaries(TEXT, TEXT | COUNTS | FLOATS | st.booleans(), max_size=3),
    processes=st.lists(PROCESSES, max_size=2).map(tuple),
)
RUNS = st.builds(
    Run,
    cases=st.lists(CASES, max_size=2).map(tuple),
    design=st.builds(Design),
    files=st.dictionaries(TEXT, st.builds(Stored), max_size=2),
    schema=st.just(RUN_SCHEMA),
)
PINS = st.dictionaries(TEXT, st.dictionaries(TEXT, TEXT | COUNTS | FLOATS | st.booleans() | st.none(), max_size=2), max_size=2)


@settings(max_examples=60, deadline=None)
@given(RUNS)
def test_any_run_comes_back_equal_and_with_the_same_bytes(run: Run) -> None:
    raw = json_form.to_bytes(run)
    again = json_form.from_bytes(Run, raw, file="record.json", schema=RUN_SCHEMA)

    assert again == run
    assert json_form.to_bytes(again) == raw


@settings(max_examples=40, deadline=None)
@given(st.builds(Environment, key=PINS, informative=PINS, schema=st.just(ENVIRONMENT_SCHEMA)))
def test_any_pins_come_back_with_the_type_they_had(pins: Environment) -> None:
    again = json_form.from_bytes(Environment, json_form.to_bytes(pins), file="env.json", schema=ENVIRONMENT_SCHEMA)

    assert again == pins
    assert json_form.to_bytes(again) == json_form.to_bytes(pins)


def test_the_committed_record_is_written_again_byte_for_byte() -> None:
    raw = (H100 / "record.json").read_bytes()

    assert json_form.to_bytes(json_form.from_bytes(Run, raw, file="record.json", schema=RUN_SCHEMA)) == raw


def test_the_form_depends_on_nothing_but_the_content() -> None:
    plain = {"b": 1, "a": {"ü": 0.1}}

    assert json_form.to_bytes(plain) == json_form.to_bytes({"a": {"ü": 0.1}, "b": 1})
    assert json_form.to_bytes(plain) == '{\n "a": {\n  "ü": 0.1\n },\n "b": 1\n}\n'.encode()


def test_a_number_that_is_none_is_never_written() -> None:
    broken = dataclasses.replace(process(), correct=None, tenancy=None)
    broken = dataclasses.replace(broken, time=dataclasses.replace(broken.time, rho1=float("nan")))

    with pytest.raises(ValueError, match="not JSON compliant"):
        json_form.to_bytes(a_run(case([broken])))


def record(**changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json_form.to_bytes(a_run(case([process()]))))
    return plain | changes


def problems_of(raw: bytes) -> list[str]:
    with pytest.raises(ProblemsFound) as failure:
        json_form.from_bytes(Run, raw, file="record.json", schema=RUN_SCHEMA)
    return [str(problem) for problem in failure.value.problems]


def test_a_syntax_error_names_its_line() -> None:
    (problem,) = problems_of(b'{\n "schema": "chronicle.run/1",\n oops\n}')

    assert problem.startswith("record.json:3: not JSON")


def test_another_schema_is_refused_by_name() -> None:
    (problem,) = problems_of(json.dumps(record(schema="chronicle.run/9")).encode())

    assert "schema 'chronicle.run/9'; expected schema 'chronicle.run/1'" in problem


@pytest.mark.parametrize(
    ("schema", "hint"), [("chronicle.run/9", "written by a later release"), ("chronicle.environment/1", "restore the file")]
)
def test_a_later_form_asks_for_a_later_release_and_another_file_for_the_right_one(schema: str, hint: str) -> None:
    with pytest.raises(ProblemsFound) as failure:
        json_form.from_bytes(Run, json.dumps(record(schema=schema)).encode(), file="record.json", schema=RUN_SCHEMA)

    assert hint in failure.value.problems[0].hint


@pytest.mark.parametrize("raw", [b"[]", b"3", b"null", b'"text"', b""])
def test_what_is_no_object_is_refused(raw: bytes) -> None:
    assert len(problems_of(raw)) == 1


def test_every_mistake_is_named_with_the_path_of_its_field() -> None:
    plain = record(machine=7)
    del plain["run_id"]
    plain["cases"][0]["processes"][0]["time"]["median_ns"] = "fast"
    plain["cases"][0]["processes"][0]["time"]["mode"] = 1
    found = problems_of(json.dumps(plain).encode())

    assert [one.split(": ")[1].split(" ")[0] for one in found] == [
        "`run_id`",
        "`machine`",
        "`cases.0.processes.0.time.median_ns`",
        "`cases.0.processes.0.time.mode`",
    ]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_is_none_is_never_read(number: str) -> None:
    raw = json.dumps(record()).replace('"relative_error": 0.0', f'"relative_error": {number}').encode()

    assert len(problems_of(raw)) == 1


def test_a_case_has_one_name_whatever_the_order_of_its_axes() -> None:
    assert case(parameters={"n": 8, "dtype": "bf16"}).key == "copy[dtype=bf16,n=8]"
    assert case(parameters={"dtype": "bf16", "n": 8}).key == "copy[dtype=bf16,n=8]"
    assert case(parameters={}).key == "copy"
