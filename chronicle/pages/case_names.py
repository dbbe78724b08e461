"""Cases by what tells them apart: where their names are long, what all of a benchmark share is said once.

``small[arm=graph,batch=1,model=gpt2-124m]`` beside others of that batch and model is ``small[arm=graph]``, *all of small at
batch=1, model=gpt2-124m*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chronicle.facts.measurements import Measurement
from chronicle.pages.writing import Markdown, code
from chronicle.records.run import Case, case_key

LONG = 32
"""Characters of a name that a table or a heading has room for; where none of a benchmark is longer, names stay whole."""

LONG_VALUE = 20
"""Characters of a value that the label in a chart has room for."""


@dataclass(frozen=True, slots=True)
class CaseNames:
    """The short name of each case by its key, and for each benchmark with short names what its cases share.

    ``clipped`` are the names that a chart draws: their long values are cut where they stay apart all the same.
    """

    short: Mapping[str, str]
    shared: Mapping[str, str]
    clipped: Mapping[str, str]

    def of(self, key: str) -> str:
        return self.short.get(key, key)

    def drawn(self, key: str) -> str:
        return self.clipped.get(key, self.of(key))

    @property
    def note(self) -> Markdown:
        """What all cases of a benchmark share, each in code; empty where nothing was left out of a name."""
        said = "; ".join(f"all of {code(benchmark)} at {code(shared)}" for benchmark, shared in self.shared.items())
        return Markdown(said[:1].upper() + said[1:])


def names_of_cases(cases: Iterable[Case]) -> CaseNames:
    """The names of the cases of a run among each other."""
    return _names([(case.key, case.benchmark, {name: str(value) for name, value in case.parameters.items()}) for case in cases])


def names_of_measured(found: Iterable[Measurement]) -> CaseNames:
    """The same of the cases of measurements, which know sizes beside the axes that name them."""
    return _names([(one.case, one.benchmark, _axes(one)) for one in found])


def _axes(one: Measurement) -> dict[str, str]:
    named, texts = one.case[len(one.benchmark) :], {name: str(value) for name, value in one.parameters.items()}
    return {name: value for name, value in texts.items() if any(f"{lead}{name}={value}" in named for lead in "[,")}


def _names(cases: Sequence[tuple[str, str, Mapping[str, str]]]) -> CaseNames:
    """From keys, benchmarks, and axes with their values as names write them: a truth and a 1 are told apart."""
    benchmarks: dict[str, dict[str, Mapping[str, str]]] = {}
    for key, benchmark, axes in cases:
        benchmarks.setdefault(benchmark, {})[key] = axes
    short, shared, clipped = dict[str, str](), dict[str, str](), dict[str, str]()
    for benchmark, several in benchmarks.items():
        if max(map(len, several)) <= LONG:
            continue
        common = dict(set.intersection(*(set(axes.items()) for axes in several.values())))
        rest = {key: {name: axes[name] for name in axes if name not in common} for key, axes in several.items()}
        clipped |= _clipped(benchmark, rest)
        if common:
            shared[benchmark] = ", ".join(f"{name}={value}" for name, value in sorted(common.items()))
            short |= {key: case_key(benchmark, {**axes}) for key, axes in rest.items()}
    return CaseNames(short, shared, clipped)


def _clipped(benchmark: str, cases: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The names of the cases with long values cut; none where two would then be the same."""
    cut = {
        key: case_key(
            benchmark, {name: value if len(value) <= LONG_VALUE else f"{value[:LONG_VALUE]}…" for name, value in axes.items()}
        )
        for key, axes in cases.items()
    }
    return cut if len(set(cut.values())) == len(cut) else {}
