"""Citations: whatever a title or a name holds, each form holds its characters and is ended by none of them."""

from __future__ import annotations

import pytest
import yaml
from documented import a_report
from hypothesis import given
from hypothesis import strategies as st

from chronicle.pages.citation import bibtex, citation_cff, citations
from chronicle.pages.linked import report_data


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
    assert f"title = {{{{{escaped}}}}}," in bibtex(a_report(title=written), None)
    assert f"author = {{{{{escaped}}}}}," in bibtex(a_report(authors=[written]), None)


@given(st.text(min_size=1, max_size=50).filter(lambda words: words.strip() and words.isprintable()))
def test_any_title_is_itself_again_in_each_form_that_a_program_reads(title: str) -> None:
    one = a_report(title=title)
    folded = " ".join(title.split())

    assert yaml.safe_load(citation_cff(one, "https://example.org/"))["title"] == f"TR1: {folded}"
    assert report_data(one)["name"] == title.strip()
    assert citations(one, None).count("```") == 4
