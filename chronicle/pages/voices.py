"""A page a voice with its lines and the way back to each, and the list of voices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chronicle.documents.directives import find_directives
from chronicle.documents.episode import Episode
from chronicle.documents.front_matter import Authored
from chronicle.documents.roundtable import SpokenLine
from chronicle.documents.voices import Cast, Voice
from chronicle.errors import Problem
from chronicle.pages import addresses, episode_blocks, quoted
from chronicle.pages.conversation import sign, voices_css
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.episodes import place_words
from chronicle.pages.look import VOICES_STYLE
from chronicle.pages.prose import answer_to
from chronicle.pages.writing import Markdown, link, relative, table, text, twin, write

MOST_LINES = 300
"""Lines on a voice's page, those of the newest episodes; its twin holds all."""

Said = tuple[Episode, tuple[SpokenLine, ...]]

_MARKS = (
    (re.compile(r"<!--.*?-->", re.DOTALL), ""),
    (re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)(?:\{[^{}]*\})?"), r"\1"),
    (re.compile(r"\[\^[^\]]+\]"), ""),
    (re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)"), r"\2"),
    (re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])(.+?)(?<=[^\s*])\1(?![\w*])"), r"\2"),
    (re.compile(r"(?<![\w_])(_{1,3})(?=[^\s_])(.+?)(?<=[^\s_])\1(?![\w_])"), r"\2"),
)


def voice_pages(desk: Desk) -> Iterator[Entry]:
    """The list of voices, a page and a twin for each, and their accents; nothing for a site that lists none."""
    cast = desk.library.cast
    if cast is None:
        return
    yield Entry(VOICES_STYLE, voices_css(cast))
    if not cast.voices:
        return
    yield _index(cast, desk)
    yield Entry("voices.json", twin([_plain_voice(one, _said(one, desk)) for one in cast.voices]))
    for voice in cast.voices:
        yield from _page(voice, desk)


def plain_words(words: str) -> str:
    """A line as text: without the marks of emphasis, links, code and notes."""
    for pattern, kept in _MARKS:
        words = pattern.sub(kept, words)
    return " ".join(words.split())


def _said(voice: Voice, desk: Desk) -> list[Said]:
    """The episodes in which a voice speaks, newest first, with its lines."""
    episodes = sorted(desk.library.episodes, key=lambda one: one.order, reverse=True)
    lines = [(one, tuple(line for line in one.lines if line.voice.key == voice.key)) for one in episodes]
    return [(episode, several) for episode, several in lines if several]


def _index(cast: Cast, desk: Desk) -> Entry:
    uri = addresses.VOICES
    rows = []
    for voice in cast.voices:
        said = _said(voice, desk)
        name = Markdown(f"{sign(voice, uri)} {link(voice.name, relative(uri, addresses.voice_page(voice)))}")
        latest = link(said[0][0].front.title, relative(uri, said[0][0].authored.uri)) if said else None
        rows.append((name, voice.role, f"{sum(len(lines) for _, lines in said):,}", f"{len(said):,}", latest))
    listing = table(("Voice", "Role", "Lines", "Episodes", "Latest"), rows, "llrrl")
    return Entry(uri, write("voices.md", voices=listing).encode())


def _page(voice: Voice, desk: Desk) -> Iterator[Entry]:
    uri = addresses.voice_page(voice)
    said = _said(voice, desk)
    body = write(
        "voice.md",
        voice=voice,
        sign=sign(voice, uri),
        lines=sum(len(lines) for _, lines in said),
        episodes=len(said),
        sections=_sections(said, uri, desk),
        up=link("All voices", "index.md"),
    )
    yield Entry(uri, body.encode(errors="replace"))
    yield Entry(uri.removesuffix(".md") + ".json", twin(_plain_voice(voice, said)))


def _sections(said: Sequence[Said], uri: str, desk: Desk) -> list[Markdown]:
    """A section an episode, until the page is full."""
    sections: list[Markdown] = []
    shown = 0
    for episode, lines in said:
        if shown + len(lines) > MOST_LINES and shown:
            break
        shown += len(lines)
        heading = link(episode.front.title, relative(uri, episode.authored.uri))
        items = [f'<li markdown="span">{_quoted(line, episode, uri, desk)}</li>' for line in lines]
        sections.append(
            Markdown(
                f"## {heading}\n\n{text(place_words(episode))}\n{{ .spoken__where }}\n\n"
                f'<ol class="spoken voice--{lines[0].voice.key}" markdown="1">\n\n' + "\n".join(items) + "\n\n</ol>\n"
            )
        )
    return sections


def _quoted(line: SpokenLine, episode: Episode, uri: str, desk: Desk) -> Markdown:
    """The words of a line as text, its facts answered for this page, and the way to where it was said."""
    stage = f'<span class="conversation__direction">({text(line.stage)})</span> ' if line.stage else ""
    where = link("in the conversation", relative(uri, addresses.spoken(line, episode)), "spoken__place")
    return Markdown(f"{stage}{_with_facts(line, episode, uri, desk)} {where}")


def _with_facts(line: SpokenLine, episode: Episode, uri: str, desk: Desk) -> str:
    """Answers of the episode's own blocks have no place in a list of lines: they show as an ellipsis."""
    said = Authored(uri, episode.authored.file, line.text)
    answers = {**quoted.answers(desk, uri), "mined": episode_blocks.answers(episode, desk)["mined"]}
    already_said: list[Problem] = []
    lines = line.text.split("\n")
    written: list[str] = []
    place, column = 0, 0
    for one in find_directives(line.text, episode.authored.file)[0]:
        before = [*lines[place : one.line - 1], lines[one.line - 1]]
        before[-1] = before[-1][: one.start]
        before[0] = before[0][column:]
        answer = answer_to(one, said, answers, already_said) if one.name in answers else "…"
        written += [text(plain_words("\n".join(before))), answer]
        place, column = one.line - 1, one.end
    rest = lines[place:]
    rest[0] = rest[0][column:]
    return " ".join(part for part in [*written, text(plain_words("\n".join(rest)))] if part)


def _plain_voice(voice: Voice, said: Sequence[Said]) -> dict[str, object]:
    return {
        "schema": "chronicle.voice/1",
        "name": voice.name,
        "role": voice.role,
        "page": addresses.voice_page(voice),
        "lines": [
            {"episode": episode.authored.uri, "anchor": line.anchor, "text": line.text, "stage": line.stage}
            for episode, lines in said
            for line in lines
        ],
    }
