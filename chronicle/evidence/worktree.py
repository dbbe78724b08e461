"""A folder of the user's own: the revision it stands at, whether anything in it was changed since, and which files it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from chronicle.errors import ChronicleError


@dataclass(frozen=True, slots=True)
class WorkTree:
    """``is_dirty`` speaks of every tracked file, and of Python files of the folder that are not tracked at all.

    Recorded runs below the folder are left out: a run itself adds to them.
    """

    root: Path
    revision: str
    is_dirty: bool


def read_worktree(folder: Path) -> WorkTree:
    """Ask git about the work tree that holds ``folder``. Raises :class:`ChronicleError` where there is none or no commit.

    This is for the repository a user measures in, whose configuration is trusted; a mined repository never comes here.
    """
    from git import Git
    from git.exc import GitCommandError, GitCommandNotFound

    git = Git(folder)
    try:
        root = Path(git.rev_parse("--show-toplevel"))
        revision = git.rev_parse("--verify", "HEAD^{commit}")
        results = (folder.resolve() / "results").relative_to(root.resolve()).as_posix()
        changed = Git(root).status("--porcelain", "--untracked-files=no", "--", ".", f":(exclude,top,literal){results}")
        untracked = git.ls_files("--others", "--exclude-standard", "--", ":(glob)**/*.py", ":(exclude)results")
    except (GitCommandError, GitCommandNotFound) as failure:
        raise ChronicleError(
            f"{folder} is in no git work tree with a commit", hint=str(failure.stderr or failure).strip()
        ) from None
    return WorkTree(root=root, revision=str(revision), is_dirty=bool(changed or untracked))


def holds(root: Path, name: str) -> bool:
    """Whether ``name``, ``path`` or ``path::definition``, is a file below ``root`` in which that definition stands.

    A name that is absolute, climbs, or leads out of ``root`` over a link names no file.
    """
    path, mark, definition = name.partition("::")
    if not path or "\\" in path or "\0" in path or any(part in ("", ".", "..") for part in path.split("/")):
        return False
    file = root / path
    try:
        if not file.is_file() or not file.resolve().is_relative_to(root.resolve()):
            return False
        words = re.escape(definition.split("[")[0].split("::")[-1])
        return not mark or re.search(rf"\b(?:def|class)\s+{words}\b", file.read_text(encoding="utf-8")) is not None
    except (OSError, ValueError):
        return False
