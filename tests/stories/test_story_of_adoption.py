"""Stories of adoption: ``chronicle init`` in projects of every shape, each of which then builds strictly with real MkDocs."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner
from hostile import Seen
from projects import Built, built_with_mkdocs
from repositories import RepositoryBuilder, lines

from chronicle.cli import cli

BLOG_AND_TAGS = """\
site_name: Theirs
site_url: !ENV [SITE, "https://example.org/theirs/"]
theme: {name: material, font: false}
validation: {nav: {omitted_files: warn}, links: {anchors: warn}}
plugins:
  - search
  - blog   # posts lie in docs/blog/posts
  - tags
nav:
  - index.md
  - blog/index.md
  - tags.md
markdown_extensions:
  - pymdownx.superfences:
      custom_fences:
        - name: mermaid
          class: mermaid
          format: !!python/name:pymdownx.superfences.fence_code_format
"""
EVERY_PLUGIN = """\
site_name: Theirs
theme: {name: material, font: false}
plugins:
  search: {}
  tags: {}
  blog: {}
  awesome-nav: {}
  mkdocstrings:
    handlers: {python: {paths: [.]}}
"""
NEEDED = {"awesome-nav": "mkdocs_awesome_nav", "mkdocstrings": "mkdocstrings_handlers.python"}
THEIR_PAGES = {
    "docs/index.md": "---\ntags: [theirs]\n---\n# Theirs\n\nSee the [post](blog/posts/first.md).\n",
    "docs/blog/index.md": "# Blog\n",
    "docs/blog/posts/first.md": "---\ndate: 2026-11-23\ntags: [theirs]\n---\n# A post\n\nWords.\n",
    "docs/tags.md": "# Tags\n\n<!-- material/tags -->\n",
}


def adopted(project: RepositoryBuilder) -> Built:
    """The project after ``chronicle init``, as MkDocs builds it strictly."""
    done = CliRunner().invoke(cli, ["init", str(project.path)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    built = built_with_mkdocs(project.path / "mkdocs.yml", strict=True)
    assert built.is_done, built.said
    return built


def nav(built: Built) -> str:
    """The words of the home page's navigation."""
    (found,) = re.findall(r'<nav class="md-nav md-nav--primary.*?</nav>\s*</div>', built.page("index.html"), re.DOTALL)
    return Seen(found).text


def test_an_empty_repository_is_a_site_at_once(tmp_path: Path) -> None:
    built = adopted(RepositoryBuilder(tmp_path / "An empty <project>"))

    assert "An empty <project>" in Seen(built.page("index.html")).text
    assert "No episode yet." in built.page("index.html")
    assert "The repository has no commit yet." in built.page("timeline/index.html")
    assert "Lines added" not in built.page("timeline/index.html")


def test_a_repository_without_a_tag_gets_an_episode_of_its_first_commits(tmp_path: Path) -> None:
    project = RepositoryBuilder(tmp_path / "untagged")
    project.commit("feat: begin", {"src/a.py": lines(3)})
    project.commit("fix: mend <b>it</b>", {"src/a.py": lines(5)})

    built = adopted(project)

    page = Seen(built.page("episodes/e01-the-first-commits/index.html")).text
    assert "fix: mend <b>it</b>" in page
    assert "episodes/e01-the-first-commits/" in built.page("index.html")
    assert "2023-11" not in nav(built)


def test_a_shallow_clone_builds_and_says_what_it_does_not_know(tmp_path: Path) -> None:
    project = RepositoryBuilder(tmp_path / "whole")
    for number in range(4):
        project.commit(f"feat: step {number}", {"a.py": lines(number)})
    project.git("clone", "-q", "--depth", "2", f"file://{project.path}", str(tmp_path / "clone"))

    built = adopted(RepositoryBuilder(tmp_path / "clone"))

    assert "feat: step 3" in Seen(built.page("episodes/e01-the-latest-commits/index.html")).text
    assert "shallow" in Seen(built.page("timeline/index.html")).text


def test_a_site_with_blog_and_tags_keeps_its_pages_and_gets_a_section(tmp_path: Path) -> None:
    project = RepositoryBuilder(tmp_path / "theirs")
    project.commit("docs: ours", {**THEIR_PAGES, "mkdocs.yml": BLOG_AND_TAGS})

    built = adopted(project)

    changed = project.git("diff", "--stat", "HEAD").splitlines()
    removed = [line for line in project.git("diff", "HEAD").splitlines() if line.startswith("-") and not line.startswith("---")]
    assert [line.split("|")[0].strip() for line in changed[:-1]] == ["mkdocs.yml"]
    assert removed == []
    assert "A post" in built.page("blog/index.html")
    assert "Words" in built.page("blog/2026/11/23/a-post/index.html")
    assert {"Chronicle", "Episodes", "Timeline", "Repository"} <= set(nav(built).split())


def test_ours_works_beside_search_tags_blog_awesome_nav_and_mkdocstrings_at_once(tmp_path: Path) -> None:
    missing = [plugin for plugin, module in NEEDED.items() if find_spec(module.partition(".")[0]) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    project = RepositoryBuilder(tmp_path / "everything")
    api = {
        "docs/api.md": "# API\n\n::: theirs\n",
        "theirs.py": '"""A module of theirs."""\n\n\ndef f() -> int:\n    """One."""\n    return 1\n',
    }
    listed = {"docs/.nav.yml": "nav:\n  - index.md\n  - API: api.md\n  - Episodes: episodes/index.md\n  - '*'\n"}
    project.commit("docs: ours", {**THEIR_PAGES, **api, **listed, "mkdocs.yml": EVERY_PLUGIN})

    built = adopted(project)

    assert "A module of theirs." in built.page("api/index.html")
    assert "A post" in built.page("blog/index.html")
    assert "Theirs" in built.page("tags/index.html")
    assert "The first commits" in built.page("search/search_index.json")
    words = nav(built)
    assert words.index("API") < words.index("Episodes") < words.index("Timeline")
    assert "2023-11" not in words
