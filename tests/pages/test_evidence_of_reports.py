"""The directives of a report choose among the evidence it names, and those of other pages among all that was recorded."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from recorded import record, suite
from repositories import RepositoryBuilder

from chronicle import site
from chronicle.documents.library import Library
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.imprint import Imprint
from chronicle.pages.recomputed import Recomputed
from chronicle.records.circumstances import Phase
from chronicle.site import Site

WORDS = """\
{{ fact("call_seconds", where={"impl": "graph"}) }}

{{ ratio("call_seconds", of={"impl": "eager"}, to={"impl": "graph"}, show="value") }}

{{ results("call_seconds", where={"impl": "graph"}) }}

{{ table("call_seconds", rows="impl", where={"impl": "graph"}) }}

{{ runs("tiny") }}

{{ chart("distribution", metric="call_seconds", where={"suite": "tiny"}) }}
"""
MODEL = """\
what_if:
  step:
    title: A step
    along: seconds
    inputs:
      seconds: {says: seconds, fact: call_seconds, where: {impl: graph, suite: tiny}, least: 0, most: 1}
    gives:
      twice: {says: Twice, formula: 2 * seconds}
"""
PLAIN = "---\nkind: page\n---\n# A page\n\n"


def draw_nothing(key: str, make: Callable[[], bytes]) -> bytes:
    return b'<svg width="1" height="1"/>'


@dataclass(frozen=True)
class Recorded:
    """A project with an older run of ``tiny``, a newer one whose cases are alike, and one of ``other``."""

    root: Path
    old: str
    new: str
    other: str

    def report(self, evidence: str, words: str, more: str = "") -> str:
        head = f"kind: report\nid: TR1\ntitle: One\nstatus: draft\nevidence: [{evidence}]\n{more}"
        return f"---\n{head}---\n# One\n\n{words}\n"

    def library(self, **pages: str) -> Library:
        for name, words in pages.items():
            (self.root / "docs").mkdir(exist_ok=True)
            (self.root / f"docs/{name}.md").write_text(words)
        return site.library_of(
            site.Inputs(self.root, self.root / "docs", {"project": self.root}, self.root / "bench", self.root / "cache", {})
        )

    def built(self, **pages: str) -> Site:
        return site.arrange(self.library(**pages), draw_nothing, Imprint())


@pytest.fixture
def project(tmp_path: Path) -> Recorded:
    repository = RepositoryBuilder(tmp_path)
    repository.commit("first", {".gitignore": "cache/\n"})
    bench, names = tmp_path / "bench", []
    for name, day, eager, graph in (("tiny", "02", 12.0, 6.0), ("tiny", "03", 3.0, 3.0), ("other", "04", 4.0, 2.0)):
        suite(bench, name)
        times = {"eager": eager, "graph": graph}
        walls = (10**9,) * 12
        names.append(record(bench, name, "dev", times, revision=repository.head, day=f"2026-01-{day}", block_wall_ns=walls))
    return Recorded(tmp_path, *names)


def body(built: Site, name: str) -> str:
    return next(one.body.decode() for one in built.entries if one.uri == f"{name}.md").partition("## ")[0]


def seen(markdown: str) -> str:
    """What a reader sees of our Markdown, near enough to be searched."""
    return html.unescape(re.sub(r"<[^>]*>", "", markdown))


def told(built: Site, name: str) -> list[tuple[str, int | None, str, str]]:
    return [(one.rule, one.line, one.found, one.hint) for one in built.problems if one.file == f"docs/{name}.md"]


def test_the_directives_of_a_report_choose_among_its_evidence_where_a_newer_run_lies_outside(project: Recorded) -> None:
    built = project.built(one=project.report(project.old, WORDS))

    page = body(built, "one")
    assert told(built, "one") == []
    assert "6.00" in seen(page)
    assert "3.00" not in seen(page)
    assert project.old in page
    assert project.new not in page
    assert project.other not in page


def test_a_page_without_evidence_chooses_among_all_that_was_recorded(project: Recorded) -> None:
    words = WORDS.replace('"impl": "graph"}', '"impl": "graph", "suite": "tiny"}')

    built = project.built(one=project.report(project.old, WORDS), two=PLAIN + words)

    assert "3.00" in seen(body(built, "two"))
    assert project.new in body(built, "two")


def test_a_report_that_names_no_evidence_chooses_among_all_too(project: Recorded) -> None:
    built = project.built(one=project.report("", '{{ fact("call_seconds", where={"impl": "graph", "suite": "tiny"}) }}'))

    assert "3.00" in seen(body(built, "one"))


@pytest.mark.parametrize(
    ("directive", "outside", "suite_name"),
    [
        ('fact("call_seconds", where={"impl": "graph", "suite": "other"})', "other", "other"),
        ('fact("call_seconds", where={"impl": "graph", "run": "NEW"})', "new", "tiny"),
        ('share("call_seconds", of="memory", where={"impl": "graph", "suite": "other"})', "other", "other"),
        ('ratio("call_seconds", of={"run": "NEW"}, to={"run": "OLD"}, where={"impl": "graph"})', "new", "tiny"),
        ('results("call_seconds", where={"suite": "other"})', "other", "other"),
        ('results(where={"suite": "other"})', "other", "other"),
        ('table("call_seconds", rows="impl", where={"suite": "other"})', "other", "other"),
        ('runs("other")', "other", "other"),
        ('spent("dev/NEW")', "new", "tiny"),
        ('chart("distribution", metric="call_seconds", where={"suite": "other"})', "other", "other"),
        ('chart("trend", metric="call_seconds", where={"suite": "other", "impl": "graph"})', "other", "other"),
        ('chart("sweep", metric="call_seconds", x="impl", where={"suite": "other"})', "other", "other"),
    ],
)
def test_what_only_a_record_outside_the_evidence_answers_is_a_finding_that_says_what_to_name(
    project: Recorded, directive: str, outside: str, suite_name: str
) -> None:
    asked = directive.replace("NEW", project.new).replace("OLD", project.old)

    built = project.built(one=project.report(project.old, f"{{{{ {asked} }}}}"))

    key = f"dev/{getattr(project, outside)}"
    ((rule, line, found, hint),) = told(built, "one")
    assert (rule, line) == ("outside-evidence", 10)
    assert found.endswith(f": nothing in the evidence of the report fits, but {key} outside it does")
    assert hint == f"add `{key}` or `{suite_name}@dev` to `evidence`, or ask for what is in it"


def test_what_no_record_answers_is_unknown_as_on_any_page(project: Recorded) -> None:
    built = project.built(one=project.report(project.old, '{{ fact("call_seconds", where={"impl": "none"}) }}'))

    ((rule, _, found, _),) = told(built, "one")
    assert rule == "unknown-fact"
    assert "no measurement with impl 'none'" in found


def test_a_claim_says_too_that_a_record_outside_the_evidence_would_decide_it(project: Recorded) -> None:
    holds = """'median("call_seconds", where={"impl": "graph", "suite": "other"}) < 1'"""
    claims = f"claims:\n  - id: quick\n    says: It is quick.\n    holds: {holds}\n    presents: not run\n"

    claim = project.library(one=project.report(project.old, "", claims)).claims[0]

    assert claim.judgement.reason == f"nothing in the evidence of the report fits, but dev/{project.other} outside it does"


def test_a_model_begins_at_the_evidence_of_the_report_that_declares_it_wherever_it_is_shown(project: Recorded) -> None:
    report = project.report(project.old, '{{ what_if("step") }}', MODEL)

    built = project.built(one=report, two=PLAIN + '{{ what_if("step", of="TR1") }}')

    assert told(built, "one") == told(built, "two") == []
    assert [project.old in body(built, name) for name in ("one", "two")] == [True, True]
    assert [project.new in body(built, name) for name in ("one", "two")] == [False, False]


def test_one_chart_asked_for_by_a_report_and_by_another_page_is_drawn_from_what_each_chooses_among(project: Recorded) -> None:
    chart = '{{ chart("distribution", metric="call_seconds", where={"suite": "tiny"}) }}'

    built = project.built(one=project.report(project.old, chart), two=PLAIN + chart)

    sources = {one.uri: one.body.decode() for one in built.entries if re.search(r"charts/distribution-.*\.csv", one.uri)}
    assert len(set(sources.values())) == 2


def test_a_chart_of_a_report_keeps_its_place_when_other_evidence_is_added(project: Recorded) -> None:
    chart = '{{ chart("distribution", metric="call_seconds", where={"suite": "tiny"}) }}'

    few, more = (project.built(one=project.report(named, chart)) for named in ("tiny", "tiny, other"))

    places = [sorted(one.uri for one in built.entries if one.uri.startswith("charts/distribution-")) for built in (few, more)]
    assert places[0] == places[1]
    assert all("-tr1." in place for place in places[0])


def clashes(built: Site) -> list[tuple[str, int | None, str, str, str]]:
    return [(one.file, one.line, one.found, one.expected, one.hint) for one in built.problems if one.rule == "duplicate-id"]


def test_two_reports_whose_ids_give_one_address_are_a_finding_and_each_shows_its_own_chart(project: Recorded) -> None:
    chart = '{{ chart("distribution", metric="call_seconds", where={"suite": "tiny"}) }}'
    one, two = (project.report(run, chart) for run in (project.old, project.new))

    built = project.built(one=one.replace("TR1", "TR1-1"), two=two.replace("TR1", "TR1.1"))

    expected = "an id that differs from those of others by letters or digits; docs/one.md has TR1-1"
    found = "the report id TR1.1, which gives the address of TR1-1"
    assert clashes(built) == [("docs/two.md", 3, found, expected, "give one of the two another id")]
    sources = [one for one in built.entries if re.search(r"charts/distribution-.*-tr1-1.*\.csv", one.uri)]
    shown = [re.findall(r"distribution-[a-z0-9-]*", body(built, name))[0] for name in ("one", "two")]
    assert len({one.body for one in sources}) == len(set(shown)) == 2


def test_a_second_report_of_an_id_is_a_finding_and_shows_its_own_chart(project: Recorded) -> None:
    chart = '{{ chart("distribution", metric="call_seconds", where={"suite": "tiny"}) }}'

    built = project.built(one=project.report(project.old, chart), two=project.report(project.new, chart))

    expected = "an id of its own; docs/one.md has this one"
    assert clashes(built) == [("docs/two.md", 3, "the report id TR1 again", expected, "give one of the two another id")]
    assert [one.file for one in built.problems if one.file.startswith("charts/")] == []


def test_two_charts_that_want_one_path_stop_a_build_with_a_finding(project: Recorded) -> None:
    record(project.root / "bench", "tiny", "dev", {"a-b": 5.0, "a.b": 6.0}, day="2026-01-07", block_wall_ns=(10**9,) * 12)
    charts = [f'{{{{ chart("distribution", metric="call_seconds", where={{"impl": "{impl}"}}) }}}}' for impl in ("a-b", "a.b")]

    built = project.built(one=project.report("tiny", "\n\n".join(charts)))

    found = {(one.file, one.found, one.severity) for one in built.errors if one.rule == "path-clash"}
    assert ("charts/distribution-call-seconds-impl-a-b-tr1", "two different charts that want this path", "error") in found


def test_two_claims_whose_ids_give_one_anchor_are_a_finding(project: Recorded) -> None:
    holds = """'median("call_seconds", where={"impl": "graph", "suite": "tiny"}) < 1'"""
    claims = "claims:\n" + "".join(f"  - id: {id}\n    says: It is quick.\n    holds: {holds}\n" for id in ("a-b", "a--b"))

    built = project.built(one=project.report("tiny", "Words.", claims))

    expected = "an id that differs from those of others by letters or digits; docs/one.md has TR1#a-b"
    found = "the claim id TR1#a--b, which gives the address of TR1#a-b"
    assert clashes(built) == [("docs/one.md", 11, found, expected, "give one of the two another id")]


def test_reports_and_claims_whose_ids_differ_by_letters_or_digits_are_no_finding(project: Recorded) -> None:
    assert clashes(project.built(one=project.report("", ""), two=project.report("", "").replace("TR1", "TR1.1"))) == []


def rests(built: Site) -> tuple[list[str], list[str]]:
    """The runs that the report is said to use, and those that newer ones overtook."""
    twin = json.loads(next(one.body for one in built.entries if one.uri == "one.json"))
    return [one["run"] for one in twin["runs"]], [one["run"] for one in twin["overtaken_runs"]]


def gates(built: Site) -> list[str]:
    """The rows of the table of gates of the report's page."""
    page = next(one.body.decode() for one in built.entries if one.uri == "one.md")
    return [line for line in page.partition("### Gates")[2].partition("###")[0].splitlines() if line.startswith("| <code")]


