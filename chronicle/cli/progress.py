"""What a running suite or calibration shows: the case or part at work, what is done, and the time left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from chronicle.harness.calibration import calibrate
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


class CalibrationProgress(calibrate.Observer):
    """An observer that draws a progress bar on standard error, as long as the time the parts take."""

    def __init__(self, plan: calibrate.Plan) -> None:
        self._console = Console(stderr=True)
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("of about {task.total:.0f} s"),
        )
        self._bar = Progress(*columns, console=self._console)
        self._expected = {part: calibrate.expected_seconds(part, plan.settings, plan.is_gpu) for part in plan.parts}
        self._task = self._bar.add_task("starting", total=sum(self._expected.values()))

    def __enter__(self) -> CalibrationProgress:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    def resumed(self, folder: Path, parts: tuple[str, ...]) -> None:
        self._console.print(f"continuing {folder} after {', '.join(parts) or 'no part'}", markup=False)
        self._bar.advance(self._task, sum(self._expected.get(part, 0.0) for part in parts))

    def still_holds(self, folder: Path, taken_utc: str) -> None:
        self._console.print(f"{folder} of {taken_utc[:10]} still holds; --new takes another", markup=False)
        self._bar.update(self._task, visible=False)

    def part_started(self, part: str, expected_seconds: float) -> None:
        self._bar.update(self._task, description=part)

    def part_ended(self, part: str, seconds: float, error: str | None) -> None:
        self._bar.advance(self._task, self._expected[part])
        words = f"{part} failed after {seconds:.0f} s: {error}" if error else f"{part} written after {seconds:.0f} s"
        self._console.print(words, markup=False, style="yellow" if error else None)

    def part_left_out(self, part: str, reason: str) -> None:
        self._console.print(f"{part} left out: {reason}", markup=False, style="yellow")
