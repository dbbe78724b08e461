"""How fast a history is mined, against plain ``git log`` and against PyDriller, in interleaved rounds.

    python tests/perf/history.py PATH [--rounds 3] [--pydriller /path/to/python] [--kills 20]
    python tests/perf/history.py --synthetic 28500 [--at /tmp/synthetic.git]

Every round runs each way once, in shuffled order, as a whole process: ours begins with an empty cache and ends with the
store on disk. Wall seconds are compared within rounds; CPU seconds of all processes stand beside them, because on a
shared machine a way that uses two cores loses more to its neighbours than one that uses a single core. Nothing here is
asserted: it prints medians and ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from synthetic import make_repository

ROOT = Path(__file__).parents[2]
_MINE = """
import json, resource, sys
from chronicle.cli import cli
cli(['mine', sys.argv[1], '--cache', sys.argv[2], '--quiet'], standalone_mode=False)
print(json.dumps({'own_megabytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                  'git_megabytes': resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024}))
"""
_LOAD = """
import json, sys, time
import pandas, numpy
from pathlib import Path
from chronicle.evidence.git import Repository
from chronicle.evidence.history import open_store
from chronicle.evidence.history_columns import Columns
from chronicle.evidence.history_tables import build_tables
from chronicle.facts.commits import commit_table
from chronicle.evidence.history import read_history
repository = Repository.open(Path(sys.argv[1]))
began = time.perf_counter()
with open_store(repository, Path(sys.argv[2])) as store:
    commits, files = build_tables(Columns(store.blocks()), repository.head)
loaded = time.perf_counter() - began
history = read_history(Path(sys.argv[1]), name='x', cache=Path(sys.argv[2]))
began = time.perf_counter()
commit_table(history)
print(json.dumps({'load': loaded, 'facts': time.perf_counter() - began, 'commits': len(commits), 'files': len(files),
                  'added': int(files['added'].sum()), 'removed': int(files['removed'].sum())}))
"""
_PYDRILLER = """
import sys, time
from pydriller import Repository
revisions = sys.argv[2].split()
began = time.perf_counter()
rows = 0
for commit in Repository(sys.argv[1], only_commits=revisions).traverse_commits():
    for change in commit.modified_files:
        rows += change.added_lines + change.deleted_lines
print((time.perf_counter() - began) / len(revisions))
"""


def main() -> None:
    asked = arguments()
    path = make_repository(asked.at, asked.synthetic) if asked.synthetic else asked.path
    count = int(git(path, "rev-list", "--count", "HEAD"))
    print(f"{path}: {count:,} commits, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {git(path, 'version')}")
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        # As installed: with compiled modules, which an environment for development may forbid to write.
        os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(place / "compiled")}
        python("import pandas, git, chronicle.evidence.git_workers")
        full_history(path, place, asked.rounds, count)
        refreshes(path, place, asked.rounds)
        loading(path, place / "cache", asked.rounds)
        if asked.pydriller:
            against_pydriller(path, place, asked.pydriller, count)
        if asked.kills:
            killed(path, place, asked.kills)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("path", nargs="?", type=Path, help="a git repository")
    parser.add_argument("--synthetic", type=int, metavar="COMMITS", help="make a repository of so many commits instead")
    parser.add_argument("--at", type=Path, default=Path(tempfile.gettempdir()) / "chronicle-synthetic.git")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pydriller", help="a Python that has PyDriller")
    parser.add_argument("--kills", type=int, default=0, help="SIGKILL a mine at so many random moments")
    asked = parser.parse_args()
    if not (asked.path or asked.synthetic):
        parser.error("a PATH or --synthetic is needed")
    return asked


def full_history(path: Path, place: Path, rounds: int, count: int) -> None:
    reports: list[dict[str, float]] = []

    def ours() -> None:
        shutil.rmtree(place / "cache", ignore_errors=True)
        reports.append(json.loads(python(_MINE, str(path), str(place / "cache"))))

    def plain() -> None:
        with Path(os.devnull).open("wb") as nowhere:
            subprocess.run(["git", "-C", str(path), "log", "--raw", "--numstat", "-M"], stdout=nowhere, check=True)

    wall, cpu = interleaved({"git log --raw --numstat -M": plain, "chronicle mine": ours}, rounds)
    for way in wall:
        rate = count / median(wall[way])
        print(f"{way:28} {median(wall[way]):8.2f} s wall {median(cpu[way]):8.2f} s cpu {rate:9,.0f} commits/s")
    plain_wall, ours_wall = wall.values()
    plain_cpu, ours_cpu = cpu.values()
    ratios = [b / a for a, b in zip(plain_wall, ours_wall, strict=True)]
    print(f"ratio to plain log, wall: {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    print(f"ratio to plain log, cpu: {median(ours_cpu) / median(plain_cpu):.2f}")
    own, largest = (max(report[key] for report in reports) for key in ("own_megabytes", "git_megabytes"))
    print(f"memory: own {own:.0f} MB, largest git {largest:.0f} MB")


def refreshes(path: Path, place: Path, rounds: int) -> None:
    nothing = [clocked(lambda: python(_MINE, str(path), str(place / "cache"))) for _ in range(max(5, rounds))]
    print(f"refresh, nothing new: {median(nothing) * 1000:.0f} ms whole process ({min(nothing) * 1000:.0f} at best)")
    behind = place / "behind.git"
    subprocess.run(["git", "clone", "-q", "--bare", "--shared", str(path), str(behind)], check=True)
    head, older = git(path, "rev-parse", "HEAD"), git(path, "rev-list", "--skip=100", "--max-count=1", "HEAD")
    (behind / "HEAD").write_text(older + "\n")
    python(_MINE, str(behind), str(place / "behind"))
    kept = place / "kept"
    shutil.copytree(place / "behind", kept)
    times = []
    for _ in range(rounds):
        shutil.rmtree(place / "behind")
        shutil.copytree(kept, place / "behind")
        (behind / "HEAD").write_text(head + "\n")
        times.append(clocked(lambda: python(_MINE, str(behind), str(place / "behind"))))
    print(f"refresh, 100 commits back: {median(times) * 1000:.0f} ms whole process")


def loading(path: Path, cache: Path, rounds: int) -> None:
    found = [json.loads(python(_LOAD, str(path), str(cache))) for _ in range(max(3, rounds))]
    load, facts = median([f["load"] for f in found]), median([f["facts"] for f in found])
    commits = found[0]["commits"]
    print(f"load: {load * 1000:.0f} ms for {commits:,} commits and {found[0]['files']:,} rows "
          f"({load / commits * 1e5:.2f} s per 100,000 commits); facts {facts * 1000:.0f} ms; "
          f"added {found[0]['added']:,}, removed {found[0]['removed']:,}; "
          f"on disk {sum(f.stat().st_size for f in cache.rglob('*.sqlite')) / 1e6:.1f} MB")  # fmt: skip


def against_pydriller(path: Path, place: Path, interpreter: str, count: int) -> None:
    """PyDriller on three windows of 30 commits, at 10, 50 and 90 % of history; ours on all of it."""
    revisions = git(path, "rev-list", "--no-merges", "HEAD").split()
    per_commit = []
    for share in (0.1, 0.5, 0.9):
        window = " ".join(revisions[int(len(revisions) * share) :][:30])
        done = subprocess.run([interpreter, "-c", _PYDRILLER, str(path), window], capture_output=True, text=True, check=True)
        per_commit.append(float(done.stdout))
    shutil.rmtree(place / "cache", ignore_errors=True)
    ours = clocked(lambda: python(_MINE, str(path), str(place / "cache"))) / count
    theirs = statistics.mean(per_commit)
    print(f"PyDriller: {theirs * 1000:.1f} ms a commit, ours {ours * 1000:.3f} ms: {theirs / ours:.0f} times")


def killed(path: Path, place: Path, kills: int) -> None:
    """Kill a mine at random moments; the store that grows out of all of them must read like an undisturbed one."""
    whole = clocked(lambda: python(_MINE, str(path), str(place / "whole")))
    expected = json.loads(python(_LOAD, str(path), str(place / "whole")))
    differing = 0
    for _ in range(kills):
        shutil.rmtree(place / "killed", ignore_errors=True)
        process = subprocess.Popen(
            [sys.executable, "-c", _MINE, str(path), str(place / "killed")], cwd=ROOT, start_new_session=True
        )
        time.sleep(random.uniform(0, whole))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        python(_MINE, str(path), str(place / "killed"))
        found = json.loads(python(_LOAD, str(path), str(place / "killed")))
        differing += any(found[key] != expected[key] for key in ("commits", "files", "added", "removed"))
    print(f"SIGKILL at {kills} random moments: {differing} differing tables")


def interleaved(ways: dict[str, Callable[[], None]], rounds: int) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    wall: dict[str, list[float]] = {name: [] for name in ways}
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name in random.sample(list(ways), len(ways)):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            wall[name].append(clocked(ways[name]))
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu[name].append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return wall, cpu


def clocked(way: Callable[[], object]) -> float:
    began = time.perf_counter()
    way()
    return time.perf_counter() - began


def python(program: str, *words: str) -> str:
    done = subprocess.run([sys.executable, "-c", program, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def git(path: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(path), *words], capture_output=True, text=True, check=True).stdout.strip()


def median(values: list[float]) -> float:
    return statistics.median(values)


if __name__ == "__main__":
    main()
