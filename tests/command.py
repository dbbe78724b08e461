"""The command ``chronicle``, called in this process or in one of its own; either is answered as a finished process is."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from chronicle.cli import main

Done = subprocess.CompletedProcess[str]
WIDE = {"COLUMNS": "200"}


def chronicle(folder: Path, *arguments: str, **variables: str) -> Done:
    """Call it in this process with ``folder`` as the current one: what is printed, and the exit code."""
    said, complained = StringIO(), StringIO()
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["chronicle", *arguments])
        for name, value in {**WIDE, **variables}.items():
            patch.setenv(name, value)
        stack.enter_context(redirect_stdout(said))
        stack.enter_context(redirect_stderr(complained))
        code = _exit_code()
    return Done(arguments, code, said.getvalue(), complained.getvalue())


def _exit_code() -> int:
    try:
        main()
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    return 0


def chronicle_process(folder: Path, *arguments: str, **variables: str) -> Done:
    """Call it as a shell does."""
    command = [sys.executable, "-m", "chronicle", *arguments]
    return subprocess.run(command, cwd=folder, env={**os.environ, **WIDE, **variables}, capture_output=True, text=True)
