"""What a run says: one measurement for each case and metric, over the processes that no gate excluded.

Rates are computed process by process and then estimated, so their interval is that of the rate itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from chronicle.facts.estimates import call_seconds, log_t, order_statistic
from chronicle.facts.gates import Evidence, Trip, tripped
from chronicle.facts.physics import Peaks
from chronicle.records.run import Case, Estimate, Parameter, Process, Run
from chronicle.units import Quantity, unit_of

Verdict = Literal["valid", "degraded", "invalid"]
Samples = Mapping[int, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A process with the gates it tripped; ``verdict`` is the worst of their effects."""

    process: Process
    trips: tuple[Trip, ...]

    @property
    def verdict(self) -> Verdict:
        effects = {trip.effect for trip in self.trips}
        if self.process.time is None or "invalid" in effects:
            return "invalid"
        return "degraded" if "degraded" in effects else "valid"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One metric of one case: its estimate in SI units, the values of the used processes, and who was left out."""

    machine: str
    run_id: str
    suite: str
    benchmark: str
    case: str
    title: str
    parameters: dict[str, Parameter]
    metric: str
    estimate: Estimate
    second: Estimate
    values: tuple[float, ...]
    blocks: tuple[int, ...]
    judged: tuple[Judged, ...]
    label: str
    rule: str
    stop: str
    compare_sha256: str
    source_sha256: str

    @property
    def quantity(self) -> Quantity:
        return Quantity(self.estimate.value, unit_of(self.metric), self.estimate.lo, self.estimate.hi)

    @property
    def n_processes(self) -> int:
        return self.estimate.n_processes

    @property
    def n_left_out(self) -> int:
        return sum(one.verdict == "invalid" for one in self.judged)

    @property
    def verdict(self) -> Verdict:
        """Invalid where more than a quarter of the processes are; degraded where a used one is; else valid."""
        if self.n_left_out > 0.25 * len(self.judged):
            return "invalid"
        return "degraded" if any(one.verdict == "degraded" for one in self.judged) else "valid"

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of all gates tripped by any process, once each."""
        return tuple(dict.fromkeys(trip.gate for one in self.judged for trip in one.trips))

    @property
    def run_key(self) -> str:
        """The run among those of all machines: ``machine/run_id``."""
        return f"{self.machine}/{self.run_id}"

    @property
    def is_finished(self) -> bool:
        """Whether the run came to the end of its rule; one that can still be continued was looked at too early."""
        return self.stop == "rule"

    @property
    def is_exploratory(self) -> bool:
        return self.rule.startswith("explore")


def measurements(run: Run, samples: Samples, peaks: Peaks) -> list[Measurement]:
    """Every measurement of a run, in the order of its cases; a case of which no process can be used has none.

    ``samples`` maps a line of the samples file to its nanoseconds, and ``peaks`` are those of the run's machine: without
    them gates would be blind, so neither has a default.
    """
    return [one for case in run.cases for one in _of_case(run, case, samples, peaks)]


def judge(case: Case, samples: Samples, peaks: Peaks) -> tuple[Judged, ...]:
    """Every process of a case with the gates it trips, in the order of its blocks."""
    return tuple(_judge(process, case, samples, peaks) for process in case.replicates)


def _of_case(run: Run, case: Case, samples: Samples, peaks: Peaks) -> list[Measurement]:
    judged = judge(case, samples, peaks)
    used = [one.process for one in judged if one.verdict != "invalid"]
    found = []
    for metric, value_of in _metrics(case):
        pairs = [(process.block, value) for process in used if (value := value_of(process)) is not None]
        if pairs:
            found.append(_measurement(run, case, metric, pairs, judged))
    return found


def _measurement(
    run: Run, case: Case, metric: str, pairs: Sequence[tuple[int, float]], judged: tuple[Judged, ...]
) -> Measurement:
    values = tuple(value for _, value in pairs)
    return Measurement(
        machine=run.machine,
        run_id=run.run_id,
        suite=run.suite.name,
        benchmark=case.benchmark,
        case=case.key,
        title=case.title,
        parameters=case.parameters,
        metric=metric,
        estimate=order_statistic(values),
        second=log_t(values),
        values=values,
        blocks=tuple(block for block, _ in pairs),
        judged=judged,
        label=run.label,
        rule=run.design.rule,
        stop=run.design.stop,
        compare_sha256=run.compare_sha256,
        source_sha256=run.suite.source_sha256,
    )


def _judge(process: Process, case: Case, samples: Samples, peaks: Peaks) -> Judged:
    own = samples.get(process.time.samples_line, ()) if process.time else ()
    return Judged(process, tripped(Evidence(process, own, case.workload, peaks)))


def _metrics(case: Case) -> list[tuple[str, Callable[[Process], float | None]]]:
    work = case.workload
    metrics: list[tuple[str, Callable[[Process], float | None]]] = [("call_seconds", call_seconds)]
    if work is not None and work.bytes:
        metrics.append(("bandwidth_bytes_per_second", _per_second(work.bytes)))
    if work is not None and work.flop:
        metrics.append(("throughput_flop_per_second", _per_second(work.flop)))
    return [*metrics, ("energy_joules_per_call", _joules_per_call), ("power_watts", _watts)]


def _per_second(amount: int) -> Callable[[Process], float | None]:
    def rate(process: Process) -> float | None:
        seconds = call_seconds(process)
        return None if seconds is None else amount / seconds

    return rate


def _joules_per_call(process: Process) -> float | None:
    energy = process.energy
    return None if energy is None else (energy.counter_mj[1] - energy.counter_mj[0]) / 1000 / energy.calls


def _watts(process: Process) -> float | None:
    energy = process.energy
    return None if energy is None else (energy.counter_mj[1] - energy.counter_mj[0]) / 1000 / (energy.window_ns / 1e9)
