"""The evidence ledger: every number that the authored pages quote, with what it is of, where it comes from and who quotes it.

It is read off the pages themselves: a number is in the ledger if its mark stands on a page that somebody wrote. What a table
splits over several cells, a value and its interval, is one number here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from chronicle.documents.claims import JudgedClaim
from chronicle.documents.review import ESTIMATES
from chronicle.facts.freshness import Input, worst
from chronicle.facts.ledger import Finding, Ledger, NotFoundError
from chronicle.facts.measurements import Measurement
from chronicle.facts.predicates import Verdict
from chronicle.pages import addresses
from chronicle.pages.card_links import card_link, claim_link
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.forms import metric_words
from chronicle.pages.prose import UnanswerableError
from chronicle.pages.published import Recipe, claim_recipe, digest_of, evidence_of, marks_of
from chronicle.pages.quoted import asked, quantity_of
from chronicle.pages.sentences import estimate_text
from chronicle.pages.stale import freshness_badge
from chronicle.pages.writing import Markdown, link, relative, table, twin, write
from chronicle.records.provenance import DERIVED, weakest
from chronicle.records.run import Estimate

MOST_NUMBERS = 300
"""Rows of the page, those that only cells of ``table()`` hold last; the twin holds all."""

_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Number:
    """A number that is quoted: what it is of, its words, its label, what it was taken from, and the claim it decides."""

    what: str
    words: str
    label: str
    operands: tuple[Measurement, ...]
    estimate: Estimate | None
    unit: str
    claim: str | None = None


def evidence_pages(entries: Sequence[Entry], desk: Desk) -> Iterator[Entry]:
    """The page and its twin ``evidence.json``, from the pages that are written by then; nothing where none quotes a number."""
    reader = _Reader(desk)
    quoted: dict[_Key, Counter[str]] = {}
    numbers: dict[_Key, _Number] = {}
    outside_cells: set[_Key] = set()
    for entry in sorted((one for one in entries if one.renders), key=lambda one: one.uri):
        for mark, count in marks_of(entry).items():
            recipe, _ = desk.published.words.get(mark, ({}, ""))
            if (number := reader.number(mark, recipe)) is not None:
                key = _key(recipe, number)
                numbers.setdefault(key, number)
                where = quoted.setdefault(key, Counter())
                where[entry.uri] = max(where[entry.uri], count)
                if recipe.get("show") != "cell":
                    outside_cells.add(key)
    if not numbers:
        return
    ordered = sorted(
        numbers, key=lambda key: (key not in outside_cells, numbers[key].operands[0].run_key, numbers[key].what, key)
    )
    if addresses.is_free(addresses.EVIDENCE, desk.library):
        yield Entry(addresses.EVIDENCE, _page([(numbers[key], quoted[key]) for key in ordered], desk).encode(errors="replace"))
    yield Entry("evidence.json", twin([_plain(numbers[key], quoted[key], desk) for key in ordered]))


def inputs_of(entry: Entry, desk: Desk) -> Iterator[Input]:
    """For each number and each claim on the page of an authored file, the input that says how fresh it is."""
    reader, marks = _Reader(desk), marks_of(entry)
    for mark in marks:
        recipe, _ = desk.published.words.get(mark, ({}, ""))
        if (number := reader.number(mark, recipe)) is not None:
            yield _decides(number, desk)
    for claim in desk.library.claims:
        shown = (digest_of(claim_recipe(claim.id, show)) for show in ("verdict", "estimate"))
        if any(mark in marks for mark in shown):
            yield claim.decides


def _key(recipe: Recipe, number: _Number) -> _Key:
    """One key for what is one number: a measurement, whoever asks for which part of it, or else what the recipe says."""
    if number.claim is not None:
        return "claim", number.claim
    if recipe.get("kind") == "measurement" or recipe.get("name") == "fact":
        one = number.operands[0]
        return "measurement", one.run_key, one.case, one.metric
    return "derived", number.what, number.words


@dataclass(frozen=True)
class _Reader:
    """Finds the number that a recipe makes."""

    desk: Desk

    def number(self, mark: str, recipe: Recipe) -> _Number | None:
        """None of numbers that rest on no run (of commits, of peaks) and of verdicts; ``mark`` is the digest of the recipe."""
        kind = recipe.get("kind")
        if kind == "measurement":
            one = self._measured.get((recipe.get("run"), recipe.get("case"), recipe.get("metric")))
            return _measured(one) if one else None
        if kind == "directive":
            return self.desk.memory(("number of the evidence page", mark), lambda: self._asked(recipe))
        claim = self._claims.get(recipe.get("id")) if kind == "claim" and recipe.get("show") == "estimate" else None
        return _of_claim(claim) if claim else None

    def _asked(self, recipe: Recipe) -> _Number | None:
        ledger = self.desk.library.ledger.within(evidence_of(recipe))
        finding = _finding(str(recipe.get("name")), recipe.get("given") or {}, ledger)
        return _of_finding(finding, str(recipe.get("name"))) if finding else None

    @cached_property
    def _measured(self) -> Mapping[object, Measurement]:
        return {(one.run_key, one.case, one.metric): one for one in self.desk.library.ledger.measurements}

    @cached_property
    def _claims(self) -> Mapping[object, JudgedClaim]:
        return {one.id: one for one in self.desk.library.claims}


def _of_claim(claim: JudgedClaim) -> _Number | None:
    finding = claim.judgement.finding
    if finding is None or not finding.operands or claim.verdict in (Verdict.NOT_RUN, Verdict.NOT_COMPARABLE):
        return None
    words, label = estimate_text(claim, finding), _label(finding)
    return _Number(f"claim {claim.id}", words, label, finding.operands, finding.order, finding.unit, claim.id)


def _finding(name: str, given: Mapping[str, object], ledger: Ledger) -> Finding | None:
    """What a directive that quotes an estimate found, asked again; None of other directives."""
    if name not in ESTIMATES:
        return None
    try:
        return asked(name, given, ledger)
    except (NotFoundError, UnanswerableError):
        return None


def _of_finding(finding: Finding, name: str) -> _Number:
    first, *more = finding.operands
    if name == "fact":
        return _measured(first)
    words = str(quantity_of(finding, percent=name == "share"))
    what = f"{finding.name.replace('_', ' ')}{_over(name, first, more)}"
    return _Number(what, words, _label(finding), finding.operands, finding.order, finding.unit)


def _over(name: str, first: Measurement, more: Sequence[Measurement]) -> str:
    """The cases of a derived number, in words."""
    if name == "ratio":
        return f", {first.case} over {more[0].case}"
    if name == "share":
        return f" that {first.case} reaches"
    return f", {first.case} and {len(more)} more" if more else f", {first.case}"


def _measured(one: Measurement) -> _Number:
    what = f"{metric_words(one.metric)} of {one.case}"
    return _Number(what, str(one.quantity), one.label, (one,), one.estimate, one.quantity.unit)


def _label(finding: Finding) -> str:
    """A measurement's own label; of what is worked out from measurements, derived or whatever is weaker among them."""
    labels = {one.label for one in finding.operands}
    is_one = len(finding.operands) == 1 and finding.name == finding.operands[0].metric
    return weakest(labels if is_one else {DERIVED, *labels})


