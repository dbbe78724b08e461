"""The branch that holds the published versions: what is on it, and how a new version is put there in one step.

mike writes the commits. It writes them on a branch of its own name beside the real one, which is moved only when all of them
are there and, where that was asked, the remote has taken them. Whatever fails on the way, the branch is as it was.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import chdir, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chronicle.errors import ChronicleError

if TYPE_CHECKING:
    from chronicle.cli.publication import Publication

_NAME = ("GIT_COMMITTER_NAME", "user.name")
_EMAIL = ("GIT_COMMITTER_EMAIL", "user.email")


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of the repository at ``root``, and the revision it stands at; None where it is yet to be made."""

    root: Path
    name: str
    tip: str | None

    def versions(self) -> Any:
        """The versions on the branch, as mike reads them."""
        from mike.commands import list_versions

        with chdir(self.root):
            return list_versions(self.tip or "0" * 40)

    @property
    def has_root(self) -> bool:
        """Whether the address above all versions leads to one of them."""
        return self.tip is not None and asked(self.root, "cat-file", "-e", f"{self.tip}:index.html") is not None


def find_branch(root: Path, name: str, remote: str, *, is_pushed: bool) -> Branch:
    """The branch as this clone and, where it is to be pushed, as the remote knows it: the later of the two.

    Raises :class:`ChronicleError` where one does not follow from the other, or where the branch is checked out.
    """
    if asked(root, "symbolic-ref", "--short", "HEAD") == name:
        raise ChronicleError(f"the branch {name} is checked out here", hint="publish from the branch that holds the sources")
    theirs = (
        _fetched(root, name, remote) if is_pushed else asked(root, "rev-parse", "-q", "--verify", f"{remote}/{name}^{{commit}}")
    )
    ours = asked(root, "rev-parse", "-q", "--verify", f"refs/heads/{name}^{{commit}}")
    if ours is None or theirs is None or ours == theirs:
        return Branch(root, name, theirs or ours)
    if asked(root, "merge-base", "--is-ancestor", ours, theirs) is not None:
        return Branch(root, name, theirs)
    if asked(root, "merge-base", "--is-ancestor", theirs, ours) is not None:
        return Branch(root, name, ours)
    raise ChronicleError(
        f"the branch {name} here and on {remote} have gone different ways",
        hint=f"look at both, then make one of them lead: git branch -f {name} {remote}/{name}",
    )


def deploy(plan: Publication, site: Path, *, has_folders: bool) -> str:
    """Put a built site on the branch as ``plan`` says, on the remote too where that is asked; the new revision."""
    from mike import commands
    from mike.git_utils import GitEmptyCommit, GitError

    branch, options = plan.branch, {"site_dir": str(site), "use_directory_urls": has_folders}
    with chdir(branch.root), _staging(branch) as staging:
        try:
            with suppress(GitEmptyCommit), commands.deploy(
                options, plan.version, plan.title, list(plan.aliases), True, commands.AliasType[plan.alias_type],
                branch=staging, message=plan.message,
            ):  # fmt: skip
                pass
            if plan.leads_to:
                with suppress(GitEmptyCommit):
                    commands.set_default(plan.leads_to, branch=staging, message=f"Lead to {plan.leads_to} from the root")
        except (GitError, ValueError) as failure:
            raise ChronicleError(f"mike could not write {plan.version}: {failure}", hint="the branch is as it was") from None
        revision = git(branch.root, "rev-parse", "--verify", f"refs/heads/{staging}")
        if plan.remote:
            _push(branch, plan.remote, revision)
        git(branch.root, "update-ref", f"refs/heads/{branch.name}", revision)
    return revision


def require_identity(root: Path) -> None:
    """Raises :class:`ChronicleError` where git does not know who commits."""
    for variable, setting in (_NAME, _EMAIL):
        if not (os.environ.get(variable) or asked(root, "config", "--get", setting)):
            raise ChronicleError(
                f"git does not know who publishes: {setting} is not set",
                hint='git config user.name "Your name" && git config user.email you@example.org',
            )


def git(root: Path, *arguments: str) -> str:
    """What git says; raises :class:`ChronicleError` with its own words where it fails."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, errors="replace")
    except OSError as failure:
        raise ChronicleError(f"git cannot be started: {failure.strerror}", hint="apt-get install git") from None
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise ChronicleError(f"git {arguments[0]} failed: {said[-1] if said else done.returncode}", hint="\n  ".join(said[:-1]))
    return done.stdout.strip()


def asked(root: Path, *arguments: str) -> str | None:
    """What git says; None where it says no."""
    with suppress(ChronicleError):
        return git(root, *arguments)
    return None


def _fetched(root: Path, name: str, remote: str) -> str | None:
    """The tip of the branch on the remote, fetched; None where the remote has no such branch."""
    listed = git(root, "ls-remote", "--heads", "--", remote, f"refs/heads/{name}")
    if not listed:
        return None
    git(root, "fetch", "--quiet", "--no-tags", "--", remote, f"refs/heads/{name}")
    return listed.split()[0]


@contextmanager
def _staging(branch: Branch) -> Iterator[str]:
    """The name of a branch that stands where the real one does, and is gone at the end."""
    name = f"chronicle-publishing-{os.getpid()}"
    if branch.tip:
        git(branch.root, "update-ref", f"refs/heads/{name}", branch.tip)
    try:
        yield name
    finally:
        asked(branch.root, "update-ref", "-d", f"refs/heads/{name}")


def _push(branch: Branch, remote: str, revision: str) -> None:
    try:
        git(branch.root, "push", "--quiet", "--", remote, f"{revision}:refs/heads/{branch.name}")
    except ChronicleError as failure:
        raise ChronicleError(
            f"{remote} did not take the branch {branch.name}: {failure.found}",
            hint="nothing was published, here or there; publish again once the remote lets you",
        ) from None
