"""What cases are called beside each other: what all share is said once, and each keeps what tells it apart."""

from __future__ import annotations

import dataclasses
import html

import pytest
from ledgers import measured

from chronicle.facts.measurements import Measurement
from chronicle.pages.case_names import names_of_measured
from chronicle.pages.figures.processes import processes
from chronicle.records.run import Parameter, case_key


def of(benchmark: str, sizes: dict[str, Parameter] | None = None, **axes: Parameter) -> Measurement:
    key = case_key(benchmark, axes)
    return dataclasses.replace(measured(), benchmark=benchmark, case=key, parameters=axes | (sizes or {}))


def test_of_long_names_what_all_share_is_said_once() -> None:
    shared = {"batch": 1, "model": "gpt2-124m", "prompt": 128}
    found = [of("small", arm=arm, **shared) for arm in ("graph", "hf-eager")]
    names = names_of_measured(found)

    assert [names.of(one.case) for one in found] == ["small[arm=graph]", "small[arm=hf-eager]"]
    assert (
        html.unescape(names.note)
        == 'All of <code class="short">small</code> at <code>batch=1, model=gpt2-124m, prompt=128</code>'
    )


def test_a_chart_cuts_long_values_where_cases_stay_apart() -> None:
    layouts = ("contiguous-list-of-python-floats", "array-of-machine-doubles")
    found = [of("fold", layout=layout, strategy=strategy) for layout in layouts for strategy in ("sum", "reduce")]
    alike = [of("fold", layout=f"contiguous-list-of-python-{end}") for end in ("floats", "integers")]

    assert names_of_measured(found).drawn(found[0].case) == "fold[layout=contiguous-list-of-p…,strategy=sum]"
    assert len({names_of_measured(found).drawn(one.case) for one in found}) == 4
    assert names_of_measured(found).of(found[0].case) == found[0].case
    assert names_of_measured(alike).drawn(alike[0].case) == alike[0].case


def test_lanes_of_processes_name_the_machine_only_where_machines_differ() -> None:
    here = of("copy", mebibytes=1024)
    there = dataclasses.replace(here, machine="elsewhere")

    assert set(processes([here])["name"]) == {"copy[mebibytes=1024]"}
    assert set(processes([here, there])["name"]) == {f"copy[mebibytes=1024] · {one.machine}" for one in (here, there)}
    assert set(processes([here])["case"]) == {f"copy[mebibytes=1024] · {here.machine}"}


def test_names_that_fit_stay_whole() -> None:
    found = [of("copy", mebibytes=1024), of("copy", mebibytes=2048)]
    names = names_of_measured(found)

    assert [names.of(one.case) for one in found] == [one.case for one in found]
    assert not names.note


def test_a_case_alone_is_called_by_its_benchmark() -> None:
    alone = of("large", arm="inductor-graph", batch=1, model="8b")

    assert names_of_measured([alone]).of(alone.case) == "large"


def test_benchmarks_are_told_apart_and_each_shares_with_its_own() -> None:
    found = [of("small", arm=arm, model="gpt2-124m", span=128) for arm in ("a", "b")] + [of("roof", mebibytes=8192)]
    names = names_of_measured(found)

    assert [names.of(one.case) for one in found] == ["small[arm=a]", "small[arm=b]", "roof[mebibytes=8192]"]


def test_a_size_is_no_part_of_a_name() -> None:
    found = [of("small", sizes={"layers": 12}, arm=arm, model="gpt2-124m", prompt=128) for arm in ("graph", "static")]

    assert "layers" not in names_of_measured(found).note


@pytest.mark.parametrize("values", [("flash", "flash,cudnn"), (True, 1)])
def test_cases_that_differ_never_share_a_name(values: tuple[Parameter, Parameter]) -> None:
    found = [of("attention_of_a_prompt", backend=value, context=65536) for value in values]
    names = names_of_measured(found)

    assert len({names.of(one.case) for one in found}) == 2
