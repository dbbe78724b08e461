"""What an episode states of its commits, read from ``stated:`` in its front matter, and judged against what git holds.

A stated metric is never replaced: it stands beside the mined one with a verdict. *Untraceable* is no accusation; it says that
nothing was found to judge the statement by, and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints

from chronicle.facts.commit_metrics import CommitMetrics
from chronicle.facts.commit_types import CONVENTIONAL_TYPES
from chronicle.records.commit import CHANGE_KINDS
from chronicle.units import signed

Sense = Literal["exactly", "about", "at least"]

ABOUT = 0.1
"""How far, as a share of itself, a number written with ``~`` may lie from the mined one."""

_NUMBER = re.compile(r"(?P<about>~)?\s*(?P<number>[+−-]?\d{1,3}(?:,\d{3})+|[+−-]?\d{1,12})(?P<more>\+)?")
_SCORE = re.compile(r"(?P<about>~)?\s*(?P<number>\d{1,12}\.\d{1,12})(?P<more>\+)?")
_MIX = re.compile(r"[AMDRCT]\s*:\s*\d{1,9}(?:\s*,?\s*[AMDRCT]\s*:\s*\d{1,9})*")


class StatedVerdict(StrEnum):
    """How a statement stands against what was mined."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    UNTRACEABLE = "untraceable"


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """A number as a person states it: ``8``, ``1,200``, ``~1,200``, ``100+``; ``written`` is how it was written."""

    value: float
    sense: Sense
    written: str

    def fits(self, mined: float) -> bool:
        """Whether the mined number is what was stated, within the leave that the writing takes."""
        if self.sense == "about":
            return abs(mined - self.value) <= ABOUT * abs(self.value)
        return mined >= self.value if self.sense == "at least" else mined == self.value


def _number(written: Any) -> StatedNumber:
    if isinstance(written, StatedNumber):
        return written
    found = None if isinstance(written, bool) else _NUMBER.fullmatch(str(written).strip())
    if found is None:
        raise ValueError("a whole number such as 8, 1,200, ~1,200 or 100+; leave the key out where it is not known")
    value = int(found["number"].replace(",", "").replace("−", "-"))
    sense: Sense = "about" if found["about"] else "at least" if found["more"] else "exactly"
    return StatedNumber(value, sense, str(written).strip())


def _score(written: Any) -> StatedNumber:
    """A number that may have decimals, which a score of somebody else's formula has."""
    found = None if isinstance(written, bool | StatedNumber) else _SCORE.fullmatch(str(written).strip())
    if found is None:
        return _number(written)
    sense: Sense = "about" if found["about"] else "at least" if found["more"] else "exactly"
    return StatedNumber(float(found["number"]), sense, str(written).strip())


def _mix(written: Any) -> Any:
    if isinstance(written, str) and not _MIX.fullmatch(written.strip()):
        raise ValueError("counts by git's letters, such as A:3, M:5, D:0")
    return written


Number = Annotated[StatedNumber, BeforeValidator(_number), PlainSerializer(lambda one: one.written)]
Score = Annotated[StatedNumber, BeforeValidator(_score), PlainSerializer(lambda one: one.written)]


class Stated(BaseModel):
    """The ``stated:`` block of an episode: what its author, or the file it was imported from, says of the commits."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    files_changed: Number | None = None
    lines_added: Number | None = None
    lines_removed: Number | None = None
    net_change: Number | None = None
    complexity: Score | None = None
    change_mix: Annotated[str, BeforeValidator(_mix)] | None = None
    type: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = None


METRICS = tuple(Stated.model_fields)
"""The keys of ``stated:`` in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class JudgedStatement:
    """One stated metric beside the mined one; ``mined`` is None where there is none, and ``reason`` then says why."""

    metric: str
    stated: str
    mined: str | None
    verdict: StatedVerdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A stated metric that cannot be true beside the others: its name, the legacy rule, what is stated, and what follows."""

    metric: str
    rule: str
    stated: str
    follows: str


def contradictions(exact: Mapping[str, int | None], mix: Mapping[str, int] | None) -> Iterator[Contradiction]:
    """What cannot be true of stated metrics at once; ``exact`` holds those stated without ``~`` and ``+``."""
    added, removed, net, files = (exact.get(name) for name in ("lines_added", "lines_removed", "net_change", "files_changed"))
    if added is not None and removed is not None and net is not None and net != added - removed:
        follows = f"{added:,} added and {removed:,} removed make {added - removed:,}"
        yield Contradiction("net_change", "net-change", f"a net change of {net:,} is stated", follows)
    if files is not None and mix is not None and sum(mix.values()) != files:
        said = f"the change mix counts {sum(mix.values()):,} files"
        yield Contradiction("change_mix", "change-mix", said, f"{files:,} are stated as changed")


def stated_contradictions(stated: Stated) -> tuple[Contradiction, ...]:
    """Those of a ``stated:`` block."""
    numbers = {name: getattr(stated, name) for name in METRICS[:4]}
    exact = {name: one.value if one and one.sense == "exactly" else None for name, one in numbers.items()}
    return tuple(contradictions(exact, mix_of(stated.change_mix) if stated.change_mix else None))


def mix_of(written: str) -> dict[str, int]:
    """Counts by git's letters, as ``A:3, M:5`` states them."""
    return {letter: int(number) for letter, number in re.findall(r"([AMDRCT])\s*:\s*(\d+)", written)}


