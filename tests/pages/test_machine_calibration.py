"""The page of a machine shows its calibration: findings, curves, what is missing, and that it no longer holds."""

from __future__ import annotations

import dataclasses
import html
import json
import math
from datetime import date
from pathlib import Path

import pytest
from calibrations import ID, write_calibration
from documented import a_desk
from runs import RESULTS
from twins import complaints

from chronicle.cli.calibrate import print_calibration
from chronicle.documents.library import Library
from chronicle.evidence.calibrations import read_calibrations
from chronicle.evidence.runs import read_runs
from chronicle.facts.calibrated import standings
from chronicle.facts.ledger import Ledger
from chronicle.pages.calibration_files import calibration_entries
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.machines import machine_pages
from chronicle.pages.published import plain
from chronicle.pages.schemas import schema_entries
from chronicle.records.recorded import RecordedRun


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    write_calibration(folder)
    return folder


def desk_of(results: Path, runs: tuple[RecordedRun, ...] = (), today: date | None = None) -> Desk:
    held = standings(read_calibrations(results).calibrations, {}, today)
    return Desk(Library((), runs, Ledger((), calibrations=held), (), ()), make_always)


def pages(results: Path, today: date | None = None) -> dict[str, str]:
    desk = desk_of(results, today=today)
    return {one.uri: one.body.decode() for one in (*machine_pages(desk), *desk.figures.values())}


@pytest.fixture(scope="module")
def written(results: Path) -> dict[str, str]:
    return pages(results)


def test_a_machine_that_was_only_calibrated_has_a_page(written: dict[str, str]) -> None:
    assert "NVIDIA H100" in written["machines/h100-sxm.md"]
    assert "2026" in written["machines/index.md"]


def test_the_page_has_a_table_for_each_group_of_findings(written: dict[str, str]) -> None:
    page = written["machines/h100-sxm.md"]
    groups = ("timers-and-launches", "ceilings-short-measurements", "idle-power", "sensors", "energy", "fields")

    assert [group for group in groups if f"{{ #calibration-{group} }}" not in page] == []
    assert "32&#46;0&nbsp;ns" in page
    assert "Taken on 2026&#45;11&#45;23" in page


def test_the_page_draws_the_step_response_and_the_window_errors(written: dict[str, str]) -> None:
    page = written["machines/h100-sxm.md"]

    assert "charts/calibration-step-h100-sxm.light.svg" in page
    assert "charts/calibration-window-h100-sxm.dark.svg" in page
    assert written["charts/calibration-step-h100-sxm.light.svg"].startswith("<svg")


def test_the_page_says_how_far_counter_and_integral_may_part_in_a_window_of_the_protocol_and_how_that_was_found() -> None:
    page = pages(RESULTS)["machines/h100-sxm.md"]
    lines = [plain(line) for line in page.splitlines()]
    (place,) = [place for place, line in enumerate(lines) if "Counter and integral may part by, in 12 s" in line]

    assert "Counter over integral of power, instant" in lines[place - 1]
    assert "| 1.01 % |" in lines[place]
    assert "0.16 % over the whole load of 31.4 s, plus what may be missed between readings of that field" in lines[place]
    assert "field, 0.73 % by a window and 0.45 % by that load, added as squares: about 95 %, by successive" in lines[place]
    assert lines[place].rstrip(" |").endswith("differences, what remains of them taken as independent")


def test_a_field_that_never_moved_gives_no_row_of_what_sampling_allows(written: dict[str, str]) -> None:
    assert "Counter over integral of power" in html.unescape(written["machines/h100-sxm.md"])
    assert "may part by" not in written["machines/h100-sxm.md"]


def test_the_terminal_prints_the_rows_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    (one,) = [one for one in read_calibrations(RESULTS).calibrations if one.calibration.machine == "h100-sxm"]

    print_calibration(one)

    assert "  Counter and integral may part by, in 12 s   1.01 %\n" in capsys.readouterr().out


def test_the_twin_holds_every_finding(written: dict[str, str]) -> None:
    twin = json.loads(written["machines/h100-sxm.json"])["calibration"]

    assert (twin["calibration_id"], twin["expired"]) == (ID, [])
    assert twin["findings"]["claimable_window_ns"] == 200_000_000
    assert [one["state"] for one in twin["findings"]["idle_power"]] == [
        "idle_cold",
        "idle_cold",
        "idle_warm",
        "idle_hot",
        "spin",
    ]