def test_a_run_of_which_newer_ones_answer_every_case_is_overtaken_and_not_used(project: Recorded) -> None:
    built = project.built(one=project.report("tiny, other", "Words."))

    page = html.unescape(next(one.body.decode() for one in built.entries if one.uri == "one.md"))
    assert rests(built) == ([project.new, project.other], [project.old])
    assert page.count("2 of 3 runs used; overtaken by newer runs of the same cases (1). 48 of 48 processes used.") == 2
    assert project.old in page.partition("## Evidence")[2].partition("###")[0]
    assert project.old not in page.partition("## Repeat the measurements")[2]


def test_a_run_that_a_newer_one_outside_the_evidence_repeats_is_used(project: Recorded) -> None:
    assert rests(project.built(one=project.report(project.old, "Words."))) == ([project.old], [])


def test_a_run_that_answers_for_a_case_that_no_newer_one_has_is_used(project: Recorded) -> None:
    walls = (10**9,) * 12
    bench = project.root / "bench"
    newest = record(bench, "tiny", "dev", {"eager": 5.0}, revision="f" * 40, day="2026-01-05", block_wall_ns=walls)

    assert rests(project.built(one=project.report("tiny", "Words."))) == ([project.new, newest], [project.old])


def test_an_older_run_that_a_claim_of_the_report_names_is_used(project: Recorded) -> None:
    case = '"impl": "graph", "suite": "tiny"'
    holds = f'ratio("call_seconds", of={{{case}, "run": "{project.new}"}}, to={{{case}, "run": "{project.old}"}}) < 1'
    claims = f"claims:\n  - id: sooner\n    says: A graph takes less than it took.\n    holds: '{holds}'\n"

    assert rests(project.built(one=project.report("tiny", "Words.", claims))) == ([project.old, project.new], [])


