"""What a running suite shows: the case at work, blocks done, and the time left by the blocks already measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from chronicle.harness.plan import Observer, Plan

if TYPE_CHECKING:
    from types import TracebackType

    from chronicle.records.run import Process, Run


class RunProgress(Observer):
    """An observer that draws a progress bar on standard error, one step a process."""

    def __init__(self, plan: Plan) -> None:
        columns = (
            TextColumn("{task.description}", justify="left", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
        )
        self._console = Console(stderr=True)
        self._bar = Progress(*columns, console=self._console)
        self._turns = plan.turns
        self._task = self._bar.add_task("starting", total=plan.stop.most * self._turns + len(plan.primes))

    def __enter__(self) -> RunProgress:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    def resumed(self, folder: Path, blocks_done: int) -> None:
        self._console.print(f"continuing {folder} after block {blocks_done}")
        self._bar.update(self._task, completed=blocks_done * self._turns)

    def process_started(self, block: int, order: int, case: str) -> None:
        self._bar.update(self._task, description=f"block {block + 1} {case}")

    def process_ended(self, case: str, process: Process) -> None:
        self._bar.advance(self._task)
        if process.error:
            self._console.print(f"{case}: {process.error}", markup=False, style="yellow")

    def block_written(self, run_now: Run, seconds: float, still_fit: int | None) -> None:
        done, planned = run_now.design.blocks_done, run_now.design.blocks_planned
        left = planned - done
        fits = (
            ""
            if still_fit is None or still_fit >= left
            else f"; {still_fit} more fit into the budget, {left - still_fit} do not"
        )
        self._console.print(f"block {done} of {planned} written after {seconds:.0f} s{fits}")
