"""The voices of a chronicle: who speaks in its roundtables, listed in ``docs/voices.yml``.

A site without that file has no voices, and nothing of its episodes is read as a conversation.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

from chronicle.documents.front_matter import Authored, line_of, read_listing
from chronicle.documents.keys import key_of
from chronicle.errors import Problem

PICTURES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")

_RESERVED = ("index",)


class Voice(BaseModel):
    """One who speaks. ``colour`` is only ever an accent beside the name; ``glyph`` or ``picture`` stands before it."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    role: Annotated[str, StringConstraints(max_length=120)] = ""
    colour: str | None = None
    glyph: Annotated[str, StringConstraints(min_length=1, max_length=4)] | None = None
    picture: Annotated[str, StringConstraints(max_length=200)] | None = None

    @field_validator("name")
    @classmethod
    def _can_be_bold(cls, name: str) -> str:
        if re.search(r"[*_:`\r\n]", name):
            raise ValueError("a name without * _ : ` and line ends, as it stands between the marks of bold")
        return name

    @field_validator("colour")
    @classmethod
    def _is_a_colour(cls, colour: str | None) -> str | None:
        if colour is not None and not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
            raise ValueError("six hexadecimal digits in quotes, such as '#0b6475'")
        return colour

    @property
    def key(self) -> str:
        """The name as a part of an address."""
        return key_of(self.name)

    @property
    def sign(self) -> str:
        """What stands for the voice where it has no picture."""
        return self.glyph or self.name[0]


class Voices(BaseModel):
    """The whole of ``voices.yml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    voices: tuple[Voice, ...]

    @field_validator("voices")
    @classmethod
    def _at_least_one(cls, voices: tuple[Voice, ...]) -> tuple[Voice, ...]:
        if not voices:
            raise ValueError("at least one voice; a site without voices has no such file")
        return voices


@dataclass(frozen=True, slots=True)
class Cast:
    """The voices of a site in the order of their file; ``file`` is how messages show it."""

    file: str
    voices: tuple[Voice, ...]

    def named(self, name: str) -> Voice | None:
        """The voice of that name, written in small letters or capitals."""
        return next((one for one in self.voices if one.name.casefold() == name.casefold()), None)


def parse_voices(listing: Authored, files: Collection[str]) -> tuple[Cast, tuple[Problem, ...]]:
    """The voices of a site and every problem at its line; ``files`` are the paths that lie below the docs folder.

    A file that cannot be read names no voice. Left out are a voice that would
    share another's page, and a picture that is not there.
    """
    read, problems = read_listing(listing, Voices, "voices")
    if read is None:
        return Cast(listing.file, ()), problems
    shared = tuple(_repeated(listing, read.voices))
    wrong = (*shared, *_pictures(listing, read.voices, files))
    kept = {one.key: one for one in reversed(read.voices) if one.key not in _RESERVED}
    drawn = [_drawn(one, files) for one in read.voices if kept.get(one.key) is one]
    return Cast(listing.file, tuple(drawn)), wrong


def _repeated(listing: Authored, voices: Sequence[Voice]) -> Iterator[Problem]:
    """Voices that would share a page, whether their names are the same or only their addresses."""
    seen: dict[str, str] = dict.fromkeys(_RESERVED, "the list of voices")
    for place, voice in enumerate(voices):
        if voice.key in seen:
            found = f"the voice {voice.name!r}, which would share a page with {seen[voice.key]}"
            yield _problem(listing, (place, "name"), found, "a name of its own", "rename one of the two")
        seen.setdefault(voice.key, repr(voice.name))


def _pictures(listing: Authored, voices: Sequence[Voice], files: Collection[str]) -> Iterator[Problem]:
    for place, voice in enumerate(voices):
        if voice.picture is None:
            continue
        found, line = f"the picture {voice.picture!r}", (place, "picture")
        if voice.glyph is not None:
            yield _problem(listing, line, f"{found} beside a glyph", "one of the two", "remove `picture` or `glyph`")
        if not voice.picture.lower().endswith(PICTURES):
            yield _problem(listing, line, found, f"a file that ends in {', '.join(PICTURES)}", "save it in such a form")
        elif voice.picture not in files:
            yield _problem(
                listing, line, found, "the path of a file below the docs folder", "put it there, or correct the path"
            )


def _drawn(voice: Voice, files: Collection[str]) -> Voice:
    """The voice without a picture that no page could show."""
    is_there = voice.picture in files and str(voice.picture).lower().endswith(PICTURES)
    return voice if is_there else voice.model_copy(update={"picture": None})


def _problem(listing: Authored, path: tuple[int, str], found: str, expected: str, hint: str) -> Problem:
    return Problem(listing.file, _line(listing.text, path), found, expected, hint, "voices")


def _line(text: str, path: tuple[int, str]) -> int:
    """The line of a key of the voice at that place."""
    return line_of(f"---\n{text}\n---\n", ("voices", *path)) - 1
