"""A story for each state of staleness: what the figure, the claim, the report and the roadmap item say, and what check does."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner, Result
from projects import CONFIGURATION, Project
from recorded import record, suite
from repositories import RepositoryBuilder

from chronicle.cli import cli
from chronicle.records.files import Table

AGES = "[search, {chronicle: {evidence_max_age_days: 365}}]"
LOST = "0123456789abcdef0123456789abcdef01234567"
STATES = {
    "fresh": ("fresh", ""),
    "code": ("code changed", "code.py, or local code it imports, changed since the run"),
    "environment": ("environment changed", "m-environment has another driver.driver (580 against 581) since 2026-02-01"),
    "aged": ("aged", "the run is of 2020-01-01, 1413 days before the site; 365 are allowed"),
    "table": ("aged", "the table is of 2021-01-01, 1047 days before the site; 365 are allowed"),
    "orphaned": ("orphaned revision", "no configured repository holds the revision of the run any more"),
}
PRICES = Table(path="prices/gpu.csv", sha256="0" * 64, as_of="2021-01-01", source="a price page", confidence="low")
STALE = [name for name in STATES if name != "fresh"]
REPORT = """---
kind: report
id: {id}
title: Of a suite
status: published
date: 2026-01-03
evidence: [{name}]
claims:
  - id: quick
    says: It takes at most two milliseconds.
    holds: 'median("call_seconds", where={{"suite": "{name}"}}) <= 0.002'
---
# Of a suite

It takes {{{{ fact("call_seconds", where={{"suite": "{name}"}}) }}}}.

{{{{ chart("distribution", metric="call_seconds", where={{"suite": "{name}"}}) }}}}

