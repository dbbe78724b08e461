"""Markdown of legacy files: Python-Markdown finds in the result what CommonMark finds in the source; code keeps its bytes."""

from __future__ import annotations

import pytest
from commonmark import by_commonmark, by_the_site, lost
from hypothesis import given, settings
from hypothesis import strategies as st

from chronicle.documents.directives import find_directives
from chronicle.documents.legacy.body import drafted, finished
from chronicle.documents.legacy.links import Linker, Neighbours

CASES = {
    "a list right below its paragraph": "text\n- a\n- b\n  - c\n    - d\n- e",
    "ordered lists of two and three columns": "1. a\n   - b\n     1. c\n2. d\n\n   para\n3. e",
    "a table below a paragraph and above one": "text\n| a | b |\n|---|---|\n| 1 | 2 |\n\nend",
    "code below a paragraph": "text\n```py\nx = 1\n\n    y\n```\nmore",
    "code in an item": "- a\n  ```py\n  x\n\n  y\n  ```\n- b",
    "loose items": "- a\n\n  para\n- b\n\n  - c\n\n  - d\n- e",
    "a label that superfences cannot read": '```python title="x" {1}\nx\n```',
    "code that is never closed": "text\n```\nnever",
    "code that holds fences": "````md\n```\nx\n```\n````\n\n~~~\n```\n~~~",
    "numbers with brackets": "text\n1) a\n2) b",
    "quotations and lists in one another": "> q\n> - a\n>   - b\n\n- > x\n  > - y\n- c",
    "items that begin with a block": "- - a\n  - b\n- ```\n  x\n  ```\n-\n- | a | b |\n  |---|---|\n  | 1 | 2 |",
    "a rule below a list": "- a\n---\n- b\n***\n* c",
    "three spaces a level": "- a\n   - b\n      - c\n         - d",
    "tabs": "- a\n\t- b\n\t\t- c\n\n\t  para",
    "code by indent in and out of lists": "    code\n\n1. a\n\n       code\n\n2. b\n\ntext\n\n    code",
    "a table without bars at its ends": "a | b\n--- | ---\n| 1 | 2 |\n3 | 4\n- x",
    "lazy lines": "- a\nlazy\n  - b\nlazy\n- c",
    "wide numbers": "10. a\n    - b\n11. c\n    - d\n      - e",
    "a table in an item": "- a\n  | x | y |\n  |---|---|\n  | 1 | 2 |\n  - b",
    "lists in details": "<details>\n<summary>s</summary>\n\n- a\n- b\n\n```\nx\n```\n\n</details>\n\n- c",
    "numbers that begin no list": "para\n2. no\n- yes\n  2. no",
    "headings in items": "- a\n  # h\n  text\n- b",
    "task lists": "text\n- [ ] t\n  - [x] u",
    "a heading that is underlined": "Title\n===\n- a\n\nSub\nline\n---\ntext",
    "marks of other Markdowns": "#tag\ntext #x\n\n!!! wow\n\n    x\n\n??? what\n# C#",
}
BLOCKS = st.sampled_from(
    [
        "- a",
        "* b",
        "1. c",
        "2. d",
        "12. k",
        "text",
        "more text",
        "# h",
        "> q",
        "---",
        "",
        "```\nx\n```",
        "| p | q |\n|---|---|\n| 1 | 2 |",
    ]
)
LISTS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["- a", "- b\n\n", "- c\n\n  text\n"])), min_size=1, max_size=8)
WORDS = st.text(st.sampled_from("ab <>{}$5|`*_[]()#!\\-\n./:&;\"'=~+1"), max_size=80)


def mended(text: str, neighbours: Neighbours | None = None) -> str:
    linker = Linker("x.md", neighbours or Neighbours({"x.md": "x.md"}), [])
    return finished(drafted(list(enumerate(text.split("\n"), 1))), linker)[0]


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_no_item_table_or_code_is_lost(text: str) -> None:
    expected, found = by_commonmark(text), by_the_site(mended(text))

    assert found.count == expected.count
    assert found.listings == expected.listings


