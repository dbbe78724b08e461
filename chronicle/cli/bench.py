"""``chronicle bench list | run | show``: what can be measured, measuring it, and what was measured."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chronicle.errors import FINDING, ChronicleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chronicle.facts.measurements import Judged
    from chronicle.harness.discover import Point
    from chronicle.harness.run import Plan
    from chronicle.records.recorded import RecordedRun
    from chronicle.records.run import LeftOut, Source

SALT = Path("~/.config/chronicle/salt")
BENCH = click.option(
    "--bench", type=click.Path(path_type=Path), default=Path("bench"), show_default=True, help="Folder of the suites."
)


@click.group()
def bench() -> None:
    """Measure the suites of a bench folder, each case in fresh processes."""


@bench.command("list")
@BENCH
def list_suites(bench: Path) -> None:
    """List suites, benchmarks and their cases."""
    from chronicle.harness.discover import load_suite, points_on, suite_names

    names = suite_names(bench)
    if not names:
        raise ChronicleError(f"no suite in {bench}/", hint="write one: a Python file with functions under @benchmark(title=…)")
    for name in names:
        click.echo(name)
        suite = load_suite(bench, name)
        for one in suite.benchmarks:
            counts = ", ".join(f"{len(points_on(suite, kind, one.name)[0])} on {kind}" for kind in one.devices)
            click.echo(f"  {name}:{one.name:<14} {one.title} ({counts})")


@bench.command()
@click.argument("selection", metavar="SUITE[:BENCHMARK]")
@BENCH
@click.option("--machine", required=True, help="Stable name of this machine; the folder its runs are kept in.")
@click.option("--device", help="cuda:0, cpu …; without it the first GPU, else the CPU.")
@click.option(
    "--rule",
    default="fixed(12)",
    show_default=True,
    help="fixed(12) for a headline, fixed(6) or more for a report, explore(3).",
)
@click.option("--budget", help="Start no block that would not finish in this time: 9m, 90s.")
@click.option("--results", type=click.Path(path_type=Path), help="Folder of the recorded runs; BENCH/results without it.")
@click.option("--revision", help="The revision of this source, where it lies in no git repository.")
@click.option(
    "--quick", "is_quick", is_flag=True, help="Measure briefly, to see whether a suite works; needs --rule 'explore(…)'."
)
@click.option("-p", "axes", multiple=True, metavar="AXIS=VALUE", help="Measure only this value of an axis; may be repeated.")
@click.option("--new", "is_new", is_flag=True, help="Begin a run even if one was cut off and could be continued.")
@click.option("--dry-run", is_flag=True, help="Print the cases and stop.")
def run(selection: str, dry_run: bool, **options: Any) -> None:
    """Measure a suite, block by block; a run that was cut off is continued.

    The exit code is 1 where a process failed.
    """
    from chronicle.facts.estimates import summarise
    from chronicle.harness.run import measure

    plan = _plan(selection, **options)
    if dry_run:
        _print_plan(plan)
        return
    with _progress(plan) as observer:
        done, folder = measure(plan, summarise, observer)
    has_problems = _print_run(_read(folder))
    click.echo(f"\n{done.design.blocks_done} of {done.design.blocks_planned} blocks in {folder}")
    if done.design.stop == "deadline":
        click.echo("The budget ended it. The same command continues it.")
    if has_problems or any(process.error for case in done.cases for process in case.processes):
        raise SystemExit(FINDING)


@bench.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="RUN")
def show(folder: Path) -> None:
    """Show a recorded run: every case with its interval. RUN is its folder.

    The exit code is 1 where the record contradicts itself.
    """
    if _print_run(_read(folder)):
        raise SystemExit(FINDING)


def _plan(
    selection: str,
    *,
    bench: Path,
    machine: str,
    device: str | None,
    rule: str,
    budget: str | None,
    results: Path | None,
    revision: str | None,
    is_new: bool,
    is_quick: bool,
    axes: tuple[str, ...],
) -> Plan:
    from chronicle.harness.device import find_device
    from chronicle.harness.protocol import QUICK
    from chronicle.harness.run import Plan, blocks_of
    from chronicle.records.run import Protocol

    blocks_of(rule)
    if is_quick and not rule.startswith("explore"):
        raise ChronicleError("--quick measures too little for a number", hint="--quick --rule 'explore(1)'")
    _machine_name(machine)
    found = find_device(device)
    suite, points, left_out = _points(bench, selection, found.kind)
    points, not_chosen = _chosen(points, axes)
    return Plan(
        bench=bench,
        results=results or bench / "results",
        suite=suite,
        points=tuple(points),
        left_out=(*left_out, *not_chosen),
        machine=machine,
        device=found.name,
        pci_bus_id=found.pci_bus_id,
        rule=rule,
        source=_source(bench, revision),
        salt=SALT.expanduser(),
        budget_seconds=None if budget is None else _seconds(budget),
        protocol=QUICK if is_quick else Protocol(),
        is_new=is_new,
    )


def _chosen(points: list[Point], axes: tuple[str, ...]) -> tuple[list[Point], tuple[LeftOut, ...]]:
    """The cases with the values asked for, and those left out; a case without such an axis stays."""
    from chronicle.records.run import LeftOut, case_key

    wanted = dict(one.partition("=")[::2] for one in axes)
    known = {name for point in points for name in point.parameters}
    if unknown := sorted(set(wanted) - known):
        raise ChronicleError(f"no axis {unknown[0]!r}", hint=f"-p AXIS=VALUE; there are: {', '.join(sorted(known)) or 'none'}")
    for name, value in wanted.items():
        if value not in (there := sorted({str(point.parameters[name]) for point in points if name in point.parameters})):
            raise ChronicleError(f"no case with {name}={value}", hint=f"{name} is one of: {', '.join(there)}")
    kept = [p for p in points if all(str(p.parameters.get(name, value)) == value for name, value in wanted.items())]
    if not kept:
        raise ChronicleError("no case is left", hint="`chronicle bench run … --dry-run` without -p lists them all")
    reason = f"left out by {' '.join(f'-p {one}' for one in axes)}"
    return kept, tuple(LeftOut(case=case_key(p.benchmark, p.parameters), reason=reason) for p in points if p not in kept)


def _points(bench: Path, selection: str, kind: str) -> tuple[str, list[Point], tuple[LeftOut, ...]]:
    from chronicle.harness.discover import load_suite, points_on
    from chronicle.records.run import LeftOut

    name, _, only = selection.partition(":")
    suite = load_suite(bench, name)
    points, unable = points_on(suite, kind, only or None)
    if not points:
        raise ChronicleError(
            f"{selection} has no case for a {kind} device", hint=f"it runs on: {', '.join(suite.benchmarks[0].devices)}"
        )
    return name, points, tuple(LeftOut(case=one, reason=f"does not run on a {kind} device") for one in unable)


def _source(bench: Path, stated: str | None) -> Source:
    """The revision git gives for the bench folder; the stated one only where there is no repository to ask."""
    from chronicle.records.run import Source

    if stated and not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", stated):
        raise ChronicleError(f"{stated!r} is no revision", hint="give the full commit hash: git rev-parse HEAD")
    try:
        from chronicle.evidence.worktree import read_worktree

        tree = read_worktree(bench)
    except (ImportError, ChronicleError):
        return Source(revision=stated, dirty=None, stated_by="option" if stated else "nobody")
    return Source(revision=tree.revision, dirty=tree.is_dirty, stated_by="git")


def _machine_name(name: str) -> None:
    from chronicle.records.run import MACHINE_NAME

    if not re.fullmatch(MACHINE_NAME, name):
        raise ChronicleError(f"{name!r} cannot name a machine", hint="use lower-case letters, digits and dashes: h100-sxm")


def _seconds(text: str) -> float:
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([smh])", text)
    if match is None:
        raise ChronicleError(f"{text!r} is no time span", hint="write 90s, 9m or 1h")
    return float(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2]]


def _print_plan(plan: Plan) -> None:
    click.echo(f"{plan.rule}: {plan.blocks} blocks of {len(plan.points)} processes on {plan.device}, kept as {plan.machine}")
    for point in plan.points:
        click.echo(f"  {point.benchmark} {' '.join(f'{name}={value}' for name, value in point.parameters.items())}".rstrip())
    for left in plan.left_out:
        click.echo(f"  without {left.case}: {left.reason}")


def _read(folder: Path) -> RecordedRun:
    from chronicle.evidence.runs import read_run

    results = folder.resolve().parent.parent
    return read_run(folder.resolve(), results, os.path.relpath(results))


def _print_run(found: RecordedRun) -> bool:
    """Print every case with its intervals, who was left out and why, and what is wrong; whether anything is."""
    from chronicle.facts.integrity import summary_problems
    from chronicle.facts.measurements import judge, measurements
    from chronicle.facts.physics import peaks_of

    done, peaks = found.run, peaks_of(found.environment)
    said = measurements(done, found.samples, peaks)
    click.echo(f"{done.run_id} on {done.machine}, {done.design.rule}: median of process medians, 95 % interval")
    for case in done.cases:
        verdicts = dict.fromkeys(one.verdict for one in said if one.case == case.key)
        click.echo(f"\n{case.key}: {', '.join(verdicts) or 'no process can be used'}")
        for one in said:
            if one.case == case.key:
                number = f"{one.quantity.text:<16}{one.quantity.interval_text:<24}"
                click.echo(f"  {one.metric:<28}{number}{one.n_processes:>3} processes")
        for reason, blocks in _left_out(judge(case, found.samples, peaks)).items():
            click.echo(f"  left out: block {', '.join(blocks)}: {reason}")
    problems = [*found.problems, *summary_problems(found)]
    for problem in problems:
        click.echo(str(problem), err=True)
    return bool(problems)


def _left_out(judged: Sequence[Judged]) -> dict[str, list[str]]:
    """Blocks whose process no estimate uses, by what it failed by."""
    blocks: dict[str, list[str]] = {}
    for one in judged:
        if one.verdict == "invalid":
            gates = "; ".join(f"{trip.gate}: {trip.meaning}" for trip in one.trips if trip.effect == "invalid")
            blocks.setdefault(one.process.error or gates, []).append(str(one.process.block + 1))
    return blocks


def _progress(plan: Plan) -> Any:
    from chronicle.cli.progress import RunProgress

    return RunProgress(plan)
