"""The page of a run: one provenance card a case, the gates, the pins, the command, and the record to download."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chronicle.charts.chart import Chart
from chronicle.charts.processes import distribution
from chronicle.facts.measurements import Measurement
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.evidence_blocks import metric_words, reproduce, runs_table, standing, standing_badge
from chronicle.pages.figures import processes
from chronicle.pages.published import Published
from chronicle.pages.writing import Markdown, badge, code, link, relative, slug, table, twin, write
from chronicle.records.recorded import RecordedRun


def run_pages(desk: Desk) -> Iterator[Entry]:
    """The list of runs, a page a run, and the files of each run as they were recorded."""
    runs = desk.library.runs
    if not runs:
        return
    listing = runs_table(reversed(runs), desk, addresses.RUNS)
    yield Entry(addresses.RUNS, write("runs.md", runs=listing, count=len(runs)).encode())
    yield from _pins(runs)
    for recorded in runs:
        yield from _run_entries(recorded, desk)


def _run_entries(recorded: RecordedRun, desk: Desk) -> Iterator[Entry]:
    run = recorded.run
    uri = addresses.run_page(run.machine, run.run_id)
    found = [one for one in desk.library.ledger.measurements if one.run_key == recorded.key]
    body = write(
        "run.md",
        run=run,
        recorded=recorded,
        cards=[_card(key, ones, recorded, desk, uri) for key, ones in _by_case(found).items()],
        machine=link(run.machine, relative(uri, addresses.machine_page(run.machine))),
        reproduce=reproduce(recorded),
        files=[link(code(name), name) for name in sorted(recorded.files)],
        twin=link("run.json", "run.json"),
        method=link("Method", relative(uri, addresses.METHOD)),
    )
    yield Entry(uri, body.encode())
    yield Entry(addresses.run_file(run.machine, run.run_id, "run.json"), twin([plain_measurement(one, desk) for one in found]))
    for name, raw in recorded.files.items():
        yield Entry(addresses.run_file(run.machine, run.run_id, name), raw)


def _pins(runs: Sequence[RecordedRun]) -> Iterator[Entry]:
    """The files of pins, once each, as they were captured."""
    kept = {addresses.pins_file(one.run.machine, digest): raw for one in runs for digest, raw in one.pins.items()}
    yield from (Entry(uri, raw) for uri, raw in kept.items())


def _by_case(found: Sequence[Measurement]) -> dict[str, list[Measurement]]:
    cases: dict[str, list[Measurement]] = {}
    for one in found:
        cases.setdefault(one.case, []).append(one)
    return cases


def _card(key: str, ones: list[Measurement], recorded: RecordedRun, desk: Desk, uri: str) -> Markdown:
    """The provenance card of a case: what was measured, how often, with which interval, and what the gates said."""
    first = ones[0]
    figure = None
    if len(first.values) > 1:
        chart = _chart(first)
        figure = desk.figure(chart, uri)
    return write(
        "card.md",
        case=code(key),
        anchor=addresses.case_anchor(key),
        title=first.title,
        first=first,
        run=recorded.run,
        verdict=standing_badge(first, desk),
        metrics=table(
            ("Metric", "Value", "Interval", "Level", "log-t reading", "Processes"),
            [_metric_row(one, desk.published) for one in ones],
            "lrrrrr",
        ),
        gates=_gates(first),
        left_out=_left_out(first, recorded),
        figure=figure,
    )


def _chart(one: Measurement) -> Chart:
    identity = slug(f"run-{one.machine}-{one.run_id}-{one.case}")
    return distribution(identity, f"{one.case}: {metric_words(one.metric)} by process", processes([one]), one.quantity.unit)


def _metric_row(one: Measurement, published: Published) -> tuple[object, ...]:
    parts = ("value", "interval", "level", "second", "processes")
    return metric_words(one.metric), *(published.measured(one, part) for part in parts)


def _gates(one: Measurement) -> Markdown:
    """A table of the gates that any process tripped, with how many; a sentence where none did."""
    tripped: dict[str, list[object]] = {}
    for judged in one.judged:
        for trip in judged.trips:
            row = tripped.setdefault(trip.gate, [code(trip.gate), badge(trip.effect), trip.meaning, 0])
            row[3] = int(str(row[3])) + 1
    if not tripped:
        return Markdown("No gate tripped in any process.")
    return table(("Gate", "Effect", "What it found", "Processes"), tripped.values(), "lllr")


def _left_out(one: Measurement, recorded: RecordedRun) -> str:
    if not one.n_left_out:
        return f"{one.n_processes} of {len(one.judged)} processes used"
    blocks = [str(j.process.block + 1) for j in one.judged if j.verdict == "invalid"]
    reasons = sorted(
        {t.gate for j in one.judged if j.verdict == "invalid" for t in j.trips if t.effect == "invalid"} | _errors(one)
    )
    return f"{one.n_processes} of {len(one.judged)} processes used; left out: block {', '.join(blocks)} ({', '.join(reasons)})"


def _errors(one: Measurement) -> set[str]:
    return {"error" for j in one.judged if j.process.error}


def plain_measurement(one: Measurement, desk: Desk) -> dict[str, object]:
    """A measurement for the JSON twin, values in SI units."""
    return {
        "schema": "chronicle.measurement/1",
        "machine": one.machine,
        "run": one.run_id,
        "case": one.case,
        "parameters": one.parameters,
        "metric": one.metric,
        "unit": one.quantity.unit,
        "value": one.estimate.value,
        "lo": one.estimate.lo,
        "hi": one.estimate.hi,
        "level": one.estimate.level,
        "n_processes": one.n_processes,
        "n_left_out": one.n_left_out,
        "values": list(one.values),
        "verdict": standing(one, desk),
        "freshness": desk.library.ledger.freshness(one).state.value,
        "freshness_reason": desk.library.ledger.freshness(one).reason,
        "gates": list(one.labels),
        "label": one.label,
    }
