"""Small runs on disk for tests: suites of a line, machines of two pins, and times written down by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from runs import a_run, case, process, throttle, timing

from chronicle.facts.estimates import summarise
from chronicle.harness.store import RunFolder
from chronicle.records import json_form
from chronicle.records.circumstances import Phase
from chronicle.records.files import Table
from chronicle.records.run import SAMPLES, Case, Environment, Source, Suite
from chronicle.sources import source_digest

NOISE = (0.0, 0.004, -0.003, 0.002, -0.001, 0.003, -0.004, 0.001, 0.005, -0.002, 0.0015, -0.0025)
"""Relative deviations of twelve processes; the order-statistic interval of a case is within half a percent of its time."""


def suite(bench: Path, name: str, body: str = "x = 1\n") -> None:
    """A suite that measures nothing; its source is what counts."""
    bench.mkdir(parents=True, exist_ok=True)
    (bench / f"{name}.py").write_text(f'"""The suite {name}."""\n{body}')


def record(
    bench: Path,
    name: str,
    machine: str,
    milliseconds: Mapping[str, float | Sequence[float]],
    *,
    revision: str | None = None,
    day: str = "2026-01-02",
    driver: str = "580",
    tables: tuple[Table, ...] = (),
    lost: int = 0,
    phases: tuple[Phase, ...] = (),
    **design: Any,
) -> str:
    """Record a finished run of twelve blocks, a case for each value of the axis ``impl``; its name is the answer.

    A case has one time with the noise of :data:`NOISE`, or the times of its processes. The first ``lost`` of them were
    held back by heat, which makes them invalid; each kept a diary of these ``phases``.
    """
    run_id = f"{day.replace('-', '')}T000000Z-{name}-{(revision or '0' * 40)[:7]}"
    folder = RunFolder(bench / "results" / machine / run_id)
    environment = Environment(key={"cpu": {"model": machine}, "driver": {"driver": driver}}, informative={})
    cases = [_case(folder, day, place, impl, times, lost, phases) for place, (impl, times) in enumerate(milliseconds.items())]
    plain = a_run(
        *cases,
        run_id=run_id,
        machine=machine,
        suite=Suite(
            name=name,
            file=f"bench/{name}.py",
            source_sha256=source_digest(bench / f"{name}.py"),
            sources=(f"bench/{name}.py",),
            tables=tables,
        ),
        source=Source(revision=revision, dirty=False, stated_by="git"),
        created_utc=f"{day}T00:00:00+00:00",
        environment_sha256=folder.keep_environment(environment),
        compare_sha256=json_form.digest(environment.key),
    )
    folder.seal(folder.commit(dataclasses.replace(plain, design=dataclasses.replace(plain.design, **design))))
    return run_id


def _case(
    folder: RunFolder, day: str, place: int, impl: str, times: float | Sequence[float], lost: int, phases: tuple[Phase, ...]
) -> Case:
    noise = (*NOISE[place:], *NOISE[:place])
    each = times if isinstance(times, Sequence) else [times * (1 + one) for one in noise]
    processes = []
    for block, milliseconds in enumerate(each):
        median_ns = round(milliseconds * 1e6)
        time = timing(median_ns, samples_line=folder.append(SAMPLES, [median_ns] * 40))
        heat = throttle(hw_thermal_ns=int(block < lost))
        start = f"{day}T00:{block:02}:{place:02}+00:00"
        processes.append(process(block, median_ns, time=time, start_utc=start, order=place, phases=phases, throttle=heat))
    parameters = {"impl": impl}
    return case(
        processes, benchmark="decode", title="Decode", parameters=parameters, workload=None, summary=summarise(processes)
    )
