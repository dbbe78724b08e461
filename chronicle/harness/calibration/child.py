"""The measured process of one part of a calibration: reads a job, takes the part, writes one line of JSON.

Called with the parent's process id and ``torch`` or ``bare``: torch is imported before the job is read, so that a process
may be started while the one before it still measures. Only the standard library, torch and NVML are loaded here.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chronicle.harness import nvml, pins
from chronicle.harness.answering import die_with
from chronicle.harness.calibration import load_parts, quick_parts
from chronicle.harness.calibration.stand import Stand
from chronicle.records.calibration import Settings

_PARTS: dict[str, Callable[[Stand], Any]] = {
    "board": quick_parts.board,
    "timers": quick_parts.timers,
    "ceilings": quick_parts.ceilings,
    "step": load_parts.step,
    "wave": load_parts.wave,
    "energy": load_parts.energy,
    "twin": quick_parts.twin,
    "pins": lambda stand: None,
}


@dataclass(frozen=True, slots=True)
class Job:
    """What the parent asks for: a part, a device, how long, and where this machine keeps its salt."""

    part: str
    device: str
    pci_bus_id: str | None
    salt: str
    settings: dict[str, Any]


def main() -> None:
    """Take the part named on standard input and answer on the original standard output."""
    die_with(int(sys.argv[1]))
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        torch = _torch() if sys.argv[2] == "torch" else None
        job = Job(**json.loads(sys.stdin.read()))
        reply = take(job, torch)
    except Exception as failure:
        traceback.print_exc()
        reply = {"error": f"{type(failure).__name__}: {failure}"[:400]}
    answer.write(json.dumps(reply, allow_nan=False) + "\n")
    answer.flush()


def take(job: Job, torch: Any) -> dict[str, Any]:
    """The readings of the part, and the pins of this process where torch tells the device."""
    start = datetime.now(UTC).isoformat(timespec="seconds")
    stated: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in job.settings.items()}
    gpu, why = nvml.open_gpu(job.pci_bus_id) if job.pci_bus_id else (None, "the device is the CPU")
    if torch is not None and job.device.startswith("cuda"):
        torch.cuda.set_device(job.device)
    environment = pins.capture(torch, job.device, gpu, why, Path(job.salt)) if torch is not None else None
    readings = _PARTS[job.part](Stand(torch, job.device, gpu, job.pci_bus_id, Settings(**stated)))
    return {
        "start_utc": start,
        "environment": dataclasses.asdict(environment) if environment else None,
        "readings": readings if readings is None or isinstance(readings, list) else dataclasses.asdict(readings),
    }


def _torch() -> Any:
    import torch

    return torch


if __name__ == "__main__":
    main()
