"""Recorded calibrations are read with suspicion, do not disturb the runs beside them, and expire."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import math
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from calibrations import ID, environment, write_calibration
from runs import RESULTS, results_copy

from chronicle.errors import ProblemsFound
from chronicle.evidence.calibrations import read_calibration, read_calibrations
from chronicle.evidence.runs import read_run, read_runs
from chronicle.facts.calibrated import (
    ENERGY_WINDOW_NS,
    calibrated_gap,
    copy_bytes_per_second,
    expiries,
    finding_problems,
    idle_watts,
    resolution,
    standings,
)
from chronicle.facts.calibration_table import rows
from chronicle.facts.measurements import measurements
from chronicle.records.calibration import READINGS
from chronicle.records.recorded import RecordedCalibration
from chronicle.records.run import MANIFEST, RECORD, Environment

TAKEN = date(2026, 11, 23)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    results = tmp_path_factory.mktemp("whole")
    write_calibration(results)
    return results


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A calibration of its own for each test, free to be tampered with."""
    shutil.copytree(whole / "h100-sxm", tmp_path / "h100-sxm")
    return tmp_path / "h100-sxm" / "calibration" / ID


def read(folder: Path) -> RecordedCalibration:
    return read_calibration(folder, "h100-sxm/calibration/x")


def seen(folder: Path) -> list[str]:
    """What is wrong with the calibration, found while reading or by computing it again."""
    try:
        found = read(folder)
    except ProblemsFound as failure:
        return [one.found for one in failure.problems]
    return [one.found for one in (*found.problems, *finding_problems(found))]


def edit(folder: Path, change: Callable[[Any], None]) -> None:
    plain = json.loads((folder / RECORD).read_bytes())
    change(plain)
    (folder / RECORD).write_text(json.dumps(plain))
    (folder / MANIFEST).unlink(missing_ok=True)


def test_a_calibration_as_written_agrees_with_itself(folder: Path) -> None:
    assert seen(folder) == []
    assert read(folder).is_sealed


def test_calibrations_lie_among_runs_and_neither_is_taken_for_the_other(tmp_path: Path) -> None:
    results_copy(tmp_path)
    write_calibration(tmp_path)

    assert len(read_runs(tmp_path).runs) == 1
    assert [one.calibration.calibration_id for one in read_calibrations(tmp_path).calibrations] == [ID]
    assert (read_runs(tmp_path).problems, read_calibrations(tmp_path).problems) == ((), ())


def test_what_was_left_out_is_no_problem_and_the_rest_is_read(tmp_path: Path) -> None:
    folder = write_calibration(tmp_path, left_out=("energy", "resolution"))
    found = read(folder)

    assert (seen(folder), found.is_sealed) == ([], False)
    assert {one.path: one.reason for one in found.calibration.findings.missing}["energy"] == "the budget had 3 s left"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda plain: plain["findings"]["resolution"].update(resolution=0.5), "`findings.resolution.resolution` is 0.5"),
        (lambda plain: plain["findings"]["idle_power"][0].update(power_w=1.0), "`findings.idle_power.0.power_w` is 1.0"),
        (lambda plain: plain["findings"]["ceilings"].pop(), "`findings.ceilings` is "),
        (lambda plain: plain.update(machine="other"), "`machine` is 'other'"),
        (lambda plain: plain.update(calibration_id="x"), "`calibration_id` is 'x'"),
        (lambda plain: plain.update(created_utc="yesterday"), "`created_utc` is 'yesterday'"),
        (lambda plain: plain.update(compare_sha256="f" * 64), "`compare_sha256` is "),
        (lambda plain: plain["parts"].append(plain["parts"][0]), "`parts` names 'board'"),
        (lambda plain: plain.update(environment_sha256="f" * 64), "is not there"),
        (lambda plain: plain.update(schema="chronicle.calibration/9"), "schema 'chronicle.calibration/9'"),
    ],
)
def test_a_field_changed_by_hand_is_found(folder: Path, change: Callable[[Any], None], found: str) -> None:
    edit(folder, change)

    assert [one for one in seen(folder) if one.startswith(found)]


