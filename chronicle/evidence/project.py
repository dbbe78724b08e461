"""What is there already in a folder that is to be given a chronicle: its repository, its settings, and what publishes it.

The repository is the user's own, so git may read its configuration here, as when a user measures in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from chronicle.errors import ChronicleError, Problem, ProblemsFound
from chronicle.evidence.git import Repository

SETTINGS = ("mkdocs.yml", "mkdocs.yaml")
"""The names that MkDocs looks for, in its order."""

_ADDRESS = re.compile(
    r"(?:(?:https|ssh)://)?(?:[^@/\s]+@)?(?P<host>\w[\w.-]*\.\w+)(?::\d+)?[:/](?P<path>[\w.~-]+(?:/[\w.~-]+)+)/?"
)
_OURS = ("chimera-chronicle", "mkdocs", "mkdocs-material")
_REQUIREMENTS = ("docs/requirements.txt", "requirements-docs.txt", "docs-requirements.txt", "requirements/docs.txt")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the repository is hosted, without a user or a token; ``pages`` is where GitHub would serve its pages."""

    web: str
    name: str
    pages: str


@dataclass(frozen=True, slots=True)
class Project:
    """A folder in the work tree of a repository.

    top            the folder that holds ``.git``; ``root`` is it, or lies below it
    branch         the branch that is published, ``main`` where git does not say
    settings       the file MkDocs would read, and its text as it stands; None where there is none
    """

    root: Path
    top: Path
    branch: str
    address: Address | None
    settings: Path | None
    text: str

    @property
    def name(self) -> str:
        """The last part of its address, else the name of its folder."""
        return self.address.name if self.address else self.root.name or "project"


def read_project(root: Path, *, has_repository: bool = True) -> Project:
    """Look at the folder ``root``. Raises :class:`ChronicleError` where it is in no work tree or its settings are no text."""
    top = Repository.open(root).top if has_repository else root
    if top is None:
        raise ChronicleError(f"{root} is a bare repository: it has no files", hint="clone it, and call this in the clone")
    settings = next((root / name for name in SETTINGS if (root / name).exists()), None)
    text = _text(settings) if settings else ""
    return Project(root, top, _branch(root), _address(root), settings, text)


def workflows_that_build(top: Path) -> list[Path]:
    """The workflows of GitHub that mention MkDocs: they publish the site already, or make it."""
    folder = top / ".github" / "workflows"
    files = sorted(path for path in folder.glob("*") if path.suffix in (".yml", ".yaml") and path.is_file())
    return [path for path in files if b"mkdocs" in path.read_bytes()]


def suites_in(bench: Path) -> tuple[list[str], list[str]]:
    """The Python files of a folder: those that import our names, and those that do not."""
    files = [path for path in sorted(bench.glob("*.py")) if path.is_file()]
    ours = [path.name for path in files if re.search(rb"^\s*(?:from|import) chronicle\b", path.read_bytes(), re.MULTILINE)]
    return ours, [path.name for path in files if path.name not in ours]


def requirements_in(root: Path) -> str | None:
    """The file that says what the project's own site needs, where it has one of the usual names."""
    return next((name for name in _REQUIREMENTS if (root / name).is_file()), None)


def distributions_of(plugins: list[str], theme: str) -> list[str]:
    """The installed distributions, with their versions, that give MkDocs these plugins and this theme, without what we need."""
    wanted = {("mkdocs.plugins", name) for name in plugins} | {("mkdocs.themes", theme)}
    found = set()
    for group in ("mkdocs.plugins", "mkdocs.themes"):
        for one in metadata.entry_points(group=group):
            names = {one.name, one.name.removeprefix(f"{theme}/")}
            if one.dist and any((group, name) in wanted for name in names):
                handlers = "[python]" if one.dist.name == "mkdocstrings" else ""
                found.add((one.dist.name, f"{handlers}=={one.dist.version}"))
    return sorted(name + version for name, version in found if name not in _OURS)


def _text(settings: Path) -> str:
    try:
        return settings.read_bytes().decode()
    except OSError as failure:
        raise ChronicleError(f"{settings.name} cannot be read: {failure.strerror}", hint="make it a readable file") from None
    except UnicodeDecodeError as failure:
        line = settings.read_bytes()[: failure.start].count(b"\n") + 1
        wrong = Problem(settings.name, line, "bytes that are not UTF-8", "UTF-8", "save it as UTF-8", "settings")
        raise ProblemsFound([wrong]) from None


def _branch(root: Path) -> str:
    for reference in ("refs/remotes/origin/HEAD", "HEAD"):
        if said := _asked(root, "symbolic-ref", "--short", "-q", reference):
            return said.removeprefix("origin/")
    return _asked(root, "config", "--get", "init.defaultBranch") or "main"


def _address(root: Path) -> Address | None:
    match = _ADDRESS.fullmatch(_asked(root, "config", "--get", "remote.origin.url"))
    if match is None:
        return None
    host, path = match["host"], match["path"].removesuffix(".git")
    owner, _, name = path.rpartition("/")
    pages = ""
    if host == "github.com":
        home = f"{owner.lower()}.github.io"
        pages = f"https://{home}/" if name.lower() == home else f"https://{home}/{name}/"
    return Address(f"https://{host}/{path}", name, pages)


def _asked(root: Path, *arguments: str) -> str:
    """What git answers in the work tree; empty where it has no answer."""
    from git import Git
    from git.exc import GitCommandError, GitCommandNotFound

    try:
        return str(Git(root).execute(["git", *arguments])).strip()
    except (GitCommandError, GitCommandNotFound):
        return ""
