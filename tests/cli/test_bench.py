"""``chronicle bench`` as a user meets it: what it prints, and the exit codes of mistakes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command import Done, chronicle, chronicle_process
from repositories import RepositoryBuilder
from runs import H100, REVISION, SUITE, bench_folder, results_copy, tamper

from chronicle.evidence.runs import read_runs
from chronicle.harness.naming import slug_of
from chronicle.harness.pins import cpu_model

ROOT = Path(__file__).parents[2]

QUICK = ["--machine", "dev", "--device", "cpu", "--quick", "--rule", "explore(1)"]


def refused(folder: Path, *arguments: str, call: Callable[..., Done] = chronicle, **variables: str) -> str:
    """What the command says when it refuses: exit code 2, nothing on standard output, and no traceback."""
    done = call(folder, *arguments, **variables)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    bench_folder(tmp_path)
    return tmp_path


def test_the_list_names_suites_benchmarks_and_their_cases(project: Path) -> None:
    done = chronicle(project, "bench", "list")

    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "tiny",
        "  tiny:total          Sum of a list (3 on cpu, 3 on cuda)",
        "  tiny:on_gpu         Needs a GPU (1 on cuda)",
    ]


def test_a_dry_run_prints_the_cases_and_measures_nothing(project: Path) -> None:
    done = chronicle(project, "bench", "run", "tiny", "--machine", "dev", "--device", "cpu", "--dry-run")

    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "fixed(12): 12 blocks of 3 processes on cpu, kept as dev",
        "  total n=100",
        "  total n=1000",
        "  total n=3000",
        "  without on_gpu: does not run on a cpu device",
        "about 36 s a block and 7 min in all, by the least that the protocol allows",
    ]
    assert not (project / "bench" / "results").exists()


def test_a_run_prints_its_cases_and_is_recorded_at_the_revision_of_its_repository(project: Path) -> None:
    revision = RepositoryBuilder(project).commit("begin", {".gitignore": "__pycache__/\n"})
    done = chronicle_process(project, "bench", "run", "tiny", *QUICK)
    (found,) = read_runs(project / "bench" / "results").runs

    assert done.returncode == 0, done.stderr
    assert "\ntotal[n=1000]: " in done.stdout
    assert f"1 of 1 blocks in bench/results/dev/{found.run.run_id}" in done.stdout
    assert (found.run.source.revision, found.run.source.dirty, found.run.source.stated_by) == (revision, False, "git")
    assert [left.case for left in found.run.left_out] == ["on_gpu"]


def test_a_suite_needs_no_torch_on_the_cpu(project: Path) -> None:
    (project / "blocked").mkdir()
    (project / "blocked" / "torch.py").write_text("raise ModuleNotFoundError(\"No module named 'torch'\")")
    done = chronicle_process(project, "bench", "run", "tiny", *QUICK, PYTHONPATH=str(project / "blocked"))

    assert done.returncode == 0, done.stderr


def test_without_torch_and_without_a_device_a_run_says_how_to_get_one(project: Path) -> None:
    (project / "blocked").mkdir()
    (project / "blocked" / "torch.py").write_text("raise ModuleNotFoundError(\"No module named 'torch'\")")
    said = refused(
        project, "bench", "run", "tiny", "--machine", "dev", call=chronicle_process, PYTHONPATH=str(project / "blocked")
    )

    assert said.splitlines() == [
        "chronicle: torch is not installed, and no GPU is measured without it",
        "  pip install 'chimera-chronicle[bench]', or say --device cpu for a suite that needs no torch",
    ]


def test_where_no_case_runs_for_want_of_torch_a_run_says_how_to_get_it_and_keeps_nothing(project: Path) -> None:
    (project / "blocked").mkdir()
    (project / "blocked" / "torch.py").write_text("raise ModuleNotFoundError(\"No module named 'torch'\")")
    (project / "bench" / "tiny.py").write_text(SUITE.replace("numbers = list(range(n))", "import torch"))
    done = chronicle_process(
        project, "bench", "run", "tiny", *QUICK, PYTHONPATH=os.pathsep.join([str(project / "blocked"), *sys.path])
    )

    assert done.returncode == 2
    assert done.stderr.splitlines()[-2:] == [
        "chronicle: torch is not installed, and no case runs without it",
        "  pip install 'chimera-chronicle[bench]'",
    ]
    assert list((project / "bench/results/dev").iterdir()) == []


def test_without_a_name_the_machine_is_called_by_its_device(project: Path) -> None:
    done = chronicle(project, "bench", "run", "tiny", "--device", "cpu", "--dry-run")

    assert (done.returncode, done.stdout.splitlines()[0]) == (
        0,
        f"fixed(12): 12 blocks of 3 processes on cpu, kept as {slug_of(cpu_model() or 'cpu')}",
    )


def test_a_process_that_fails_is_reported_and_sets_the_exit_code(project: Path) -> None:
    (project / "bench" / "tiny.py").write_text(
        SUITE.replace("numbers = list(range(n))", "numbers = list(range(10**6 // (n - 100)))")
    )
    done = chronicle(project, "bench", "run", "tiny", *QUICK)

    assert done.returncode == 1
    assert "total[n=100]: no process can be used" in done.stdout
    assert "left out: block 1: ZeroDivisionError: integer division or modulo by zero (tiny.py:9)" in done.stdout
    assert "\ntotal[n=1000]: " in done.stdout


def test_a_suite_that_does_not_import_is_one_message(project: Path) -> None:
    (project / "bench" / "tiny.py").write_text("import nothing_of_that_name\n")
    said = refused(project, "bench", "run", "tiny", "--machine", "dev", "--device", "cpu", call=chronicle_process)

    assert said.splitlines() == [
        "chronicle: bench/tiny.py does not import: ModuleNotFoundError: No module named 'nothing_of_that_name'",
        "  see line 1 of tiny.py",
    ]


@pytest.mark.parametrize("name", ["", "H100", "a b", "../up", "-x", "x-", "a--b", "büro", "env.", "a/b"])
def test_a_name_that_is_no_machine_is_refused(project: Path, name: str) -> None:
    said = refused(project, "bench", "run", "tiny", "--machine", name, "--device", "cpu")

    assert "cannot name a machine" in said
    assert "h100-sxm" in said


@pytest.mark.parametrize("budget", ["", "9", "m", "-5m", "1.m", "9 m", "²s", "1e3s", "9d"])
def test_a_budget_that_is_no_time_span_is_refused(project: Path, budget: str) -> None:
    said = refused(project, "bench", "run", "tiny", "--machine", "dev", "--device", "cpu", f"--budget={budget}")

    assert "is no time span" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--budget", "5s"], "a block takes 12 s or more, and the budget is 5 s"),
        (["--rule", "until(9)"], "no stop rule 'until(9)'"),
        (["--revision", "8c6470c"], "'8c6470c' is no revision"),
        (["--quick"], "--quick measures too little for a number"),
        (["--bench", "nowhere"], "no suite 'tiny' in nowhere/"),
    ],
)
def test_a_run_that_cannot_begin_says_why(project: Path, arguments: list[str], said: str) -> None:
    assert said in refused(project, "bench", "run", "tiny", "--machine", "dev", "--device", "cpu", *arguments)


def test_a_benchmark_that_cannot_run_on_the_device_says_where_it_can(project: Path) -> None:
    said = refused(project, "bench", "run", "tiny:on_gpu", "--machine", "dev", "--device", "cpu")

    assert "tiny:on_gpu has no case for a cpu device" in said


def test_a_stated_revision_is_kept_where_there_is_no_repository(project: Path) -> None:
    done = chronicle(project, "bench", "run", "tiny", *QUICK, "--revision", REVISION)
    (found,) = read_runs(project / "bench" / "results").runs

    assert done.returncode == 0, done.stderr
    assert (found.run.source.revision, found.run.source.dirty, found.run.source.stated_by) == (REVISION, None, "option")


def test_a_recorded_run_is_shown_from_anywhere_even_from_within(tmp_path: Path) -> None:
    folder = results_copy(tmp_path)
    inside, outside = chronicle(folder, "bench", "show", "."), chronicle(tmp_path, "bench", "show", str(folder))

    assert inside.returncode == outside.returncode == 0
    assert inside.stdout == outside.stdout
    assert "bandwidth_bytes_per_second  3.02886 TB/s    (3.02865–3.02903)        12 processes" in inside.stdout


def test_the_list_of_runs_says_of_cases_whether_their_run_is_finished(tmp_path: Path) -> None:
    folder = results_copy(tmp_path / "bench" / "results")
    finished = chronicle(tmp_path, "bench", "show").stdout
    tamper(folder, lambda record: record["design"].update(stop="interrupted"), is_sealed=True)
    cut_off = chronicle(tmp_path, "bench", "show").stdout

    assert " valid" in finished and "not finished" not in finished
    assert " not finished" in cut_off and " valid" not in cut_off


def test_a_tampered_record_is_shown_with_the_file_and_the_field(tmp_path: Path) -> None:
    folder = results_copy(tmp_path)
    tamper(folder, lambda record: record["cases"][0]["processes"][2]["time"].update(median_ns=2_000_000), is_sealed=True)
    done = chronicle(tmp_path, "bench", "show", f"h100-sxm/{H100.name}")

    assert done.returncode == 1
    assert f"h100-sxm/{H100.name}/record.json: `copy[mebibytes=4096].processes.2.time.median_ns` is 2000000" in done.stderr
    assert f"h100-sxm/{H100.name}/record.json: was changed after the run" in done.stderr


def test_a_tampered_summary_is_shown_with_its_field(tmp_path: Path) -> None:
    folder = results_copy(tmp_path)
    tamper(folder, lambda record: record["cases"][0]["summary"]["order_statistic"].update(value=0.001))
    done = chronicle(tmp_path, "bench", "show", str(folder))

    assert done.returncode == 1
    assert (
        "record.json: `cases.0.summary.order_statistic.value` is 0.001 for copy[mebibytes=4096]; expected 0.002836"
        in done.stderr
    )


@pytest.mark.parametrize("body", ["", "{}", '{"schema": "chronicle.run/1"}', "[1]"])
def test_a_record_that_cannot_be_read_is_a_finding_and_no_traceback(tmp_path: Path, body: str) -> None:
    folder = results_copy(tmp_path)
    (folder / "record.json").write_text(body)
    done = chronicle(tmp_path, "bench", "show", str(folder))

    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert "record.json" in done.stderr


def test_a_folder_that_holds_no_run_is_a_finding(tmp_path: Path) -> None:
    done = chronicle(tmp_path, "bench", "show", ".")

    assert done.returncode == 1
    assert "record.json: is not there" in done.stderr


def test_one_value_of_an_axis_is_chosen_and_the_others_are_counted() -> None:
    chosen = ["-p", "dtype=fp32", "--dry-run"]
    done = chronicle(ROOT, "bench", "run", "ceilings", "--machine", "m", "--device", "cpu", *chosen)

    assert done.returncode == 0, done.stderr
    assert "  1 other case left out by -p dtype=fp32" in done.stdout.splitlines()
    assert "  matmul dtype=fp32 n=2048" in done.stdout


def test_several_benchmarks_and_values_are_chosen_for_a_gpu_that_is_not_here() -> None:
    chosen = ["-p", "dtype=bf16,fp32", "--device", "cuda:0", "--dry-run"]
    done = chronicle(ROOT, "bench", "run", "ceilings:copy,matmul", "--machine", "m", *chosen)

    assert "12 blocks of 3 processes on cuda:0" in done.stdout
    assert "in all, by the least that the protocol allows" in done.stdout


def test_results_that_are_no_folder_are_refused_in_words(project: Path) -> None:
    said = refused(project, "bench", "run", "tiny", *QUICK, "--results", "bench/tiny.py")

    assert "no folder can be made at bench/tiny.py/" in said


def test_values_of_one_axis_may_be_asked_for_one_by_one() -> None:
    one_by_one = ["-p", "dtype=bf16", "-p", "dtype=fp32", "--device", "cuda:0", "--dry-run"]
    done = chronicle(ROOT, "bench", "run", "ceilings:copy,matmul", "--machine", "m", *one_by_one)

    assert "12 blocks of 3 processes on cuda:0" in done.stdout


def test_cases_that_have_all_of_some_values_are_left_out() -> None:
    sides = ["-p", "tokens=8", "-p", "shape=25m", "--without", "backend=flash,capture=graph", "--device", "cuda:0", "--dry-run"]
    done = chronicle(ROOT, "bench", "run", "attention:on_device,on_processor", "--machine", "m", *sides)

    assert done.returncode == 0, done.stderr
    assert "blocks of 4 processes" in done.stdout
    assert "backend=math capture=graph" in done.stdout
    assert "backend=flash capture=eager" in done.stdout
    assert "backend=flash capture=graph" not in done.stdout
    assert "left out by -p tokens=8 -p shape=25m --without backend=flash,capture=graph" in done.stdout


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ("colour=red", "no axis 'colour'"),
        ("dtype=fp8", "no case with dtype=fp8"),
        ("dtype", "--without dtype without a value"),
        ("dtype=fp32,n", "no case with dtype=fp32,n"),
        ("dtype=fp32,dtype=bf16", "names one axis twice"),
        ("dtype=fp32,mebibytes=4", "no case"),
    ],
)
def test_leaving_out_what_there_is_not_is_refused(left: str, words: str) -> None:
    said = refused(ROOT, "bench", "run", "ceilings", "--machine", "m", "--device", "cpu", "--without", left, "--dry-run")

    assert words in said


@pytest.mark.parametrize(
    ("chosen", "words"),
    [("colour=red", "no axis 'colour'"), ("dtype=fp8", "no case with dtype=fp8"), ("dtype", "-p dtype without a value")],
)
def test_an_axis_or_a_value_there_is_not_is_refused(chosen: str, words: str) -> None:
    said = refused(ROOT, "bench", "run", "ceilings", "--machine", "m", "--device", "cpu", "-p", chosen, "--dry-run")

    assert words in said
