"""Stories of authors: slips of the pen are named with page and line, and do not hide the other pages."""

from __future__ import annotations

import json

import pytest
from hostile import VECTORS
from projects import Project, copied
from repositories import RepositoryBuilder

from chronicle.site import Site

WRONG = [
    ('{{ fact("call_seconds", where={"benchmark": "nothing"}) }}', "unknown-fact", "recorded are copy, launch"),
    ('{{ fact("nothing") }}', "unknown-fact", "no metric 'nothing'"),
    ('{{ fact("call_seconds") }}', "unknown-fact", "say which one"),
    ('{{ fact("call_seconds", where="copy") }}', "unknown-fact", "wrong arguments"),
    ("{{ fact() }}", "unknown-fact", "wrong arguments (missing a required argument: 'metric')"),
    ("{{ fact(1, 2, 3, 4, 5) }}", "unknown-fact", "wrong arguments"),
    ("{{ fact([1]) }}", "unknown-fact", "wrong arguments"),
    (
        "{{ fact('call_seconds', where={'benchmark': 'copy'}, show=3) }}",
        "unknown-fact",
        "show: input should be a valid string",
    ),
    ("{{ share('call_seconds', of=['memory'], where={'benchmark': 'copy'}) }}", "unknown-fact", "wrong arguments"),
    ("{{ ratio('call_seconds', of=1, to=2) }}", "unknown-fact", "wrong arguments"),
    ("{{ fcat('call_seconds') }}", "directive", "no directive 'fcat'"),
    ("{{ chart('pie') }}", "directive", "no chart 'pie'"),
    ("{{ chart(['distribution']) }}", "directive", "wrong arguments"),
    ("{{ chart('distribution', metric={}) }}", "directive", "wrong arguments"),
    ("{{ chart('activity', title=[1]) }}", "directive", "wrong arguments"),
    ("{{ chart('activity', of='gone') }}", "directive", "no repository 'gone'"),
    ("{{ results(metric=[1]) }}", "directive", "wrong arguments"),
    ("{{ runs('nothing') }}", "directive", "no run of a suite 'nothing'"),
    ("{{ metrics() }}", "directive", "no directive 'metrics'"),
    ("{{ call_seconds }}", "directive", "not a call of a directive"),
    ("{{ fact(", "directive", "not closed"),
]
CODE = """\
---
kind: page
---
Words, then `{{ in_a_span() }}`, and

```sh
# {{ in_a_fence() }}
```

    {{ in_an_indented_block() }}

<!--
{{ in_a_comment() }}
-->

# The title comes late

!!! note

    {{ fact("call_seconds", where={"benchmark": "copy"}, show="value") }}
"""


