"""The revision a folder of the user's own stands at, and whether anything in it was changed since."""

from __future__ import annotations

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
