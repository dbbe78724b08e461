"""What a run says: one measurement for each case and metric, over the processes that no gate excluded.

Rates are computed process by process and then estimated, so their interval is that of the rate itself. Outcomes are metrics
like any other: those of a benchmark have an interval over its processes, simulated ones over seeds, derived ones are exact.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from chronicle.facts.estimates import Spread, call_seconds, readings, spread_of
from chronicle.facts.gates.evidence import Conditions, Evidence, Part, conditions_of
from chronicle.facts.gates.table import Trip, Unchecked, inspect
from chronicle.facts.physics import Ceilings
from chronicle.facts.pins import compared_key, has_ranks
from chronicle.facts.readings import CONTROL_RATIO, ENERGY_RATIO, counter_over_integral, over_replicate, peer_ratios
from chronicle.records.provenance import DERIVED, STUDIES
from chronicle.records.recorded import CLOSED
from chronicle.records.run import CONTROL, REPLICATE, Case, Environment, Estimate, Parameter, Process, Run
from chronicle.units import Quantity, is_count, unit_of

Verdict = Literal["valid", "degraded", "invalid"]
Samples = Mapping[int, Sequence[int]]

CAVEATS = ("not finished", "exploratory", "invalid", "degraded")
"""What a number says of its evidence wherever it is shown, the gravest first."""

MOST_LEFT_OUT = 0.25
"""Share of a case's processes that may be invalid before all of it is."""

_OF_THE_ENERGY_WINDOW = frozenset({"energy_joules_per_call", "energy_joules_per_token", "power_watts", ENERGY_RATIO})


@dataclass(frozen=True, slots=True)
class Judged:
    """A process with the gates it tripped and those that could not be asked; ``asked`` counts all that concern it."""

    process: Process
    trips: tuple[Trip, ...]
    unchecked: tuple[Unchecked, ...] = ()
    asked: int = 0

    @property
    def verdict(self) -> Verdict:
        """The verdict on its time."""
        return self.verdict_of("time")

    def trips_of(self, part: Part) -> tuple[Trip, ...]:
        """Those that concern the numbers of a part: its own and those of all."""
        return tuple(trip for trip in self.trips if trip.part in ("all", part))

    def verdict_of(self, part: Part) -> Verdict:
        """The worst effect on the numbers of a part; invalid where nothing was measured."""
        effects = {trip.effect for trip in self.trips_of(part)}
        has_nothing = self.process.time is None and not self.process.outcomes
        if has_nothing or "invalid" in effects:
            return "invalid"
        return "degraded" if "degraded" in effects else "valid"

    def spoils(self, part: Part) -> bool:
        """Whether it casts doubt on every process of its case."""
        return any(trip.effect == "invalid" and trip.reach == "case" for trip in self.trips_of(part))


