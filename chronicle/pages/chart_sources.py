"""The line below a chart that says what it was drawn from: which runs on which machine at which revision, or which history."""

from __future__ import annotations

from collections.abc import Sequence

from chronicle.documents.library import Chronicle
from chronicle.facts.measurements import Measurement
from chronicle.pages import addresses
from chronicle.pages.card_links import run_link
from chronicle.pages.desk import Desk
from chronicle.pages.writing import SEAL, Markdown, code, link, relative, text

MOST_RUNS = 4
"""Runs that are named below a chart; those beyond are counted."""


def measured_line(found: Sequence[Measurement], desk: Desk, page: str) -> Markdown:
    """``measured on h100-sxm, run … at 8c6470c; 11–12 processes a case``, each run with its card."""
    runs = [desk.library.run(key) for key in dict.fromkeys(one.run_key for one in found)]
    machines = ", ".join(
        link(name, relative(page, addresses.machine_page(name))) for name in dict.fromkeys(one.run.machine for one in runs)
    )
    named = ", ".join(
        f"{run_link(code(one.run.run_id), one, page)} at {code((one.run.source.revision or 'unknown')[:9])}"
        for one in runs[-MOST_RUNS:]
    )
    more = f" and {len(runs) - MOST_RUNS} earlier" if len(runs) > MOST_RUNS else ""
    labels = ", ".join(dict.fromkeys(one.label for one in found))
    counts = sorted({one.n_processes for one in found})
    processes = "–".join(dict.fromkeys([str(counts[0]), str(counts[-1])]))
    noun = "process" if processes == "1" else "processes"
    return _line(
        f"{text(labels)} on {machines}, {'run' if len(runs) == 1 else 'runs'} {named}{more}; {processes} {noun} a case"
    )


def mined_line(chronicles: Sequence[Chronicle]) -> Markdown:
    """``mined from project at 7ec84e4``, for a chart of a history."""
    return _line(
        "mined from "
        + " and ".join(f"{text(one.name)} at {code(str(one.history.head or 'no commit')[:9])}" for one in chronicles)
    )


def _line(words: str) -> Markdown:
    return Markdown(f'\n\n<p class="{SEAL} chart-source" markdown="span">{words[0].upper()}{words[1:]}.</p>\n')
