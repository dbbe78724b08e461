"""How to take a measurement again: the commands that repeat a run, or one case of it, at its own revision."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from chronicle.facts.pins import told
from chronicle.pages.writing import Markdown
from chronicle.records.recorded import RecordedRun
from chronicle.records.run import LEFT_OUT_BY, Case, Run


def commands(recorded: RecordedRun, case: Case | None = None) -> list[str]:
    """The lines to paste: back to the revision, then the same cases on such a device by the same rule."""
    run = recorded.run
    chosen = ":".join([run.suite.name, *([",".join(names)] if (names := _benchmarks(run, case)) else [])])
    axes = _axes(run) if case is None else _point(case)
    device = "cuda" if "gpu" in recorded.environment.key else "cpu"
    words = ["chronicle", "bench", "run", chosen, *axes, "--machine", run.machine, "--device", device]
    words += ["--rule", run.design.rule, *(["--quick"] if run.design.protocol.energy_seconds == 0 else []), "--new"]
    lines = [shlex.join(["git", "checkout", run.source.revision])] if run.source.revision else []
    told_so = [f"{name}={shlex.quote(value)}" for name, value in told(recorded.environment.key).items()]
    return [line.replace("`", "") for line in (*lines, " ".join([*told_so, shlex.join(words)]))]


def command_block(lines: Sequence[str]) -> Markdown:
    """Commands as a code block that can be copied."""
    return Markdown("```sh\n" + "\n".join(lines) + "\n```")


def reproduce(recorded: RecordedRun) -> Markdown:
    """The commands that repeat a whole run, as such a block."""
    return command_block(commands(recorded))


def _benchmarks(run: Run, case: Case | None) -> list[str]:
    """Those a run was begun with: also the ones of which its selection left no case."""
    if case is not None:
        return [case.benchmark]
    unasked = (one.case.partition("[")[0] for one in run.left_out if one.reason.startswith(LEFT_OUT_BY))
    return sorted({*(one.benchmark for one in run.cases), *unasked})


def _axes(run: Run) -> list[str]:
    """The ``-p`` and ``--without`` a run was begun with, as the reasons of the cases it left out state them."""
    reasons = [one.reason.removeprefix(LEFT_OUT_BY) for one in run.left_out if one.reason.startswith(LEFT_OUT_BY)]
    try:
        words = shlex.split(reasons[0]) if reasons else []
    except ValueError:  # a quote that a stranger's record leaves open
        return []
    pairs = zip(words[::2], words[1::2], strict=False)
    return [word for option, value in pairs if option in {"-p", "--without"} and "=" in value for word in (option, value)]


def _point(case: Case) -> list[str]:
    """The ``-p AXIS=VALUE`` that leave this case alone."""
    return [word for name, value in sorted(case.parameters.items()) for word in ("-p", f"{name}={value}")]
