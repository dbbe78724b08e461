"""What the parts of a calibration read, unreduced: the lines of ``readings.jsonl.gz``, one a part.

Times ``ns`` are of the host's monotonic clock, which all processes of a machine share. Of a sensor that is polled only its
changes are kept: what is held between two of them is the value of the first.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The changes of one sensor while it was polled.

    ``value[i]`` was first seen at ``ns[i]``, and the one before it last seen at ``before_ns[i]``, so the change lies between
    the two; the first entry is the first read. Polling ended at ``until_ns`` after ``reads`` reads. A stream without entries
    says in ``reason`` why there are none.
    """

    source: str
    ns: tuple[int, ...]
    before_ns: tuple[int, ...]
    value: tuple[int, ...]
    reads: int
    until_ns: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A change of the energy counter: seen at ``ns``, not yet there at ``before_ns``."""

    ns: int
    before_ns: int
    energy_mj: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """A window between two changes of the energy counter in which nobody read a sensor, after ``settle_ns`` of waiting."""

    state: str
    settle_ns: int
    first: Edge | None
    last: Edge | None
    temperature_c: int | None
    sm_mhz: int | None
    processes: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReadings:
    """A field value read twice: NVML's answer code, the type of the value, the two values, and the driver's own latency."""

    field: int
    code: int
    value_type: int
    first: int | None
    second: int | None
    between_ns: int
    latency_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSamples:
    """How long single reads of one kind took."""

    call: str
    ns: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardReadings:
    """The board with no context on it: what it answers, what a read costs, idle without and with polling."""

    fields: tuple[FieldReadings, ...]
    supported_mask: int | None
    mask: int | None
    reads: tuple[ReadSamples, ...]
    idle: Quiet
    streams: tuple[Stream, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchSamples:
    """Times of batches of ``kernels`` launches."""

    kind: str
    kernels: int
    ns: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerReadings:
    """Clocks and launches: empty event pairs, event spans of many lengths, steps of the host clock; idle with a context."""

    event_pairs_ns: tuple[int, ...]
    event_spans_ns: tuple[int, ...]
    host_steps_ns: tuple[int, ...]
    launches: tuple[LaunchSamples, ...]
    idle: Quiet | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSamples:
    """Times of calls that each moved ``bytes`` and computed ``flop``, after ``warmup_ns`` of the same."""

    name: str
    formula: str
    bytes: int | None
    flop: int | None
    warmup_ns: int
    ns: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSamples:
    """One kernel over ``working_b`` bytes, its operands in the second-level cache and not, in turn."""

    l2_b: int
    working_b: int
    hot_ns: tuple[int, ...]
    cold_ns: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CeilingReadings:
    """Short measurements of what memory and arithmetic give."""

    rates: tuple[RateSamples, ...]
    cache: CacheSamples | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """A stretch of load: begun at ``start_ns``, seen finished at ``end_ns``."""

    start_ns: int
    end_ns: int
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReadings:
    """Long stretches of load with long pauses between them, and the sensors over all of it."""

    bursts: tuple[Burst, ...]
    streams: tuple[Stream, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """Load and pause in turn, half a period each, from ``start_ns`` to ``end_ns``."""

    period_ns: int
    start_ns: int
    end_ns: int
    bursts: tuple[Burst, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveReadings:
    """Square waves of several periods, and the sensors over all of it."""

    waves: tuple[Wave, ...]
    streams: tuple[Stream, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyReadings:
    """One long steady load with the calls seen finished (``ns`` and how many so far), then idle while hot and in a spin."""

    progress_ns: tuple[int, ...]
    progress_calls: tuple[int, ...]
    streams: tuple[Stream, ...]
    hot: Quiet
    spin: Quiet


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinProcess:
    """One of the two equal processes of a pair; ``order`` counts all processes in the order in which they ran."""

    pair: int
    twin: str
    order: int
    ns: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionReadings:
    """Pairs of fresh processes that do exactly the same."""

    processes: tuple[TwinProcess, ...]


Readings = BoardReadings | TimerReadings | CeilingReadings | StepReadings | WaveReadings | EnergyReadings | ResolutionReadings

READINGS_OF: dict[str, type[Readings]] = {
    "board": BoardReadings,
    "timers": TimerReadings,
    "ceilings": CeilingReadings,
    "step": StepReadings,
    "wave": WaveReadings,
    "energy": EnergyReadings,
    "resolution": ResolutionReadings,
}
"""The parts of a calibration in the order in which they are taken, and what each reads."""