@pytest.mark.parametrize(
    "directive",
    [
        'fact("call_seconds", where={"impl": "graph", "run": "OLD"})',
        'ratio("call_seconds", of={"impl": "eager"}, to={"impl": "graph"}, where={"run": "OLD"})',
        'results("call_seconds", where={"run": "OLD"})',
        'table("call_seconds", rows="impl", where={"run": "OLD"})',
        'chart("distribution", metric="call_seconds", where={"run": "OLD"})',
        'chart("trend", metric="call_seconds", where={"impl": "graph"})',
    ],
)
def test_an_older_run_of_which_the_page_shows_a_number_is_used(project: Recorded, directive: str) -> None:
    words = f"{{{{ {directive.replace('OLD', project.old)} }}}}\n\n{{{{ reproduce() }}}}"

    built = project.built(one=project.report("tiny", words))

    page = seen(next(one.body.decode() for one in built.entries if one.uri == "one.md"))
    assert told(built, "one") == []
    assert rests(built) == ([project.old, project.new], [])
    assert page.count("2 of 2 runs used. ") == 2
    assert page.partition("## Evidence")[0].count("chronicle bench run") == 2


def test_an_older_run_that_the_model_of_a_page_begins_at_is_used(project: Recorded) -> None:
    model = MODEL.replace("suite: tiny", f"run: {project.old}")

    assert rests(project.built(one=project.report("tiny", '{{ what_if("step") }}', model)))[1] == []


