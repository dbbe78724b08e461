"""Nothing that an author writes into a page runs in a reader's browser, and ordinary Markdown comes through whole."""

from __future__ import annotations

import html

import pytest
from hostile import VECTORS, Seen, as_printed, rendered
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown as Host

from chronicle.documents.front_matter import Authored
from chronicle.documents.library import Library
from chronicle.facts.ledger import Ledger
from chronicle.pages.authored import authored_entry
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.guard import EXTENSION, marked, sealed
from chronicle.pages.harmless import harmless, leads_nowhere_harmful
from chronicle.pages.writing import SEAL, Markdown, badge

ORDINARY = """\
# A title {#its-id}

Words *in* **three** `kinds`, a [link](other.md "hover"), a [place](#its-id), [mail](mailto:a@example.org), <https://example.org>,
a ![picture](picture.png){ loading=lazy width=10 height=20 }, H<sub>2</sub>O, a note[^1] and &copy; &lt;this&gt; & that.

[^1]: Said below.

| left | right |
| --- | ---: |
| `a < b` | 1 |

- [x] done
- [ ] not yet

!!! note "Told"

    ```python title="code.py" linenums="1"
    print("<script>alert(1)</script>", [x](javascript:alert(1)), {onclick=1})
    ```

??? note "More"

    <p class="lede">Raw, and harmless.</p>

    1. one
    2. two
"""

_PARTS = (
    "< > \" ' ` & ; : / \\ = ( ) [ ] { } ! # * _ - | &# &lt <a <img href= src= onerror=alert(1) --> <!-- javascript: ]( ][ "
    "]: {: {# ``` <div\tmarkdown=1> </div> \u202e \x1b \x02 \x00"
)
FRAGMENTS = st.sampled_from([*VECTORS, *_PARTS.split(" "), " ", "\n", "\n\n", "\t", "    "])


@pytest.mark.parametrize("text", VECTORS)
def test_a_text_that_tries_to_run_something_runs_nothing(text: str) -> None:
    page, contents = rendered(text)

    assert Seen(page).dangers == []
    assert Seen(as_printed(contents)).dangers == []


def test_most_of_these_texts_would_run_without_the_guard() -> None:
    harmful = [text for text in VECTORS if Seen(rendered(text, is_guarded=False)[0]).dangers]

    assert len(harmful) > 85


@settings(max_examples=600, deadline=None)
@given(st.lists(FRAGMENTS, max_size=12).map("".join))
def test_no_mixture_of_such_texts_runs_anything(text: str) -> None:
    page, contents = rendered(text)

    assert Seen(page + as_printed(contents)).dangers == []


@settings(max_examples=300, deadline=None)
@given(st.lists(FRAGMENTS, max_size=20).map("".join))
def test_html_written_anew_is_written_the_same_again(markup: str) -> None:
    once = harmless(markup)

    assert harmless(once) == once
    assert Seen(once).dangers == []


@settings(max_examples=300)
@given(st.lists(st.sampled_from(["<b>", "</b>", "<div>", "</div>", "<p>", "</p>", "<br>", "</br>", "x"])).map("".join))
def test_tags_are_balanced_so_that_a_page_cannot_leave_its_place(markup: str) -> None:
    open_tags = 0
    for part in harmless(markup).replace("<br>", "").split("<")[1:]:
        open_tags += -1 if part.startswith("/") else 1
        assert open_tags >= 0

    assert open_tags == 0


def test_ordinary_markdown_looks_the_same_with_the_guard_and_without() -> None:
    guarded, contents = rendered(ORDINARY)
    plain, same_contents = rendered(ORDINARY, is_guarded=False)

    assert html.unescape(guarded).replace(" />", ">") == html.unescape(plain).replace(" />", ">").replace("/>", ">")
    assert contents == same_contents


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[*call*](tel:+123)", "<span><em>call</em></span>"),
        ("![a dot](data:image/png;base64,AAAA)", "<span>a dot</span>"),
        ("[a](C:/x){ #here }", '<span id="here">a</span>'),
        ("[x](y){ href=ftp://x }", "<span>x</span>"),
        ("[x](\u0001y)", "<span>x</span>"),
    ],
)
def test_a_link_or_a_picture_whose_address_may_not_stay_becomes_its_words(written: str, shown: str) -> None:
    assert rendered(written)[0] == f"<p>{shown}</p>"


