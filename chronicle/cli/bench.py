"""``chronicle bench list | run | show``: what can be measured, measuring it, and what was measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chronicle.errors import FINDING, ChronicleError

if TYPE_CHECKING:
    from chronicle.harness.discover import Point
    from chronicle.harness.run import Plan
    from chronicle.records.run import LeftOut, Run, Source

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
@click.option("--new", "is_new", is_flag=True, help="Begin a run even if one was cut off and could be continued.")
@click.option("--dry-run", is_flag=True, help="Print the cases and stop.")
def run(selection: str, dry_run: bool, **options: Any) -> None:
    """Measure a suite, block by block; a run that was cut off is continued."""
    from chronicle.facts.estimates import summarise
    from chronicle.harness.run import measure

    plan = _plan(selection, **options)
    if dry_run:
        _print_plan(plan)
        return
    with _progress(plan) as observer:
        done, folder = measure(plan, summarise, observer)
    _print_run(done)
    click.echo(f"\n{done.design.blocks_done} of {done.design.blocks_planned} blocks in {folder}")
    if done.design.stop == "deadline":
        click.echo("The budget ended it. The same command continues it.")


@bench.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="RUN")
def show(folder: Path) -> None:
    """Show a recorded run: every case with its interval. RUN is its folder."""
    from chronicle.evidence.runs import read_run

    found = read_run(folder, folder.parent.parent)
    _print_run(found.run)
    for problem in found.problems:
        click.echo(str(problem), err=True)
    if found.problems:
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
) -> Plan:
    from chronicle.harness.device import find_device
    from chronicle.harness.run import Plan, blocks_of

    blocks_of(rule)
    found = find_device(device)
    suite, points, left_out = _points(bench, selection, found.kind)
    return Plan(
        bench=bench,
        results=results or bench / "results",
        suite=suite,
        points=tuple(points),
        left_out=left_out,
        machine=_machine_name(machine),
        device=found.name,
        pci_bus_id=found.pci_bus_id,
        rule=rule,
        source=_source(bench, revision),
        salt=SALT.expanduser(),
        budget_seconds=None if budget is None else _seconds(budget),
        is_new=is_new,
    )


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

    try:
        from chronicle.evidence.worktree import read_worktree

        tree = read_worktree(bench)
    except (ImportError, ChronicleError):
        return Source(revision=stated, dirty=None, stated_by="option" if stated else "nobody")
    return Source(revision=tree.revision, dirty=tree.is_dirty, stated_by="git")


def _machine_name(name: str) -> str:
    if not name.replace("-", "").isalnum() or not name.isascii() or name != name.lower() or name.startswith("-"):
        raise ChronicleError(f"{name!r} cannot name a machine", hint="use lower-case letters, digits and dashes: h100-sxm")
    return name


def _seconds(text: str) -> float:
    units = {"s": 1.0, "m": 60.0, "h": 3600.0}
    if text[-1:] not in units or not text[:-1].replace(".", "", 1).isdigit():
        raise ChronicleError(f"{text!r} is no time span", hint="write 90s, 9m or 1h")
    return float(text[:-1]) * units[text[-1]]


def _print_plan(plan: Plan) -> None:
    click.echo(f"{plan.rule}: {plan.blocks} blocks of {len(plan.points)} processes on {plan.device}, kept as {plan.machine}")
    for point in plan.points:
        click.echo(f"  {point.benchmark} {' '.join(f'{name}={value}' for name, value in point.parameters.items())}".rstrip())
    for left in plan.left_out:
        click.echo(f"  without {left.case}: {left.reason}")


def _print_run(done: Run) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from chronicle.facts.measurements import measurements

    table = Table(
        "case", "metric", "value", "95 % interval", "n", title=f"{done.run_id} on {done.machine}", title_justify="left"
    )
    for one in measurements(done):
        table.add_row(Text(one.case), one.metric, one.quantity.text, one.quantity.interval_text, str(one.n_processes))
    Console().print(table)


def _progress(plan: Plan) -> Any:
    from chronicle.cli.progress import RunProgress

    return RunProgress(plan)
