"""What a run says against the last one it can be compared with: the verdict of a revision on each case that it measured.

Two measurements of one case, metric and machine compare where their pins and the source of their benchmark are equal. Looking
back from a run, the nearest such run that may be used is the one before it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from chronicle.facts.compare import Comparison, Operand, compare
from chronicle.facts.controls import Pair, beside, pairs_of
from chronicle.facts.ledger import Ledger, why_unusable
from chronicle.facts.measurements import Measurement
from chronicle.records.history import History
from chronicle.records.recorded import RecordedRun

_Place = tuple[str, str, str, str]


@dataclass(frozen=True)
class Effects:
    """Everything that was measured more than once, ready to be held against what came before it."""

    ledger: Ledger
    runs: Mapping[str, RecordedRun]

    def before(self, one: Measurement, among: Collection[str] | None = None) -> Measurement | None:
        """The nearest earlier measurement that ``one`` compares with, of the runs ``among`` if those are given."""
        earlier: Measurement | None = None
        for known in self._places.get(_place(one), ()):
            if known.run_key == one.run_key:
                return earlier
            is_like = (known.compare_sha256, known.source_sha256) == (one.compare_sha256, one.source_sha256)
            if is_like and why_unusable(known) is None and (among is None or known.run_key in among):
                earlier = known
        return earlier

    def against(self, before: Measurement, one: Measurement) -> Comparison:
        """What ``one`` is against ``before``, by the rules of any comparison."""
        return compare(self._operand(before), self._operand(one))

    def of(self, one: Measurement, among: Collection[str] | None = None) -> Comparison | None:
        """What a measurement is against the one before it; None where there is none, or where no claim may use it."""
        before = self.before(one, among) if why_unusable(one) is None else None
        return self.against(before, one) if before else None

    @cached_property
    def _places(self) -> Mapping[_Place, Sequence[Measurement]]:
        """The runs of each case, metric and machine, oldest first."""
        found: dict[_Place, list[Measurement]] = {}
        for one in self.ledger.measurements:
            found.setdefault(_place(one), []).append(one)
        return found

    @cached_property
    def _controls(self) -> tuple[Pair, ...]:
        return pairs_of(self.ledger.measurements, self.ledger.controls)

    def _operand(self, one: Measurement) -> Operand:
        recorded = self.runs[one.run_key]
        case = next(case for case in recorded.run.cases if case.key == one.case)
        formula = case.workload.formula if case.workload else None
        return Operand(one, recorded.environment.key, formula, beside(one, self._controls))


def ancestors(history: History, revision: str) -> frozenset[str]:
    """The revisions that a commit rests on, itself left out."""
    parents = dict(zip(history.commits["revision"], history.commits["parents"], strict=True))
    found: set[str] = set()
    left = [*parents.get(revision, ())]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += parents.get(one, ())
    return frozenset(found)


def _place(one: Measurement) -> _Place:
    return one.machine, one.suite, one.case, one.metric
