"""One run of a suite on one machine, as the harness saw it: the form ``chronicle.run/1``.

Units stand in the names: ``_ns`` integer nanoseconds, ``_mj`` integer millijoules, ``_b`` bytes, ``_c`` degrees Celsius,
``_mhz`` megahertz, ``_w`` watts. A value the machine could not give is None, and the nearest ``missing`` list says why;
it is never 0. Gates and verdicts are not stored: they are facts, computed from these fields by whoever reads them.

A run holds every case of its suite, because a block (one shuffled round over all cases) is what is written at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from chronicle.records.circumstances import (
    Allocation,
    Compilation,
    Faults,
    Inputs,
    Launching,
    Link,
    Memory,
    Phase,
    Rank,
    Serving,
    Synchrony,
)
from chronicle.records.files import Stored, Table
from chronicle.records.later import later
from chronicle.records.provenance import STUDIES
from chronicle.records.workload import Workload

RUN_SCHEMA = "chronicle.run/1"
ENVIRONMENT_SCHEMA = "chronicle.environment/1"
METHOD_VERSION = 2

RECORD, SAMPLES, TELEMETRY, MANIFEST = "record.json", "samples.jsonl.gz", "telemetry.jsonl.gz", "MANIFEST.sha256"
"""The files of a run's folder; the manifest is written last and seals it."""

REPLICATE, CONTROL, PRIME = "replicate", "control", "prime"  # the roles of a process

MACHINE_NAME = r"[a-z0-9]+(-[a-z0-9]+)*"
"""What may name a machine: it becomes a folder, a page and a word of a command."""

Parameter = str | int | float | bool
Pin = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A value that is None and the reason, as a dotted path below the object that lists it."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUp:
    """The calls before the first kept sample; ``steady`` says whether the rule ended it or its cap did."""

    calls: int
    device_ns: int
    t_first_ns: int
    steady: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The kept samples of a process, each the time of ``calls_per_sample`` calls; all of them lie in the samples file."""

    timer: str
    quantum_ns: int
    calls_per_sample: int
    capture: str
    l2: str
    n: int
    median_ns: int
    q1_ns: int
    q3_ns: int
    min_ns: int
    rho1: float | None
    device_ns: int
    samples_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrottleWindow:
    """What held the clocks back in one window: differences of NVML's cumulative counters, and the mask at its edges."""

    window_ns: int
    power_cap_ns: int | None
    thermal_ns: int | None
    low_utilisation_ns: int | None
    sw_thermal_ns: int | None
    hw_thermal_ns: int | None
    hw_brake_ns: int | None
    mask_or: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Temperature:
    start_c: int | None
    end_c: int | None
    memory_end_c: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Clocks read with the load running, just before and just after the timed samples, never among them.

    The mean and the fifth percentile are of the energy window, where a separate process may look on.
    """

    sm_start_mhz: int | None
    sm_end_mhz: int | None
    memory_mhz: int | None
    sm_mean_mhz: float | None = later()
    sm_p5_mhz: int | None = later()


@dataclass(frozen=True, slots=True, kw_only=True)
class Energy:
    """Board energy of whole counter ticks with the load running at both edges; ``calls`` were completed between them.

    ``power_integral_j`` is the integral of the instant power field over the same window, an independent reading of the same
    energy. ``loop_period_ms`` is the time of one call; a loop slow enough to beat with the sensor has random gaps
    (``has_jitter``). ``throttle`` is of this window. Ours begin and end at ticks; another tool's may not (``is_aligned``).
    """

    scope: str
    counter_mj: tuple[int, int]
    window_ns: int
    ticks: int
    calls: float
    power_mean_w: float | None
    telemetry_line: int | None
    power_integral_j: float | None = later()
    loop_period_ms: float | None = later()
    has_jitter: bool = later(False)
    throttle: ThrottleWindow | None = later()
    is_aligned: bool = later(True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correctness:
    """Relative error against a reference of higher precision, on an output poisoned before the call.

    ``renewed_error`` is the same after the benchmark has put fresh values into its inputs: a cached result fails there.
    ``precision`` is the declared arithmetic (``fp32``, ``tf32``, ``bf16`` …), whose rounding bounds the error.
    """

    reference: str
    relative_error: float
    limit: float
    renewed_error: float | None = later()
    precision: str | None = later()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenancy:
    """Who else was there before our context existed; ``idle_power_w`` is what the machine draws then when it is alone."""

    processes: int | None
    memory_used_b: int | None
    utilisation_pct: int | None
    power_w: float | None
    idle_power_w: float | None = later()


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    wall_ns: int
    involuntary_switches: int | None
    steal_fraction: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One fresh child process that measured one case once. ``error`` holds the reason where it could not.

    ``role`` is ``replicate``; ``control``, the same case a second time in its block, which shows what the comparison resolves;
    or ``prime``, which filled the compilers' caches before the first block. Only replicates enter an estimate.
    ``peer_seconds`` are seconds per call as other tools read them in this process, by the tool's name. ``profilers`` are
    tracers and debugging switches that were found on, None where nobody looked. ``ranks`` are the processes of a case that
    runs in several, whose slowest is what ``time`` holds. ``outcomes`` are numbers by their metric: a study has them in the
    place of ``time``, under the ``seed`` of its block (a derived one has none), a benchmark beside its time or alone.
    """

    block: int
    order: int
    start_utc: str
    environment_sha256: str
    role: str = later(REPLICATE)
    error: str | None = None
    warmup: WarmUp | None = None
    time: Timing | None = None
    host: Host | None = None
    clock: Clock | None = None
    throttle: ThrottleWindow | None = None
    temperature: Temperature | None = None
    energy: Energy | None = None
    memory: Memory | None = None
    correct: Correctness | None = None
    tenancy: Tenancy | None = None
    tenancy_after: Tenancy | None = later()
    inputs: Inputs | None = later()
    synchrony: Synchrony | None = later()
    compilation: Compilation | None = later()
    allocation: Allocation | None = later()
    faults: Faults | None = later()
    link: Link | None = later()
    launching: Launching | None = later()
    serving: Serving | None = later()
    profilers: tuple[str, ...] | None = later()
    peer_seconds: dict[str, float] = later({})
    seed: int | None = later()
    outcomes: dict[str, float] = later({})
    ranks: tuple[Rank, ...] = later(())
    phases: tuple[Phase, ...] = later(())
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value and the interval of its estimator over processes; ``lo`` and ``hi`` are None below six processes."""

    value: float
    n_processes: int
    lo: float | None = None
    hi: float | None = None
    level: float | None = None
    ranks: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Seconds per call over the processes of a case; a cache, recomputed from the samples by every reader."""

    metric: str
    estimator: str
    order_statistic: Estimate
    log_t: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One point of a benchmark's sweep and the processes that measured it; ``label`` is its own, in a run with studies."""

    benchmark: str
    title: str
    parameters: dict[str, Parameter]
    workload: Workload | None
    processes: tuple[Process, ...] = ()
    summary: Summary | None = None
    label: str | None = later()

    @property
    def key(self) -> str:
        """``matmul[dtype=bf16,n=8192]``: unique within a run, and the same before and after it was written."""
        return case_key(self.benchmark, self.parameters)

    @property
    def is_study(self) -> bool:
        return self.label in STUDIES

    @property
    def replicates(self) -> tuple[Process, ...]:
        """The processes that an estimate is taken over."""
        return tuple(process for process in self.processes if process.role == REPLICATE)


