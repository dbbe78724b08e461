"""What a verifier reads at a marked number: words, marks of evidence, and nothing that only looks like one."""

from __future__ import annotations

import pytest

from chronicle.pages.marked import Seen, marked_numbers, marks_in
from chronicle.pages.marks import MARK, mark


def seen(behind: str) -> Seen:
    ((key, found),) = marked_numbers(f'<p>before <span data-fact="ab"><a href="x">5 ms</a>{behind}</span> behind</p>')
    assert key == "ab"
    return found


@pytest.mark.parametrize(
    ("behind", "marks"),
    [
        ("", ()),
        ('<sup class="fact__mark">degraded</sup>', ("degraded",)),
        ('<sup class="fact__mark">not finished, invalid</sup>', ("not finished, invalid",)),
        ('<sup class="s0123456789abcdef fact__mark">exploratory</sup>', ("exploratory",)),
        ('<sup class="fact__mark" title="by &lt;heat&gt;">degraded</sup>', ("degraded: by <heat>",)),
        ('<sup class="fact__mark">stale&#58; code changed</sup>', ()),
        ('<sup class="fact__mark">stale: code changed, degraded</sup>', ("degraded",)),
        ('<sup class="fact__mark" title="Since then …">expired</sup>', ()),
    ],
)
def test_a_mark_is_no_word_of_its_number_and_told_but_for_what_depends_on_the_day(behind: str, marks: tuple[str, ...]) -> None:
    assert seen(behind) == Seen("5 ms", marks)


@pytest.mark.parametrize(
    "above",
    [
        '<sup style="vertical-align:baseline">9</sup>',
        "<sup>9</sup>",
        '<sup class="fact__mark">9</sup>',
        '<sup class="fact__mark">degraded<sup>9</sup></sup>',
        '<sup class="fact__mark">degraded, 9</sup>',
        '<sup class="fact__mark" hidden>degraded</sup>',
        '<sup class="fact__mark" style="display:none">degraded</sup>',
        '<sup class="md-hidden fact__mark">degraded</sup>',
        '<sup class="fact__interval">degraded</sup>',
        '<sup class="fact__mark">stale: as old as the hills</sup>',
    ],
)
def test_what_only_looks_like_a_mark_is_among_the_words_that_a_reader_sees(above: str) -> None:
    found = seen(above)

    assert found.words != "5 ms"
    assert found.marks == ()


def test_a_mark_on_the_line_is_told_with_its_hint_and_stays_a_word() -> None:
    assert seen(', <span class="fact__mark" title="by heat">degraded</span>') == Seen("5 ms, degraded", ("degraded: by heat",))


def test_a_number_within_another_gives_its_words_and_its_marks_to_both() -> None:
    page = '<p data-fact="a">at <b data-fact="b">5 ms<sup class="fact__mark">degraded</sup></b> or so'

    assert marked_numbers(page) == [("a", Seen("at 5 ms or so", ("degraded",))), ("b", Seen("5 ms", ("degraded",)))]


def test_the_mark_that_a_page_writes_is_the_one_that_is_read() -> None:
    assert marks_in(f"5 ms{mark(['stale: code changed', 'degraded'], 'by heat')}") == ("degraded: by heat",)
    assert (marks_in(mark([])), MARK) == ((), "fact__mark")