@pytest.mark.parametrize("name", [RECORD, READINGS, MANIFEST])
def test_a_file_that_is_a_link_is_not_followed_since_a_site_would_ship_what_it_leads_to(folder: Path, name: str) -> None:
    (folder / name).rename(folder.parent / "elsewhere")
    (folder / name).symlink_to(folder.parent / "elsewhere")

    assert seen(folder) == ["is a link to another file"]


@pytest.mark.parametrize("level", [0, 1, 2], ids=["calibration", "all-of-them", "machine"])
def test_a_folder_of_calibrations_that_is_a_link_is_refused(folder: Path, tmp_path: Path, level: int) -> None:
    linked = (folder, *folder.parents)[level]
    away = tmp_path / "else" / "where" / linked.name
    away.parent.mkdir(parents=True)
    linked.rename(away)
    linked.symlink_to(away)
    found = read_calibrations(tmp_path)

    assert found.calibrations == ()
    assert {one.found for one in found.problems} == {"is a link to another folder"}
    assert found.problems[0].file == f"bench/results/{linked.relative_to(tmp_path).as_posix()}"


def test_pins_in_a_folder_that_is_a_link_are_refused(folder: Path, tmp_path: Path) -> None:
    pins = folder.parents[1] / "env"
    pins.rename(tmp_path / "env")
    pins.symlink_to(tmp_path / "env")

    assert set(seen(folder)) == {"is a link to another file"}


def test_results_that_are_a_link_as_a_whole_are_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(folder.parents[2])
    found = read_calibrations(tmp_path / "linked")

    assert ([one.calibration.calibration_id for one in found.calibrations], found.problems) == ([ID], ())


def test_readings_beyond_any_size_are_not_inflated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chronicle.evidence.stored._MOST_BYTES", 1 << 20)
    (folder / READINGS).write_bytes(gzip.compress(b"1" * (2 << 20)))

    assert seen(folder) == ["cannot be read (more than 1 MiB)"]


@pytest.mark.parametrize("name", ["<b>", "a b", ".hidden", "a\nb", "%2e%2e", "x."])
def test_a_calibration_whose_name_is_no_plain_one_is_not_read(folder: Path, name: str) -> None:
    folder = folder.rename(folder.parent / name)
    edit(folder, lambda plain: plain.update(calibration_id=name))

    assert [one.startswith("`calibration_id` is ") for one in seen(folder)] == [True]


def alternating(stream: dict[str, list[int]]) -> None:
    """Values around zero, the mean of which is zero."""
    stream["value"] = [(-1) ** place for place in range(len(stream["value"]))]


def rewritten(folder: Path, part: str, change: Callable[[Any], object]) -> None:
    """The readings of a part changed, with digests that fit them."""
    lines = [json.loads(line) for line in gzip.decompress((folder / READINGS).read_bytes()).splitlines()]
    change(next(line["readings"] for line in lines if line["part"] == part))
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    (folder / READINGS).write_bytes(gzip.compress(body))
    edit(folder, lambda plain: plain["files"][READINGS].update(sha256=hashlib.sha256(body).hexdigest()))


@pytest.mark.parametrize(
    ("part", "change", "found"),
    [
        ("board", lambda one: one["streams"][0]["value"].pop(), "`board.streams` of 'energy' has columns of "),
        ("wave", lambda one: one["streams"][0]["ns"].reverse(), "`wave.streams` of "),
        ("step", lambda one: one["streams"][0].update(value=[0] * len(one["streams"][0]["ns"])), "`step.streams` of "),
        (
            "step",
            lambda one: one["streams"][1]["before_ns"].__setitem__(5, 10**18),
            "`step.streams` of 'instant' has a value",
        ),
        ("wave", lambda one: one["streams"][1]["before_ns"].__setitem__(5, 0), "`wave.streams` of 'instant' has a value last"),
        ("step", lambda one: one["streams"][1]["ns"].__setitem__(-1, 10**30), "line 4 holds "),
        ("step", lambda one: one["bursts"][0].update(end_ns=10**30), "line 4 holds "),
        ("energy", lambda one: alternating(one["streams"][1]), "`energy.streams` of 'instant' has values below zero"),
        ("step", lambda one: one["bursts"].clear(), "`step.bursts` is empty"),
        ("timers", lambda one: one["host_steps_ns"].clear(), "`timers.host_steps_ns` is []"),
        ("timers", lambda one: one["launches"][0].update(kernels=0), "`timers.launches.eager` is [0, "),
        ("timers", lambda one: one["launches"][0].update(ns=[]), "`timers.launches.eager` is []"),
        ("ceilings", lambda one: one["rates"][0].update(ns=[0]), "`ceilings.rates.copy` is [0]"),
        ("ceilings", lambda one: one["cache"].update(hot_ns=[]), "`ceilings.cache.hot_ns` is []"),
        ("energy", lambda one: one["progress_calls"].pop(), "`energy.progress_ns` and "),
        ("energy", lambda one: one.update(progress_calls=[0] * len(one["progress_ns"])), "`energy.progress_ns` and "),
        ("resolution", lambda one: one["processes"][0].update(ns=[-1]), "`resolution.processes.0` is [-1]"),
    ],
)
def test_readings_with_which_nothing_can_be_computed_are_refused(
    folder: Path, part: str, change: Callable[[Any], object], found: str
) -> None:
    rewritten(folder, part, change)

    (said,) = seen(folder)
    assert said.startswith(found)


