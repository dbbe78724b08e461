"""The list of stages: what happens where two of them want the same path."""

from __future__ import annotations

from chronicle.documents.front_matter import Authored, PageFront
from chronicle.documents.library import JudgedPage, Library
from chronicle.facts.ledger import Ledger
from chronicle.pages.desk import make_always
from chronicle.pages.feeds import NO_ADDRESS
from chronicle.pages.imprint import NOWHERE, Imprint
from chronicle.site import arrange


def test_an_authored_page_keeps_its_path_against_a_derived_one_and_the_clash_is_a_problem() -> None:
    text = "---\nkind: page\n---\n\n# My own timeline\n"
    mine = JudgedPage(Authored("timeline/index.md", "docs/timeline/index.md", text), PageFront(kind="page"))

    site = arrange(Library((), (), Ledger(()), (), (), plain=(mine,)), make_always, NOWHERE)

    (page,) = [entry for entry in site.entries if entry.uri == "timeline/index.md"]
    assert b"My own timeline" in page.body
    assert [(problem.rule, problem.file) for problem in site.problems] == [("path-clash", "timeline/index.md")]


def test_a_site_without_an_address_says_in_one_line_what_it_leaves_out() -> None:
    library = Library((), (), Ledger(()), (), ())
    without, with_one = (
        arrange(library, make_always, imprint) for imprint in (NOWHERE, Imprint("x", "", "https://example.org/"))
    )

    assert without.notes == (NO_ADDRESS,)
    assert with_one.notes == ()
    assert {entry.uri for entry in with_one.entries} - {entry.uri for entry in without.entries} == {"cards/index.png"}


def test_a_site_without_a_chart_ships_no_chart_library() -> None:
    site = arrange(Library((), (), Ledger(()), (), ()), make_always, NOWHERE)

    shipped = {entry.uri for entry in site.entries}
    assert "assets/chronicle/charts.js" in shipped
    assert "assets/chronicle/vega.bundle.js" not in shipped
