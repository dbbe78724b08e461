"""What evidence says and in which words: metrics with their units, provenance, verdicts and states."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from enum import StrEnum
from typing import get_args

from chronicle import units
from chronicle.documents.questions import QuestionState
from chronicle.documents.roadmap import ItemState
from chronicle.documents.standing import EvidenceState
from chronicle.documents.stated import StatedVerdict
from chronicle.facts import measurements, readings
from chronicle.facts.freshness import Freshness
from chronicle.facts.gates.evidence import Effect
from chronicle.facts.gates.pairs import PAIR_GATES
from chronicle.facts.gates.table import GATES
from chronicle.facts.predicates import Verdict
from chronicle.pages.episode_blocks import MINED
from chronicle.pages.forms import METRIC_WORDS
from chronicle.records import provenance
from reference.markdown import code, glossed, guide_rows, page, said, table

STATES: dict[str, tuple[type[StrEnum], str, str]] = {
    "Verdicts of a claim": (Verdict, "writing-reports.md", "verdict"),
    "States of evidence": (EvidenceState, "", ""),
    "Freshness of what a number rests on": (Freshness, "writing-reports.md", "state"),
    "States of an item of the roadmap": (ItemState, "writing-plans.md", "state"),
    "States of a question": (QuestionState, "writing-plans.md", "state"),
    "Verdicts of a stated metric": (StatedVerdict, "", ""),
}
"""Each set of words with the guide that tells when each holds, and the head of the table there."""


def evidence_page() -> str:
    """Metrics, units, labels, then every set of verdicts and states."""
    return page(
        "Metrics, verdicts and states",
        "A metric's name ends in its unit, and a statistic stands before it. Inside there is one unit a quantity; "
        "prefixes such as milli and tera appear where a number is printed. How a number comes about is told by the "
        "[method](../method.md).",
        "## Metrics of a run",
        table(("metric", "says", "unit"), _metric_rows()),
        "A study names its own outcomes; the ending of the name gives the unit. A metric that another tool read beside "
        "ours, and one of a control, is a ratio:",
        _ratios(),
        "## Units by the ending of a name",
        table(("ending", "unit"), [(code(ending), unit or "none") for ending, unit in units._UNIT_OF_SUFFIX]),
        "## Metrics of commits",
        f"For `mined(…)` in an episode: {', '.join(map(code, MINED))}.",
        "## Provenance",
        "What a number is, the weakest of its inputs deciding, in this order:",
        glossed(provenance.LABELS, {}),
        "## Verdicts of a process and of a run",
        _gates(),
        *(block for title, asked in STATES.items() for block in _states(title, *asked)),
    )


def _metric_rows() -> Iterator[tuple[str, str, str]]:
    for metric, words in METRIC_WORDS.items():
        yield code(metric), words, units.unit_of(metric) or "none"


def _ratios() -> str:
    lines = [line.split("``") for line in (inspect.getdoc(readings) or "").splitlines() if line.startswith("``")]
    return table(("metric", "says"), [(code(name), words.strip()) for _, name, words in lines])


def _gates() -> str:
    words = ", ".join(f"*{word}*" for word in get_args(measurements.Verdict))
    effects = ", ".join(f"*{word}*" for word in get_args(Effect))
    rows = [(str(one.number), code(one.name), one.effect, one.meaning) for one in sorted((*GATES, *PAIR_GATES), key=_number)]
    return "\n\n".join(
        [
            f"A process and a run are {words}. A gate that finds something has one of these effects: {effects}. "
            "Where each gate trips stands on the page of the [method](../method.md).",
            table(("no.", "gate", "effect", "finds"), rows),
        ]
    )


def _number(gate: object) -> int:
    return int(gate.number)  # type: ignore[attr-defined]  # both kinds of gates have one


def _states(title: str, states: type[StrEnum], guide: str, head: str) -> Iterator[str]:
    yield f"## {title}"
    yield said(states)
    yield glossed([state.value for state in states], _meanings(states, guide, head) if guide else {})


def _meanings(states: type[StrEnum], guide: str, head: str) -> dict[str, str]:
    """The rows of those tables of the guide whose words are these."""
    wanted = {state.value for state in states}
    return {cells[0]: cells[1] for cells in guide_rows(guide, head) if cells[0] in wanted}
