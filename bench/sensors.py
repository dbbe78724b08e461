"""The instrument before what it measures: idle power in three states, the sensors after a step, the counter in short windows.

A process gives one answer of each kind, so that an answer has an interval over processes; ``chronicle bench calibrate`` takes
the same readings once and keeps them whole.
"""

from chronicle import axis, benchmark

SETTLE_SECONDS, QUIET_SECONDS = 3.0, 6.0
NO_IDLE = {"hot_settle_seconds": 0.0, "idle_window_seconds": 0.2, "spin_settle_seconds": 0.0, "spin_window_seconds": 0.2}


@benchmark(title="Idle power in three states", devices=["cuda"])
@axis("state", ["no context", "context", "spin"])
def idle(device, state):
    """Board power between ticks of the counter while nobody reads a sensor; ``spin`` is a kernel of one block that waits."""
    from chronicle.facts.energy_windows import idle_power
    from chronicle.harness.calibration import load_parts
    from chronicle.harness.calibration.stand import quiet_window

    stand = standing(device, has_context=state != "no context")
    quiet = load_parts.spin(stand) if state == "spin" else quiet_window(stand.gpu, state, SETTLE_SECONDS, QUIET_SECONDS)
    found = idle_power(quiet)
    if found is None:
        raise RuntimeError(f"the energy counter gives no power: {quiet.reason or 'it stood still or went back'}")
    return {"idle_watts": found.power_w}


@benchmark(title="The power sensors after a step of the load", devices=["cuda"])
def step(device):
    """Five steps from idle to a product of matrices: the slowest arrival of the instant field, the usual one of the average."""
    from chronicle.facts.power_sensors import step_responses
    from chronicle.harness.calibration import load_parts

    return rises(step_responses(load_parts.step(standing(device, steps=5))))


@benchmark(title="The energy counter against the power sensors, and in short windows", devices=["cuda"])
def counter(device):
    """One steady load: counter over integral in windows of ten seconds, and the error of the energy of a call by window."""
    from chronicle.facts.energy_windows import energy_agreements, window_errors
    from chronicle.harness.calibration import load_parts

    readings = load_parts.energy(standing(device, energy_seconds=22.0, **NO_IDLE))
    return gaps(list(energy_agreements(readings)), list(window_errors(readings)))


def standing(device, has_context=True, **settings):
    """The stand of a calibration on this device; without a context torch is asked in a process of its own, and ends."""
    from chronicle.harness.calibration.stand import Stand
    from chronicle.harness.device import find_device
    from chronicle.harness.nvml import open_gpu
    from chronicle.records.calibration import Settings

    place = find_device(device).pci_bus_id
    gpu, why = open_gpu(place) if place else (None, "torch does not tell where it sits on the PCI bus")
    if gpu is None:
        raise RuntimeError(f"{device} has no sensors that can be read: {why}")
    torch = None
    if has_context:
        import torch

        torch.zeros((), device=device)
    return Stand(torch, device, gpu, place, Settings(**settings))


def rises(responses):
    """Seconds until nine tenths of the step were read: the slowest of the instant field, the median of the average field."""
    found = {one.source: one.at_90_ns for one in responses if one.direction == "rise"}
    return {"instant_rise_seconds": found["instant"].highest / 1e9, "average_rise_seconds": found["average"].median / 1e9}


def gaps(agreements, errors):
    """The worst disagreement in ten seconds by power field, the error of a tenth of a second, and where claims may begin."""
    from chronicle.facts.energy_windows import claimable_window_ns

    gap = {one.source: one.gap for one in agreements}
    short = {one.is_aligned: one.error_p95 for one in errors if one.window_ns == 10**8}
    claimable = claimable_window_ns(errors)
    if claimable is None:
        raise RuntimeError("no window of up to ten seconds knows the energy of a call to two percent")
    return {
        "instant_gap_ratio": gap["instant"],
        "average_gap_ratio": gap["average"],
        "tenth_of_a_second_error_ratio": short[False],
        "claimable_window_seconds": claimable / 1e9,
    }
