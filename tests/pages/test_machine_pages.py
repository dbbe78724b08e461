"""The page of a machine: what it is known by, and one number for each case that was measured on it."""

from __future__ import annotations

import dataclasses
import html

from ledgers import measured
from runs import H100, RESULTS

from chronicle.documents.library import Library
from chronicle.evidence.runs import read_run
from chronicle.facts.ledger import Ledger
from chronicle.facts.measurements import Measurement, measurements
from chronicle.facts.physics import peaks_of
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.forms import headline_of
from chronicle.pages.machines import machine_pages
from chronicle.records.recorded import RecordedRun
from chronicle.records.run import Environment

MACHINE = "h100-sxm"


def pages(*runs: RecordedRun, extra: tuple[Measurement, ...] = ()) -> str:
    found = [one for run in runs for one in measurements(run.run, run.samples, run.environment)]
    ledger = Ledger((*found, *extra), {run.key: peaks_of(run.environment) for run in runs})
    entries = machine_pages(Desk(Library((), runs, ledger, (), ()), make_always))
    return html.unescape({entry.uri: entry.body for entry in entries}[f"machines/{MACHINE}.md"].decode())


def later(run: RecordedRun, environment: Environment) -> RecordedRun:
    """The same run a day later, as if it had these pins."""
    name = run.run.run_id.replace("20261123", "20261124")
    return dataclasses.replace(run, run=dataclasses.replace(run.run, run_id=name), environment=environment)


def test_a_case_stands_there_once_by_the_metric_that_stands_for_it() -> None:
    page = pages(read_run(H100, RESULTS))

    assert page.count("copy[mebibytes=4096]") == 1
    assert "### ceilings" in page


ODD = [("copy[n=1]", "call_seconds"), ("copy[n=2]", "waits_count")]


def test_a_case_without_the_metric_of_the_others_is_there_all_the_same() -> None:
    odd = [dataclasses.replace(measured(), machine=MACHINE, case=case, metric=metric) for case, metric in ODD]
    page = pages(read_run(H100, RESULTS), extra=tuple(odd))

    assert all(case in page for case, _ in ODD)


def test_a_run_without_a_device_does_not_hide_the_machine_it_is_kept_as() -> None:
    run = read_run(H100, RESULTS)
    page = pages(run, later(run, Environment(key={"method": {"method_version": 2}}, informative={})))

    assert "NVIDIA H100" in page
    assert "## Computed bounds" in page
    assert "Any computer" not in page


def test_what_stands_for_a_benchmark_is_a_token_then_a_rate_then_a_call_then_its_own() -> None:
    assert headline_of(["call_seconds", "bandwidth_bytes_per_second", "decode_seconds_per_token"]) == "decode_seconds_per_token"
    assert headline_of(["call_seconds", "bandwidth_bytes_per_second"]) == "bandwidth_bytes_per_second"
    assert headline_of(["padded_ratio", "edges_count"]) == "padded_ratio"
