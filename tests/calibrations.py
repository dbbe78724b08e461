"""A whole calibration of a simulated GPU for tests, written as the harness writes one."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path
from typing import Any

from boards import MS, board, burst, square_wave, steps
from runs import H100, REVISION

from chronicle.facts.calibration import findings
from chronicle.harness.calibration.folder import CalibrationFolder
from chronicle.records import json_form
from chronicle.records.calibration import Calibration, Part, Settings
from chronicle.records.readings import (
    READINGS_OF,
    BoardReadings,
    CacheSamples,
    CeilingReadings,
    Edge,
    EnergyReadings,
    FieldReadings,
    LaunchSamples,
    Quiet,
    RateSamples,
    Readings,
    ReadSamples,
    ResolutionReadings,
    StepReadings,
    TimerReadings,
    TwinProcess,
    Wave,
    WaveReadings,
)
from chronicle.records.run import Environment, Source
from chronicle.version import __version__

NS = 1_000_000_000
ID = "20261123T003000Z-0a1b2c3d"
TWIN_FACTORS = (1.000, 1.001, 0.999, 1.002, 0.998, 1.0005)


def quiet(state: str, watts: float) -> Quiet:
    edges = [Edge(ns=at * NS, before_ns=at * NS - 4 * MS, energy_mj=round(watts * at * 1000)) for at in (10, 18)]
    return Quiet(
        state=state,
        settle_ns=4 * NS,
        first=edges[0],
        last=edges[1],
        temperature_c=31,
        sm_mhz=345,
        processes=0,
        reason="",
    )


def field(number: int, code: int = 0, first: int | None = 1000, second: int | None = 1000, kind: int = 3) -> FieldReadings:
    first, second = (first, second) if code == 0 else (None, None)
    return FieldReadings(
        field=number, code=code, value_type=kind, first=first, second=second, between_ns=20 * NS, latency_us=40
    )


def waves() -> WaveReadings:
    starts = {period: 20_000 + 3_300 * place for place, period in enumerate((53, 107, 211, 419, 809))}
    found = [
        Wave(period_ns=period * MS, start_ns=at * MS, end_ns=(at + 3000) * MS, bursts=tuple(square_wave(period, at)))
        for period, at in starts.items()
    ]
    every = [one for wave in found for one in wave.bursts]
    return WaveReadings(waves=tuple(found), streams=board(every).watched(19 * NS, 37 * NS))


def steady() -> EnergyReadings:
    moments = tuple(range(10 * NS, 42 * NS + 1, 20 * MS))
    return EnergyReadings(
        progress_ns=moments,
        progress_calls=tuple(10 * place for place in range(len(moments))),
        streams=board([burst(10_000, 42_000)], gain=1.004).watched(9 * NS, 43 * NS),
        hot=quiet("idle_hot", 118.0),
        spin=quiet("spin", 131.5),
    )


@functools.cache
def readings() -> dict[str, Readings]:
    """Every part of a calibration of a board like an H100."""
    pairs = [
        TwinProcess(pair=pair, twin=twin, order=2 * pair + place, ns=(round(1_000_000 * factor),) * 5)
        for pair, drift in enumerate(TWIN_FACTORS)
        for place, (twin, factor) in enumerate((("A", 1.0), ("B", drift)))
    ]
    return {
        "board": BoardReadings(
            fields=(field(74), field(75), field(76, code=3), field(186, first=90_000, kind=1), field(269), field(251, code=3)),
            supported_mask=0x1FF,
            mask=1,
            reads=(ReadSamples(call="energy counter", ns=(4_000_000, 4_100_000, 3_900_000), reason=""),),
            idle=quiet("idle_cold", 70.0),
            streams=board([]).watched(10 * NS, 14 * NS, ("energy", "instant", "average", "usage")),
        ),
        "timers": TimerReadings(
            event_pairs_ns=(1024, 1056, 1024, 1088),
            event_spans_ns=(2048, 4096, 4128),
            host_steps_ns=(60, 61, 60, 70),
            launches=(
                LaunchSamples(kind="eager", kernels=1000, ns=(2_100_000, 2_110_000, 2_090_000)),
                LaunchSamples(kind="graph", kernels=1000, ns=(900_000, 910_000, 905_000)),
            ),
            idle=quiet("idle_warm", 112.0),
        ),
        "ceilings": CeilingReadings(
            rates=(
                RateSamples(name="copy", formula="copy/1", bytes=8 << 30, flop=None, warmup_ns=NS, ns=(2_900_000, 2_910_000)),
                RateSamples(
                    name="matmul bf16", formula="matmul/1", bytes=None, flop=2 * 8192**3, warmup_ns=NS, ns=(1_600_000,) * 3
                ),
            ),
            cache=CacheSamples(l2_b=50 << 20, working_b=12 << 20, hot_ns=(3000, 3100), cold_ns=(7000, 7200)),
        ),
        "step": StepReadings(
            bursts=tuple(steps()), streams=board(steps()).watched(10 * NS, 27 * NS, ("energy", "instant", "average", "usage"))
        ),
        "wave": waves(),
        "energy": steady(),
        "resolution": ResolutionReadings(processes=tuple(pairs)),
    }


def environment() -> Environment:
    """The pins of the committed run of the H100."""
    (first, *_) = sorted((H100.parent / "env").glob("*.json"))
    return json_form.from_bytes(Environment, first.read_bytes(), file=first.name)


def write_calibration(results: Path, machine: str = "h100-sxm", left_out: tuple[str, ...] = (), **changes: Any) -> Path:
    """A calibration below ``results`` with all parts but those left out; its folder is given."""
    pins = environment()
    taken = {part: one for part, one in readings().items() if part not in left_out}
    absent = dict.fromkeys(left_out, "the budget had 3 s left")
    folder = CalibrationFolder(results / machine / "calibration" / ID)
    folder.readings = dict(taken)
    digest = folder.keep_environment(pins)
    plain = Calibration(
        calibration_id=ID,
        machine=machine,
        device="NVIDIA H100 80GB HBM3",
        device_hash=None,
        created_utc="2026-11-23T00:30:00+00:00",
        source=Source(revision=REVISION, dirty=False, stated_by="git"),
        harness_version=__version__,
        settings=Settings(),
        environment_sha256=digest,
        compare_sha256=json_form.digest(pins.key),
        parts=tuple(
            Part(name=part, start_utc="2026-11-23T00:30:00+00:00", wall_ns=NS, environment_sha256=digest)
            for part in READINGS_OF
            if part in taken
        ),
        findings=findings(taken, absent),
    )
    kept = folder.keep(dataclasses.replace(plain, **changes))
    if not left_out:
        folder.seal(kept)
    return folder.path
