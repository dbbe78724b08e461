"""The voices of a site and their lines: every problem at its line, and a line for each paragraph that is one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chronicle.documents.front_matter import Authored
from chronicle.documents.roundtable import Roundtable, roundtable
from chronicle.documents.voices import Cast, Voice, parse_voices
from chronicle.errors import Problem

CAST = Cast("docs/voices.yml", (Voice(name="Claude", role="analyst"), Voice(name="ChatGPT"), Voice(name="名")))


def parsed(text: str, *files: str) -> tuple[Cast, tuple[Problem, ...]]:
    return parse_voices(Authored("voices.yml", "docs/voices.yml", text), files)


def spoken(body: str) -> Roundtable:
    return roundtable(Authored("a.md", "docs/a.md", f"---\nkind: episode\n---\n# T\n\n{body}"), CAST)


def said(body: str) -> list[tuple[str, str, str]]:
    return [(one.voice.name, one.stage, one.text) for one in spoken(body).lines]


def test_voices_are_read_in_the_order_of_their_file() -> None:
    cast, problems = parsed(
        "voices:\n  - name: Claude\n    role: analyst\n    colour: '#0b6475'\n    glyph: C\n"
        "  - {name: ChatGPT, picture: assets/g.png}\n",
        "assets/g.png",
    )

    assert problems == ()
    assert [(one.name, one.key, one.sign) for one in cast.voices] == [("Claude", "claude", "C"), ("ChatGPT", "chatgpt", "C")]


def test_every_problem_of_the_file_is_named_at_its_line() -> None:
    _, problems = parsed(
        "voices:\n- name: A\n  colour: red\n- name: 'B:'\n  colour: '#12345'\n- names: C\n- name: D\n  color: '#123456'\n"
        "- name: E\n  glyph: too long\nvoises: 1\n"
    )

    assert [problem.line for problem in problems] == [3, 4, 5, 6, 6, 8, 10, 11]
    assert {problem.rule for problem in problems} == {"voices"}
    assert [problem.hint for problem in problems if problem.line in (8, 11)] == [
        "did you mean 'colour'?",
        "did you mean 'voices'?",
    ]
    assert "add `name: …` there" in {problem.hint for problem in problems if problem.line == 6}


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("voices:\n- name: Claude\n- name: claude\n", 3, "would share a page with 'Claude'"),
        ("voices:\n- name: A B\n- name: A-B\n", 3, "would share a page with 'A B'"),
        ("voices:\n- name: Index\n", 2, "would share a page with the list of voices"),
        ("voices:\n- name: A\n  picture: ../secret.png\n", 3, "the picture '../secret.png'"),
        ("voices:\n- name: A\n  picture: https://a.example/x.png\n", 3, "the picture"),
        ("voices:\n- name: A\n  picture: a.html\n", 3, "the picture 'a.html'"),
        ("voices:\n- name: A\n  glyph: A\n  picture: a.png\n", 4, "beside a glyph"),
    ],
)
def test_what_a_name_or_a_picture_may_not_be(text: str, line: int, found: str) -> None:
    _, problems = parsed(text, "a.png", "a.html")

    assert [problem.line for problem in problems] == [line]
    assert found in problems[0].found


@pytest.mark.parametrize("text", ["", "[]", "voices: []", "voices: {}", "voices: [", "a: 1\na: 2", "voices: [&a 1, *a]"])
def test_a_file_of_another_form_is_a_problem_and_no_crash(text: str) -> None:
    cast, problems = parsed(text)

    assert cast.voices == ()
    assert problems and all(problem.line is not None and problem.line >= 1 for problem in problems)


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("**Claude:** Words.", ("Claude", "", "Words.")),
        ("**Claude**: Words.", ("Claude", "", "Words.")),
        ("**Claude** : Words.", ("Claude", "", "Words.")),
        ("**claude:** Words\nover two lines.", ("Claude", "", "Words\nover two lines.")),
        ("**Claude:** *(leans in)* Words.", ("Claude", "leans in", "Words.")),
        ("**Claude** *(leans in)*: Words.", ("Claude", "leans in", "Words.")),
        ("**Claude:** (*leans in*) Words.", ("Claude", "leans in", "Words.")),
        ("**Claude:** _leans in_ Words.", ("Claude", "leans in", "Words.")),
        ("**Claude:** **Bold** words.", ("Claude", "", "**Bold** words.")),
        ("**🤖 Claude:** Words.", ("Claude", "", "Words.")),
        ("**名:** Words.", ("名", "", "Words.")),
        ('**Claude:** It takes {{ fact("x") }}.', ("Claude", "", 'It takes {{ fact("x") }}.')),
    ],
)
def test_a_paragraph_that_begins_with_a_bold_name_and_a_colon_is_a_line(written: str, line: tuple[str, str, str]) -> None:
    assert said(f"## The Roundtable: a talk\n\n{written}\n\nNarration.\n") == [line]


@pytest.mark.parametrize(
    "heading", ["## The Roundtable", "## 🎙️ The Roundtable: one", "### **The roundtable**", "# the ROUNDTABLE"]
)
def test_a_roundtable_begins_at_its_heading_whatever_stands_before_the_words(heading: str) -> None:
    assert len(said(f"**Claude:** before\n\n{heading}\n\n**Claude:** inside\n")) == 1


@pytest.mark.parametrize("body", ["## Technical analysis\n\n**Claude:** x", "```\n## The Roundtable\n```\n\n**Claude:** x"])
def test_outside_a_roundtable_nobody_speaks(body: str) -> None:
    assert spoken(body) == Roundtable()


@pytest.mark.parametrize(
    "written", ["Claude: x", "**Claude** says x", "- **Claude:** x", "    **Claude:** x", "`**Claude:** x`", "**a *b*:** x"]
)
def test_what_is_not_a_paragraph_with_a_bold_name_is_no_line(written: str) -> None:
    assert spoken(f"## The Roundtable\n\n{written}\n") == Roundtable()


def test_a_section_ends_at_the_next_heading_of_its_level_and_holds_its_smaller_ones() -> None:
    body = "## The Roundtable\n\n**Claude:** 1\n\n### A part\n\n**ChatGPT:** 2\n\n## After\n\n**Claude:** 3\n"

    assert [text for _, _, text in said(body)] == ["1", "2"]


def test_the_lines_of_a_voice_are_counted_and_know_where_they_stand() -> None:
    lines = spoken("## The Roundtable\n\n**Claude:** 1\nmore\n\n**ChatGPT:** 2\n\n**Claude:** 3\n").lines

    assert [(one.anchor, one.first, one.last) for one in lines] == [
        ("claude-says-1", 8, 9),
        ("chatgpt-says-1", 11, 11),
        ("claude-says-2", 13, 13),
    ]


def test_a_line_of_nobody_is_a_problem_that_says_who_may_be_meant() -> None:
    problems = spoken("## The Roundtable\n\n**Cluade:** x\n\n**The key point:** y\n").problems

    assert [(problem.line, problem.hint, problem.rule) for problem in problems] == [
        (8, "did you mean 'Claude'?", "unknown-voice"),
        (10, "add the voice to docs/voices.yml, or write it without the colon", "unknown-voice"),
    ]


@settings(max_examples=150)
@given(st.text(alphabet="*_:() \nClaude{}#-`<>", max_size=60))
def test_any_text_is_read_without_a_crash_and_its_words_are_those_of_the_file(words: str) -> None:
    body = f"## The Roundtable\n\n**Claude:** {words}\n"

    for line in spoken(body).lines:
        assert line.text in f"---\nkind: episode\n---\n# T\n\n{body}"
