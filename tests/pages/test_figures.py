"""The directive ``chart``: each kind from the facts it is for, and a hint where they do not suffice."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ledgers import ledger_of, measured
from runs import a_run, case

from chronicle.documents.front_matter import Authored, PageFront, read
from chronicle.documents.library import JudgedPage, Library
from chronicle.facts.measurements import Measurement
from chronicle.facts.physics import Peaks
from chronicle.pages import figures
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.figures.asked import chart_id
from chronicle.pages.prose import answered
from chronicle.records.recorded import RecordedRun
from chronicle.records.run import Environment, Workload


def grid(values: dict[tuple[int, str], float], **changes: Any) -> list[Measurement]:
    """A case for each size and implementation, all of one run."""
    return [
        measured(
            [value * (1 + 0.001 * block) for block in range(12)],
            case=f"total[impl={impl},n={n}]",
            parameters={"n": n, "impl": impl},
            **changes,
        )
        for (n, impl), value in values.items()
    ]


TWO_AXES = grid({(n, impl): n * share for impl, share in (("eager", 1e-6), ("graph", 4e-7)) for n in (1, 10, 100)})


def recorded(found: Sequence[Measurement], work: Workload | None = None) -> tuple[RecordedRun, ...]:
    """A record of each run that a measurement names, whose cases declare that work and hold no process."""
    cases = [case(benchmark=one.benchmark, parameters=one.parameters, workload=work) for one in found]
    runs = {one.run_key: a_run(*cases, run_id=one.run_id, machine=one.machine) for one in found}
    return tuple(RecordedRun(run, Path(), "", {}, {}, Environment(key={}, informative={}), True) for run in runs.values())


def written(directive: str, *found: Measurement) -> tuple[Desk, str, list[str]]:
    """The desk after a page with that directive, the page, and what was wrong with it."""
    desk = Desk(Library((), recorded(found), ledger_of(*found), (), ()), make_always)
    problems: list[Any] = []
    page = "".join(answered(Authored("a.md", "a.md", directive), figures.answers(desk, "a.md"), problems))
    return desk, page, [problem.found for problem in problems]


def rows(desk: Desk) -> list[dict[str, str]]:
    (table,) = [entry.body.decode() for uri, entry in desk.figures.items() if uri.endswith(".csv")]
    return list(csv.DictReader(table.splitlines()))


def test_a_trend_shows_every_run_of_a_case_with_its_breaks() -> None:
    runs = [measured([1.0] * 12, run_id=f"{place:02}", source_sha256=f"{place // 2}" * 64) for place in range(4)]

    desk, page, problems = written('{{ chart("trend", "call_seconds", where={"benchmark": "total"}) }}', *runs)

    assert problems == []
    assert [row["breaks"] for row in rows(desk)] == ["", "", "benchmark source", ""]
    assert "4 runs" in page


def test_a_sweep_finds_its_axes_by_what_varies() -> None:
    desk, page, problems = written('{{ chart("sweep", "call_seconds") }}', *TWO_AXES)

    assert problems == []
    assert [(row["n"], row["impl"]) for row in rows(desk)][:4] == [
        ("1", "eager"),
        ("10", "eager"),
        ("100", "eager"),
        ("1", "graph"),
    ]
    assert "6 cases in 2 lines" in page


def test_a_sweep_takes_the_axes_it_is_told() -> None:
    desk, _, problems = written('{{ chart("sweep", "call_seconds", x="impl", by="n") }}', *TWO_AXES)

    assert problems == []
    assert rows(desk)[0].keys() >= {"impl", "n"}


def test_a_benchmark_without_the_axis_of_the_lines_is_a_line_of_its_own() -> None:
    more = [measured([2.0] * 12, benchmark="linear", case=f"linear[n={n}]", parameters={"n": n}) for n in (1, 10, 100)]

    desk, page, problems = written('{{ chart("sweep", "call_seconds", x="n", by="impl") }}', *TWO_AXES, *more)

    assert problems == []
    assert [row["impl"] for row in rows(desk)] == ["eager"] * 3 + ["graph"] * 3 + ["linear"] * 3
    assert "9 cases in 3 lines" in page


def test_a_benchmark_that_is_called_as_a_value_of_the_lines_is_told_apart_from_it() -> None:
    more = [measured([2.0] * 12, benchmark="eager", case=f"eager[n={n}]", parameters={"n": n}) for n in (1, 10, 1000)]

    desk, page, problems = written('{{ chart("sweep", "call_seconds", x="n", by="impl") }}', *TWO_AXES, *more)

    assert problems == []
    assert [row["impl"] for row in rows(desk)] == ["eager"] * 3 + ["graph"] * 3 + ["eager (benchmark)"] * 3
    assert "9 cases in 3 lines" in page


@pytest.mark.parametrize(
    ("directive", "said"),
    [
        ('{{ chart("sweeep", "call_seconds") }}', "no chart 'sweeep'; there are trend, sweep"),
        ('{{ chart("sweep", "call_seconds", x="nn") }}', "has no axis 'nn'; did you mean 'n'?"),
        ('{{ chart("sweep", "call_seconds", x="n", by="imple") }}', "has no axis 'imple'; did you mean 'impl'?"),
        ('{{ chart("sweep", "call_seconds", x="n") }}', "2 cases stand in one place"),
        ('{{ chart("sweep", "call_seconds", where={"n": 1, "impl": "eager"}) }}', "a sweep takes one or two axes"),
        ('{{ chart("paired", "call_seconds", of="n") }}', "a paired chart takes the two cases"),
        ('{{ chart("pareto", "call_seconds") }}', "a Pareto chart takes a throughput and the latency against it"),
        ('{{ chart("burn_up") }}', "no roadmap"),
        ('{{ chart("trend", "call_seconds") }}', "6 cases of call_seconds fit"),
        ('{{ chart("trend", "cal_seconds") }}', "did you mean 'call_seconds'"),
    ],
)
def test_a_chart_that_cannot_be_drawn_says_what_there_is(directive: str, said: str) -> None:
    _, page, problems = written(directive, *TWO_AXES)

    assert len(problems) == 1
    assert said in problems[0]
    assert "unknown: chart" in page


def test_shares_are_named_by_their_benchmark_and_by_their_case_where_several_are_of_one() -> None:
    def moved(name: str, extra: int) -> Measurement:
        axes = {"extra": extra}
        return measured(
            [3.0] * 12, metric="bandwidth_bytes_per_second", benchmark=name, case=f"{name}[extra={extra}]", parameters=axes
        )

    desk, _, problems = written('{{ chart("shares") }}', moved("copy", 0), moved("copy", 2), moved("read", 0))

    assert problems == []
    assert {row["label"] for row in rows(desk)} == {"copy[extra=0]", "copy[extra=2]", "read"}


def test_a_pareto_takes_both_values_of_each_case_and_marks_the_frontier() -> None:
    rates = [measured([100.0 / n] * 12, case=f"total[n={n}]", parameters={"n": n}, metric="total_ratio") for n in (1, 10)]
    times = [measured([float(n)] * 12, case=f"total[n={n}]", parameters={"n": n}) for n in (1, 10)]

    desk, _, problems = written('{{ chart("pareto", "total_ratio", x="call_seconds") }}', *rates, *times)

    assert problems == []
    assert [(row["x"], row["y"], row["place"]) for row in rows(desk)] == [
        ("1.0", "100.0", "frontier"),
        ("10.0", "10.0", "dominated"),
    ]


def test_a_roofline_places_a_case_by_what_it_declares_under_the_ceilings_of_its_machine() -> None:
    one = measured([2.0] * 12, case="total[dtype=bf16]", parameters={"dtype": "bf16"}, metric="throughput_flop_per_second")
    ledger = ledger_of(one, peaks={one.run_key: Peaks(memory_bytes_per_second=4.0, bf16_flop_per_second=8.0)})
    desk = Desk(Library((), recorded([one], Workload(formula="x/1", bytes=10, flop=5)), ledger, (), ()), make_always)

    page = figures.answers(desk, "a.md")["chart"]("roofline")

    assert [(row["flop_per_byte"], row["roof"]) for row in rows(desk)] == [("0.5", "2.0")]
    assert "100&#37; of its roof" in page


def test_a_roofline_without_both_counts_says_what_to_declare() -> None:
    one = measured([2.0] * 12, metric="throughput_flop_per_second")

    _, _, problems = written('{{ chart("roofline") }}', one)

    assert "declares both its bytes and its operations (Work(bytes=…, flop=…))" in problems[0]


MODEL = """\
---
kind: page
what_if:
  cost:
    title: What it costs
    along: n
    unit: $
    inputs:
      call_seconds: {{says: Seconds of a call, fact: call_seconds, where: {{n: 10, impl: graph}}, least: 1.0e-9, most: 1}}
      n: {{says: Calls, value: 10, least: 1, most: 1000}}
    gives:
      all: {{says: In all, formula: call_seconds * n{study}}}
