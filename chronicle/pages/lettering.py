"""How wide a text is, and where its lines break, for pictures that are drawn without asking a font.

The widths are those of a common sans-serif face in hundredths of the type size, rounded up by class of letter. A picture leaves
room for the difference to the font that a reader has; a badge states the width, and the browser sets its letters to it.
"""

from __future__ import annotations

import unicodedata

_WIDTHS = {
    **dict.fromkeys("ijl.,:;'|!I ()[]/\\`", 34),
    **dict.fromkeys('frt-"*{}', 43),
    **dict.fromkeys("cksvxyzJ?", 56),
    **dict.fromkeys("mwMW%@—", 94),
    **dict.fromkeys("ABCDEGHKNOPQRSTUVXYZ&+=<>~", 72),
}
_OTHER, _WIDE = 63, 105


def width(words: str, size: float) -> float:
    """The width of a line of text at a type size, in the unit of the size."""
    return sum(_width(letter) for letter in words) * size / 100


def lines(words: str, size: float, room: float, most: int) -> list[str]:
    """The text broken into at most ``most`` lines that fit ``room``; what is left over ends in an ellipsis."""
    found: list[str] = [""]
    for word in _pieces(words, size, room):
        longer = f"{found[-1]} {word}".strip()
        if width(longer, size) <= room:
            found[-1] = longer
        else:
            found.append(word)
    return found if len(found) <= most else [*found[: most - 1], _shortened(found[most - 1], size, room)]


def _pieces(words: str, size: float, room: float) -> list[str]:
    """The words of a text; one that is wider than the room is cut."""
    pieces: list[str] = []
    for word in words.split():
        start = 0
        for end in range(1, len(word) + 1):
            if width(word[start:end], size) > room and end - 1 > start:
                pieces.append(word[start : end - 1])
                start = end - 1
        pieces.append(word[start:])
    return pieces


def _shortened(line: str, size: float, room: float) -> str:
    while line and width(f"{line}…", size) > room:
        line = line[:-1]
    return f"{line.rstrip(' ,.;:')}…"


def _width(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    return _WIDTHS.get(letter, _OTHER)
