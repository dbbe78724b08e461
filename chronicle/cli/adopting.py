"""What a project that gets a chronicle is to be given, file by file: planned whole before anything is written.

Imported by ``chronicle init`` when it runs.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from chronicle.cli.site import refusals
from chronicle.documents.drafts import beginnings
from chronicle.documents.drafts.settings import Item, UnsafeError, events_of, extended
from chronicle.documents.front_matter import Authored, kind_of
from chronicle.errors import ChronicleError
from chronicle.evidence.authored import read_texts
from chronicle.evidence.history import DEFAULT_CACHE
from chronicle.evidence.project import Project, distributions_of, requirements_in, suites_in, workflows_that_build
from chronicle.evidence.surroundings import DISTRIBUTION
from chronicle.pages import addresses
from chronicle.version import __version__

State = Literal["new", "extended", "there already", "not yet", "by hand"]

HOMES = ("index.md", "README.md")

TAKEN = (addresses.TIMELINE, addresses.REPOSITORIES, addresses.RUNS, addresses.MACHINES, addresses.CLAIMS, addresses.METHOD)
"""Derived pages that every site with evidence has; an author's page of that path would be hidden by ours."""


@dataclass(frozen=True, slots=True)
class Step:
    """One file and what becomes of it.

    says    what it is for, or why it is left alone
    body    what it is to hold; None where nothing is written
    lines   what is for the author to do or to add
    """

    path: Path
    state: State
    says: str
    body: bytes | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """Where the parts of the site lie, from the settings that are there or as they are going to be written."""

    project: Project
    docs: Path
    bench: Path
    name: str
    cache: Path | None
    values: dict[str, Any]
    is_adopted: bool

    @property
    def theme(self) -> str:
        """The name of the theme that the settings choose."""
        stated = self.values.get("theme")
        named = stated.get("name") if isinstance(stated, dict) else stated
        return named if isinstance(named, str) else "mkdocs"


def site_of(project: Project, docs: str, bench: str, *, keeps: bool) -> Site:
    """The site of a project. Raises :class:`ProblemsFound` for settings that MkDocs could not read either.

    ``keeps`` lets what is mined of a long history be kept for the first build.
    """
    if project.settings:
        events_of(project.text, project.settings.name)
    elif (project.root / docs / "conf.py").is_file():
        raise ChronicleError(f"{docs}/ is built by Sphinx: it holds a conf.py", hint="chronicle init --docs journal")
    values = beginnings.values_of(project.text, project.settings.name if project.settings else "")
    options = beginnings.options_in(values.get("plugins"))
    named = options.get("repositories")
    stated = values.get("docs_dir")
    folder = stated if isinstance(stated, str) else "docs" if project.settings else docs
    measured = options.get("bench")
    return Site(
        project=project,
        docs=project.root / folder,
        bench=project.root / (measured if isinstance(measured, str) else bench),
        name=str(next(iter(named))) if isinstance(named, dict) and named else project.name,
        cache=project.root / DEFAULT_CACHE if keeps else None,
        values=values,
        is_adopted=beginnings.PLUGIN in beginnings.names_in(values.get("plugins")),
    )


def plan(site: Site) -> list[Step]:
    """Every file in the order in which they are told; nothing is written yet."""
    episode = _episode(site)
    steps = [
        _settings(site, has_episode=episode.state in ("new", "there already")),
        *_unusable(site),
        *_home(site),
        episode,
        *_suites(site),
        _ignored(site),
        _workflow(site),
    ]
    return [_reachable(step, site.project) for step in steps]


def _settings(site: Site, *, has_episode: bool) -> Step:
    project = site.project
    item = beginnings.plugin_item(site.name, _below(site.bench, project.root))
    if project.settings is None:
        address = project.address
        web, pages = (address.web, address.pages) if address else ("", "")
        docs = _below(site.docs, project.root)
        text = beginnings.settings_text(site.name, item, docs=docs, web=web, site_url=pages)
        return Step(project.root / "mkdocs.yml", "new", "the settings of the site, each with what it is for", text.encode())
    path = project.settings
    if site.is_adopted:
        return Step(path, "there already", "the settings of the site, with our plugin")
    items = [item, *([_nav(has_episode)] if "nav" in site.values else [])]
    try:
        text = project.text
        for one in items:
            text = extended(text, one, path.name)
    except UnsafeError as failure:
        says = f"it is left as it is, because {failure}; add this yourself"
        return Step(path, "by hand", says, lines=tuple(line for one in items for line in _shown(one)))
    added = "our plugin" + (", and its lists in the nav" if len(items) > 1 else "")
    return Step(path, "extended", f"the settings of your site: {added}; nothing else is changed", text.encode())


def _unusable(site: Site) -> Iterator[Step]:
    """What MkDocs has against the author's settings, be it only a plugin that is not installed here."""
    if site.project.settings and (said := refusals(site.project.settings)):
        yield Step(site.project.settings, "by hand", "MkDocs cannot use it as it stands", lines=said)


def _nav(has_episode: bool) -> Item:
    lists = {"Timeline": addresses.TIMELINE, "Repository": addresses.REPOSITORIES}
    return beginnings.nav_item({"Episodes": addresses.EPISODES, **lists} if has_episode else lists)


def _shown(item: Item) -> Iterator[str]:
    head, *rest = item.block
    yield f"{item.key}:"
    yield from (f"  - {one}" for one in item.beside)
    yield f"  - {head}"
    yield from (f"    {line}" for line in rest)