{{{{ claim("quick") }}}}
"""


@dataclass(frozen=True)
class Shown:
    """The twins and pages of a site by path, the findings of its check, the exit code, and the check of the fresh report."""

    twins: dict[str, Any]
    pages: dict[str, str]
    findings: list[dict[str, Any]]
    exit_code: int
    of_fresh: Result


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """Six suites on machines of their own, each with a report and an item of the roadmap; one edit or run later."""
    root = tmp_path_factory.mktemp("staleness")
    project, bench = Project(root), root / "bench"
    builder = RepositoryBuilder(root)
    configuration = CONFIGURATION.replace("[search, chronicle]", AGES)
    revision = builder.commit("feat: measure", {".gitignore": ".chronicle/\n", "mkdocs.yml": configuration})
    for name in STATES:
        suite(bench, name)
        day, held = ("2020-01-01" if name == "aged" else "2026-01-02"), (LOST if name == "orphaned" else revision)
        read = (PRICES,) if name == "table" else ()
        record(bench, name, f"m-{name}", {"graph": 1.0}, revision=held, day=day, tables=read)
        project.write(f"docs/reports/{name}.md", REPORT.format(id=f"TR-{name}", name=name))
        spoken = f"date: 2026-01-03\nas_of: {day}\n"
        then = REPORT.format(id=f"TR-{name}-then", name=name).replace("date: 2026-01-03\n", spoken)
        project.write(f"docs/reports/{name}-then.md", then)
    project.write(
        "docs/reports/early.md", then.replace("-then", "-early").replace(spoken, "date: 2026-01-03\nas_of: 2019-01-01\n")
    )
    suite(bench, "code", "x = 2\n")
    suite(bench, "later")
    record(bench, "later", "m-environment", {"graph": 1.0}, revision=revision, day="2026-02-01", driver="581")
    items = "".join(f'- [x] Measure {name} {{#{name} evidence="TR-{name}#quick"}}\n' for name in STATES)
    project.write("docs/roadmap.md", f"---\nkind: roadmap\n---\n# Roadmap\n\n## Q1 {{#q1}}\n\n{items}")
    project.write("docs/index.md", "# Home\n")
    builder.commit("docs: tell")
    texts = [entry for entry in project.derive(max_age_days=365).entries if entry.uri.endswith((".md", ".json"))]
    pages = {entry.uri: entry.body.decode() for entry in texts}
    checked = CliRunner().invoke(cli, ["check", "--json", "-f", str(root / "mkdocs.yml")])
    of_fresh = CliRunner().invoke(cli, ["check", "-f", str(root / "mkdocs.yml"), str(root / "docs/reports/fresh.md")])
    twins = {uri: json.loads(text) for uri, text in pages.items() if uri.endswith(".json")}
    return Shown(twins, pages, json.loads(checked.output), checked.exit_code, of_fresh)


@pytest.mark.parametrize("name", STATES)
def test_the_twins_of_claim_and_report_name_the_state_and_why(shown: Shown, name: str) -> None:
    state, reason = STATES[name]
    report = shown.twins[f"reports/{name}.json"]
    (claim,) = report["claims"]

    assert (report["freshness"], report["freshness_reason"]) == (state, reason)
    assert (claim["freshness"], claim["freshness_reason"], claim["is_stale"]) == (state, reason, name != "fresh")
    assert (claim["verdict"], report["state"]) == ("supported", "supported" if name == "fresh" else "stale")


@pytest.mark.parametrize("name", STALE)
def test_the_page_says_it_at_the_fact_the_figure_the_claim_and_on_the_first_screen(shown: Shown, name: str) -> None:
    state, reason = STATES[name]
    page = shown.pages[f"reports/{name}.md"]

    assert f'fact__mark">stale&#58; {state}</sup>' in page
    assert f"stale&#58; {state}</span> [It takes at most" in page
    assert 'verdict--supported">supported</span></span> <span class="' in page
    assert f"The evidence is stale, {state}:" in page
    assert f"stale&#58; {state}</span>" in page.partition("It takes ")[0]
    assert f"stale&#58; {state}</span> {reason[0]}" in page.partition("#only-dark")[2]


@pytest.mark.parametrize("name", STALE)
def test_the_item_of_the_roadmap_that_rests_on_it_is_stale_and_says_which_input_aged(shown: Shown, name: str) -> None:
    (line,) = [line for line in shown.pages["roadmap.md"].splitlines() if f"Measure {name}" in line]

    assert f"stale&#58; {STATES[name][0]}</span>" in line
    assert 'verdict--stale">stale</span>' in line


@pytest.mark.parametrize("name", STALE)
def test_check_names_the_claim_with_its_line_and_ends_with_a_finding(shown: Shown, name: str) -> None:
    state, reason = STATES[name]
    (said,) = [one for one in shown.findings if one["file"] == f"docs/reports/{name}.md" and one["rule"] == "claim-stale"]

    assert said["line"] == 9
    assert said["found"] == f"claim TR-{name}#quick rests on stale evidence, {state}: {reason}"
    assert shown.exit_code == 1


def test_fresh_evidence_is_no_finding_and_carries_no_mark(shown: Shown) -> None:
    assert [one for one in shown.findings if one["file"] == "docs/reports/fresh.md"] == []
    assert "stale" not in shown.pages["reports/fresh.md"]
    assert (shown.of_fresh.exit_code, shown.of_fresh.output[:11]) == (0, "no findings")


@pytest.mark.parametrize("name", STALE)
def test_a_report_that_speaks_of_a_day_is_marked_all_the_same_and_no_finding_unless_its_revision_is_gone(
    shown: Shown, name: str
) -> None:
    page = shown.pages[f"reports/{name}-then.md"]
    rules = {one["rule"] for one in shown.findings if one["file"] == f"docs/reports/{name}-then.md"}

    assert f'fact__mark">stale&#58; {STATES[name][0]}</sup>' in page
    day = "2020-01-01" if name == "aged" else "2026-01-02"
    assert f"The numbers are those of {day}. Since then: {STATES[name][1]}." in html.unescape(page)
    assert rules == ({"claim-stale"} if name == "orphaned" else set())


@pytest.mark.parametrize("name", [name for name in STALE if name != "orphaned"])
def test_the_claims_of_a_report_that_speaks_of_a_day_count_by_their_verdict(shown: Shown, name: str) -> None:
    day = "2020-01-01" if name == "aged" else "2026-01-02"
    counted = f'1 <span class="verdict verdict--supported">supported</span></span> <span class="tally">as of {day}</span>'
    family = html.unescape(shown.pages["claims.md"]).partition(f"TR-{name}-then: Of a suite")[2].partition("## ")[0]
    [row] = [line for line in shown.pages["reports/index.md"].splitlines() if f"({name}-then.md)" in line]

    assert counted in family
    assert counted in html.unescape(row)
    assert shown.twins[f"badges/reports/TR-{name}-then.json"]["message"] == f"supported, as of {day}"


def test_a_report_that_speaks_of_a_day_of_which_nothing_has_aged_says_the_day_alone(shown: Shown) -> None:
    page = shown.pages["reports/fresh-then.md"]

    assert "The numbers are those of 2026-01-02." in page
    assert "Since then" not in page


def test_a_report_that_speaks_of_a_day_before_its_evidence_is_a_finding(shown: Shown) -> None:
    assert {one["rule"] for one in shown.findings if one["file"] == "docs/reports/early.md"} == {"claim-stale"}
