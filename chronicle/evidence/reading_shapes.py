"""What must hold within the readings of a calibration before a number is computed from them: columns and times that fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from chronicle.evidence.stored import Finding
from chronicle.records.readings import (
    CeilingReadings,
    EnergyReadings,
    Readings,
    ResolutionReadings,
    StepReadings,
    Stream,
    TimerReadings,
)


def misshapen(readings: Mapping[str, Readings]) -> Iterator[Finding]:
    """What no harness writes, and with which nothing can be computed."""
    for part, one in readings.items():
        for stream in getattr(one, "streams", ()):
            if wrong := _wrong_with(stream):
                yield f"`{part}.streams` of {stream.source!r:.40} has {wrong}", "the changes of a sensor, in order"
        for name, times in _times(one):
            if not times or min(times) <= 0:
                yield f"`{part}.{name}` is {list(times)!r:.60}", "times above zero"
        if isinstance(one, EnergyReadings) and not _is_progress(one):
            yield f"`{part}.progress_ns` and `{part}.progress_calls` do not rise together", "calls counted as time goes on"
        if isinstance(one, StepReadings) and not one.bursts:
            yield f"`{part}.bursts` is empty", "stretches of load"


def _wrong_with(stream: Stream) -> str:
    lengths = [len(column) for column in (stream.ns, stream.before_ns, stream.value)]
    if len(set(lengths)) > 1:
        return f"columns of {', '.join(map(str, lengths))} entries"
    if not _rises(stream.ns):
        return "times that do not rise"
    if not all(last <= before <= ns for last, before, ns in zip(stream.ns, stream.before_ns[1:], stream.ns[1:], strict=False)):
        return "a value last seen after the next, or before it came"
    if min(stream.value, default=0) < 0:
        return "values below zero"
    return "" if all(a != b for a, b in pairwise(stream.value)) else "a value twice in a row"


def _times(one: Readings) -> Iterator[tuple[str, Sequence[int]]]:
    """Times and counts by which something is divided, or of which a middle is taken."""
    if isinstance(one, TimerReadings):
        yield "host_steps_ns", [step for step in one.host_steps_ns if step]
        for launch in one.launches:
            yield f"launches.{launch.kind:.40}", (launch.kernels, *launch.ns) if launch.ns else ()
    elif isinstance(one, CeilingReadings):
        yield from ((f"rates.{rate.name:.40}", rate.ns) for rate in one.rates)
        if one.cache:
            yield from (("cache.hot_ns", one.cache.hot_ns), ("cache.cold_ns", one.cache.cold_ns))
    elif isinstance(one, ResolutionReadings):
        yield from ((f"processes.{process.order}", process.ns) for process in one.processes)


def _is_progress(readings: EnergyReadings) -> bool:
    moments, calls = readings.progress_ns, readings.progress_calls
    return len(moments) == len(calls) > 1 and _rises(moments) and _rises(calls)


def _rises(values: Sequence[int]) -> bool:
    return all(a < b for a, b in pairwise(values))