def _page(rows: Sequence[tuple[_Number, Counter[str]]], desk: Desk) -> Markdown:
    names = dict(_names(desk))
    freshness = Counter(_decides(one, desk).state.value for one, _ in rows)
    return write(
        "evidence.md",
        count=len(rows),
        labels=Counter(one.label for one, _ in rows),
        freshness=freshness,
        pages=len({uri for _, where in rows for uri in where}),
        numbers=table(
            ("Number", "Of what", "Label", "Evidence", "Quoted in"),
            [_row(one, where, names, desk) for one, where in rows[:MOST_NUMBERS]],
        ),
        more=max(0, len(rows) - MOST_NUMBERS),
        checks=link("Checks", relative(addresses.EVIDENCE, addresses.CHECKS)) if desk.library.reviews else None,
    )


def _row(one: _Number, where: Counter[str], names: Mapping[str, str], desk: Desk) -> tuple[object, ...]:
    page = addresses.EVIDENCE
    what = claim_link(one.what, one.claim, page) if one.claim else one.what
    places = [link(names.get(uri, uri), relative(page, uri)) + (f" ×{n}" if n > 1 else "") for uri, n in where.items()]
    return (
        card_link(one.words, one.operands[:2], page),
        what,
        one.label,
        Markdown(f"{one.operands[0].machine} {freshness_badge(_decides(one, desk))}"),
        Markdown(", ".join(places)),
    )


def _names(desk: Desk) -> Iterator[tuple[str, str]]:
    """What a page that quotes is called in a row: the id of a report, the title of any other."""
    library = desk.library
    yield from ((one.authored.uri, one.front.id) for one in library.reports)
    yield from ((one.authored.uri, one.front.title) for one in library.episodes)
    yield from ((one.authored.uri, one.front.title) for one in library.incidents)
    yield from ((one.authored.uri, one.front.title) for one in library.plain if one.front.title)


def _decides(one: _Number, desk: Desk) -> Input:
    return worst(map(desk.library.ledger.freshness, one.operands))


def _plain(one: _Number, where: Counter[str], desk: Desk) -> dict[str, object]:
    decides, estimate = _decides(one, desk), one.estimate
    return {
        "schema": "chronicle.evidence/1",
        "text": one.words,
        "what": one.what,
        "label": one.label,
        "claim": one.claim,
        "unit": one.unit,
        "value": estimate.value if estimate else None,
        "lo": estimate.lo if estimate else None,
        "hi": estimate.hi if estimate else None,
        "level": estimate.level if estimate else None,
        "n_processes": estimate.n_processes if estimate else None,
        "evidence": [{"machine": o.machine, "run": o.run_id, "case": o.case, "metric": o.metric} for o in one.operands],
        "freshness": decides.state.value,
        "freshness_reason": decides.reason,
        "quoted": dict(sorted(where.items())),
    }
