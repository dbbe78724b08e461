"""Finds the device to measure without creating a context on it: a process that asks torch, and ends.

A context in the parent would count as another tenant in every measured process.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from chronicle.errors import ChronicleError
from chronicle.harness.nvml import gpu_names

_PROBE = """
import json, torch
found = {}
if torch.cuda.is_available():
    for i in range(torch.cuda.device_count()):
        p = torch.cuda.get_device_properties(i)
        place = [getattr(p, name, None) for name in ("pci_domain_id", "pci_bus_id", "pci_device_id")]
        found[f"cuda:{i}"] = [p.name, None if None in place else "{:08x}:{:02x}:{:02x}.0".format(*place)]
print(json.dumps({"version": torch.__version__, "cuda": torch.version.cuda, "devices": found}))
"""


@dataclass(frozen=True, slots=True)
class Device:
    """A torch device name, what it is called, and where it sits on the PCI bus (None on a CPU)."""

    name: str
    title: str
    pci_bus_id: str | None

    @property
    def kind(self) -> str:
        return self.name.partition(":")[0]


CPU = Device("cpu", "CPU", None)


@dataclass(frozen=True, slots=True)
class Torch:
    """What torch says of itself: its version, the CUDA it was built for (None for a CPU build), and the GPUs it can use."""

    version: str
    cuda: str | None
    devices: dict[str, tuple[str, str | None]]


def find_device(name: str | None) -> Device:
    """The named device; without a name the first GPU, or the CPU where there is none. The CPU needs no torch.

    Raises :class:`ChronicleError` when torch is missing, the device is not there, or the driver has a GPU torch cannot use.
    """
    if name == "cpu":
        return CPU
    torch = ask_torch()
    chosen = {None: next(iter(torch.devices), "cpu"), "cuda": "cuda:0"}.get(name, name or "cpu")
    if chosen == "cpu":
        _require_no_gpu(torch)
        return CPU
    if chosen not in torch.devices:
        raise ChronicleError(f"no device {chosen!r}", hint=f"torch sees: {', '.join(['cpu', *torch.devices])}")
    title, pci_bus_id = torch.devices[chosen]
    return Device(chosen, title, pci_bus_id)


def _require_no_gpu(torch: Torch) -> None:
    """A run meant for the GPU must not become one of the CPU, unasked, because torch cannot use what is there."""
    names, _ = gpu_names()
    if names:
        built = f"built for CUDA {torch.cuda}" if torch.cuda else "built for the CPU alone"
        raise ChronicleError(
            f"the driver has {names[0]}, and torch {torch.version}, {built}, cannot use it",
            hint="install a torch with CUDA (https://pytorch.org/get-started/locally/), or say --device cpu",
        )


def ask_torch() -> Torch:
    """Ask torch in a process of its own. Raises :class:`ChronicleError` where it is not installed or does not start."""
    done = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        if "No module named 'torch'" in done.stderr:
            raise ChronicleError(
                "torch is not installed, and no GPU is measured without it",
                hint="pip install 'chimera-chronicle[bench]', or say --device cpu for a suite that needs no torch",
            )
        raise ChronicleError(f"torch does not start: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
    plain = json.loads(done.stdout.splitlines()[-1])
    devices = {name: (title, bus) for name, (title, bus) in plain["devices"].items()}
    return Torch(plain["version"], plain["cuda"], devices)
