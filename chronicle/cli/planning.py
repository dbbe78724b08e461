"""From the options of ``chronicle bench run`` to a plan: cases, controls, device, rule, revision, time."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chronicle.errors import ChronicleError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from chronicle.harness.device import Device
    from chronicle.harness.discover import Point, Suite
    from chronicle.harness.plan import Plan
    from chronicle.records.run import LeftOut, Source

SALT = Path("~/.config/chronicle/salt")


def plan_of(
    selection: str,
    *,
    bench: Path,
    machine: str | None,
    device: str | None,
    rule: str,
    budget: str | None,
    results: Path | None,
    revision: str | None,
    is_new: bool,
    is_quick: bool,
    axes: tuple[str, ...],
    without: tuple[str, ...],
    is_dry: bool,
) -> Plan:
    from chronicle.harness.naming import ANY, name_of
    from chronicle.harness.plan import Plan
    from chronicle.harness.protocol import QUICK
    from chronicle.harness.rules import rule_of
    from chronicle.records.provenance import DERIVED, DERIVED_PROCESSES
    from chronicle.records.run import STANDARD

    stop = rule_of(rule)
    if is_quick and not stop.is_exploratory:
        raise ChronicleError("--quick measures too little for a number", hint="--quick --rule 'explore(1)'")
    machine_name(machine)
    suite, only = _suite(bench, selection)
    found = _device(suite, only, device, is_dry)
    points, unable = _points(suite, only, found.kind)
    points, unasked = _chosen(points, axes, without)
    is_derived = all(point.label == DERIVED for point in points) and not stop.is_exploratory
    return Plan(
        bench=bench,
        results=results or bench / "results",
        suite=suite.name,
        points=tuple(points),
        left_out=(*unable, *unasked),
        machine=machine or (ANY if suite.is_study(only) else name_of(found, results or bench / "results")),
        device=found.name,
        pci_bus_id=found.pci_bus_id,
        rule=f"fixed({DERIVED_PROCESSES})" if is_derived else stop.name,
        source=source_of(bench, revision),
        salt=SALT.expanduser(),
        budget_seconds=None if budget is None else seconds_of(budget),
        protocol=QUICK if is_quick else STANDARD,
        is_new=is_new,
        controls=_controls(suite, points),
        primes=_primes(suite, points),
    )


def _device(suite: Suite, only: str | None, device: str | None, is_dry: bool) -> Device:
    """What to measure on. A plan that is only printed needs none: a GPU by its name is taken for granted."""
    from chronicle.harness.device import CPU, Device, find_device

    if suite.is_study(only):
        return CPU
    if is_dry and device and re.fullmatch(r"cuda:[0-9]+", device):
        return Device(device, device, None)
    return find_device(device)


def _chosen(points: list[Point], axes: tuple[str, ...], without: tuple[str, ...]) -> tuple[list[Point], tuple[LeftOut, ...]]:
    """The cases with the values asked for, and those left out; a case without such an axis stays."""
    from chronicle.records.run import LEFT_OUT_BY, LeftOut, case_key

    words = [{name: str(value) for name, value in point.parameters.items()} for point in points]
    known: dict[str, set[str]] = {}
    for name, value in (pair for has in words for pair in has.items()):
        known.setdefault(name, set()).add(value)
    wanted = _asked(axes, known)
    unwanted = {text: _together(text, known) for text in without}
    if idle := [text for text, values in unwanted.items() if not any(has.items() >= values.items() for has in words)]:
        raise ChronicleError(f"no case has all of {idle[0]}", hint="--without leaves out the cases that have all of its values")
    kept = [
        point
        for point, has in zip(points, words, strict=True)
        if all(has.get(name, some[0]) in some for name, some in wanted.items())
        and not any(has.items() >= values.items() for values in unwanted.values())
    ]
    if not kept:
        raise ChronicleError("no case is left", hint="`chronicle bench run … --dry-run` without them lists them all")
    said = [word for option, given in (("-p", axes), ("--without", without)) for one in given for word in (option, one)]
    reason = f"{LEFT_OUT_BY}{shlex.join(said)}"
    return kept, tuple(LeftOut(case=case_key(p.benchmark, p.parameters), reason=reason) for p in points if p not in kept)


def _asked(axes: Sequence[str], known: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """The values by axis of all ``-p``."""
    wanted: dict[str, list[str]] = {}
    for name, listed in (_pair("-p", one, known) for one in axes):
        wanted.setdefault(name, []).extend([listed] if listed in known[name] else listed.split(","))
    for name, value in ((name, value) for name, values in wanted.items() for value in values):
        _must_be(name, value, known)
    return wanted


def _together(text: str, known: Mapping[str, Collection[str]]) -> dict[str, str]:
    """The values by axis of one ``--without``. A comma parts two of them where an axis follows it."""
    pairs = [_pair("--without", one, known) for one in re.split(r",(?=[^\W\d]\w*=)", text)]
    for name, value in pairs:
        _must_be(name, value, known)
    if len(dict(pairs)) < len(pairs):
        raise ChronicleError(f"--without {text} names one axis twice", hint="write --without once for each of its values")
    return dict(pairs)


def _must_be(name: str, value: str, known: Mapping[str, Collection[str]]) -> None:
    if value not in known[name]:
        raise ChronicleError(f"no case with {name}={value}", hint=f"{name} is one of: {', '.join(sorted(known[name]))}")


def _pair(option: str, text: str, known: Collection[str]) -> tuple[str, str]:
    """Axis and value of an option. Raises :class:`ChronicleError` for no such axis, or no value."""
    name, equals, value = text.partition("=")
    if name not in known or not equals:
        found = f"no axis {name!r}" if name not in known else f"{option} {name} without a value"
        raise ChronicleError(found, hint=f"{option} AXIS=VALUE; there are: {', '.join(sorted(known)) or 'none'}")
    return name, value


def _suite(bench: Path, selection: str) -> tuple[Suite, str | None]:
    """The suite of ``SUITE[:BENCHMARK]``, and the name of the one benchmark that is asked for."""
    from chronicle.harness.discover import load_suite

    name, _, only = selection.partition(":")
    return load_suite(bench, name), only or None


def _points(suite: Suite, only: str | None, kind: str) -> tuple[list[Point], tuple[LeftOut, ...]]:
    from chronicle.harness.discover import points_on
    from chronicle.records.run import LeftOut

    points, unable = points_on(suite, kind, only)
    if not points:
        raise ChronicleError(
            f"{':'.join([suite.name, *([only] if only else [])])} has no case for a {kind} device",
            hint=f"it runs on: {', '.join(suite.benchmarks[0].devices)}",
        )
    return points, tuple(LeftOut(case=one, reason=f"does not run on a {kind} device") for one in unable)


def _controls(suite: Suite, points: Sequence[Point]) -> tuple[str, ...]:
    """The first case of each benchmark that fits the control it declares."""
    from chronicle.records.run import case_key

    found: dict[str, str] = {}
    for point in points:
        wanted = suite.benchmark(point.benchmark).control
        if wanted is not None and all(point.parameters.get(name) == value for name, value in wanted.items()):
            found.setdefault(point.benchmark, case_key(point.benchmark, point.parameters))
    return tuple(found.values())


def _primes(suite: Suite, points: Sequence[Point]) -> tuple[str, ...]:
    from chronicle.records.run import case_key

    return tuple(case_key(one.benchmark, one.parameters) for one in points if suite.benchmark(one.benchmark).primes)


def source_of(bench: Path, stated: str | None) -> Source:
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


def machine_name(name: str | None) -> None:
    """Raise :class:`ChronicleError` for a name, where one is given, that no machine may have."""
    from chronicle.records.run import MACHINE_NAME

    if name is not None and not re.fullmatch(MACHINE_NAME, name):
        raise ChronicleError(f"{name!r} cannot name a machine", hint="use lower-case letters, digits and dashes: h100-sxm")


def seconds_of(text: str) -> float:
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([smh])", text)
    if match is None:
        raise ChronicleError(f"{text!r} is no time span", hint="write 90s, 9m or 1h")
    return float(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2]]


def print_plan(plan: Plan) -> None:
    """Print the cases, what runs twice or beforehand, and the time expected."""
    from chronicle.harness.forecast import forecast
    from chronicle.records.run import LEFT_OUT_BY

    click.echo(f"{plan.rule}: {plan.stop.most} blocks of {plan.turns} processes on {plan.device}, kept as {plan.machine}")
    for point in plan.points:
        click.echo(f"  {point.benchmark} {' '.join(f'{name}={value}' for name, value in point.parameters.items())}".rstrip())
    for key in plan.controls:
        click.echo(f"  {key} a second time in every block, as the control")
    for key in plan.primes:
        click.echo(f"  {key} once before the first block, to fill the compilers' caches")
    unasked: Counter[str] = Counter()
    for left in plan.left_out:
        if left.reason.startswith(LEFT_OUT_BY):
            unasked[left.reason] += 1
        else:
            click.echo(f"  without {left.case}: {left.reason}")
    for reason, count in unasked.items():
        click.echo(f"  {count:,} other {'case' if count == 1 else 'cases'} {reason}")
    expected = forecast(plan)
    click.echo(f"about {_span(expected.block_seconds)} a block and {_span(expected.seconds)} in all, by {expected.basis}")
    if plan.budget_seconds is not None:
        fits = min(plan.stop.most, int(plan.budget_seconds / expected.block_seconds))
        click.echo(
            f"{fits} of {plan.stop.most} blocks fit into the budget; {plan.stop.most - fits} are left for the next command"
        )


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
