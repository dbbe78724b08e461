"""What a call of ``chronicle publish`` would do: which version, under which names, and what stands in its way.

A release (its name begins with a digit) is frozen: it is what its readers cite. Anything else, such as ``dev``, moves on and is
written again at will.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chronicle.cli.published_branch import Branch, asked, find_branch, git, require_identity
from chronicle.errors import ChronicleError
from chronicle.pages.imprint import is_frozen
from chronicle.version import __version__

LATEST = "latest"
DEVELOPMENT = "dev"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for; None where the answer is to be found."""

    version: str | None
    title: str | None
    aliases: tuple[str, ...]
    leads_to: str | None
    branch: str
    remote: str
    alias_type: str
    is_pushed: bool
    replaces: bool


@dataclass(frozen=True, slots=True)
class Publication:
    """A version about to be published; ``moved`` are aliases with the version they leave, ``kept`` the versions left alone.

    ``leads_to`` is where the root will lead, None where that stays as it is; ``remote`` is None where nothing is pushed.
    """

    version: str
    title: str | None
    aliases: tuple[str, ...]
    moved: dict[str, str]
    kept: tuple[str, ...]
    is_new: bool
    leads_to: str | None
    canonical: str
    branch: Branch
    remote: str | None
    alias_type: str
    revision: str

    @property
    def message(self) -> str:
        """The message of the commit."""
        return f"Publish {self.version} from {self.revision[:12]} with chronicle {__version__}"


def planned(wanted: Wanted, folder: Path) -> Publication:
    """The plan of what was asked for. Raises :class:`ChronicleError` for the first thing that stands in its way."""
    try:
        root = Path(git(folder, "rev-parse", "--show-toplevel"))
        revision = git(root, "rev-parse", "--verify", "-q", "HEAD^{commit}")
    except ChronicleError:
        raise ChronicleError(f"{folder} is in no git repository with a commit", hint="git init, then commit") from None
    require_clean(root)
    require_identity(root)
    branch = find_branch(root, wanted.branch, wanted.remote, is_pushed=wanted.is_pushed)
    there = branch.versions()
    version = wanted.version or _named_by_a_tag(root)
    _require_its_tag(root, version, revision)
    aliases = wanted.aliases or ((LATEST,) if is_frozen(version) and _is_newest(version, there) else ())
    _require_names(version, aliases, there, wanted)
    before = {alias: str(info.version) for info in there for alias in info.aliases}
    leads_to = wanted.leads_to or _root(version, aliases, before, branch)
    known = {str(info.version) for info in there} | {version, *aliases, *before}
    if leads_to and leads_to not in known:
        raise ChronicleError(
            f"the root cannot lead to {leads_to}, which is no version", hint=f"one of: {', '.join(sorted(known))}"
        )
    return Publication(
        version=version,
        title=wanted.title,
        aliases=aliases,
        moved={alias: before[alias] for alias in aliases if before.get(alias, version) != version},
        kept=tuple(str(info.version) for info in there if str(info.version) != version),
        is_new=there.find(version) is None,
        leads_to=leads_to,
        canonical=LATEST if LATEST in (*aliases, *before) else version,
        branch=branch,
        remote=wanted.remote if wanted.is_pushed else None,
        alias_type=wanted.alias_type,
        revision=revision,
    )


def words(plan: Publication) -> Iterator[str]:
    """The plan, a line a step."""
    title = f' "{plan.title}"' if plan.title else ""
    yield f"publish {plan.version}{title} from {plan.revision[:12]} on the branch {plan.branch.name}"
    yield "  build  strictly, beside the project"
    yield f"  write  {plan.version}/ ({'new' if plan.is_new else 'in place of what is there'})"
    for alias in plan.aliases:
        yield f"  alias  {alias} -> {plan.version}" + (f" (until now {plan.moved[alias]})" if alias in plan.moved else "")
    if plan.leads_to:
        yield f"  root   leads to {plan.leads_to}/"
    if plan.kept:
        yield f"  keep   {', '.join(plan.kept)}"
    yield f"  push   to {plan.remote}" if plan.remote else "  push   nothing (--push would)"


def require_clean(root: Path) -> None:
    """Raises :class:`ChronicleError` where a file of the work tree is in no commit: the page would be nowhere to be found."""
    changed = git(root, "status", "--porcelain").splitlines()
    if changed:
        more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        named = ", ".join(line.strip().split(maxsplit=1)[-1] for line in changed[:_SHOWN])
        raise ChronicleError(
            f"the work tree has changes that are in no commit: {named}{more}",
            hint="commit them, or put them aside with `git stash --include-untracked`",
        )


def _named_by_a_tag(root: Path) -> str:
    """The version that a tag of this revision names, else ``dev``."""
    tags = [tag for tag in git(root, "tag", "--points-at", "HEAD").splitlines() if is_frozen(tag)]
    if len(tags) > 1:
        raise ChronicleError(f"this revision has the tags {', '.join(tags)}", hint=f"say which: chronicle publish {tags[-1]}")
    return tags[0].removeprefix("v") if tags else DEVELOPMENT


def _require_its_tag(root: Path, version: str, revision: str) -> None:
    """A version that has a tag is published from it, with the evidence that was recorded there."""
    for tag in (version, f"v{version}"):
        tagged = asked(root, "rev-parse", "-q", "--verify", f"refs/tags/{tag}^{{commit}}")
        if is_frozen(version) and tagged not in (None, revision):
            raise ChronicleError(f"the tag {tag} names another revision than the one checked out", hint=f"git checkout {tag}")


def _require_names(version: str, aliases: Sequence[str], there: Any, wanted: Wanted) -> None:
    from mike.versions import VersionInfo

    try:
        VersionInfo(version, None, list(aliases))
    except ValueError as failure:
        raise ChronicleError(
            f"not a name for a version: {failure}", hint="a name such as 1.2 or dev, without a slash"
        ) from None
    names = {str(info.version) for info in there}
    if taken := sorted(names & set(aliases)):
        raise ChronicleError(f"the alias {taken[0]} is a version of its own", hint="choose another --alias")
    if (found := there.find(version)) and len(found) > 1:
        raise ChronicleError(f"{version} is an alias of {found[0]}", hint="choose another name for the version")
    if version in names and is_frozen(version) and not wanted.replaces:
        raise ChronicleError(
            f"{version} is published already, and a release is frozen",
            hint="publish the next version, or say that readers of this one shall see another: --replace",
        )


def _is_newest(version: str, there: Any) -> bool:
    """Whether no release that is published already is newer, by mike's own order."""
    from verspec.loose import LooseVersion

    return all(LooseVersion(version) >= info.version for info in there if is_frozen(str(info.version)))


def _root(version: str, aliases: Sequence[str], before: dict[str, str], branch: Branch) -> str | None:
    """Where the root should lead: to the first version there is, and to ``latest`` from its first day on."""
    if LATEST in aliases and (LATEST not in before or not branch.has_root):
        return LATEST
    if branch.has_root:
        return None
    return LATEST if LATEST in before else version
