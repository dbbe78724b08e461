"""``chronicle bench show``, ``compare`` and ``schema`` as a user meets them: what they print, and their exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from runs import H100, ROOT, results_copy, tamper

from chronicle.cli import cli
from chronicle.errors import ChronicleError
from chronicle.records import json_form

RUN = f"h100-sxm/{H100.name}"
Said = Callable[..., tuple[int, str]]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Said:
    """What a command prints on standard output, and its exit code, from the root of the project."""
    monkeypatch.chdir(ROOT)

    def run(*arguments: str) -> tuple[int, str]:
        try:
            cli.main([*arguments], standalone_mode=False)
        except SystemExit as end:
            return int(end.code or 0), capsys.readouterr().out
        return 0, capsys.readouterr().out

    return run


def another_run(bench: Path, change: Callable[[dict[str, Any]], None], slower: float = 1.0) -> str:
    """The committed run once more below ``bench``, with changed pins; the key of the copy."""
    first = results_copy(bench / "results")
    second = first.with_name("20261124T000000Z-ceilings-8c6470c")
    first.rename(second)
    results_copy_again = results_copy(bench / "other")
    pins = json.loads(next((results_copy_again.parent / "env").iterdir()).read_bytes())
    change(pins["key"])
    environment = second.parent / "env" / f"{json_form.digest(pins)}.json"
    environment.write_bytes(json_form.to_bytes(pins))

    def restate(record: dict[str, Any]) -> None:
        record.update(run_id=second.name, environment_sha256=environment.stem, compare_sha256=json_form.digest(pins["key"]))
        for case in record["cases"]:
            for process in case["processes"]:
                process["environment_sha256"] = environment.stem

    tamper(second, restate)
    results_copy_again.rename(second.parent / H100.name)
    return f"h100-sxm/{second.name}"


def test_without_a_run_every_recorded_one_is_listed(said: Said) -> None:
    code, out = said("bench", "show")

    assert code == 0
    assert f"{RUN:<56} ceilings       fixed(12)    12 of 12 blocks    4 valid, 4 degraded" in out.splitlines()


@pytest.mark.parametrize("name", [RUN, H100.name, str(H100)], ids=["key", "name", "folder"])
def test_a_run_is_found_by_its_key_its_name_and_its_folder(said: Said, name: str) -> None:
    code, out = said("bench", "show", name)

    assert (code, out.splitlines()[0].partition(",")[0]) == (0, f"{H100.name} on h100-sxm")
    assert "  left out: block 1: tenant: the device was not idle when the process began" in out.splitlines()
    assert "  12 of 24 gates could not be asked in full: above_ceiling, allocator, " in out


def test_the_measurements_of_a_run_are_given_as_json(said: Said) -> None:
    _, out = said("bench", "show", RUN, "--json")
    found = {(one["case"], one["metric"]): one for one in json.loads(out)}
    copied = found["copy[mebibytes=4096]", "bandwidth_bytes_per_second"]

    assert len(found) == 15
    assert (copied["unit"], copied["n_processes"], copied["verdict"]) == ("B/s", 12, "valid")
    assert copied["unchecked"]["ecc"] == "faults: not recorded"


@pytest.mark.parametrize("name", ["nothing", "h100-sxm/nothing", "h100-sxm"])
def test_a_name_that_is_no_run_is_refused(said: Said, name: str) -> None:
    with pytest.raises(ChronicleError, match="names no run in bench/results/"):
        said("bench", "show", name)


def test_two_cases_of_a_run_are_compared_block_by_block(said: Said) -> None:
    code, out = said("bench", "compare", f"{RUN}:copy", f"{RUN}:read")

    assert code == 0
    assert out.splitlines()[3:] == [
        "copy[mebibytes=4096], then read[mebibytes=4096], time of a call",
        "  A  2.83603 ms (2.83587–2.83622), 12 processes",
        "  B  1.38149 ms (1.38134–1.38173), 12 processes",
        "  B is faster: 0.48712 (0.48703–0.48724) times A, 12 paired blocks; margin 1 %, no A/A control",
    ]


def test_a_slower_case_sets_the_exit_code_and_a_wider_margin_takes_it_back(said: Said) -> None:
    case = f"{RUN}:launch[capture=graph]", f"{RUN}:launch[capture=eager]"

    assert said("bench", "compare", *case)[0] == 1
    assert said("bench", "compare", f"{RUN}:read", f"{RUN}:copy", "--markdown")[0] == 1
    assert said("bench", "compare", f"{RUN}:triad", f"{RUN}:copy", "--margin", "0.99")[0] == 0


def test_a_comparison_is_given_as_a_table_and_as_json(said: Said) -> None:
    _, table = said("bench", "compare", f"{RUN}:copy", f"{RUN}:read", "--markdown")
    _, plain = said("bench", "compare", f"{RUN}:copy", f"{RUN}:read", "--json")
    (found,) = json.loads(plain)

    assert "| 2.83603 ms (2.83587–2.83622) | 1.38149 ms (1.38134–1.38173) | 0.48712 (0.48703–0.48724) |" in table
    assert (found["verdict"], found["paired"], found["ratio"]["n"], found["margin"]) == ("faster", True, 12, 0.01)
    assert found["a"]["case"] == "copy[mebibytes=4096]"


def test_two_runs_with_equal_pins_are_compared_case_by_case_and_unpaired(said: Said, tmp_path: Path) -> None:
    other = another_run(tmp_path / "bench", lambda key: None)
    code, out = said("bench", "compare", RUN, other, "--bench", str(tmp_path / "bench"))

    assert code == 0
    assert out.splitlines()[6].startswith("  B is the same: 1.000000 (0.9999")
    assert out.splitlines()[6].endswith(") times A, 12 processes, unpaired; margin 1 %, no A/A control")
    assert "\nmatmul[dtype=bf16,n=8192], energy of a call\n" in out


def test_runs_whose_pins_differ_are_refused_until_the_pin_is_what_is_asked_about(said: Said, tmp_path: Path) -> None:
    other = another_run(tmp_path / "bench", lambda key: key["driver"].update(driver="590.1"))
    asked = ["bench", "compare", RUN, other, "--bench", str(tmp_path / "bench")]
    with pytest.raises(ChronicleError, match=r"differ in driver\.driver: 580\.159\.04, then 590\.1") as refusal:
        said(*asked)
    code, out = said(*asked, "--varied", "driver.driver")

    assert refusal.value.hint == "--varied driver.driver says that this is what is asked about"
    assert (code, out.count("  varied: driver.driver: 580.159.04, then 590.1")) == (0, 9)


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (RUN, RUN, "no two cases to compare"),
        (f"{RUN}:copy", f"{RUN}:copy", "no two cases to compare"),
        (f"{RUN}:launch", f"{RUN}:copy", "names several cases"),
        (f"{RUN}:nothing", f"{RUN}:copy", "names no case"),
        (f"{RUN}:copy", f"{RUN}:copy@control", "names no case"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_what_there_is(said: Said, a: str, b: str, message: str) -> None:
    with pytest.raises(ChronicleError, match=message) as refusal:
        said("bench", "compare", a, b)

    assert refusal.value.hint


@pytest.mark.parametrize("margin", ["", "x", "-1%", "100%", "1 percent", "²%"])
def test_a_margin_that_is_none_is_refused(said: Said, margin: str) -> None:
    with pytest.raises(ChronicleError, match="is no margin"):
        said("bench", "compare", f"{RUN}:copy", f"{RUN}:read", f"--margin={margin}")


def test_nothing_that_was_tampered_with_is_compared(said: Said, tmp_path: Path) -> None:
    folder = results_copy(tmp_path / "bench" / "results")
    tamper(folder, lambda record: record["cases"][0]["processes"][0]["time"].update(median_ns=1))
    code, out = said("bench", "compare", f"{RUN}:copy", f"{RUN}:read", "--bench", str(tmp_path / "bench"))

    assert (code, out) == (1, "")


def test_the_form_of_a_record_is_printed(said: Said) -> None:
    _, out = said("bench", "schema")

    assert json.loads(out)["$id"] == "chronicle.run.1.json"
