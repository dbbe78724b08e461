"""The type of a commit, and where it is known from: declared, a house prefix, the form of its subject, or a guess.

A guess is right about six times in ten at best, so only two are made (a change of documents alone, a subject that begins
with a verb of mending) and both say ``guess``. Everything else is ``undeclared``. Types of different sources are never
to be compared, between commits or between repositories.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CONVENTIONAL_TYPES = {
    "feat": "feat", "feature": "feat", "fix": "fix", "bugfix": "fix", "hotfix": "fix", "docs": "docs", "doc": "docs",
    "style": "style", "refactor": "refactor", "perf": "perf", "test": "test", "tests": "test", "build": "build",
    "deps": "build", "dep": "build", "ci": "ci", "chore": "chore", "revert": "revert", "types": "types",
    "workflow": "workflow", "wip": "wip", "release": "release", "security": "security", "bench": "bench", "i18n": "i18n",
    "ux": "ux", "dx": "dx",
}  # fmt: skip
"""Words before the colon that are types, and the type each counts as. ``subsystem: text`` is no type."""

HOUSE_PREFIXES = {
    "BUG": "fix", "ENH": "feat", "DOC": "docs", "MAINT": "chore", "MNT": "chore", "TST": "test", "BLD": "build", "STY": "style",
    "PERF": "perf", "TYP": "types", "REL": "release", "REV": "revert", "DEP": "build", "CI": "ci", "API": "feat", "FIX": "fix",
}  # fmt: skip
"""Prefixes in capitals as the scientific Python projects write them, ``BUG: …`` or ``[BUG] …``."""

UNDECLARED = "undeclared"
SOURCES = ("declared", "house", "structural", "guess", "none")

_CONVENTIONAL = re.compile(
    r"^(?::[a-z0-9_+-]+:\s*|[^\w\s\[(:]+\s*)?(?P<type>[A-Za-z][A-Za-z0-9]*)(?:\((?P<scope>[^()\r\n]*)\))?(?P<bang>!)?:(?=\s|$)"
)
_BREAKING = re.compile(r"^BREAKING[ -]CHANGE:\s", re.MULTILINE)
_HOUSE = re.compile(r"^(?:\[(?P<boxed>[A-Z]{2,6})\]|(?P<plain>[A-Z]{2,6})(?:, ?[A-Z]{2,6})*:)")
_RELEASE = re.compile(
    r"^(?:release|bump version|bump to|prepare|version|tagging)\b.*\bv?\d+\.\d+|^v?\d+\.\d+(?:\.\d+)?\S*$",
    re.IGNORECASE,
)
_REVERT = re.compile(r"^(?:Revert|Reapply) \"")
_MENDING = re.compile(
    r"^(?:fix(?:e[sd])?|fixing|prevent(?:s|ed)?|avoid(?:s|ed)?|correct(?:s|ed)?|repair(?:s|ed)?|resolve[sd]?)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class CommitType:
    """``name`` is a type or ``undeclared``; ``word`` is what the author wrote; ``source`` is one of :data:`SOURCES`."""

    name: str
    source: str
    scope: str = ""
    is_breaking: bool = False
    word: str = ""

    @property
    def is_inferred(self) -> bool:
        return self.source == "guess"


def commit_type(
    subject: str,
    body: str,
    *,
    is_merge: bool = False,
    areas: Iterable[str] = (),
    house: Mapping[str, str] = HOUSE_PREFIXES,
) -> CommitType:
    """The type of one commit. ``areas`` are those of its files (:data:`chronicle.facts.paths.AREAS`)."""
    declared = _CONVENTIONAL.match(subject)
    if (
        declared
        and declared["type"].lower() in CONVENTIONAL_TYPES
        and not (declared["type"] in house and declared["type"].isupper())
    ):
        word = declared["type"]
        breaking = bool(declared["bang"]) or bool(_BREAKING.search(body))
        return CommitType(CONVENTIONAL_TYPES[word.lower()], "declared", declared["scope"] or "", breaking, word)
    breaking = bool(_BREAKING.search(body))
    prefix = _HOUSE.match(subject)
    word = (prefix["boxed"] or prefix["plain"]) if prefix else ""
    if word in house:
        return CommitType(house[word], "house", is_breaking=breaking, word=word)
    structural = _structural(subject, is_merge)
    if structural:
        return CommitType(structural, "structural", is_breaking=breaking)
    guess = "docs" if set(areas) == {"docs"} else "fix" if _MENDING.match(subject) else ""
    return CommitType(guess or UNDECLARED, "guess" if guess else "none", is_breaking=breaking)


def suggest_house_prefixes(subjects: Iterable[str]) -> dict[str, int]:
    """How many subjects begin with each prefix in capitals: what to offer a project that has none configured."""
    counts: dict[str, int] = {}
    for subject in subjects:
        found = _HOUSE.match(subject)
        if found:
            word = found["boxed"] or found["plain"]
            counts[word] = counts.get(word, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _structural(subject: str, is_merge: bool) -> str:
    if is_merge:
        return "merge"
    if _REVERT.match(subject):
        return "revert"
    return "release" if _RELEASE.match(subject) else ""