def test_an_older_run_whose_wall_time_the_page_quotes_is_used_and_its_cases_are_not(project: Recorded) -> None:
    diary, walls = (Phase(name="time", ns=10**6),), (10**9,) * 12
    times = {"eager": 12.0, "graph": 6.0}
    oldest = record(project.root / "bench", "tiny", "dev", times, day="2026-01-01", phases=diary, block_wall_ns=walls)

    built = project.built(one=project.report("tiny", f'{{{{ spent("dev/{oldest}") }}}}'))

    page = html.unescape(next(one.body.decode() for one in built.entries if one.uri == "one.md"))
    words = "24 of 24 processes used; 24 more are of cases that a newer run repeats."
    assert rests(built) == ([oldest, project.new], [project.old])
    assert page.count(words) == 2


def test_a_list_of_runs_uses_none_of_them(project: Recorded) -> None:
    assert rests(project.built(one=project.report("tiny", '{{ runs("tiny") }}'))) == ([project.new], [project.old])


def test_processes_and_those_left_out_are_of_the_cases_that_answer(project: Recorded) -> None:
    bench, walls = project.root / "bench", (10**9,) * 12
    record(bench, "tiny", "dev", {"eager": 5.0, "graph": 5.0}, day="2026-01-05", lost=2, block_wall_ns=walls)
    record(bench, "tiny", "dev", {"eager": 5.0}, day="2026-01-06", block_wall_ns=walls)

    built = project.built(one=project.report("tiny", "Words."))

    page = html.unescape(next(one.body.decode() for one in built.entries if one.uri == "one.md"))
    twin = json.loads(next(one.body for one in built.entries if one.uri == "one.json"))
    words = "22 of 24 processes used; 2 left out by thermal (2); 12 more are of cases that a newer run repeats."
    assert page.count(words) == 2
    assert (twin["processes"], twin["processes_left_out"]) == (24, 2)


def test_gates_are_those_that_the_cases_that_answer_tripped(project: Recorded) -> None:
    bench, walls = project.root / "bench", (10**9,) * 12
    record(bench, "tiny", "dev", {"eager": 5.0, "graph": 5.0}, day="2026-01-05", lost=2, block_wall_ns=walls)
    record(bench, "tiny", "dev", {"eager": 5.0}, day="2026-01-06", block_wall_ns=walls)

    (row,) = gates(project.built(one=project.report("tiny", "Words.")))

    assert "thermal" in row
    assert row.endswith("| 2 |")


