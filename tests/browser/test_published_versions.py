"""Versions published to a bare remote, and read from it as a host would serve them: selector, frozen releases, addresses."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest
from loopback import Visit, serving
from playwright.sync_api import expect
from repositories import RepositoryBuilder

from chronicle.cli.published_branch import git

CONFIGURATION = """\
site_name: A project
site_url: {origin}project/
theme: {{name: material, font: false}}
plugins: [search, chronicle]
"""
REPORT = """\
---
kind: report
id: TR1
title: {title}
status: published
date: 2026-11-23
---
# {title}

{{{{ cite() }}}}
"""
ATOM = "{http://www.w3.org/2005/Atom}"
Open = Callable[..., Visit]


@dataclass(frozen=True)
class Published:
    """A project, its bare remote, the folder in which the remote's branch is served, and the address of that."""

    project: RepositoryBuilder
    remote: Path
    served: Path
    origin: str

    @property
    def address(self) -> str:
        return f"{self.origin}project/"

    def publish(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "chronicle", "publish", *arguments]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return subprocess.run(command, cwd=self.project.path, env=environment, capture_output=True, text=True)

    def tip(self) -> str:
        return git(self.remote, "rev-parse", "gh-pages")

    def page(self, path: str) -> str:
        return (self.served / "project" / path).read_text(encoding="utf-8")

    def tell(self, title: str, tag: str) -> None:
        self.project.commit(title, {"docs/reports/one.md": REPORT.format(title=title)})
        self.project.git("tag", tag)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """Two releases, each published and pushed; then the remote's branch, checked out and served."""
    folder = tmp_path_factory.mktemp("published")
    with serving(folder / "served") as origin:
        one = Published(RepositoryBuilder(folder / "ours"), folder / "remote.git", folder / "served", origin)
        one.project.git("init", "-q", "--bare", str(one.remote))
        one.project.git("remote", "add", "origin", str(one.remote))
        for setting, value in (("user.name", "Ada"), ("user.email", "ada@example.org")):
            one.project.git("config", setting, value)
        files = {"mkdocs.yml": CONFIGURATION.format(origin=origin), "docs/index.md": "# Home\n", ".gitignore": ".chronicle/\n"}
        one.project.commit("begin", files)
        for title, tag in (("How it was", "v1.0"), ("How it is", "v2.0")):
            one.tell(title, tag)
            done = one.publish("--push")
            assert done.returncode == 0, done.stderr
        git(folder, "clone", "-q", "-b", "gh-pages", str(one.remote), str(one.served / "project"))
        yield one


def test_each_version_is_a_folder_of_the_branch_and_the_newest_release_the_latest(published: Published) -> None:
    listed = json.loads(published.page("versions.json"))

    assert [(one["version"], one["aliases"]) for one in listed] == [("2.0", ["latest"]), ("1.0", [])]
    assert [
        re.findall("<h1.*?>(How .*?)<", published.page(f"{name}/reports/one/index.html")) for name in ("1.0", "latest")
    ] == [
        ["How it was"],
        ["How it is"],
    ]
    assert 'href="latest/"' in published.page("index.html")


def test_the_latest_chronicle_has_a_stable_address_and_a_citation_names_the_version_that_stays(published: Published) -> None:
    latest = published.page("latest/reports/one/index.html")

    assert f'<link rel="canonical" href="{published.address}latest/reports/one/"' in latest
    assert f"url = {{{published.address}2.0/reports/one/}}" in re.sub("<.*?>", "", latest)
    assert f'href="{published.address}2.0/reports/one/"' in latest


def test_feeds_and_sitemap_keep_to_the_stable_address_and_list_no_twin(published: Published) -> None:
    site = published.served / "project" / "latest"
    feed, old = (parse(folder / "reports.atom.xml").getroot() for folder in (site, site.parent / "1.0"))
    places = [one.text or "" for one in parse(site / "sitemap.xml").iter() if one.tag.endswith("}loc")]

    assert [link.get("href") for link in feed.iter(f"{ATOM}link")] == [
        f"{published.address}latest/reports.atom.xml",
        f"{published.address}latest/reports/",
        f"{published.address}latest/reports/one/",
    ]
    assert [one.text for one in feed.iter(f"{ATOM}id")] == [one.text for one in old.iter(f"{ATOM}id")]
    assert f"{published.address}latest/reports/one/" in places
    assert [place for place in places if not place.startswith(f"{published.address}latest/") or not place.endswith("/")] == []


def test_a_failing_build_and_a_remote_that_refuses_leave_both_branches_as_they_were(published: Published) -> None:
    before, ours = published.tip(), git(published.project.path, "show-ref", "--heads")
    broken = {"docs/broken.md": "# Broken\n\n[nowhere](nowhere.md)\n"}
    published.project.commit("break", broken)
    failed = published.publish("--push")
    published.project.git("reset", "-q", "--hard", "HEAD^")
    hook = published.remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho closed for today >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    refused = published.publish("dev", "--push")
    hook.unlink()

    assert (failed.returncode, refused.returncode) == (1, 2)
    assert "dev was not published: a strict build of mkdocs.yml fails" in failed.stderr
    assert "origin did not take the branch gh-pages" in refused.stderr
    assert (published.tip(), git(published.project.path, "show-ref", "--heads")) == (before, ours)
    assert git(published.project.path, "status", "--porcelain") == ""


@pytest.mark.browser
def test_the_selector_leads_to_the_same_page_of_another_version_and_the_old_one_says_so(
    published: Published, visit: Open
) -> None:
    seen = visit(f"{published.address}latest/reports/one/")
    page = seen.page
    expect(page.locator(".md-version__current")).to_contain_text("2.0")
    expect(page.locator("[data-md-component=outdated]")).to_be_hidden()

    page.locator(".md-version__current").hover(force=True)  # the list opens over it
    page.locator(".md-version__link", has_text="1.0").click()

    page.wait_for_url(f"{published.address}1.0/reports/one/")
    expect(page.locator("article h1")).to_contain_text("How it was")
    expect(page.locator("[data-md-component=outdated]")).to_contain_text("This is not the latest version of the site.")
    page.get_by_role("link", name="Go to the latest.").click()
    page.wait_for_url(f"{published.address}latest/")
    assert (seen.complaints, seen.foreign) == ([], [])


@pytest.mark.browser
def test_the_root_of_the_site_leads_to_the_latest(published: Published, visit: Open) -> None:
    page = visit(published.address).page

    page.wait_for_url(f"{published.address}latest/")
    expect(page.locator("article h1")).to_contain_text("Home")
