"""Comparative words in prose, and what bears them out: *faster* needs a difference that the records show.

A word is borne out by what stands in its paragraph: a ``ratio()``, or a ``fact()`` of a metric that is a ratio, whose two
intervals lie beyond 1 and the margin on one side; a ``share()``; or a claim that compares, is supported and rests on fresh
records. A claim of the same report that says the very word counts wherever the report says it. Passed over are questions,
sentences of what would or might be, and a word behind a number, which is reviewed as a number. Which of two things is the
faster one is for a reader to see: the ratio stands beside it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from chronicle.documents.claims import JudgedClaim
from chronicle.documents.directives import Directive
from chronicle.documents.unbound import TypedNumber
from chronicle.documents.visible import Block, Visible
from chronicle.facts.estimates import LEVEL
from chronicle.facts.freshness import worst
from chronicle.facts.grammar import PredicateError, parse
from chronicle.facts.ledger import Ledger
from chronicle.facts.predicates import MARGIN, Judgement, Verdict, judge

_WORD = re.compile(
    r"\b(?:faster|slower|quicker|cheaper|costlier|outperform(?:s|ed|ing)?|(?:more|less) (?:efficient|expensive)|"
    r"times as (?:fast|slow|quick|cheap|efficient|expensive)|speed-?ups?|slow-?downs?)\b",
    re.IGNORECASE,
)
_NO_CLAIM = re.compile(
    r"\b(?:would|could|might|may|should|if|whether|unless|expect\w*|hope\w*|hypothes\w*|predict\w*|suppos\w*|guess\w*)\b",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?](?=[\s\"'*_)\]”’]|$)")
NOTHING = "nothing in its paragraph compares"


@dataclass(frozen=True, slots=True)
class Word:
    """A comparative word that nothing bears out: its offset in the file, and why."""

    text: str
    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What words may rest on: the records, the claims of the site by their full id, and those of the page itself.

    ``day`` is the day of which the page speaks, where it says one: what has aged since was fresh then.
    """

    ledger: Ledger = field(default_factory=lambda: Ledger(()))
    claims: Mapping[str, JudgedClaim] = field(default_factory=dict)
    own: Sequence[JudgedClaim] = ()
    day: date | None = None


def unbacked(
    page: Visible, block: Block, numbers: Sequence[TypedNumber], evidence: Evidence, end: int | None = None
) -> Iterator[Word]:
    """The words of a block that nothing bears out; what may do so stands in the block, or up to ``end`` if that is given."""
    said = _assertions(block.text)
    words = [one for one in said if not _is_counted(block.start + one.start(), block.start + one.end(), numbers)]
    if not words:
        return
    span = Block(block.start, page.source[block.start : end or block.end])
    stands = [*_quoted(page.directives_in(span), evidence), *_named(span.text, evidence)]
    for word in words:
        why = [*stands, *(_standing(one, evidence) for one in evidence.own if _says(one, word[0]))]
        if None not in why:
            yield Word(word[0], block.start + word.start(), block.start + word.end(), next(iter(why), None) or NOTHING)


def _assertions(text: str) -> Iterator[re.Match[str]]:
    """The comparative words of the sentences that say that something is so."""
    begins = 0
    for end in (*_END.finditer(text), None):
        ends = end.end() if end else len(text)
        doubt = _NO_CLAIM.search(text, begins, ends)
        if end is None or end[0] != "?":
            yield from _WORD.finditer(text, begins, doubt.start() if doubt else ends)
        begins = ends


def _is_counted(start: int, end: int, numbers: Sequence[TypedNumber]) -> bool:
    """Whether the last number that begins before a word's end reaches to the word."""
    place = bisect_left(numbers, end, key=lambda one: one.start)
    return place > 0 and numbers[place - 1].end >= start - 3


def _says(one: JudgedClaim, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", one.claim.says, re.IGNORECASE) is not None


def _quoted(directives: Sequence[Directive], evidence: Evidence) -> Iterator[str | None]:
    """For each directive that compares: None where it bears a word out, else why it does not."""
    for one in directives:
        if one.name == "share":
            yield None
        elif one.name == "ratio" or (one.name == "fact" and str(next(iter(one.arguments), "")).endswith("_ratio")):
            yield _difference(one, evidence)
        elif one.name == "claim" and len(one.arguments) == 1:
            yield from (_standing(claim, evidence, is_named=True) for claim in _claims(str(one.arguments[0]), evidence))
        elif one.name == "claims":
            report = str(one.arguments[0]) if one.arguments else None
            several = [claim for claim in evidence.claims.values() if claim.report == report] if report else evidence.own
            yield from (_standing(claim, evidence, is_named=True) for claim in several)


def _named(source: str, evidence: Evidence) -> Iterator[str | None]:
    """The same for each claim that a text names by its id."""
    for name, claim in evidence.claims.items():
        is_own = claim in evidence.own and re.search(rf"(?<![\w-]){re.escape(claim.claim.id)}(?![\w-])", source)
        if is_own or re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", source):
            yield _standing(claim, evidence, is_named=True)


def _claims(name: str, evidence: Evidence) -> Sequence[JudgedClaim]:
    if name in evidence.claims:
        return (evidence.claims[name],)
    return [one for one in evidence.own if one.claim.id == name]


def _standing(one: JudgedClaim, evidence: Evidence, *, is_named: bool = False) -> str | None:
    """Why a claim bears no comparison out; one that is named may come out in any way that its prose presents."""
    if not parse(one.claim.holds).call.is_comparison:
        return f"claim {one.id} compares nothing"
    if one.is_stale and one.decides.is_overtaken(evidence.day):
        return f"claim {one.id} rests on stale evidence"
    is_told = is_named and one.verdict == one.claim.presents
    return None if is_told or one.verdict is Verdict.SUPPORTED else f"claim {one.id} is {one.verdict}"


def _difference(directive: Directive, evidence: Evidence) -> str | None:
    """Why a ratio in prose bears no comparison out. One that cannot be answered is a problem already."""
    is_ratio = directive.name == "ratio"
    names = ("metric", "of", "to", "where") if is_ratio else ("metric", "where")
    stated = {**dict(zip(names, directive.arguments, strict=False)), **directive.options}
    call = Directive(
        "ratio" if is_ratio else "median",
        (stated.get("metric"),),
        {name: stated[name] for name in names[1:] if stated.get(name)},
    )
    bounds = ("> 1", "< 1") if is_ratio else (f"> {1 + MARGIN}", f"< {1 / (1 + MARGIN)}")
    try:
        judged = [judge(f"{call} {bound}", evidence.ledger, LEVEL) for bound in bounds]
    except PredicateError:
        return None
    finding = judged[0].finding
    if finding is None or not finding.is_comparable:
        return None
    if worst(map(evidence.ledger.freshness, finding.operands)).is_overtaken(evidence.day):
        return "its ratio rests on stale evidence"
    return None if Verdict.SUPPORTED in (one.verdict for one in judged) else _undecided(judged[0])


def _undecided(judged: Judgement) -> str:
    if judged.reason:
        return f"its ratio decides nothing: {judged.reason}"
    return f"its ratio shows no difference beyond the margin of {100 * MARGIN:g} %"
