"""The story that the tutorial tells: its shell blocks run in order in an empty folder, and the number leads to its record."""

from __future__ import annotations

import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from hostile import Seen

ROOT = Path(__file__).parents[2]
TUTORIAL = (ROOT / "docs" / "guides" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", TUTORIAL, re.MULTILINE | re.DOTALL)
SERVE = "mkdocs serve --open\n"
PATIENCE_SECONDS = 120


def environment() -> dict[str, str]:
    """A shell of somebody with a name: our Python first on PATH, and a browser that opens nothing."""
    people = {f"GIT_{role}_{part}": "me@example.org" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    folders = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    own = {"PATH": folders, "BROWSER": "true", "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    return os.environ | own | people | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which the tutorial's own command serves the site, on a port that is free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    command = [*SERVE.split(), "--dev-addr", place]
    with subprocess.Popen(command, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            yield f"http://{place}/"
        finally:
            process.terminate()


def answer(address: str) -> str:
    """The page at an address, as soon as there is one."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            with urlopen(address, timeout=PATIENCE_SECONDS) as reply:
                return str(reply.read().decode())
        except (URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"nothing answers at {address}")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder after every block of the tutorial; what it serves was looked at when it said so."""
    folder = tmp_path_factory.mktemp("tutorial") / "my-project"
    folder.mkdir()
    for block in BLOCKS:
        if block == SERVE:
            with served(folder) as address:
                assert "No episode yet." in answer(address)
            continue
        done = subprocess.run(["bash", "-e"], cwd=folder, env=environment(), input=block, capture_output=True, text=True)
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
    return folder


def test_two_commands_open_a_page() -> None:
    assert BLOCKS[:2] == ["chronicle init --git\n", SERVE]


def test_the_number_on_the_page_leads_to_the_record_that_was_committed(project: Path) -> None:
    report = (project / "site" / "reports" / "tr1" / "index.html").read_text(encoding="utf-8")
    href = re.findall(r'<a class="fact"[^>]*href="([^"]+)"', report)[0]
    page, _, anchor = href.partition("#")
    run = (project / "site" / "reports" / "tr1" / page).resolve()
    recorded = project / "bench" / "results" / run.relative_to(project / "site" / "runs") / "record.json"
    cases = {case["benchmark"] + str(case["parameters"]): case for case in json.loads(recorded.read_text())["cases"]}
    waits = [one["outcomes"]["wait_seconds"] for one in cases["simulated{'load_percent': 80}"]["processes"]]

    assert f'id="{anchor}"' in (run / "index.html").read_text(encoding="utf-8")
    assert (run / "record.json").read_bytes() == recorded.read_bytes()
    (shown,) = re.findall(r"a request waits ([\d.]+) ms", " ".join(Seen(report).text.split()))
    assert float(shown) == pytest.approx(1000 * statistics.median(waits), rel=0.01)
    tracked = subprocess.run(["git", "ls-files", "bench/results"], cwd=project, capture_output=True, text=True, check=True)
    assert recorded.relative_to(project).as_posix() in tracked.stdout.splitlines()


def test_the_claim_was_made_before_its_data_and_is_supported(project: Path) -> None:
    report = Seen((project / "site" / "reports" / "tr1" / "index.html").read_text(encoding="utf-8")).text
    claims = Seen((project / "site" / "claims" / "index.html").read_text(encoding="utf-8")).text

    assert "1 supported" in " ".join(report.split())
    assert "predicted before" in " ".join(claims.split())


def test_the_first_episode_tells_of_the_tutorial_s_own_commits(project: Path) -> None:
    (page,) = (project / "site" / "episodes").glob("e01-*/index.html")

    assert "docs: claim how long requests wait" in Seen(page.read_text(encoding="utf-8")).text
