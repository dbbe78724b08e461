"""What a page states by hand: typed numbers and comparative words, which of them something answers for, and which nothing does.

A waiver is a comment, ``<!-- chronicle: waive REASON -->``. It waives the numbers and words that stand before it in its
paragraph, list item or table; alone in a paragraph, those of the paragraph before it. It needs a reason, and one that waives
nothing is a finding: what it was written for is gone. A number that stands in a claim of the same report is that claim's
threshold, and the claim's verdict is computed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chronicle.documents.backed import Evidence, Word, unbacked
from chronicle.documents.front_matter import Authored
from chronicle.documents.unbound import TypedNumber, numbers_of
from chronicle.documents.visible import Block, Visible
from chronicle.errors import Problem

UNBOUND = "unbound-number"
UNBACKED = "unbacked-word"
ESTIMATES = frozenset({"fact", "share", "ratio", "crossover", "fit", "explained", "spread"})
"""The directives that quote an estimate of the language of claims; ``fact`` is its ``median``."""
RECORDED = ESTIMATES | {"spent", "calibrated"}
"""The directives that put one value of the records into a sentence."""
BINDING = RECORDED | {"mined"}
"""The directives that put one value into a sentence."""

_OURS = re.compile(r"\s*chronicle\s*:\s*(?P<word>[\w-]*)\s*:?\s*(?P<reason>.*?)\s*\Z", re.DOTALL)
_MARKS = frozenset({"authored"})
_LISTED = 12


@dataclass(frozen=True, slots=True)
class Waiver:
    """A reason in an author's words, the line it stands on, and the numbers and words it answers for."""

    reason: str
    line: int
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """How the numbers of one page stand: ``unbound``, ``unbacked`` and ``problems`` are findings, the rest is answered for.

    ``bound`` counts the directives that put a value into a sentence, ``claimed`` the numbers that a claim of the page states.
    """

    uri: str
    file: str
    bound: int
    claimed: int
    waivers: tuple[Waiver, ...]
    unbound: tuple[Problem, ...]
    unbacked: tuple[Problem, ...]
    problems: tuple[Problem, ...]

    @property
    def waived(self) -> int:
        return sum(len(one.numbers) for one in self.waivers)

    @property
    def in_a_build(self) -> tuple[Problem, ...]:
        """The findings as a build tells them: one line for all the unbound numbers of the page."""
        return (*self.problems, *_summed(self.file, self.unbound), *self.unbacked)


def review(authored: Authored, stated: Iterable[str] = (), evidence: Evidence | None = None) -> Review:
    """Review a page; ``stated`` are the sentences of its claims, ``evidence`` is what comparative words may rest on."""
    page = Visible(authored.text)
    blocks = [block for block in page.blocks if not block.is_empty]
    numbers = [numbers_of(block) for block in blocks]
    thresholds = {one.normal for says in stated for one in numbers_of(Block(0, says))}
    claimed = {one for several in numbers for one in several if one.normal in thresholds}
    words = list(_words(page, blocks, numbers, evidence or Evidence()))
    open_ones: list[list[TypedNumber | Word]] = [
        [*(one for one in several if one not in claimed), *said] for several, said in zip(numbers, words, strict=True)
    ]
    waivers, problems, waived = _waived(page, authored.file, blocks, open_ones)
    left = [one for several in open_ones for one in several if one not in waived]
    return Review(
        uri=authored.uri,
        file=authored.file,
        bound=sum(one.name in BINDING for one in page.directives),
        claimed=len(claimed),
        waivers=waivers,
        unbound=tuple(_unbound(page, authored.file, one) for one in left if isinstance(one, TypedNumber)),
        unbacked=tuple(_unbacked(page, authored.file, one) for one in left if isinstance(one, Word)),
        problems=problems,
    )