@settings(max_examples=60, derandomize=True)
@given(LISTS)
def test_no_item_of_any_nested_list_is_lost(items: list[tuple[int, str]]) -> None:
    depths = [0]
    for depth, _ in items[1:]:
        depths.append(min(depth, depths[-1] + 1))
    lines = ["text"]
    for depth, (_, item) in zip(depths, items, strict=True):
        lines += ["  " * depth + line if line else "" for line in item.split("\n")]
    text = "\n".join(lines)

    assert by_the_site(mended(text)).count == by_commonmark(text).count


@settings(max_examples=60, derandomize=True)
@given(st.lists(BLOCKS, max_size=7))
def test_no_block_of_any_order_is_lost(blocks: list[str]) -> None:
    text = "\n".join(blocks)

    assert lost(by_commonmark(text), by_the_site(mended(text))) == {}


@given(WORDS)
def test_any_words_can_be_mended_and_hold_no_directive_afterwards(text: str) -> None:
    after = mended(text)

    assert find_directives(after, "x.md") == ((), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It cost $5 to $1,200 or 10$.", "It cost &#36;5 to &#36;1,200 or 10&#36;."),
        ("`$5` and $x^2$ and $HOME", "`$5` and $x^2$ and $HOME"),
        ("Set <your-name> to <N> <MODEL>.", "Set &lt;your-name> to &lt;N> &lt;MODEL>."),
        ("`<your-name>` <https://x.y> <b>ok</b><br>", "`<your-name>` <https://x.y> <b>ok</b><br>"),
        ("a <b and c> d", "a &lt;b and c> d"),
        ("{{ x }} in {1,2} |", "\\{\\{ x }} in \\{1,2} |"),
        ("two  \nlines\\\nhere", "two  \nlines  \nhere"),
    ],
)
def test_words_that_would_be_read_as_marks_stay_words(text: str, expected: str) -> None:
    assert mended(text) == f"{expected}\n"


def test_a_stray_bar_is_escaped_and_a_row_with_too_many_cells_is_told() -> None:
    rows = ["| a | b |", "|---|---|", "| P(A|B) | 1 |", "| 1 | 2 | 3 |", "| `x|y` | 1 |"]
    draft = drafted(list(enumerate(rows, 1)))

    assert [(one.rule, one.line) for one in draft.findings] == [("table-bars", 3), ("table-cells", 4)]
    assert draft.lines[2].text == "| P(A\\|B) | 1 |"
    assert draft.lines[4].text == "| `x|y` | 1 |"


NEIGHBOURS = Neighbours(
    {"x.md": "x.md", "two/y.md": "two/y.md"},
    frozenset({"i.png"}),
    frozenset({"../reports/r.md"}),
    {"x.md": {"1-part--parcel": "1-part-parcel"}, "two/y.md": {"s": "s"}},
)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("[y](two/y.md)", "[y](two/y.md)"),
        ("[y](two/y#s)", "[y](two/y.md#s)"),
        ("[y](/posts/y)", "[y](two/y.md)"),
        ("[r](../reports/r.md)", "[r](../reports/r.md)"),
        ("[t](#1-part--parcel)", "[t](#1-part-parcel)"),
        ("![i](i.png)", "![i](i.png)"),
        ("[![i](i.png)](two/y.md)", "[![i](i.png)](two/y.md)"),
        ('<img src="i.png" alt="A">', "![A](i.png)"),
        ("[w](https://example.org/a_(b))", "[w](https://example.org/a_(b))"),
        ("`[code](gone.md)`", "`[code](gone.md)`"),
        ("[gone](gone.md)", "gone (`gone.md`)"),
        ("[up](../../etc/passwd)", "up (`../../etc/passwd`)"),
        ("[run](javascript:alert)", "run (`javascript:alert`)"),
        ("![i](gone.png)", "i (`gone.png`)"),
        ("[gone][g] and [y][h]\n\n[g]: gone.md\n[h]: two/y.md", "gone and [y][h]\n\n[h]: two/y.md"),
    ],
)
def test_a_link_leads_to_a_page_or_becomes_words(link: str, expected: str) -> None:
    assert mended(link, NEIGHBOURS) == f"{expected}\n"
