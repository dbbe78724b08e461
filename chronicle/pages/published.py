"""Marks every published number with how it was made, so that a stranger can make it again from the files of the site.

A number is set in a ``<span data-fact="…">`` whose value is the digest of its recipe: a plain JSON object that says which
values were taken from which record, and how. The index ``verify.json`` lists each recipe with the words it gave and the
pages that show them, and the records that all of it rests on; :mod:`chronicle.verify` reads nothing else.
"""

from __future__ import annotations

import functools
import hashlib
import html
import inspect
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chronicle.facts.measurements import Measurement
from chronicle.facts.physics import Peaks
from chronicle.pages.entry import Entry
from chronicle.pages.marks import MARK, mark
from chronicle.pages.writing import SEAL, Markdown, text, twin
from chronicle.units import Quantity, percent_of

INDEX = "verify.json"
SCHEMA = "chronicle.verify/1"
_CLASS = f"{SEAL} fact__number"
_MARK = re.compile(rf'<span class="{_CLASS}" data-fact="([0-9a-f]{{16}})">')
_MARKUP = (
    (re.compile(rf'<sup class="(?:{SEAL} )?{MARK}"[^<>]*>[^<>]*</sup>'), ""),
    (re.compile(r"<[^<>]*>"), ""),
    (re.compile(r'\[(.*?)\]\([^()\s]*(?: "[^"]*")?\)(?:\{[^{}]*\})?'), r"\1"),
)

Recipe = Mapping[str, Any]


@dataclass(frozen=True)
class Published:
    """The recipes of a build by their digest, each with the words it gave; grows while pages are written."""

    words: dict[str, tuple[Recipe, str]] = field(default_factory=dict)

    def mark(self, recipe: Recipe, words: Any) -> Markdown:
        """``words`` (Markdown of one line, or a plain value) marked as what ``recipe`` gives."""
        self.words[digest_of(recipe)] = (recipe, plain(text(words)))
        return marked(recipe, words)

    def measured(self, one: Measurement, show: str) -> Markdown | None:
        """A part of a measurement, marked; None where it has no such part. See :func:`shown`."""
        words = shown(one, show)
        return self.mark(_part(one, show), words) if words else None

    def cell(self, one: Measurement, words: Markdown) -> Markdown:
        """A measurement in a cell of its own under one mark; ``words`` are those of :func:`shown`, and may hold links."""
        return self.mark(_part(one, "cell"), words)

    def answering(self, answer: Callable[..., Markdown], evidence: Sequence[str] = ()) -> Callable[..., Markdown]:
        """A directive whose answers are marked; it keeps its name and its arguments. ``evidence`` is what it chooses among."""
        among = {"evidence": list(evidence)} if evidence else {}

        @functools.wraps(answer)
        def marked(*arguments: Any, **options: Any) -> Markdown:
            given = inspect.signature(answer).bind(*arguments, **options).arguments
            recipe = {"kind": "directive", "name": answer.__name__, "given": dict(given), **among}
            return self.mark(recipe, answer(*arguments, **options))

        return marked

    def index(self, entries: Sequence[Entry], records: Sequence[str]) -> Entry:
        """``verify.json``: every number that a page shows, with its words, its recipe and its pages."""
        pages: dict[str, dict[str, int]] = {}
        for entry in sorted((one for one in entries if one.uri.endswith(".md")), key=lambda one: one.uri):
            for key, count in marks_of(entry).items():
                pages.setdefault(key, {})[entry.uri] = count
        numbers = [
            {
                "id": key,
                "text": words,
                "recipe": recipe,
                "pages": pages.get(key, {}),
            }
            for key, (recipe, words) in sorted(self.words.items())
        ]
        shown_ones = [one for one in numbers if one["pages"]]
        return Entry(INDEX, twin({"schema": SCHEMA, "numbers": shown_ones, "records": sorted(records)}))


def marks_of(entry: Entry) -> Counter[str]:
    """The digests of the recipes that a page of Markdown shows, with how often."""
    return Counter(_MARK.findall(entry.body.decode()))


def marked(recipe: Recipe, words: Any) -> Markdown:
    """The words of a recipe under its mark; they stand in the index only if :meth:`Published.mark` had them too."""
    return Markdown(f'<span class="{_CLASS}" data-fact="{digest_of(recipe)}">{text(words)}</span>')


def _part(one: Measurement, show: str) -> Recipe:
    return {"kind": "measurement", "run": one.run_key, "case": one.case, "metric": one.metric, "show": show}


def claim_recipe(claim_id: str, show: str) -> Recipe:
    """How a claim's ``verdict``, ``estimate``, ``control`` or ``degraded`` is made: from its predicate in ``claims.json``."""
    return {"kind": "claim", "id": claim_id, "show": show}


def shown(one: Measurement, show: str) -> str:
    """How a part of a measurement is written: ``value``, ``interval``, ``level``, ``second`` or ``processes``.

    ``cell`` is the value with its interval and the marks of its evidence.
    """
    if show == "cell":
        return Markdown(f"{text(one.quantity)}{mark(one.caveats)}")
    if show == "value":
        return one.quantity.text
    if show == "interval":
        return one.quantity.interval_text.strip("()")
    if show == "second":
        second = replace(one.quantity, value=one.second.value, lo=one.second.lo, hi=one.second.hi)
        return second.interval_text.strip("()")
    if show == "level":
        return f"{percent_of(one.estimate.level)} %" if one.estimate.level else ""
    return str(one.n_processes)


def peak_words(peaks: Peaks, name: str) -> str:
    """How a computed peak is written; empty where there is none."""
    peak = peaks.of(name)
    return "" if peak is None else Quantity(peak, "B/s" if name == "memory" else "FLOP/s").text


def evidence_of(recipe: Recipe) -> tuple[str, ...]:
    """What a directive chose among, by the names of its report; empty where it chose among all."""
    named = recipe.get("evidence")
    return tuple(map(str, named)) if isinstance(named, list) else ()


def digest_of(recipe: Recipe) -> str:
    """Sixteen digits that stand for a recipe."""
    stated = json.dumps(recipe, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(stated.encode(errors="surrogatepass")).hexdigest()[:16]


def plain(markdown: str) -> str:
    """The words of a marked number as a reader sees them, without the marks of its evidence."""
    for pattern, kept in _MARKUP:
        markdown = pattern.sub(kept, markdown)
    return " ".join(html.unescape(markdown).split())
