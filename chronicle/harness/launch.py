"""Starts the measured process of one case, and turns what it answers into the record of a process.

Whatever a benchmark does (raise, hang, exit, return something odd) becomes the ``error`` of its process, never the end of
the run. Messages lose the folders they name: a record is published, and a path tells who measured.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

from chronicle.errors import ProblemsFound
from chronicle.harness.store import RunFolder
from chronicle.records import json_form, run
from chronicle.records.run import REPLICATE, SAMPLES, TELEMETRY
from chronicle.records.workload import Workload

Record = TypeVar("Record")

_FOLDERS = re.compile(r"(?<![\w.])(?:~|[A-Za-z]:)?(?:[/\\][^\s/\\'\":,;()\[\]]+)+[/\\](?=[^\s/\\])")


_VISIBLE = "CUDA_VISIBLE_DEVICES"

MEASURED, STUDIED, RANKED = "chronicle.harness.child", "chronicle.harness.studied", "chronicle.harness.ranked"
"""The modules that answer: one case measured, one case of a study computed, one case measured in several ranks."""


def answer_of(job: Mapping[str, Any], timeout_seconds: float, module: str = MEASURED) -> dict[str, Any]:
    """Run the job by the module in a fresh interpreter; its reply, or ``error`` with the reason where there is none."""
    alone = _alone(job) if module == MEASURED else {}
    job = {**job, "device": "cuda:0"} if alone else job
    launched = time.monotonic_ns()
    with subprocess.Popen(
        [sys.executable, "-m", module, str(os.getpid())],
        env=os.environ | alone,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as child:
        try:
            answer, said = child.communicate(json.dumps({**job, "launched_ns": launched}), timeout=timeout_seconds)
        except subprocess.TimeoutExpired:
            _kill_group(child)
            return {"error": f"no answer within {timeout_seconds:g} s"}
        except BaseException:  # Ctrl-C reaches only our own session
            _kill_group(child)
            raise
    if child.returncode != 0 or not answer.strip():
        last = said.strip().splitlines()[-1:] or ["no message"]
        return {"error": f"the process ended with code {child.returncode}: {last[0][:300]}"}
    return dict(json.loads(answer.splitlines()[-1]))


def _alone(job: Mapping[str, Any]) -> dict[str, str]:
    """The variable that lets the process see its own GPU only, which is then ``cuda:0`` there, and current without a word.

    Streams, graphs and memory counters are those of the current device: on a second one a suite would time the first.
    """
    kind, _, place = str(job.get("device", "cpu")).partition(":")
    if kind != "cuda":
        return {}
    seen = os.environ.get(_VISIBLE, "").split(",")
    return {_VISIBLE: seen[int(place)].strip() if seen != [""] else place}


def _kill_group(child: subprocess.Popen[str]) -> None:
    """Kill the child, not yet waited for, and the processes it started: they would disturb the next one."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def recorded(
    folder: RunFolder, reply: Mapping[str, Any], block: int, order: int, role: str = REPLICATE
) -> tuple[run.Process, run.Environment | None, Workload | None]:
    """The process, its pins and its workload; samples and telemetry are held in the folder for the block's commit."""
    if "error" in reply:
        return _failed(block, order, role, reply["error"]), None, None
    try:
        environment = _checked(run.Environment, reply["environment"])
        workload = _checked(Workload, reply["workload"]) if "workload" in reply else None
        place = {"block": block, "order": order, "role": role, "environment_sha256": json_form.digest(environment)}
        process = _checked(run.Process, place | _with_lines(folder, reply) | {"missing": reply["missing"]})
    except ProblemsFound as failure:
        return _failed(block, order, role, f"the answer is no record: {failure.problems[0].found}"), None, None
    folder.keep_environment(environment)
    if process.time is not None:
        folder.append(SAMPLES, reply["samples"])
    if process.energy is not None and process.energy.telemetry_line is not None:
        folder.append(TELEMETRY, reply["telemetry"])
    return process, environment, workload


def without_folders(message: str) -> str:
    """The message with every absolute path cut down to its last part: ``no file …/weights.pt``."""
    return _FOLDERS.sub("…/", message)


def _failed(block: int, order: int, role: str, error: str) -> run.Process:
    stamp = datetime.now(UTC).isoformat(timespec="seconds")
    return run.Process(
        block=block, order=order, role=role, start_utc=stamp, environment_sha256="", error=without_folders(error)
    )


def _with_lines(folder: RunFolder, reply: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of the process, naming the lines that its samples and telemetry are going to have."""
    parts = dict(reply["process"])
    if "time" in parts:
        parts["time"] = parts["time"] | {"samples_line": len(folder.lines[SAMPLES])}
    if parts.get("energy") and reply["telemetry"]:
        parts["energy"] = parts["energy"] | {"telemetry_line": len(folder.lines[TELEMETRY])}
    return parts


def _checked(kind: type[Record], plain: Mapping[str, Any]) -> Record:
    return json_form.from_bytes(kind, json.dumps(plain).encode(), file="the measured process")
