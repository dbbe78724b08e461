"""``chronicle bench``: what can be measured, measuring it, and (in ``show`` and ``compare``) what was measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chronicle.cli.compare import compare, schema
from chronicle.cli.planning import plan_of, print_plan
from chronicle.cli.show import BENCH, print_run, read_folder, show
from chronicle.errors import FINDING, ChronicleError

if TYPE_CHECKING:
    from chronicle.harness.plan import Plan


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
@click.argument("selection", metavar="SUITE[:BENCHMARK,…]")
@BENCH
@click.option(
    "--machine",
    help="Stable name of this machine, the folder of its runs; without it that of its GPU's earlier runs, or its device's.",
)
@click.option("--device", help="cuda:0, cpu …; without it the first GPU, else the CPU.")
@click.option(
    "--rule",
    default="fixed(12)",
    show_default=True,
    help="fixed(12) for a headline, fixed(6) or more for a report (7 for two claims, 8 for four, 9 for seven), explore(3), or "
    "precision(P_min=10,P_max=20,h=0.5%).",
)
@click.option("--budget", help="Start no block that would not finish in this time: 9m, 90s.")
@click.option("--results", type=click.Path(path_type=Path), help="Folder of the recorded runs; BENCH/results without it.")
@click.option("--revision", help="The revision of this source, where it lies in no git repository.")
@click.option(
    "--quick", "is_quick", is_flag=True, help="Measure briefly, to see whether a suite works; needs --rule 'explore(…)'."
)
@click.option("-p", "axes", multiple=True, metavar="AXIS=VALUE,…", help="Measure only these values of an axis.")
@click.option(
    "--without", multiple=True, metavar="AXIS=VALUE,AXIS=VALUE,…", help="Leave out the cases that have all of these values."
)
@click.option("--new", "is_new", is_flag=True, help="Begin a run even if one was cut off and could be continued.")
@click.option("--dry-run", is_flag=True, help="Print the cases, the processes and the time they are going to take, and stop.")
def run(selection: str, dry_run: bool, **options: Any) -> None:
    """Measure a suite, block by block; a run that was cut off is continued.

    The exit code is 1 where a process failed.
    """
    from chronicle.facts.estimates import summarise
    from chronicle.harness.run import measure

    plan = plan_of(selection, is_dry=dry_run, **options)
    if dry_run:
        print_plan(plan)
        return
    with _progress(plan) as observer:
        done, folder = measure(plan, summarise, observer)
    has_problems = print_run(read_folder(folder))
    click.echo(f"\n{done.design.blocks_done} of {done.design.blocks_planned} blocks in {folder}")
    if done.design.stop == "deadline":
        left = done.design.blocks_planned - done.design.blocks_done
        click.echo(f"The budget ended it; {left} blocks are left. The same command continues it, and")
        click.echo(f"`chronicle bench close {folder}` ends it with the blocks it has.")
    if has_problems or any(process.error for case in done.cases for process in case.processes):
        raise SystemExit(FINDING)


@bench.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="RUN")
def close(folder: Path) -> None:
    """Close a run that its budget ended: it keeps the blocks it has, and is not continued. RUN is its folder.

    Only a deadline may end a run early, since it knows nothing of the result; the record itself is not touched.
    """
    from chronicle.harness.run import close as close_run

    done = close_run(folder)
    click.echo(f"{done.run_id} is closed with {done.design.blocks_done} of {done.design.blocks_planned} blocks")


for command in (show, compare, schema):
    bench.add_command(command)


def _progress(plan: Plan) -> Any:
    from chronicle.cli.progress import RunProgress

    return RunProgress(plan)
