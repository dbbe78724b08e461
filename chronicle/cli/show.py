"""``chronicle bench show``: the recorded runs, one of them with its cases, and how a run is named on the command line."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chronicle.errors import FINDING, ChronicleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chronicle.facts.gates.evidence import Conditions
    from chronicle.facts.measurements import Judged, Measurement
    from chronicle.records.recorded import RecordedRun
    from chronicle.records.run import Case

BENCH = click.option(
    "--bench", type=click.Path(path_type=Path), default=Path("bench"), show_default=True, help="Folder of the suites."
)


@click.command()
@click.argument("name", required=False, metavar="[RUN]")
@BENCH
@click.option("--json", "as_json", is_flag=True, help="Print the measurements as JSON.")
def show(name: str | None, bench: Path, as_json: bool) -> None:
    """Show a recorded run: every case with its interval. Without RUN, list the recorded runs.

    RUN is its folder, or MACHINE/RUN, or the run's own name below BENCH/results. The exit code is 1 where a record
    contradicts itself.
    """
    runs = [found_run(name, bench)] if name else _all_runs(bench)
    if as_json:
        click.echo(json.dumps(_plain(runs), indent=1, sort_keys=True, ensure_ascii=False))
    elif name is None:
        for one in runs:
            click.echo(_line(one))
    if (name and not as_json and print_run(runs[0])) or print_problems(runs, is_quiet=bool(name) and not as_json):
        raise SystemExit(FINDING)


def found_run(name: str, bench: Path) -> RecordedRun:
    """The run that ``name`` means. Raises :class:`ChronicleError` where it means none, or more than one."""
    results = bench / "results"
    if Path(name).is_dir():
        return read_folder(Path(name))
    found = [path.parent for path in sorted(results.glob("*/*/record.json")) if _is_named(path.parent, name)]
    if len(found) == 1:
        return read_folder(found[0])
    known = ", ".join(f"{path.parent.name}/{path.name}" for path in found) or "chronicle bench show lists them"
    raise ChronicleError(f"{name!r} names {'several runs' if found else 'no run'} in {results}/", hint=known)


def read_folder(folder: Path) -> RecordedRun:
    """The run in a folder, wherever that lies."""
    from chronicle.evidence.runs import read_run

    results = folder.resolve().parent.parent
    return read_run(folder.resolve(), results, os.path.relpath(results))


def print_run(found: RecordedRun) -> bool:
    """Print every case with its intervals, who was left out and why, and what is wrong; whether anything is."""
    from chronicle.facts.gates.evidence import conditions_of
    from chronicle.facts.measurements import measurements
    from chronicle.pages.forms import shared_level

    done, conditions = found.run, conditions_of(found.run, found.environment)
    said = measurements(found.run_at_its_end, found.samples, found.environment)
    level = shared_level(said)
    interval = f", {level} interval" if level else " and its interval"
    click.echo(f"{done.run_id} on {done.machine}, {done.design.rule}: median of process medians{interval}")
    for case in done.cases:
        _print_case(case, [one for one in said if one.case == case.key], found, conditions, has_levels=not level)
    return print_problems([found])


def print_problems(runs: Sequence[RecordedRun], *, is_quiet: bool = False) -> bool:
    """Print what is wrong in any of the records; whether anything is."""
    from chronicle.facts.integrity import record_problems

    problems = [problem for one in runs for problem in (*one.problems, *record_problems(one))]
    for problem in problems:
        if not is_quiet:
            click.echo(str(problem), err=True)
    return bool(problems)


def _all_runs(bench: Path) -> list[RecordedRun]:
    from chronicle.errors import ProblemsFound
    from chronicle.evidence.runs import read_runs

    found = read_runs(bench / "results", f"{bench.as_posix()}/results")
    unreadable = [one for one in found.problems if one not in [problem for run in found.runs for problem in run.problems]]
    if not found.runs:
        raise (
            ProblemsFound(unreadable)
            if unreadable
            else ChronicleError(
                f"no run is recorded in {bench}/results/", hint="chronicle bench run SUITE --machine NAME records one"
            )
        )
    for problem in unreadable:
        click.echo(str(problem), err=True)
    return list(found.runs)


def _is_named(folder: Path, name: str) -> bool:
    return name in (folder.name, f"{folder.parent.name}/{folder.name}")


def _line(one: RecordedRun) -> str:
    """Key, suite, rule, blocks, and how many cases stand how."""
    said = _first_metrics(one)
    counts = Counter(case.standing for case in said)
    missing = len(one.run.cases) - len(said)
    words = [f"{number} {word}" for word, number in counts.items()] + ([f"{missing} discarded"] if missing else [])
    design = one.run.design
    blocks = f"{design.blocks_done} of {design.blocks_planned} blocks"
    return f"{one.key:<56} {one.run.suite.name:<14} {design.rule:<12} {blocks:<18} {', '.join(words)}"


def _first_metrics(one: RecordedRun) -> list[Measurement]:
    from chronicle.facts.measurements import measurements

    said = measurements(one.run_at_its_end, one.samples, one.environment)
    return list({found.case: found for found in reversed(said)}.values())[::-1]


def _plain(runs: Sequence[RecordedRun]) -> list[dict[str, object]]:
    from chronicle.facts.measurements import measurements
    from chronicle.pages.forms import measurement_plain

    return [measurement_plain(one) for run in runs for one in measurements(run.run_at_its_end, run.samples, run.environment)]


def _print_case(
    case: Case, said: Sequence[Measurement], found: RecordedRun, conditions: Conditions, *, has_levels: bool
) -> None:
    """A case with its metrics, each interval with its level where levels differ within the run."""
    from chronicle.facts.measurements import judge
    from chronicle.units import percent_of

    verdicts = dict.fromkeys(one.verdict for one in said)
    click.echo(f"\n{case.key}: {', '.join(verdicts) or 'no process can be used'}")
    for one in said:
        number = f"{one.quantity.text:<16}{one.quantity.interval_text:<24}"
        level = f", {percent_of(one.level)} % interval" if has_levels and one.level else ""
        click.echo(f"  {one.metric + ' ':<28}{number}{one.n_processes:>3} processes{level}")
    judged = judge(case, found.samples, conditions)
    for reason, blocks in _left_out(judged).items():
        click.echo(f"  left out: block {', '.join(blocks)}: {reason}")
    if unasked := {gate for one in said for gate in one.unchecked}:
        asked = max(one.asked for one in judged)
        click.echo(f"  {len(unasked)} of {asked} gates could not be asked in full: {', '.join(sorted(unasked))}")


def _left_out(judged: Sequence[Judged]) -> dict[str, list[str]]:
    """Blocks whose process no estimate of time uses, by what it failed by."""
    blocks: dict[str, list[str]] = {}
    for one in judged:
        if one.verdict == "invalid":
            gates = "; ".join(f"{trip.gate}: {trip.meaning}" for trip in one.trips_of("time") if trip.effect == "invalid")
            blocks.setdefault(one.process.error or gates, []).append(str(one.process.block + 1))
    return blocks