def _home(site: Site) -> Iterator[Step]:
    """A home page where there was no site, and every page of the author's own that ours would hide."""
    there = next((site.docs / name for name in HOMES if (site.docs / name).exists()), None)
    if there:
        yield Step(there, "there already", "the home page")
    elif site.project.settings is None:
        body = beginnings.home_text(site.name).encode()
        yield Step(site.docs / HOMES[0], "new", "the home page: yours to write, it builds as it is", body)
    for uri in TAKEN:
        if (site.docs / uri).is_file():
            says = "a page of yours at the address of a derived one, which would hide it"
            yield Step(site.docs / uri, "by hand", says, lines=("give it another name",))


def _episode(site: Site) -> Step:
    """The first episode, where no page is one yet."""
    folder = site.docs / "episodes"
    texts = read_texts(site.docs, "")[0] if site.docs.is_dir() else ()
    told = next((one.uri for one in texts if kind_of(Authored(one.uri, one.file, one.text)) == "episode"), None)
    if told:
        return Step(site.docs / told, "there already", "an episode; `chronicle new episode` drafts the next")
    try:
        name, body = _first_episode(site)
    except ChronicleError as failure:
        hint = failure.hint.replace("\n", " ")
        return Step(folder, "not yet", f"the first episode: {failure.found}", lines=(f"{hint}; then `chronicle init` again",))
    return Step(folder / name, "new", "the first episode: git's facts, for you to say what they mean", body)


def _first_episode(site: Site) -> tuple[str, bytes]:
    from chronicle.cli.telling import first_told
    from chronicle.documents.drafts.episode import Place, episode_draft
    from chronicle.documents.library import Chronicle
    from chronicle.evidence.git import Repository
    from chronicle.evidence.history import read_history
    from chronicle.facts.commits import commit_table
    from chronicle.pages.writing import slug

    repository = Repository.open(site.project.root) if (site.project.top / ".git").exists() else None
    if repository is None or repository.head is None:
        raise ChronicleError("the repository has no commit yet", hint="commit something")
    history = read_history(site.project.root, name=site.name, cache=site.cache)
    title, told = first_told(repository, Chronicle(history, commit_table(history), None))
    place = Place(site.name, None, 1)
    return f"{place.stem}-{slug(title)}.md", episode_draft(place, told, title=title).encode(errors="replace")


def _suites(site: Site) -> Iterator[Step]:
    """Two sample suites, where the folder holds no suite; a folder of other scripts is not ours to add to."""
    if site.bench.exists() and not site.bench.is_dir():
        yield _taken(site.bench, "it is a file, and suites lie in a folder")
        return
    ours, others = suites_in(site.bench)
    yield from (Step(site.bench / name, "there already", "a suite; `chronicle bench list` shows its cases") for name in ours)
    if ours:
        return
    if others:
        yield _taken(site.bench, f"it holds scripts that are no suites, such as {others[0]}")
    else:
        yield _new(site.bench / "waiting.py", "a sample suite that any machine runs: a study, without torch", "waiting")
        yield _new(site.bench / "copying.py", "a sample suite that measures, on the CPU or a GPU: it needs torch", "copying")


def _new(path: Path, says: str, suite: str) -> Step:
    return Step(path, "new", says, beginnings.suite_text(suite).encode())


def _taken(path: Path, why: str) -> Step:
    return Step(path, "by hand", why, lines=("keep suites elsewhere: chronicle init --bench measurements",))


def _ignored(site: Site) -> Step:
    path, project = site.project.root / ".gitignore", site.project
    says = "git leaves out what builds leave"
    try:
        before, above = _ignoring(path), _ignoring(project.top / ".gitignore") if project.top != project.root else ""
    except (OSError, UnicodeDecodeError):
        return Step(path, "by hand", f"{says}; it cannot be read, so add this yourself", lines=beginnings.IGNORED[:1])
    names = beginnings.IGNORED[:1] if project.settings else beginnings.IGNORED
    known = beginnings.with_ignored(above, names) == above
    after = before if known else beginnings.with_ignored(before, names)
    if after == before:
        return Step(path, "there already", says)
    return Step(path, "extended" if path.is_file() else "new", says, after.encode())


def _ignoring(path: Path) -> str:
    return path.read_bytes().decode() if path.exists() else ""


def _workflow(site: Site) -> Step:
    project = site.project
    path = project.top / ".github" / "workflows" / "chronicle.yml"
    if path.exists():
        return Step(path, "there already", "publishes the site to GitHub Pages, checked and verified")
    if building := workflows_that_build(project.top):
        says = f"builds the site; let it check out the whole history (fetch-depth: 0) and install {DISTRIBUTION}"
        return Step(building[0], "there already", says)
    listed = requirements_in(project.root)
    needed = ["-r", listed] if listed else distributions_of(beginnings.names_in(site.values.get("plugins")), site.theme)
    ours = DISTRIBUTION if "dev" in __version__ else f"{DISTRIBUTION}=={__version__}"
    packages = [shlex.quote(one) for one in (ours, *needed)]
    below = "" if project.root == project.top else project.root.relative_to(project.top).as_posix()
    body = beginnings.workflow_text(project.branch, packages, below).encode()
    return Step(path, "new", "publishes the site to GitHub Pages, checked and verified, without a GPU", body)


def _reachable(step: Step, project: Project) -> Step:
    """The step, or what keeps its file from being written: a file where a folder must be, or a link that leads out."""
    if step.body is None:
        return step
    blocked = next((one for one in step.path.parents if one.exists() and not one.is_dir()), None)
    if blocked:
        return Step(step.path, "by hand", f"{blocked.name} is a file, and a folder must be there", lines=("move the file",))
    nearest = next(one for one in (step.path, *step.path.parents) if one.exists())
    if not nearest.resolve().is_relative_to(project.top.resolve()):
        return Step(
            step.path, "by hand", f"{nearest.name} is a link that leads out of the repository", lines=("remove the link",)
        )
    return step


def _below(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
