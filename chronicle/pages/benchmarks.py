"""The benchmarks page and a page a benchmark: its latest numbers, how they compare with those before, and its charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chronicle.facts.bounds import ceiling_of
from chronicle.facts.compare import Comparison
from chronicle.facts.effects import Effects
from chronicle.facts.freshness import Input, worst
from chronicle.facts.measurements import Measurement
from chronicle.pages import addresses
from chronicle.pages.benchmark_figures import by_case, distribution_figures, shares_figure, sweep_figures, trend_figures
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.evidence_blocks import results_table, runs_table
from chronicle.pages.forms import RATES, comparison_plain, comparison_row, headline_of, measurement_plain, metric_words
from chronicle.pages.series import changes_over_time
from chronicle.pages.stale import freshness_badge
from chronicle.pages.writing import Markdown, badge, code, link, listing, relative, table, text, twin, write
from chronicle.records.recorded import RecordedRun
from chronicle.records.run import Parameter

_EXACT = 2**53

MOST_RESULTS = 120
"""Rows of the table of latest numbers; the twin holds all."""


@dataclass(frozen=True)
class _Benchmark:
    """A benchmark with every measurement of it, the latest ones, and what those are against the runs before them."""

    suite: str
    name: str
    title: str
    every: tuple[Measurement, ...]
    latest: tuple[Measurement, ...]
    compared: tuple[Comparison, ...]
    runs: tuple[RecordedRun, ...]
    decides: Input

    @property
    def uri(self) -> str:
        return addresses.benchmark_page(self.suite, self.name)

    @property
    def headline(self) -> str:
        """The metric that the charts and the list show."""
        return headline_of(one.metric for one in self.latest)

    def of(self, metric: str) -> list[Measurement]:
        """The latest measurements of a metric."""
        return [one for one in self.latest if one.metric == metric]

    @property
    def axes(self) -> dict[str, list[Parameter]]:
        """The values of each axis that were measured, in the order of their cases."""
        found: dict[str, dict[Parameter, None]] = {}
        for one in self.latest:
            for name, value in one.parameters.items():
                found.setdefault(name, {})[value] = None
        return {name: list(values) for name, values in found.items()}

    @property
    def machines(self) -> list[str]:
        return sorted({one.machine for one in self.latest})


def benchmark_pages(desk: Desk) -> Iterator[Entry]:
    """The list of benchmarks by suite, and a page with a twin for each; nothing where nothing was measured."""
    found = list(_benchmarks(desk))
    if not found:
        return
    if addresses.is_free(addresses.BENCHMARKS, desk.library):
        yield Entry(addresses.BENCHMARKS, _index(found).encode())
    yield Entry("benchmarks.json", twin([_plain_row(one) for one in found]))
    for one in found:
        yield from _page(one, desk)


def _benchmarks(desk: Desk) -> Iterator[_Benchmark]:
    ledger = desk.library.ledger
    effects = Effects(ledger, {one.key: one for one in desk.library.runs})
    several: dict[tuple[str, str], list[Measurement]] = {}
    for measured in ledger.measurements:
        several.setdefault((measured.suite, measured.benchmark), []).append(measured)
    for (suite, name), every in sorted(several.items()):
        metrics = dict.fromkeys(one.metric for one in every)
        where = {"suite": suite, "benchmark": name}
        latest = [one for metric in metrics for one in ledger.select(metric, where)]
        keys = {one.run_key for one in every}
        yield _Benchmark(
            suite=suite,
            name=name,
            title=latest[0].title,
            every=tuple(every),
            latest=tuple(latest),
            compared=tuple(found for one in latest if (found := effects.of(one)) is not None),
            runs=tuple(one for one in reversed(desk.library.runs) if one.key in keys),
            decides=worst(map(ledger.freshness, latest)),
        )


def _index(found: Sequence[_Benchmark]) -> Markdown:
    suites = {one.suite: [other for other in found if other.suite == one.suite] for one in found}
    heads = ("Benchmark", "What it does", "Cases", "Machines", "Runs", "Against the run before", "Evidence")
    return write(
        "benchmarks.md",
        suites=[(suite, table(heads, [_row(one) for one in ones], "llrlrll")) for suite, ones in suites.items()],
    )


def _row(one: _Benchmark) -> tuple[object, ...]:
    return (
        link(code(one.name), relative(addresses.BENCHMARKS, one.uri)),
        one.title,
        len({(each.machine, each.case) for each in one.latest}),
        ", ".join(one.machines),
        len(one.runs),
        _counts(one.compared) or "nothing comparable yet",
        freshness_badge(one.decides, in_row=True),
    )


def _plainly(value: Parameter) -> Markdown:
    """A value of an axis as it is written, and a whole size without its point."""
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < _EXACT
    return text(f"{value:.0f}" if is_whole else str(value))


def _counts(compared: Sequence[Comparison]) -> Markdown:
    """How many of the latest numbers are faster, slower or the same, as words in boxes."""
    counts = Counter(one.verdict for one in compared)
    return Markdown(" ".join(f"{number} {badge(word)}" for word, number in counts.items()))


def _page(one: _Benchmark, desk: Desk) -> Iterator[Entry]:
    uri, headline = one.uri, one.of(one.headline)
    rates = [each for each in one.latest if each.metric in RATES]
    body = write(
        "benchmark.md",
        name=one.name,
        suite=one.suite,
        title=one.title,
        about=listing(_about(one, desk)),
        compared=_compared_table(one.compared, uri) if one.compared else None,
        metric=metric_words(one.headline),
        sweeps=sweep_figures(headline, desk, uri),
        distributions=distribution_figures(headline, desk, uri),
        shares=shares_figure(rates, desk, uri) if rates else None,
        trends=trend_figures(list(by_case(desk.library.ledger.every(one.headline, _where(one)))), desk, uri),
        changes=changes_over_time(desk, uri, one.every),
        results=results_table(one.latest, desk, uri, MOST_RESULTS),
        more=max(0, len(one.latest) - MOST_RESULTS),
        runs=runs_table(one.runs, desk, uri),
        method=link("method", relative(uri, f"{addresses.METHOD}#comparisons")),
    )
    yield Entry(uri, body.encode())
    yield Entry(uri.removesuffix(".md") + ".json", twin(_plain(one, desk)))


def _where(one: _Benchmark) -> dict[str, str]:
    return {"suite": one.suite, "benchmark": one.name}


def _about(one: _Benchmark, desk: Desk) -> list[tuple[str, object]]:
    labels = ", ".join(dict.fromkeys(each.label for each in one.latest))
    machines = [link(name, relative(one.uri, addresses.machine_page(name))) for name in one.machines]
    axes = [f"{code(name)} {', '.join(map(_plainly, values))}" for name, values in one.axes.items()]
    suite = f"{addresses.BENCHMARKS}#{addresses.suite_anchor(one.suite)}"
    return [
        ("Suite", addresses.list_link(code(one.runs[0].run.suite.file), suite, one.uri, desk.library)),
        ("Label", labels),
        ("Machines", Markdown(", ".join(machines))),
        ("Axes", Markdown("; ".join(axes)) if axes else "none"),
        ("Runs", f"{len(one.runs):,}, the latest of {one.runs[0].run.created_utc[:10]}"),
        ("Evidence", freshness_badge(one.decides)),
        ("Against the run before", _counts(one.compared) or "nothing comparable yet"),
    ]


def _compared_table(compared: Sequence[Comparison], page: str) -> Markdown:
    rows = [comparison_row(one, page) for one in compared[:MOST_RESULTS]]
    return table(("Case", "Machine", "Metric", "Before", "Latest", "Latest over before", "Verdict"), rows, "lllrrrl")


def _plain_row(one: _Benchmark) -> dict[str, object]:
    return {
        "schema": "chronicle.benchmarks/1",
        "suite": one.suite,
        "benchmark": one.name,
        "title": one.title,
        "cases": len({(each.machine, each.case) for each in one.latest}),
        "axes": one.axes,
        "machines": one.machines,
        "runs": [each.key for each in one.runs],
        "freshness": one.decides.state.value,
        "freshness_reason": one.decides.reason,
        "against_the_run_before": dict(Counter(each.verdict for each in one.compared)),
    }


def _plain(one: _Benchmark, desk: Desk) -> dict[str, object]:
    """The whole of a page as values: the latest measurements with their ceilings, and every comparison."""
    latest = []
    for each in one.latest:
        ceiling = ceiling_of(each, desk.library.ledger)
        bound = {"ceiling": ceiling.value, "ceiling_name": ceiling.name} if ceiling else {"ceiling": None, "ceiling_name": None}
        latest.append(measurement_plain(each) | bound)
    own = {"schema": "chronicle.benchmark/1", "latest": latest, "compared": [comparison_plain(each) for each in one.compared]}
    return _plain_row(one) | own
