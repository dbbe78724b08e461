"""Starts the process of a part, ahead of its turn where it imports torch, and turns its answer into readings.

Whatever happens to a process becomes the error of its part. A process that was started ahead and is no longer needed ends
when its input is closed.
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from chronicle.errors import ProblemsFound
from chronicle.harness.launch import without_folders
from chronicle.records import json_form
from chronicle.records.readings import READINGS_OF, Readings
from chronicle.records.run import Environment


@dataclass(frozen=True, slots=True)
class Answer:
    """What the process of a part gave: its readings and pins, or an error. ``plain`` is what no part's type describes."""

    readings: Readings | None
    plain: Any
    environment: Environment | None
    error: str | None


class Child:
    """A started process that waits for its job."""

    def __init__(self, needs_torch: bool) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "chronicle.harness.calibration.child", str(os.getpid()), "torch" if needs_torch else "bare"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )

    def answer(self, part: str, job: Mapping[str, Any], timeout_seconds: float) -> Answer:
        """Give it the job and wait for its end."""
        try:
            said, complaint = self._process.communicate(json.dumps({**job, "part": part}), timeout=timeout_seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return Answer(None, None, None, f"no answer within {timeout_seconds:g} s")
        except BaseException:  # Ctrl-C reaches only our own session
            self.kill()
            raise
        if self._process.returncode != 0 or not said.strip():
            last = complaint.strip().splitlines()[-1:] or ["no message"]
            error = f"the process ended with code {self._process.returncode}: {last[0][:300]}"
            return Answer(None, None, None, without_folders(error))
        return answer_of(part, json.loads(said.splitlines()[-1]))

    def kill(self) -> None:
        """End it and what it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def answer_of(part: str, reply: Mapping[str, Any]) -> Answer:
    """The reply of a part's process, checked against the types of its readings and pins."""
    if "error" in reply:
        return Answer(None, None, None, without_folders(str(reply["error"])))
    try:
        pins = reply["environment"]
        environment = json_form.from_bytes(Environment, json.dumps(pins).encode(), file="the process") if pins else None
        kind = READINGS_OF.get(part)
        readings = json_form.from_bytes(kind, json.dumps(reply["readings"]).encode(), file="the process") if kind else None
    except ProblemsFound as failure:
        return Answer(None, None, None, f"the answer is no record: {failure.problems[0].found}")
    return Answer(readings, reply["readings"], environment, None)


def job_of(device: str, pci_bus_id: str | None, salt: str, settings: Any) -> dict[str, Any]:
    """The job of every part, but for its name."""
    return {"device": device, "pci_bus_id": pci_bus_id, "salt": salt, "settings": dataclasses.asdict(settings)}
