"""Citations: whatever a title or a name holds, each form holds its characters and is ended by none of them."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ledgers import ledger_of

from chronicle.documents.front_matter import Authored
from chronicle.documents.report import Report, parse_report
from chronicle.pages.citation import bibtex, citation_cff, citations, linked_data, with_linked_data

HEAD = "<html><head><title>x</title></head><body></body></html>"


def report(title: str = "A title", author: str = "Ada") -> Report:
    front = {"kind": "report", "id": "TR1", "title": title, "status": "published", "date": "2026-11-23", "authors": [author]}
    text = f"---\n{yaml.safe_dump(front, allow_unicode=True)}---\n"
    found, problems = parse_report(Authored("reports/a.md", "a.md", text), ledger_of())
    assert found is not None, problems
    return found


@pytest.mark.parametrize(
    ("written", "escaped"),
    [
        ("50 % & more_of #1 for $5", r"50 \% \& more\_of \#1 for \$5"),
        ("a{b}c\\d", r"a\{b\}c\textbackslash{}d"),
        ("~^`", r"\textasciitilde{}\textasciicircum{}\textasciigrave{}"),
        ("} @evil{x,", r"\} @evil\{x,"),
        ("Bread and Butter", "Bread and Butter"),
    ],
)
def test_what_tex_would_read_is_escaped_and_a_name_stays_one(written: str, escaped: str) -> None:
    assert f"title = {{{{{escaped}}}}}," in bibtex(report(title=written), None)
    assert f"author = {{{{{escaped}}}}}," in bibtex(report(author=written), None)


@given(st.text(min_size=1, max_size=50).filter(lambda words: words.strip() and words.isprintable()))
def test_any_title_is_itself_again_in_each_form_that_a_program_reads(title: str) -> None:
    one = report(title=title)
    folded = " ".join(title.split())

    assert yaml.safe_load(citation_cff(one, "https://example.org/"))["title"] == f"TR1: {folded}"
    assert json.loads(linked_data(one, None))["name"] == title.strip()
    assert citations(one, None).count("```") == 4


def test_linked_data_cannot_end_its_element_and_only_an_object_is_written() -> None:
    page = with_linked_data(HEAD, linked_data(report(title="</script><script>alert(1)</script><!--"), None))

    assert page.count("<script") == page.count("</script>") == 1
    assert "alert(1)" in json.loads(page.split('json">')[1].split("</script>")[0])["name"]
    assert with_linked_data(HEAD, "[1]") == with_linked_data(HEAD, "no json") == with_linked_data(HEAD, None) == HEAD
