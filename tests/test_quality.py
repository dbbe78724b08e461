"""The checkers find nothing: one test for each, so that a failure names the tool."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "tool",
    [
        pytest.param(["ruff", "check", "--no-cache", "."], id="ruff finds nothing"),
        pytest.param(["ruff", "format", "--no-cache", "--check", "."], id="ruff would format nothing"),
        pytest.param(["mypy"], id="mypy finds nothing", marks=pytest.mark.slow),
        pytest.param(["codespell_lib"], id="codespell finds nothing"),
    ],
)
def test_a_checker_finds_nothing(tool: list[str]) -> None:
    found = subprocess.run([sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True)

    assert found.returncode == 0, found.stdout + found.stderr
