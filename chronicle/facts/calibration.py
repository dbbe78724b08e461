"""What a calibration found, computed from its readings.

Each part gives its findings from its own readings alone, so a calibration that was cut off says what it knows. A part that
was not taken, and a sensor that does not answer, are listed with the reason.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from chronicle.facts.averaging_window import averaging_window
from chronicle.facts.energy_windows import (
    claimable_window_ns,
    energy_agreements,
    idle_power,
    polled_idle_power,
    window_errors,
)
from chronicle.facts.estimates import order_statistic
from chronicle.facts.power_sensors import POWER_FIELDS, step_responses, wave_amplitudes
from chronicle.facts.streams import find, is_falling, spread, update_period
from chronicle.records.calibration import (
    AveragingWindow,
    CacheRatio,
    Ceiling,
    FieldAnswer,
    Findings,
    Launch,
    ReadCost,
    Resolution,
    Spread,
    Timers,
)
from chronicle.records.readings import (
    READINGS_OF,
    BoardReadings,
    Burst,
    CacheSamples,
    CeilingReadings,
    EnergyReadings,
    FieldReadings,
    Quiet,
    RateSamples,
    Readings,
    ResolutionReadings,
    StepReadings,
    Stream,
    TimerReadings,
    WaveReadings,
)
from chronicle.records.run import Missing

_FIELD_NAMES = {
    74: ("power cap", "ns"),
    75: ("thermal", "ns"),
    76: ("sync boost", "ns"),
    77: ("board limit", "ns"),
    78: ("low utilisation", "ns"),
    79: ("reliability", "ns"),
    80: ("below application clocks", "ns"),
    81: ("below base clocks", "ns"),
    82: ("memory temperature", "°C"),
    83: ("energy counter", "mJ"),
    140: ("NVLink raw transmitted", "KiB"),
    142: ("remapped rows, correctable", "count"),
    143: ("remapped rows, uncorrectable", "count"),
    144: ("remapping pending", "flag"),
    145: ("remapping failed", "flag"),
    185: ("power, average", "mW"),
    186: ("power, instant", "mW"),
    251: ("software thermal, older id", "ns"),
    252: ("hardware thermal, older id", "ns"),
    253: ("hardware brake, older id", "ns"),
    269: ("software thermal", "ns"),
    270: ("hardware thermal", "ns"),
    271: ("hardware brake", "ns"),
}
_LONG_TYPES = (2, 3, 4)
"""NVML's value types of 64 bits: unsigned long, unsigned long long, signed long long."""


def findings(readings: Mapping[str, Readings], absent: Mapping[str, str]) -> Findings:
    """Everything that the readings say. ``absent`` gives the reason for each part that has none."""
    found: dict[str, Any] = {}
    missing = [Missing(path=part, reason=reason) for part, reason in absent.items()]
    for part in READINGS_OF:
        if (one := readings.get(part)) is not None:
            given, gaps = _given(part, one)
            for name, value in given.items():
                found[name] = (*found.get(name, ()), *value) if isinstance(value, tuple) else value
            missing += [Missing(path=f"{part}.{path}", reason=reason) for path, reason in gaps]
    return Findings(**found, missing=tuple(missing))


Given = tuple[dict[str, Any], list[tuple[str, str]]]


@lru_cache(maxsize=32)
def _given(part: str, one: Readings) -> Given:
    """Findings of a part and its gaps; a part is written once and looked at after every later one."""
    return _OF_PART[part](one)


def _board(one: BoardReadings) -> Given:
    polled = find(one.streams, "energy")
    idle = [idle_power(one.idle), polled_idle_power(polled, one.idle) if polled else None]
    periods = [update_period(stream, "idle") for stream in one.streams if stream.ns]
    given = {
        "fields": tuple(_field_answers(one.fields)),
        "supported_mask": one.supported_mask,
        "read_costs": tuple(ReadCost(call=read.call, cost_ns=spread(read.ns)) for read in one.reads if read.ns),
        "idle_power": tuple(found for found in idle if found),
        "update_periods": tuple(period for period in periods if period),
    }
    gaps = [(f"reads.{read.call}", read.reason) for read in one.reads if not read.ns]
    return given, [*gaps, *_silent(one.streams), *_unknown_idle(one.idle)]


def _field_answers(fields: Sequence[FieldReadings]) -> Iterator[FieldAnswer]:
    thermal = next((one for one in fields if one.field == 75), None)
    for one in fields:
        name, unit = _FIELD_NAMES.get(one.field, ("", ""))
        why = _doubt(one, unit, thermal if one.field in (251, 269) else None)
        yield FieldAnswer(
            field=one.field,
            name=name,
            unit=unit,
            code=one.code,
            value_type=one.value_type,
            value=one.first,
            is_confirmed=not why,
            reason=why,
        )


def _doubt(one: FieldReadings, unit: str, twin: FieldReadings | None) -> str:
    """Why a field is not believed; a counter of nanoseconds must be long, never fall, and not outrun the clock."""
    if one.code != 0 or one.first is None:
        return f"NVML answers with code {one.code}"
    if unit != "ns":
        return ""
    if one.value_type not in _LONG_TYPES:
        return "not of 64 bits"
    if one.second is None or not 0 <= one.second - one.first <= one.between_ns:
        return "went back, or grew faster than time"
    if twin is not None and twin.first != one.first:
        return "differs from field 75, which counts the same"
    return ""