def _words(
    page: Visible, blocks: Sequence[Block], numbers: Sequence[Sequence[TypedNumber]], evidence: Evidence
) -> Iterator[list[Word]]:
    """The words of each block that nothing bears out; a heading may rest on the block below it."""
    for place, block in enumerate(blocks):
        is_heading = block.text.lstrip().startswith("#") and place + 1 < len(blocks)
        yield list(unbacked(page, block, numbers[place], evidence, blocks[place + 1].end if is_heading else None))


def _waived(
    page: Visible, file: str, blocks: Sequence[Block], open_ones: Sequence[Sequence[TypedNumber | Word]]
) -> tuple[tuple[Waiver, ...], tuple[Problem, ...], set[TypedNumber | Word]]:
    waivers: list[Waiver] = []
    problems: list[Problem] = []
    waived: set[TypedNumber | Word] = set()
    starts = [block.start for block in blocks]
    for comment in page.comments:
        found = _OURS.match(comment.inside)
        if found is None or found["word"] in _MARKS:
            continue
        line = page.place(comment.start)[0]
        place = bisect_left(starts, comment.start) - 1
        before = open_ones[place] if place >= 0 else ()
        answered = sorted((one for one in before if one.start < comment.start and one not in waived), key=lambda one: one.start)
        wrong = _wrong(found["word"], found["reason"], bool(answered))
        if wrong:
            problems.append(Problem(file, line, *wrong, "waiver"))
        if found["word"] == "waive" and answered and not wrong:
            waived.update(answered)
            waivers.append(Waiver(" ".join(found["reason"].split()), line, tuple(one.text for one in answered)))
    return tuple(waivers), tuple(problems), waived


def _wrong(word: str, reason: str, waives: bool) -> tuple[str, str, str] | None:
    """What was found, what was expected and what to do, where a comment of ours is no proper waiver."""
    if word != "waive":
        return (
            f"a comment `chronicle: {word[:40]}`",
            "`chronicle: waive REASON`",
            "correct the word, or write an ordinary comment",
        )
    if not any(character.isalnum() for character in reason):
        return "a waiver without a reason", "why the number may stand by hand", "write `<!-- chronicle: waive REASON -->`"
    if not waives:
        return (
            f"a waiver that waives nothing ({' '.join(reason.split())[:60]})",
            "a typed number or a comparative word before it in its paragraph",
            "remove the waiver, or put it at the end of the paragraph of its number",
        )
    return None


def _unbound(page: Visible, file: str, one: TypedNumber) -> Problem:
    line, column = page.place(one.start)
    kind = "in a column whose heading has a unit" if one.kind == "cell" else f"a {one.kind}"
    return Problem(
        file=file,
        line=line,
        found=f"{one.text!r}, {kind}, typed by hand",
        expected="a number that evidence backs",
        hint='write {{ fact("…") }}, {{ ratio("…") }} or the like, or `<!-- chronicle: waive REASON -->` after it',
        rule=UNBOUND,
        column=column,
    )


def _unbacked(page: Visible, file: str, one: Word) -> Problem:
    line, column = page.place(one.start)
    return Problem(
        file=file,
        line=line,
        found=f"{one.text!r} in prose, and {one.why}",
        expected="a difference that the records show: beyond the margin, between runs that may be compared, and fresh",
        hint='quote {{ ratio("…") }} or {{ claim("…") }} in the paragraph, or `<!-- chronicle: waive REASON -->` after it',
        rule=UNBACKED,
        column=column,
    )


def _summed(file: str, unbound: tuple[Problem, ...]) -> Iterator[Problem]:
    if not unbound:
        return
    lines = list(dict.fromkeys(str(one.line) for one in unbound))
    more = ", …" if len(lines) > _LISTED else ""
    yield Problem(
        file=file,
        line=unbound[0].line,
        found=f"numbers typed by hand, {len(unbound)} in all, on the lines {', '.join(lines[:_LISTED])}{more}",
        expected="numbers that evidence backs",
        hint=f"`chronicle check {file}` lists each; bind it with a directive, or waive it with a reason",
        rule=UNBOUND,
    )