@pytest.fixture(scope="module")
def wrong(original: Project, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site of a project with a page for each slip of the pen, derived once."""
    project = copied(original, tmp_path_factory.mktemp("wrong") / "project")
    for place, (written, _, _) in enumerate(WRONG):
        project.write(f"docs/wrong{place}.md", f"---\nkind: page\n---\n# A page\n\nwords\n{written}\n")
    episode = (project.root / "docs/episodes/one.md").read_text()
    project.write("docs/episodes/lost.md", episode.replace("first..", "gone..").replace("{{ metrics() }}", "Its text stays."))
    project.write("docs/other.md", "---\nkind: raport\n---\n# Other\n\n{{ left_alone() }}\n")
    project.write("docs/reports/two.md", (project.root / "docs/reports/one.md").read_text())
    return project.derive()


@pytest.mark.parametrize(("place", "rule", "found"), [(place, *case[1:]) for place, case in enumerate(WRONG)])
def test_what_cannot_be_answered_is_named_with_its_page_and_line(wrong: Site, place: int, rule: str, found: str) -> None:
    problems = [problem for problem in wrong.problems if problem.file == f"docs/wrong{place}.md"]

    assert [(problem.line, problem.rule) for problem in problems] == [(7, rule)]
    assert found in problems[0].found


def test_the_other_pages_of_a_site_with_slips_of_the_pen_stand(wrong: Site) -> None:
    uris = {entry.uri for entry in wrong.entries}

    assert uris >= {"index.md", "reports/one.md", "episodes/one.md", "claims.md"}
    assert wrong.errors == ()


def test_code_and_comments_are_left_alone_and_the_title_is_no_line_of_code(project: Project) -> None:
    project.write("docs/a.md", CODE)

    built = project.derive()
    page = next(entry.body.decode() for entry in built.entries if entry.uri == "a.md")

    assert built.problems == ()
    assert "`{{ in_a_span() }}`" in page
    assert "\n# {{ in_a_fence() }}\n```\n" in page
    assert "\n    {{ in_an_indented_block() }}\n" in page
    assert '"benchmark"' not in page


def test_one_broken_episode_is_listed_with_its_line_and_the_others_still_build(project: Project) -> None:
    episode = (project.root / "docs/episodes/one.md").read_text()
    project.write("docs/episodes/two.md", episode.replace("number: 1", "number: two").replace("series:", "seriesname:"))
    project.write("docs/episodes/three.md", "---\nkind: episode\ntitle: [\n---\n# Three\n")
    project.write("docs/roadmap.md", "---\nkind: roadmap\ntitel: x\n---\n# Roadmap\n")

    built = project.mkdocs()

    said = "\n".join(built.said)
    assert built.is_done
    assert "docs/episodes/two.md:5: number: 'two'" in said
    assert "docs/episodes/two.md:3: unknown key 'seriesname'" in said
    assert "docs/episodes/three.md:4: front matter that is not YAML" in said
    assert "docs/roadmap.md:3: unknown key 'titel'" in said
    assert "This page could not be built" in built.page("episodes/two/index.html")
    assert "line 5" in built.page("episodes/two/index.html")
    assert "This page could not be built" in built.page("roadmap/index.html")
    assert "files changed" in built.page("episodes/one/index.html")
    assert not project.mkdocs(strict=True).is_done


def test_a_page_of_no_kind_is_left_to_the_host_and_one_of_an_unknown_kind_is_not_shown(wrong: Site) -> None:
    pages = {entry.uri: entry.body.decode() for entry in wrong.entries if entry.uri.endswith(".md")}

    assert "plain.md" not in pages
    assert "This page could not be built" in pages["other.md"]
    assert [(one.line, one.rule) for one in wrong.problems if one.file == "docs/other.md"] == [
        (2, "front-matter"),
        (6, "directive"),
    ]


def test_commits_that_nobody_can_find_leave_the_episode_its_text(wrong: Site) -> None:
    page = next(entry.body.decode() for entry in wrong.entries if entry.uri == "episodes/lost.md")

    assert "Its text stays." in page
    assert ("docs/episodes/lost.md", 10, "episode-commits") in [(one.file, one.line, one.rule) for one in wrong.problems]


def test_two_reports_of_one_id_are_a_problem(wrong: Site) -> None:
    assert ("docs/reports/two.md", 3, "duplicate-id") in [(one.file, one.line, one.rule) for one in wrong.problems]


def test_addresses_of_other_schemes_are_found_by_a_build_and_the_page_still_stands(project: Project) -> None:
    addresses = ("tel:+123", "ftp://x", "file:///x", "data:x", "javascript:x", "C:/x")
    links = "\n\n".join([*(f"[words]({one})" for one in addresses), "![a dot](data:image/png;base64,AAAA)"])
    project.write("docs/t.md", f"---\nkind: page\ntitle: x\n---\n# x\n\n{links}\n")
    for place, text in enumerate(VECTORS):
        project.write(f"docs/hostile/t{place}.md", f"---\nkind: page\ntitle: x\n---\n# x\n\n{text}\n")

    built = project.mkdocs()

    said = [line for line in built.said if "docs/t.md:" in line]
    assert built.is_done
    assert [line.split()[1] for line in said] == [f"docs/t.md:{line}:1:" for line in range(7, 20, 2)]
    assert all(line.endswith("[link-scheme]") for line in said)
    assert "<p><span>words</span></p>" in built.page("t/index.html")
    assert "<p><span>a dot</span></p>" in built.page("t/index.html")
    assert len(list((built.folder / "hostile").rglob("index.html"))) == len(VECTORS)


def test_a_tag_that_a_report_leaves_open_is_found_and_hides_nothing_that_follows(project: Project) -> None:
    report = (project.root / "docs/reports/one.md").read_text()
    project.write("docs/reports/one.md", f"{report}\n<details><summary>More</summary>\n")

    built = project.derive()
    page = next(entry.body.decode() for entry in built.entries if entry.uri == "reports/one.md")

    assert [(one.line, one.rule) for one in built.problems] == [(report.count("\n") + 2, "unclosed")]
    assert "<details><summary>More</summary>\n\n</details>\n" in page
    assert page.index("</details>") < page.index("## Evidence")


LINEAGE = """---
kind: report
id: {id}
title: A report of its time
version: "{version}"
status: {status}
date: 2026-11-2{day}
{more}---
# A report of its time

Words.
"""


@pytest.fixture(scope="module")
def lineage(original: Project, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Reports that supersede one another, are withdrawn, or name what is not there; one has an earlier version in git."""
    project = copied(original, tmp_path_factory.mktemp("lineage") / "project")
    git = RepositoryBuilder(project.root)

    def report(name: str, status: str, more: str = "", version: str = "1.0", day: int = 1) -> None:
        text = LINEAGE.format(id=f"TR-{name}", status=status, more=more, version=version, day=day)
        project.write(f"docs/reports/{name}.md", text)

    report("old", "superseded")
    report("new", "published", "supersedes: TR-old\n", day=2)
    report("lost", "superseded")
    report("slip", "published", "supersedes: TR-odl\nevidence: [ceilings, ceilngs, later]\n")
    project.write("bench/later.py", "(")
    report("gone", "withdrawn", "reason: The board was shared.\n")
    report("twice", "draft")
    git.commit("docs: report")
    report("twice", "published", version="2.0")
    git.commit("docs: publish")
    return project.derive()


def test_a_superseded_report_says_so_before_anything_else_and_leads_to_its_successor(lineage: Site) -> None:
    page = next(entry.body.decode() for entry in lineage.entries if entry.uri == "reports/old.md")

    assert "[TR&#45;new&#58; A report of its time](new.md) has taken the place of this report" in page
    assert page.index("Superseded") < page.index("Words.")


def test_a_withdrawn_report_says_why_before_anything_else_and_supports_nothing(lineage: Site) -> None:
    entries = {entry.uri: entry.body.decode() for entry in lineage.entries if entry.uri.startswith("reports/gone")}

    assert "This report was withdrawn and supports nothing: The board was shared&#46;" in entries["reports/gone.md"]
    assert json.loads(entries["reports/gone.json"])["state"] == "not run"


def test_a_line_of_reports_that_breaks_is_named_with_what_was_meant(lineage: Site) -> None:
    said = {one.file: (one.line, one.hint) for one in lineage.problems if one.rule == "report-lineage"}

    assert said == {
        "docs/reports/lost.md": (6, "write `supersedes: TR-lost` into the report that takes its place"),
        "docs/reports/slip.md": (8, "did you mean 'TR-old'?"),
    }


def test_a_slip_in_the_evidence_of_a_report_is_named_and_a_suite_without_a_record_is_none(lineage: Site) -> None:
    found = [one for one in lineage.problems if one.rule == "unknown-evidence"]

    assert [(one.file, one.line, one.found, one.hint) for one in found] == [
        ("docs/reports/slip.md", 9, "the evidence 'ceilngs'", "did you mean 'ceilings'?")
    ]


def test_an_earlier_version_stays_readable_and_the_versions_say_what_changed(lineage: Site) -> None:
    entries = {entry.uri: entry.body.decode() for entry in lineage.entries if entry.uri.startswith("reports/twice")}

    assert 'version: "1.0"' in entries["reports/twice.v1-0.txt"]
    assert "(twice.v1-0.txt)" in entries["reports/twice.md"]
    assert [(one["what"], one["before"], one["after"]) for one in json.loads(entries["reports/twice.json"])["changelog"]] == [
        ("first committed", "", "0 claims"),
        ("version", "1.0", "2.0"),
        ("status", "draft", "published"),
    ]
