"""Stories of plans: each state of an item and of a question as page, twin and message, from fresh records and aged ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from projects import Project, copied

from chronicle.site import Site

ROADMAP = """\
---
kind: roadmap
---
# Roadmap

## Q1 {#q1}

- [x] Copy quickly {#copy evidence="TR1"}
- [ ] Copy on two machines {#two evidence="TR1 TR2"}
- [ ] Copy backwards {#back evidence="TR2"}
- [x] Tell everybody {#told}
- [x] Promised too early {#early evidence="TR2"}
- [ ] Never ticked {#late evidence="Q:answered"}
- [ ] Hostile {#a"onclick=alert(1)}
"""
QUESTION = """\
---
kind: question
id: {id}
title: Is it {id}?
theme: T
hypothesis: It is.
decides: a run
reports: [{reports}]
---
"""
QUESTIONS = {"open": "TR2", "measured": "TR1, TR2", "answered": "TR1", "reopened": "TR1, TR3"}


def with_plans(project: Project) -> Project:
    """The project with an item and a question in each state, and a report that was withdrawn."""
    project.write("docs/roadmap.md", ROADMAP)
    for name, reports in QUESTIONS.items():
        project.write(f"docs/questions/{name}.md", QUESTION.format(id=name, reports=reports))
    withdrawn = "status: withdrawn\nreason: It measured something else."
    report = (project.root / "docs/reports/one.md").read_text().replace("TR1", "TR3")
    project.write("docs/reports/three.md", report.replace("status: published", withdrawn))
    return project


@pytest.fixture(scope="module")
def fresh(original: Project, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return with_plans(copied(original, tmp_path_factory.mktemp("fresh") / "project")).derive()


@pytest.fixture(scope="module")
def aged(original: Project, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The same after the benchmark was edited."""
    project = with_plans(copied(original, tmp_path_factory.mktemp("aged") / "project"))
    project.write("bench/ceilings.py", (project.root / "bench/ceilings.py").read_text() + "\n# edited\n")
    return project.derive()


def page(site: Site, uri: str) -> str:
    return next(entry.body.decode() for entry in site.entries if entry.uri == uri)


def twin(site: Site, uri: str) -> Any:
    return json.loads(page(site, uri))


def items(site: Site) -> dict[str | None, str]:
    return {item["id"]: item["state"] for period in twin(site, "roadmap.json") for item in period["items"]}


def questions(site: Site) -> dict[str, tuple[str, str | None]]:
    return {one["id"]: (one["state"], one["verdict"]) for one in twin(site, "questions.json")}


def told(site: Site, file: str) -> list[tuple[int | None, str, str]]:
    return [(one.line, one.rule, one.found) for one in site.problems if one.file == file]


def test_each_item_has_the_state_that_its_evidence_gives_it(fresh: Site) -> None:
    assert items(fresh) == {
        "copy": "done",
        "two": "in progress",
        "back": "planned",
        "told": "asserted",
        "early": "planned",
        "late": "done",
        None: "planned",
    }
    assert "2 of 7 done" in page(fresh, "roadmap.md")


def test_a_box_that_disagrees_and_an_id_that_is_none_are_told_with_their_lines(fresh: Site) -> None:
    assert told(fresh, "docs/roadmap.md") == [
        (12, "box-disagrees", "a ticked box, but TR2 is not run"),
        (13, "box-disagrees", "an empty box, but all evidence is supported and fresh"),
        (14, "roadmap-attribute", "'#a\"onclick=alert(1)' in an attribute list"),
    ]


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("Copy quickly", "done"),
        ("Copy on two machines", "in progress"),
        ("Copy backwards", "planned"),
        ("Tell everybody", "asserted"),
    ],
)
def test_the_page_shows_the_state_before_the_words_of_an_item(fresh: Site, words: str, state: str) -> None:
    assert f"{state}</span> {words}" in page(fresh, "roadmap.md")


def test_an_item_shows_when_it_was_added_and_ticked_and_that_others_are_not_committed(fresh: Site) -> None:
    rows = {item["id"]: item for period in twin(fresh, "roadmap.json") for item in period["items"]}

    assert "added 2026-11-23 in " in page(fresh, "roadmap.md")
    assert rows["copy"]["added"]["revision"] == rows["copy"]["ticked"]["revision"]
    assert (rows["two"]["added"], rows["back"]["ticked"]) == (None, None)
    assert "not committed yet" in page(fresh, "roadmap.md")
    assert [step["total"] for step in twin(fresh, "roadmap.history.json")["steps"]] == [2]
    assert [track["id"] for track in twin(fresh, "roadmap.history.json")["removed"]] == ["later"]


def test_each_question_has_the_state_that_its_reports_give_it(fresh: Site) -> None:
    found = questions(fresh)

    assert {name: found[name] for name in QUESTIONS} == {
        "open": ("open", None),
        "measured": ("being measured", None),
        "answered": ("answered", "supported"),
        "reopened": ("reopened", None),
    }


@pytest.mark.parametrize(("name", "words"), [("open", "open"), ("measured", "being measured"), ("answered", "answered")])
def test_the_page_of_a_question_shows_its_state_its_hypothesis_and_who_wants_it(fresh: Site, name: str, words: str) -> None:
    shown = page(fresh, f"questions/{name}.md")

    assert f"{words}</span>" in shown
    assert "**Hypothesis:** It is&#46;" in shown
    assert ("## Wanted by" in shown) is (name == "answered")


def test_aged_records_make_what_was_done_stale_and_what_was_answered_reopened(aged: Site) -> None:
    assert {name: state for name, state in items(aged).items() if name in ("copy", "late", "back")} == {
        "copy": "stale",
        "late": "stale",
        "back": "planned",
    }
    assert questions(aged)["answered"] == ("reopened", None)
    assert "verdict--stale" in page(aged, "roadmap.md")
    assert "verdict--reopened" in page(aged, "questions/answered.md")
    assert (11, "claim-stale") in [(line, rule) for line, rule, _ in told(aged, "docs/reports/one.md")]


def test_a_report_lists_everything_that_names_it(fresh: Site) -> None:
    shown = page(fresh, "reports/one.md")
    wanted, named = shown.split("## Wanted by")[1].split("## Named by")

    assert [kind for kind in ("roadmap item", "question") if f"- {kind}: " in wanted] == ["roadmap item", "question"]
    assert [kind for kind in ("incident", "technology") if f"- {kind}: " in named] == ["incident", "technology"]
    assert "(../roadmap.md#copy)" in wanted
    assert "(../questions/answered.md)" in wanted


def test_an_incident_shows_its_commits_and_its_guards_and_one_that_is_gone_is_told(project: Project) -> None:
    guarded = project.derive()
    project.replace("docs/incidents/one.md", "README.md", "tests/test_gone.py")
    project.replace("docs/incidents/one.md", "to: HEAD", "to: nowhere")
    bare = project.derive()

    assert twin(guarded, "incidents/one.json")["state"] == "guarded"
    assert len(twin(guarded, "incidents/one.json")["commits"]) == 5
    assert page(guarded, "incidents/one.md").count('<li markdown="span">') == 5
    assert twin(bare, "incidents.json")[0]["state"] == "unguarded"
    assert [(line, rule) for line, rule, _ in told(bare, "docs/incidents/one.md")] == [
        (5, "incident-commits"),
        (7, "guard-missing"),
    ]
    assert "unguarded" in page(bare, "incidents/index.md")


def test_a_technology_leads_to_what_touched_it_and_a_report_that_is_not_there_is_told(project: Project) -> None:
    project.replace("docs/technologies.yml", "[TR1]", "[TR11]")
    project.replace("docs/technologies.yml", "ring: watch", "ring: try")

    site = project.derive()

    (one,) = twin(site, "technologies.json")
    assert (one["ring"], one["number"], one["moved_from"]) == ("try", 1, None)
    assert "(../episodes/one.md)" in page(site, "technologies/index.md")
    assert [(line, rule) for line, rule, _ in told(site, "docs/technologies.yml")] == [(7, "technologies")]


def test_a_broken_list_of_technologies_leaves_the_other_pages_standing(project: Project) -> None:
    project.write("docs/technologies.yml", "technologies: [\n")

    site = project.derive()

    assert [(line, rule) for line, rule, _ in told(site, "docs/technologies.yml")] == [(2, "technologies")]
    assert told(site, "docs/index.md") == []
    assert "its file cannot be read" in next(one.body.decode() for one in site.entries if one.uri == "index.md")
    assert page(site, "roadmap.md")
    assert site.errors == ()
