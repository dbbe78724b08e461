"""Suites as their authors write them: what is found, in which order, and what is said of a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
from runs import SUITE, bench_folder

from chronicle import Check, Work, axis, benchmark
from chronicle.errors import ChronicleError
from chronicle.harness.discover import load_suite, points_on, suite_names


def test_a_benchmark_multiplies_its_axes_the_last_one_fastest() -> None:
    @benchmark(title="Product")
    @axis("dtype", ["bf16", "fp32"])
    @axis("n", [1, 2], cpu=[8])
    def matmul(device: str, dtype: str, n: int) -> Work:
        raise NotImplementedError

    assert matmul.cases_on("cuda") == [
        {"dtype": "bf16", "n": 1},
        {"dtype": "bf16", "n": 2},
        {"dtype": "fp32", "n": 1},
        {"dtype": "fp32", "n": 2},
    ]
    assert matmul.cases_on("cpu") == [{"dtype": "bf16", "n": 8}, {"dtype": "fp32", "n": 8}]
    assert matmul.cases_on("mps") == []


def test_two_benchmarks_do_not_share_axes() -> None:
    @benchmark(title="One")
    @axis("n", [1])
    def one(device: str, n: int) -> Work:
        raise NotImplementedError

    @benchmark(title="None")
    def other(device: str) -> Work:
        raise NotImplementedError

    assert [axis.name for axis in one.axes] == ["n"]
    assert other.cases_on("cpu") == [{}]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"call": 3}, "Work.call is 3"),
        ({"bytes": 8.0}, "Work.bytes is 8.0"),
        ({"flop": -1}, "Work.flop is -1"),
        ({"bytes": True}, "Work.bytes is True"),
        ({"batch": 0}, "Work.batch is 0"),
        ({"capture": "jit"}, "Work.capture is 'jit'"),
        ({"l2": "warm"}, "Work.l2 is 'warm'"),
    ],
)
def test_work_that_cannot_be_recorded_is_refused_when_it_is_made(wrong: dict[str, object], said: str) -> None:
    with pytest.raises((TypeError, ValueError), match=said):
        Work(**({"call": print} | wrong))  # type: ignore[arg-type]


def test_the_committed_suite_is_listed_by_device() -> None:
    suite = load_suite(Path(__file__).parents[2] / "bench", "ceilings")
    on_gpu, _ = points_on(suite, "cuda")
    on_cpu, without = points_on(suite, "cpu")

    assert len(on_gpu) == 8
    assert without == ["launch", "round_trip"]
    assert [point.benchmark for point in on_cpu] == ["copy", "read", "triad", "matmul", "matmul", "dispatch"]


def test_one_benchmark_of_a_suite_can_be_chosen(tmp_path: Path) -> None:
    suite = load_suite(bench_folder(tmp_path), "tiny")
    points, _ = points_on(suite, "cpu", "total")

    assert [point.parameters for point in points] == [{"n": 100}, {"n": 1000}, {"n": 3000}]
    with pytest.raises(ChronicleError, match="no benchmark 'sum'") as failure:
        points_on(suite, "cpu", "sum")
    assert failure.value.hint == "there are: total, on_gpu"


def test_files_with_an_underscore_and_folders_are_no_suites(tmp_path: Path) -> None:
    bench = bench_folder(tmp_path)
    (bench / "_shared.py").write_text("")
    (bench / "lab").mkdir()

    assert suite_names(bench) == ["tiny"]
    assert suite_names(tmp_path / "nowhere") == []


def test_a_suite_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ChronicleError, match="no suite 'tny'") as failure:
        load_suite(bench_folder(tmp_path), "tny")
    assert failure.value.hint == "there are: tiny"


def test_a_suite_without_benchmarks_says_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(ChronicleError, match="holds no benchmark") as failure:
        load_suite(bench_folder(tmp_path, "x = 1\n", "empty"), "empty")
    assert "@benchmark" in failure.value.hint


@pytest.mark.parametrize(
    ("source", "said", "line"),
    [
        ("x = 1\nimport nothing_of_that_name\n", "ModuleNotFoundError: No module named 'nothing_of_that_name'", 2),
        ("x = 1\n\ndef f(:\n", "SyntaxError", 3),
        ("def f():\n    return 1 / 0\n\nf()\n", "ZeroDivisionError: division by zero", 2),
    ],
)
def test_a_suite_that_does_not_import_is_named_with_its_line(tmp_path: Path, source: str, said: str, line: int) -> None:
    with pytest.raises(ChronicleError, match="does not import") as failure:
        load_suite(bench_folder(tmp_path, source, "broken"), "broken")
    assert said in failure.value.found
    assert failure.value.hint == f"see line {line} of broken.py"


def test_a_suite_does_not_hide_a_module_of_python(tmp_path: Path) -> None:
    with pytest.raises(ChronicleError, match="hides the module 'copy' of Python"):
        load_suite(bench_folder(tmp_path, SUITE, "copy"), "copy")


def test_a_check_names_what_it_compares() -> None:
    check = Check(error=lambda: 0.5, output=None, reference="fp64", limit=1e-3)

    assert (check.error(), check.reference) == (0.5, "fp64")
