"""The parts of a calibration that load the device and watch the power sensors: step, square wave, steady energy."""

from __future__ import annotations

import time
from typing import Any

from chronicle.harness.calibration.stand import NS, Load, Stand, quiet_window
from chronicle.records.readings import Burst, EnergyReadings, Quiet, StepReadings, Wave, WaveReadings

_SPIN_CHUNK_SECONDS = 0.05


def step(stand: Stand) -> StepReadings:
    """Pause, load, pause, load …, each long enough for the slowest field to arrive."""
    load, rule = Load(stand), stand.settings
    bursts = []
    with stand.watching("energy", "instant", "average", "usage") as streams:
        time.sleep(rule.step_pause_seconds)
        for _ in range(rule.steps):
            bursts.append(load.burst(rule.step_load_seconds))
            time.sleep(rule.step_pause_seconds)
    return StepReadings(bursts=tuple(bursts), streams=tuple(streams))


def wave(stand: Stand) -> WaveReadings:
    """Square waves whose periods share no factor with the sensors' tick, so that every phase of them is seen."""
    load, rule = Load(stand), stand.settings
    waves = []
    load.burst(0.2)
    with stand.watching("instant", "average") as streams:
        for period in rule.wave_periods_ms:
            waves.append(_wave(load, period * 1_000_000, rule.wave_seconds))
    return WaveReadings(waves=tuple(waves), streams=tuple(streams))


def _wave(load: Load, period_ns: int, seconds: float) -> Wave:
    start = time.monotonic_ns()
    bursts: list[Burst] = []
    while (due := start + len(bursts) * period_ns) < start + seconds * NS:
        time.sleep(max(0.0, (due - time.monotonic_ns()) / NS))
        bursts.append(load.burst(period_ns / 2 / NS))
    end = start + len(bursts) * period_ns
    time.sleep(max(0.0, (end - time.monotonic_ns()) / NS))
    return Wave(period_ns=period_ns, start_ns=start, end_ns=time.monotonic_ns(), bursts=tuple(bursts))


def energy(stand: Stand) -> EnergyReadings:
    """A long steady load; then, with the device hot and the context alive, idle, and one block that spins."""
    load, rule = Load(stand), stand.settings
    with stand.watching("energy", "instant", "average") as streams:
        moments, calls = load.hold(rule.energy_seconds)
    return EnergyReadings(
        progress_ns=tuple(moments),
        progress_calls=tuple(calls),
        streams=tuple(streams),
        hot=_hot(stand),
        spin=spin(stand),
    )


def _hot(stand: Stand) -> Quiet:
    if stand.gpu is None:
        return _without("idle_hot", "the device is no GPU that NVML knows")
    return quiet_window(stand.gpu, "idle_hot", stand.settings.hot_settle_seconds, stand.settings.idle_window_seconds)


def spin(stand: Stand) -> Quiet:
    """Idle while a kernel of one block waits in a loop, as a process that polls for work does."""
    if stand.gpu is None or not stand.is_cuda:
        return _without("spin", "the device is no GPU that NVML knows")
    rule, torch = stand.settings, stand.torch
    cycles, chunks = _spin_chunks(stand, rule.spin_settle_seconds + rule.spin_window_seconds + 1.5)
    for _ in range(chunks):
        torch.cuda._sleep(cycles)
    end: Any = torch.cuda.Event()
    end.record()
    found = quiet_window(stand.gpu, "spin", rule.spin_settle_seconds, rule.spin_window_seconds)
    is_done = end.query()
    torch.cuda.synchronize(stand.device)
    return _without("spin", "the kernels ended before the window did") if is_done else found


def _spin_chunks(stand: Stand, seconds: float) -> tuple[int, int]:
    """Cycles of one kernel and how many of them, by the rate that the device spins at now."""
    timer, cycles = stand.timer(), 20_000_000
    took = min(timer.group(lambda: stand.torch.cuda._sleep(cycles), 1, 3))
    per_chunk = round(cycles * _SPIN_CHUNK_SECONDS * NS / max(1, took))
    return per_chunk, round(seconds / _SPIN_CHUNK_SECONDS)


def _without(state: str, reason: str) -> Quiet:
    return Quiet(
        state=state, settle_ns=0, first=None, last=None, temperature_c=None, sm_mhz=None, processes=None, reason=reason
    )
