"""A roundtable reads as a conversation, and whatever is said in it is text of the one who says it."""

from __future__ import annotations

import pytest
from hostile import VECTORS, Seen, rendered
from hypothesis import given, settings
from hypothesis import strategies as st

from chronicle.charts.theme import PALETTES, SCHEMES, Scheme
from chronicle.documents.episode import Episode, parse_episode
from chronicle.documents.front_matter import Authored, split
from chronicle.documents.library import Library
from chronicle.documents.outline import LINE_END
from chronicle.documents.roundtable import roundtable
from chronicle.documents.voices import Cast, Voice
from chronicle.facts.ledger import Ledger
from chronicle.pages.conversation import LEAST_CONTRAST, accent, contrast, conversation, voices_css
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.voices import plain_words, voice_pages

FRONT = "---\nkind: episode\nseries: A\nnumber: 1\ntitle: T\ndate: 2026-11-23\n---\n# T\n\n## The Roundtable\n\n"
CAST = Cast(
    "docs/voices.yml",
    (Voice(name="Claude", role="analyst", colour="#ffffff"), Voice(name="<b>Eve</b> {{ x }}", picture="a/b c.png")),
)
HOSTILE = st.one_of(st.sampled_from(VECTORS), st.text(max_size=60))


def told(body: str, cast: Cast = CAST) -> str:
    """The HTML of an episode's roundtable."""
    authored = Authored("episodes/a.md", "docs/episodes/a.md", FRONT + body)
    lines = [f"{line}\n" for line in LINE_END.split(authored.text)]
    shaped = conversation(roundtable(authored, cast).lines, authored.uri)(lines)
    return rendered("".join(shaped).split("---\n", 2)[2])[0]


def pages(body: str, cast: Cast = CAST) -> dict[str, str]:
    """The pages of the voices of a site with one episode."""
    authored = Authored("episodes/a.md", "docs/episodes/a.md", FRONT + body)
    front, _ = parse_episode(authored)
    assert front is not None
    episode = Episode(authored, front, None, (), None, lines=roundtable(authored, cast).lines)
    desk = Desk(Library((), (), Ledger(()), (episode,), (), cast=cast), make_always)
    return {entry.uri: entry.body.decode() for entry in voice_pages(desk)}


def test_lines_in_a_row_are_one_list_of_names_and_words_and_narration_stays_between_two() -> None:
    seen = Seen(told("**Claude:** One.\n\n**claude:** *nods* Two\nlines.\n\n*A pause.*\n\n**Claude:** Three.\n"))

    tags = [tag for tag, name, _ in seen.found if not name]
    assert (tags.count("dl"), tags.count("dt"), tags.count("dd")) == (2, 3, 3)
    assert [value for _, name, value in seen.found if name == "id" and "says" in value] == [
        "claude-says-1",
        "claude-says-2",
        "claude-says-3",
    ]
    assert " ".join(seen.text.split()).endswith(
        "C Claude analyst One. C Claude analyst (nods) Two lines. A pause. C Claude analyst Three."
    )


@pytest.mark.parametrize("mark", ["# x", "> x", "- x", "1. x", "```", "!!! note", "| a |", "***", "[a]: b", "<div>x</div>"])
def test_a_mark_at_the_beginning_of_a_line_begins_no_block(mark: str) -> None:
    seen = Seen(told(f"**Claude:** {mark}\n\n**Claude:** after\n"))

    tags = [tag for tag, name, _ in seen.found if not name]
    assert (tags.count("dl"), tags.count("dd")) == (1, 2)
    assert not {"h1", "blockquote", "ul", "ol", "pre", "table", "hr"} & set(tags[tags.index("dl") :])


@settings(max_examples=150)
@given(HOSTILE, HOSTILE)
def test_nothing_that_is_said_runs_and_the_next_voice_still_speaks(words: str, stage: str) -> None:
    one_line = " ".join(words.replace("{{", "").split())
    page = told(f"**Claude:** *{stage}* {one_line}\n\n**Claude:** the end\n")

    assert Seen(page).dangers == []
    assert "the end" in Seen(page).text


@settings(max_examples=100)
@given(HOSTILE, HOSTILE)
def test_a_name_and_a_role_reach_every_page_as_text(name: str, role: str) -> None:
    plain = "".join(one for one in name if one not in "*_:`\r\n").strip()[:60] or "x"
    cast = Cast("docs/voices.yml", (Voice(name=plain, role=role.strip()[:120]),))

    found = pages("**Claude:** x\n", cast)

    seen = [Seen(rendered(split(body).body, is_guarded=False)[0]) for uri, body in found.items() if uri.endswith(".md")]
    assert [one.dangers for one in seen] == [[], []]


@settings(max_examples=150)
@given(HOSTILE)
def test_a_line_is_text_on_the_page_of_its_voice(words: str) -> None:
    found = pages(f"**Claude:** a {words}\n")

    seen = Seen(rendered(found["voices/claude.md"], is_guarded=False)[0])
    assert seen.dangers == []
    assert {value for tag, name, value in seen.found if (tag, name) == ("a", "href")} >= {"../episodes/a.md#claude-says-1"}


def test_a_voices_page_leads_back_to_its_lines_and_its_twin_holds_them_as_written() -> None:
    found = pages("**Claude:** Two **bold** words, [a link](b.md), `code` and {{ metrics() }}.\n\n**Claude:** More.\n")

    assert "Two bold words, a link, code and … ." in Seen(rendered(found["voices/claude.md"], is_guarded=False)[0]).text
    assert "(../episodes/a.md#claude-says-2)" in found["voices/claude.md"]
    assert '"text": "More."' in found["voices/claude.json"]
    assert "2" in found["voices/index.md"]


def test_a_site_that_lists_no_voices_has_no_page_of_them() -> None:
    assert list(voice_pages(Desk(Library((), (), Ledger(()), (), ()), make_always))) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@given(st.integers(0, 0xFFFFFF))
def test_every_accent_stands_out_from_the_page_in_both_schemes(scheme: Scheme, colour: int) -> None:
    assert contrast(accent(f"#{colour:06x}", scheme), PALETTES[scheme].paper) >= LEAST_CONTRAST


def test_an_accent_that_stands_out_already_is_left_as_it_is() -> None:
    assert accent("#b4532a", "light") == "#b4532a"
    assert voices_css(CAST).count(b".voice--claude.voice--claude") == 2


@pytest.mark.parametrize(
    ("words", "plain"),
    [
        ("a *b* **c** _d_ ***e***", "a b c d e"),
        ("snake_case and 2 * 3 * 4", "snake_case and 2 * 3 * 4"),
        ("[x](y.md){ .z } ![p](q.png) `r` [^1] <!-- no -->", "x p r"),
        ("over\ntwo lines", "over two lines"),
    ],
)
def test_marks_are_taken_from_words_and_nothing_else(words: str, plain: str) -> None:
    assert plain_words(words) == plain
