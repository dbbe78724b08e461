"""The peaks a machine cannot exceed, computed from its pins; data sheets are never pasted, since they mix parts and sparsity.

Memory: bus width in bytes × memory clock × 2 transfers a clock. Matrix product: multiprocessors × operations a clock ×
the highest SM clock, with the operations a clock of the compute capability (NVIDIA Hopper architecture white paper, 2022:
dense bf16 4096 and fp32 256 a multiprocessor and clock; NVIDIA A100 architecture white paper, 2020: 2048 and 128).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chronicle.records.calibration import Findings
from chronicle.records.run import Environment, Parameter, Pin
from chronicle.records.workload import Workload

_FLOP_PER_CLOCK = {("9.0", "bf16"): 4096, ("9.0", "fp32"): 256, ("8.0", "bf16"): 2048, ("8.0", "fp32"): 128}


@dataclass(frozen=True, slots=True)
class Peaks:
    """Computed peaks in SI units; None where the pins do not allow them, and ``reason`` then says why."""

    memory_bytes_per_second: float | None = None
    bf16_flop_per_second: float | None = None
    fp32_flop_per_second: float | None = None
    reason: str = ""
    max_sm_mhz: float | None = None

    def matrix_flop_per_second(self, formula: str, sm_mhz: float | None = None) -> float | None:
        """The highest matrix peak for a counted formula: no product of any type can be faster than the fastest type.

        With ``sm_mhz`` it is the peak at that clock.
        """
        if not formula.startswith("matmul/") or self.bf16_flop_per_second is None:
            return None
        share = sm_mhz / self.max_sm_mhz if sm_mhz and self.max_sm_mhz else 1.0
        return self.bf16_flop_per_second * share

    def of(self, name: str) -> float | None:
        """A peak by name: ``memory``, ``bf16`` or ``fp32``."""
        named = {"memory": self.memory_bytes_per_second, "bf16": self.bf16_flop_per_second, "fp32": self.fp32_flop_per_second}
        return named.get(name)


@dataclass(frozen=True, slots=True)
class Ceilings:
    """What the machine was measured to give at most, in SI units; None where that was not measured."""

    memory_bytes_per_second: float | None = None
    bf16_flop_per_second: float | None = None


def peaks_of(environment: Environment) -> Peaks:
    """The peaks of the machine with these pins. On a CPU there are none: no pin tells its memory channels or vector width."""
    gpu = environment.key.get("gpu")
    if gpu is None:
        return Peaks(reason="no formula from pins alone for a CPU; the measured ceilings stand instead")
    memory = _product(gpu.get("memory_bus_bits"), 1 / 8, gpu.get("max_memory_mhz"), 1e6, 2)
    return Peaks(
        memory_bytes_per_second=memory,
        bf16_flop_per_second=_matrix(gpu, "bf16"),
        fp32_flop_per_second=_matrix(gpu, "fp32"),
        reason="" if memory else "the driver did not tell the bus width or the memory clock",
        max_sm_mhz=_product(gpu.get("max_sm_mhz")),
    )


def measured_ceilings(found: Findings) -> Ceilings:
    """The highest rates a calibration saw: of memory in any of its patterns, and of its bf16 matrix product."""
    memory = [one.bytes_per_second.median for one in found.ceilings if one.bytes_per_second is not None]
    matrix = [one.flop_per_second.median for one in found.ceilings if one.flop_per_second is not None]
    return Ceilings(max(memory, default=None), max(matrix, default=None))


def miscounted(work: Workload, parameters: dict[str, Parameter]) -> str:
    """What is wrong with the count of a workload, or nothing: its formula has no name and version, or a known one disagrees.

    ``matmul/1`` is 2·m·n·k operations, with the parameters of the case of those names; ``n`` stands for the ones not given.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*/[0-9]+", work.formula):
        return f"{work.formula!r} is no name/version of a counting rule"
    if work.formula.startswith("none/") and (work.bytes or work.flop):
        return "bytes or operations are counted by no rule"
    n = parameters.get("n")
    if work.formula != "matmul/1" or work.flop is None or not isinstance(n, int):
        return ""
    m, k = (size if isinstance(size := parameters.get(name, n), int) else n for name in ("m", "k"))
    return "" if work.flop == 2 * m * n * k else f"{work.flop} operations are counted, and 2·m·n·k is {2 * m * n * k}"


def _matrix(gpu: dict[str, Pin], kind: str) -> float | None:
    per_clock = _FLOP_PER_CLOCK.get((str(gpu.get("compute_capability")), kind))
    return _product(gpu.get("multiprocessors"), per_clock, gpu.get("max_sm_mhz"), 1e6)


def _product(*factors: Pin) -> float | None:
    total = 1.0
    for factor in factors:
        if not isinstance(factor, int | float):
            return None
        total *= factor
    return total