@dataclass(frozen=True, slots=True)
class Measurement:
    """One metric of one case: its estimate in SI units, the values of the used processes, and who was left out.

    ``compare_sha256`` is the digest of the key pins that concern the case; that of the record is of all of them.
    """

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
    spread: Spread | None = None

    @property
    def quantity(self) -> Quantity:
        lo, hi = (None, None) if self.is_exact else (self.estimate.lo, self.estimate.hi)
        return Quantity(self.estimate.value, unit_of(self.metric), lo, hi, is_count(self.metric))

    @property
    def level(self) -> float | None:
        """The level of its interval; None where it has none, or is exact."""
        return self.estimate.level if self.quantity.has_interval else None

    @property
    def part(self) -> Part:
        """The window of a process that the metric comes from."""
        return "energy" if self.metric in _OF_THE_ENERGY_WINDOW else "time"

    @property
    def n_processes(self) -> int:
        return self.estimate.n_processes

    @property
    def is_study(self) -> bool:
        return self.label in STUDIES

    @property
    def is_exact(self) -> bool:
        """Whether it was derived, each time to the same number: it has one answer, and no interval to be judged at."""
        return self.label == DERIVED and len(set(self.values)) == 1

    @property
    def left_out(self) -> tuple[Judged, ...]:
        """The processes that a gate or an error keeps out of this metric."""
        return tuple(one for one in self.judged if one.verdict_of(self.part) == "invalid")

    @property
    def n_left_out(self) -> int:
        return len(self.left_out)

    @property
    def verdict(self) -> Verdict:
        """Invalid where a process casts doubt on all, or over a quarter are invalid; degraded where a used one is; else valid.

        Fewer than six have no interval, and no claim may use them.
        """
        if any(one.spoils(self.part) for one in self.judged) or self.n_left_out > MOST_LEFT_OUT * len(self.judged):
            return "invalid"
        return "degraded" if any(one.verdict_of(self.part) == "degraded" for one in self.judged) else "valid"

    @property
    def degrading(self) -> tuple[Trip, ...]:
        """Of each gate that degrades it, what it found first in a process that is used; nothing of what is valid or invalid."""
        if self.verdict != "degraded":
            return ()
        found: dict[str, Trip] = {}
        for judged in (one for one in self.judged if one.verdict_of(self.part) == "degraded"):
            for trip in (one for one in judged.trips_of(self.part) if one.effect == "degraded"):
                found.setdefault(trip.gate, trip)
        return tuple(found.values())

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of all gates that any process tripped and that concern this metric, once each."""
        return tuple(dict.fromkeys(trip.gate for one in self.judged for trip in one.trips_of(self.part)))

    @property
    def unchecked(self) -> dict[str, str]:
        """Gates that could not be asked of a process, or not in full, with what was missing first."""
        found: dict[str, str] = {}
        for judged in self.judged:
            for one in judged.unchecked:
                if one.part in ("all", self.part):
                    found.setdefault(one.gate, one.reason)
        return found

    @property
    def run_key(self) -> str:
        """The run among those of all machines: ``machine/run_id``."""
        return f"{self.machine}/{self.run_id}"

    @property
    def is_finished(self) -> bool:
        """Whether the run came to its end: that of its rule, or a deadline after which it was closed.

        One that can still be continued was looked at too early.
        """
        return self.stop in ("rule", CLOSED)

    @property
    def is_exploratory(self) -> bool:
        return self.rule.startswith("explore")

    @property
    def caveats(self) -> tuple[str, ...]:
        """Those of :data:`CAVEATS` that hold of it; none of a valid measurement of a run that came to the end of its rule."""
        holds = {"not finished": not self.is_finished, "exploratory": self.is_exploratory, self.verdict: True}
        return tuple(word for word in CAVEATS if holds.get(word))

    @property
    def standing(self) -> str:
        """The gravest of its caveats; valid without one."""
        return next(iter(self.caveats), self.verdict)


def measurements(
    run: Run, samples: Samples, environment: Environment, role: str = REPLICATE, ceilings: Ceilings | None = None
) -> list[Measurement]:
    """Every measurement of a run, in the order of its cases; a case of which no process can be used has none.

    ``samples`` maps a line of the samples file to its nanoseconds, and ``environment`` holds the pins of the run: without
    them gates would be blind, so neither has a default. ``role`` chooses the replicates, or the controls beside them;
    ``ceilings`` are those that the machine was measured to have, where it was calibrated.
    """
    conditions = conditions_of(run, environment, ceilings)
    found = [one for case in run.cases for one in _of_case(run, case, samples, conditions, role)]
    if role == REPLICATE:
        found += [one for case in run.cases for one in _of_control(run, case, samples, conditions)]
    keys = {several: compared_key(environment.key, several=several) for several in (False, True)} if environment.key else {}
    return [replace(one, compare_sha256=keys.get(has_ranks(one.parameters), run.compare_sha256)) for one in found]


def judge(case: Case, samples: Samples, conditions: Conditions, role: str = REPLICATE) -> tuple[Judged, ...]:
    """Every process of a case in a role with what the gates say of it, in the order of its blocks."""
    chosen = [process for process in case.processes if process.role == role]
    seconds = [value for process in chosen if (value := call_seconds(process)) is not None]
    usual = statistics.median(seconds) if seconds else None
    return tuple(_judge(process, case, samples, conditions, usual) for process in chosen)


def first_starts(runs: Iterable[Run]) -> dict[tuple[str, str, str], str]:
    """When each case was first begun, by machine, suite and case, as ISO text in UTC.

    Every run counts, exploratory, unfinished and invalid ones too: whoever recorded it could read it.
    """
    found: dict[tuple[str, str, str], str] = {}
    for run in runs:
        for case in run.cases:
            place = (run.machine, run.suite.name, case.key)
            for process in case.processes:
                found[place] = min(process.start_utc, found.get(place, process.start_utc))
    return found


def _of_case(run: Run, case: Case, samples: Samples, conditions: Conditions, role: str) -> list[Measurement]:
    judged = judge(case, samples, conditions, role)
    found = []
    for metric, value_of in _metrics(case):
        part: Part = "energy" if metric in _OF_THE_ENERGY_WINDOW else "time"
        used = [one.process for one in judged if one.verdict_of(part) != "invalid"]
        pairs = [(process.block, value) for process in used if (value := value_of(process)) is not None]
        if pairs:
            spread = _spread(used, samples) if metric == "call_seconds" else None
            found.append(_measurement(run, case, metric, pairs, judged, spread))
    return found


def _of_control(run: Run, case: Case, samples: Samples, conditions: Conditions) -> list[Measurement]:
    """The control over the replicate of its block, where both may be used: 1 but for what the machine cannot resolve."""
    plain, again = (judge(case, samples, conditions, role) for role in (REPLICATE, CONTROL))
    usable = {one.process.block: one.process for one in plain if one.verdict != "invalid"}
    ratio = over_replicate(usable)
    used = [one.process for one in again if one.verdict != "invalid"]
    pairs = [(process.block, value) for process in used if (value := ratio(process)) is not None]
    return [_measurement(run, case, CONTROL_RATIO, pairs, (*plain, *again), None)] if pairs else []


def _spread(used: Sequence[Process], samples: Samples) -> Spread | None:
    """Relative, so it does not matter that a sample may hold several calls, as long as all processes agree on how many."""
    groups = [samples.get(process.time.samples_line, ()) for process in used if process.time]
    return spread_of(groups) if len({process.time.calls_per_sample for process in used if process.time}) == 1 else None


def _measurement(
    run: Run,
    case: Case,
    metric: str,
    pairs: Sequence[tuple[int, float]],
    judged: tuple[Judged, ...],
    spread: Spread | None,
) -> Measurement:
    values, label = tuple(value for _, value in pairs), case.label or run.label
    order, second = readings(values, is_exact=label == DERIVED and len(set(values)) == 1)
    return Measurement(
        machine=run.machine,
        run_id=run.run_id,
        suite=run.suite.name,
        benchmark=case.benchmark,
        case=case.key,
        title=case.title,
        parameters={**case.parameters, **(case.workload.sizes if case.workload else {})},
        metric=metric,
        estimate=order,
        second=second,
        values=values,
        blocks=tuple(block for block, _ in pairs),
        judged=judged,
        label=label,
        rule=run.design.rule,
        stop=run.design.stop,
        compare_sha256=run.compare_sha256,
        source_sha256=run.suite.source_sha256,
        spread=spread,
    )


def _judge(process: Process, case: Case, samples: Samples, conditions: Conditions, usual: float | None) -> Judged:
    own = samples.get(process.time.samples_line, ()) if process.time else ()
    seen = inspect(Evidence(process, own, case.workload, conditions, usual))
    return Judged(process, seen.trips, seen.unchecked, seen.asked)


def _metrics(case: Case) -> list[tuple[str, Callable[[Process], float | None]]]:
    outcomes = [(name, _outcome(name)) for name in sorted({name for one in case.processes for name in one.outcomes})]
    if case.is_study:
        return outcomes
    work = case.workload
    metrics: list[tuple[str, Callable[[Process], float | None]]] = [("call_seconds", call_seconds)]
    if work is not None and work.bytes:
        metrics.append(("bandwidth_bytes_per_second", _per_second(work.bytes)))
    if work is not None and work.flop:
        metrics.append(("throughput_flop_per_second", _per_second(work.flop)))
    if work is not None and work.tokens:
        steps = work.tokens // work.sequences
        metrics.append(("decode_seconds_per_token", _over(call_seconds, steps)))
        metrics.append(("tokens_per_second", _per_second(work.tokens)))
        metrics.append(("energy_joules_per_token", _over(_joules_per_call, work.tokens)))
    energy = [("energy_joules_per_call", _joules_per_call), ("power_watts", _watts), (ENERGY_RATIO, counter_over_integral)]
    return [*metrics, *outcomes, *peer_ratios(case), *energy]


def _outcome(name: str) -> Callable[[Process], float | None]:
    return lambda process: process.outcomes.get(name)


def _over(value_of: Callable[[Process], float | None], amount: int) -> Callable[[Process], float | None]:
    def share(process: Process) -> float | None:
        value = value_of(process)
        return None if value is None else value / amount

    return share


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
