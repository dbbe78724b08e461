"""A roundtable as a conversation: who says what, in names before signs and in signs before colour.

Each line becomes a group of a definition list, so that it reads in order without a style. The words stay the author's Markdown
with their directives answered; the name, the role and the stage direction are text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote

from chronicle.charts.theme import PALETTES, Scheme
from chronicle.documents.roundtable import SpokenLine
from chronicle.documents.voices import Cast, Voice
from chronicle.pages import addresses
from chronicle.pages.writing import Markdown, link, relative, text

LEAST_CONTRAST = 3.0
"""Of an accent with the page behind it, as WCAG 2.2 asks of what is not text."""

_STEPS = 20


def conversation(lines: Sequence[SpokenLine], page: str) -> Callable[[list[str]], list[str]]:
    """Writes the lines of a file, its directives answered, with its spoken ones as a conversation."""

    def told(written: list[str]) -> list[str]:
        shaped = list(written)
        for place, line in enumerate(lines):
            is_first = place == 0 or not _follows(lines[place - 1], line, written)
            is_last = place + 1 == len(lines) or not _follows(line, lines[place + 1], written)
            first, last = line.first - 1, line.last - 1
            shaped[first] = _opening(line, page, is_first) + shaped[first][line.start :]
            shaped[last] = f"{shaped[last].rstrip()}\n\n</dd>\n</div>\n" + ("\n</dl>\n" if is_last else "")
        return shaped

    return told


def sign(voice: Voice, page: str) -> Markdown:
    """What stands before a voice's name: its picture or its glyph, which say nothing that the name does not."""
    if voice.picture is not None:
        return Markdown(f"![]({relative(page, quote(voice.picture))}){{ .conversation__glyph .voice--{voice.key} }}")
    return Markdown(f'<span class="conversation__glyph voice--{voice.key}" aria-hidden="true">{text(voice.sign)}</span>')


def voices_css(cast: Cast) -> bytes:
    """The accent of each voice in both schemes, moved towards the ink until it stands out from the page."""
    rules = []
    for voice in cast.voices:
        if voice.colour is None:
            continue
        light, dark = (accent(voice.colour, scheme) for scheme in ("light", "dark"))
        selector = f".md-typeset .voice--{voice.key}.voice--{voice.key}"
        rules.append(f"{selector} {{ --voice: {light}; }}")
        rules.append(f'@media screen {{ [data-md-color-scheme="slate"] {selector} {{ --voice: {dark}; }} }}')
    return ("\n".join(["/* Accents of the voices, from voices.yml. */", *rules]) + "\n").encode()


def accent(colour: str, scheme: Scheme) -> str:
    """The colour nearest to ``colour`` on its way to the ink of a scheme that has :data:`LEAST_CONTRAST` there."""
    palette = PALETTES[scheme]
    mixed = (_mixed(colour, palette.ink, step / _STEPS) for step in range(_STEPS + 1))
    return next((one for one in mixed if contrast(one, palette.paper) >= LEAST_CONTRAST), palette.ink)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _opening(line: SpokenLine, page: str, is_first: bool) -> str:
    """The markup before the words. The span in front of them keeps a mark such as ``#`` from beginning a block."""
    voice = line.voice
    name = link(voice.name, relative(page, addresses.voice_page(voice)), "conversation__name")
    role = f'<span class="conversation__role">{text(voice.role)}</span>' if voice.role else ""
    stage = f'<span class="conversation__direction">({text(line.stage)})</span> ' if line.stage else "<span></span>"
    start = '\n<dl class="conversation" markdown="1">\n\n' if is_first else "\n"
    return (
        f'{start}<div class="conversation__line voice--{voice.key}" id="{line.anchor}" markdown="1">\n'
        f'<dt markdown="span">{sign(voice, page)} {name} {role}</dt>\n'
        f'<dd class="conversation__says" markdown="1">\n\n{stage}'
    )


def _follows(one: SpokenLine, other: SpokenLine, written: Sequence[str]) -> bool:
    """Whether nothing but blank lines stands between two lines."""
    return not any(between.strip() for between in written[one.last : other.first - 1])


def _mixed(colour: str, ink: str, share: float) -> str:
    parts = zip(_channels(colour), _channels(ink), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in parts)


def _luminance(colour: str) -> float:
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in _shares(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _shares(colour: str) -> list[float]:
    return [one / 255 for one in _channels(colour)]


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
