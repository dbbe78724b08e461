"""What is generated for a report beside its claims: the runs it rests on, what they lost, its versions, its citation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from chronicle.documents.registration import changes, superseded_editions
from chronicle.documents.report import Report
from chronicle.facts.ledger import why_unusable
from chronicle.facts.measurements import Measurement
from chronicle.pages import addresses
from chronicle.pages.citation import citations
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.prose import Answer, UnanswerableError
from chronicle.pages.repeating import command_block, commands
from chronicle.pages.writing import Markdown, code, link, relative, slug, table
from chronicle.records.recorded import RecordedRun


@dataclass(frozen=True, slots=True)
class Tally:
    """What a report rests on, counted: runs used, those newer ones overtook, those unusable with why, and processes used."""

    used: tuple[RecordedRun, ...]
    overtaken: tuple[RecordedRun, ...]
    discarded: tuple[tuple[RecordedRun, str], ...]
    processes: int
    left_out: int
    reasons: tuple[tuple[str, int], ...]


def answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directives ``cite`` and ``reproduce``: of the report at ``page``, or of the one that is named."""
    reports = desk.library.reports

    def named(report: str) -> Report:
        found = next((one for one in reports if report == one.front.id or (not report and one.authored.uri == page)), None)
        if found is None:
            raise UnanswerableError(f"no report {report!r}" if report else "which report? name its id")
        return found

    def cite(report: str = "") -> Markdown:
        found = named(report)
        return citations(found, desk.imprint.cited(found.authored.uri))

    def reproduce(report: str = "") -> Markdown:
        runs = tally(named(report), desk).used
        if not runs:
            raise UnanswerableError("no run that can be used is among the evidence of the report")
        return Markdown("\n\n".join(command_block(commands(one)) for one in runs))

    return {"cite": cite, "reproduce": reproduce}


def tally(report: Report, desk: Desk) -> Tally:
    """The runs a report names as evidence, told apart by whether anything of them may be used, and whether it answers.

    A run answers where its measurement is the one that is chosen for its case among the evidence, or where a claim of the
    report was read from it; a newer run of the same cases overtakes any other.
    """
    runs = [one for one in desk.library.runs if report.front.rests_on(one.run.suite.name, one.run.machine, one.run.run_id)]
    by_run: dict[str, list[Measurement]] = {one.key: [] for one in runs}
    for one in desk.library.ledger.fitting({}):
        if one.run_key in by_run:
            by_run[one.run_key].append(one)
    usable = [run for run in runs if any(why_unusable(one) is None for one in by_run[run.key])]
    answering = _answering(report, desk)
    used = tuple(run for run in usable if run.key in answering)
    overtaken = tuple(run for run in usable if run.key not in answering)
    discarded = tuple((run, _why(by_run[run.key])) for run in runs if run not in usable)
    cases = [one for run in used for one in by_run[run.key]]
    reasons = Counter(
        trip.gate
        for one in cases
        for judged in one.judged
        if judged.verdict == "invalid"
        for trip in judged.trips
        if trip.effect == "invalid"
    )
    lost = sum(one.n_left_out for one in cases)
    return Tally(used, overtaken, discarded, sum(len(one.judged) for one in cases), lost, tuple(sorted(reasons.items())))


def discarded_words(found: Tally) -> str:
    """``2 of 4 runs used; overtaken … (1); 1 discarded: …. 118 of 120 processes used; 2 left out: tenant (2).``"""
    reasons = Counter(why for _, why in found.discarded)
    total = len(found.used) + len(found.overtaken) + len(found.discarded)
    runs = f"{len(found.used)} of {total} runs used"
    runs += f"; overtaken by newer runs of the same cases ({len(found.overtaken)})" if found.overtaken else ""
    runs += f"; {len(found.discarded)} discarded: " + "; ".join(f"{why} ({n})" for why, n in reasons.items()) if reasons else ""
    processes = f"{found.processes - found.left_out} of {found.processes} processes used"
    gates = ", ".join(f"{gate} ({n})" for gate, n in found.reasons)
    processes += f"; {found.left_out} left out by {gates or 'an error of their own'}" if found.left_out else ""
    return f"{runs}. {processes}."