def case_key(benchmark: str, parameters: dict[str, Parameter]) -> str:
    """The name of a case: its benchmark, and its parameters in the order of their names."""
    listed = ",".join(f"{name}={value}" for name, value in sorted(parameters.items()))
    return f"{benchmark}[{listed}]" if listed else benchmark


LEFT_OUT_BY = "left out by "
"""With what the reason for a case begins that nobody asked for; the ``-p`` and ``--without`` of the run follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A case that was planned by the suite and not measured on this machine, with the reason."""

    case: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The file of benchmarks and the hash over it, every local module it imports, and the tables that its studies read."""

    name: str
    file: str
    source_sha256: str
    sources: tuple[str, ...]
    tables: tuple[Table, ...] = later(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The revision the working tree stood at; ``stated_by`` is ``git``, or ``option`` where no repository was there."""

    revision: str | None
    dirty: bool | None
    stated_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """When warm-up ends and when enough samples are kept; part of the method, so a change raises ``METHOD_VERSION``.

    Warm-up ends after ``warmup_calls`` calls and ``warmup_seconds`` of device time, once the medians of two successive
    windows differ by no more than ``warmup_tolerance`` and, where the device tells, their mean SM clocks by no more than
    ``warmup_clock_tolerance``; its cap ends it anyway and marks the process as not steady.
    Sampling ends with ``samples_min`` samples and ``seconds_min`` of device time, once the running median moved by no
    more than ``settled_tolerance`` over the last half; either cap ends it anyway. Before the warm-up a process waits until
    the device is within ``cool_celsius`` of where the block's first process began, at most ``cool_seconds``.
    """

    warmup_calls: int = 10
    warmup_seconds: float = 3.0
    warmup_window_seconds: float = 0.5
    warmup_tolerance: float = 0.005
    warmup_cap_seconds: float = 12.0
    samples_min: int = 30
    seconds_min: float = 1.0
    settled_tolerance: float = 0.002
    samples_cap: int = 2000
    seconds_cap: float = 10.0
    energy_seconds: float = 10.0
    process_timeout_seconds: float = 180.0
    warmup_clock_tolerance: float | None = later()
    cool_celsius: int | None = later()
    cool_seconds: float = later(0.0)


STANDARD = Protocol(
    warmup_window_seconds=1.0,
    warmup_clock_tolerance=0.01,
    energy_seconds=12.0,
    cool_celsius=2,
    cool_seconds=30.0,
)
"""The protocol of this version of the method. The defaults above are those of its first version, which had no cool-down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """The plan and how far it came. ``order_key`` seeds the shuffle of every block; ``controls`` are the cases run twice in it.

    ``block_wall_ns`` is the wall time of each block as the parent saw it: what its processes do not account for is the
    harness's own.
    """

    rule: str
    blocks_planned: int
    blocks_done: int
    stop: str
    order_key: int
    protocol: Protocol
    controls: tuple[str, ...] = later(())
    block_wall_ns: tuple[int, ...] = later(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """All blocks of a suite at one revision on one machine; ``calibration`` is the digest of the machine's, if it has one."""

    run_id: str
    machine: str
    suite: Suite
    source: Source
    created_utc: str
    harness_version: str
    label: str
    scope: str
    design: Design
    environment_sha256: str
    compare_sha256: str
    cases: tuple[Case, ...]
    left_out: tuple[LeftOut, ...] = ()
    calibration: str | None = later()
    files: dict[str, Stored] = field(default_factory=dict)
    method_version: int = METHOD_VERSION
    schema: str = RUN_SCHEMA


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The pins. Two runs compare only if every ``key`` pin is equal; ``informative`` pins are shown, not compared."""

    key: dict[str, dict[str, Pin]]
    informative: dict[str, dict[str, Pin]]
    missing: tuple[Missing, ...] = ()
    schema: str = ENVIRONMENT_SCHEMA
