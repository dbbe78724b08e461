"""The process of a study: one case, once, under one seed, in a fresh interpreter without torch or a GPU.

It reads and answers as the measured process does. A file below the bench folder that the study did not name in ``reads`` is
refused when it is opened: what is not named is not hashed, and a change of it would go unnoticed.
"""

from __future__ import annotations

import dataclasses
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chronicle.harness import pins
from chronicle.harness.answering import Diary, answer_with, numbers
from chronicle.harness.discover import load_suite

_SOURCES = (".py", ".pyc")


class UnnamedFileError(Exception):
    """A study opened a file below the bench folder that it does not name."""


@dataclass(frozen=True, slots=True)
class Job:
    """What the parent asks for: a case and its seed, None for a derived one."""

    bench: str
    suite: str
    benchmark: str
    parameters: dict[str, Any]
    seed: int | None
    launched_ns: int


def main() -> None:
    """Compute the job on standard input and answer on the original standard output."""
    answer_with(lambda plain: compute(Job(**plain)))


def compute(job: Job) -> dict[str, Any]:
    """The process record without its place in the run, and the pins."""
    diary = Diary(job.launched_ns)
    start = datetime.now(UTC).isoformat(timespec="seconds")
    sys.path.insert(0, job.bench)
    found = load_suite(Path(job.bench), job.suite).benchmark(job.benchmark)
    diary.ended("start")
    only_open(Path(job.bench).resolve(), found.reads)
    seeded = {} if job.seed is None else {"seed": job.seed}
    outcomes = numbers(job.benchmark, found.set_up(**job.parameters, **seeded), "a study returns")
    diary.ended("study")
    return {
        "process": {
            "start_utc": start,
            "seed": job.seed,
            "outcomes": outcomes,
            "phases": [dataclasses.asdict(phase) for phase in diary.phases],
        },
        "missing": [{"path": "time", "reason": "a study is computed, not timed"}],
        "environment": dataclasses.asdict(pins.capture_of_study()),
    }


def only_open(bench: Path, reads: tuple[str, ...]) -> None:
    """From now on, refuse every other file below the bench folder that is no source."""
    named = {(bench / one).resolve() for one in reads}

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" or not isinstance(arguments[0], str | bytes | os.PathLike):
            return
        path = Path(os.path.realpath(os.fsdecode(arguments[0])))
        if path.suffix in _SOURCES or "__pycache__" in path.parts or path in named or not path.is_relative_to(bench):
            return
        raise UnnamedFileError(f"{path.relative_to(bench).as_posix()} is not in the reads=[…] of the study")

    sys.addaudithook(look)


if __name__ == "__main__":
    main()
