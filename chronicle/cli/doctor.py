"""``chronicle doctor``: the environment as Markdown to paste into an issue, and what is missing with what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chronicle.errors import FINDING, ChronicleError
from chronicle.version import __version__

if TYPE_CHECKING:
    from chronicle.evidence.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not there, what it is needed for, and the command or step that mends it."""

    found: str
    purpose: str
    mend: str
    stops_a_build: bool = False


@dataclass(frozen=True, slots=True)
class Measuring:
    """What this environment can measure with: GPUs as the driver lists them, and torch, each with why there is none."""

    gpus: tuple[str, ...]
    why_no_gpu: str
    torch: str
    can_use_gpu: bool
    why_no_torch: str


@click.command()
def doctor() -> None:
    """Describe this environment as Markdown, with what is missing and the command that mends it.

    The exit code is 1 where a site cannot be built. Host, user and folder names are left out.
    """
    from chronicle.evidence.surroundings import read_surroundings

    around, measuring = read_surroundings(Path()), _measuring()
    gaps = [*_build_gaps(around), *_other_gaps(around, measuring)]
    click.echo("\n".join([*_table(around, measuring), "", *_missing(gaps)]))
    if any(gap.stops_a_build for gap in gaps):
        raise SystemExit(FINDING)


def _measuring() -> Measuring:
    from chronicle.harness.device import ask_torch
    from chronicle.harness.nvml import gpu_names

    names, why = gpu_names()
    try:
        torch = ask_torch()
    except ChronicleError as failure:
        return Measuring(tuple(names), why, "", False, failure.found)
    built = f"built for CUDA {torch.cuda}" if torch.cuda else "built without CUDA"
    sees = f"{len(torch.devices)} usable" if torch.devices else "no GPU usable"
    return Measuring(tuple(names), why, f"{torch.version}, {built}, {sees}", bool(torch.devices), "")


def _table(around: Surroundings, measuring: Measuring) -> list[str]:
    from chronicle.harness.launch import without_folders

    rows = {
        "chronicle": __version__ + ("" if around.is_distribution else ", run from its source, not installed"),
        "Python": around.python,
        "System": around.system,
        "Host of the site": _host(around),
        "Packages": ", ".join(f"{one.name} {one.installed or 'missing'}" for one in around.packages),
        "GPU": "; ".join(measuring.gpus) or f"none: {measuring.why_no_gpu or 'the driver lists none'}",
        "NVML": ", ".join(f"{one.name} {one.installed or 'missing'}" for one in around.extras if one.name != "torch"),
        "torch": measuring.torch or f"none: {measuring.why_no_torch}",
        "git": around.git or "missing",
        "Repository": _repository(around),
        "mkdocs.yml": "here" if around.has_settings else "not in this folder",
        "Chromium": around.browser or "missing",
    }
    body = [f"| {name} | {without_folders(value).replace('|', '/') or 'nothing known'} |" for name, value in rows.items()]
    return ["### Environment", "", "| | |", "|---|---|", *body]


def _host(around: Surroundings) -> str:
    found = {one.name: one.installed for one in around.packages}
    mkdocs = f"mkdocs {found['mkdocs']}" if found.get("mkdocs") else "mkdocs missing"
    return f"{mkdocs}, properdocs {around.properdocs}" if around.properdocs else f"{mkdocs}, no properdocs"


def _repository(around: Surroundings) -> str:
    if around.repository is None:
        return "none with a commit"
    changed = "changed since" if around.repository.is_dirty else "unchanged"
    return f"at {around.repository.revision[:12]}, {changed}, {'shallow' if around.repository.is_shallow else 'whole history'}"


def _build_gaps(around: Surroundings) -> list[Gap]:
    from chronicle.evidence.surroundings import is_python_accepted

    gaps = []
    if not is_python_accepted():
        gaps.append(Gap(around.python, "chronicle runs on Python 3.11 to 3.13", "python3.13 -m venv .venv", True))
    if not around.is_distribution:
        gaps.append(Gap("chronicle is not installed", "MkDocs finds our plugin", "pip install -e .", True))
    if around.git is None:
        gaps.append(Gap("git is not installed", "history is read with it", "apt-get install git (or brew install git)", True))
    for one in around.packages:
        if not one.is_accepted:
            state = "is not installed" if one.installed is None else f"{one.installed} is not {one.accepted}"
            gaps.append(Gap(f"{one.name} {state}", "building a site", f"pip install '{one.name}{one.accepted}'", True))
    return gaps


def _other_gaps(around: Surroundings, measuring: Measuring) -> list[Gap]:
    gaps = []
    if around.repository is None and around.git is not None:
        gaps.append(Gap("no git repository with a commit", "the chronicle of one", "git init && git add . && git commit"))
    if around.repository is not None and around.repository.is_shallow:
        gaps.append(Gap("the history is cut off", "the whole timeline", "git fetch --unshallow"))
    if not around.has_settings:
        gaps.append(Gap("no mkdocs.yml in this folder", "building its site", "chronicle init, or cd to the one of the site"))
    if around.properdocs:
        gaps.append(Gap("properdocs beside mkdocs", "mike publishes with properdocs then", "pip uninstall properdocs"))
    if not measuring.torch or any(not one.is_accepted for one in around.extras):
        gaps.append(Gap("torch or nvidia-ml-py", "measuring benchmarks", "pip install 'chimera-chronicle[bench]'"))
    elif measuring.gpus and not measuring.can_use_gpu:
        mend = "install a torch with CUDA: https://pytorch.org/get-started/locally/"
        gaps.append(Gap("torch cannot use the GPU", "measuring on it", mend))
    if around.browser is None:
        gaps.append(Gap("no Chromium", "the browser tests", "apt-get install chromium-headless-shell"))
    return gaps


def _missing(gaps: list[Gap]) -> list[str]:
    stopping = [gap for gap in gaps if gap.stops_a_build]
    said = "A site cannot be built yet:" if stopping else "Nothing that building a site needs is missing."
    others = [gap for gap in gaps if not gap.stops_a_build]
    lines = ["### Missing", "", said, *([""] if stopping else []), *map(_line, stopping)]
    return [*lines, "", "Needed only for more:", "", *map(_line, others)] if others else lines


def _line(gap: Gap) -> str:
    return f"- {gap.found} ({gap.purpose}): `{gap.mend}`"
