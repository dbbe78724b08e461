"""The provenance card of a case: everything a stranger may ask of a number, for the page of its run and for ``cards.json``.

A number on a page is a link to its case on the page of its run, where the whole card stands; that needs no script. A script
shows the same in place: it reads ``cards.json`` beside that page, which holds the card of every case as plain words.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

from chronicle.facts.measurements import Measurement
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.evidence_blocks import standing
from chronicle.pages.forms import metric_words
from chronicle.pages.published import shown
from chronicle.pages.repeating import commands
from chronicle.pages.writing import Markdown, code, link, relative, twin
from chronicle.records.recorded import RecordedRun
from chronicle.records.run import RECORD

CARDS = "cards.json"
SCHEMA = "chronicle.cards/1"
PARTS = ("value", "interval", "level", "second", "processes")

Rows = list[tuple[str, str | Markdown]]
"""Names and words of a card, in the order in which they are read."""


def about_case(ones: Sequence[Measurement], desk: Desk) -> Rows:
    """What holds for one case of a run: how it came about, who was left out, what the gates said, and how old it is."""
    first = ones[0]
    gates = [] if first.is_study else [("Gates", gate_words(ones))]
    rows: Rows = [("Label", first.label), ("How", how_words(first)), ("Processes", left_out_words(first)), *gates]
    return [*rows, ("Age", age_words(first, desk))]


def about_run(recorded: RecordedRun) -> Rows:
    """What holds for all of a run: its scope, its machine, its source, its rule, and the digests that pin it down."""
    run = recorded.run
    return [
        ("Scope", f"this {run.scope} and this software"),
        ("Machine", run.machine),
        ("Revision", revision_words(recorded)),
        ("Run", run.run_id),
        ("Rule", f"{run.design.rule}: {run.design.blocks_done} of {run.design.blocks_planned} blocks"),
        ("Pins", f"{run.environment_sha256[:12]}, comparison key {run.compare_sha256[:12]}"),
        ("Record", f"SHA-256 {record_digest(recorded) or 'unknown'}"),
    ]


def linked(rows: Rows, recorded: RecordedRun) -> Rows:
    """The same rows for the page of the run, where machine, pins and record lead to what they name."""
    run = recorded.run
    uri = addresses.run_page(run.machine, run.run_id)
    lead: dict[str, Markdown] = {
        "Machine": link(run.machine, relative(uri, addresses.machine_page(run.machine))),
        "Run": code(run.run_id),
        "Record": Markdown(f"{link(RECORD, RECORD)}, SHA-256 {code(record_digest(recorded) or 'unknown')}"),
    }
    if run.environment_sha256 in recorded.pins:
        pins = relative(uri, addresses.pins_file(run.machine, run.environment_sha256))
        lead["Pins"] = Markdown(f"{link(run.environment_sha256[:12], pins)}, comparison key {code(run.compare_sha256[:12])}")
    return [(name, lead.get(name, words)) for name, words in rows]


def cards_entry(recorded: RecordedRun, cases: Mapping[str, Sequence[Measurement]], desk: Desk) -> Entry:
    """``cards.json`` of a run: its own rows once, and under each case's anchor its numbers, its rows and its command."""
    run = recorded.run
    by_key = {case.key: case for case in run.cases}
    plain = {
        "schema": SCHEMA,
        "run": [list(row) for row in about_run(recorded)],
        "commands": commands(recorded),
        "cards": {
            addresses.case_anchor(key): {
                "case": key,
                "title": ones[0].title,
                "verdict": standing(ones[0], desk),
                "numbers": {one.metric: _numbers(one) for one in ones},
                "rows": [list(row) for row in about_case(ones, desk)],
                "commands": commands(recorded, by_key[key]),
            }
            for key, ones in cases.items()
        },
    }
    return Entry(addresses.run_file(run.machine, run.run_id, CARDS), twin(plain))


def revision_words(recorded: RecordedRun) -> str:
    """The revision of the run's source, and who says so."""
    source = recorded.run.source
    said = "as git gave it" if source.stated_by == "git" else "as stated on the command line, where no repository was"
    dirty = ", with uncommitted changes" if source.dirty else ""
    held = "; git holds this source there" if recorded.is_confirmed else ""
    return f"{source.revision or 'unknown'}, {said}{dirty}{held}"


def record_digest(recorded: RecordedRun) -> str | None:
    """The SHA-256 of the record as it was written; None where its bytes are not at hand."""
    raw = recorded.files.get(RECORD)
    return None if raw is None else hashlib.sha256(raw).hexdigest()


def left_out_words(one: Measurement) -> str:
    """``11 of 12 processes used; left out: block 1 (tenant)``."""
    if not one.n_left_out:
        return f"{one.n_processes} of {len(one.judged)} processes used"
    blocks = [str(j.process.block + 1) for j in one.left_out]
    errors = {"error" for j in one.judged if j.process.error}
    reasons = sorted({t.gate for j in one.left_out for t in j.trips_of(one.part) if t.effect == "invalid"} | errors)
    return f"{one.n_processes} of {len(one.judged)} processes used; left out: block {', '.join(blocks)} ({', '.join(reasons)})"


def how_words(one: Measurement) -> str:
    """How the numbers of a case came about: timed, drawn under seeds, or worked out."""
    if one.is_exact:
        return f"worked out anew in {len(one.values)} processes, each time to the last bit alike"
    blocks = f"the median of {len(one.values)} shuffled blocks" if len(one.values) > 1 else "one block"
    if one.is_study:
        return f"drawn under a seed a block, {blocks}"
    is_timed = any(judged.process.time is not None for judged in one.judged)
    return f"{'timed' if is_timed else 'read'} in fresh processes, {blocks}"


def gate_words(ones: Sequence[Measurement]) -> str:
    """``tenant: invalid in 1 process; 12 of 24 could not be asked, or not in full``."""
    trips = Counter((trip.gate, trip.effect) for judged in ones[0].judged for trip in judged.trips)
    said = [f"{gate}: {effect} in {n} {'process' if n == 1 else 'processes'}" for (gate, effect), n in trips.items()]
    missing, asked = len({gate for one in ones for gate in one.unchecked}), gates_asked(ones)
    if missing:
        said.append(f"{missing} of {asked} could not be asked, or not in full")
    return "; ".join(said if trips else ["none tripped", *said])


def gates_asked(ones: Sequence[Measurement]) -> int:
    """How many gates concern a process of the case."""
    return max((judged.asked for one in ones for judged in one.judged), default=0)


def age_words(one: Measurement, desk: Desk) -> str:
    """``taken on 2026-11-23, 4 days before the site's last commit; fresh``: how old evidence is, and whether it still holds."""
    ledger = desk.library.ledger
    occasion, today, decides = ledger.present.occasions.get(one.run_key), ledger.present.today, ledger.freshness(one)
    began = occasion.began if occasion else None
    taken = f"taken on {began}" if began else "taken on an unknown day"
    if began and today:
        days = (today - began).days
        taken += f", {days} {'day' if days == 1 else 'days'} before the site's last commit" if days > 0 else ""
    stands = f"stale, {decides.state}: {decides.reason}" if decides.state.is_stale else decides.state.value
    return f"{taken}; {stands}"


def _numbers(one: Measurement) -> dict[str, str]:
    return {"words": metric_words(one.metric)} | {part: shown(one, part) for part in PARTS}
