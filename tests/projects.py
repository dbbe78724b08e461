"""A whole small project for tests: a repository with hostile commits, authored pages, and the committed run of an H100."""

from __future__ import annotations

import dataclasses
import logging
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from hostile import VECTORS
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort
from repositories import RepositoryBuilder
from runs import H100, ROOT, resealed

from chronicle import site
from chronicle.documents.directives import find_directives
from chronicle.documents.front_matter import Authored
from chronicle.documents.links import refused_addresses
from chronicle.documents.unclosed import unclosed
from chronicle.records import run as record
from chronicle.stage import Cache

MACHINE = "h100-sxm"
COPY = 'median("call_seconds", where={"benchmark": "copy"})'
REPORT = """\
---
kind: report
id: TR1
title: How fast a copy is & why <script>alert(1)</script>
status: published
date: 2026-11-23
authors: ["<img src=x onerror=alert(1)>", "Ada"]
tags: ["<script>alert(1)</script>", gpu]
evidence: [ceilings]
claims:
  - id: copy-is-quick
    says: A copy takes less than 3 ms <script>alert(1)</script>.
    holds: 'median("call_seconds", where={"benchmark": "copy"}) <= 0.003'
---
# How fast a copy is

It takes {{ fact("call_seconds", where={"benchmark": "copy"}) }}, which is
{{ share("bandwidth_bytes_per_second", of="memory", where={"benchmark": "copy"}) }} of the peak.

{{ claims() }}

{{ chart("distribution", metric="call_seconds", where={"benchmark": "copy"}) }}

```jinja
{{ this_is_code() }}
```
"""
EPISODE = """\
---
kind: episode
series: "A series {{ x() }}"
season: 1
number: 1
title: "The first [link](javascript:alert(1)) {onclick=alert(1)}"
tagline: "<img src=x onerror=alert(1)> *told*"
type: feat
date: 2026-11-23
commits: first..HEAD
---
# The first

{{ metrics() }}

{{ commits() }}

"""
INCIDENT = """\
---
kind: incident
title: "It broke [link](javascript:alert(1)) <script>alert(1)</script> {{ x() }}"
date: 2026-11-23
from: first
to: HEAD
guards: [README.md, TR1, "R:copy"]
---

<img src=x onerror=alert(1)>
"""
TECHNOLOGIES = """\
technologies:
  - name: "<script>alert(1)</script> [x](javascript:alert(1)) | {{ x() }}"
    category: inference
    ring: watch
    since: 2026-11-23
    why: "<img src=x onerror=alert(1)> | **bold** {{ x() }} [x](javascript:alert(1))"
    reports: [TR1]
    episodes: [episodes/one.md]
"""
QUESTION = """\
---
kind: question
id: asked-1
title: "Is it <script>alert(1)</script> [x](javascript:alert(1)) {{ x() }}?"
theme: "Physics | <b onclick=alert(1)>"
hypothesis: "<img src=x onerror=alert(1)> {{ x() }}"
decides: "a run | [x](javascript:alert(1))"
reports: [TR1]
---
"""


def is_no_finding(text: str) -> bool:
    """Whether a hostile text may stand in the project, in which nothing is to be found."""
    authored = Authored("", "", text)
    found = (*find_directives(text, "")[1], *refused_addresses(authored), *unclosed(authored))
    return "```" not in text and "<!--" not in text and not found


PAGES = {
    "index.md": "---\nkind: page\n---\n# Home\n\n{{ reports() }}\n\n{{ episodes() }}\n\n{{ roadmap() }}\n\n"
    "{{ questions() }}\n\n{{ technologies() }}\n\n{{ incidents() }}\n",
    "technologies.yml": TECHNOLOGIES,
    "incidents/one.md": INCIDENT,
    "questions/asked.md": QUESTION,
    "plain.md": "# A page of no kind\n\n{{ left_alone() }} <b onclick='mine()'>its own</b>\n",
    "reports/one.md": REPORT,
    "episodes/one.md": EPISODE + "\n\n".join(text for text in VECTORS if is_no_finding(text)),
    "roadmap.md": (
        "---\nkind: roadmap\n---\n# Roadmap\n\n## Q1 {#q1}\n\n"
        '- [x] Copy quickly {#copy evidence="TR1"}\n- [ ] Later {#later evidence="TR2"}\n'
    ),
    "questions.md": (
        "---\nkind: questions\n---\n# Questions\n\n## Physics\n\n### Is it quick? {#physics-1}\n\n"
        "- **Hypothesis:** yes.\n- **Decided by:** measuring.\n- **Reports:** TR1\n"
    ),
}
SUBJECTS = (
    "feat: <script>alert(1)</script> {{ 7 * 7 }} {% raw %}",
    "fix: [click](javascript:alert(1)) ![x](y){onerror=alert(1)} `code` **bold** | cell |",
    'docs: \x1b[31mred\x1b[0m \u202ereversed\u202c <!-- --> &lt;b&gt; #1 @someone --8<-- "x"',
)
CONFIGURATION = """\
site_name: A project
site_url: https://example.org/project/
use_directory_urls: true
strict: false
theme: {name: material, font: false, features: [navigation.prune]}
plugins: [search, chronicle]
markdown_extensions: [admonition, attr_list, footnotes, md_in_html, tables, {toc: {permalink: true}},
  pymdownx.details, pymdownx.highlight, pymdownx.superfences, pymdownx.tasklist]
"""


