"""The evidence that reports name, and the names that are no evidence: of no suite, of no suite on a machine and of no run.

A report may be written before its data, so a suite of the bench folder is evidence before its first run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from chronicle.documents.front_matter import line_of
from chronicle.documents.report import Report
from chronicle.errors import Problem
from chronicle.facts.ledger import names_of_run


@dataclass(frozen=True, slots=True)
class RunName:
    """Where a run is kept and what it is of; its record may be one that cannot be read."""

    machine: str
    suite: str
    run_id: str

    @property
    def names(self) -> frozenset[str]:
        """What a report may call it."""
        return names_of_run(self.suite, self.machine, self.run_id)


def unknown_names(
    reports: Sequence[Report], runs: Collection[RunName], suites: Collection[str], machines: Collection[str]
) -> Iterator[Problem]:
    """A problem for each name under ``evidence`` that nothing has; ``suites`` are those of the bench folder, run or not."""
    known = frozenset().union(*(one.names for one in runs), suites, (f"{s}@{m}" for s in suites for m in machines))
    unrun = set(suites) - {one.suite for one in runs}
    for report in reports:
        for place, name in enumerate(report.front.evidence):
            if name not in known and name.partition("@")[0] not in unrun:
                close = get_close_matches(name, _of_its_suite(name, known) or sorted(known), 1)
                yield Problem(
                    file=report.authored.file,
                    line=line_of(report.authored.text, ("evidence", place)),
                    found=f"the evidence {name!r}",
                    expected="a suite, a suite on a machine of this site as in `suite@machine`, or a recorded run",
                    hint=f"did you mean {close[0]!r}?" if close else "correct the name, or write the suite that has it",
                    rule="unknown-evidence",
                )


def _of_its_suite(name: str, known: Collection[str]) -> list[str]:
    """The known names of the suite that a name states, where it is on a machine."""
    suite, is_on, _ = name.partition("@")
    return sorted(one for one in known if is_on and one.startswith(f"{suite}@"))
