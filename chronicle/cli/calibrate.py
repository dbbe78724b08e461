"""``chronicle bench calibrate``: what this machine's clocks, sensors and ceilings are like."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from chronicle.cli.planning import SALT, machine_name, seconds_of, source_of
from chronicle.cli.show import BENCH
from chronicle.errors import FINDING, ChronicleError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chronicle.harness.calibration.calibrate import Plan
    from chronicle.records.recorded import RecordedCalibration


@click.command()
@BENCH
@click.option(
    "--machine",
    help="Stable name of this machine, the folder of its runs; without it that of its GPU's earlier runs, or its device's.",
)
@click.option("--device", help="cuda:0, cpu …; without it the first GPU, else the CPU.")
@click.option("--budget", help="Begin no part that would not finish in this time: 3m, 170s.")
@click.option("--results", type=click.Path(path_type=Path), help="Folder of the recorded runs; BENCH/results without it.")
@click.option("--revision", help="The revision of this source, where it lies in no git repository.")
@click.option("--new", "is_new", is_flag=True, help="Calibrate even if a calibration holds or could be continued.")
@click.option("--dry-run", is_flag=True, help="Print the parts with the time each takes, and stop.")
def calibrate(
    bench: Path,
    machine: str | None,
    device: str | None,
    budget: str | None,
    results: Path | None,
    revision: str | None,
    is_new: bool,
    dry_run: bool,
) -> None:
    """Calibrate a machine: timers, launches, sensors, idle power, ceilings, and what it can tell apart.

    A calibration that was cut off is continued; one that still holds is not taken again. The exit code is 1 where a part
    failed.
    """
    from chronicle.cli.progress import CalibrationProgress
    from chronicle.evidence.calibrations import read_calibration
    from chronicle.facts.calibration import findings
    from chronicle.harness.calibration.calibrate import CPU_SETTINGS, Plan
    from chronicle.harness.calibration.calibrate import calibrate as take
    from chronicle.harness.device import find_device
    from chronicle.harness.naming import name_of
    from chronicle.records.calibration import Settings

    machine_name(machine)
    _require_libraries(device)
    found = find_device(device)
    plan = Plan(
        results=results or bench / "results",
        machine=machine or name_of(found, results or bench / "results"),
        device=found.name,
        title=found.title,
        pci_bus_id=found.pci_bus_id,
        source=source_of(bench, revision),
        salt=SALT.expanduser(),
        budget_seconds=None if budget is None else seconds_of(budget),
        settings=CPU_SETTINGS if found.kind == "cpu" else Settings(),
        is_new=is_new,
    )
    if dry_run:
        _print_plan(plan)
        return
    with CalibrationProgress(plan) as observer:
        done, folder = take(plan, findings, observer)
    print_calibration(read_calibration(folder, str(folder)))
    click.echo(f"\n{folder}")
    if done.left_out:
        click.echo("The same command takes what was left out.")
    if any(one.error for one in done.parts):
        raise SystemExit(FINDING)


def _require_libraries(device: str | None) -> None:
    """Raise :class:`ChronicleError` where torch, or for a GPU the bindings of NVML, are not installed."""
    from importlib.util import find_spec

    hint = "pip install 'chimera-chronicle[bench]'"
    if find_spec("torch") is None:
        raise ChronicleError("torch is not installed, and a machine is calibrated with it", hint=hint)
    if device != "cpu" and find_spec("pynvml") is None:
        raise ChronicleError("nvidia-ml-py is not installed, and no sensor of a GPU is read without it", hint=hint)


def _print_plan(plan: Plan) -> None:
    from chronicle.harness.calibration.calibrate import expected_seconds

    expected = {part: expected_seconds(part, plan.settings, plan.is_gpu) for part in plan.parts}
    click.echo(f"{plan.title}, kept as {plan.machine}: about {sum(expected.values()):.0f} s")
    for part, seconds in expected.items():
        click.echo(f"  {part:<12}{seconds:>5.0f} s")


def print_calibration(recorded: RecordedCalibration) -> None:
    """What a calibration found, in a few lines."""
    done = recorded.calibration
    click.echo(f"{done.calibration_id} on {done.machine}, {done.device}")
    for name, value in _lines(recorded):
        click.echo(f"  {name:<44}{value}")
    for part in done.parts:
        if part.error:
            click.echo(f"  {part.name}: {part.error}", err=True)
    for one in done.left_out:
        click.echo(f"  left out: {one.path}: {one.reason}")


def _lines(recorded: RecordedCalibration) -> Iterator[tuple[str, str]]:
    """The findings in a few lines; the machine's page has all of them."""
    from chronicle.facts.calibration_table import rows

    for row in rows(recorded):
        yield row.name, f"{row.value:<14}{row.range}".rstrip()