@dataclass
class Built:
    """What one MkDocs build said, and whether it came to its end."""

    folder: Path
    said: list[str] = field(default_factory=list)
    is_done: bool = False

    def page(self, uri: str) -> str:
        return (self.folder / uri).read_text(encoding="utf-8")


@dataclass
class Project:
    """A project in a folder; edits of its files are plain edits."""

    root: Path

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    @property
    def run(self) -> Path:
        return self.root / "bench" / "results" / MACHINE / H100.name

    def derive(self, max_age_days: int | None = None) -> site.Site:
        """The entries of its site, without a host."""
        root = self.root
        inputs = site.Inputs(root, root / "docs", {"project": root}, root / "bench", root / ".chronicle/cache", {})
        inputs = dataclasses.replace(inputs, evidence_max_age_days=max_age_days)
        return site.build(inputs, Cache(root / ".chronicle/cache/made"))

    def found(self) -> list[tuple[str, int | None, str]]:
        """File, line and rule of everything that its site has to complain about."""
        return [(problem.file, problem.line, problem.rule) for problem in self.derive().problems]

    def mkdocs(self, *, strict: bool = False, dirty: bool = False, configuration: str = CONFIGURATION) -> Built:
        """Build it with MkDocs, in this process."""
        self.write("mkdocs.yml", configuration)
        return built_with_mkdocs(self.root / "mkdocs.yml", strict=strict, dirty=dirty)


def built_with_mkdocs(configuration: Path, *, strict: bool, dirty: bool = False) -> Built:
    """Build the site of a configuration with MkDocs, in this process."""
    built = Built(configuration.parent / "site")
    listener = _Listener(built.said)
    logging.getLogger("mkdocs").addHandler(listener)
    try:
        config = load_config(str(configuration), strict=strict)
        config.plugins.on_startup(command="build", dirty=dirty)
        build(config, dirty=dirty)
        built.is_done = True
    except Abort as failure:
        built.said.append(str(failure))
    finally:
        logging.getLogger("mkdocs").removeHandler(listener)
    return built


def make_project(root: Path) -> Project:
    """A project at ``root`` whose evidence and prose agree."""
    repository = RepositoryBuilder(root)
    repository.commit("first", {".gitignore": ".chronicle/\nsite/\n", "README.md": "# A project\n"})
    repository.git("tag", "first")
    hostile = {"GIT_AUTHOR_NAME": '"><script>alert(1)</script>', "GIT_AUTHOR_EMAIL": "javascript:alert(1)@example.org"}
    for place, subject in enumerate(SUBJECTS):
        repository.commit(subject, {f"src/<img src=x onerror=alert({place})>.py": "x = 1\n"}, **hostile)
    project = Project(root)
    for path, text in PAGES.items():
        project.write(f"docs/{path}", text)
    shutil.copytree(ROOT / "bench", root / "bench", ignore=shutil.ignore_patterns("results", "__pycache__", "lab"))
    for unused in (root / "bench").glob("*.py"):
        if unused.name != "ceilings.py":
            unused.unlink()
    shutil.copytree(H100, project.run)
    shutil.copytree(H100.parent / "env", project.run.parent / "env")
    source = record.Source(revision=repository.git("rev-parse", "first"), dirty=False, stated_by="git")
    resealed(project.run, source=source)
    repository.commit("docs: tell what was measured", GIT_COMMITTER_DATE="1795392000 +0000", GIT_AUTHOR_DATE="1795392000 +0000")
    return project


def copied(project: Project, root: Path) -> Project:
    """The same project elsewhere, caches included, free to be edited."""
    shutil.copytree(project.root, root, symlinks=True)
    return Project(root)


class _Listener(logging.Handler):
    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
