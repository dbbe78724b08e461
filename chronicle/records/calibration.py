"""What a machine's clocks, sensors and ceilings are like, as found before it is measured with: ``chronicle.calibration/1``.

Units stand in the names, as in a run; rates are SI. ``findings`` is a cache: whoever reads a calibration computes it again
from the readings beside it. A finding that is not there is None or an empty list, and ``missing`` says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from chronicle.records.files import Stored
from chronicle.records.run import METHOD_VERSION, Missing, Source

CALIBRATION_SCHEMA = "chronicle.calibration/1"
CALIBRATIONS = "calibration"
READINGS = "readings.jsonl.gz"
"""Beside the record, below ``<results>/<machine>/calibration/<id>/``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How long each part of a calibration lasts; part of the method."""

    idle_settle_seconds: float = 4.0
    idle_window_seconds: float = 8.0
    polled_seconds: float = 4.0
    launches: int = 1000
    launch_repeats: int = 30
    event_pairs: int = 1500
    memory_most_b: int = 4 << 30
    ceiling_warmup_seconds: float = 0.4
    ceiling_seconds: float = 0.8
    matmul_n: int = 8192
    matmul_warmup_seconds: float = 1.5
    matmul_seconds: float = 2.0
    cache_repeats: int = 60
    step_load_seconds: float = 2.4
    step_pause_seconds: float = 2.4
    steps: int = 3
    wave_periods_ms: tuple[int, ...] = (53, 107, 211, 419, 809)
    wave_seconds: float = 3.0
    energy_seconds: float = 32.0
    hot_settle_seconds: float = 2.0
    spin_settle_seconds: float = 1.5
    spin_window_seconds: float = 3.0
    pairs: int = 6
    twin_copy_b: int = 1 << 30
    twin_warmup_seconds: float = 0.4
    twin_samples: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Median and quartiles of ``n`` readings, in the unit that the name of the field ends in."""

    median: float
    q1: float
    q3: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Median, lowest and highest of a few repetitions, in the unit that the name of the field ends in."""

    median: float
    lowest: float
    highest: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """The smallest difference each clock was seen to make, and what an empty measurement of it reads."""

    event_quantum_ns: int | None
    event_overhead_ns: Spread | None
    host_quantum_ns: int
    host_overhead_ns: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What one launch costs: ``eager`` and ``graph`` on the device, ``eager_host`` on the host, ``awaited`` both ways."""

    kind: str
    each_ns: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCost:
    call: str
    cost_ns: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAnswer:
    """One field id: whether it answers, and for a throttle counter whether it behaves as one (``is_confirmed``)."""

    field: int
    name: str
    unit: str
    code: int
    value_type: int
    value: int | None
    is_confirmed: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePeriod:
    """Time between changes of a sensor; ``poll_ns`` is how closely it was watched, ``longest_ns`` the longest wait."""

    source: str
    state: str
    period_ns: Spread
    longest_ns: int
    poll_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResponse:
    """When a power field had gone 10, 50 and 90 % of the way after the load began (``rise``) or ended (``fall``)."""

    source: str
    direction: str
    low_w: float
    high_w: float
    at_10_ns: Extent
    at_50_ns: Extent
    at_90_ns: Extent


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveAmplitude:
    """How much of a square wave's swing a power field still shows, as a share of the largest swing any field shows."""

    source: str
    period_ns: int
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AveragingWindow:
    """The boxcar that explains best what a power field showed; ``misfit`` is the mean error as a share of the swing."""

    source: str
    method: str
    window_ns: int
    misfit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IdlePower:
    """Board power from the energy counter over one window in a named state."""

    state: str
    power_w: float
    settle_ns: int
    window_ns: int
    temperature_c: int | None
    sm_mhz: int | None
    is_polled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyAgreement:
    """The counter over the integral of a power field in windows of ten seconds or more; ``gap`` is the worst off 1."""

    source: str
    ratio: Extent
    window_ns: int
    gap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowError:
    """Error of the energy of a call, 95th percentile over ``n`` windows of one length against the whole of the load."""

    window_ns: int
    is_aligned: bool
    error_p95: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """A rate in SI units per second: bytes for memory, operations for arithmetic."""

    name: str
    formula: str
    bytes_per_second: Spread | None
    flop_per_second: Spread | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheRatio:
    """How many times longer one kernel takes when its operands are not in the second-level cache."""

    cold_over_hot: float
    hot_ns: Spread
    cold_ns: Spread
    working_b: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The interval of the logarithm of the ratio of two equal things, and the smallest difference that may be claimed."""

    pairs: int
    log_ratio_median: float
    log_ratio_lo: float | None
    log_ratio_hi: float | None
    resolution: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything a calibration found, computed from its readings."""

    timers: Timers | None = None
    launches: tuple[Launch, ...] = ()
    read_costs: tuple[ReadCost, ...] = ()
    fields: tuple[FieldAnswer, ...] = ()
    supported_mask: int | None = None
    update_periods: tuple[UpdatePeriod, ...] = ()
    step_responses: tuple[StepResponse, ...] = ()
    wave_amplitudes: tuple[WaveAmplitude, ...] = ()
    averaging_windows: tuple[AveragingWindow, ...] = ()
    idle_power: tuple[IdlePower, ...] = ()
    energy_agreements: tuple[EnergyAgreement, ...] = ()
    window_errors: tuple[WindowError, ...] = ()
    claimable_window_ns: int | None = None
    ceilings: tuple[Ceiling, ...] = ()
    cache: CacheRatio | None = None
    resolution: Resolution | None = None
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part that was taken: when, how long it took with its processes, and the pins of the process that measured."""

    name: str
    start_utc: str
    wall_ns: int
    environment_sha256: str
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """One calibration of one device under one stack."""

    calibration_id: str
    machine: str
    device: str
    device_hash: str | None
    created_utc: str
    source: Source
    harness_version: str
    settings: Settings
    environment_sha256: str
    compare_sha256: str
    parts: tuple[Part, ...]
    findings: Findings
    left_out: tuple[Missing, ...] = ()
    files: dict[str, Stored] = field(default_factory=dict)
    label: str = "measured"
    scope: str = "device"
    method_version: int = METHOD_VERSION
    schema: str = CALIBRATION_SCHEMA
