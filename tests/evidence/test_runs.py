"""Recorded runs are read with suspicion: whatever was changed by hand is found, with its file and its field."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runs import H100, RESULTS, results_copy, tamper, tamper_samples

from chronicle.errors import ProblemsFound
from chronicle.evidence.runs import read_run, read_runs

Change = Callable[[Any], None]


def first_time(record: Any) -> Any:
    return record["cases"][0]["processes"][0]["time"]


def seen(folder: Path) -> list[str]:
    """Every problem of the run, found while reading or after, without the folder it lies in."""
    try:
        problems = read_run(folder, folder.parents[1]).problems
    except ProblemsFound as failure:
        problems = failure.problems
    return [str(problem).replace(f"{folder}/", "").replace(f"{folder.parent}/", "") for problem in problems]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return results_copy(tmp_path)


def test_the_committed_runs_agree_with_themselves() -> None:
    found = read_runs(RESULTS)

    assert found.problems == ()
    assert H100.name in [one.run.run_id for one in found.runs]
    assert [one.key for one in found.runs if one.is_sealed == (one.run.design.stop == "open")] == []
    assert sum(one.is_sealed for one in found.runs) > len(found.runs) / 2


def test_a_run_comes_with_samples_telemetry_pins_and_files() -> None:
    found = read_run(H100, RESULTS, "bench/results")

    assert len(found.samples) == 96
    assert len(found.telemetry) == 12
    assert found.environment.key["gpu"]["name"] == "NVIDIA H100 80GB HBM3"
    assert sorted(found.files) == ["MANIFEST.sha256", "record.json", "samples.jsonl.gz", "telemetry.jsonl.gz"]
    assert found.shown == f"bench/results/h100-sxm/{H100.name}"


@pytest.mark.parametrize("name", ["n", "median_ns", "q1_ns", "q3_ns", "min_ns", "device_ns"])
def test_a_number_its_samples_contradict_is_named(folder: Path, name: str) -> None:
    tamper(folder, lambda record: first_time(record).update({name: first_time(record)[name] - 1}))
    (problem,) = seen(folder)

    assert problem.startswith(f"record.json: `copy[mebibytes=4096].processes.0.time.{name}` is ")
    assert "computed from the samples" in problem


def test_any_change_to_a_sealed_record_is_found(folder: Path) -> None:
    tamper(folder, lambda record: record["cases"][0]["workload"].update(bytes=1), is_sealed=True)
    (problem,) = seen(folder)

    assert problem.startswith("record.json: was changed after the run")


def test_a_changed_sample_is_found_by_its_file_and_by_the_median(folder: Path) -> None:
    tamper_samples(folder, lambda lines: lines.__setitem__(0, json.dumps([1] * len(json.loads(lines[0])))))
    found = seen(folder)

    assert any(one.startswith("samples.jsonl.gz: digest") for one in found)
    assert any("time.median_ns` is" in one for one in found)
    assert any(one.startswith("samples.jsonl.gz: was changed after the run") for one in found)


def test_samples_compressed_by_another_machine_are_the_same_samples(folder: Path) -> None:
    body = gzip.decompress((folder / "samples.jsonl.gz").read_bytes())
    (folder / "samples.jsonl.gz").write_bytes(gzip.compress(body, compresslevel=1, mtime=7))

    assert seen(folder) == []


def test_lines_a_killed_process_wrote_beyond_its_record_are_not_read(folder: Path) -> None:
    tamper_samples(folder, lambda lines: lines.append("[1,2,3]"))
    tamper(folder, lambda record: None)

    assert seen(folder) == []


def test_what_a_killed_process_was_writing_is_not_read(folder: Path) -> None:
    (folder / ".writing-abc").write_bytes(b"half a rec")

    assert seen(folder) == []


@pytest.mark.parametrize("line", ["", "[]", "[1,", "[1.5]", "[true]", "{}", "[0]", '["1"]', "null"])
def test_a_line_that_holds_no_samples_is_named(folder: Path, line: str) -> None:
    tamper_samples(folder, lambda lines: lines.__setitem__(3, line))
    (problem,) = seen(folder)

    assert problem.startswith(f"samples.jsonl.gz: line 3 holds '{line}")


@pytest.mark.parametrize(
    "body",
    [b"", b"not gzip", gzip.compress(b"x" * 99, mtime=0)[:-12], b"\x1f\x8b\x08\x00" + b"\xff" * 40],
    ids=["empty", "other", "cut off", "noise"],
)
def test_a_file_that_is_damaged_is_named(folder: Path, body: bytes) -> None:
    (folder / "telemetry.jsonl.gz").write_bytes(body)
    found = seen(folder)

    assert found
    assert all(one.startswith("telemetry.jsonl.gz: ") for one in found)


@pytest.mark.parametrize("line", ["[]", '{"mono_ns":[1],"mask":[1,2]}', '{"mono_ns":["a"]}', "3"])
def test_telemetry_of_another_shape_is_named(folder: Path, line: str) -> None:
    lines = gzip.decompress((folder / "telemetry.jsonl.gz").read_bytes()).decode().splitlines()
    (folder / "telemetry.jsonl.gz").write_bytes(gzip.compress("\n".join([line, *lines[1:]]).encode()))
    (problem,) = seen(folder)

    assert problem.startswith("telemetry.jsonl.gz: line 0 holds")


@pytest.mark.parametrize("name", ["samples.jsonl.gz", "record.json"])
def test_a_file_that_is_gone_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()

    assert f"{name}: is not there" in seen(folder)[0]


def test_a_run_that_ended_and_has_no_seal_is_named(folder: Path) -> None:
    (folder / "MANIFEST.sha256").unlink()
    (problem,) = seen(folder)

    assert problem.startswith("MANIFEST.sha256: is not there")


def test_what_is_left_of_a_run_whose_record_is_gone_is_a_problem_of_the_results(folder: Path) -> None:
    (folder / "record.json").unlink()
    found = read_runs(folder.parents[1])

    assert [one.file.rpartition("/")[2] for one in found.problems] == ["record.json"]


def test_a_seal_that_leaves_a_file_out_is_no_seal(folder: Path) -> None:
    rows = (folder / "MANIFEST.sha256").read_text().splitlines()
    (folder / "MANIFEST.sha256").write_text("\n".join(row for row in rows if "record" not in row) + "\n")
    (problem,) = seen(folder)

    assert problem.startswith("MANIFEST.sha256: does not list record.json")


def test_a_file_the_seal_lists_and_that_is_gone_is_named(folder: Path) -> None:
    with (folder / "MANIFEST.sha256").open("a") as seal:
        seal.write(f"{'0' * 64}  notes.txt\n")
    (problem,) = seen(folder)

    assert problem.startswith("notes.txt: is not there")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda record: first_time(record).update(median_ns=0), "time.median_ns` is 0"),
        (lambda record: first_time(record).update(calls_per_sample=0), "time.calls_per_sample` is 0"),
        (lambda record: record["cases"][3]["processes"][0]["energy"].update(calls=0.0), "energy.calls` is 0.0"),
        (lambda record: record["cases"][0]["processes"][0]["throttle"].update(window_ns=-5), "throttle.window_ns` is -5"),
    ],
)
def test_a_duration_or_count_that_no_clock_gives_is_named(folder: Path, change: Change, field: str) -> None:
    tamper(folder, change)
    (problem,) = seen(folder)

    assert field in problem
    assert "a number above 0" in problem


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda record: record["cases"][3]["processes"][0]["energy"].update(counter_mj=[5, 5]), "energy.counter_mj` is [5, 5]"),
        (lambda record: record["cases"][0]["workload"].update(bytes=-1), "workload.bytes` is -1"),
        (lambda record: record["cases"][0]["workload"].update(flop=0), "workload.flop` is 0"),
        (lambda record: record.update(run_id="another"), "`run_id` is 'another'"),
        (lambda record: record.update(machine="../x"), "`machine` is '../x'"),
        (lambda record: record.update(created_utc="2026-11-23T00:35:06"), "`created_utc` is '2026-11-23T00:35:06'"),
        (lambda record: record["cases"][0]["processes"][0].update(start_utc="soon"), "processes.0.start_utc` is 'soon'"),
        (lambda record: record.update(method_version=10**400), "401 digits"),
        (
            lambda record: record["suite"].update(
                tables=[{"path": "p.csv", "sha256": "0", "as_of": "May", "source": "s", "confidence": "low"}]
            ),
            "the table 'p.csv' is `as_of` 'May'",
        ),
    ],
)
def test_what_no_harness_writes_is_named(folder: Path, change: Change, field: str) -> None:
    tamper(folder, change)
    (problem,) = seen(folder)

    assert field in problem


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda processes: processes.append(processes[0]), "`copy[mebibytes=4096]` has block 0 twice"),
        (lambda processes: processes[1].update(block=0, order=processes[0]["order"]), "block 0 has two processes with order"),
        (lambda processes: processes[1]["time"].update(processes[0]["time"]), "is named by two processes"),
        (lambda processes: processes[0].update(block=12), "has a process in block 12"),
        (lambda processes: processes[0].update(block=-1), "has a process in block -1"),
        (lambda processes: processes[0].update(environment_sha256="e" * 64), f"env/{'e' * 64}.json: is not there"),
    ],
)
def test_a_process_that_is_not_one_of_its_own_is_named(folder: Path, change: Change, found: str) -> None:
    tamper(folder, lambda record: change(record["cases"][0]["processes"]))

    assert any(found in problem for problem in seen(folder))


def test_more_blocks_than_were_planned_are_named(folder: Path) -> None:
    tamper(folder, lambda record: record["design"].update(blocks_done=13))
    (problem,) = seen(folder)

    assert problem.startswith("record.json: `design.blocks_done` is 13")


@pytest.mark.parametrize("line", ["[" * 100_000, f"[{'9' * 5000}]", f"[{'9' * 400}]"], ids=["nested", "digits", "large"])
def test_an_absurd_line_is_named(folder: Path, line: str) -> None:
    tamper_samples(folder, lambda lines: lines.__setitem__(3, line))
    (problem,) = seen(folder)

    assert problem.startswith("samples.jsonl.gz: line 3 holds")


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"schema": ' + b"9" * 5000 + b"}"], ids=["nested", "digits"])
def test_an_absurd_record_is_named(folder: Path, body: bytes) -> None:
    (folder / "record.json").write_bytes(body)
    (problem,) = seen(folder)

    assert problem.startswith("record.json: not JSON")


def test_lines_beyond_any_size_are_not_inflated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chronicle.evidence.stored._MOST_BYTES", 1 << 20)
    (folder / "telemetry.jsonl.gz").write_bytes(gzip.compress(b"1" * (2 << 20)))
    (problem,) = seen(folder)

    assert problem.startswith("telemetry.jsonl.gz: cannot be read (more than 1 MiB)")


def test_a_run_given_by_a_relative_path_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parents[1])

    assert read_run(Path("h100-sxm") / folder.name, Path()).problems == ()


def test_pins_that_were_changed_are_named(folder: Path) -> None:
    (pins,) = (folder.parent / "env").iterdir()
    pins.write_text(pins.read_text().replace("580.159.04", "999.0"))
    (problem,) = seen(folder)

    assert problem.startswith(f"env/{pins.name}: was changed")


def test_pins_that_are_gone_are_named(folder: Path) -> None:
    (pins,) = (folder.parent / "env").iterdir()
    pins.unlink()
    (problem,) = seen(folder)

    assert problem.startswith(f"env/{pins.name}: is not there")


def test_a_comparison_key_that_is_not_that_of_the_pins_is_named(folder: Path) -> None:
    tamper(folder, lambda record: record.update(compare_sha256="0" * 64))
    (problem,) = seen(folder)

    assert problem.startswith("record.json: `compare_sha256` is")


def test_a_run_of_which_no_process_measured_anything_can_be_read(folder: Path) -> None:
    def fail(record: Any) -> None:
        record.update(environment_sha256="", compare_sha256="", files={})
        failed = {"error": "it hung", "time": None, "energy": None, "environment_sha256": ""}
        for one in (process for case in record["cases"] for process in case["processes"]):
            one.update(failed)

    tamper(folder, fail)
    found = read_run(folder, folder.parents[1])

    assert found.problems == ()
    assert found.environment.missing[0].reason == "no process measured anything"


def test_one_unreadable_run_does_not_hide_the_others(folder: Path) -> None:
    broken = folder.parent / "20270101T000000Z-ceilings-0000000"
    broken.mkdir()
    (broken / "record.json").write_text("{")
    found = read_runs(folder.parents[1], shown_as="bench/results")

    assert [one.run.run_id for one in found.runs] == [H100.name]
    assert [problem.file for problem in found.problems] == [f"bench/results/h100-sxm/{broken.name}/record.json"]


def test_a_run_that_began_in_the_same_second_on_another_board_is_called_by_its_folder(folder: Path) -> None:
    second = Path(shutil.copytree(folder, folder.with_name(f"{folder.name}.2")))

    assert read_run(second, second.parents[1]).run.run_id == f"{H100.name}.2"
    assert seen(second) == []


@pytest.mark.parametrize(
    ("end", "beside", "absent"),
    [
        (".2", [], f"'{H100.name}'"),
        (".7", ["", ".2", ".4", ".5"], f"'{H100.name}.3' and '{H100.name}.6'"),
        (".3", [".2"], f"'{H100.name}'"),
    ],
)
def test_a_number_behind_the_name_of_a_run_needs_the_runs_before_it(
    folder: Path, end: str, beside: list[str], absent: str
) -> None:
    numbered = folder.rename(folder.with_name(f"{folder.name}{end}"))
    for one in beside:
        shutil.copytree(numbered, folder.with_name(f"{folder.name}{one}"))
    (problem,) = seen(numbered)

    assert f"the folder is called '{H100.name}{end}'; expected {absent} beside it" in problem


def test_a_record_that_was_given_the_name_of_its_numbered_folder_is_named(folder: Path) -> None:
    second = Path(shutil.copytree(folder, folder.with_name(f"{folder.name}.2")))
    tamper(second, lambda record: record.update(run_id=second.name))
    (problem,) = seen(second)

    assert f"`run_id` is '{H100.name}.2'" in problem
    assert f"'{H100.name}', the name of its folder" in problem


@pytest.mark.parametrize("end", [".1", ".22", "-2", " (copy)"])
def test_a_folder_called_otherwise_than_its_run_is_named(folder: Path, end: str) -> None:
    (problem,) = seen(folder.rename(folder.with_name(f"{folder.name}{end}")))

    assert f"`run_id` is '{H100.name}'" in problem


def test_a_copy_of_a_run_is_no_second_run(folder: Path) -> None:
    shutil.copytree(folder, folder.with_name(f"{folder.name}.2"))
    (problem,) = read_runs(folder.parents[1], shown_as="bench/results").problems

    assert problem.file == f"bench/results/h100-sxm/{H100.name}.2/record.json"
    assert problem.found == f"`design.order_key` is that of {H100.name}"


@pytest.mark.parametrize("name", ["record.json", "samples.jsonl.gz", "telemetry.jsonl.gz", "MANIFEST.sha256"])
def test_a_file_of_a_run_that_is_a_link_is_refused_and_hides_no_other_run(folder: Path, name: str) -> None:
    other = Path(shutil.copytree(folder, folder.with_name(f"{folder.name}.2")))
    (other / name).rename(folder.parents[1] / name)
    (other / name).symlink_to(folder.parents[1] / name)
    found = read_runs(folder.parents[1], shown_as="bench/results")
    (problem,) = found.problems

    assert [one.run.run_id for one in found.runs] == [H100.name]
    assert (problem.file, problem.found) == (f"bench/results/h100-sxm/{other.name}/{name}", "is a link to another file")


def test_a_link_that_leads_nowhere_is_refused(folder: Path) -> None:
    (folder / "samples.jsonl.gz").unlink()
    (folder / "samples.jsonl.gz").symlink_to("/nowhere")

    assert "samples.jsonl.gz: is a link to another file" in seen(folder)[0]


@pytest.mark.parametrize("level", [0, 1], ids=["run", "machine"])
def test_a_folder_of_runs_that_is_a_link_is_refused(folder: Path, tmp_path: Path, level: int) -> None:
    linked = (folder, folder.parent)[level]
    away = tmp_path / "elsewhere" / linked.name
    away.parent.mkdir()
    linked.rename(away)
    linked.symlink_to(away)
    problem = seen(folder)[0]

    assert "is a link to another folder" in problem
    assert read_runs(tmp_path).runs == ()


def test_results_that_are_a_link_as_a_whole_are_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(folder.parents[1])
    found = read_runs(tmp_path / "linked")

    assert ([one.run.run_id for one in found.runs], found.problems) == ([H100.name], ())


def test_pins_that_are_a_link_are_refused(folder: Path, tmp_path: Path) -> None:
    (pins,) = (folder.parent / "env").iterdir()
    pins.rename(tmp_path / pins.name)
    pins.symlink_to(tmp_path / pins.name)
    (problem,) = seen(folder)

    assert f"env/{pins.name}: is a link to another file" in problem


def test_pins_named_by_a_path_out_of_their_folder_are_refused_though_they_are_what_their_name_says(folder: Path) -> None:
    (pins,) = (folder.parent / "env").iterdir()
    shutil.copy(pins, folder.parents[1])
    outside = f"../../{pins.stem}"
    tamper(folder, lambda record: record.update(environment_sha256=outside))
    (problem,) = seen(folder)

    assert f"{outside}.json: was changed: its digest is not its name" in problem


def test_a_file_that_is_none_of_a_run_is_left_where_it_is(folder: Path) -> None:
    (folder / "notes.txt").write_text("secret")
    (folder / "password").symlink_to("/etc/hostname")
    found = read_run(folder, folder.parents[1])

    assert sorted(found.files) == ["MANIFEST.sha256", "record.json", "samples.jsonl.gz", "telemetry.jsonl.gz"]
    assert found.problems == ()


def test_a_folder_without_runs_has_none(tmp_path: Path) -> None:
    assert read_runs(tmp_path / "nowhere").runs == ()
