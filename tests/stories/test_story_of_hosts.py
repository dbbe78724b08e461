"""Stories of a host: the same bytes from the same commit, other plugins beside ours, and nothing that runs in the HTML."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hostile import Seen
from projects import CONFIGURATION, Built, Project, copied

PLUGINS = "plugins: [search, chronicle]"
ON_PURPOSE = ("plain/index.html",)


def digests(folder: Path) -> dict[str, str]:
    """Each file of a built site; MkDocs writes the time of the build into its sitemap alone."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("sitemap.xml")]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def built(original: Project, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The project as MkDocs builds it, strictly, in this process."""
    done = copied(original, tmp_path_factory.mktemp("built") / "project").mkdocs(strict=True)
    assert done.is_done, done.said
    return done


def test_another_process_without_caches_builds_the_same_bytes_whatever_its_hash_seed(built: Built, project: Project) -> None:
    project.write("mkdocs.yml", CONFIGURATION)
    shutil.rmtree(project.root / ".chronicle")
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"

    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=project.root,
        env=os.environ | {"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        check=True,
        capture_output=True,
    )

    assert digests(project.root / "site") == digests(built.folder)


def test_the_pages_say_what_the_evidence_holds(built: Built) -> None:
    report, home = built.page("reports/one/index.html"), built.page("index.html")

    assert "2.836" in report and "verdict--supported" in report
    assert "{{ this_is_code() }}" in Seen(report).text.replace("\xa0", " ")
    assert "1 of 2 done" in home
    assert "reports/one/" in home and "episodes/one/" in home
    assert "{{ left_alone() }}" in built.page("plain/index.html")


def test_no_page_holds_anything_of_a_stranger_that_runs(built: Built) -> None:
    pages = {path.relative_to(built.folder).as_posix(): Seen(path.read_text()) for path in built.folder.rglob("*.html")}
    theme = _scripts(pages.pop("404.html"))

    for name, seen in pages.items():
        assert _scripts(seen) == theme, name
        assert [one for one in seen.found if one[1].startswith("on") and name not in ON_PURPOSE] == [], name
        assert [
            one
            for one in seen.dangers
            if one[0] not in ("link", "script") and one[1] in ("href", "src", "xlink:href", "srcdoc")
        ] == [], name
    assert "alert(1)" in pages["timeline/2023-11/index.html"].text
    assert "javascript:alert(1)" in pages["timeline/2023-11/index.html"].text


def _scripts(seen: Seen) -> list[str]:
    """The elements of a page that run or load something, in order; linked data is a script that no browser runs."""
    found = [tag for tag, name, _ in seen.found if not name and tag in ("script", "iframe", "object", "embed", "base")]
    for _ in range(seen.found.count(("script", "type", "application/ld+json"))):
        found.remove("script")
    return found


def test_the_linked_data_of_a_report_holds_its_title_and_ends_where_it_should(built: Built) -> None:
    page = built.page("reports/one/index.html")
    (linked,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)

    assert json.loads(linked)["name"] == "How fast a copy is & why <script>alert(1)</script>"
    assert page.index(linked) < page.index("</head>")
    assert not set("<>&") & set(linked)


def test_search_finds_the_words_of_authored_and_derived_pages(built: Built) -> None:
    found = {entry["location"] for entry in json.loads(built.page("search/search_index.json"))["docs"]}

    assert {"", "reports/one/", "episodes/one/", "timeline/2023-11/", "claims/"} <= found


def test_blog_and_tags_work_beside_ours(project: Project) -> None:
    project.write("docs/tags.md", "# Tags\n\n<!-- material/tags -->\n")
    project.write("docs/blog/index.md", "# Blog\n")
    project.write("docs/blog/posts/a.md", "---\ndate: 2026-11-23\n---\n# A post\n\nWords.\n")

    done = project.mkdocs(strict=True, configuration=CONFIGURATION.replace(PLUGINS, "plugins: [search, blog, tags, chronicle]"))

    assert done.is_done, done.said
    assert "A post" in done.page("blog/index.html")
    assert "reports/one/" in done.page("tags/index.html")
    assert Seen(done.page("tags/index.html")).text.count("<script>alert(1)</script>") >= 1
    assert Seen(done.page("tags/index.html")).found.count(("script", "", "")) == Seen(done.page("404.html")).found.count(
        ("script", "", "")
    )


