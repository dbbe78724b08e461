"""What an author opens and never closes is found where it opens, and nothing else is taken for it."""

from __future__ import annotations

import re

import pytest
from hostile import VECTORS, rendered
from hypothesis import given, settings
from hypothesis import strategies as st

from chronicle.documents.front_matter import Authored
from chronicle.documents.unclosed import endings, unclosed

BELOW = "\n\n## Below\n\n```\ncode\n```\n"
OPEN = [
    ("<details><summary>More</summary>", 6, "<details>, a tag"),
    ("<details>\n<summary>More</summary>\n\nwords", 6, "<details>, a tag"),
    ("<table>", 6, "<table>, a tag"),
    ("<div>\n<div>\n</div>", 6, "<div>, a tag"),
    ('<div markdown="1">\n\n**words**', 6, "<div>, a tag"),
    ("<pre>", 6, "<pre>, a tag"),
    ("<script>", 6, "<script>, a tag"),
    ("<details", 6, "<details>, a tag"),
    ("```", 6, "```, a fence"),
    ("```py\nx = 1", 6, "```py, a fence"),
    ("````\n```", 6, "````, a fence"),
    ("~~~\n```", 6, "~~~, a fence"),
]
INDENTED = [
    ("- item\n\n    ```\n    x", 8, "```, a fence"),
    ("??? note\n\n    <details>", 8, "<details>, a tag"),
    ("- item\n\n    !!! note\n\n        <div>\n\nwords", 10, "<div>, a tag"),
]
CLOSED = [
    "one<br>two <img src=x.png> H<sub>2</sub>O\n<hr>\n<br>\n<br/>",
    "<!-- <div> -->",
    "`<div>` and ``` <table> ```",
    "```html\n<div>\n```",
    "    <div>\n\n    ```\n    x",
    "words\n\n    ```",
    "- item\n\n    ```html\n    <div>\n    ```\n\n    <div>\n    x\n    </div>",
    "1. item\n\n   ```\n   x\n   ```",
    "- ```\n  x\n  ```",
    "> ```\n> x\n> ```",
    "~~~\n```\n~~~\n\n````\n```\n````",
    "<details><summary>More</summary>\n\n    words\n    </details>",
    "<ul>\n    <li>one\n    <li>two\n</ul>",
    "<figure>\n<img src=x.png>\n<figcaption>x</figcaption>\n</figure>",
    "<T> and <name> of a List<int>, a < b",
    "</div>",
    "<b>words",
]


def found(text: str) -> list[tuple[int | None, str]]:
    return [(one.line, one.found) for one in unclosed(Authored("a.md", "docs/a.md", text))]


def shown(text: str) -> str:
    """The HTML of a text, with one number for all its blocks of code."""
    return re.sub(r"codelineno-\d+", "codelineno", rendered(text)[0])


@pytest.mark.parametrize(("text", "line", "what"), [*OPEN, *INDENTED])
def test_what_is_left_open_is_found_on_the_line_that_opens_it(text: str, line: int, what: str) -> None:
    written = f"---\nkind: page\n---\n# Title\n\n{text}\n"

    assert found(written) == [(line, f"{what} that is not closed")]


@pytest.mark.parametrize("text", CLOSED)
def test_what_is_closed_or_code_or_has_no_end_is_not_found(text: str) -> None:
    assert found(f"# Title\n\n{text}\n\nwords\n") == []
    assert endings(text) == ""


@pytest.mark.parametrize("text", [text for text, *_ in OPEN if text != "<details"])
def test_what_is_set_below_stands_as_it_does_below_any_text_once_all_is_closed(text: str) -> None:
    below = shown(BELOW)

    assert not shown(f"{text}{BELOW}").endswith(below)
    assert shown(f"{text}{endings(text)}{BELOW}").endswith(below)


def test_a_fence_that_its_indentation_ends_is_left_to_it() -> None:
    assert endings("- item\n\n    ```\n    x") == ""


def test_prose_below_indented_code_that_shows_a_fence_is_prose() -> None:
    assert found("    ```\n\nwords\n\n<div>\n") == [(5, "<div>, a tag that is not closed")]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*VECTORS, "<div>", "</div>", "```", "\n", "\n\n", "    ", "- ", "> ", "<", "<!--"])).map("".join)
)
def test_any_text_can_be_looked_at(text: str) -> None:
    assert all(line is not None and line <= text.count("\n") + 1 for line, _ in found(text))
