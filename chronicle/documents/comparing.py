"""Comparative words are honest: what they say of two things must be what the predicate compares.

A modest reading of English, for the words that reports of performance use:

- *faster*, *slower*, *beats*, *twice as fast* and their like need a ``ratio()``, a ``share()`` or a metric that is a
  ratio: a comparison of two things measured alike, not one number against a threshold;
- *no difference*, *indistinguishable*, *the same speed* need a band around 1, ``0.98 <= ratio(…) <= 1.02``: a difference that
  was not found is no proof that there is none;
- *at least 3 times* needs a threshold of 3 or beyond.

Whether the difference is there, between runs that may be compared and are fresh, is the verdict's business.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from chronicle.facts.grammar import Predicate, parse

_NUMBERS = {"two": 2, "twice": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10}
_COMPARATIVE = re.compile(
    r"\b(?:faster|slower|quicker|cheaper|costlier|better|worse|beats?|wins?|outperforms?|"
    r"(?:more|less) (?:efficient|expensive)|(?:times|twice|half) as (?:fast|slow|quick|cheap|efficient|expensive|long|much)|"
    r"speed-?up)\b",
    re.IGNORECASE,
)
_EQUAL = re.compile(
    r"\b(?:no (?:measurable |significant )?difference|indistinguishable|makes no difference|the same (?:speed|time|rate|cost)|"
    r"equally (?:fast|slow|quick|cheap|efficient))\b",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(rf"\bat least (\d+(?:\.\d+)?|{'|'.join(_NUMBERS)})(?: times|[×x])", re.IGNORECASE)


def unbacked_words(says: str, holds: str) -> Iterator[tuple[str, str]]:
    """Each word of a claim that its predicate does not back, with what would; the predicate must parse."""
    predicate = parse(holds)
    if (equal := _EQUAL.search(says)) and not (predicate.call.name == "ratio" and len(predicate.bounds) == 2):
        yield equal[0], "a band around 1: number <= ratio(…) <= number"
    if (word := _COMPARATIVE.search(says)) and not predicate.call.is_comparison:
        yield word[0], "a ratio(…), or a share(…) of a peak, against a threshold"
    stated = _AT_LEAST.search(says)
    if stated and predicate.call.name == "ratio" and not _reaches(predicate, _number(stated[1])):
        yield stated[0], f"a threshold of {stated[1]} or beyond"


def _reaches(predicate: Predicate, times: float) -> bool:
    """Whether the predicate can only hold where one side is so many times the other, whichever way it is divided."""
    if predicate.steps:
        return True
    beyond = [abs(math.log(one.threshold)) for one in predicate.bounds if one.threshold > 0]
    return bool(beyond) and max(beyond) >= math.log(times) - 1e-9


def _number(word: str) -> float:
    return float(_NUMBERS.get(word.lower(), 0) or word)
