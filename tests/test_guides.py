"""The guides tell the truth: their examples run, and the commands they name exist with the options they show."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from inspect import signature
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from chronicle.documents.claims import Claim
from chronicle.documents.episode import EpisodeFront, parse_episode
from chronicle.documents.front_matter import Authored, FrontMatter, read
from chronicle.documents.incident import parse_incident
from chronicle.documents.legacy.corpus import LINT
from chronicle.documents.questions import parse_question, parse_questions
from chronicle.documents.report import ReportFront
from chronicle.documents.roadmap import parse_roadmap
from chronicle.documents.roundtable import roundtable
from chronicle.documents.stated import METRICS
from chronicle.documents.technologies import parse_radar
from chronicle.documents.voices import parse_voices
from chronicle.facts.freshness import Freshness
from chronicle.facts.grammar import CALLS, parse
from chronicle.facts.predicates import Verdict
from chronicle.harness.answering import numbers
from chronicle.pages.episode_blocks import MINED

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs" / "guides").glob("*.md"))]
LINE = re.compile(r"^(?:\.venv/bin/)?chronicle (.+)$", re.MULTILINE)
SPAN = re.compile(r"`(?:\.venv/bin/)?chronicle ([a-z][^`]*)`")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def unknown_words(command: click.Command, words: list[str]) -> list[str]:
    """The subcommand or the options among ``words`` that ``command`` does not have."""
    if isinstance(command, click.Group) and words:
        below = command.commands.get(words[0])
        return unknown_words(below, words[1:]) if below else words[:1]
    options = {name for parameter in command.params for name in parameter.opts}
    return [word for word in words if word.startswith("--") and word not in options]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_a_guide_shows_exists_with_its_options(page: Path) -> None:
    from chronicle.cli import cli

    source = page.read_text(encoding="utf-8")
    shown = [*LINE.findall(source), *SPAN.findall(source)]

    assert [words for line in shown if (words := unknown_words(cli, shlex.split(line)))] == []


def test_the_example_of_a_benchmark_runs_and_proves_its_result() -> None:
    pytest.importorskip("torch")
    example, _ = blocks("docs/guides/benchmarks.md", "python")
    names: dict[str, object] = {}
    exec(example, names)
    copy = names["copy"]
    work = copy.set_up("cpu", 1)  # type: ignore[attr-defined]
    work.call()

    assert work.bytes == 2 * 2**20
    assert work.check.error() == 0.0


def test_the_examples_of_studies_give_numbers_by_the_names_of_metrics() -> None:
    _, example = blocks("docs/guides/benchmarks.md", "python")
    names: dict[str, object] = {}
    exec(example, names)
    drawn, rent = names["drawn"], names["rent"]

    assert numbers("drawn", drawn.set_up(n=10, seed=1)).keys() == {"mean_ratio"}  # type: ignore[attr-defined]
    assert (rent.label, rent.reads) == ("derived", ("prices/spot.csv",))  # type: ignore[attr-defined]


def test_the_examples_of_a_roadmap_and_of_a_question_read_without_a_problem() -> None:
    roadmap, questions = blocks("docs/guides/writing-plans.md", "markdown")
    (items, item_problems), (asked, question_problems) = parse_roadmap(roadmap, file="r"), parse_questions(questions, file="q")

    assert (item_problems, question_problems) == ((), ())
    assert items.items[0].evidence == ("TR123", "bench:tensor_parallel")
    assert asked[0].reports == ("TR120",)


def test_the_header_and_the_statements_of_the_guide_of_episodes_read_without_a_problem() -> None:
    header, stated, _ = blocks("docs/guides/writing-episodes.md", "yaml")
    front, problems = parse_episode(Authored("a.md", "a.md", header.replace("tags:", f"{stated}tags:")))

    assert problems == ()
    assert front is not None and front.stated.lines_added is not None
    assert (str(front.date_end), front.commits, front.stated.lines_added.value) == (
        "2026-11-23",
        ("1a2b3c4..5d6e7f8",),
        1200,
    )


def test_the_voices_and_the_roundtable_of_the_guide_read_without_a_problem() -> None:
    *_, listing = blocks("docs/guides/writing-episodes.md", "yaml")
    (talk,) = blocks("docs/guides/writing-episodes.md", "markdown")
    cast, problems = parse_voices(Authored("voices.yml", "voices.yml", listing), {"assets/voices/banterpacks.png"})
    told = roundtable(Authored("a.md", "a.md", talk), cast)

    assert (problems, told.problems) == ((), ())
    assert [(line.voice.name, line.stage) for line in told.lines] == [("Claude", "looks up"), ("Banterpacks", "")]


def test_the_guide_of_episodes_lists_every_key_and_every_mined_number() -> None:
    source = (ROOT / "docs/guides/writing-episodes.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`(\w+)`", source.split("| key | says |")[1].split("\n\n")[0]))
    numbers = set(re.findall(r"`(\w+)`", source.split('{{ mined("commits") }}')[1].split("|")[1]))

    assert set(EpisodeFront.model_fields) - {"kind"} <= listed
    assert numbers == set(MINED)
    assert all(f"  {name}:" in source for name in METRICS)


def test_the_examples_of_a_question_of_its_own_a_radar_and_an_incident_read_without_a_problem() -> None:
    question, radar, incident = (Authored("x", "x", text) for text in blocks("docs/guides/writing-plans.md", "yaml"))
    same, *_ = parse_questions(blocks("docs/guides/writing-plans.md", "markdown")[1], file="q")[0]

    own, problems = parse_question(question)[1:]
    found, radar_problems = parse_radar(radar, (), (), ())
    front, incident_problems = parse_incident(incident)
    assert (problems, radar_problems, incident_problems) == ((), (), ())
    assert own is not None and found is not None and front is not None
    assert (own.id, own.theme, own.title, own.reports) == (same.id, same.theme, same.title, same.reports)
    assert [blip.technology.name for blip in found.blips] == ["vLLM"]
    assert front.window == "8c6470c 8c6470c..5e43286"


REPORTS = "docs/guides/writing-reports.md"


def listed(heading: str) -> list[str]:
    """The first column of the table with that heading in the guide to reports, as plain words."""
    source = (ROOT / REPORTS).read_text(encoding="utf-8")
    return [row.split("|")[1].strip() for row in source.split(heading)[1].split("\n\n")[0].splitlines()[2:]]


def keys(part: int) -> set[str]:
    source = (ROOT / REPORTS).read_text(encoding="utf-8").split("| key | holds |")[part]
    return {name for row in source.split("\n\n")[0].splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])}


def test_the_example_of_a_report_reads_without_a_problem() -> None:
    example, *_ = blocks(REPORTS, "yaml")

    front, problems = read(Authored("a.md", "a.md", example), ReportFront)

    assert problems == ()
    assert front is not None
    assert [claim.margin for claim in front.claims] == [None, 0.02]


def test_every_predicate_of_the_guide_is_one_and_every_estimate_is_shown() -> None:
    predicates = blocks(REPORTS, "text")[0]

    assert {parse(line).call.name for line in predicates.splitlines()} == set(CALLS)


def test_the_guide_lists_every_verdict_every_state_and_every_key() -> None:
    assert listed("| verdict | when |") == [verdict.value for verdict in Verdict]
    assert listed("| state | when |") == [state.value for state in Freshness]
    assert keys(1) == set(ReportFront.model_fields) - set(FrontMatter.model_fields) | {"title"}
    assert keys(2) == set(Claim.model_fields)


def test_the_guide_lists_every_directive_with_its_arguments() -> None:
    source = (ROOT / "docs/guides/writing-reports.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`(\w+)\((.*?)\)`", source.split("| directive |")[1].split("\n\n")[0]))

    assert listed == {(name, ", ".join(signature(answer).parameters)) for name, answer in every_directive().items()}


def every_directive() -> dict[str, Callable[..., object]]:
    """The directives of every kind of page, on a site that is empty."""
    from chronicle.documents.library import Library
    from chronicle.facts.ledger import Ledger
    from chronicle.pages import authored, episode_blocks, incidents, plain, plans
    from chronicle.pages.desk import Desk, make_always

    desk = Desk(Library((), (), Ledger(()), (), ()), make_always)
    episode = episode_blocks.answers(None, desk)  # type: ignore[arg-type]  # only the signatures are looked at
    placed = {**plans.answers(desk, "x.md"), **plain.answers(desk, "x.md"), **incidents.answers(None, desk)}
    return {**authored.common_answers(desk, "x.md"), **placed, **episode}


def test_the_example_of_the_migration_guide_is_imported_to_the_model_it_shows(tmp_path: Path) -> None:
    from chronicle.cli import cli

    (example,) = re.findall(
        r"^````markdown\n(.*?)^````$", (ROOT / "docs/guides/migrating.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    (model,) = blocks("docs/guides/migrating.md", "json")
    (tmp_path / "episode-012.md").write_text(example, encoding="utf-8")
    answer = CliRunner().invoke(cli, ["import", "episodes", str(tmp_path), "--json"], catch_exceptions=False)

    assert json.loads(answer.stdout) == json.loads(model)


def test_the_migration_guide_lists_every_rule_of_the_import() -> None:
    listed = set(re.findall(r"`([a-z0-9-]+)`", (ROOT / "docs/guides/migrating.md").read_text(encoding="utf-8")))

    assert listed >= LINT


PUBLISHING = "docs/guides/publishing.md"


def test_the_guide_to_publishing_lists_every_option_and_only_files_that_a_site_has() -> None:
    from chronicle.cli.publish import publish
    from chronicle.documents.library import Library
    from chronicle.facts.ledger import Ledger
    from chronicle.pages.desk import Desk, make_always
    from chronicle.pages.schemas import schema_entries

    source = (ROOT / PUBLISHING).read_text(encoding="utf-8")
    options = set(re.findall(r"`(--[a-z-]+)`", source.split("| option | says |")[1].split("\n\n")[0]))
    schemas = {entry.uri for entry in schema_entries(Desk(Library((), (), Ledger(()), (), ()), make_always))}

    assert options == {name for one in publish.params for name in one.opts if name.startswith("--")}
    assert set(re.findall(r"`(schemas/[\w.]+json)`", source)) <= schemas
