"""The page of a run: one provenance card a case, the gates, the pins, the command, and the record to download."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chronicle.charts.chart import Chart
from chronicle.charts.processes import distribution
from chronicle.charts.table import grouped
from chronicle.facts.gates.evidence import conditions_of
from chronicle.facts.measurements import Measurement, judge
from chronicle.pages import addresses
from chronicle.pages.case_names import CaseNames, names_of_cases
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.evidence_blocks import interval_cell, interval_head, processes_of, runs_table, standing, standing_badge
from chronicle.pages.figures.processes import processes
from chronicle.pages.forms import measurement_plain, metric_words
from chronicle.pages.provenance_cards import (
    CARDS,
    PARTS,
    about_case,
    about_run,
    cards_entry,
    gates_asked,
    linked,
    record_digest,
    revision_words,
)
from chronicle.pages.published import Published
from chronicle.pages.repeating import command_block, commands, reproduce
from chronicle.pages.series import changes_over_time
from chronicle.pages.time_blocks import time_section
from chronicle.pages.writing import Markdown, badge, code, link, listing, relative, slug, table, twin, write
from chronicle.records.recorded import RecordedRun

ROOM = 250
"""Rows of cards that the page of a run has room for, a card taking six and one a number: some 250 KB of HTML."""

MOST_NAMED = 3
"""Cases left out for one reason that are named in the line; more stand in a fold."""

MOST_ROWS = 200
"""Cases that have a row in the place of a card; of a still longer run the others are only named, and in ``cards.json``."""


def run_pages(desk: Desk) -> Iterator[Entry]:
    """The list of runs, a page a run, and the files of each run as they were recorded."""
    runs = desk.library.runs
    if not runs:
        return
    listing = runs_table(reversed(runs), desk, addresses.RUNS)
    yield Entry(
        addresses.RUNS,
        write("runs.md", runs=listing, count=len(runs), changes=changes_over_time(desk, addresses.RUNS)).encode(),
    )
    yield Entry("runs.json", twin([plain_run(one, desk) for one in reversed(runs)]))
    yield from _pins(runs)
    for recorded in runs:
        yield from _run_entries(recorded, desk)


def _run_entries(recorded: RecordedRun, desk: Desk) -> Iterator[Entry]:
    run = recorded.run
    uri = addresses.run_page(run.machine, run.run_id)
    found = [one for one in desk.library.ledger.measurements if one.run_key == recorded.key]
    cases = _by_case(found)
    whole, names, keys_left_out = _in_full(cases), names_of_cases(run.cases), [one.case for one in run.left_out]
    rest = [_row(key, names.of(key), ones, desk) for key, ones in cases.items() if key not in whole]
    firsts = [ones[0] for key, ones in cases.items() if key not in whole][:MOST_ROWS]
    body = write(
        "run.md",
        run=run,
        recorded=recorded,
        shared=names.note,
        left_out=[_left_out(*one) for one in grouped(keys_left_out, (one.reason for one in run.left_out)).items()],
        cards=[_card(key, names, ones, recorded, desk, uri) for key, ones in whole.items()],
        rest=table(("Case", "Metric", "Value", interval_head(firsts), "Processes", "Verdict"), rest[:MOST_ROWS], "llrrrl")
        if rest
        else None,
        others=Markdown(", ".join(str(row[0]) for row in rest[MOST_ROWS:])),
        discarded=list(_discarded(recorded, set(cases))),
        machine=link(run.machine, relative(uri, addresses.machine_page(run.machine))),
        revision=revision_words(recorded),
        spent=time_section(recorded, desk),
        reproduce=reproduce(recorded),
        files=[link(code(name), name) for name in sorted(recorded.files)],
        twin=link("run.json", "run.json"),
        cards_twin=link(CARDS, CARDS),
        method=link("Method", relative(uri, addresses.METHOD)),
    )
    yield Entry(uri, body.encode())
    yield Entry(addresses.run_file(run.machine, run.run_id, "run.json"), twin([plain_measurement(one, desk) for one in found]))
    yield cards_entry(recorded, cases, desk)
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


def _in_full(cases: dict[str, list[Measurement]]) -> dict[str, list[Measurement]]:
    """The first cases, as many as the page has room for the cards of."""
    taken, whole = 0, dict[str, list[Measurement]]()
    for key, ones in cases.items():
        taken += 6 + len(ones)
        if taken > ROOM and whole:
            break
        whole[key] = ones
    return whole


def _discarded(recorded: RecordedRun, shown: set[str]) -> Iterator[tuple[str, int, str]]:
    """Cases of which no process can be used: key, processes run, and why."""
    conditions = conditions_of(recorded.run, recorded.environment)
    for case in recorded.run.cases:
        if case.key in shown:
            continue
        judged = judge(case, recorded.samples, conditions)
        reasons = {one.process.error or "" for one in judged} | {
            t.gate for one in judged for t in one.trips if t.effect == "invalid"
        }
        yield case.key, len(judged), "; ".join(sorted(reasons - {""}))


def _left_out(reason: str, keys: Sequence[str]) -> tuple[str, Markdown, int | None]:
    """A reason with its cases; how many they are where they stand in a fold."""
    return reason, Markdown(", ".join(map(code, keys))), len(keys) if len(keys) > MOST_NAMED else None


def _card(key: str, names: CaseNames, ones: list[Measurement], recorded: RecordedRun, desk: Desk, uri: str) -> Markdown:
    """The provenance card of a case: what was measured, how often, with which interval, and where it comes from."""
    first = ones[0]
    figure = desk.figure(_chart(first), uri) if len(first.values) > 1 and not first.is_exact else None
    case = next(one for one in recorded.run.cases if one.key == key)
    return write(
        "card.md",
        case=code(names.of(key)),
        anchor=addresses.case_anchor(key),
        title=first.title,
        verdict=standing_badge(first, desk),
        metrics=table(
            ("Metric", "Value", "Interval", "Level", "log-t reading", "Processes"),
            [_metric_row(one, desk.published) for one in ones],
            "lrrrrr",
        ),
        rows=listing(linked([*about_case(ones, desk), *about_run(recorded)], recorded)),
        command=command_block(commands(recorded, case)),
        gates=_gates(first),
        unchecked=_unchecked(ones),
        unchecked_count=len({gate for one in ones for gate in one.unchecked}),
        asked=gates_asked(ones),
        spread=_spread(first),
        figure=figure,
    )


def _row(key: str, name: str, ones: list[Measurement], desk: Desk) -> tuple[object, ...]:
    """A case of a long run in one line, under the anchor of its card; ``cards.json`` holds the card."""
    first = ones[0]
    place = Markdown(f'<span id="{addresses.case_anchor(key)}">{code(name)}</span>')
    return (
        place,
        metric_words(first.metric),
        desk.published.measured(first, "value"),
        interval_cell(first, desk),
        f"{first.n_processes} of {len(first.judged)}",
        standing_badge(first, desk, in_row=True),
    )


def _chart(one: Measurement) -> Chart:
    identity = slug(f"run-{one.machine}-{one.run_id}-{one.case}")
    return distribution(identity, f"{one.case}: {metric_words(one.metric)} by process", processes([one]), one.quantity.unit)


def _metric_row(one: Measurement, published: Published) -> tuple[object, ...]:
    return metric_words(one.metric), *(published.measured(one, part) for part in PARTS)


def _gates(one: Measurement) -> Markdown | None:
    """A table of the gates that any process tripped, with how many; None where none did."""
    rows: dict[tuple[str, str, str], list[int]] = {}
    for judged in one.judged:
        for trip in judged.trips:
            rows.setdefault((trip.gate, trip.effect, trip.meaning), []).append(judged.process.block + 1)
    if not rows:
        return None
    cells = [
        (Markdown(f'<code class="short">{gate}</code>'), badge(effect), says, len(blocks))
        for (gate, effect, says), blocks in rows.items()
    ]
    return table(("Gate", "Effect", "What it found", "Processes"), cells, "lllr")


def _unchecked(ones: Sequence[Measurement]) -> list[tuple[Markdown, str]]:
    """What each missing reading kept from being asked: the gates that lacked it, by their reason."""
    reasons: dict[str, list[str]] = {}
    for gate, reason in {name: why for one in ones for name, why in one.unchecked.items()}.items():
        reasons.setdefault(_plural(reason), []).append(gate)
    return [(Markdown(", ".join(code(gate) for gate in gates)), reason) for reason, gates in sorted(reasons.items())]


def _plural(reason: str) -> str:
    """A reason without the name of its field where no record of that age has it."""
    return "not recorded" if reason.endswith(": not recorded") else reason


def _spread(one: Measurement) -> str:
    if one.spread is None:
        return ""
    within = f"Samples within a process spread by {percent_words(one.spread.within)}"
    if not one.spread.between:
        return f"{within}; processes differ by no more than that explains."
    return f"{within}, and processes by {percent_words(one.spread.between)} beyond that."


def percent_words(share: float) -> str:
    """``0.31 %``, ``160 %``: two figures of a share, and never an exponent for a large one."""
    return f"{100 * share:.2g} %" if 100 * share < 99.5 else f"{100 * share:.0f} %"


def plain_run(recorded: RecordedRun, desk: Desk) -> dict[str, object]:
    """A run in a line, for the twin of the list."""
    run, (used, total) = recorded.run, processes_of(recorded, desk)
    return {
        "schema": "chronicle.runs/1",
        "run": run.run_id,
        "machine": run.machine,
        "suite": run.suite.name,
        "label": run.label,
        "revision": run.source.revision,
        "begun_utc": run.created_utc,
        "rule": run.design.rule,
        "blocks_done": run.design.blocks_done,
        "blocks_planned": run.design.blocks_planned,
        "cases": len(run.cases),
        "processes": total,
        "processes_left_out": total - used,
        "is_sealed": recorded.is_sealed,
        "record_sha256": record_digest(recorded),
        "measurements": f"{addresses.run_file(run.machine, run.run_id, 'run.json')}",
    }


def plain_measurement(one: Measurement, desk: Desk) -> dict[str, object]:
    """A measurement for the JSON twin, values in SI units."""
    freshness = desk.library.ledger.freshness(one)
    aged = {"freshness": freshness.state.value, "freshness_reason": freshness.reason}
    return measurement_plain(one) | {"verdict": standing(one, desk)} | aged
