"""Finds the device to measure without creating a context on it: a process that asks torch, and ends.

A context in the parent would count as another tenant in every measured process.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from chronicle.errors import ChronicleError

_PROBE = """
import json, torch
found = {}
if torch.cuda.is_available():
    for i in range(torch.cuda.device_count()):
        p = torch.cuda.get_device_properties(i)
        found[f"cuda:{i}"] = [p.name, f"{p.pci_domain_id:08x}:{p.pci_bus_id:02x}:{p.pci_device_id:02x}.0"]
print(json.dumps(found))
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


def find_device(name: str | None) -> Device:
    """The named device; without a name the first GPU, or the CPU where there is none.

    Raises :class:`ChronicleError` when torch is missing or the device is not there.
    """
    found = _cuda_devices()
    chosen = name or next(iter(found), "cpu")
    if chosen == "cpu":
        return Device("cpu", "CPU", None)
    chosen = f"{chosen}:0" if chosen == "cuda" else chosen
    if chosen not in found:
        raise ChronicleError(f"no device {chosen!r}", hint=f"torch sees: {', '.join(['cpu', *found])}")
    title, pci_bus_id = found[chosen]
    return Device(chosen, title, pci_bus_id)


def _cuda_devices() -> dict[str, tuple[str, str]]:
    done = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        if "No module named 'torch'" in done.stderr:
            raise ChronicleError(
                "torch is not installed, and benchmarks need it", hint="pip install 'chimera-chronicle[bench]'"
            )
        raise ChronicleError(f"torch does not start: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
    return {name: (title, bus) for name, (title, bus) in json.loads(done.stdout.splitlines()[-1]).items()}
