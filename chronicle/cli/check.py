"""``chronicle check``: every finding of every file at once, for a person, a program, or a code host."""

from __future__ import annotations

import dataclasses
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chronicle.cli.site import CONFIG, plugin_inputs
from chronicle.errors import FINDING

if TYPE_CHECKING:
    from chronicle.check import Checked
    from chronicle.errors import Problem
    from chronicle.site import Inputs


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]...")
@CONFIG
@click.option("--json", "form", flag_value="json", help="A JSON list of findings.")
@click.option("--github", "form", flag_value="github", help="Annotations for GitHub Actions, one line each.")
def check(paths: tuple[Path, ...], config_file: Path, form: str | None) -> None:
    """Check prose against evidence: every finding of every file at once. Exit code 1 if there is one.

    With PATHs, only findings in those files and folders are told. Nothing is rendered and nothing is written.
    """
    from chronicle.check import check as checked

    with _borrowed(plugin_inputs(config_file)) as inputs:
        result = checked(inputs)
        problems = [one for one in result.problems if not paths or _is_below(inputs.root / one.file, paths)]
    for line in _lines(problems, result, form):
        click.echo(line)
    if problems:
        raise SystemExit(FINDING)


@contextmanager
def _borrowed(inputs: Inputs) -> Iterator[Inputs]:
    """The inputs with a copy of what was mined before, so that the project's own folder stays as it is."""
    with tempfile.TemporaryDirectory(prefix="chronicle-check-") as folder:
        for kept in inputs.cache.glob("*") if inputs.cache.is_dir() else ():
            if kept.is_file():
                shutil.copy2(kept, folder)
        yield dataclasses.replace(inputs, cache=Path(folder))


def _is_below(file: Path, paths: Sequence[Path]) -> bool:
    return any(file.resolve().is_relative_to(path.resolve()) for path in paths)


def _lines(problems: Sequence[Problem], result: Checked, form: str | None) -> Iterator[str]:
    if form == "json":
        yield json.dumps([problem.as_json() for problem in problems], indent=1, ensure_ascii=False)
    elif form == "github":
        yield from map(annotation, problems)
    else:
        yield from _grouped(problems)
        yield _count(problems, result)


def _grouped(problems: Sequence[Problem]) -> Iterator[str]:
    """Findings under the name of their file; control characters of a stranger's text are not sent to a terminal."""
    for file, several in groupby(problems, key=lambda one: one.file):
        yield _plain(file)
        for one in several:
            place = ":".join(str(number) for number in (one.line, one.column) if number is not None) or "-"
            yield f"  {place:>7}  {_plain(one.found)} [{one.rule}]"
            yield f"           expected {_plain(one.expected)}; {_plain(one.hint)}"
        yield ""


def _count(problems: Sequence[Problem], result: Checked) -> str:
    stand = f"{result.bound} numbers bound to evidence, {result.waived} waived with a reason"
    if not problems:
        return f"no findings; {stand}"
    rules = ", ".join(f"{number} {rule}" for rule, number in sorted(Counter(one.rule for one in problems).items()))
    files = len({one.file for one in problems})
    findings = "1 finding" if len(problems) == 1 else f"{len(problems)} findings"
    return f"{findings} in {files} {'file' if files == 1 else 'files'} ({rules}); {stand}"


def annotation(problem: Problem) -> str:
    """A workflow command; the characters that end or split one are written as percent codes."""
    words = f"{problem.found}; expected {problem.expected}; {problem.hint}"
    places = [("file", problem.file), ("line", problem.line), ("col", problem.column), ("title", problem.rule)]
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in places if value is not None)
    return f"::error {properties}::{_coded(words)}"


def _coded(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _coded(words).replace(":", "%3A").replace(",", "%2C")


def _plain(words: str) -> str:
    return "".join(one if one.isprintable() else "�" for one in words)
