"""``chronicle mine`` and ``chronicle metrics``: the history of any repository, from the command line."""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from chronicle.errors import Problem
    from chronicle.facts.commit_metrics import CommitMetrics

_cache_option = click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".chronicle/cache"),
    show_default=True,
    help="Folder that keeps what was mined; safe to delete.",
)


@click.command()
@click.argument("repositories", nargs=-1, metavar="[[NAME=]PATH]...")
@click.option("-C", "--repository", "also", type=str, multiple=True, metavar="PATH", help="A repository; may be repeated.")
@_cache_option
@click.option("--fresh", is_flag=True, help="Forget what is kept and read everything again.")
@click.option("--quiet", is_flag=True, help="Print only what could not be read.")
def mine(repositories: tuple[str, ...], also: tuple[str, ...], cache: Path, fresh: bool, quiet: bool) -> None:
    """Read the history of git repositories into the cache, or bring it up to date.

    Without an argument: the repository of the current folder. Exit code 1 if something could not be read.
    """
    from chronicle.errors import ChronicleError

    problems: list[Problem] = []
    failed = False
    for name, path in _named(repositories + also or (".",)):
        try:
            problems += _mine_one(name, path, cache, fresh=fresh, quiet=quiet)
        except ChronicleError as failure:
            failed = True
            click.echo(f"{_printable(name)}: {failure}", err=True)
    for problem in problems:
        click.echo(f"{_printable(problem.file)}: {_printable(problem.found)}\n  {problem.hint}", err=True)
    if problems or failed:
        sys.exit(1)


def _mine_one(name: str, path: Path, cache: Path, *, fresh: bool, quiet: bool) -> tuple[Problem, ...]:
    from chronicle.evidence.git import Repository
    from chronicle.evidence.history import open_store, problems_of, refresh

    began = time.perf_counter()
    repository = Repository.open(path)
    with open_store(repository, cache) as store:
        if fresh:
            store.reset()
        with _progress(name, shown=not quiet) as progress:
            done = refresh(repository, store, progress=progress)
        seconds = time.perf_counter() - began
        if not quiet:
            click.echo(_mined_text(_printable(name), done.head, done.mined, store.commits(), seconds))
            if done.was_rewritten:
                click.echo(f"{_printable(name)}: history was rewritten; commits no longer on HEAD are kept and marked")
            for folder in repository.borrowed_from:
                click.echo(f"{_printable(name)}: objects are borrowed from {_printable(folder)}")
    return problems_of(done.unread, name)


def _mined_text(name: str, head: str | None, mined: int, held: int, seconds: float) -> str:
    if head is None:
        return f"{name}: no commits yet"
    if not mined:
        return f"{name}@{head[:12]}: nothing new, {held:,} commits known ({seconds * 1000:.0f} ms)"
    return f"{name}@{head[:12]}: {mined:,} commits read in {seconds:.2f} s ({mined / seconds:,.0f} a second), {held:,} known"


@click.command()
@click.argument("range_", metavar="A..B", default="HEAD")
@click.option("-C", "--repository", type=click.Path(path_type=Path), default=Path(), help="Path of the repository.")
@click.option("--name", default="", help="What to call the repository; by default the name of its folder.")
@_cache_option
@click.option("--no-cache", is_flag=True, help="Keep nothing on disk.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "markdown"]),
    default="table",
    show_default=True,
    help="How to print them.",
)
def metrics(range_: str, repository: Path, name: str, cache: Path, no_cache: bool, form: str) -> None:
    """Print what a range of commits changed.

    A..B is what B has and A has not; a single commit, tag or branch, or a list separated by commas, works too.
    Exit code 1 if some of the commits could not be read in full.
    """
    from chronicle.evidence.git import Repository
    from chronicle.evidence.history import read_history
    from chronicle.facts.commit_metrics import range_metrics

    revisions = Repository.open(repository).range(range_)
    with _progress(name, shown=sys.stderr.isatty()) as progress:
        history = read_history(
            repository,
            name=name or _name_of(repository),
            cache=None if no_cache else cache,
            progress=progress,
            tips=revisions[:1],
        )
    found = range_metrics(history, revisions)
    click.echo(_FORMS[form](found, history.name))
    for problem in history.skipped:
        click.echo(f"{_printable(problem.file)}: {_printable(problem.found)}", err=True)
    if found.missing or found.unreadable_files:
        click.echo(f"{len(found.missing)} commits and {found.unreadable_files} files of this range could not be read", err=True)
        sys.exit(1)


