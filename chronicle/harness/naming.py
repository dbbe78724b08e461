"""A name for the machine where nobody gave one: that under which its GPU was measured before, else the device's own words.

The name is a folder of records. Two boards of one kind would get one name, so whoever has several names them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from chronicle.harness.device import Device
from chronicle.harness.pins import cpu_model

ANY = "any-cpu"
"""The machine of studies, whose numbers depend on none."""


def name_of(device: Device, results: Path) -> str:
    """The one machine below ``results`` whose pins name this GPU; else the words of the device, a CPU's by its model."""
    if device.kind == "cpu":
        return slug_of(cpu_model() or "cpu")
    known = {machine for machine, name in _measured(results) if name == device.title}
    return known.pop() if len(known) == 1 else slug_of(device.title)


def slug_of(title: str) -> str:
    """``nvidia-h100-80gb-hbm3`` of ``NVIDIA H100 80GB HBM3``; a clock rate behind a processor's model is left out."""
    plain = re.sub(r"\((?:r|tm|c)\)|@.*$", " ", title.lower())
    return re.sub(r"[^a-z0-9]+", "-", plain)[:60].strip("-") or "cpu"


def _measured(results: Path) -> Iterator[tuple[str, str]]:
    """Machine and GPU of each kept set of pins that names one."""
    for path in sorted(results.glob("*/env/*.json")):
        try:
            name = json.loads(path.read_bytes())["key"]["gpu"]["name"]
        except (OSError, ValueError, LookupError, TypeError):
            continue
        yield path.parts[-3], name
