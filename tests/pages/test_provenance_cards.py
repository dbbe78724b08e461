"""Provenance cards: what stands on the page of a run, what the file beside it holds, and the links that lead to them."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import html
import json
import re

import pytest
from ledgers import measured
from runs import H100, RESULTS

from chronicle.documents.library import Library
from chronicle.evidence.runs import read_run
from chronicle.facts.freshness import Occasion, Present
from chronicle.facts.ledger import Ledger
from chronicle.facts.measurements import measurements
from chronicle.pages import runs
from chronicle.pages.card_links import card_link, claim_link
from chronicle.pages.chart_sources import measured_line
from chronicle.pages.desk import Desk
from chronicle.pages.harmless import harmless
from chronicle.pages.provenance_cards import age_words, gate_words, left_out_words
from chronicle.pages.repeating import commands
from chronicle.records.recorded import RecordedRun
from chronicle.records.run import LeftOut

READ = "case-read-mebibytes-4096"


@pytest.fixture(scope="module")
def recorded() -> RecordedRun:
    return read_run(H100, RESULTS)


@pytest.fixture(scope="module")
def desk(recorded: RecordedRun) -> Desk:
    occasion = Occasion(recorded.run.machine, datetime.date(2026, 11, 23), "1", recorded.environment)
    present = Present(
        {"ceilings": recorded.run.suite.source_sha256}, datetime.date(2026, 12, 3), None, {recorded.key: occasion}
    )
    found = measurements(recorded.run, recorded.samples, recorded.environment)
    return Desk(
        Library((), (recorded,), Ledger(tuple(found), present=present), (), ()),
        lambda key, make: b'<svg width="1" height="1"/>',
    )


def entries(desk: Desk) -> dict[str, bytes]:
    return {entry.uri.rpartition("/")[2]: entry.body for entry in runs.run_pages(desk) if H100.name in entry.uri}


def test_the_file_of_cards_holds_what_the_page_of_the_run_shows(desk: Desk, recorded: RecordedRun) -> None:
    left = entries(desk)
    page, held = html.unescape(left["index.md"].decode()), json.loads(left["cards.json"])
    rows = [*held["run"], *held["cards"][READ]["rows"]]

    assert [name for name, _ in rows] == [
        *("Scope", "Machine", "Revision", "Run", "Rule", "Pins", "Record"),
        *("Label", "How", "Processes", "Gates", "Age"),
    ]
    assert [name for name, _ in rows if f"<dt>{name}</dt>" not in page] == []
    assert all(line in page for line in held["cards"][READ]["commands"])
    assert set(held["cards"]) == set(re.findall(r"\{ #(case-[\w-]+) \}", page))


def test_the_digest_on_a_card_is_that_of_the_record_as_it_is_downloaded(desk: Desk) -> None:
    left = entries(desk)

    assert ["Record", f"SHA-256 {hashlib.sha256(left['record.json']).hexdigest()}"] in json.loads(left["cards.json"])["run"]


def test_a_case_is_repeated_alone_at_its_revision_with_its_own_point_of_the_sweep(recorded: RecordedRun) -> None:
    case = next(one for one in recorded.run.cases if one.key == "matmul[dtype=bf16,n=8192]")

    assert commands(recorded, case) == [
        f"git checkout {recorded.run.source.revision}",
        "chronicle bench run ceilings:matmul -p dtype=bf16 -p n=8192 --machine h100-sxm --device cuda --rule 'fixed(12)' --new",
    ]


def test_a_run_is_repeated_with_its_benchmarks_and_the_selection_that_its_record_states(recorded: RecordedRun) -> None:
    def asked(reason: str) -> str:
        left_out = (LeftOut(case="copy[mebibytes=1]", reason=f"left out by {reason}"),)
        return commands(dataclasses.replace(recorded, run=dataclasses.replace(recorded.run, left_out=left_out)))[-1]

    run = "chronicle bench run ceilings:copy,launch,matmul,read,round_trip,triad"
    tail = "--machine h100-sxm --device cuda --rule 'fixed(12)' --new"
    assert asked("-p dtype=bf16 --without n=2048,dtype=fp32") == f"{run} -p dtype=bf16 --without n=2048,dtype=fp32 {tail}"
    assert asked("-p 'state=no context'") == f"{run} -p 'state=no context' {tail}"
    assert asked("-p 'open") == f"{run} {tail}"
    assert asked("--results ../../etc -p n=1; rm") == f"{run} -p 'n=1;' {tail}"


def test_a_run_is_repeated_with_the_benchmarks_too_of_which_its_selection_left_no_case(recorded: RecordedRun) -> None:
    left_out = (LeftOut(case="written_out[backend=math]", reason="left out by --without backend=math"),)
    run = dataclasses.replace(recorded.run, cases=recorded.run.cases[:1], left_out=left_out)

    assert f"ceilings:{run.cases[0].benchmark},written_out --without" in commands(dataclasses.replace(recorded, run=run))[-1]


def test_a_run_whose_threads_were_told_how_to_wait_is_repeated_by_telling_them(recorded: RecordedRun) -> None:
    told = {
        "OMP_WAIT_POLICY": "PASSIVE",
        "OMP_PLACES": "{0:4},{4:4}",
        "OMP_NUM_THREADS": "4; rm -rf ~",
        "OMP_PROC_BIND": None,
        "OMP_TOOL_LIBRARIES": "x.so",
        "OMP_$(id)": "1",
        "GOMP_CPU_AFFINITY": "/etc/passwd",
        "NCCL_DEBUG": "INFO",
        "OPENBLAS_CORETYPE": "Haswell",
    }
    environment = dataclasses.replace(recorded.environment, key={**recorded.environment.key, "environment": told})
    line = commands(dataclasses.replace(recorded, environment=environment))[-1]

    assert line.startswith("OMP_PLACES='{0:4},{4:4}' OMP_WAIT_POLICY=PASSIVE chronicle bench run ceilings:")


def test_the_words_of_a_card_count_processes_gates_and_days(desk: Desk) -> None:
    ones = [one for one in desk.library.ledger.measurements if one.case == "matmul[dtype=bf16,n=8192]"]

    assert left_out_words(ones[0]) == "11 of 12 processes used; left out: block 1 (tenant)"
    assert gate_words(ones).startswith("power_limited: label in 12 processes; tenant: invalid in 1 process; ")
    assert age_words(ones[0], desk) == "taken on 2026-11-23, 10 days before the site's last commit; fresh"


def test_evidence_that_aged_says_so_on_its_card(desk: Desk) -> None:
    ledger = dataclasses.replace(desk.library.ledger, present=Present())
    aged = dataclasses.replace(desk, library=dataclasses.replace(desk.library, ledger=ledger))

    assert age_words(ledger.measurements[0], aged) == "taken on an unknown day; stale, code changed: ceilings.py is gone"


def test_a_long_run_has_some_cards_in_full_and_a_place_for_every_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "ROOM", 16)
    monkeypatch.setattr(runs, "MOST_ROWS", 3)
    left = entries(desk)
    page, held = left["index.md"].decode(), json.loads(left["cards.json"])

    assert len(re.findall(r"\{ #case-", page)) == 2
    assert len(re.findall(r'<span id="case-', page)) == len(held["cards"]) - 2


def test_a_number_names_its_cards_by_run_case_and_metric() -> None:
    one, other = measured(), measured(case="total[n=200]", metric="power_watts")

    said = card_link("4 s", [one, other], "reports/a.md")

    assert 'data-cards="dev/20261123T000000Z-tiny-0000000#case-total-n-100:call_seconds ' in said
    assert 'dev/20261123T000000Z-tiny-0000000#case-total-n-200:power_watts"' in said
    assert said.startswith("[4 s](../runs/dev/20261123T000000Z-tiny-0000000/index.md#case-total-n-100)")


def test_a_run_of_a_strange_name_has_a_link_and_no_card() -> None:
    assert "data-cards" not in card_link("4 s", [measured(run_id='x" onclick="alert(1)')], "a.md")


def test_a_claim_has_a_card_on_every_page_but_its_own() -> None:
    assert 'data-claim="TR1#quick"' in claim_link("It is quick.", "TR1#quick", "reports/a.md")
    assert "data-claim" not in claim_link("It is quick.", "TR1#quick", "claims.md")


@pytest.mark.parametrize("name", ["data-cards", "data-claim", "data-fact"])
def test_what_an_author_writes_gets_no_card(name: str) -> None:
    value = {"data-cards": "a/b#c:d", "data-claim": "TR1#quick", "data-fact": "0" * 16}[name]
    markup = f'<a class="s0 fact" href="x" {name}="{value}">1</a>'

    assert f'{name}="{value}"' in harmless(markup, "s0") or name == "data-fact"
    assert name not in harmless(markup, "another")


def test_a_chart_says_on_which_machine_at_which_revision_and_with_how_many_processes_it_was_measured(desk: Desk) -> None:
    said = html.unescape(measured_line(desk.library.ledger.measurements, desk, "reports/a.md"))

    assert "Measured on [h100-sxm](../machines/h100-sxm.md), run " in said
    assert f'data-cards="h100-sxm/{H100.name}"' in said
    assert 'at <code class="short">8c6470cd6</code>; 11–12 processes a case.' in said
