"""Badges: how the claims of a site stand, for a README on another host.

Each is there twice: as the JSON that a badge service reads from an address ("endpoint"), and as a picture of our own, so that
nobody else has to be asked. A word says what the colour says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chronicle.documents.claims import JudgedClaim
from chronicle.documents.library import Library
from chronicle.documents.report import Report
from chronicle.facts.freshness import Input
from chronicle.facts.predicates import Verdict
from chronicle.pages.claim_blocks import as_of_words, standing_counts
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.lettering import width
from chronicle.pages.markup import fill
from chronicle.pages.writing import twin

FOLDER = "badges"
_GOOD, _BAD, _OPEN, _AGED = "#1a7f37", "#b3261e", "#57606a", "#8a5300"
"""Colours on which white text has a contrast of at least 5 to 1."""

_SIZE, _HEIGHT, _PADDING = 11, 20, 7
_BENCH = "bench:"


@dataclass(frozen=True, slots=True)
class Badge:
    """A label and what is said of it; ``place`` is the path of its files without an ending."""

    place: str
    label: str
    message: str
    colour: str

    @property
    def plain(self) -> dict[str, object]:
        """What a badge service reads; its version of the form is 1."""
        return {"schemaVersion": 1, "label": self.label, "message": self.message, "color": self.colour}


def badge_entries(desk: Desk) -> Iterator[Entry]:
    """Both files of every badge."""
    for one in badges(desk.library):
        yield Entry(f"{FOLDER}/{one.place}.json", twin(one.plain))
        yield Entry(f"{FOLDER}/{one.place}.svg", picture(one))


def badges(library: Library) -> Iterator[Badge]:
    """Published claims and evidence of the whole site, then a badge a report, a claim and a benchmark."""
    suites = {name.removeprefix(_BENCH): one for name, one in library.inputs.items() if name.startswith(_BENCH)}
    published = [claim for one in library.reports if one.front.status == "published" for claim in one.claims]
    if published:
        yield _claims("claims", "claims", published)
    if suites:
        yield _freshness("evidence", "evidence", suites.values())
    for report in library.reports:
        yield _report(report)
        for claim in report.claims:
            word = "stale" if claim.is_overtaken else claim.verdict.value + as_of_words(report.front.as_of)
            yield Badge(f"claims/{claim.id.replace('#', '/')}", claim.id, word, _colour((claim,)))
    for suite, decides in suites.items():
        yield _freshness(f"benchmarks/{suite}", suite, (decides,))


def picture(one: Badge) -> bytes:
    """A badge as an SVG of 20 px height that needs no font and no other file."""
    left, right = (round(width(words, _SIZE)) + 2 * _PADDING for words in (one.label, one.message))
    return fill("badge.svg", one=one, left=left, right=right, height=_HEIGHT, padding=_PADDING, size=_SIZE, total=left + right)


def _report(report: Report) -> Badge:
    place, label, front = f"reports/{report.front.id}", report.front.id, report.front
    if front.status == "published" and report.claims:
        return _claims(place, label, report.claims, as_of_words(report.front.as_of))
    return Badge(place, label, front.status, _BAD if front.status == "withdrawn" else _OPEN)


def _claims(place: str, label: str, claims: Sequence[JudgedClaim], of_day: str = "") -> Badge:
    """``5 of 6 supported, 1 refuted, as of 2026-11-23``."""
    counts = standing_counts(claims)
    total, good = sum(counts.values()), counts.get("supported", 0)
    more = [f"{counts[word]} {word}" for word in ("refuted", "stale") if word in counts]
    words = "supported" if good == total == 1 else f"{good} of {total} supported"
    return Badge(place, label, ", ".join([words, *more]) + of_day, _colour(claims))


def _colour(claims: Sequence[JudgedClaim]) -> str:
    """That of the worst claim. One that the prose tells as refuted is an answer, and no reason for alarm."""
    if any(one.verdict is Verdict.REFUTED and one.claim.presents is not Verdict.REFUTED for one in claims):
        return _BAD
    if any(one.is_overtaken for one in claims):
        return _AGED
    return _GOOD if all(one.verdict is Verdict.SUPPORTED for one in claims) else _OPEN


def _freshness(place: str, label: str, inputs: Iterable[Input]) -> Badge:
    """How many benchmarks rest on what has changed since; one of which nothing is recorded is neither fresh nor stale."""
    known = [one for one in inputs if one.name]
    stale = [one for one in known if one.state.is_stale]
    if not known:
        return Badge(place, label, "none recorded", _OPEN)
    if not stale:
        return Badge(place, label, "fresh", _GOOD)
    words = f"stale: {stale[0].state.value}" if len(known) == 1 else f"{len(stale)} of {len(known)} stale"
    return Badge(place, label, words, _AGED)