def test_a_site_without_a_nav_and_without_extensions_lists_no_leaf_and_shows_no_markup(project: Project) -> None:
    bare = CONFIGURATION.partition("markdown_extensions:")[0] + "validation: {nav: {omitted_files: warn}}\n"

    done = project.mkdocs(strict=True, configuration=bare)

    assert done.is_done, done.said
    nav = set(re.findall(r'<a href="([^"]*)" class="md-nav__link', done.page("index.html")))
    derived = [path for path in done.folder.rglob("*.html") if path.parent.parent.name != "episodes"]  # strangers write there
    assert {"timeline/", "runs/", "machines/", "claims/"} <= nav
    assert not nav & {"timeline/2023-11/", "machines/h100-sxm/"}
    markup = re.compile(r'\{ #\w|^(!!!|\?\?\?) |markdown="1"', re.MULTILINE)
    assert [path for path in derived if markup.search(Seen(path.read_text()).text)] == []


NAV = """
nav:
  - Home: index.md
  - Reports: reports/index.md
  - Evidence: [{Timeline: timeline/index.md}, {Runs: runs/index.md}, {Claims: claims.md}]
  - Plan: roadmap.md
"""


def way_and_tab(page: str) -> tuple[list[str], list[str]]:
    """The words of the way to a page, and of the tab that is marked."""
    way = re.search(r'<nav class="md-path".*?</nav>', page, re.DOTALL)
    active = re.findall(r'md-tabs__item--active">\s*<a [^>]*>\s*(.*?)\s*</a>', page, re.DOTALL)
    return [word.strip() for word in re.findall(r'md-ellipsis">(.*?)</span>', way[0] if way else "", re.DOTALL)], active


def test_a_page_that_no_nav_names_shows_the_way_to_it_and_marks_its_tab(project: Project) -> None:
    features = "[navigation.path, navigation.prune, navigation.tabs]"
    built = project.mkdocs(strict=True, configuration=CONFIGURATION.replace("[navigation.prune]", features) + NAV)
    (run,) = built.folder.glob("runs/*/*/index.html")
    commit = next(built.folder.glob("commits/*/*/index.html"))

    assert built.is_done, built.said
    assert way_and_tab(run.read_text()) == (["Home", "Evidence", "Runs"], ["Evidence"])
    assert way_and_tab(commit.read_text()) == (["Home", "Evidence", "Timeline"], ["Evidence"])
    assert way_and_tab(built.page("reports/one/index.html")) == (["Home", "Reports"], ["Reports"])
    assert way_and_tab(built.page("roadmap/index.html")) == ([], ["Plan"])


def test_without_a_nav_a_list_that_opens_a_section_of_its_name_stands_in_the_way_once(project: Project) -> None:
    features = "[navigation.path, navigation.indexes]"
    built = project.mkdocs(configuration=CONFIGURATION.replace("[navigation.prune]", features))
    (run,) = built.folder.glob("runs/*/*/index.html")

    assert way_and_tab(run.read_text())[0] == ["Home", "Runs"]


def test_a_dirty_build_leaves_pages_that_did_not_change(project: Project) -> None:
    first = project.mkdocs()
    before = {path: path.stat().st_mtime_ns for path in first.folder.rglob("*.html")}
    project.replace("docs/questions.md", "yes.", "yes, it is.")

    second = project.mkdocs(dirty=True)

    changed = {path.relative_to(first.folder).as_posix() for path, when in before.items() if path.stat().st_mtime_ns != when}
    assert second.is_done
    assert "yes, it is." in second.page("questions/index.html")
    assert "questions/index.html" in changed
    assert not changed & {"reports/one/index.html", "timeline/2023-11/index.html", "machines/h100-sxm/index.html"}


def test_an_authored_page_where_a_derived_one_goes_is_a_warning(project: Project) -> None:
    project.write("docs/claims.md", "# My own claims\n")

    done = project.mkdocs(strict=True)

    assert not done.is_done
    assert any("claims.md is both authored and derived" in line for line in done.said)


def test_an_edit_button_leads_to_the_authored_file_and_derived_pages_have_none(project: Project) -> None:
    linked = CONFIGURATION.replace("[navigation.prune]", "[navigation.prune, content.action.edit]")
    linked += "repo_url: https://example.org/r/project\nedit_uri: edit/main/docs/\n"

    done = project.mkdocs(configuration=linked)

    assert "https://example.org/r/project/edit/main/docs/reports/one.md" in done.page("reports/one/index.html")
    assert "/edit/main/" not in done.page("claims/index.html")