def _rows(found: CommitMetrics) -> list[tuple[str, str]]:
    from chronicle.units import signed

    complexity = (
        "–" if found.complexity_median is None else f"median {found.complexity_median:g}, largest {found.complexity_max}"
    )
    uncounted = {"binary": found.binary_files, "generated": found.generated_files, "unreadable": found.unreadable_files}
    return [
        ("Commits", f"{found.commits:,}" + (f" ({found.merges:,} merges)" if found.merges else "")),
        ("Authors", f"{found.authors:,}" + (f" and {found.co_authors:,} co-authors" if found.co_authors else "")),
        ("Dates", f"{found.first:%Y-%m-%d} to {found.last:%Y-%m-%d}" if found.first and found.last else "unknown"),
        ("Files changed", f"{found.files_changed:,} ({found.file_changes:,} changes)"),
        ("Lines added", f"{found.lines_added:,}"),
        ("Lines removed", f"{found.lines_removed:,}"),
        ("Net change", signed(found.net_lines)),
        ("Change mix", found.change_mix_text),
        ("Not counted", ", ".join(f"{number:,} {reason}" for reason, number in uncounted.items() if number) or "nothing"),
        ("Lines per file", "–" if found.lines_per_file is None else f"{found.lines_per_file:.1f}"),
        ("Directories", f"{found.directories:,}"),
        ("Languages", ", ".join(f"{tally.name} {tally.count:,}" for tally in found.languages[:6]) or "–"),
        ("Areas", ", ".join(f"{tally.name} {tally.count:,}" for tally in found.areas) or "–"),
        ("Types", ", ".join(f"{tally.name} {tally.count:,}" for tally in found.types) or "–"),
        ("Tests touched", f"by {found.commits_with_tests:,} of {found.commits:,} commits"),
        ("Docs touched", f"by {found.commits_with_docs:,} of {found.commits:,} commits"),
        ("Change complexity", complexity),
    ]


def _as_table(found: CommitMetrics, name: str) -> str:
    width = max(len(label) for label, _ in _rows(found))
    lines = [f"{label:<{width}}  {value}" for label, value in _rows(found)]
    return "\n".join([_title(found, name), *lines])


def _as_markdown(found: CommitMetrics, name: str) -> str:
    lines = [f"| {label} | {value} |" for label, value in _rows(found)]
    title = re.sub(r"([\\`*_{}\[\]()#+!|~<>&])", r"\\\1", _title(found, name)).replace("<", "&lt;")
    return "\n".join([f"**{title}**", "", "| Metric | Value |", "|---|---|", *lines])


def _as_json(found: CommitMetrics, name: str) -> str:
    from dataclasses import asdict

    from chronicle.records.commit import CHANGE_KINDS

    plain = asdict(found) | {"repository": name, "net_lines": found.net_lines}
    plain |= {"tests_touched": found.tests_touched, "docs_touched": found.docs_touched}
    plain["change_mix"] = dict(zip(CHANGE_KINDS, found.change_mix, strict=True))
    for moment in ("first", "last"):
        plain[moment] = plain[moment].isoformat() if plain[moment] else None
    return json.dumps(plain, indent=1, sort_keys=True, ensure_ascii=True)


_FORMS: dict[str, Callable[[CommitMetrics, str], str]] = {"table": _as_table, "markdown": _as_markdown, "json": _as_json}


def _title(found: CommitMetrics, name: str) -> str:
    ends = [revision[:12] for revision in (found.revisions[:1] + found.revisions[1:][-1:])]
    return f"{_printable(name)}@{' … '.join(reversed(ends))}" if ends else f"{_printable(name)}: no commits in this range"


def _named(arguments: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    for argument in arguments:
        name, equals, path = argument.partition("=")
        if equals and "/" not in name:
            yield name, Path(path)
        else:
            yield _name_of(Path(argument)), Path(argument)


def _name_of(path: Path) -> str:
    return path.resolve().name.removesuffix(".git") or "repository"


def _printable(text: str) -> str:
    """Text of strangers without control characters, for a terminal."""
    return "".join(c if c.isprintable() else "�" for c in text)


@contextmanager
def _progress(name: str, *, shown: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal once there is something to read; rich (0.15 s to import) is left alone until then."""
    if not shown or not sys.stderr.isatty():
        yield None
        return
    bar: list[Bar] = []
    one_at_a_time = threading.Lock()

    def report(done: int, total: int) -> None:
        with one_at_a_time:
            if not bar:
                bar.append(Bar(name, total))
            bar[0].show(done)

    try:
        yield report
    finally:
        for shown_bar in bar:
            shown_bar.stop()


class Bar:
    """A rich progress bar with commits read, rate and time left; called from several threads."""

    def __init__(self, name: str, total: int) -> None:
        from rich.console import Console
        from rich.markup import escape
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]:,.0f} commits/s", justify="right"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task(escape(_printable(name)), total=total, rate=0)
        self._began = time.perf_counter()
        self._progress.start()

    def show(self, done: int) -> None:
        self._progress.update(self._task, completed=done, rate=done / max(time.perf_counter() - self._began, 1e-3))

    def stop(self) -> None:
        self._progress.stop()
