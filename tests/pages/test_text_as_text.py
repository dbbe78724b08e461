"""What strangers write in commits, names, paths and titles reaches a derived page as the characters it has."""

from __future__ import annotations

import json

import pytest
import yaml
from hostile import VECTORS, Seen, rendered
from hypothesis import given, settings
from hypothesis import strategies as st

from chronicle.pages.writing import Markdown, badge, code, front, link, relative, slug, table, tally, text, twin, web_address

_PARTS = (
    "< > \" ' ` & ; : / \\ = ( ) [ ] { } ! # * _ - | ~ ^ + $ % @ {{x}} {%raw%} --8<--'x' [^1] http://a.example a@b.example "
    "&lt; &#60; \u202e \x1b[31m ==x== 1. ``` :smile: \\< ä 名"
)
PARTS = st.sampled_from([*VECTORS, *_PARTS.split(" "), " ", "    ", "\n", "\t", "- [x] ", "!!! note"])
WORDS = st.lists(PARTS, min_size=1, max_size=6).map("".join)


def shown(words: str) -> str:
    """A text on one line, without the control characters that no page can show."""
    return "".join(one for one in " ".join(words.split()) if one.isprintable() or not one.isascii())


def read(markdown: str) -> Seen:
    page, _ = rendered(markdown, is_guarded=False)
    return Seen(page)


@pytest.mark.parametrize("words", VECTORS)
def test_a_hostile_text_in_a_cell_is_text(words: str) -> None:
    seen = read(table(("Subject",), [(words,)]))

    assert seen.dangers == []
    assert shown(words) in seen.text


@settings(max_examples=150, deadline=None)
@given(WORDS, WORDS)
def test_any_text_in_a_table_stays_in_its_cell(first: str, second: str) -> None:
    seen = read(table(("A", "B"), [(first, code(second)), ("last", "row")]))

    assert seen.dangers == []
    assert [tag for tag, name, _ in seen.found if not name and tag == "td"] == ["td"] * 4
    assert shown(first).strip() in seen.text
    assert shown(second).strip() in seen.text


@settings(max_examples=150, deadline=None)
@given(WORDS)
def test_any_text_in_a_paragraph_an_item_a_heading_and_a_link_is_text(words: str) -> None:
    seen = read(
        f"## {text(words)} {{ #its-id }}\n\nx {text(words)} y\n\n- {text(words)}\n\n"
        f"{link(words, 'a.md', 'fact', words)}\n\n{badge(words)}"
    )

    assert seen.dangers == []
    assert {value for _, name, value in seen.found if name == "href"} <= {"a.md", "#its-id"}
    assert shown(words).strip() in seen.text


@settings(max_examples=100, deadline=None)
@given(WORDS)
def test_any_text_in_a_row_of_the_timeline_is_text(words: str) -> None:
    row = f'<li id="c1" markdown="span"><strong>{text(words)}</strong> {code(words)}</li>'

    seen = read(f'<ul class="timeline" markdown="1">\n\n{row}\n\n</ul>')

    assert seen.dangers == []
    assert [tag for tag, name, _ in seen.found if not name][:3] == ["ul", "li", "strong"]
    assert shown(words).strip() in seen.text


@given(WORDS)
def test_a_title_in_front_matter_is_read_back_escaped_for_html(words: str) -> None:
    title = yaml.safe_load(front(title=words).strip("-\n"))["title"]

    assert Seen(f"<title-of-page>{title}</title-of-page>").dangers == []
    assert "<" not in title


@given(WORDS)
def test_an_address_of_a_host_is_http_or_none_and_holds_nothing_that_ends_a_link(words: str) -> None:
    address = web_address(words)

    assert address is None or (address.startswith(("http://", "https://")) and not set(address) & set(" \n\t()[]<>\"'`\\"))


@pytest.mark.parametrize("address", ["javascript:x", "http://a b", "https://a)", "https://a\n", "//a", "", None, "https://a<b"])
def test_addresses_of_another_form_are_refused(address: str | None) -> None:
    assert web_address(address) is None


@given(WORDS)
def test_a_slug_is_an_anchor(words: str) -> None:
    assert set(slug(words)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug(words)


def test_a_value_below_zero_has_an_address_of_its_own() -> None:
    assert [slug(f"shift[by={value}]") for value in (1, -1, -0.5)] == ["shift-by-1", "shift-by-minus-1", "shift-by-minus-0-5"]


@given(st.dictionaries(WORDS, WORDS))
def test_a_twin_holds_any_text(plain: dict[str, str]) -> None:
    assert json.loads(twin(plain)) == plain


@pytest.mark.parametrize(
    ("source", "target", "way"),
    [
        ("a.md", "b.md#c", "b.md#c"),
        ("a/b.md", "a/c.md", "c.md"),
        ("a/b.md", "c/d.md#e", "../c/d.md#e"),
        ("a/b/c.md", "a/d.md", "../d.md"),
        ("a.md", "a/b.md", "a/b.md"),
        ("a/a/b.md", "a/c/b.md", "../c/b.md"),
    ],
)
def test_a_link_leads_from_page_to_page(source: str, target: str, way: str) -> None:
    assert relative(source, target) == way


def test_a_day_in_a_cell_is_marked_as_one_and_what_is_markdown_already_is_left() -> None:
    written = table(("Day", "Run"), [("2026-11-23, predicted before", Markdown("`2026-11-23`"))])

    assert "| <time>2026&#45;11&#45;23</time>, predicted before | `2026-11-23` |" in written


def test_a_tally_keeps_each_count_with_its_word_and_leaves_out_what_was_not_counted() -> None:
    assert tally({"supported": 5, "refuted": 0}) == f'<span class="tally">5 {badge("supported")}</span>'
    assert tally({}) == ""
