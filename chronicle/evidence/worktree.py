"""The revision a folder of the user's own stands at, and whether anything in it was changed since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chronicle.errors import ChronicleError


@dataclass(frozen=True, slots=True)
class WorkTree:
    """``is_dirty`` speaks of tracked files outside the recorded runs, which a run itself adds to."""

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
        changed = Git(root).status("--porcelain", "--untracked-files=no", "--", ".", ":(exclude)*/results/*")
    except (GitCommandError, GitCommandNotFound) as failure:
        raise ChronicleError(
            f"{folder} is in no git work tree with a commit", hint=str(failure.stderr or failure).strip()
        ) from None
    return WorkTree(root=root, revision=str(revision), is_dirty=bool(changed))