@pytest.fixture
def spoilt(project: Recorded) -> str:
    """A run of ``tiny`` that is newer than all, of which five of twelve processes are invalid."""
    walls, times = (10**9,) * 12, {"eager": 5.0, "graph": 5.0}
    return record(project.root / "bench", "tiny", "dev", times, day="2026-01-05", lost=5, block_wall_ns=walls)


def test_a_run_whose_cases_are_invalid_in_a_newer_one_is_not_called_overtaken_and_can_be_repeated(
    project: Recorded, spoilt: str
) -> None:
    built = project.built(one=project.report(f"{project.new}, {spoilt}", "{{ reproduce() }}"))

    page = html.unescape(next(one.body.decode() for one in built.entries if one.uri == "one.md"))
    twin = json.loads(next(one.body for one in built.entries if one.uri == "one.json"))
    words = "0 of 2 runs used; 1 held back: the same cases of a newer run are invalid; 1 discarded: invalid (1)."
    assert told(built, "one") == []
    assert page.count(words) == 2
    assert rests(built) == ([], [])
    assert [one["run"] for one in twin["held_back_runs"]] == [project.new]
    assert [one["run"] for one in twin["discarded_runs"]] == [spoilt]
    assert page.count("chronicle bench run tiny:decode") == 2
    assert len(twin["reproduce"]) == 1


def test_a_run_that_the_page_shows_is_used_where_the_newest_of_its_cases_is_invalid(project: Recorded, spoilt: str) -> None:
    report = project.report("tiny", f'{{{{ fact("call_seconds", where={{"impl": "graph", "run": "{project.old}"}}) }}}}')

    twin = json.loads(next(one.body for one in project.built(one=report).entries if one.uri == "one.json"))

    assert rests(project.built(one=report)) == ([project.old], [])
    assert [one["run"] for one in twin["held_back_runs"]] == [project.new]


def test_a_report_is_cited_and_repeated_on_the_page_of_another(project: Recorded) -> None:
    other = project.report("other", '{{ reproduce("TR1") }}').replace("TR1\ntitle", "TR2\ntitle")

    built = project.built(one=project.report(project.old, ""), two=other)

    assert told(built, "two") == []


def test_a_stranger_makes_the_numbers_of_a_report_again_from_its_evidence(project: Recorded) -> None:
    quoted = '{{ fact("call_seconds", where={"impl": "graph", "suite": "tiny"}) }}'
    library = project.library(one=project.report(project.old, quoted), two=PLAIN + quoted)

    built = site.arrange(library, draw_nothing, Imprint())

    index = json.loads(next(one.body for one in built.entries if one.uri == "verify.json"))
    asked = {one["text"]: one["recipe"] for one in index["numbers"] if one["recipe"]["kind"] == "directive"}
    again = Recomputed(Desk(library, make_always))
    assert [words[:4] for words in sorted(asked)] == ["3.00", "6.00"]
    assert [again.seen(recipe).words for recipe in asked.values()] == list(asked)


def test_the_page_of_quoted_numbers_tells_the_run_that_a_report_quotes(project: Recorded) -> None:
    built = project.built(one=project.report(project.old, '{{ fact("call_seconds", where={"impl": "graph"}) }}'))

    rows = json.loads(next(one.body for one in built.entries if one.uri == "evidence.json"))
    assert [[one["run"] for one in row["evidence"]] for row in rows] == [[project.old]]


def test_the_page_of_quoted_numbers_lists_those_of_cells_after_those_that_stand_elsewhere(project: Recorded) -> None:
    words = '{{ table("call_seconds", rows="impl") }}\n\nIt takes {{ fact("call_seconds", where={"impl": "graph"}) }}.'

    built = project.built(one=project.report(project.old, words))

    rows = json.loads(next(one.body for one in built.entries if one.uri == "evidence.json"))
    assert [row["what"].partition(" of decode")[2] for row in rows] == ["[impl=graph]", "[impl=eager]"]


@pytest.mark.parametrize(("named", "findings"), [("old", 0), ("new", 1)])
def test_a_comparative_word_rests_on_the_run_that_its_ratio_is_taken_from(project: Recorded, named: str, findings: int) -> None:
    words = 'A graph is faster: {{ ratio("call_seconds", of={"impl": "eager"}, to={"impl": "graph"}) }}.'

    (review,) = project.library(one=project.report(getattr(project, named), words)).reviews

    assert len(review.unbacked) == findings
