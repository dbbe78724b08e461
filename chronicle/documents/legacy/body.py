"""The body of a legacy file as a page: first its blocks, which give its headings; then its words, once all headings are known.

The two steps lie apart because a link may lead to a section of another file.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chronicle.documents.legacy.blocks import Blocks, Written
from chronicle.documents.legacy.finding import Finding
from chronicle.documents.legacy.inline import kept_tags, mended_words
from chronicle.documents.legacy.links import DEFINITION, Linker, anchors_of

_HEADING = re.compile(r"^(?:    )*#{1,6} (?P<text>.*)$")
_CODE = re.compile(r"(?<![\\`])(`{1,20})(?!`)(.*?)(?<!`)\1(?!`)", re.DOTALL)
_MASKED = re.compile(r"\0(\d+)\0")
_IDS = re.compile(r"<[a-z][a-z0-9]*\s[^<>]*?\b(?:id|name)=[\"']?([\w.:-]+)", re.IGNORECASE)
_ATTRIBUTES = re.compile(r"[ \t]\{[ \t]*#(?P<id>[\w.:-]+)[ \t]*\}[ \t]*$")
_MENDED = {
    "money": ("&#36;", "a dollar that is money was escaped"),
    "placeholder": ("&lt;", "a placeholder that looks like a tag was escaped"),
    "brace": ("\\{", "a brace was escaped"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A body with its blocks in place and its words still as they were."""

    lines: tuple[Written, ...]
    findings: tuple[Finding, ...]

    @property
    def anchors(self) -> dict[str, str]:
        """The anchors of its headings by every name that a link may use for them."""
        prose = [line.text for line in self.lines if not line.is_code]
        headings = [found["text"] for text in prose if (found := _HEADING.match(text))]
        return anchors_of(headings, [name for text in prose for name in _IDS.findall(text)])


def drafted(numbered: Sequence[tuple[int, str]]) -> Draft:
    """The blocks of a body, given as lines with their numbers in the source."""
    findings: list[Finding] = []
    written = Blocks([line for _, line in numbered], [number for number, _ in numbered], findings).run()
    while written and not written[-1].text:
        written.pop()
    return Draft(tuple(written), tuple(findings))


def finished(draft: Draft, linker: Linker) -> tuple[str, tuple[Finding, ...]]:
    """The text of the body, its links pointed at pages, and what was mended in its words."""
    tags = kept_tags("\n".join(line.text for line in draft.lines if not line.is_code))
    lines, dead = _without_dead_definitions(draft.lines, linker)
    done: list[str] = []
    mended: list[Finding] = []
    for (_, is_code), group in itertools.groupby(lines, key=lambda line: (line.block, line.is_code)):
        chunk = list(group)
        if is_code:
            done += [line.text for line in chunk]
            continue
        before = "\n".join(line.text for line in chunk)
        linked = _linked(before, chunk[0].source, linker, dead)
        after, _ = mended_words(linked, tags)
        mended += _changes(linked, after, chunk)
        done.append(after)
    return "\n".join(done).rstrip("\n") + "\n", tuple(mended)


def _linked(text: str, line: int, linker: Linker, dead: Iterable[str]) -> str:
    """The text with its links rewritten and code spans left as they are."""
    if not re.search(r"\]\s*[(\[]|<(?:img|a)\b", text, re.IGNORECASE) and not dead:
        return text
    spans: list[str] = []

    def mask(code: re.Match[str]) -> str:
        spans.append(code[0])
        return f"\0{len(spans) - 1}\0"

    linked = linker.rewritten(_CODE.sub(mask, text), line)
    for label in dead:
        linked = re.sub(
            rf"\[([^\[\]]+)\]\[{re.escape(label)}\]|\[({re.escape(label)})\](?:\[\])?(?![\[(:])", r"\1\2", linked, flags=re.I
        )
    return _MASKED.sub(lambda found: spans[int(found[1])], linked)


def _without_dead_definitions(lines: Sequence[Written], linker: Linker) -> tuple[list[Written], list[str]]:
    """The lines with each link definition pointed at its page, or left out and its label returned where it leads nowhere."""
    kept: list[Written] = []
    dead: list[str] = []
    for line in lines:
        found = None if line.is_code else DEFINITION.match(line.text)
        if found is None:
            kept.append(line)
            continue
        where = linker.pointed(found["target"], line.source)
        if where is None:
            dead.append(found["label"])
        else:
            kept.append(Written(f"[{found['label']}]: {where}{found['title'] or ''}", line.source, False, line.block))
    return kept, dead


def _changes(before: str, after: str, chunk: Sequence[Written]) -> Iterable[Finding]:
    """What was escaped, on the lines where it was."""
    if before == after:
        return
    for place, (was, now) in enumerate(zip(before.split("\n"), after.split("\n"), strict=True)):
        for rule, (mark, said) in _MENDED.items():
            if now.count(mark) > was.count(mark):
                yield Finding(chunk[min(place, len(chunk) - 1)].source, rule, said)
