"""How a process started by the harness takes its job and answers, and where its time went.

The job is JSON on standard input. The answer is one line of JSON on what was standard output; whatever else is printed goes
to standard error, and a failure is an answer too.
"""

from __future__ import annotations

import json
import math
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from pathlib import Path
from typing import Any

from chronicle.records import circumstances
from chronicle.records.provenance import is_metric

_PR_SET_PDEATHSIG = 1  # linux/prctl.h

Plain = dict[str, Any]


@dataclass(slots=True)
class Diary:
    """Where the time of this process went: each phase lasts from the end of the one before."""

    last_ns: int
    phases: list[circumstances.Phase] = field(default_factory=list)

    def ended(self, name: str) -> None:
        """The phase of that name ends now."""
        now = time.monotonic_ns()
        self.phases.append(circumstances.Phase(name=name, ns=now - self.last_ns))
        self.last_ns = now


def answer_with(work: Callable[[Plain], Plain]) -> None:
    """Do the work that standard input asks for, answer, and end. The first argument names the parent to die with."""
    if len(sys.argv) > 1:
        die_with(int(sys.argv[1]))
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    job = json.loads(sys.stdin.read())
    try:
        reply = work(job)
    except Exception as failure:
        traceback.print_exc()
        reply = {"error": said_of(failure, job["bench"])}
    answer.write(json.dumps(reply, allow_nan=False) + "\n")
    answer.flush()
    sys.stderr.flush()
    os._exit(0)  # taking torch and its context down by hand costs half a second; the driver does it anyway


def die_with(parent: int) -> None:
    """Be killed as soon as the parent ends, also by SIGKILL: nobody would read the answer. Only Linux offers this.

    A parent that ended before the request is noticed by its process id, which is no longer that of our parent.
    """
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def numbers(name: str, outcomes: Any, returns: str = "outcomes are") -> dict[str, float]:
    """What a benchmark gave as plain numbers. Raises TypeError or ValueError for what is none, or named as no metric is."""
    if not isinstance(outcomes, Mapping) or not outcomes:
        raise TypeError(f"{name} returned {type(outcomes).__name__}; {returns} {{metric: number, …}}")
    for metric, value in outcomes.items():
        if not isinstance(metric, str) or not is_metric(metric):
            raise ValueError(f"{name} names an outcome {metric!r:.40}; a metric is written cost_dollars_per_hour")
        if not isinstance(value, Real) or isinstance(value, bool) or not math.isfinite(value):
            raise ValueError(f"{name} gives {metric} = {value!r:.40}; an outcome is a finite number")
    return {metric: float(value) for metric, value in sorted(outcomes.items())}


def said_of(failure: Exception, bench: str) -> str:
    """The failure in one line, with where in the user's own code it happened: ``ValueError: … (decode.py:31)``."""
    frames = traceback.extract_tb(failure.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(bench)]
    place = f" ({Path(own[-1].filename).relative_to(bench).as_posix()}:{own[-1].lineno})" if own else ""
    return f"{type(failure).__name__}: {failure}"[:400] + place
