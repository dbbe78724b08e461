"""One rank of a case that runs in several: it measures in step with the others, and rank 0 writes the answer of all.

Called by torch's elastic launcher with the folder that holds the job. On GPUs a rank has the device of its number, and NCCL; a
processor they share, and speak gloo. Sensors are read before and after, on each rank's own device.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from chronicle.harness.answering import die_with, said_of
from chronicle.harness.child import Job, measure
from chronicle.harness.ranked import ANSWER, JOB
from chronicle.records import run


class Together:
    """The ranks through ``torch.distributed``; ``own`` are the durations that this rank saw itself."""

    def __init__(self, torch: Any, device: str) -> None:
        self._torch, self._device = torch, device
        self.own: list[int] = []

    def slowest(self, durations: list[int]) -> list[int]:
        self.own += durations
        agreed = self._torch.tensor(durations, dtype=self._torch.int64, device=self._device)
        self._torch.distributed.all_reduce(agreed, op=self._torch.distributed.ReduceOp.MAX)
        return [int(one) for one in agreed.tolist()]


def main(place: Path) -> None:
    """Measure the job of the folder with the other ranks."""
    die_with(os.getppid())
    plain = json.loads((place / JOB).read_text())
    rank = int(os.environ["RANK"])
    try:
        answers = _measured(plain, rank)
    except Exception as failure:
        said = {"ns": time.monotonic_ns(), "error": f"rank {rank}: {said_of(failure, plain['bench'])}"}
        (place / f"failed-{rank}.json").write_text(json.dumps(said))
        raise
    if answers is not None:
        (place / ANSWER).write_text(json.dumps(answers, allow_nan=False))


def _measured(plain: dict[str, Any], rank: int) -> dict[str, Any] | None:
    """The answer of all at rank 0, None at the others."""
    import torch

    job = Job(**{**plain, "protocol": run.Protocol(**plain["protocol"])})
    device, bus = ("cpu", None) if job.device == "cpu" else _device_of(torch, rank)
    patience = timedelta(seconds=max(10.0, job.protocol.process_timeout_seconds / 2))
    torch.distributed.init_process_group("gloo" if device == "cpu" else "nccl", timeout=patience)
    company = Together(torch, device)
    own = Job(**{**plain, "protocol": job.protocol, "device": device, "pci_bus_id": bus})
    answer = measure(own, company)
    said = {"rank": rank, "median_ns": _median(company, answer), "device_hash": _hash(answer)}
    everyone: list[Any] = [None] * torch.distributed.get_world_size()
    torch.distributed.all_gather_object(everyone, said)
    with suppress(RuntimeError):
        torch.distributed.destroy_process_group()
    answer["process"]["ranks"] = everyone
    return answer if rank == 0 else None


def _device_of(torch: Any, rank: int) -> tuple[str, str | None]:
    """The device of a rank, and where it sits on the PCI bus. Raises RuntimeError where there are fewer devices than ranks."""
    if rank >= torch.cuda.device_count():
        raise RuntimeError(f"there are {torch.cuda.device_count()} GPUs, and rank {rank} wants one of its own")
    torch.cuda.set_device(rank)
    found = torch.cuda.get_device_properties(rank)
    return f"cuda:{rank}", f"{found.pci_domain_id:08x}:{found.pci_bus_id:02x}:{found.pci_device_id:02x}.0"


def _median(company: Together, answer: dict[str, Any]) -> int:
    """The rank's own median over as many of its last durations as samples were kept."""
    return round(statistics.median(company.own[-len(answer["samples"]) :]))


def _hash(answer: dict[str, Any]) -> Any:
    return answer["environment"]["informative"].get("gpu", {}).get("device_hash")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