---
{directive}
"""


def modelled(directive: str, study: str = "", *found: Measurement) -> tuple[Desk, str, list[str]]:
    """As :func:`written`, of a page that declares a model."""
    authored = Authored("a.md", "a.md", MODEL.format(directive=directive, study=study))
    front, wrong = read(authored, PageFront)
    assert front is not None, wrong
    desk = Desk(Library((), recorded(found), ledger_of(*found), (), (), plain=(JudgedPage(authored, front),)), make_always)
    problems: list[Any] = []
    page = "".join(answered(authored, figures.answers(desk, "a.md"), problems))
    return desk, page, [problem.found for problem in problems]


def test_a_model_begins_at_what_the_evidence_says_and_links_it() -> None:
    desk, page, problems = modelled('{{ what_if("cost") }}', "", *TWO_AXES)

    assert problems == []
    assert float(rows(desk)[0]["call_seconds"]) == pytest.approx(4e-6 * 1.0055)
    assert "measured&#44; dev" in page or "measured, dev" in page
    assert "call&#95;seconds &#42; n" in page


def test_a_formula_that_repeats_its_study_says_so() -> None:
    recorded = {1: 0.5, 50: 25.0}
    about = {"metric": "total_ratio"}
    study = [measured([v] * 12, case=f"study[n={n}]", parameters={"n": n}, **about) for n, v in recorded.items()]

    _, page, problems = modelled('{{ what_if("cost") }}', ", study: total_ratio", *grid({(10, "graph"): 0.5 / 1.0055}), *study)

    assert problems == []
    assert "2 recorded cases of" in page


def test_a_formula_that_contradicts_its_study_is_told_with_both_numbers() -> None:
    study = measured([3.0] * 12, metric="total_ratio", case="study[n=1]", parameters={"n": 1})

    _, _, problems = modelled('{{ what_if("cost") }}', ", study: total_ratio", *grid({(10, "graph"): 0.5 / 1.0055}), study)

    assert "the formula 'call_seconds * n' gives 0.5 for study[n=1], where the study recorded 3" in problems[0]


@pytest.mark.parametrize(
    ("directive", "said"),
    [
        ('{{ what_if("cots") }}', "no model 'cots'; did you mean 'cost'?"),
        ('{{ what_if("cost", of="TR9") }}', "no report 'TR9'"),
    ],
)
def test_a_model_that_is_not_there_is_told_with_what_is(directive: str, said: str) -> None:
    _, _, problems = modelled(directive, "", *TWO_AXES)

    assert said in problems[0]


def test_evidence_outside_of_the_range_of_its_slider_is_no_start() -> None:
    _, _, problems = modelled('{{ what_if("cost") }}', "", *grid({(10, "graph"): 5.0}))

    assert "call_seconds begins at 5.0275, outside of 1e-09 to 1" in problems[0]


def test_charts_of_long_selections_that_end_alike_have_ids_of_their_own() -> None:
    where = {"benchmark": "b" * 60, "model": "m" * 60}
    ids = [chart_id("sweep", "call_seconds", "", {**where, "span": span}) for span in (64, 128)]

    assert len(set(ids)) == 2
    assert max(map(len, ids)) <= 120


def test_a_run_that_is_not_finished_is_called_so_in_a_chart_over_runs() -> None:
    later = measured(run_id="20261124T000000Z-tiny-0000000", stop="deadline")

    desk, _, problems = written('{{ chart("trend", "call_seconds") }}', measured(), later)

    assert problems == []
    assert [row["verdict"] for row in rows(desk)] == ["valid", "not finished"]
