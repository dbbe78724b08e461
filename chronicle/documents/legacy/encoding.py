"""Bytes to text, with UTF-8 that was read as Windows-1252 and written again turned back, line by line.

Browsers map the five bytes that Windows-1252 leaves undefined to the control characters of the same number; text that went
through a browser, an editor or .NET holds them, and Python's strict codec refuses it. So the map is written out here. A match
must be well-formed UTF-8 to be turned back, and look like the usual damage or explain all that is not ASCII in its line.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from chronicle.documents.legacy.finding import Finding
from chronicle.documents.outline import LINE_END

MOST_ROUNDS = 4
"""How often a line may have been misread and written again."""

_HIGH = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ" + "".join(map(chr, range(0xA0, 0x100)))
"""What a browser makes of the bytes 0x80 to 0xFF."""

_BYTE = {character: 0x80 + place for place, character in enumerate(_HIGH)} | {chr(code): code for code in range(0x80, 0xA0)}
_FROM_BYTE = {0x80 + place: character for place, character in enumerate(_HIGH)}


def _class(first: int, last: int) -> str:
    return "[" + "".join(re.escape(character) for character, code in _BYTE.items() if first <= code <= last) + "]"


_MORE = _class(0x80, 0xBF)
_MISREAD = re.compile(f"{_class(0xC2, 0xDF)}{_MORE}|{_class(0xE0, 0xEF)}{_MORE}{{2}}|{_class(0xF0, 0xF4)}{_MORE}{{3}}")
_USUAL = frozenset("ÂÃâðï")
_LEFT_OVER = re.compile(f"\ufffd|[Ââðï](?:{_MORE})|â€|Ã(?:{_MORE})|[\x80-\x9f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text with ``\\n`` at each line's end, what was turned back (by line), and what could not be."""

    text: str
    repaired: tuple[Finding, ...]
    damage: tuple[Finding, ...]


def decode(source: bytes) -> Decoded | None:
    """The text of a file, or None where it is no text at all."""
    encoding = _by_mark(source)
    if encoding is None and b"\0" in source:
        return None
    text, found = (_wide(source, encoding), []) if encoding else _narrow(source)
    if text is None:
        return None
    if encoding or source.startswith(codecs.BOM_UTF8):
        found.append(Finding(1, "encoding", "a byte order mark was taken away"))
    lines = LINE_END.split(text.removeprefix("\ufeff"))
    repaired = [turned_back(line) for line in lines]
    for number, (was, now) in enumerate(zip(lines, repaired, strict=True), 1):
        if was != now:
            found.append(Finding(number, "double-encoding", "UTF-8 that was read as Windows-1252 was turned back"))
    damage = [one for one in found if one.rule == "invalid-utf-8"]
    damage += [
        Finding(number, "encoding-lost", f"damaged characters that cannot be told: {lost[0]!r}")
        for number, line in enumerate(repaired, 1)
        if (lost := _LEFT_OVER.search(line)) and not (lost[0] == "\ufffd" and any(one.line == number for one in damage))
    ]
    return Decoded("\n".join(repaired), tuple(one for one in found if one not in damage), tuple(sorted(damage)))


def turned_back(line: str) -> str:
    """A line with what was misread, once or several times, as it was; any other line as it is."""
    for _ in range(MOST_ROUNDS):
        after = _one_round(line)
        if after == line:
            break
        line = after
    return line


def _one_round(line: str) -> str:
    if line.isascii() or not _MISREAD.search(line):
        return line
    explains_all = not any(character in _BYTE for character in _MISREAD.sub("", line))

    def back(found: re.Match[str]) -> str:
        if not explains_all and found[0][0] not in _USUAL:
            return found[0]
        try:
            return bytes(_BYTE[character] for character in found[0]).decode()
        except UnicodeDecodeError:
            return found[0]

    return _MISREAD.sub(back, line)


def _by_mark(source: bytes) -> str | None:
    if source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return None


def _wide(source: bytes, encoding: str) -> str | None:
    try:
        return source.decode(encoding)
    except UnicodeDecodeError:
        return None


def _narrow(source: bytes) -> tuple[str, list[Finding]]:
    """UTF-8; a file without one character of it in which bytes above 127 stand alone is Windows-1252."""
    try:
        return source.decode(), []
    except UnicodeDecodeError:
        pass
    lines = re.split(rb"(\r\n|\n|\r)", source)
    wrong = [place for place, line in enumerate(lines) if not _is_utf8(line)]
    is_windows = all(place in wrong or line.isascii() for place, line in enumerate(lines)) and all(
        not _holds_utf8(lines[place]) for place in wrong
    )
    found = []
    texts = []
    for place, line in enumerate(lines):
        if place not in wrong:
            texts.append(line.decode())
        elif is_windows:
            found.append(Finding(place // 2 + 1, "windows-1252", "bytes of Windows-1252 were read as such"))
            texts.append("".join(_FROM_BYTE.get(byte, chr(byte)) for byte in line))
        else:
            found.append(Finding(place // 2 + 1, "invalid-utf-8", "bytes that are no UTF-8 stand as U+FFFD in the result"))
            texts.append(line.decode(errors="replace"))
    return "".join(texts), found


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _holds_utf8(line: bytes) -> bool:
    return not line.decode(errors="ignore").isascii()
