"""What a command is to measure, and who is told while it does."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from chronicle.harness.discover import Point
from chronicle.harness.rules import Rule, rule_of
from chronicle.records import run


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be measured, where, and how often.

    ``controls`` and ``primes`` are the keys of the cases that run twice in every block, and once before the first.
    """

    bench: Path
    results: Path
    suite: str
    points: tuple[Point, ...]
    left_out: tuple[run.LeftOut, ...]
    machine: str
    device: str
    pci_bus_id: str | None
    rule: str
    source: run.Source
    salt: Path
    budget_seconds: float | None = None
    protocol: run.Protocol = field(default_factory=lambda: run.STANDARD)
    is_new: bool = False
    controls: tuple[str, ...] = ()
    primes: tuple[str, ...] = ()
    calibration: str | None = None

    @property
    def stop(self) -> Rule:
        return rule_of(self.rule)

    @property
    def turns(self) -> int:
        """Processes in a block."""
        return len(self.points) + len(self.controls)


class Observer:
    """Told what happens while a run goes on; the default says nothing."""

    def resumed(self, folder: Path, blocks_done: int) -> None:
        """A run that was cut off is being continued."""

    def process_started(self, block: int, order: int, case: str) -> None:
        """One child process begins."""

    def process_ended(self, case: str, process: run.Process) -> None:
        """One child process ended; ``process.error`` says so if it failed."""

    def block_written(self, run_now: run.Run, seconds: float, still_fit: int | None) -> None:
        """A block is on disk; so many more blocks fit into the budget, None where there is none."""
