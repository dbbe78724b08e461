"""``chronicle bench compare`` and ``bench schema``: two runs or two cases against each other, and the form of a record."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chronicle.cli.show import BENCH, found_run, print_problems
from chronicle.errors import FINDING, ChronicleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chronicle.facts.compare import Comparison, Operand
    from chronicle.records.recorded import RecordedRun

_COMPARED = ("call_seconds", "energy_joules_per_call")
_CASE = re.compile(r"(?P<run>.+?):(?P<case>[A-Za-z_]\w*(?:\[.*\])?)(?P<control>@control)?")


@click.command()
@click.argument("a")
@click.argument("b")
@BENCH
@click.option("--margin", default="1%", show_default=True, help="A difference within this is the same: 0.5%, 0.02.")
@click.option("--varied", multiple=True, metavar="PIN", help="A key pin, a group of them, or source, that may differ.")
@click.option("--markdown", "form", flag_value="markdown", help="Print a table for a comment under a change.")
@click.option("--json", "form", flag_value="json", help="Print the comparisons as JSON.")
def compare(a: str, b: str, bench: Path, margin: str, varied: tuple[str, ...], form: str | None) -> None:
    """Compare B against A. Each is a RUN, as for `bench show`, or RUN:CASE, or RUN:CASE@control.

    Two cases of one run are paired block by block; two runs are compared unpaired, case by case, and only if their key pins
    are equal. CASE is a benchmark's name, with its parameters where there are several: copy[mebibytes=4096].

    The exit code is 1 where B is slower than A in any case, or where a record contradicts itself, and 2 where nothing can be
    compared.
    """
    wanted = _fraction(margin)
    found = _comparisons(_Side(a, bench), _Side(b, bench), wanted, varied)
    if all(one.verdict == "not comparable" for one in found):
        raise ChronicleError(f"{a} and {b} cannot be compared: {found[0].reason}", hint=_hint(found[0]))
    if form == "json":
        from chronicle.pages.forms import comparison_plain

        click.echo(json.dumps([comparison_plain(one) for one in found], indent=1, sort_keys=True, ensure_ascii=False))
    elif form == "markdown":
        from chronicle.pages.forms import comparison_table

        click.echo(comparison_table(found), nl=False)
    else:
        _print(found)
    if any(one.is_slowdown for one in found):
        raise SystemExit(FINDING)


@click.command()
def schema() -> None:
    """Print the JSON Schema of a run's record."""
    from chronicle.records.schema import run_schema

    click.echo(json.dumps(run_schema(), indent=1, sort_keys=True, ensure_ascii=False))


class _Side:
    """What one argument names: a run, and perhaps one case of it, or that case's control."""

    def __init__(self, text: str, bench: Path) -> None:
        match = None if Path(text).is_dir() else _CASE.fullmatch(text)
        self.text = text
        self.case = match["case"] if match else None
        self.role = "control" if match and match["control"] else "replicate"
        self.recorded = _sound(found_run(match["run"] if match else text, bench))

    def operands(self) -> dict[tuple[str, str], Operand]:
        """By case and metric, those that are compared; of a named case only its own."""
        from chronicle.facts.compare import operands

        found = {
            (one.measurement.case, one.measurement.metric): one
            for one in operands(self.recorded, self.role)
            if one.measurement.metric in _COMPARED
        }
        if self.case is None:
            return found
        cases = sorted({case for case, _ in found if self.case in (case, case.partition("[")[0])})
        if len(cases) != 1:
            known = ", ".join(cases or sorted({case for case, _ in found})) or "none"
            raise ChronicleError(f"{self.text!r} names {'several cases' if cases else 'no case'}", hint=f"there are: {known}")
        return {key: one for key, one in found.items() if key[0] == cases[0]}


def _comparisons(a: _Side, b: _Side, margin: float, varied: Sequence[str]) -> list[Comparison]:
    from chronicle.facts.compare import compare as judged

    left, right = a.operands(), b.operands()
    if a.case and b.case:
        left, right = _by_metric(left), _by_metric(right)
    pairs = [(left[key], right[key]) for key in left if key in right]
    if not pairs or any(one.measurement == other.measurement for one, other in pairs):
        raise ChronicleError(f"{a.text} and {b.text} have no two cases to compare", hint="name a case on each side: RUN:CASE")
    return [judged(one, other, margin=margin, varied=varied) for one, other in pairs]


def _by_metric(found: dict[tuple[str, str], Operand]) -> dict[tuple[str, str], Operand]:
    """Under their metric alone, so that two different cases meet."""
    return {("", metric): one for (_, metric), one in found.items()}


def _sound(recorded: RecordedRun) -> RecordedRun:
    """The run, if its record agrees with itself: nothing is compared that was tampered with."""
    if print_problems([recorded]):
        raise SystemExit(FINDING)
    return recorded


def _fraction(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(%?)", text, re.ASCII)
    value = float(match[1]) / (100 if match[2] else 1) if match else -1.0
    if not 0 <= value < 1:
        raise ChronicleError(f"{text!r} is no margin", hint="write 1% or 0.01")
    return value


def _hint(one: Comparison) -> str:
    pin = one.differing[0].partition(":")[0] if one.differing else ""
    return f"--varied {pin} says that this is what is asked about" if pin else "compare cases that did the same work"


def _print(found: Sequence[Comparison]) -> None:
    from chronicle.pages.forms import comparison_words, metric_words

    click.echo(f"A  {found[0].a.run_key}\nB  {found[0].b.run_key}")
    for one in found:
        case = one.a.case if one.a.case == one.b.case else f"{one.a.case}, then {one.b.case}"
        click.echo(f"\n{case}, {metric_words(one.a.metric)}")
        for name, side in (("A", one.a), ("B", one.b)):
            mark = "" if side.verdict == "valid" else f", {side.verdict}"
            click.echo(f"  {name}  {side.quantity}, {side.n_processes} processes{mark}")
        click.echo(f"  {comparison_words(one)}")
        for remark in (*(f"varied: {pin}" for pin in one.differing), *one.remarks):
            click.echo(f"  {remark}")