def judge_stated(stated: Stated, metrics: CommitMetrics | None, why_not: str) -> tuple[JudgedStatement, ...]:
    """A verdict for each stated metric; ``why_not`` says why the commits cannot be judged by, and is empty where they can."""
    return tuple(_judged(stated, metrics, why_not))


def _judged(stated: Stated, metrics: CommitMetrics | None, why_not: str) -> Iterator[JudgedStatement]:
    for name in METRICS:
        said = getattr(stated, name)
        if said is None:
            continue
        written = said.written if isinstance(said, StatedNumber) else str(said)
        if metrics is None or why_not:
            yield JudgedStatement(name, written, None, StatedVerdict.UNTRACEABLE, why_not or "no commits are cited")
        elif name == "change_mix":
            yield _judged_mix(written, metrics)
        elif name == "type":
            yield _judged_type(written, metrics)
        elif name == "complexity":
            yield _judged_complexity(said, metrics)
        else:
            yield _judged_number(name, said, metrics)


def _judged_number(name: str, said: StatedNumber, metrics: CommitMetrics) -> JudgedStatement:
    mined = metrics.net_lines if name == "net_change" else int(getattr(metrics, name))
    shown = signed(mined) if name == "net_change" else f"{mined:,}"
    if said.fits(mined):
        return JudgedStatement(name, said.written, shown, StatedVerdict.AGREES)
    uncounted = metrics.binary_files + metrics.generated_files
    is_of_lines = name != "files_changed" and uncounted > 0
    reason = f"{uncounted:,} binary and generated files are not counted by lines" if is_of_lines else ""
    return JudgedStatement(name, said.written, shown, StatedVerdict.DISAGREES, reason)


def _judged_mix(written: str, metrics: CommitMetrics) -> JudgedStatement:
    said = mix_of(written)
    mined = dict(zip(CHANGE_KINDS, metrics.change_mix, strict=True))
    agrees = all(said.get(letter, 0) == number for letter, number in mined.items())
    verdict = StatedVerdict.AGREES if agrees else StatedVerdict.DISAGREES
    return JudgedStatement("change_mix", written, metrics.change_mix_text, verdict)


def _judged_type(written: str, metrics: CommitMetrics) -> JudgedStatement:
    """Agrees where each stated type is that of a cited commit; commits that declare none decide nothing."""
    mined = [tally.name for tally in metrics.types if tally.name != "undeclared"]
    shown = ", ".join(mined) or None
    if metrics.declared_types == 0 or not mined:
        return JudgedStatement("type", written, shown, StatedVerdict.UNTRACEABLE, "no cited commit declares a type")
    words = [word.lower() for word in re.findall(r"[A-Za-z]\w*", written)]
    agrees = bool(words) and all(CONVENTIONAL_TYPES.get(word, word) in mined for word in words)
    return JudgedStatement("type", written, shown, StatedVerdict.AGREES if agrees else StatedVerdict.DISAGREES)


def _judged_complexity(said: StatedNumber, metrics: CommitMetrics) -> JudgedStatement:
    """Agrees with the highest score of a cited commit or not at all: another formula's number is no error."""
    highest = metrics.complexity_max
    if highest is not None and said.fits(highest):
        return JudgedStatement("complexity", said.written, f"{highest}", StatedVerdict.AGREES)
    reason = "no cited commit has a score" if highest is None else "a score of a formula that the episode does not name"
    return JudgedStatement(
        "complexity", said.written, None if highest is None else f"{highest}", StatedVerdict.UNTRACEABLE, reason
    )