def _timers(one: TimerReadings) -> Given:
    given: dict[str, Any] = {
        "timers": Timers(
            event_quantum_ns=_quantum([*one.event_pairs_ns, *one.event_spans_ns]),
            event_overhead_ns=spread(one.event_pairs_ns) if one.event_pairs_ns else None,
            host_quantum_ns=min(step for step in one.host_steps_ns if step > 0),
            host_overhead_ns=spread(one.host_steps_ns),
        ),
        "launches": tuple(
            Launch(kind=launch.kind, each_ns=spread([value / launch.kernels for value in launch.ns])) for launch in one.launches
        ),
    }
    idle = idle_power(one.idle) if one.idle else None
    if idle is not None:
        given["idle_power"] = (idle,)
    gaps = _unknown_idle(one.idle) if one.idle else []
    return given, gaps if one.event_pairs_ns else [*gaps, ("event_quantum_ns", "the device has no events")]


def _quantum(spans: Sequence[int]) -> int | None:
    """The smallest difference between two readings that differ, counting the distance from 0."""
    different = sorted({0, *spans})
    return min((b - a for a, b in itertools.pairwise(different)), default=None)


def _ceilings(one: CeilingReadings) -> Given:
    given: dict[str, Any] = {"ceilings": tuple(_ceiling(rate) for rate in one.rates)}
    if one.cache is None:
        return given, [("cache", "torch does not tell the size of a second-level cache of this device")]
    return given | {"cache": _cache_ratio(one.cache)}, []


def _ceiling(rate: RateSamples) -> Ceiling:
    def per_second(amount: int | None) -> Spread | None:
        return None if amount is None else spread([amount / value * 1e9 for value in rate.ns])

    return Ceiling(
        name=rate.name,
        formula=rate.formula,
        bytes_per_second=per_second(rate.bytes),
        flop_per_second=per_second(rate.flop),
    )


def _cache_ratio(one: CacheSamples) -> CacheRatio:
    hot, cold = spread(one.hot_ns), spread(one.cold_ns)
    return CacheRatio(cold_over_hot=round(cold.median / hot.median, 6), hot_ns=hot, cold_ns=cold, working_b=one.working_b)


def _step(one: StepReadings) -> Given:
    windows = _windows(one.streams, one.bursts, "steps")
    return {"step_responses": tuple(step_responses(one)), "averaging_windows": windows}, _silent(one.streams)


def _wave(one: WaveReadings) -> Given:
    windows = _windows(one.streams, [burst for wave in one.waves for burst in wave.bursts], "square waves")
    return {"wave_amplitudes": wave_amplitudes(one), "averaging_windows": windows}, _silent(one.streams)


def _windows(streams: Sequence[Stream], bursts: Sequence[Burst], method: str) -> tuple[AveragingWindow, ...]:
    found = [averaging_window(one, bursts, method) for one in streams if one.source in POWER_FIELDS]
    return tuple(one for one in found if one)


def _energy(one: EnergyReadings) -> Given:
    errors = tuple(window_errors(one))
    start, end = one.progress_ns[0], one.progress_ns[-1]
    periods = [update_period(stream, "load", start, end) for stream in one.streams if stream.ns]
    idle = [idle_power(quiet) for quiet in (one.hot, one.spin)]
    given = {
        "energy_agreements": tuple(energy_agreements(one)),
        "window_errors": errors,
        "claimable_window_ns": claimable_window_ns(errors),
        "update_periods": tuple(period for period in periods if period),
        "idle_power": tuple(found for found in idle if found),
    }
    counter = find(one.streams, "energy")
    fell = [("counter", "the energy counter went back")] if counter is not None and is_falling(counter) else []
    return given, [*fell, *_silent(one.streams), *_unknown_idle(one.hot), *_unknown_idle(one.spin)]


def _resolution(one: ResolutionReadings) -> Given:
    medians = {(process.pair, process.twin): statistics.median(process.ns) for process in one.processes}
    pairs = sorted({pair for pair, _ in medians if (pair, "A") in medians and (pair, "B") in medians})
    if not pairs:
        return {}, [("pairs", "no pair is whole")]
    logs = [math.log(medians[pair, "B"] / medians[pair, "A"]) for pair in pairs]
    found = order_statistic(logs)
    known = found.lo is not None and found.hi is not None
    given = Resolution(
        pairs=len(pairs),
        log_ratio_median=found.value,
        log_ratio_lo=found.lo,
        log_ratio_hi=found.hi,
        resolution=max(abs(found.lo or 0.0), abs(found.hi or 0.0)) if known else None,
    )
    return {"resolution": given}, [] if known else [("resolution", f"{len(pairs)} pairs give no interval at 95 %")]


def _silent(streams: Sequence[Stream]) -> list[tuple[str, str]]:
    return [(f"streams.{one.source}", one.reason or "no reading") for one in streams if not one.ns]


def _unknown_idle(quiet: Quiet) -> list[tuple[str, str]]:
    if idle_power(quiet) is not None:
        return []
    return [(f"idle.{quiet.state}", quiet.reason or "the energy counter went back")]


_OF_PART: dict[str, Callable[[Any], Given]] = {
    "board": _board,
    "timers": _timers,
    "ceilings": _ceilings,
    "step": _step,
    "wave": _wave,
    "energy": _energy,
    "resolution": _resolution,
}
