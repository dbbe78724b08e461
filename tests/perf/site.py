"""What a site costs beside a plain Material build of the Markdown that it produced, in interleaved rounds.

    PYTHONPATH=.:tests:tests/perf python tests/perf/site.py [--commits 1000] [--episodes 300] [--reports 75] [--charts 200]

The project is made from a seed: a history, episodes that cite its commits, and reports with facts, claims and charts over a
recorded run. Each way builds as a whole process; the first build of ours fills the caches and stands apart. CPU seconds are
compared, because wall seconds on a shared machine are those of its neighbours too. Nothing here is asserted: it prints
medians, ratios, the largest pages, and where the time of our own stages goes.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recorded import record, suite
from synthetic import make_repository

ROOT = Path(__file__).parents[2]
CASES = 24
COMMON = """\
site_name: x
site_url: http://127.0.0.1/
theme: {name: material, font: false, features: [navigation.prune, navigation.instant, navigation.tracking]}
markdown_extensions: [admonition, attr_list, footnotes, md_in_html, tables, toc, pymdownx.details, pymdownx.highlight,
  pymdownx.superfences, pymdownx.tasklist]
nav: [index.md, {nav}]
"""
PARAGRAPH = (
    "The cache holds what the step before has left, and the step after it reads no more than that. A reader who wants to know "
    "why the time of a token falls when the shapes no longer grow finds it in the order of the writes, not in their number. "
)


@dataclass(frozen=True)
class Cost:
    """Seconds and memory of one command and of what it started."""

    wall: float
    cpu: float
    megabytes: float


def main() -> None:
    asked = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        place = asked.at or Path(scratch)
        ours = make_project(place, asked)
        first = run(ours, "mkdocs", "build", "-q", "--strict")
        say("first build, empty caches", [first])
        plain = plain_copy(ours, place / "plain")
        ours_again: list[Cost] = []
        theirs: list[Cost] = []
        for turn in range(asked.rounds):
            ways = [(ours, ours_again), (plain, theirs)]
            for folder, costs in ways if turn % 2 else reversed(ways):
                costs.append(run(folder, "mkdocs", "build", "-q"))
        say("second build, charts cached", ours_again)
        say("plain build of the same Markdown", theirs)
        pairs = list(zip(ours_again, theirs, strict=True))
        print(f"CPU ratio {statistics.median(one.cpu / other.cpu for one, other in pairs):.2f} (limit 1.3), ", end="")
        print(f"wall ratio {statistics.median(one.wall / other.wall for one, other in pairs):.2f}")
        weigh(ours / "site")
        rebuild(ours)


def arguments() -> argparse.Namespace:
    options = argparse.ArgumentParser()
    options.add_argument("--commits", type=int, default=1000)
    options.add_argument("--episodes", type=int, default=300)
    options.add_argument("--reports", type=int, default=75)
    options.add_argument("--charts", type=int, default=200)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--at", type=Path, help="keep the project in this folder")
    return options.parse_args()


def make_project(place: Path, asked: argparse.Namespace) -> Path:
    """The project, in a git repository of its own, beside the history that its episodes tell of."""
    ours = place / "ours"
    if ours.exists():
        return ours
    history = make_repository(place / "history.git", asked.commits)
    revisions = git(history, "rev-list", "main").split()
    suite(ours / "bench", "decode")
    chance = random.Random(1)
    record(ours / "bench", "decode", "gpu", {f"v{number}": 1 + chance.random() for number in range(CASES)})
    write(ours / "docs/index.md", "---\nkind: page\n---\n# Home\n\n{{ episodes() }}\n\n{{ reports() }}\n")
    for number in range(1, asked.episodes + 1):
        write(ours / f"docs/episodes/e{number}.md", episode(number, revisions[number % 900 : number % 900 + 3]))
    for number in range(1, asked.reports + 1):
        charts = asked.charts // asked.reports + (number <= asked.charts % asked.reports)
        write(ours / f"docs/reports/r{number}.md", report(number, charts))
    plugins = "plugins: [search, chronicle: {repositories: {history: ../history.git}}]\n"
    write(ours / "mkdocs.yml", COMMON.replace("{nav}", "reports/index.md, episodes/index.md") + plugins)
    git(ours, "init", "-q", "-b", "main")
    git(ours, "add", "-A")
    git(ours, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-q", "-m", "docs: begin")
    return ours


def episode(number: int, revisions: Sequence[str]) -> str:
    front = f"kind: episode\nseries: Told\nseason: {1 + number // 60}\nnumber: {number}\ntitle: Part {number}\ntype: feat\n"
    commits = "".join(f"  - {one}\n" for one in revisions)
    parts = "".join(f"## Part {place}\n\n{PARAGRAPH * 6}\n\n- **one** thing\n- `another`\n\n" for place in range(5))
    head = f"---\n{front}date: 2026-01-01\nrepository: history\ncommits:\n{commits}---\n"
    return f"{head}# Part {number}\n\n{parts}{{{{ metrics() }}}}\n"


def report(number: int, charts: int) -> str:
    """A report of some twelve kilobytes of prose with two claims, four facts and a few charts."""
    chosen = [f'"impl": "v{(number + place) % CASES}"' for place in range(4)]
    claims = "".join(
        f"  - id: claim-{number}-{place}\n    says: It takes less than a second.\n"
        f"    holds: 'median(\"call_seconds\", where={{{chosen[place]}}}) <= 1'\n"
        for place in range(2)
    )
    facts = "".join(f'It takes {{{{ fact("call_seconds", where={{{one}}}) }}}}.\n\n' for one in chosen)
    pictures = "".join(
        f'{{{{ chart("distribution", "call_seconds", title="Chart {place} of {number}", where={{{chosen[place % 4]}}}) }}}}\n\n'
        for place in range(charts)
    )
    parts = "".join(f"## Part {place}\n\n{PARAGRAPH * 12}\n\n" for place in range(4))
    front = f"kind: report\nid: TR{number}\ntitle: Report {number}\nversion: '1.0'\nstatus: published\ndate: 2026-01-02\n"
    return (
        f"---\n{front}authors: [A]\nevidence: [decode]\nclaims:\n{claims}---\n# Report {number}\n\n{{{{ claims() }}}}\n\n"
        f"{facts}{pictures}{parts}"
    )


def plain_copy(ours: Path, plain: Path) -> Path:
    """What the build produced, as a project without the plugin."""
    if not plain.exists():
        shutil.copytree(ours / "docs", plain / "docs")
        shutil.copytree(ours / ".chronicle" / "stage", plain / "docs", dirs_exist_ok=True)
        write(plain / "mkdocs.yml", (ours / "mkdocs.yml").read_text().split("plugins:")[0] + "plugins: [search]\n")
    return plain


def run(folder: Path, *words: str) -> Cost:
    began = time.perf_counter()
    own = {**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    child = subprocess.Popen(
        [sys.executable, "-m", *words], cwd=folder, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert child.stderr is not None
    said = child.stderr.read().decode()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(said)
    return Cost(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def say(name: str, costs: Sequence[Cost]) -> None:
    wall, cpu = (statistics.median(values) for values in zip(*((one.wall, one.cpu) for one in costs), strict=True))
    print(f"{name}: wall {wall:.1f} s, CPU {cpu:.1f} s, memory {max(one.megabytes for one in costs):.0f} MB", flush=True)


def weigh(site: Path) -> None:
    """The largest pages, and which pages would load the chart library."""
    pages = sorted(site.rglob("*.html"), key=lambda page: -page.stat().st_size)
    with_charts = [page for page in pages if 'class="chart"' in (text := page.read_text()) or "chart " in text]
    print(f"{len(pages)} pages, {len(with_charts)} with charts; the largest:")
    for page in pages[:5]:
        print(f"  {page.stat().st_size / 1000:.0f} kB {page.relative_to(site)}")


def rebuild(ours: Path) -> None:
    """What our own stages cost where a host keeps the plugin and one episode is edited."""
    from chronicle import site
    from chronicle.memory import Memory
    from chronicle.pages.imprint import Imprint
    from chronicle.refresh import refresh

    cache, published = ours / ".chronicle/cache", Imprint(name="x", site_url="http://127.0.0.1/")
    history = {"history": ours.parent / "history.git"}
    inputs = site.Inputs(ours, ours / "docs", history, ours / "bench", cache, {}, published)
    memory, page = Memory(), ours / "docs/episodes/e7.md"
    for turn in range(4):
        page.write_text(page.read_text() + f"\nAn edit, the {turn}th.\n")
        began, since = time.process_time(), time.perf_counter()
        refresh(inputs, ours / ".chronicle", memory)
        cpu, wall = time.process_time() - began, time.perf_counter() - since
        words = "one episode edited" if turn else "nothing in memory yet"
        print(f"own stages, {words}: CPU {cpu:.2f} s, wall {wall:.2f} s")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def git(path: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(path), *words], capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    main()
