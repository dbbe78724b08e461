"""Typed numbers are bound, stated by a claim, waived with a reason, or findings."""

from __future__ import annotations

import pytest

from chronicle.documents.front_matter import Authored
from chronicle.documents.review import Review, review


def reviewed(text: str, *stated: str) -> Review:
    return review(Authored("a.md", "docs/a.md", text), stated)


def test_an_unbound_number_names_its_place_and_what_to_write() -> None:
    (problem,) = reviewed("# T\n\nIt takes 3 ms.\n").unbound

    assert (problem.file, problem.line, problem.column, problem.rule) == ("docs/a.md", 3, 10, "unbound-number")
    assert problem.found == "'3 ms', a time, typed by hand"
    assert "chronicle: waive" in problem.hint


def test_a_waiver_answers_for_the_numbers_before_it_in_its_paragraph() -> None:
    page = reviewed("3 ms,\n4 ms. <!-- chronicle: waive read off a\nscope --> Then 5 ms.\n\n6 ms.\n")

    assert [(one.reason, one.line, one.numbers) for one in page.waivers] == [("read off a scope", 2, ("3 ms", "4 ms"))]
    assert [one.line for one in page.unbound] == [3, 5]
    assert page.problems == ()


def test_a_second_waiver_in_a_paragraph_answers_for_what_the_first_did_not() -> None:
    page = reviewed("3 ms <!-- chronicle: waive one --> and 4 ms <!-- chronicle: waive two -->\n")

    assert [one.numbers for one in page.waivers] == [("3 ms",), ("4 ms",)]
    assert page.waived == 2


def test_a_waiver_alone_answers_for_the_paragraph_or_the_table_before_it() -> None:
    table = "| a | t (ms) |\n|---|---|\n| x | 3 |\n| y | 4 |\n\n<!-- chronicle: waive from the vendor's sheet -->\n"

    assert reviewed(f"1 ms\n\n{table}").waivers[0].numbers == ("3 ms", "4 ms")


def test_a_waiver_of_one_item_of_a_list_leaves_the_others() -> None:
    page = reviewed("- 3 ms\n- 4 ms <!-- chronicle: waive cited -->\n- 5 ms\n")

    assert [one.line for one in page.unbound] == [1, 3]


@pytest.mark.parametrize("comment", ["chronicle: waive", "chronicle: waive   …  ", "chronicle:waive:", "chronicle : waive --"])
def test_a_waiver_without_a_reason_is_a_finding_and_waives_nothing(comment: str) -> None:
    page = reviewed(f"3 ms <!-- {comment} -->\n")

    assert [(one.line, one.rule, one.found) for one in page.problems] == [(1, "waiver", "a waiver without a reason")]
    assert len(page.unbound) == 1


def test_a_waiver_that_waives_nothing_is_a_finding() -> None:
    (problem,) = reviewed("Words. <!-- chronicle: waive an old reason -->\n\nIt takes 3 ms.\n").problems

    assert (problem.line, problem.rule) == (1, "waiver")
    assert "an old reason" in problem.found


def test_a_slip_of_the_pen_in_a_waiver_is_a_finding() -> None:
    (problem,) = reviewed("3 ms <!-- chronicle: wave because -->\n").problems

    assert problem.found == "a comment `chronicle: wave`"


@pytest.mark.parametrize(
    "text", ["`<!-- chronicle: waive x -->`", "```\n<!-- chronicle: waive x -->\n```", "<!-- a chronicle -->"]
)
def test_an_example_of_a_waiver_and_another_comment_are_left_alone(text: str) -> None:
    assert reviewed(text).problems == ()


def test_a_number_that_a_claim_of_the_page_states_is_its_threshold() -> None:
    page = reviewed("Below the 70% we predicted, and 71 %.\n", "A product reaches at least 70 % of the peak.")

    assert [one.found for one in page.unbound] == ["'71 %', a share, typed by hand"]
    assert page.claimed == 1


def test_a_build_tells_the_numbers_of_a_page_in_one_line() -> None:
    (problem,) = reviewed("3 ms\n\n4 ms 5 ms\n").in_a_build

    assert (problem.line, problem.severity) == (1, "warning")
    assert problem.found == "numbers typed by hand, 3 in all, on the lines 1, 3"
