"""``chronicle init``: a chronicle for a project, in one command that adds files and changes nothing of an author's."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chronicle.errors import FINDING, ChronicleError

if TYPE_CHECKING:
    from chronicle.cli.adopting import Site, Step

SAMPLES = (("waiting", "", "chronicle"), ("copying", ' --rule "fixed(6)"', "torch"))
"""The sample suites, how each is run, and the module without which it cannot be."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path(), metavar="[DIR]")
@click.option("--git", "makes_repository", is_flag=True, help="Make DIR a git repository first, where it is in none.")
@click.option("--docs", default="docs", show_default=True, help="Folder of the pages, where there is no mkdocs.yml yet.")
@click.option("--bench", default="bench", show_default=True, help="Folder of the suites and of the recorded runs.")
@click.option("--dry-run", is_flag=True, help="Print what would be written, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print the files and what becomes of them as JSON.")
def init(folder: Path, makes_repository: bool, docs: str, bench: str, dry_run: bool, as_json: bool) -> None:
    """Give the project in DIR a chronicle: settings, a first episode, sample suites, a workflow.

    An mkdocs.yml that is there gets the lines it lacks and keeps every other; no file is overwritten. A second call changes
    nothing. Exit code 1 where something is left to be done by hand.
    """
    from chronicle.cli.adopting import plan, site_of
    from chronicle.evidence.project import read_project

    root = _checked(folder, docs, bench)
    is_new = not _is_in_repository(root)
    if is_new and not makes_repository:
        raise ChronicleError(f"{root} is in no git repository", hint=f"`{_again('--git', folder)}` makes it one first")
    site = site_of(read_project(root, has_repository=not is_new), docs, bench, keeps=not dry_run)
    steps = plan(site)
    if is_new and not dry_run:
        _make_repository(root, site.project.branch)
    if not dry_run:
        write(steps)
    for line in [json.dumps(_plain(steps, root), indent=1, ensure_ascii=False)] if as_json else _told(steps, site, dry_run):
        click.echo(line)
    if any(step.state == "by hand" for step in steps):
        raise SystemExit(FINDING)


def _checked(folder: Path, *below: str) -> Path:
    """The folder by its whole path; refused where it is none, or where a folder that is to lie in it would not."""
    if not folder.is_dir():
        raise ChronicleError(f"{folder} is no folder", hint=f"mkdir -p '{folder}'")
    for name in below:
        if not name or Path(name).is_absolute() or any(part in ("", ".", "..") for part in name.split("/")):
            raise ChronicleError(f"{name!r} is no folder inside the project", hint="give a name such as docs or bench")
    return folder.resolve()


def _is_in_repository(root: Path) -> bool:
    """Whether a folder is in a repository, be it one that cannot be read."""
    from chronicle.evidence.git import Repository

    try:
        Repository.open(root)
    except ChronicleError:
        return any((one / ".git").exists() for one in (root, *root.parents))
    return True


def _make_repository(root: Path, branch: str) -> None:
    from git import Git
    from git.exc import GitCommandError, GitCommandNotFound

    try:
        Git(root).init("-b", branch)
    except (GitCommandError, GitCommandNotFound) as failure:
        raise ChronicleError(
            f"{root} could not be made a git repository", hint=str(failure.stderr or failure).strip()
        ) from None


def write(steps: Sequence[Step]) -> None:
    """Write every file that has a body, or none: where one cannot be written, those that were new are taken away again.

    Raises :class:`ChronicleError` with the reason.
    """
    wanted = [step for step in steps if step.body is not None]
    made: list[Path] = []
    try:
        for step in sorted(wanted, key=lambda one: one.state != "new"):
            made += _make_folder(step.path.parent)
            (_create if step.state == "new" else _replace)(step.path, step.body or b"")
            made += [step.path] if step.state == "new" else []
    except OSError as failure:
        for path in reversed(made):
            path.rmdir() if path.is_dir() else path.unlink()
        found = f"{failure.filename or wanted[0].path} cannot be written: {failure.strerror}"
        raise ChronicleError(found, hint="nothing was changed; make the folder writable, or give another") from None


def _make_folder(folder: Path) -> list[Path]:
    """Make a folder and those above it; the ones that were made, the highest first."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def _create(path: Path, body: bytes) -> None:
    with path.open("xb") as file:
        file.write(body)


def _replace(path: Path, body: bytes) -> None:
    """Put a whole file in the place of one that is there, with its mode, where it really lies."""
    from tempfile import NamedTemporaryFile

    real = path.resolve()
    with NamedTemporaryFile(dir=real.parent, prefix=".writing-", delete=False) as file:
        file.write(body)
    shutil.copymode(real, file.name)
    Path(file.name).replace(real)


def _plain(steps: Sequence[Step], root: Path) -> list[dict[str, Any]]:
    return [{"path": _shown(one.path, root), "state": one.state, "says": one.says, "lines": one.lines} for one in steps]


def _told(steps: Sequence[Step], site: Site, dry_run: bool) -> Iterator[str]:
    """Every file with a line on what it is for, then what to do next."""
    root = site.project.root
    if dry_run:
        yield "Nothing is written. This is what would be:\n"
    elif not any(one.body is not None for one in steps):
        yield "Nothing is left to write.\n"
    width = max(len(_shown(one.path, root)) for one in steps)
    for step in steps:
        yield f"{step.state:<13}  {_printable(_shown(step.path, root)):<{width}}  {_printable(step.says)}"
        yield from (f"{'':<13}    {_printable(line)}" for line in step.lines)
        yield from _difference(step) if dry_run and step.state == "extended" else ()
    yield "\nNext:"
    commands = list(_next(steps, site))
    width = max(len(command) for command, _ in commands)
    yield from (f"  {command:<{width}}  {says}" for command, says in commands)


def _difference(step: Step) -> Iterator[str]:
    from difflib import unified_diff

    old, new = (body.decode(errors="replace").splitlines() for body in (step.path.read_bytes(), step.body or b""))
    for line in list(unified_diff(old, new, n=2, lineterm=""))[2:]:
        yield f"{'':<13}    {_printable(line)}"


def _next(steps: Sequence[Step], site: Site) -> Iterator[tuple[str, str]]:
    from importlib.util import find_spec

    yield "mkdocs serve --open", "shows the site, and builds it again as you write"
    if any(one.body is not None for one in steps):
        yield 'git add -A && git commit -m "docs: begin a chronicle"', "a number is bound to the commit it was measured at"
    elsewhere = "" if site.bench.name == "bench" else f" --bench {_shown(site.bench, site.project.root)}"
    for suite, rule, needed in SAMPLES:
        is_there = any(one.path == site.bench / f"{suite}.py" and one.state != "by hand" for one in steps)
        if is_there and find_spec(needed):
            yield (
                f"chronicle bench run {suite} --machine my-laptop{rule}{elsewhere}",
                "records a run, a file in this repository",
            )
    yield "chronicle check", "says what is wrong, by file and line"
    if "nav" in site.values:
        yield "- Runs: runs/index.md", "a line for your nav, once a run is recorded"
    if site.project.settings and site.theme != "material":
        yield "theme: material", "the theme our pages are drawn for; in another one they are plain"


def _again(option: str, folder: Path) -> str:
    """The command once more, with one more option."""
    return " ".join(["chronicle init", option, *([shlex.quote(str(folder))] if folder != Path() else [])])


def _shown(path: Path, root: Path) -> str:
    """A path as it is told: from the folder of the settings, or upwards from there."""
    return Path(os.path.relpath(path, root)).as_posix()


def _printable(words: str) -> str:
    return "".join(one if one.isprintable() else "�" for one in words)