def test_the_twin_says_how_far_counter_and_integral_may_part_or_that_nobody_knows(written: dict[str, str]) -> None:
    known = json.loads(pages(RESULTS)["machines/h100-sxm.json"])["calibration"]["energy_gap"]

    assert known["most"] == known["deviation"] + math.hypot(known["sampling"], known["load_sampling"])
    assert known["most"] == pytest.approx(0.01013, abs=1e-5)
    assert (known["window_ns"], known["load_ns"]) == (12_000_000_000, 31_401_352_842)
    assert json.loads(written["machines/h100-sxm.json"])["calibration"]["energy_gap"] is None


@pytest.mark.parametrize("source", ["committed", "simulated"])
def test_the_twin_fits_its_schema(source: str, written: dict[str, str]) -> None:
    twin = (written if source == "simulated" else pages(RESULTS))["machines/h100-sxm.json"]

    assert list(complaints([("machines/h100-sxm.json", twin.encode())])) == []


def test_the_page_links_the_files_that_the_site_ships_as_they_were_recorded(results: Path, written: dict[str, str]) -> None:
    folder = results / "h100-sxm"
    names = [f"calibration/{ID}/{name}" for name in ("MANIFEST.sha256", "readings.jsonl.gz", "record.json")]
    (pins,) = (folder / "env").iterdir()
    shipped = {entry.uri: entry.body for entry in calibration_entries(desk_of(results))}

    assert shipped == {f"runs/h100-sxm/{name}": (folder / name).read_bytes() for name in (*names, f"env/{pins.name}")}
    assert [name for name in names if f"(../runs/h100-sxm/{name})" not in written["machines/h100-sxm.md"]] == []
    assert json.loads(written["machines/h100-sxm.json"])["calibration"]["files"] == [f"runs/h100-sxm/{name}" for name in names]


def test_pins_that_a_run_ships_too_are_shipped_once() -> None:
    runs = read_runs(RESULTS, "bench/results").runs
    alone = {one.uri for one in calibration_entries(desk_of(RESULTS))}
    (digest, *_) = desk_of(RESULTS).library.ledger.calibrations["h100-sxm"].recorded.pins
    same = dataclasses.replace(runs[0], run=dataclasses.replace(runs[0].run, machine="h100-sxm"), pins={digest: b""})
    beside = {one.uri for one in calibration_entries(desk_of(RESULTS, (same,)))}

    assert alone - beside == {f"runs/h100-sxm/env/{digest}.json"}


def test_the_page_of_files_lists_them_with_the_schema_of_their_record(results: Path) -> None:
    entries = {entry.uri: entry.body.decode() for entry in schema_entries(desk_of(results))}

    assert f"(../runs/h100-sxm/calibration/{ID}/readings.jsonl.gz)" in entries["schemas/index.md"]
    assert json.loads(entries["schemas/chronicle.calibration.1.json"])["$id"] == "chronicle.calibration.1.json"
    assert "## Calibrations" not in next(one.body.decode() for one in schema_entries(a_desk()) if one.uri.endswith(".md"))


def test_an_expired_calibration_says_so_and_how_to_take_another(results: Path) -> None:
    page = pages(results, date(2027, 1, 31))["machines/h100-sxm.md"]

    assert "This calibration no longer holds" in page
    assert "69 days old" in page


def test_an_incomplete_calibration_says_what_was_left_out(tmp_path: Path) -> None:
    write_calibration(tmp_path, left_out=("step", "energy"))
    page = pages(tmp_path)["machines/h100-sxm.md"]

    assert "not all of its parts were taken" in page
    assert ">step</code>: the budget had 3 s left" in page
    assert "calibration-step-h100-sxm" not in page


def test_a_hostile_device_name_is_printed_as_its_characters(results: Path) -> None:
    (one,) = read_calibrations(results).calibrations
    bad = dataclasses.replace(
        one.environment, key=one.environment.key | {"gpu": {"name": "<script>alert(1)</script> {{ 7*7 }}"}}
    )
    held = standings([dataclasses.replace(one, environment=bad)], {}, None)
    desk = Desk(Library((), (), Ledger((), calibrations=held), (), ()), make_always)
    bodies = [entry.body.decode() for entry in machine_pages(desk) if entry.uri.endswith(".md")]

    assert not [body for body in bodies if "<script" in body or "{{ 7" in body]