def test_a_sensor_that_nobody_knows_is_called_by_the_name_it_has(folder: Path) -> None:
    edit(folder, lambda plain: plain["findings"]["energy_agreements"][0].update(source="<b>"))

    assert "Counter over integral of <b>" in [row.name for row in rows(read(folder))]


@pytest.mark.parametrize("call", ["", "x"])
def test_a_read_with_hardly_a_name_is_listed_all_the_same(folder: Path, call: str) -> None:
    edit(folder, lambda plain: plain["findings"]["read_costs"][0].update(call=call))

    assert call in [row.name for row in rows(read(folder)) if row.group == "Cost of a sensor read"]


def test_its_files_and_its_pins_are_kept_as_bytes_and_no_other_file_is(folder: Path) -> None:
    (folder / "index.html").write_text("<script>alert(1)</script>")
    found = read(folder)

    assert found.files == {name: (folder / name).read_bytes() for name in (RECORD, READINGS, MANIFEST)}
    assert found.pins == {one.stem: one.read_bytes() for one in (folder.parents[1] / "env").iterdir()}


def test_a_reading_changed_by_hand_is_found_by_its_digest_and_by_what_follows_from_it(folder: Path) -> None:
    text = gzip.decompress((folder / READINGS).read_bytes()).decode()
    (folder / READINGS).write_bytes(gzip.compress(re.sub(r"(2110000, ?)2090000", r"\g<1>2900000", text).encode()))

    assert any("digest" in one for one in seen(folder))
    assert any(one.startswith("`findings.launches") for one in seen(folder))


@pytest.mark.parametrize("line", ["{}", "[1]", "not json", '{"part": "board", "readings": {}}'])
def test_readings_of_another_shape_are_refused(folder: Path, line: str) -> None:
    (folder / READINGS).write_bytes(gzip.compress(f"{line}\n".encode()))

    assert seen(folder)


def test_a_record_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    write_calibration(tmp_path)
    broken = tmp_path / "h200" / "calibration" / ID
    broken.mkdir(parents=True)
    (broken / RECORD).write_text("{")
    found = read_calibrations(tmp_path)

    assert (len(found.calibrations), len(found.problems)) == (1, 1)


def newer(pins: Environment, group: str, name: str, value: str) -> Environment:
    return dataclasses.replace(pins, key=pins.key | {group: pins.key[group] | {name: value}})


def test_a_calibration_holds_for_thirty_days_under_its_driver_and_vbios(folder: Path) -> None:
    one, pins = read(folder), environment()

    assert expiries(one, pins, TAKEN) == ()
    assert expiries(one, pins, date(2026, 12, 23)) == ()
    assert expiries(one, None, None) == ()
    assert "31 days old" in expiries(one, pins, date(2026, 12, 24))[0]
    assert "driver is 999.1" in expiries(one, newer(pins, "driver", "driver", "999.1"), TAKEN)[0]
    assert "VBIOS is 96" in expiries(one, newer(pins, "gpu", "vbios", "96"), TAKEN)[0]


