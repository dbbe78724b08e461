"""What this environment is, for an issue: versions, system, repository, browser. No host, no user, no path, no remote."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

DISTRIBUTION = "chimera-chronicle"
BROWSERS = ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome", "chrome")


@dataclass(frozen=True, slots=True)
class Package:
    """A distribution we depend on, the versions we accept, and the one that is installed (None where it is not)."""

    name: str
    accepted: str
    installed: str | None
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class Repository:
    """The work tree a command was called in: the revision, and whether anything was changed or history was cut."""

    revision: str
    is_dirty: bool
    is_shallow: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was found; ``repository`` is None where there is none with a commit, ``git`` and ``browser`` where not installed."""

    python: str
    system: str
    is_distribution: bool
    packages: tuple[Package, ...]
    extras: tuple[Package, ...]
    properdocs: str | None
    git: str | None
    repository: Repository | None
    has_settings: bool
    browser: str | None


def read_surroundings(folder: Path) -> Surroundings:
    """Look around from ``folder``; nothing is changed and nothing is fetched."""
    wanted = _requirements()
    git = _first_line(["git", "--version"])
    return Surroundings(
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=_system(),
        is_distribution=version_of(DISTRIBUTION) is not None,
        packages=tuple(_package(name, accepted) for name, accepted, extra in wanted if not extra),
        extras=tuple(_package(name, accepted) for name, accepted, extra in wanted if extra == "bench"),
        properdocs=version_of("properdocs"),
        git=git.removeprefix("git version ") if git else None,
        repository=_repository(folder) if git else None,
        has_settings=(folder / "mkdocs.yml").is_file(),
        browser=next((said for name in BROWSERS if shutil.which(name) and (said := _first_line([name, "--version"]))), None),
    )


def version_of(distribution: str) -> str | None:
    """The installed version of a distribution, or None."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _requirements() -> list[tuple[str, str, str]]:
    """Name, accepted versions and extra of each requirement in our own metadata; none where we are not installed."""
    try:
        stated = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return []
    parts = [re.match(r"([\w.-]+)\s*(?:\[.*?\])?\s*([^;]*)(?:;.*extra == ['\"](\w+)['\"])?", one) for one in stated]
    return [(found[1], found[2].strip(), found[3] or "") for found in parts if found is not None]


def _package(name: str, accepted: str) -> Package:
    installed = version_of(name)
    return Package(name, accepted, installed, installed is not None and _accepts(accepted, installed))


def _accepts(accepted: str, installed: str) -> bool:
    try:
        from packaging.specifiers import SpecifierSet
    except ImportError:  # it comes with mkdocs: where that is missing, a version that is there is taken as right
        return True
    return SpecifierSet(accepted).contains(installed, prereleases=True)


def _system() -> str:
    """``Debian GNU/Linux 12 (bookworm), Linux 6.1.0 x86_64, glibc 2.36``; a kernel's own suffix may hold a name and is cut."""
    release = re.match(r"[\d.]+", platform.release())
    kernel = f"{platform.system()} {release[0] if release else ''} {platform.machine()}".replace("  ", " ")
    try:
        title = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        title = ""
    return ", ".join(part for part in (title, kernel, " ".join(platform.libc_ver())) if part.strip())


def _repository(folder: Path) -> Repository | None:
    revision = _first_line(["git", "rev-parse", "--verify", "HEAD^{commit}"], folder)
    if revision is None:
        return None
    changed = _first_line(["git", "status", "--porcelain", "--untracked-files=no"], folder)
    shallow = _first_line(["git", "rev-parse", "--is-shallow-repository"], folder)
    return Repository(revision=revision, is_dirty=changed is not None, is_shallow=shallow == "true")


def _first_line(command: Sequence[str], folder: Path | None = None) -> str | None:
    """The first line a program prints, or None where it is not there, fails, or says nothing within ten seconds."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.strip().splitlines()
    return lines[0].strip() if done.returncode == 0 and lines else None


def is_python_accepted() -> bool:
    """Whether this interpreter is one we are tested on."""
    return (3, 11) <= sys.version_info[:2] <= (3, 13)