def test_an_icon_and_tabs_as_extensions_write_them_stay() -> None:
    icon = (
        '<span class="twemoji"><svg xmlns="http://www.w3.org/2000/svg" viewbox="0 0 24 24"><path d="M1 2h-3.5z"/></svg></span>'
    )
    tabs = '<input checked="checked" id="__tabbed_1_1" name="__tabbed_1" type="radio"><label for="__tabbed_1_1">C</label>'

    assert harmless(icon) == icon.replace('z"/', 'z" /')
    assert harmless(tabs) == tabs


def test_a_page_without_the_mark_is_left_alone() -> None:
    page, _ = rendered('<iframe src="https://example.org"></iframe>', is_guarded=False)

    assert page == '<iframe src="https://example.org"></iframe>'


def test_the_mark_itself_does_not_reach_the_page() -> None:
    page, _ = rendered("words")

    assert marked("words") != page == "<p>words</p>"


def test_a_chart_is_drawn_from_numbers_on_the_site_only() -> None:
    assert "chart" in rendered("![x](../charts/x.light.svg#only-light){ .chart }")[0]
    assert "chart" not in rendered("![x](https://evil.example/x.light.svg){ .chart }")[0]
    assert "chart" not in rendered("![x](//evil.example/x.light.svg){ .chart }")[0]


@pytest.mark.parametrize(
    "address", ["", "#a", "a/b.md#c", "?q=a:b", "./a:b", "http://a", "HTTPS://a", "mailto:a@b", "//a/b", "/a"]
)
def test_addresses_of_the_site_and_of_the_web_may_stay(address: str) -> None:
    assert leads_nowhere_harmful(address)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x",
        " javascript:x",
        "java\nscript:x",
        "javascript&colon;x",
        "javascript%3Ax",
        "data:x",
        "vbscript:x",
        "a:b",
        "\x00x:y",
    ],
)
def test_addresses_with_another_scheme_may_not(address: str) -> None:
    assert not leads_nowhere_harmful(address)


IMITATIONS = (
    '<span class="verdict verdict--supported">supported</span>',
    "<b class='x VERDICT--supported'>supported</b>",
    '<span class="verdict&#45;&#45;supported">supported</span>',
    f'<span class="{SEAL} verdict verdict--supported">supported</span>',
    "[2.8 ms](a.md){ .fact }",
    "*supported*{ .verdict .verdict--supported }",
    '<sup class="fact__mark">fresh</sup>',
)


@pytest.mark.parametrize("written", IMITATIONS)
def test_an_author_cannot_make_words_look_like_a_verdict_or_a_fact(written: str) -> None:
    authored = Authored("a.md", "docs/a.md", f"# A page\n\n{written}\n\n{{{{ own() }}}}\n")
    desk = Desk(Library((), (), Ledger(()), (), ()), make_always)
    entry = authored_entry(desk, authored, None, {"own": refuted})

    page = hosted(sealed(entry.body).decode())

    assert "verdict--supported" not in page.lower()
    assert '<span class="verdict verdict--refuted">refuted</span>' in page
    assert 'class="fact' not in page
    assert SEAL not in page


def test_a_page_of_our_own_needs_no_seal() -> None:
    page = sealed(f"{badge('refuted')} [a](b.md){{ .{SEAL} .fact }}".encode()).decode()

    assert page == '<span class="verdict verdict--refuted">refuted</span> [a](b.md){ .fact }'


def refuted() -> Markdown:
    return badge("refuted")


def hosted(page: str) -> str:
    """What Python-Markdown with the guard makes of a page."""
    return str(Host(extensions=["attr_list", "md_in_html", EXTENSION]).convert(page))