def test_the_newest_that_holds_speaks_for_a_machine(folder: Path) -> None:
    old = read(folder)
    aged = dataclasses.replace(old, calibration=dataclasses.replace(old.calibration, created_utc="2026-10-01T00:00:00+00:00"))

    assert standings([old, aged], {}, TAKEN)["h100-sxm"].recorded == old
    assert standings([aged], {}, TAKEN)["h100-sxm"].expired == ("it is 53 days old, and holds for 30",)


def test_others_take_idle_power_bandwidth_and_resolution_from_it(folder: Path) -> None:
    found = read(folder).calibration.findings

    assert (idle_watts(found, "idle_cold"), idle_watts(found, "idle_warm"), idle_watts(found, "asleep")) == (70.0, 112.0, None)
    assert copy_bytes_per_second(found) == pytest.approx(2.957e12, rel=1e-3)
    assert resolution(found) == pytest.approx(0.002, rel=0.01)


@pytest.mark.parametrize(("machine", "deviation", "sampling"), [("h100-sxm", 0.00158, 0.00729), ("h200-sxm", 0.00099, 0.00555)])
def test_the_committed_calibrations_say_how_far_counter_and_integral_may_part(
    machine: str, deviation: float, sampling: float
) -> None:
    (one,) = [one for one in read_calibrations(RESULTS).calibrations if one.calibration.machine == machine]
    gap = calibrated_gap(one, 12 * 1e9)

    assert gap is not None
    assert gap.deviation == pytest.approx(deviation, rel=0.02)
    assert gap.sampling == pytest.approx(sampling, rel=0.02)
    assert gap.load_sampling == pytest.approx(sampling * math.sqrt(12 / 31.4), rel=0.02)
    assert gap.most == pytest.approx(deviation + math.hypot(sampling, gap.load_sampling), rel=0.02)
    assert gap.load_ns / 1e9 == pytest.approx(31.4, abs=0.2)


@pytest.mark.parametrize("name", ["h100-sxm/20261128T000037Z-power-156dd90", "h200-sxm/20261124T045844Z-power-36d64b9"])
def test_the_recorded_windows_of_a_sustained_product_part_by_no_more_than_the_calibration_allows(name: str) -> None:
    machine = name.partition("/")[0]
    run = read_run(RESULTS / name, RESULTS)
    found = measurements(run.run_at_its_end, run.samples, run.environment)
    ratios = [value for one in found if one.metric == "power_integral_energy_ratio" for value in one.values]
    (calibration,) = [one for one in read_calibrations(RESULTS).calibrations if one.calibration.machine == machine]
    gap = calibrated_gap(calibration, ENERGY_WINDOW_NS)

    assert gap is not None
    assert len(ratios) >= 8
    assert gap.most / 3 < max(abs(one - 1) for one in ratios) < gap.most


def test_a_longer_window_may_part_by_less_and_never_by_less_than_the_load_did_and_how_well_that_is_known() -> None:
    (one,) = [one for one in read_calibrations(RESULTS).calibrations if one.calibration.machine == "h100-sxm"]
    second, minute, day = (calibrated_gap(one, seconds * 1e9) for seconds in (1, 60, 86_400))

    assert second is not None and minute is not None and day is not None
    assert second.most > minute.most > day.most > day.deviation + day.load_sampling
    assert (day.deviation, day.load_sampling) == pytest.approx((second.deviation, second.load_sampling))


def test_a_calibration_without_the_load_or_with_a_field_that_stood_still_knows_no_gap(folder: Path, tmp_path: Path) -> None:
    partly = read(write_calibration(tmp_path / "partly", left_out=("energy",)))

    assert calibrated_gap(partly, 12e9) is None
    assert calibrated_gap(read(folder), 12e9) is None


def test_the_committed_calibrations_follow_from_their_readings() -> None:
    found = read_calibrations(RESULTS)

    assert (len(found.calibrations) > 1, found.problems) == (True, ())
    assert [one for recorded in found.calibrations for one in finding_problems(recorded)] == []


def test_a_throttle_counter_is_believed_only_if_it_behaves_like_one(folder: Path) -> None:
    found = {one.field: one for one in read(folder).calibration.findings.fields}

    assert (found[74].is_confirmed, found[269].is_confirmed, found[186].is_confirmed) == (True, True, True)
    assert (found[76].is_confirmed, found[76].reason) == (False, "NVML answers with code 3")
