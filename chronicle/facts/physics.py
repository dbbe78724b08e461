"""The peaks a machine cannot exceed, computed from its pins; data sheets are never pasted, since they mix parts and sparsity.

Memory: bus width in bytes × memory clock × 2 transfers a clock. Matrix product: multiprocessors × operations a clock ×
the highest SM clock, with the operations a clock of the compute capability (NVIDIA Hopper architecture white paper, 2022:
dense bf16 4096 and fp32 256 a multiprocessor and clock).
"""

from __future__ import annotations

from dataclasses import dataclass

from chronicle.records.run import Environment, Pin

_FLOP_PER_CLOCK = {("9.0", "bf16"): 4096, ("9.0", "fp32"): 256}


@dataclass(frozen=True, slots=True)
class Peaks:
    """Computed peaks in SI units; None where the pins do not allow them, and ``reason`` then says why."""

    memory_bytes_per_second: float | None = None
    bf16_flop_per_second: float | None = None
    fp32_flop_per_second: float | None = None
    reason: str = ""

    def matrix_flop_per_second(self, formula: str) -> float | None:
        """The highest matrix peak for a counted formula: no product of any type can be faster than the fastest type."""
        return self.bf16_flop_per_second if formula.startswith("matmul/") else None

    def of(self, name: str) -> float | None:
        """A peak by name: ``memory``, ``bf16`` or ``fp32``."""
        named = {"memory": self.memory_bytes_per_second, "bf16": self.bf16_flop_per_second, "fp32": self.fp32_flop_per_second}
        return named.get(name)


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
    )


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