def pins_table(runs: Sequence[RecordedRun]) -> Markdown:
    """The key pins of the runs, a column a machine; pins that are the same everywhere in one."""
    latest = {one.run.machine: one for one in runs}
    names = sorted({(group, pin) for one in latest.values() for group, pins in one.environment.key.items() for pin in pins})
    rows = [
        (f"{group}.{pin}", *(_pin(one.environment.key.get(group, {}).get(pin)) for one in latest.values()))
        for group, pin in names
    ]
    return table(("Pin", *latest), rows)


def gates_table(found: Tally, desk: Desk) -> Markdown | None:
    """The gates that any process of the used runs tripped, with how many; None where none did."""
    keys = {run.key for run in found.used}
    trips: dict[str, tuple[str, str, int]] = {}
    for one in desk.library.ledger.fitting({}):
        for trip in (trip for judged in one.judged for trip in judged.trips) if one.run_key in keys else ():
            effect, _, n = trips.get(trip.gate, (trip.effect, "", 0))
            trips[trip.gate] = (effect, trip.meaning, n + 1)
    rows = [(code(gate), effect, meaning, n) for gate, (effect, meaning, n) in sorted(trips.items())]
    return table(("Gate", "Effect", "What it found", "Processes"), rows, "lllr") if rows else None


def changelog(report: Report) -> Markdown | None:
    """What each commit changed in the report's claims, thresholds, version and status; None while nothing is committed."""
    page = report.authored.uri
    earlier = {
        one.revision: earlier_uri(report, one.number) for one in superseded_editions(report.editions, report.front.version)
    }
    rows = [
        (
            f"{one.committed:%Y-%m-%d}",
            code(one.revision[:9]),
            link(one.number, relative(page, earlier[one.revision])) if one.revision in earlier else one.number,
            f"{one.claim}: {one.what}" if one.claim else one.what,
            code(one.before) if one.before else None,
            code(one.after) if one.after else None,
        )
        for one in changes(report.editions)
    ]
    return table(("Date", "Revision", "Version", "What changed", "Before", "After"), rows) if rows else None


def earlier_entries(report: Report) -> list[Entry]:
    """The source of each earlier version, as text: what readers had, without the evidence of today."""
    return [
        Entry(earlier_uri(report, one.number), one.text.encode(errors="replace"))
        for one in superseded_editions(report.editions, report.front.version)
    ]


def earlier_uri(report: Report, number: str) -> str:
    return f"{report.authored.uri.removesuffix('.md')}.{slug(f'v{number}')}.txt"


def earlier_links(report: Report) -> list[Markdown]:
    """A link to each earlier version, the latest first."""
    found = reversed(superseded_editions(report.editions, report.front.version))
    page = report.authored.uri
    return [
        link(f"version {one.number} of {one.committed:%Y-%m-%d}", relative(page, earlier_uri(report, one.number)))
        for one in found
    ]


def listed(links: Sequence[Markdown]) -> Markdown:
    """Links in a row, for a sentence."""
    return Markdown(", ".join(links))


def machines_of(found: Tally, page: str) -> list[Markdown]:
    """A link to each machine whose runs are used."""
    names = dict.fromkeys(one.run.machine for one in found.used)
    return [link(name, relative(page, addresses.machine_page(name))) for name in names]


def _answering(report: Report, desk: Desk) -> set[str]:
    """The keys of the runs that answer for a case and a metric among the evidence, or that a claim was read from."""
    ledger = desk.library.ledger.within(report.front.evidence)
    metrics = {one.metric for one in ledger.measurements}
    chosen = {one.run_key for metric in metrics for one in ledger.select(metric, {}) if why_unusable(one) is None}
    findings = [one.judgement.finding for one in report.claims if one.judgement.finding]
    return chosen | {one.run_key for finding in findings for one in finding.operands}


def _why(cases: Sequence[Measurement]) -> str:
    """Why nothing of a run may be used, in few words."""
    if not cases:
        return "no process measured anything"
    first = cases[0]
    if not first.is_finished:
        return "not finished"
    return "exploratory" if first.is_exploratory else "invalid"


def _pin(value: object) -> str | None:
    return None if value is None else str(value)
