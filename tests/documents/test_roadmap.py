"""The roadmap: what is read from Markdown, and what evidence makes of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronicle.documents.outline import with_tasks_replaced
from chronicle.documents.roadmap import Item, ItemState, judge_roadmap, parse_roadmap
from chronicle.documents.standing import EvidenceState, combine
from chronicle.errors import Problem

ROADMAP = """\
---
title: Roadmap
---
# Roadmap

- a list that is no task

## Q1: scale {#q1}

Some prose.

- [ ] Run TR117
      again {#rerun evidence="TR117 TR118#wins, TR117" owner=ana due=2027-03-31}
- [x] A deed without evidence

## Q2

* [X] Ends in `{#code}`
1. [ ] Ordered {.quiet #ordered evidence='Q:performance-1'}
"""


def items_of(text: str) -> tuple[Item, ...]:
    roadmap, problems = parse_roadmap(text, file="docs/roadmap.md")
    assert not problems
    return roadmap.items


def problems_of(text: str) -> list[tuple[int | None, str]]:
    _, problems = parse_roadmap(text, file="docs/roadmap.md")
    return [(problem.line, problem.rule) for problem in problems]


def judged(text: str, **states: EvidenceState) -> tuple[list[ItemState], list[Problem]]:
    roadmap, _ = parse_roadmap(text, file="docs/roadmap.md")
    periods, problems = judge_roadmap(roadmap, states)
    return [item.state for period in periods for item in period.items], list(problems)


def test_items_are_read_with_their_lines_ids_evidence_owner_and_due_date() -> None:
    roadmap, problems = parse_roadmap(ROADMAP, file="docs/roadmap.md")

    assert problems == ()
    assert [(period.title, period.id, period.line) for period in roadmap.periods] == [("Q1: scale", "q1", 8), ("Q2", None, 16)]
    assert roadmap.items[0] == Item(
        text="Run TR117 again",
        is_ticked=False,
        lines=(12, 13),
        id="rerun",
        evidence=("TR117", "TR118#wins"),
        owner="ana",
        due=date(2027, 3, 31),
    )


def test_ticks_and_list_marks_of_every_kind_are_read() -> None:
    assert [(item.text, item.is_ticked, item.id) for item in items_of(ROADMAP)[1:]] == [
        ("A deed without evidence", True, None),
        ("Ends in `{#code}`", True, None),
        ("Ordered", False, "ordered"),
    ]


@pytest.mark.parametrize(
    "block",
    [
        "```\n- [ ] example\n```",
        "~~~~ markdown\n```\n- [ ] example\n~~~\n~~~~",
        "- a list\n\n    ```\n    - [ ] example\n    ```",
        "    - [ ] example",
        "<!-- - [ ] example\n- [ ] example -->",
        "`- [ ] example`",
        "text\n```\n- [ ] never closed",
    ],
)
def test_an_example_in_code_or_in_a_comment_is_no_item(block: str) -> None:
    assert items_of(f"# Roadmap\n\n## Q1\n\n{block}\n") == ()


def test_a_nested_item_is_an_item_of_its_own() -> None:
    items = items_of("## Q1\n\n- [ ] outer {#a}\n    - [x] inner {#b}\n\n    more of the outer\n")

    assert [(item.text, item.id, item.line) for item in items] == [("outer", "a", 3), ("inner", "b", 4)]


def test_text_stays_raw_and_directives_are_not_attribute_lists() -> None:
    (item,) = items_of('## Q1\n\n- [ ] <b>see</b> {{ fact("x") }}\n')

    assert (item.text, item.id) == ('<b>see</b> {{ fact("x") }}', None)


@pytest.mark.parametrize(
    "attributes",
    [
        "{#a<b>}",
        "{#a/../b}",
        "{#1}",
        "{#a state=done}",
        "{evidence TR117}",
        '{#a evidence="TR117',
        "{#a due=2027-02-30}",
        "{#a due=soon}",
        '{#a "b"}',
    ],
)
def test_an_attribute_that_cannot_be_read_is_a_problem_on_its_line(attributes: str) -> None:
    assert problems_of(f"## Q1\n\n- [ ] one {attributes}\n") == [(3, "roadmap-attribute")]


@pytest.mark.parametrize(
    ("item", "evidence"),
    [
        ('one\n  {#one evidence="TR1"}', ("TR1",)),
        ('one {#one\n  evidence="TR1"}', ("TR1",)),
        ('one {#one evidence="TR1\n  TR2"}', ("TR1", "TR2")),
    ],
)
def test_an_attribute_list_may_go_on_over_the_lines_of_its_item(item: str, evidence: tuple[str, ...]) -> None:
    roadmap, problems = parse_roadmap(f"## Q1\n\n- [ ] {item}\n", file="r.md")

    assert problems == ()
    assert [(one.id, one.text, one.evidence) for one in roadmap.items] == [("one", "one", evidence)]


@pytest.mark.parametrize(
    ("item", "line"),
    [
        ('one\n\n  {#one evidence="TR1"}', 5),
        ('one {#one}\n  evidence="TR1"', 4),
        ("one {#one}\n  Evidence: TR1", 4),
        ("one {#one}\n    - **evidence:** TR1", 4),
        ("one {#one}\n\n    due = 2027-03-31", 5),
        ('one {#one evidence="TR1"} and more', 3),
        ('one {#one evidence="TR1"}\n  {.wide}', 3),
    ],
)
def test_evidence_that_no_attribute_list_holds_is_a_problem_on_its_line(item: str, line: int) -> None:
    assert problems_of(f"## Q1\n\n- [ ] {item}\n\nEvidence: it is named with `evidence=`.\n") == [(line, "roadmap-attribute")]


def test_an_item_above_any_period_is_reported_and_left_out() -> None:
    text = "# Roadmap\n- [ ] early\n## Q1\n- [ ] in time\n"

    assert problems_of(text) == [(2, "roadmap-period")]
    assert len(parse_roadmap(text, file="r.md")[0].items) == 1


def test_an_id_used_twice_is_reported_where_it_repeats() -> None:
    assert problems_of("## Q1\n- [ ] one {#a}\n## Q2\n- [ ] two {#a}\n") == [(4, "duplicate-id")]


@pytest.mark.parametrize(
    ("box", "states", "expected"),
    [
        (" ", {}, ItemState.PLANNED),
        (" ", {"TR1": EvidenceState.UNDECIDED}, ItemState.IN_PROGRESS),
        (" ", {"TR1": EvidenceState.SUPPORTED}, ItemState.IN_PROGRESS),
        (" ", {"TR1": EvidenceState.SUPPORTED, "TR2": EvidenceState.REFUTED}, ItemState.IN_PROGRESS),
        ("x", {"TR1": EvidenceState.SUPPORTED, "TR2": EvidenceState.SUPPORTED}, ItemState.DONE),
        ("x", {"TR1": EvidenceState.SUPPORTED, "TR2": EvidenceState.STALE}, ItemState.STALE),
        (" ", {"TR1": EvidenceState.NOT_RUN, "TR2": EvidenceState.UNKNOWN}, ItemState.PLANNED),
    ],
)
def test_the_state_of_an_item_follows_its_evidence(box: str, states: dict[str, EvidenceState], expected: ItemState) -> None:
    assert judged(f'## Q1\n- [{box}] one {{evidence="TR1 TR2"}}\n', **states)[0] == [expected]


def test_a_tick_without_evidence_is_asserted_and_no_finding() -> None:
    assert judged("## Q1\n- [x] one\n- [ ] two\n") == ([ItemState.ASSERTED, ItemState.PLANNED], [])


@pytest.mark.parametrize(("box", "state"), [("x", EvidenceState.UNDECIDED), (" ", EvidenceState.SUPPORTED)])
def test_a_box_that_disagrees_with_its_evidence_is_a_finding(box: str, state: EvidenceState) -> None:
    _, problems = judged(f"## Q1\n\n- [{box}] one {{evidence=TR1}}\n", TR1=state)

    assert [(problem.line, problem.rule) for problem in problems] == [(3, "box-disagrees")]


@pytest.mark.parametrize("name", ["Q:no-such-question", "TR1#no-such-claim", "bench:", "TR 1 ,#", "Ü1"])
def test_evidence_that_cannot_exist_is_unknown(name: str) -> None:
    _, problems = judged(f'## Q1\n- [ ] one {{evidence="{name}"}}\n', TR1=EvidenceState.SUPPORTED)

    assert "unknown-evidence" in {problem.rule for problem in problems}


def test_a_report_and_a_benchmark_that_are_still_to_come_are_no_finding() -> None:
    assert judged('## Q1\n- [ ] one {evidence="TR123 TR123#claim bench:later"}\n') == ([ItemState.PLANNED], [])


def test_the_progress_of_a_period_counts_evidence_and_not_ticks() -> None:
    roadmap, _ = parse_roadmap("## Q1\n- [x] a\n- [x] b {evidence=TR1}\n- [ ] c\n", file="r.md")
    (period,), _ = judge_roadmap(roadmap, {"TR1": EvidenceState.SUPPORTED})

    assert (period.done, period.total, period.count(ItemState.ASSERTED)) == (1, 3, 1)


def test_a_whole_stands_as_its_weakest_part_lets_it() -> None:
    supported, stale, refuted = EvidenceState.SUPPORTED, EvidenceState.STALE, EvidenceState.REFUTED

    assert combine([supported, supported]) is supported
    assert combine([supported, EvidenceState.NOT_RUN]) is EvidenceState.UNDECIDED
    assert combine([supported, stale]) is stale
    assert combine([stale, refuted]) is refuted
    assert combine([]) is EvidenceState.NOT_RUN


def test_the_words_of_an_item_can_be_replaced_and_all_else_stays_as_it_was() -> None:
    roadmap, _ = parse_roadmap(ROADMAP, file="r.md")
    shown = with_tasks_replaced(ROADMAP, {item.line: f"{item.text} (planned)" for item in roadmap.items[:1]})

    assert "- [ ] Run TR117 again (planned)\n- [x] A deed" in shown
    assert shown.replace("Run TR117 again (planned)", "") == ROADMAP.replace(
        'Run TR117\n      again {#rerun evidence="TR117 TR118#wins, TR117" owner=ana due=2027-03-31}', ""
    )


@given(st.text(alphabet=st.sampled_from("-*# \n\r\t[]x{}#=\"'`~<!>ab1.\u2028\x0c|"), max_size=200) | st.text())
def test_any_text_is_read_and_items_stand_on_lines_that_exist(text: str) -> None:
    roadmap, problems = parse_roadmap(text, file="r.md")
    judge_roadmap(roadmap, {})
    with_tasks_replaced(text, {item.line: item.text for item in roadmap.items})

    last = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= first <= end <= last for first, end in (item.lines for item in roadmap.items))
    assert all(1 <= (problem.line or 0) <= last for problem in problems)


@given(
    before=st.integers(0, 5), end=st.sampled_from(["\n", "\r\n", "\r"]), word=st.from_regex(r"[a-z\u2028]{1,9}", fullmatch=True)
)
def test_the_line_of_an_item_is_the_one_an_editor_shows(before: int, end: str, word: str) -> None:
    text = end.join(["# R", *[word] * before, "", "## Q1", "", "- [ ] do"])

    assert items_of(text)[0].line == before + 5


def test_the_roadmap_of_this_project_reads_without_a_problem() -> None:
    file = Path(__file__).parents[2] / "docs" / "roadmap.md"
    roadmap, problems = parse_roadmap(file.read_text(encoding="utf-8"), file="docs/roadmap.md")

    assert problems == ()
    assert [period.title[:2] for period in roadmap.periods] == ["Q1", "Q2", "Q3", "Q4"]
    assert all(item.id and item.evidence for item in roadmap.items)
