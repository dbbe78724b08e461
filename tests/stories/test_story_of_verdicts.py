"""A story for each verdict: what the page, its twin and `chronicle check` say of it, told wrongly and told honestly."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner, Result
from projects import CONFIGURATION, Project
from recorded import record, suite
from repositories import RepositoryBuilder

from chronicle.cli import cli

RATIO = 'ratio("call_seconds", of={{"impl": "eager", "machine": "{of}"}}, to={{"impl": "graph", "machine": "{to}"}}) >= {n}'
DEV = RATIO.format(of="dev", to="dev", n="{n}")
REPORT = """---
kind: report
id: {id}
title: Decoding
status: published
date: 2026-01-03
evidence: [decode]
claims:
{claims}---
# Decoding

{{{{ claims() }}}}

{{{{ claim("supported") }}}}
"""


@dataclass(frozen=True)
class Told:
    """A verdict with the claim that comes to it, what its sentence says, and what is said where prose tells another."""

    verdict: str
    says: str
    holds: str
    sentence: str
    reason: str

    @property
    def id(self) -> str:
        return self.verdict.replace(" ", "-")


STORIES = (
    Told(
        "supported",
        "A captured graph is at least 1.5 times as fast as eager.",
        'ratio("call_seconds", of={"impl": "eager"}, to={"impl": "graph"}, where={"machine": "dev"}) >= 1.5',
        "On dev, the ratio of time of a call, decode[impl=eager] over decode[impl=graph], is 1.994 (99.37 % interval "
        "1.990–2.014; 12 paired blocks, median of their ratios; 2.0010 ms against 1.0005 ms; no A/A control), "
        "which is at least 1.5.",
        "",
    ),
    Told(
        "refuted",
        "A captured graph is at least 3 times as fast as eager.",
        'ratio("call_seconds", of={"impl": "eager"}, to={"impl": "graph"}, where={"machine": "dev"}) >= 3',
        "2.0010 ms against 1.0005 ms; no A/A control), which is not at least 3.",
        "",
    ),
    Told(
        "undecided",
        "A captured graph takes at most a millisecond.",
        'median("call_seconds", where={"impl": "graph", "machine": "dev"}) <= 0.001',
        "That leaves undecided whether it is at most 1.00 ms: its interval holds the threshold.",
        "",
    ),
    Told(
        "not comparable",
        "It is faster here than there.",
        'ratio("call_seconds", of={"machine": "other"}, to={"machine": "dev"}, where={"impl": "graph"}) > 1',
        "decode[impl=graph] on other at 1.5007 ms and decode[impl=graph] on dev at 1.0005 ms are not compared: the runs differ",
        "(the runs differ in cpu.model (other against dev), driver.driver (581 against 580))",
    ),
    Told(
        "not run",
        "It takes at most a second.",
        'median("call_seconds", where={"machine": "dve"}) <= 1',
        "Nothing decides this: no measurement with machine 'dve'; recorded are dev, other; did you mean 'dev'?",
        "(no measurement with machine 'dve'; recorded are dev, other; did you mean 'dev'?)",
    ),
)


def report(name: str, *, is_honest: bool) -> str:
    lines = [
        f"  - id: {one.id}\n    says: {one.says}\n    holds: {json.dumps(one.holds)}\n"
        + (f"    presents: {one.verdict}\n" if is_honest else "")
        for one in STORIES
    ]
    return REPORT.format(id=name, claims="".join(lines))


@dataclass(frozen=True)
class Shown:
    """What a site and the check of it say: twins by path, pages by path, and the check's answer."""

    twins: dict[str, Any]
    pages: dict[str, str]
    check: Result


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two machines with other pins, and a report whose prose presents every claim as supported."""
    root = tmp_path_factory.mktemp("verdicts")
    builder = RepositoryBuilder(root)
    revision = builder.commit("feat: decode", {".gitignore": ".chronicle/\n", "mkdocs.yml": CONFIGURATION})
    suite(root / "bench", "decode")
    record(root / "bench", "decode", "dev", {"eager": 2.0, "graph": 1.0}, revision=revision)
    record(root / "bench", "decode", "other", {"eager": 3.0, "graph": 1.5}, revision=revision, driver="581")
    project = Project(root)
    project.write("docs/index.md", "# Home\n")
    project.write("docs/reports/one.md", report("TR1", is_honest=False))
    builder.commit("docs: claim")
    return project


@pytest.fixture(scope="module")
def told_wrongly(project: Project) -> Shown:
    return shown(project)


@pytest.fixture(scope="module")
def told_honestly(project: Project, told_wrongly: Shown) -> Shown:
    project.write("docs/reports/one.md", report("TR1", is_honest=True))
    return shown(project)


def shown(project: Project) -> Shown:
    built = project.derive()
    entries = {
        entry.uri: entry.body.decode(errors="replace") for entry in built.entries if entry.uri.endswith((".md", ".json"))
    }
    twins = {uri: json.loads(entries[uri]) for uri in ("claims.json", "reports/one.json")}
    return Shown(twins, entries, CliRunner().invoke(cli, ["check", "--json", "-f", str(project.root / "mkdocs.yml")]))


@pytest.mark.parametrize("one", STORIES, ids=lambda one: one.id)
def test_the_page_and_the_twin_say_what_the_evidence_says(told_honestly: Shown, one: Told) -> None:
    (twin,) = [claim for claim in told_honestly.twins["claims.json"] if claim["id"] == f"TR1#{one.id}"]
    (again,) = [claim for claim in told_honestly.twins["reports/one.json"]["claims"] if claim["id"] == f"TR1#{one.id}"]

    assert (twin["verdict"], twin["says"]) == (one.verdict, one.says)
    assert again == twin
    assert one.sentence in twin["sentence"]
    assert f'verdict verdict--{one.id}">{one.verdict}</span>' in told_honestly.pages["claims.md"]
    assert f'verdict verdict--{one.id}">{one.verdict}</span>' in told_honestly.pages["reports/one.md"]


@pytest.mark.parametrize("one", STORIES[1:], ids=lambda one: one.id)
def test_prose_that_presents_it_as_supported_is_a_finding_with_its_line_and_its_reason(told_wrongly: Shown, one: Told) -> None:
    (said,) = [finding for finding in json.loads(told_wrongly.check.output) if finding["rule"] == f"claim-{one.id}"]

    assert (said["file"], said["line"]) == ("docs/reports/one.md", 9 + 3 * STORIES.index(one))
    assert said["found"].startswith(f"claim TR1#{one.id} is {one.verdict}")
    assert one.reason in said["found"]
    assert f"`presents: {one.verdict}`" in said["hint"]
    assert told_wrongly.check.exit_code == 1


def test_a_report_that_tells_each_verdict_honestly_passes(told_honestly: Shown) -> None:
    assert json.loads(told_honestly.check.output) == []
    assert told_honestly.check.exit_code == 0


def test_what_nothing_was_recorded_for_is_neither_fresh_nor_stale(told_honestly: Shown) -> None:
    by_verdict = {claim["verdict"]: claim["freshness"] for claim in told_honestly.twins["claims.json"]}

    assert (by_verdict["supported"], by_verdict["not run"]) == ("fresh", None)


def test_a_claim_committed_before_its_data_says_so_with_both_dates(told_honestly: Shown) -> None:
    supported = told_honestly.twins["claims.json"][0]

    assert (supported["order"], supported["registered_utc"][:10], supported["data_began_utc"][:10]) == (
        "predicted before",
        "2023-11-14",
        "2026-01-02",
    )


def test_a_claim_alone_in_prose_is_its_verdict_its_words_and_its_sentence(told_honestly: Shown) -> None:
    (claim,) = [
        line
        for line in told_honestly.pages["reports/one.md"].splitlines()
        if line.startswith("<span") and "which is at least" in line
    ]

    assert "A captured graph is at least 1&#46;5 times as fast as eager&#46;" in claim
